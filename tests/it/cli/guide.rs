//! The commands of the guide work as they are written.

use super::program::outcome;
use std::path::Path;
use std::process::Command;

/// The boxes of a page that are shell scripts, one after the other.
fn script(page: &str) -> String {
    let boxes = page.split("\n```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    boxes.map(|text| format!("{text}\n")).collect()
}

/// Runs every box of a page in one shell that stops at the first failure, and gives the folder it did so in.
fn works(page: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let program = Path::new(env!("CARGO_BIN_EXE_lorekeep")).parent().expect("the program is in a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(program.to_owned()).chain(std::env::split_paths(&path)));
    let git = crate::support::repo::git_command(crate::support::START);
    let identity = git.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let identity = identity.filter(|(name, _)| !name.to_string_lossy().ends_with("_DATE"));
    let script = script(page);
    assert!(script.lines().count() > 2, "the page has boxes");
    let mut shell = Command::new("sh");
    shell.current_dir(dir.path()).env_clear().envs(identity).env("PATH", path.expect("the paths can be joined"));
    let ran = outcome(shell.env("HOME", dir.path()).args(["-euxc", &script]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    dir
}

#[test]
fn getting_started_works() {
    works(include_str!("../../../docs/guide/getting-started.md"));
}

#[test]
fn operating_works() {
    works(include_str!("../../../docs/guide/operating.md"));
}

#[test]
fn hooks_work() {
    works(include_str!("../../../docs/guide/hooks.md"));
}

#[test]
fn validation_works() {
    works(include_str!("../../../docs/guide/validation.md"));
}

#[test]
fn adopting_works() {
    works(include_str!("../../../docs/guide/adopting.md"));
}

/// The boxes of a page that show what is printed.
fn shown(page: &str) -> Vec<&str> {
    let (short, _) = page.split_once("\n````text\n").unwrap_or((page, ""));
    let boxes = short.split("\n```text\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let long = page.split("\n````text\n").skip(1).filter_map(|rest| rest.split("\n````").next());
    boxes.chain(long).collect()
}

#[test]
fn asking_works_and_prints_what_it_shows() {
    let page = include_str!("../../../docs/guide/asking.md");
    let (dir, shown) = (works(page), shown(page));
    let brain = dir.path().join("brain");
    let before = |args: &[&str]| super::program::run(&brain, &[args, &["--rev", "main~1"]].concat()).ok();
    assert_eq!(before(&["graph", "service:checkout"]).trim_end(), shown[0]);
    assert_eq!(before(&["graph", "incident:outage", "--to", "service:gateway"]).trim_end(), shown[1]);
    assert_eq!(before(&["graph", "service:checkout", "--edge-kind", "depends_on"]).trim_end(), shown[2]);
    let section = std::fs::read_to_string(brain.join("context.md")).expect("it was written");
    assert!(section.contains(shown[3]), "{section}");
    for file in ["checkout.svg", "checkout.dot", "checkout.json"] {
        assert!(std::fs::metadata(brain.join(file)).expect("it was written").len() > 100, "{file}");
    }
}

#[test]
fn the_guide_lists_every_setting() {
    let page = include_str!("../../../docs/guide/operating.md");
    let example = page.split("\n```toml\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("an example");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("lorekeep.toml");
    let keys = page.lines().filter_map(|l| l.split("`limits.").nth(1)?.split('`').next());
    let all: String = keys.map(|key| format!("{key} = 7\n")).collect();
    let example = example.replace("max_push_bytes = 104857600", &all).replace("8420", "0");
    std::fs::write(&file, format!("{example}\n")).expect("it can be written");
    super::program::run(dir.path(), &["org", "create", "acme", "--data-dir", "data"]).ok();
    let mut serve = super::program::program(dir.path());
    serve.args(["serve", "--data-dir", "data", "--config"]).arg(&file);
    assert!(super::program::Server::start(&mut serve).address.starts_with("http://127.0.0.1:"));
}

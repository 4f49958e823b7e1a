//! The story of `docs/guide/review.md`, lived with the real git client and a server: its commands work, and print what it shows.

use crate::cli::program::{Server, outcome, program};
use crate::support::START;
use crate::support::repo::git_command;
use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!("../../../docs/guide/review.md");
/// Where the page says that the server is.
pub(super) const ADDRESS: &str = "127.0.0.1:8420";
/// Stands before what each box prints.
pub(super) const MARK: &str = "=== the next box";

/// A box of commands, and what the page says that they print.
pub(super) struct Scene {
    pub(super) commands: &'static str,
    pub(super) shown: Option<&'static str>,
}

#[test]
fn the_story_of_the_guide_is_lived_and_prints_what_it_shows() {
    require_programs();
    let (dir, scenes) = (tempfile::tempdir().unwrap(), scenes(PAGE));
    assert!(scenes.iter().filter(|scene| scene.shown.is_some()).count() > 10, "the page has boxes");
    let (first, rest) = scenes.split_first().unwrap();
    told(dir.path(), first.commands);
    let server = Server::start(program(dir.path()).args(["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"]));
    let script: String = rest.iter().map(|scene| format!("echo '{MARK}'\n{}\n", scene.commands)).collect();
    let said = told(dir.path(), &script.replace(ADDRESS, server.address.trim_start_matches("http://")));
    let printed: Vec<&str> = said.split(&format!("{MARK}\n")).skip(1).collect();
    assert_eq!(printed.len(), rest.len(), "{said}");
    for (scene, printed) in rest.iter().zip(&printed) {
        let as_shown = scene.shown.is_none_or(|shown| is_like(printed, shown));
        assert!(as_shown, "{}\nprints\n{printed}\nand not what the page shows", scene.commands);
    }
    names_the_rewritten_commit(dir.path(), printed.last().unwrap());
}

/// The last box rewrites a commit three times: `verify` names each of them by its id.
fn names_the_rewritten_commit(dir: &Path, printed: &str) {
    for (rev, fault) in [("HEAD@{2}", "unsigned"), ("HEAD@{1}", "unknown-key"), ("HEAD", "wrongly-signed")] {
        let mut git = git_command(START);
        let id = outcome(git.current_dir(dir.join("forged")).args(["rev-parse", rev])).ok();
        assert!(printed.contains(&format!("error: {} {fault}  ", &id[..10])), "{id}{printed}");
    }
}

fn require_programs() {
    for name in ["curl", "jq", "ssh-keygen"] {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|dir| dir.join(name).is_file());
        assert!(found, "the commands of the guide need `{name}`: install it");
    }
}

/// The boxes of commands of the page; a box of text right after one shows what that prints.
pub(super) fn scenes(page: &'static str) -> Vec<Scene> {
    let mut scenes: Vec<Scene> = Vec::new();
    for (n, part) in page.split("\n```").enumerate() {
        match part.split_once('\n') {
            Some(("sh", commands)) if n % 2 == 1 => scenes.push(Scene { commands, shown: None }),
            Some(("text", shown)) if n % 2 == 1 => {
                let before = scenes.last_mut().expect("commands come first");
                assert!(before.shown.replace(shown).is_none(), "two boxes show what one prints");
            }
            _ => assert_eq!(n % 2, 0, "a box of commands or of text: {part}"),
        }
    }
    scenes
}

/// Whether a text is as shown, where `...` stands for anything.
pub(super) fn is_like(printed: &str, shown: &str) -> bool {
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    let (first, last) = shown.split_once("...").map_or((shown, None), |(first, rest)| (first, Some(rest)));
    let (Some(mut left), Some(rest)) = (text.strip_prefix(first), last) else { return text == shown };
    let pieces: Vec<&str> = rest.split("...").collect();
    let (end, middle) = pieces.split_last().expect("a split has a piece");
    for piece in middle {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(end)
}

/// Runs commands in one shell that stops at the first failure, and gives all that they print.
pub(super) fn told(dir: &Path, commands: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_lorekeep")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&path))).unwrap();
    let git = git_command(START);
    let identity = git.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let identity = identity.filter(|(name, _)| !name.to_string_lossy().ends_with("_DATE"));
    let mut shell = Command::new("sh");
    shell.current_dir(dir).env_clear().envs(identity).env("PATH", path).env("HOME", dir);
    let ran = outcome(shell.args(["-euc", &format!("exec 2>&1\n{commands}")]));
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    ran.stdout
}

#[test]
fn three_dots_stand_for_anything() {
    assert!(is_like("amu-1\tMerged  \nall 3\n", "amu-...\tMerged\nall ..."));
    assert!(is_like("a b c", "a...c") && is_like("same", "same"));
    for shown in ["amu-...\tApproved", "amu-...\tMerged\nmore", "mu-...", "amu", "...x..."] {
        assert!(!is_like("amu-1\tMerged\n", shown), "{shown}");
    }
}

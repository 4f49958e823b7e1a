//! How the program answers to being used wrongly, and what it says of itself.

use super::program::{memory, outcome, program, run, runbook, write};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// Calls a function for every command of the tree, with its full name.
fn each_command(command: &clap::Command, name: &str, see: &mut dyn FnMut(&clap::Command, &str)) {
    see(command, name);
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        each_command(sub, &format!("{name} {}", sub.get_name()), see);
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let mut seen = 0;
    each_command(&lorekeep::face::cli::command(), "lorekeep", &mut |command, name| {
        seen += 1;
        let help = command.clone().render_long_help().to_string();
        assert!(help.contains("Example"), "{name} has no example");
        assert!(command.get_about().is_some(), "{name} does not say what it does");
    });
    assert!(seen > 20, "the tree was walked");
}

#[test]
fn examples_name_only_commands_and_flags_that_exist() {
    let root = lorekeep::face::cli::command();
    each_command(&root.clone(), "lorekeep", &mut |command, name| {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in help.lines().filter(|l| l.trim_start().starts_with("lorekeep ")) {
            for call in line.split("&&").filter(|c| c.trim_start().starts_with("lorekeep ")) {
                let flags = call.split_whitespace().filter(|w| w.starts_with("--"));
                let known = |flag: &str| knows(&root, call, flag.trim_start_matches('-'));
                let unknown: Vec<&str> = flags.filter(|f| !known(f)).collect();
                assert!(unknown.is_empty(), "{name}: {unknown:?} in `{call}`");
            }
        }
    });
}

/// Whether the command that a line calls has a flag.
fn knows(root: &clap::Command, call: &str, flag: &str) -> bool {
    let mut command = root;
    for word in call.split_whitespace().skip(1) {
        match command.find_subcommand(word) {
            Some(sub) => command = sub,
            None => break,
        }
    }
    command.get_arguments().chain(root.get_arguments()).any(|a| a.get_long() == Some(flag))
}

#[test]
fn bad_usage_is_two() {
    let dir = memory();
    for args in [
        &["validate", "--bogus"][..],
        &["query"],
        &["query", "x", "--at", "never"],
        &["query", "x", "--rev", "main", "--at", "now"],
        &["query", "x", "--depth", "9"],
        &["grep", "(", "--regex"],
        &["validate", "--format", "xml"],
        &["org", "create", "Not An Org", "--data-dir", "d"],
        &["org", "list"],
        &["nonsense"],
    ] {
        let ran = run(dir.path(), args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?} {}", ran.stderr);
        assert!(!ran.stderr.is_empty());
    }
}

#[test]
fn the_environment_failing_is_three() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let no_repository = run(dir.path(), &["validate"]);
    assert_eq!(no_repository.code, 3, "{}", no_repository.stderr);
    assert!(no_repository.stderr.contains("is not a usable git repository"), "{}", no_repository.stderr);
    let no_data = run(dir.path(), &["org", "list", "--data-dir", "none"]);
    assert_eq!(no_data.code, 3);
    assert!(no_data.stderr.contains("lorekeep org create ORG --data-dir none"), "{}", no_data.stderr);
    assert!(!dir.path().join("none").exists(), "asking makes no folder");
}

#[test]
fn help_and_version_are_no_failures() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert!(run(dir.path(), &["--help"]).ok().contains("Usage: lorekeep"));
    assert!(run(dir.path(), &["--version"]).ok().starts_with("lorekeep "));
}

#[test]
fn completions_are_a_script_that_names_the_commands() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(run(dir.path(), &["completions", shell]).ok().contains("resolve-ref"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let dir = memory();
    write(dir.path(), "runbooks/long.md", &runbook("long", "Long", &"the same line\n".repeat(50_000)));
    super::program::commit(dir.path(), "Write a lot");
    let mut grep = program(dir.path());
    grep.args(["grep", "the same line"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = grep.spawn().expect("it can be started");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut first).expect("it is text");
    assert_eq!(first, "runbooks/long.md:11:the same line\n");
    let ended = child.wait_with_output().expect("it can be waited for");
    assert!(ended.status.success());
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn no_colour_is_written_to_a_file() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", "---\nid: runbook:x\nkind: Runbok\n---\n");
    let mut plain = program(dir.path());
    let ran = outcome(plain.args(["validate"]));
    assert!(!ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
}

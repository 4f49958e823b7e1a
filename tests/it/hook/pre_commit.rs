//! The hook of `.pre-commit-hooks.yaml`, run by git as a pre-commit hook.

use crate::cli::program::{Ran, memory, outcome, runbook, write};
use crate::support::repo::git_command;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const BAD: &str = "---\nid: runbook:x\nkind: Runbok\ntitle: X\nstatus: approved\nowners: [team:platform]\n\
                   updatedAt: 2026-05-10T12:00:00Z\n---\n# X\n";

/// The command of the hook's description, with the program's own path.
fn entry() -> String {
    let text = include_str!("../../../.pre-commit-hooks.yaml");
    let entries: Vec<&str> = text.lines().filter_map(|l| l.trim().strip_prefix("entry: lorekeep ")).collect();
    assert_eq!(entries, ["validate --staged", "validate --staged"]);
    format!("'{}' {}", env!("CARGO_BIN_EXE_lorekeep"), entries[0])
}

fn with_hook() -> tempfile::TempDir {
    let dir = memory();
    write(dir.path(), ".git/hooks/pre-commit", &format!("#!/bin/sh\nexec {}\n", entry()));
    let hook = dir.path().join(".git/hooks/pre-commit");
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    dir
}

fn git(folder: &Path, args: &[&str]) -> Ran {
    outcome(git_command(crate::support::START).current_dir(folder).args(args))
}

#[test]
fn a_bad_commit_is_stopped_and_a_good_one_made() {
    let dir = with_hook();
    write(dir.path(), "runbooks/x.md", BAD);
    git(dir.path(), &["add", "."]).ok();
    let stopped = git(dir.path(), &["commit", "-m", "A mistake"]);
    assert_eq!(stopped.code, 1);
    assert!(format!("{}{}", stopped.stdout, stopped.stderr).contains("--> runbooks/x.md:3:7"));
    write(dir.path(), "runbooks/x.md", &BAD.replace("Runbok", "Runbook"));
    git(dir.path(), &["add", "."]).ok();
    git(dir.path(), &["commit", "-m", "Mended"]).ok();
}

#[test]
fn a_commit_of_some_paths_is_judged_by_those() {
    let dir = with_hook();
    write(dir.path(), "runbooks/x.md", BAD);
    write(dir.path(), "runbooks/y.md", &runbook("y", "Y", "Good."));
    git(dir.path(), &["add", "."]).ok();
    git(dir.path(), &["commit", "-m", "Only the good one", "runbooks/y.md"]).ok();
    assert_eq!(git(dir.path(), &["commit", "-m", "The bad one", "runbooks/x.md"]).code, 1);
}

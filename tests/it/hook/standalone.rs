//! The pre-receive hook in a bare repository elsewhere.

use crate::cli::program::{Ran, memory, outcome, run, runbook, write};
use crate::support::repo::git_command;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A bare repository with the hook, and a clone of it.
pub(super) struct Host {
    dir: tempfile::TempDir,
}

impl Host {
    pub(super) fn new() -> Self {
        let host = Self::without_hook();
        run(host.dir.path(), &["hook", "install", "bare.git"]).ok();
        host
    }

    pub(super) fn without_hook() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let source = memory();
        let from = source.path().to_string_lossy().into_owned();
        git(dir.path(), &["clone", "--quiet", "--bare", &from, "bare.git"]).ok();
        git(dir.path(), &["clone", "--quiet", "bare.git", "clone"]).ok();
        Self { dir }
    }

    pub(super) fn clone(&self) -> PathBuf {
        self.dir.path().join("clone")
    }

    pub(super) fn bare(&self) -> PathBuf {
        self.dir.path().join("bare.git")
    }

    /// Writes a file in the clone, commits it, and pushes to a branch.
    pub(super) fn push(&self, path: &str, text: &str, branch: &str) -> Ran {
        write(&self.clone(), path, text);
        crate::cli::program::commit(&self.clone(), "Change something");
        git(&self.clone(), &["push", "origin", &format!("HEAD:refs/heads/{branch}")])
    }

    pub(super) fn tip(&self, branch: &str) -> String {
        git(&self.bare(), &["rev-parse", "--verify", "--quiet", branch]).stdout
    }
}

pub(super) fn git(folder: &Path, args: &[&str]) -> Ran {
    outcome(git_command(crate::support::START).current_dir(folder).args(args))
}

pub(super) const BAD: &str = "---\nid: runbook:x\nkind: Runbok\ntitle: X\nstatus: approved\nowners: [team:platform]\n\
                   updatedAt: 2026-05-10T12:00:00Z\n---\n# X\n";

#[test]
fn a_good_push_is_accepted() {
    let host = Host::new();
    let pushed = host.push("runbooks/x.md", &runbook("x", "X", "Good."), "main");
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
    assert_eq!(host.tip("main"), git(&host.clone(), &["rev-parse", "HEAD"]).stdout);
}

#[test]
fn a_bad_push_is_refused_with_place_and_mend_and_leaves_nothing() {
    let host = Host::new();
    let before = host.tip("main");
    let pushed = host.push("runbooks/x.md", BAD, "main");
    assert_eq!(pushed.code, 1);
    for part in
        ["refs/heads/main refused", "--> runbooks/x.md:3:7", "did you mean `Runbook`?", "pre-receive hook declined"]
    {
        assert!(pushed.stderr.contains(part), "{part}: {}", pushed.stderr);
    }
    assert_eq!(host.tip("main"), before);
    let commit = git(&host.clone(), &["rev-parse", "HEAD"]).stdout;
    assert_ne!(git(&host.bare(), &["cat-file", "-e", commit.trim()]).code, 0, "no object of it is kept");
}

#[test]
fn mistakes_that_were_there_before_are_not_held_against_a_push() {
    let host = Host::without_hook();
    assert_eq!(host.push("runbooks/old.md", BAD, "main").code, 0);
    run(host.dir.path(), &["hook", "install", "bare.git"]).ok();
    let pushed = host.push("notes/new.md", "# New\n", "main");
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
}

#[test]
fn another_branch_may_hold_unfinished_work_and_no_secret() {
    let host = Host::new();
    let pushed = host.push("runbooks/x.md", BAD, "draft");
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
    let secret = ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let pushed = host.push("notes/x.md", &format!("Use {secret}\n"), "draft");
    assert_eq!(pushed.code, 1);
    assert!(pushed.stderr.contains("LK501") && !pushed.stderr.contains(&secret), "{}", pushed.stderr);
}

#[test]
fn a_symlink_is_refused_on_every_branch() {
    let host = Host::new();
    std::os::unix::fs::symlink("/etc/passwd", host.clone().join("notes.md")).expect("a link can be made");
    let pushed = host.push("notes/x.md", "# X\n", "draft");
    assert_eq!(pushed.code, 1);
    assert!(pushed.stderr.contains("LK603"), "{}", pushed.stderr);
}

#[test]
fn a_branch_can_be_deleted() {
    let host = Host::new();
    assert_eq!(host.push("notes/x.md", "# X\n", "draft").code, 0);
    let deleted = git(&host.clone(), &["push", "origin", ":draft"]);
    assert_eq!(deleted.code, 0, "{}", deleted.stderr);
    assert_eq!(host.tip("draft"), "");
}

#[test]
fn installing_twice_is_fine_and_another_hook_is_not_overwritten() {
    let host = Host::new();
    run(host.dir.path(), &["hook", "install", "bare.git"]).ok();
    let hook = host.bare().join("hooks/pre-receive");
    std::fs::write(&hook, "#!/bin/sh\nexit 0\n").expect("it can be written");
    let refused = run(host.dir.path(), &["hook", "install", "bare.git"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("lorekeep hook pre-receive"), "{}", refused.stderr);
    assert_eq!(run(host.dir.path(), &["hook", "install", "nothing.git"]).code, 3);
}

#[test]
fn the_script_to_copy_runs_the_program_and_refuses_without_it() {
    let host = Host::without_hook();
    let script = include_str!("../../../hooks/pre-receive");
    let hook = host.bare().join("hooks/pre-receive");
    write(&host.bare(), "hooks/pre-receive", script);
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let push = |program: &str| {
        let mut git = git_command(crate::support::START);
        git.current_dir(host.clone()).env("LOREKEEP", program).args(["push", "origin", "HEAD:main"]);
        outcome(&mut git)
    };
    write(&host.clone(), "runbooks/x.md", BAD);
    crate::cli::program::commit(&host.clone(), "A mistake");
    let checked = push(env!("CARGO_BIN_EXE_lorekeep"));
    assert!(checked.stderr.contains("LK201"), "{}", checked.stderr);
    let missing = push("no-such-program");
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("is not there to check it"), "{}", missing.stderr);
}

#[test]
fn input_that_is_not_gits_is_refused() {
    let host = Host::new();
    let mut hook = std::process::Command::new("sh");
    let call = format!("echo nonsense | '{}' hook pre-receive", env!("CARGO_BIN_EXE_lorekeep"));
    let ran = outcome(hook.current_dir(host.bare()).args(["-c", &call]));
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("refused, because it could not be checked"), "{}", ran.stderr);
}

#[test]
fn one_large_file_at_hundreds_of_paths_is_refused_at_the_tip_and_below_it() {
    let host = Host::new();
    let clone = host.clone();
    write(&clone, "large.md", &"word ".repeat(200_000));
    let blob = git(&clone, &["hash-object", "-w", "large.md"]).ok();
    std::fs::remove_file(clone.join("large.md")).expect("it was written");
    let entries: Vec<String> = (0..150).map(|i| format!("100644,{},notes/{i}.md", blob.trim())).collect();
    let mut add = vec!["update-index", "--add"];
    entries.iter().for_each(|entry| add.extend(["--cacheinfo", entry]));
    git(&clone, &add).ok();
    git(&clone, &["commit", "--quiet", "-m", "Add a bomb"]).ok();
    let push = || git(&clone, &["push", "origin", "HEAD:refs/heads/main"]);
    let at_the_tip = push();
    assert_eq!(at_the_tip.code, 1);
    assert!(at_the_tip.stderr.contains("changes more than 128 MiB of files at once"), "{}", at_the_tip.stderr);
    git(&clone, &["rm", "--quiet", "--cached", "-r", "notes"]).ok();
    git(&clone, &["commit", "--quiet", "--allow-empty", "-m", "Take it back"]).ok();
    let below = push();
    assert_eq!(below.code, 1);
    assert!(below.stderr.contains("128 MiB of files at once: push it in smaller steps"), "{}", below.stderr);
}

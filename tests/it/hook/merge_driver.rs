//! The merge driver, run by the real git in people's clones.

use crate::cli::program::{Ran, commit, memory, outcome, program, run, write};
use crate::support::repo::git_command;
use std::fs;
use std::path::{Path, PathBuf};

const PATH: &str = "runbooks/flake.md";

fn git(folder: &Path, args: &[&str]) -> Ran {
    outcome(git_command(crate::support::START).current_dir(folder).args(args))
}

fn record(status: &str, tags: &str) -> String {
    format!(
        "---\nid: runbook:flake\nkind: Runbook\ntitle: Flake\nstatus: {status}\nowners: [team:platform]\ntags: [{tags}]\n\
         updatedAt: 2026-05-10T12:00:00Z\n---\n# Flake\n\nText.\n"
    )
}

/// A memory made by `init`, and a clone of it; both change one record.
fn apart(ours: &str, theirs: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    run(dir.path(), &["init", "one"]).ok();
    let one = dir.path().join("one");
    write(&one, PATH, &record("approved", "ci"));
    commit(&one, "A record");
    git(dir.path(), &["clone", "--quiet", "one", "two"]).ok();
    let two = dir.path().join("two");
    for (clone, text) in [(&one, theirs), (&two, ours)] {
        write(clone, PATH, text);
        commit(clone, "A change");
    }
    git(&two, &["fetch", "--quiet", "origin"]).ok();
    (dir, two)
}

#[test]
fn two_clones_that_add_a_tag_merge() {
    let (_dir, two) = apart(&record("approved", "ci, a"), &record("approved", "ci, b"));
    run(&two, &["hook", "install", "."]).ok();
    let merged = git(&two, &["merge", "--no-edit", "origin/main"]);
    assert_eq!(merged.code, 0, "{}{}", merged.stdout, merged.stderr);
    assert_eq!(fs::read_to_string(two.join(PATH)).expect("it is there"), record("approved", "ci, a, b"));
}

#[test]
fn without_the_driver_git_would_conflict() {
    let (_dir, two) = apart(&record("approved", "ci, a"), &record("approved", "ci, b"));
    assert_eq!(git(&two, &["merge", "--no-edit", "origin/main"]).code, 1);
}

#[test]
fn a_conflict_leaves_no_marker_and_a_path_that_git_calls_unmerged() {
    let (_dir, two) = apart(&record("deprecated", "ci, a"), &record("archived", "ci, b"));
    run(&two, &["hook", "install", "."]).ok();
    let merged = git(&two, &["merge", "--no-edit", "origin/main"]);
    assert_eq!(merged.code, 1);
    for part in [
        "conflict in runbooks/flake.md: runbook:flake status",
        "base: approved",
        "ours: deprecated",
        "theirs: archived",
    ] {
        assert!(merged.stderr.contains(part), "{part}: {}", merged.stderr);
    }
    assert_eq!(fs::read_to_string(two.join(PATH)).expect("it is there"), record("deprecated", "ci, a, b"));
    assert!(git(&two, &["ls-files", "--unmerged"]).stdout.contains(PATH));
}

#[test]
fn init_sets_the_driver_up_and_its_attributes_travel() {
    let dir = memory();
    let settings = git(dir.path(), &["config", "--get", "merge.lorekeep.driver"]).ok();
    assert!(settings.trim_end().ends_with(" merge-driver %O %A %B %P"), "{settings}");
    let tracked = git(dir.path(), &["show", "HEAD:.gitattributes"]).ok();
    assert!(tracked.contains("*.md merge=lorekeep\n") && tracked.contains("*.yaml merge=lorekeep\n"));
}

#[test]
fn installing_twice_writes_the_attributes_once_and_keeps_those_of_others() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    git(dir.path(), &["clone", "--quiet", "--bare", &memory().path().to_string_lossy(), "bare.git"]).ok();
    let attributes = dir.path().join("bare.git/info/attributes");
    fs::create_dir_all(attributes.parent().expect("a folder")).expect("it can be made");
    fs::write(&attributes, "*.bin binary").expect("it can be written");
    run(dir.path(), &["hook", "install", "bare.git"]).ok();
    run(dir.path(), &["hook", "install", "bare.git"]).ok();
    let text = fs::read_to_string(attributes).expect("it is there");
    assert_eq!(text, "*.bin binary\n*.md merge=lorekeep\n*.yaml merge=lorekeep\n*.yml merge=lorekeep\n");
    let drivers = git(&dir.path().join("bare.git"), &["config", "--get-all", "merge.lorekeep.driver"]).ok();
    assert_eq!(drivers.lines().count(), 1);
}

#[test]
fn what_is_no_text_stays_as_it_is() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in [("base", b"a\xff".as_slice()), ("ours", b"b\xff"), ("theirs", b"c\xff")] {
        fs::write(dir.path().join(name), bytes).expect("it can be written");
    }
    let ran = outcome(program(dir.path()).args(["merge-driver", "base", "ours", "theirs", "notes/x.md"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(fs::read(dir.path().join("ours")).expect("it is there"), b"b\xff");
    let missing = outcome(program(dir.path()).args(["merge-driver", "none", "ours", "theirs", "notes/x.md"]));
    assert_eq!(missing.code, 3, "{}", missing.stderr);
}

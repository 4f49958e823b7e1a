//! `lorekeep snapshot`: on a repository without a server a snapshot is a tag, which any clone can replay.

#![allow(clippy::unwrap_used, reason = "a test says by panicking what it did not expect")]

use super::program::{commit, memory, outcome, run, runbook, write};
use crate::support::repo::git_command;
use std::path::Path;

fn git(folder: &Path, args: &[&str]) -> String {
    outcome(git_command(crate::support::START).current_dir(folder).args(args)).ok()
}

/// A memory with a runbook, and the snapshot `run-1` of what a question finds.
fn pinned() -> tempfile::TempDir {
    let dir = memory();
    write(dir.path(), "runbooks/retry.md", &runbook("retry", "Retry budget", "The retry budget is five."));
    commit(dir.path(), "A runbook");
    run(dir.path(), &["snapshot", "create", "retry budget", "--name", "run-1", "--source-run", "run-1", "--explain"])
        .ok();
    write(dir.path(), "runbooks/retry.md", &runbook("retry", "Retry budget", "The retry budget is seven."));
    commit(dir.path(), "Seven");
    dir
}

#[test]
fn a_snapshot_is_read_and_replayed_whatever_came_later() {
    let dir = pinned();
    let then = run(dir.path(), &["query", "retry budget", "--snapshot", "run-1", "--json"]).json();
    let now = run(dir.path(), &["query", "retry budget", "--json"]).json();
    assert_eq!(then["records"][0]["id"], "runbook:retry");
    assert_ne!(then["records"][0]["digest"], now["records"][0]["digest"]);
    let shown = run(dir.path(), &["snapshot", "show", "run-1", "--json"]).json();
    assert_eq!(shown["kind"], "AgentMemorySnapshot");
    assert_eq!(shown["spec"]["sourceRun"], "run-1");
    for digest in ["queryManifestDigest", "selectedRecordsDigest", "selectedExcerptsDigest"] {
        assert_eq!(shown["status"]["query"][digest], then["snapshotPreview"][digest], "{digest}");
    }
    assert_eq!(shown["status"]["staleByCommits"], 1);
    let id = shown["metadata"]["name"].as_str().unwrap();
    assert_eq!(run(dir.path(), &["show", "runbook:retry", "--snapshot", id]).ok().matches("five").count(), 1);
    let replayed = run(dir.path(), &["snapshot", "replay", id, "--json"]);
    assert_eq!((replayed.code, &replayed.json()["same"]), (0, &true.into()));
    assert!(run(dir.path(), &["snapshot", "list"]).ok().starts_with("run-1  ams-"));
}

#[test]
fn a_clone_replays_it_and_says_which_digest_differs() {
    let dir = pinned();
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", dir.path().to_str().unwrap(), "."]);
    let same = run(clone.path(), &["snapshot", "replay", "run-1"]).ok();
    assert_eq!(same.lines().filter(|line| line.starts_with("same ")).count(), 5, "{same}");
    // The same words of a tag over other content: the tag is believed, and the answer is not what it says.
    let message = git(clone.path(), &["for-each-ref", "--format=%(contents)", "refs/tags/memory/snapshots/run-1"]);
    let shown = run(clone.path(), &["snapshot", "show", "run-1", "--json"]).json();
    let records = shown["status"]["query"]["selectedRecordsDigest"].as_str().unwrap();
    let excerpts = shown["status"]["query"]["selectedExcerptsDigest"].as_str().unwrap();
    let message = message.replacen("run-1", "forged", 1).replace(records, excerpts);
    git(clone.path(), &["tag", "--annotate", "--message", &message, "memory/snapshots/forged", "HEAD~1"]);
    let differs = run(clone.path(), &["snapshot", "replay", "forged"]);
    assert_eq!(differs.code, 1, "{}", differs.stderr);
    assert!(differs.stdout.contains("differs  selectedRecordsDigest"), "{}", differs.stdout);
    assert_eq!(differs.stdout.matches("differs").count(), 1);
}

#[test]
fn impact_is_printed_as_json_too() {
    let dir = pinned();
    let impact = run(dir.path(), &["impact", "--record", "runbook:retry", "--json"]).json();
    assert_eq!((&impact["items"][0]["name"], &impact["items"][0]["knownBad"]), (&"run-1".into(), &false.into()));
    assert!(run(dir.path(), &["impact", "--record", "runbook:retry"]).ok().starts_with("run-1  ams-"));
    assert_eq!(run(dir.path(), &["impact", "--record", "runbook:retry", "--commit", "main"]).code, 2);
    assert_eq!(run(dir.path(), &["impact", "--json"]).code, 2);
}

#[test]
fn a_name_is_taken_once_and_the_same_again_is_the_same() {
    let dir = pinned();
    let again = ["snapshot", "create", "retry budget", "--name", "run-1", "--source-run", "run-1", "--explain"];
    assert_eq!(run(dir.path(), &again).code, 1, "the tip is another one");
    let now = ["snapshot", "create", "retry budget", "--name", "now"];
    assert_eq!(run(dir.path(), &now).ok(), run(dir.path(), &now).ok());
    assert_eq!(run(dir.path(), &["snapshot", "create", "--name", "Bad Name"]).code, 2);
    assert_eq!(run(dir.path(), &["snapshot", "show", "nothing"]).code, 1);
    assert_eq!(run(dir.path(), &["snapshot", "create", "--name", "plain", "--rev", "HEAD~1"]).code, 0);
    assert_eq!(run(dir.path(), &["snapshot", "replay", "plain"]).ok().lines().count(), 2);
}

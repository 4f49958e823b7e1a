//! `lorekeep import` and `lorekeep promote` without a server, and against one.

use super::program::{Ran, Server, commit, memory, outcome, program, run, write};
use crate::support::START;
use crate::support::repo::git_command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What must never be anywhere.
const PLANTED: &str = "sk-test-fixture-redact-me";
const RUN: &str = "01KRTEST0000000000000000001";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/runs")
}

fn a_run() -> String {
    fixtures().join("a5c").join(RUN).display().to_string()
}

fn all() -> String {
    fixtures().display().to_string()
}

fn git(dir: &Path, args: &[&str]) -> String {
    let mut git = git_command(START);
    outcome(git.current_dir(dir).args(args)).ok()
}

/// The program as somebody whom git knows.
fn by_somebody(dir: &Path, args: &[&str]) -> Ran {
    outcome(program(dir).args(args))
}

#[test]
fn a_dry_run_says_what_and_why_and_writes_nothing() {
    let dir = memory();
    let before = git(dir.path(), &["for-each-ref"]);
    let said = by_somebody(dir.path(), &["import", &a_run(), "--dry-run", "--show"]).ok();
    let wanted = [
        "would write",
        "run.yaml  new  BabysitterRun",
        "every tier keeps the record",
        "taken out: ",
        "left out: 3 events",
    ];
    for part in wanted {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains(PLANTED), "{said}");
    let full = ["import", &a_run(), "--tier", "full-journal-redacted", "--dry-run", "--show"];
    let full = by_somebody(dir.path(), &full).ok();
    assert!(!full.contains(PLANTED) && full.contains("[REDACTED:secret:1]"), "{full}");
    let json = by_somebody(dir.path(), &["import", &a_run(), "--dry-run", "--json"]).json();
    assert_eq!((&json["written"], &json["run"]), (&Value::from("preview"), &Value::from(RUN)));
    assert!(json["files"][0]["content"].is_null() && json["redaction"]["total"].as_u64() > Some(0), "{json}");
    assert_eq!(git(dir.path(), &["for-each-ref"]), before);
    assert_eq!(git(dir.path(), &["status", "--porcelain"]), "");
}

#[test]
fn a_run_becomes_a_branch_once_and_is_known_when_it_landed() {
    let dir = memory();
    let first = by_somebody(dir.path(), &["import", &a_run(), "--json"]).json();
    let branch = first["branch"].as_str().expect("it has a branch").to_owned();
    assert_eq!(branch, format!("krate/memory-import/{}", first["import"].as_str().unwrap()));
    assert_eq!(
        git(dir.path(), &["status", "--porcelain", "--branch"]).lines().count(),
        1,
        "the work tree stays as it is"
    );
    let written = git(dir.path(), &["diff", "--name-only", &format!("main...{branch}")]);
    let files: Vec<&str> = first["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(written.lines().collect::<Vec<_>>(), files);
    assert!(files.contains(&"babysitter/MEMORY.md"), "{files:?}");
    assert!(!git(dir.path(), &["log", "--patch", "--all"]).contains(PLANTED));
    let tip = git(dir.path(), &["rev-parse", &branch]);
    let again = by_somebody(dir.path(), &["import", &a_run()]).ok();
    assert!(again.contains(&format!("unchanged: it is proposed by the branch {branch}")), "{again}");
    assert_eq!(git(dir.path(), &["rev-parse", &branch]), tip);
    git(dir.path(), &["merge", "--quiet", "--no-edit", "--no-ff", &branch]);
    assert_eq!(run(dir.path(), &["validate"]).code, 0);
    let landed = by_somebody(dir.path(), &["import", &a_run(), "--json"]).json();
    assert_eq!(landed["written"], "landed");
    git(dir.path(), &["branch", "--quiet", "-D", &branch]);
    let landed = by_somebody(dir.path(), &["import", &a_run(), "--json"]).json();
    assert_eq!(landed["written"], "landed", "it is known by its files too");
    // Another tier is another import.
    let more = by_somebody(dir.path(), &["import", &a_run(), "--tier", "curated-journal", "--json"]).json();
    assert_eq!(more["written"], "written");
    assert_ne!(more["import"], first["import"]);
}

#[test]
fn a_backfill_is_one_branch_that_grows_and_a_failure_stops_nothing() {
    let dir = memory();
    let runs = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| write(runs.path(), name, text);
    for part in ["run.json", "journal/000001.json", "journal/000002.json"] {
        put(&format!("one/{part}"), &std::fs::read_to_string(Path::new(&a_run()).join(part)).unwrap());
    }
    put("two/run.json", r#"{"id": "01KRTEST0000000000000000002", "status": "running"}"#);
    put("three.jsonl", "{\"nothing\": 1}\n");
    let args = ["import", "--all", runs.path().to_str().unwrap()];
    let first = by_somebody(dir.path(), &args);
    assert_eq!(first.code, 1, "{} {}", first.stdout, first.stderr);
    for line in ["active  two: ", "failed  three.jsonl: ", "imported       1", "active         1", "failed         1"] {
        assert!(first.stdout.contains(line), "{line}: {}", first.stdout);
    }
    std::fs::remove_file(runs.path().join("three.jsonl")).unwrap();
    put(
        "two/run.json",
        r#"{"id": "01KRTEST0000000000000000002", "status": "completed", "startedAt": "2026-05-12T12:00:00Z"}"#,
    );
    let second = by_somebody(dir.path(), &[&args[..], &["--json"]].concat());
    assert_eq!(second.code, 0, "{} {}", second.stdout, second.stderr);
    let second = second.json();
    assert_eq!((&second["summary"]["imported"], &second["summary"]["unchanged"]), (&1.into(), &1.into()), "{second}");
    assert_eq!(second["branch"], "krate/memory-import/backfill");
    assert_eq!(git(dir.path(), &["rev-list", "--count", "main..krate/memory-import/backfill"]).trim(), "2");
    git(dir.path(), &["merge", "--quiet", "--no-edit", "krate/memory-import/backfill"]);
    let third = by_somebody(dir.path(), &[&args[..], &["--json"]].concat()).json();
    assert_eq!(third["summary"]["unchanged"], 2, "{third}");
    let apart = by_somebody(dir.path(), &["import", "--all", &all(), "--branch-each", "--json"]).json();
    assert!(apart["branch"].is_null() && apart["summary"]["imported"].as_u64() > Some(0), "{apart}");
}

#[test]
fn only_what_changed_since_a_moment_is_looked_at() {
    let dir = memory();
    let none = by_somebody(dir.path(), &["import", "--all", &all(), "--since", "2999-01-01", "--dry-run"]).ok();
    assert!(none.starts_with("there is no run and no session"), "{none}");
}

#[test]
fn a_note_is_promoted_into_the_work_tree_or_as_a_branch() {
    let dir = memory();
    write(dir.path(), "notes/rollback.md", "# Roll back a deployment\n\nRun `deploy rollback`.\n");
    commit(dir.path(), "note");
    let args = ["promote", "notes/rollback.md", "--kind", "Runbook", "--owner", "team:platform"];
    let shown = run(dir.path(), &[&args[..], &["--dry-run"]].concat()).ok();
    assert!(shown.contains("id: runbook:roll-back-a-deployment") && shown.contains("notes/rollback.md"), "{shown}");
    assert_eq!(git(dir.path(), &["status", "--porcelain"]), "");
    let named = [&args[..], &["--id", "runbook:deploy-rollback"]].concat();
    assert_eq!(run(dir.path(), &named).ok(), "runbooks/deploy-rollback.md\n");
    assert_eq!(run(dir.path(), &["validate"]).code, 0);
    assert_ne!(run(dir.path(), &named).code, 0, "nothing is written over");
    assert_eq!(run(dir.path(), &[&args[..], &["--id", "decision:x"]].concat()).code, 2);
    git(dir.path(), &["clone", "--quiet", "--bare", ".", "bare.git"]);
    let bare = run(dir.path(), &[&args[..], &["--repo", "bare.git"]].concat()).ok();
    assert!(bare.contains("krate/memory-promote/roll-back-a-deployment"), "{bare}");
}

#[test]
fn runs_are_sent_to_a_server_reviewed_landed_and_swept() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["org", "create", "acme", "--data-dir", "data"]).ok();
    run(dir.path(), &["repo", "create", "acme", "brain", "--data-dir", "data"]).ok();
    for role in ["reader", "proposer", "reviewer", "maintainer"] {
        let args = ["token", "create", "--org", "acme", "--name", role, "--role", role, "--data-dir", "data"];
        write(dir.path(), role, &run(dir.path(), &args).ok());
    }
    let server = Server::start(program(dir.path()).args(["serve", "--data-dir", "data", "--listen", "127.0.0.1:0"]));
    let by = |who: &str, args: &[&str]| {
        let mut command = program(dir.path());
        command.env("LOREKEEP_TOKEN_FILE", dir.path().join(who)).env("LOREKEEP_ORG", "acme");
        outcome(command.args(args).args(["--server", &server.address]))
    };
    let sent = by("proposer", &["import", &a_run(), "--json"]).json();
    let id = sent["import"]["name"].as_str().unwrap().to_owned();
    assert_eq!(sent["import"]["phase"], "AwaitingReview", "{sent}");
    let again = by("proposer", &["import", &a_run()]);
    assert!(again.stderr.contains("unchanged") && again.stdout.contains(&id), "{} {}", again.stdout, again.stderr);
    assert!(by("reader", &["import", "list"]).ok().starts_with(&id));
    let shown = by("reader", &["import", "show", &id]).ok();
    assert!(
        shown.contains("taken out: ") && shown.contains("SecretsRedacted True") && !shown.contains(PLANTED),
        "{shown}"
    );
    by("reviewer", &["import", "approve", &id]).ok();
    assert!(by("reviewer", &["import", "merge", &id]).ok().contains("\tMerged\t"));
    let all = by("proposer", &["import", "--all", &all(), "--json"]).json();
    assert_eq!((&all["summary"]["unchanged"], &all["summary"]["failed"]), (&1.into(), &0.into()), "{all}");

    let keep = ["import", &a_run(), "--tier", "artifact-bytes-retained", "--retain-days", "1", "--json"];
    assert_eq!(by("proposer", &keep).code, 1);
    let kept = by("maintainer", &keep).json();
    let kept = kept["import"]["name"].as_str().unwrap();
    let swept = run(dir.path(), &["import", "sweep", "--data-dir", "data", "--dry-run", "--json"]).json();
    assert_eq!(swept["removed"], Value::Array(Vec::new()));
    by("maintainer", &["import", "lower-tier", kept, "--tier", "curated-journal"]).ok();
    let swept = run(dir.path(), &["import", "sweep", "--data-dir", "data", "--json"]).json();
    let removed = swept["removed"].as_array().unwrap();
    assert_eq!(removed.len(), 1, "{swept}");
    assert_eq!((&removed[0]["import"], &removed[0]["kind"]), (&Value::from(kept), &Value::from("artifact")));
    assert_eq!(run(dir.path(), &["import", "sweep", "--data-dir", "data"]).ok(), "");

    let stop = server.stop("TERM");
    assert!(!stop.stderr.contains(PLANTED));
}

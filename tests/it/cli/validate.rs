//! `lorekeep validate`: findings for people and for machines.

use super::program::{commit, memory, outcome, program, run, runbook, write};
use crate::support::repo::git_command;
use serde_json::Value;
use std::path::Path;

const BAD: &str = "---\nid: runbook:x\nkind: Runbok\ntitle: X\nstatus: approved\nowners: [team:platform]\n\
                   updatedAt: 2026-05-10T12:00:00Z\n---\n# X\n";

fn git(folder: &Path, args: &[&str]) -> super::program::Ran {
    outcome(git_command(crate::support::START).current_dir(folder).args(args))
}

fn codes(json: &Value) -> Vec<&str> {
    json["findings"].as_array().expect("a list").iter().filter_map(|f| f["code"].as_str()).collect()
}

#[test]
fn a_bad_note_is_shown_with_place_line_and_mend() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", BAD);
    let ran = run(dir.path(), &["validate"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @r"
    error[LK201 unknown-node-kind]: `Runbok` is no node kind of the ontology
     --> runbooks/x.md:3:7
      |
    3 | kind: Runbok
      |       ^^^^^^
      |
      = help: did you mean `Runbook`?

    2 records, 0 edges, 1 note in 8 files: 1 error, 0 warnings
    to do: mend the errors from the top; `--base REV` shows only what a change brings
    ");
}

#[test]
fn both_places_of_a_duplicate_are_shown_with_their_lines() {
    let dir = memory();
    write(dir.path(), "runbooks/one.md", &runbook("one", "One", "First."));
    write(dir.path(), "runbooks/two.md", &runbook("one", "Two", "Second."));
    let ran = run(dir.path(), &["validate"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @r"
    error[LK205 duplicate-id]: the id `runbook:one` is declared more than once
     --> runbooks/two.md:2:5
      |
    2 | id: runbook:one
      |     ^^^^^^^^^^^
      |
     ::: runbooks/one.md:2:5
      |
    2 | id: runbook:one
      |     ----------- it is declared here first
      |
      = help: give one of the records another id, or make it a `patch: true` or `extendsNode` document

    3 records, 0 edges, 1 note in 9 files: 1 error, 0 warnings
    to do: mend the errors from the top; `--base REV` shows only what a change brings
    ");
}

#[test]
fn a_repository_of_other_kinds_is_told_of_inferring() {
    let dir = memory();
    for n in 0..30 {
        write(dir.path(), &format!("runbooks/{n}.md"), &BAD.replace("runbook:x", &format!("runbook:{n}")));
    }
    let ran = run(dir.path(), &["validate"]);
    assert!(
        ran.stdout.trim_end().lines().last().is_some_and(|l| l.contains("lorekeep ontology infer")),
        "{}",
        ran.stdout
    );
    let infer = run(dir.path(), &["ontology", "infer", "--help"]);
    assert_eq!(infer.code, 0, "{}", infer.stderr);
}

#[test]
fn what_causes_other_findings_comes_first_and_warnings_last() {
    let dir = memory();
    write(dir.path(), "ontology/node-kinds.yaml", "version: 9\n");
    write(dir.path(), "notes/a.md", "---\nid: [\n---\n");
    write(dir.path(), "decisions/x.md", BAD);
    let ran = run(dir.path(), &["validate"]);
    let codes: Vec<&str> = ran.stdout.split("error[").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    assert_eq!(codes[0], "LK702", "{}", ran.stdout);
    assert!(codes.iter().position(|c| *c == "LK003") < codes.iter().position(|c| *c == "LK201"), "{codes:?}");
    assert!(!run(dir.path(), &["validate", "pages"]).stdout.contains("to do"));
}

#[test]
fn the_json_form_has_the_documented_fields() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", BAD);
    let json = run(dir.path(), &["validate", "--format", "json"]).json();
    assert_eq!(json, run(dir.path(), &["validate", "--json"]).json());
    let keys = |v: &Value| v.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["commit", "base", "findings", "summary"]);
    assert_eq!(
        keys(&json["findings"][0]),
        ["code", "name", "severity", "path", "line", "column", "endLine", "endColumn", "message", "help", "related"]
    );
    assert_eq!(keys(&json["summary"]), ["files", "records", "edges", "notes", "errors", "warnings", "unresolved"]);
    assert_eq!((&json["commit"], &json["summary"]["errors"]), (&Value::Null, &1.into()));
}

#[test]
fn what_a_terminal_would_obey_is_shown_escaped() {
    let dir = memory();
    let text = BAD.replace("title: X", "title: X \u{1b}]0;owned\u{7}").replace("Runbok", "Run\u{202e}bok");
    write(dir.path(), "runbooks/x.md", &text);
    let ran = run(dir.path(), &["validate"]);
    assert_eq!(ran.code, 1);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{}", ran.stdout);
    write(dir.path(), "runbooks/x.md", &runbook("x", "\"Red \\e[31m alert\"", "Body \u{1b}[2J here."));
    commit(dir.path(), "Hostile text");
    for args in [&["query", "alert"][..], &["show", "runbook:x"], &["grep", "here"], &["history", "runbook:x"]] {
        let ran = run(dir.path(), args);
        assert_eq!(ran.code, 0, "{args:?}");
        assert!(!ran.stdout.contains('\u{1b}'), "{args:?}: {}", ran.stdout);
    }
    assert!(run(dir.path(), &["grep", "here"]).ok().contains("\\u{1b}[2J"));
}

#[test]
fn a_secret_is_named_and_not_shown_again() {
    let dir = memory();
    let secret = ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    write(dir.path(), "notes/access.md", &format!("# Access\n\nUse {secret} there.\n"));
    let ran = run(dir.path(), &["validate"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("LK501") && ran.stdout.contains("notes/access.md:3:5"), "{}", ran.stdout);
    assert!(!ran.stdout.contains(&secret), "{}", ran.stdout);
    let entry = ran.stdout.split("validation-rules.yaml: ").nth(1).and_then(|s| s.lines().next());
    let entry = entry.expect("the entry to paste").replace("...", "an example of the guide");
    let rules = std::fs::read_to_string(dir.path().join("ontology/validation-rules.yaml")).expect("it is there");
    let rules = rules.replace("\nallow: []", &format!("\nallow:\n  {entry}"));
    write(dir.path(), "ontology/validation-rules.yaml", &rules);
    run(dir.path(), &["validate"]).ok();
}

#[test]
fn paths_narrow_what_is_shown() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", BAD);
    write(dir.path(), "decisions/y.md", &BAD.replace("runbook:x", "runbook:y"));
    assert_eq!(codes(&run(dir.path(), &["validate", "--json"]).json()).len(), 2);
    assert_eq!(codes(&run(dir.path(), &["validate", "--json", "runbooks"]).json()).len(), 1);
    assert_eq!(run(dir.path(), &["validate", "pages"]).code, 0);
}

#[test]
fn staged_is_what_the_next_commit_holds() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", BAD);
    assert_eq!(run(dir.path(), &["validate", "--staged"]).code, 0, "it is not staged yet");
    git(dir.path(), &["add", "runbooks/x.md"]).ok();
    write(dir.path(), "runbooks/x.md", &BAD.replace("Runbok", "Runbook"));
    assert_eq!(run(dir.path(), &["validate", "--staged"]).code, 1, "the staged one is bad");
    assert_eq!(run(dir.path(), &["validate", "--worktree"]).code, 0, "the one on disk is good");
}

#[test]
fn staged_follows_the_index_that_git_names() {
    let dir = memory();
    let other = dir.path().join("other-index");
    write(dir.path(), "runbooks/x.md", BAD);
    let mut add = git_command(crate::support::START);
    outcome(add.current_dir(dir.path()).env("GIT_INDEX_FILE", &other).args(["add", "runbooks/x.md"])).ok();
    assert_eq!(run(dir.path(), &["validate", "--staged"]).code, 0);
    let with_other = outcome(program(dir.path()).env("GIT_INDEX_FILE", "other-index").args(["validate", "--staged"]));
    assert_eq!(with_other.code, 1, "{}", with_other.stderr);
}

#[test]
fn base_leaves_only_what_the_change_brings() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", BAD);
    commit(dir.path(), "An old mistake");
    write(dir.path(), "runbooks/y.md", &runbook("y", "Good", "Fine."));
    commit(dir.path(), "A good change");
    assert_eq!(run(dir.path(), &["validate", "--rev", "main"]).code, 1);
    let brought = run(dir.path(), &["validate", "--rev", "main", "--base", "main~1", "--json"]);
    assert_eq!(brought.code, 0, "{}", brought.stdout);
    assert!(brought.json()["base"].is_string() && brought.json()["commit"].is_string());
}

#[test]
fn base_shows_what_only_a_change_can_break() {
    let dir = memory();
    write(dir.path(), "runbooks/x.md", &runbook("x", "X", "Steps."));
    let y = runbook("y", "Y", "Steps.").replace("updatedAt", "related: {depends_on: [runbook:x]}\nupdatedAt");
    write(dir.path(), "runbooks/y.md", &y);
    commit(dir.path(), "Two runbooks");
    std::fs::remove_file(dir.path().join("runbooks/x.md")).expect("it is there");
    write(dir.path(), "runbooks/y.md", &y.replace("status: approved", "status: draft"));
    let ran = run(dir.path(), &["validate", "--base", "main"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @r"
    error[LK403 referenced-record-deleted]: the record `runbook:x` is deleted, and 1 edge still leads to it
     --> runbooks/x.md:1:1
      |
     ::: runbooks/y.md:7:24
      |
    7 | related: {depends_on: [runbook:x]}
      |                        --------- `depends_on` leads to it from `runbook:y`
      |
      = help: keep it with the status `deprecated` or `archived`, or delete the edges that lead to it

    error[LK401 forbidden-status-transition]: the status changes from `approved` to `draft`
     --> runbooks/y.md:5:9
      |
    5 | status: draft
      |         ^^^^^
      |
      = help: put `approved` back; it may become `deprecated`, `archived`

    error[LK204 dangling-edge]: no record has the id `runbook:x`, where `depends_on` leads
     --> runbooks/y.md:7:24
      |
    7 | related: {depends_on: [runbook:x]}
      |                        ^^^^^^^^^
      |
      = help: mend the id, add the record that it names, or delete it here

    2 records, 1 edge, 1 note in 8 files: 3 errors, 0 warnings
    to do: mend the errors from the top; all of them came with this change
    ");
}

#[test]
fn saved_queries_are_asked_of_files_of_what_is_staged_and_of_commits() {
    let dir = memory();
    let codes_of = |args: &[&str]| {
        let ran = run(dir.path(), &[&["validate", "--json"], args].concat());
        let json: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        (ran.code, codes(&json).iter().map(|code| (*code).to_owned()).collect::<Vec<_>>())
    };
    let (none, lost) = ((0, vec![]), (1, vec!["LK703".to_owned()]));
    write(dir.path(), "runbooks/cache.md", &runbook("cache", "Empty the cache", "Stop it, empty it, start it."));
    let query = "version: 1\ntext: how to empty the cache\nexpect: [runbook:cache]\nseverity: error\n";
    write(dir.path(), "ontology/queries/cache.yaml", query);
    assert_eq!(codes_of(&[]), none);
    commit(dir.path(), "How to empty the cache");
    assert_eq!(codes_of(&["--rev", "HEAD"]), none);
    std::fs::remove_file(dir.path().join("runbooks/cache.md")).expect("it was written");
    assert_eq!((codes_of(&[]), codes_of(&["--base", "HEAD"])), (lost.clone(), lost.clone()));
    assert_eq!(codes_of(&["--staged"]), none);
    git(dir.path(), &["add", "--all"]).ok();
    assert_eq!(codes_of(&["--staged"]), lost);
    commit(dir.path(), "Take it away");
    assert_eq!((codes_of(&["--rev", "HEAD"]), codes_of(&["--base", "HEAD"])), (lost.clone(), none.clone()));
    assert_eq!(codes_of(&["--rev", "HEAD", "--base", "HEAD~1"]), lost);
    assert_eq!(codes_of(&["--rev", "HEAD~1"]), none);
    let sarif = run(dir.path(), &["validate", "--format", "sarif"]).stdout;
    let sarif: Value = serde_json::from_str(&sarif).expect("it is JSON");
    let run = &sarif["runs"][0];
    let at = run["results"][0]["ruleIndex"].as_u64().expect("the rule is listed") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][at]["name"], "broken-expectation");
}

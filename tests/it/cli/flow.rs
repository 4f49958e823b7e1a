//! From a new repository to answers about it.

use super::program::{commit, memory, program, run, runbook, write};
use lorekeep::face::wire::{DocumentAnswer, QueryAnswer, Resolved};
use std::path::Path;

/// A memory of two landings: a runbook is written, then changed.
fn two_landings() -> tempfile::TempDir {
    let dir = memory();
    write(dir.path(), "runbooks/cache.md", &runbook("cache", "Empty the cache", "Run the drop command."));
    commit(dir.path(), "Write the cache runbook");
    write(dir.path(), "runbooks/cache.md", &runbook("cache", "Empty the cache", "Run the purge command."));
    commit(dir.path(), "Purge instead of drop");
    dir
}

fn at(dir: &tempfile::TempDir) -> &Path {
    dir.path()
}

#[test]
fn a_new_repository_is_valid_and_says_what_is_next() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let made = run(dir.path(), &["init", "brain"]);
    assert!(made.stderr.contains("next: cd brain && lorekeep validate"), "{}", made.stderr);
    assert_eq!((made.code, made.stdout.as_str()), (0, ""));
    let report = run(&dir.path().join("brain"), &["validate"]).ok();
    assert!(report.ends_with("0 errors, 0 warnings\n"), "{report}");
}

#[test]
fn a_folder_with_files_is_not_made_a_memory() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), "x.md", "mine");
    let refused = run(dir.path(), &["init", "."]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("is not empty"), "{}", refused.stderr);
}

#[test]
fn query_finds_a_record_and_explains_it() {
    let dir = two_landings();
    let text = run(at(&dir), &["query", "purge cache", "--explain"]).ok();
    assert!(text.starts_with("1. Empty the cache  [Runbook approved]  runbook:cache\n   runbooks/cache.md"), "{text}");
    assert!(text.contains("text: title: cache"), "{text}");
    assert!(text.contains("Run the purge command."), "{text}");
}

#[test]
fn query_names_the_sections_that_match_best() {
    let dir = memory();
    let sections = format!("{}\n## Purge\n\nPurge it.\n\n## Warm\n\nWarm it.\n", runbook("cache", "Cache", "Intro."));
    write(dir.path(), "runbooks/cache.md", &sections);
    commit(dir.path(), "Write the cache runbook");
    let text = run(at(&dir), &["query", "purge", "--sections", "2"]).ok();
    let line = text.lines().find(|line| line.ends_with("  Purge")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.starts_with("   runbooks/cache.md:"), "{line}");
    assert!(!text.contains("  Warm\n"), "{text}");
    let ran = run(at(&dir), &["query", "purge", "--sections", "2", "--json"]);
    let answer: QueryAnswer = serde_json::from_str(&ran.stdout).expect("it is the API's type");
    let sections = answer.records[0].sections.as_deref().expect("they were asked for");
    assert_eq!(sections[0].heading.as_deref(), Some("Purge"));
}

#[test]
fn query_json_is_the_answer_of_the_api() {
    let dir = two_landings();
    let ran = run(at(&dir), &["query", "purge", "--json"]);
    let answer: QueryAnswer = serde_json::from_str(&ran.stdout).expect("it is the API's type");
    assert_eq!(answer.organization, "local");
    assert_eq!(answer.records[0].id, "runbook:cache");
    assert!(!answer.records[0].why.is_empty());
    assert_eq!(serde_json::to_value(&answer).expect("it serialises"), ran.json());
}

#[test]
fn query_of_an_earlier_commit_answers_with_its_text() {
    let dir = two_landings();
    let text = run(at(&dir), &["query", "cache command", "--rev", "main~1"]).ok();
    assert!(text.contains("drop command") && !text.contains("purge command"), "{text}");
    assert!(text.contains("1 landing behind the tip"), "{text}");
}

#[test]
fn query_renders_a_section_for_a_prompt() {
    let dir = two_landings();
    let text = run(at(&dir), &["query", "purge", "--render", "prompt"]).ok();
    assert!(text.contains("runbook:cache") && text.contains("purge command"), "{text}");
}

#[test]
fn query_without_a_match_says_no() {
    let dir = memory();
    assert_eq!(run(at(&dir), &["query", "zebra"]).code, 1);
}

#[test]
fn grep_prints_path_line_text() {
    let dir = two_landings();
    assert_eq!(run(at(&dir), &["grep", "purge"]).ok(), "runbooks/cache.md:11:Run the purge command.\n");
    assert_eq!(run(at(&dir), &["grep", "PURGE"]).code, 1);
    assert_eq!(run(at(&dir), &["grep", "-i", "PURGE"]).code, 0);
    let context = run(at(&dir), &["grep", "--regex", "p[u]rge", "-C", "1", "--path", "runbooks/**"]).ok();
    assert_eq!(context, "runbooks/cache.md-10-\nrunbooks/cache.md:11:Run the purge command.\n");
    let json = run(at(&dir), &["grep", "purge", "--json"]).json();
    assert_eq!(json["matches"][0]["columns"], serde_json::json!([[9, 14]]));
    assert_eq!(json["totalMatches"], 1);
}

#[test]
fn show_takes_ids_and_paths() {
    let dir = two_landings();
    let by_id = run(at(&dir), &["show", "runbook:cache"]).ok();
    assert_eq!(by_id, run(at(&dir), &["show", "runbooks/cache.md"]).ok());
    assert!(by_id.contains("purge command"));
    let json = run(at(&dir), &["show", "runbook:cache", "--json"]);
    let answer: DocumentAnswer = serde_json::from_str(&json.stdout).expect("it is the API's type");
    assert_eq!((answer.document.id.as_deref(), answer.document.line_start), (Some("runbook:cache"), 1));
    assert_eq!(run(at(&dir), &["show", "runbook:none"]).code, 1);
}

#[test]
fn history_lists_versions_newest_first() {
    let dir = two_landings();
    let text = run(at(&dir), &["history", "runbook:cache"]).ok();
    let (newer, older) = (text.find("Purge instead of drop"), text.find("Write the cache runbook"));
    assert!(newer.is_some() && older.is_some() && newer < older, "{text}");
    let json = run(at(&dir), &["history", "runbooks/cache.md", "--json", "--limit", "1"]).json();
    assert_eq!(json["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["items"][0]["subject"], "Purge instead of drop");
}

#[test]
fn diff_shows_files_records_and_with_full_the_lines() {
    let dir = two_landings();
    let short = run(at(&dir), &["diff", "main~1", "main"]).ok();
    assert!(short.contains("runbooks/cache.md"), "{short}");
    assert!(!short.contains("-Run the drop command."), "{short}");
    let full = run(at(&dir), &["diff", "main~1", "--full"]).ok();
    assert!(full.contains("-Run the drop command.\n+Run the purge command."), "{full}");
    assert!(run(at(&dir), &["diff", "main~1", "--json"]).json().is_object());
}

#[test]
fn resolve_ref_prints_the_commit() {
    let dir = two_landings();
    let tip = run(at(&dir), &["resolve-ref"]).ok();
    let ran = run(at(&dir), &["resolve-ref", "main", "--json"]);
    let resolved: Resolved = serde_json::from_str(&ran.stdout).expect("it is the API's type");
    assert_eq!(resolved.resolved_commit, tip.trim());
    assert!(resolved.approved);
    let past = run(at(&dir), &["resolve-ref", "--at", "1999-01-01"]);
    assert_eq!(past.code, 1, "nothing had landed by then");
    assert_eq!(run(at(&dir), &["resolve-ref", "main", "--rev", "main"]).code, 2, "the commit is named twice");
}

#[test]
fn index_verifies_and_rebuilds() {
    let dir = two_landings();
    let first = run(at(&dir), &["index", "--json", "--verify"]).json();
    assert_eq!((&first["index"]["commits"], &first["index"]["added"]), (&3.into(), &3.into()));
    assert_eq!(first["problems"], serde_json::json!([]));
    assert_eq!(run(at(&dir), &["index", "--json"]).json()["index"]["added"], 0);
    let stray = dir.path().join(".git/lorekeep/stray");
    std::fs::write(&stray, "left behind").expect("the index has a folder");
    let anew = run(at(&dir), &["index", "--rebuild", "--json"]).json();
    assert_eq!((&anew["index"]["commits"], &anew["index"]["added"]), (&3.into(), &3.into()));
    assert!(!stray.exists(), "the old index is thrown away whole");
}

#[test]
fn doctor_finds_nothing_wrong_with_a_new_repository() {
    let dir = memory();
    run(at(&dir), &["index"]).ok();
    let ran = run(at(&dir), &["doctor"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
}

#[test]
fn doctor_tells_how_much_is_indexed_and_takes_what_is_missing_for_no_problem() {
    let dir = two_landings();
    let ran = run(at(&dir), &["doctor"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(
        ran.stderr.contains(": 1 of 3 landings; history is filled in when an old commit is asked for"),
        "{}",
        ran.stderr
    );
    let json = run(at(&dir), &["doctor", "--json"]).json();
    assert_eq!(json["problems"], serde_json::json!([]));
    assert_eq!((&json["index"][0]["landings"], &json["index"][0]["indexed"]), (&3.into(), &1.into()));
    run(at(&dir), &["index"]).ok();
    let whole = run(at(&dir), &["doctor"]);
    assert!(whole.stderr.contains(": 3 of 3 landings\n"), "{}", whole.stderr);
}

#[test]
fn grep_names_the_commit_that_landed_a_line() {
    let dir = two_landings();
    let head = run(at(&dir), &["resolve-ref"]).ok().trim_end().to_owned();
    let text = run(at(&dir), &["grep", "--origin", "-C", "1", "purge command"]).ok();
    let blank = " ".repeat(11);
    let expected =
        format!("{blank}runbooks/cache.md-10-\n{} runbooks/cache.md:11:Run the purge command.\n", &head[..10]);
    assert_eq!(text, expected);
    let introduced = |pattern: &str| {
        let args = ["grep", "--origin", "--json", "--path", "runbooks/**", pattern];
        run(at(&dir), &args).json()["matches"][0]["introduced"].clone()
    };
    assert_eq!(introduced("purge"), serde_json::json!({"commit": head, "update": null, "approvers": []}));
    let older = introduced("kind: Runbook");
    assert!(older["commit"].is_string() && older["commit"] != head.as_str(), "{older}");
    let plain = run(at(&dir), &["grep", "--json", "purge"]).json();
    assert!(plain["matches"][0].get("introduced").is_none(), "{plain}");
}

#[test]
fn another_folder_is_named_by_repo() {
    let dir = two_landings();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let mut command = program(elsewhere.path());
    command.args(["grep", "purge", "--repo"]).arg(dir.path());
    assert_eq!(super::program::outcome(&mut command).ok(), "runbooks/cache.md:11:Run the purge command.\n");
}

//! What a push would land.

use super::{Memory, commit, runbook};
use lorekeep::change::{ParseCache, validate_push};

fn codes(memory: &Memory, old: Option<lorekeep::base::CommitId>, require_clean: bool) -> Vec<String> {
    let report = validate_push(&memory.repo, old, memory.tip(), require_clean, &ParseCache::default());
    report.expect("it can be judged").findings.into_iter().map(|f| format!("{} {}", f.code, f.place.path)).collect()
}

fn dangling(id: &str) -> String {
    runbook(id, id, "related: {supersedes: [runbook:none]}\n")
}

#[test]
fn a_push_answers_for_what_it_brings_and_no_more() {
    let memory = Memory::of(&[("runbooks/old.md", &dangling("old"))]);
    let old = memory.tip();
    memory.test.commit_files(&[("runbooks/new.md", &dangling("new"))], "new");
    assert_eq!(codes(&memory, Some(old), false), ["LK204 runbooks/new.md"]);
    assert_eq!(codes(&memory, Some(old), true), ["LK204 runbooks/new.md", "LK204 runbooks/old.md"]);
}

#[test]
fn a_push_of_several_commits_is_judged_by_where_it_ends() {
    let memory = Memory::of(&[("runbooks/a.md", &runbook("a", "A", ""))]);
    let old = memory.tip();
    memory.test.commit_files(&[("runbooks/b.md", &dangling("b"))], "wrong");
    memory.test.commit_files(&[("runbooks/b.md", &runbook("b", "B", ""))], "mended");
    assert_eq!(codes(&memory, Some(old), false), Vec::<String>::new());
}

#[test]
fn a_first_push_answers_for_everything() {
    let memory = Memory::of(&[("runbooks/old.md", &dangling("old"))]);
    assert_eq!(codes(&memory, None, false), ["LK204 runbooks/old.md"]);
}

#[test]
fn a_push_that_deletes_a_target_answers_for_the_edge_it_breaks() {
    let linked = runbook("a", "A", "related: {supersedes: [runbook:b]}\n");
    let memory = Memory::of(&[("runbooks/a.md", &linked), ("runbooks/b.md", &runbook("b", "B", ""))]);
    let old = memory.tip();
    memory.test.remove("runbooks/b.md");
    let new = commit(&memory.test.commit("gone"));
    assert_eq!(new, memory.tip());
    assert!(!codes(&memory, Some(old), false).is_empty());
}

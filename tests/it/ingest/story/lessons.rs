//! Lessons: which failures teach something, and how that is told.

use super::told::*;
use lorekeep::ingest::{Moment, RetentionTier, lessons};

const UNRESOLVED: &str = "error[E0432]: unresolved import `tokio::time`\nerror: could not compile `importer`";

/// A failure that a file outside of the work mended.
fn taught(at: u64, error: &str) -> Vec<Moment> {
    vec![
        edit(at, "src/importer.rs"),
        command(at + 1, "cargo test -p importer", false, error),
        edit(at + 2, &format!("config/{at}.toml")),
        command(at + 3, "cargo test -p importer", true, ""),
    ]
}

#[test]
fn a_mend_outside_of_the_work_is_a_lesson() {
    let story = session(taught(1, UNRESOLVED));
    let found = lessons(&story);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].title, "cargo test fails with error[E0432]: unresolved import `tokio::time`");
    let files = Choice::of(RetentionTier::SummaryOnly).drafts(&story);
    let path = format!("agents/lessons/{}.md", found[0].slug);
    let text = content(&files, &path);
    for part in
        ["status: draft", "derived_from:", "config/1.toml", "session.jsonl:2", "session.jsonl:4", "Nobody has approved"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    insta::assert_snapshot!("a_lesson", text);
}

#[test]
fn a_lesson_that_the_memory_has_is_not_written_again() {
    let story = session(taught(1, UNRESOLVED));
    let id: &'static str = Box::leak(lessons(&story)[0].id().into_boxed_str());
    let mut choice = Choice::of(RetentionTier::SummaryOnly);
    choice.there = vec![id];
    assert!(!paths(&choice.drafts(&story)).iter().any(|path| path.starts_with("agents/")));
}

#[test]
fn an_edit_in_progress_teaches_nobody() {
    let story = session([
        edit(1, "src/a.rs"),
        command(2, "cargo check", false, "error[E0308]: mismatched types"),
        edit(3, "src/a.rs"),
        command(4, "cargo check", true, ""),
    ]);
    assert_eq!(story.commands.mended.total, 1);
    assert!(lessons(&story).is_empty());
}

#[test]
fn slips_of_the_hand_teach_nobody() {
    for (line, error) in [
        ("cargo tst", "error: no such command: `tst`"),
        ("cargo test --foo", "error: unexpected argument '--foo' found"),
        ("grep -n x y", "grep: y: error: x"),
        ("make all", "something went by"),
    ] {
        let story = session([command(1, line, false, error), edit(2, "a.toml"), command(3, line, true, "")]);
        assert!(lessons(&story).is_empty(), "{line}");
    }
    let many = (0..9).map(|n| edit(10 + n, &format!("src/{n}.rs")));
    let story = session(
        [command(1, "make all", false, "error: x")].into_iter().chain(many).chain([command(30, "make all", true, "")]),
    );
    assert!(lessons(&story).is_empty(), "so many changes say nothing");
}

#[test]
fn a_command_that_made_things_ready_is_a_lesson() {
    let story = session([
        command(1, "npm test", false, "Error: Cannot find module 'vitest'"),
        command(2, "npm install", true, "added 12 packages"),
        command(3, "npm test", true, "3 passed"),
    ]);
    let found = lessons(&story);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].cases[0].prepared.items, ["npm install"]);
}

#[test]
fn the_same_failure_is_one_lesson_and_ten_are_enough() {
    let twice = [1, 10].into_iter().flat_map(|at| taught(at, &format!("error[E0432]: unresolved import `a{at}`")));
    let found = lessons(&session(twice));
    assert_eq!((found.len(), found[0].case_count), (1, 2));
    let letters = "abcdefghijklmnopqrstuvwxyz";
    let many = (0..20).flat_map(|n| taught(10 * n + 1, &format!("error: cannot find {}", &letters[n as usize..])));
    let story = session(many);
    assert_eq!(lessons(&story).len(), 10);
    let files = Choice::of(RetentionTier::SummaryOnly).drafts(&story);
    let texts: Vec<(&str, &str)> = files.iter().map(|file| (file.path.as_str(), file.content.as_str())).collect();
    assert_eq!(findings(&texts), "");
}

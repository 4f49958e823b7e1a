//! Histories of paths and records.

use super::{Memory, path, runbook};
use lorekeep::change::{RecordChangeKind, path_history, record_history};
use lorekeep::git::{ApprovedCommit, ReadRepository};

fn line(memory: &Memory) -> Vec<ApprovedCommit> {
    memory.repo.first_parents(memory.tip(), None).expect("the history reads")
}

/// A record that was made, moved, changed on a branch and merged, and removed; with noise between.
fn memory() -> Memory {
    let memory = Memory::of(&[("notes/n.md", "n\n")]);
    let test = &memory.test;
    test.commit_files(&[("runbooks/a.md", &runbook("a", "A", ""))], "make");
    test.commit_files(&[("notes/n.md", "mentions runbook:a\n")], "noise");
    test.git(&["mv", "runbooks/a.md", "runbooks/z.md"]);
    test.commit("move");
    test.git(&["checkout", "--quiet", "-b", "side"]);
    test.commit_files(&[("runbooks/z.md", &runbook("a", "B", ""))], "on a branch");
    test.git(&["checkout", "--quiet", "main"]);
    let trailers = "merge\n\nUpdate: amu-01hxaaaaaaaaaaaaaaaaaaaaaa\nApproved-by: user:ada 2026-05-10T12:00:00Z";
    test.git(&["merge", "--quiet", "--no-ff", "-m", trailers, "side"]);
    test.remove("runbooks/z.md");
    test.commit("remove");
    memory
}

#[test]
fn a_record_is_followed_along_the_approved_line_wherever_it_stands() {
    let memory = memory();
    let history = record_history(&memory.repo, &line(&memory), "runbook:a", &memory.cache, 100).expect("it reads");
    let told: Vec<(RecordChangeKind, &str, bool)> =
        history.versions.iter().map(|v| (v.records[0].change, v.path.as_str(), v.blob.is_some())).collect();
    assert_eq!(
        told,
        [
            (RecordChangeKind::Removed, "runbooks/z.md", false),
            (RecordChangeKind::Changed, "runbooks/z.md", true),
            (RecordChangeKind::Changed, "runbooks/z.md", true),
            (RecordChangeKind::Added, "runbooks/a.md", true),
        ]
    );
    assert!(!history.truncated);
    let merged = &history.versions[1];
    assert_eq!(merged.update.as_deref(), Some("amu-01hxaaaaaaaaaaaaaaaaaaaaaa"));
    assert_eq!(merged.approved_by, ["user:ada 2026-05-10T12:00:00Z"]);
    assert_eq!(merged.author, "Ada <ada@example.org>");
    assert_eq!(merged.records[0].fields[0].field, "title");
    assert_eq!(history.versions[2].records[0].moved_from.as_deref(), Some("runbooks/a.md"));
}

#[test]
fn a_path_is_followed_along_the_approved_line() {
    let memory = memory();
    let history = path_history(&memory.repo, &line(&memory), &path("runbooks/z.md"), 100).expect("it reads");
    let blobs: Vec<bool> = history.versions.iter().map(|v| v.blob.is_some()).collect();
    assert_eq!(blobs, [false, true, true], "removed, merged, moved there");
    let expected = memory.test.git(&["log", "--first-parent", "--format=%H", "main", "--", "runbooks/z.md"]);
    let ours: Vec<String> = history.versions.iter().map(|v| v.commit.to_string()).collect();
    assert_eq!(ours.join("\n"), expected);
}

#[test]
fn a_history_is_bounded_and_says_so() {
    let memory = memory();
    let history = record_history(&memory.repo, &line(&memory), "runbook:a", &memory.cache, 2).expect("it reads");
    assert_eq!((history.versions.len(), history.truncated), (2, true));
    let history = path_history(&memory.repo, &line(&memory), &path("runbooks/z.md"), 3).expect("it reads");
    assert_eq!((history.versions.len(), history.truncated), (3, false));
}

#[test]
fn what_never_was_has_no_history() {
    let memory = memory();
    assert!(
        record_history(&memory.repo, &line(&memory), "runbook:x", &memory.cache, 9)
            .expect("it reads")
            .versions
            .is_empty()
    );
    assert!(path_history(&memory.repo, &line(&memory), &path("x.md"), 9).expect("it reads").versions.is_empty());
    assert!(path_history(&memory.repo, &[], &path("x.md"), 9).expect("it reads").versions.is_empty());
}

#[test]
fn an_id_written_with_escapes_is_found() {
    let text = runbook("a", "A", "").replace("id: runbook:a", r#"id: "runbook\x3aa""#);
    let memory = Memory::of(&[("runbooks/a.md", &text)]);
    let history = record_history(&memory.repo, &line(&memory), "runbook:a", &memory.cache, 9).expect("it reads");
    assert_eq!(history.versions.len(), 1);
}

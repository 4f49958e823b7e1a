//! Differences: digests, unified text, records.

use super::{Memory, changes, commit, delete, rename, runbook, upsert};
use crate::support::TestRepo;
use lorekeep::base::CommitId;
use lorekeep::change::{MemoryDiff, RecordChangeKind, diff_digest, diff_trees, load_pair, unified_diff};
use lorekeep::git::{At, Change, ReadRepository};
use serde_json::json;

/// A repository with two commits of these files; a `None` is a file that is gone.
fn two(before: &[(&str, &str)], after: &[(&str, Option<&str>)]) -> (Memory, CommitId, CommitId) {
    let memory = Memory::of(before);
    let old = memory.tip();
    for (path, text) in after {
        match text {
            Some(text) => memory.test.write(path, text),
            None => memory.test.remove(path),
        }
    }
    let new = commit(&memory.test.commit("after"));
    (memory, old, new)
}

fn changes_of(memory: &Memory, old: CommitId, new: CommitId) -> Vec<Change> {
    memory.repo.changes(Some(At::Commit(old)), At::Commit(new)).expect("they compare")
}

fn diff(memory: &Memory, old: CommitId, new: CommitId) -> MemoryDiff {
    let (old, new) = load_pair(&memory.repo, At::Commit(old), At::Commit(new), &memory.cache).expect("they load");
    diff_trees(&old, &new)
}

#[test]
fn a_digest_is_of_the_changes_and_not_of_the_commits() {
    let files: &[(&str, &str)] = &[("a.md", "a\n"), ("b.md", "b\n")];
    let (one, old, new) = two(files, &[("a.md", Some("A\n")), ("b.md", None)]);
    let digest = diff_digest(&changes_of(&one, old, new));
    let more: &[(&str, &str)] = &[("a.md", "a\n"), ("b.md", "b\n"), ("c.md", "c\n")];
    let (two_, old, new) = two(more, &[("a.md", Some("A\n")), ("b.md", None)]);
    assert_eq!(digest, diff_digest(&changes_of(&two_, old, new)));
    let reversed: Vec<Change> = changes_of(&two_, old, new).into_iter().rev().collect();
    assert_eq!(digest, diff_digest(&reversed));
    for other in [&[("a.md", Some("B\n")), ("b.md", None)][..], &[("a.md", Some("A\n"))], &[("b.md", None)]] {
        let (memory, old, new) = two(files, other);
        assert_ne!(digest, diff_digest(&changes_of(&memory, old, new)));
    }
    insta::assert_snapshot!(digest, @"blake3:1243427bf87e1a2811cd1092e24f673232969a823dadb9b72d2bd675fb22ad6e");
}

#[test]
fn a_file_that_becomes_a_link_to_the_same_bytes_is_another_diff() {
    let memory = Memory::of(&[("a.md", "b.md")]);
    let old = memory.tip();
    memory.test.remove("a.md");
    std::os::unix::fs::symlink("b.md", memory.test.path().join("a.md")).expect("a link can be made");
    let new = commit(&memory.test.commit("link"));
    let change = changes_of(&memory, old, new);
    assert_eq!(change[0].old.as_ref().map(|e| e.oid), change[0].new.as_ref().map(|e| e.oid));
    assert_ne!(diff_digest(&change), diff_digest(&[]));
    let mut as_file = change.clone();
    as_file[0].new = as_file[0].old.clone();
    assert_ne!(diff_digest(&change), diff_digest(&as_file));
}

#[test]
fn unified_text_is_what_git_applies() {
    let before: Vec<String> = (0..40).map(|n| format!("line {n}\n")).collect();
    let mut after = before.clone();
    (after[3], after[30]) = ("changed\n".into(), String::new());
    after.push("no line break at the end".into());
    let (memory, old, new) = two(
        &[("long.md", &before.concat()), ("gone.md", "gone\n"), ("cr.md", "a\rb\r\nc\n"), ("with space.md", "x")],
        &[
            ("long.md", Some(&after.concat())),
            ("gone.md", None),
            ("cr.md", Some("a\rB\r\nc\r")),
            ("with space.md", Some("y")),
            ("new/caf\u{e9}.md", Some("new\n")),
            ("empty.md", Some("")),
        ],
    );
    let text = unified_diff(&memory.repo, &changes_of(&memory, old, new), 1 << 20).expect("it reads");
    memory.test.git(&["reset", "--quiet", "--hard", &old.to_string()]);
    memory.test.git_with_input(&["apply", "--index", "-"], text.as_bytes());
    let applied = memory.test.git(&["write-tree"]);
    assert_eq!(applied, memory.test.git(&["rev-parse", &format!("{new}^{{tree}}")]), "{text}");
}

#[test]
fn unified_text_reads_like_git_s() {
    let (memory, old, new) = two(
        &[("a.md", "one\ntwo\n"), ("b.md", "gone\n")],
        &[("a.md", Some("one\n2")), ("b.md", None), ("c.md", Some("new\n"))],
    );
    let text = unified_diff(&memory.repo, &changes_of(&memory, old, new), 1 << 20).expect("it reads");
    insta::assert_snapshot!(text, @r"
    diff --git a/a.md b/a.md
    --- a/a.md
    +++ b/a.md
    @@ -1,2 +1,2 @@
     one
    -two
    +2
    \ No newline at end of file
    diff --git a/b.md b/b.md
    deleted file mode 100644
    --- a/b.md
    +++ /dev/null
    @@ -1 +0,0 @@
    -gone
    diff --git a/c.md b/c.md
    new file mode 100644
    --- /dev/null
    +++ b/c.md
    @@ -0,0 +1 @@
    +new
    ");
}

#[test]
fn binary_and_odd_paths_are_named_and_not_shown() {
    let memory = Memory::of(&[("a.md", "x\n")]);
    let old = memory.tip();
    memory.test.write("i\"m\tage.png", b"\x89PNG\0");
    let new = commit(&memory.test.commit("binary"));
    let text = unified_diff(&memory.repo, &changes_of(&memory, old, new), 1 << 20).expect("it reads");
    insta::assert_snapshot!(text, @r#"
    diff --git "a/i\"m\011age.png" "b/i\"m\011age.png"
    new file mode 100644
    Binary files /dev/null and "b/i\"m\011age.png" differ
    "#);
}

#[test]
fn unified_text_is_bounded_and_says_what_is_missing() {
    let many: Vec<(String, String)> = (0..50).map(|n| (format!("{n:02}.md"), "x\n".repeat(100))).collect();
    let after: Vec<(&str, Option<&str>)> =
        many.iter().map(|(path, text)| (path.as_str(), Some(text.as_str()))).collect();
    let (memory, old, new) = two(&[("a.md", "x\n")], &after);
    let text = unified_diff(&memory.repo, &changes_of(&memory, old, new), 4096).expect("it reads");
    assert!(text.len() < 4200, "{}", text.len());
    let shown = text.matches("diff --git").count();
    assert!(text.ends_with(&format!("# cut here: {} more changed files are not shown\n", 50 - shown)), "{text}");
}

#[test]
fn a_record_is_compared_field_by_field() {
    let before = runbook("a", "Old", "tags: [ci]\nseverity: 1\n");
    let after = runbook("a", "New", "tags: [ci, e2e]\nsummary: s\n").replace("Some text", "Other text");
    let (memory, old, new) = two(&[("runbooks/a.md", &before)], &[("runbooks/a.md", Some(&after))]);
    let diff = diff(&memory, old, new);
    let [record] = &diff.records[..] else { panic!("one record: {:?}", diff.records) };
    assert_eq!(
        (record.id.as_str(), record.change, record.body_changed),
        ("runbook:a", RecordChangeKind::Changed, true)
    );
    let fields: Vec<_> = record.fields.iter().map(|f| (f.field.as_str(), f.before.clone(), f.after.clone())).collect();
    assert_eq!(
        fields,
        [
            ("severity", Some(json!(1)), None),
            ("summary", None, Some(json!("s"))),
            ("tags", Some(json!(["ci"])), Some(json!(["ci", "e2e"]))),
            ("title", Some(json!("Old")), Some(json!("New"))),
        ]
    );
}

#[test]
fn records_are_added_removed_and_moved() {
    let files = [("runbooks/a.md", runbook("a", "A", "")), ("runbooks/b.md", runbook("b", "B", ""))];
    let memory = Memory::of(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let old = memory.tip();
    let spec = changes(vec![
        rename("runbooks/a.md", "runbooks/z.md", None),
        delete("runbooks/b.md"),
        upsert("runbooks/c.md", runbook("c", "C", "")),
    ]);
    let diff = diff(&memory, old, memory.propose(spec).expect("taken").head);
    let records: Vec<_> =
        diff.records.iter().map(|r| (r.id.as_str(), r.change, r.path.as_str(), r.moved_from.as_deref())).collect();
    assert_eq!(
        records,
        [
            ("runbook:a", RecordChangeKind::Changed, "runbooks/z.md", Some("runbooks/a.md")),
            ("runbook:b", RecordChangeKind::Removed, "runbooks/b.md", None),
            ("runbook:c", RecordChangeKind::Added, "runbooks/c.md", None),
        ]
    );
    let files = serde_json::to_value(&diff.files).expect("it serialises");
    let files: Vec<String> = files
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| format!("{} {} {}", f["change"].as_str().unwrap_or("?"), f["path"].as_str().unwrap_or("?"), f["from"]))
        .collect();
    assert_eq!(
        files,
        ["removed runbooks/b.md null", "added runbooks/c.md null", "renamed runbooks/z.md \"runbooks/a.md\""]
    );
}

#[test]
fn edges_are_added_and_removed_once() {
    let linked = |to: &str| runbook("a", "A", &format!("related: {{supersedes: [{to}]}}\n"));
    let extends = "extendsNode: {nodeKind: Runbook, id: runbook:a}\nedges: {supersedes: [runbook:kept]}\n";
    let (memory, old, new) = two(
        &[("runbooks/a.md", &linked("runbook:kept, runbook:old")), ("graph/more.yaml", extends)],
        &[("runbooks/a.md", Some(&linked("runbook:new")))],
    );
    let diff = diff(&memory, old, new);
    let edges = |edges: &[lorekeep::change::EdgeRef]| -> Vec<String> {
        edges.iter().map(|e| format!("{} {} {}", e.from, e.kind, e.to)).collect()
    };
    assert_eq!(edges(&diff.edges_added), ["runbook:a supersedes runbook:new"]);
    assert_eq!(edges(&diff.edges_removed), ["runbook:a supersedes runbook:old"], "another file still has the other");
    assert_eq!(diff.records.len(), 1);
    assert!(diff.records[0].fields.is_empty(), "edges are no fields: {:?}", diff.records[0].fields);
}

#[test]
fn the_same_commit_differs_in_nothing() {
    let test = TestRepo::with_files(&[("runbooks/a.md", &runbook("a", "A", ""))]);
    let memory = Memory::around(test);
    assert_eq!(diff(&memory, memory.tip(), memory.tip()), MemoryDiff::default());
}

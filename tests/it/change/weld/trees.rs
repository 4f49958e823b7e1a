//! Merging whole trees: what lands is what was merged by record, and checked.

use crate::change::{Memory, changes, checked, delete, runbook, upsert};
use crate::support::TestRepo;
use lorekeep::base::CommitId;
use lorekeep::change::{ClashKind, ConflictView, MergeVerdict};
use lorekeep::git::At;

const PATH: &str = "runbooks/flake.md";

fn flake(more: &str) -> String {
    runbook("flake", "Flake", more)
}

/// The text of a file in a merged tree, as it is expected: git's last line break left out.
fn lands(memory: &Memory, tree: lorekeep::base::Oid, path: &str, expected: &str) {
    assert_eq!(memory.text(At::Tree(tree), path).as_deref(), Some(expected.trim_end()));
}

/// A memory in which a proposal and the tip each change one file.
fn fork(path: &str, base: Option<&str>, ours: &str, theirs: &str) -> (Memory, CommitId) {
    let mut files = vec![("runbooks/other.md", runbook("other", "Other", ""))];
    files.extend(base.map(|base| (path, base.to_owned())));
    let listed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let memory = Memory::of(&listed);
    let head = memory.propose(changes(vec![upsert(path, theirs)])).expect("taken").head;
    memory.test.commit_files(&[(path, ours)], "meanwhile");
    (memory, head)
}

fn conflicts(verdict: MergeVerdict) -> Vec<ConflictView> {
    match verdict {
        MergeVerdict::Conflicted(conflicts) => conflicts,
        MergeVerdict::Checked(checked) => panic!("it merges: {checked:?}"),
    }
}

#[test]
fn two_people_who_add_a_tag_do_not_conflict() {
    let (memory, head) = fork(PATH, Some(&flake("tags: [ci]\n")), &flake("tags: [ci, a]\n"), &flake("tags: [ci, b]\n"));
    let checked = checked(memory.verdict(head));
    lands(&memory, checked.tree, PATH, &flake("tags: [ci, a, b]\n"));
    assert_eq!(checked.changed_paths, [PATH]);
}

#[test]
fn a_conflict_names_the_record_the_field_and_each_value() {
    let status = |status: &str, tags: &str| flake(&format!("tags: [{tags}]\n")).replace("approved", status);
    let (memory, head) =
        fork(PATH, Some(&status("approved", "a")), &status("archived", "a, b"), &status("deprecated", "a, c"));
    let [conflict] = &conflicts(memory.verdict(head))[..] else { panic!("one path conflicts") };
    let [field] = &conflict.fields[..] else { panic!("one field conflicts: {:?}", conflict.fields) };
    assert_eq!(
        (field.kind, field.record.as_deref(), &*field.field),
        (ClashKind::Field, Some("runbook:flake"), "status")
    );
    let sides = [&field.base, &field.ours, &field.theirs].map(|side| side.as_deref().expect("it is there"));
    assert_eq!(sides, ["approved", "archived", "deprecated"]);
    assert_eq!(conflict.fields_left_out, 0);
}

#[test]
fn what_merges_by_line_into_a_repeated_key_is_a_conflict() {
    let ours = flake("").replace("kind: Runbook\n", "summary: Ours.\nkind: Runbook\n");
    let (memory, head) = fork(PATH, Some(&flake("")), &ours, &flake("summary: Theirs.\n"));
    assert!(memory.test.try_git(&["merge-tree", "--write-tree", "main", &head.to_string()], b"").status.success());
    let found = conflicts(memory.verdict(head));
    assert_eq!((found[0].path.as_str(), found[0].fields[0].field.as_str()), (PATH, "summary"));
}

#[test]
fn a_file_that_both_added_merges_where_it_is_one_record() {
    let (memory, head) = fork(PATH, None, &flake("tags: [a]\n"), &flake("tags: [b]\n"));
    let checked = checked(memory.verdict(head));
    lands(&memory, checked.tree, PATH, &flake("tags: [a, b]\n"));
    let other = runbook("another", "Flake", "");
    let (memory, head) = fork(PATH, None, &flake(""), &other);
    assert_eq!(conflicts(memory.verdict(head))[0].fields[0].kind, ClashKind::File);
}

#[test]
fn what_one_deleted_and_the_other_changed_is_a_conflict_of_that_kind() {
    let memory = Memory::of(&[(PATH, &flake("")), ("notes/n.md", "n\n")]);
    let head = memory.propose(changes(vec![delete(PATH)])).expect("taken").head;
    memory.test.commit_files(&[(PATH, &flake("tags: [a]\n"))], "meanwhile");
    let found = conflicts(memory.verdict(head));
    let field = &found[0].fields[0];
    assert_eq!((field.kind, field.record.as_deref()), (ClashKind::Deleted, Some("runbook:flake")));
    assert!(field.theirs.is_none() && field.ours.as_ref().is_some_and(|text| text.contains("tags: [a]")));
}

#[test]
fn a_file_that_is_no_memory_merges_as_in_git() {
    let text = |a: &str, b: &str| format!("a: {a}\n1\n2\n3\n4\n5\nb: {b}\n");
    for path in ["tools/x.txt", "tools/x.yaml"] {
        let (memory, head) = fork(path, Some(&text("0", "0")), &text("1", "0"), &text("0", "1"));
        let expected = memory.test.git(&["merge-tree", "--write-tree", "main", &head.to_string()]);
        assert_eq!(checked(memory.verdict(head)).tree.to_string(), expected.trim());
    }
}

#[test]
fn a_memory_in_a_folder_of_its_repository_merges_by_record_too() {
    let at = |path: &str| format!(".company-brain/{path}");
    let (ontology, file) = (at("ontology/controlled-vocabulary.yaml"), at("graph/services/x.yaml"));
    let record = |tags: &str| format!("nodeKind: Service\nid: service:x\nattributes:\n  title: X\n  tags: [{tags}]\n");
    let test = TestRepo::with_files(&[(&ontology, "version: 1\n"), (&file, &record("a"))]);
    test.git(&["checkout", "--quiet", "-b", "theirs"]);
    test.commit_files(&[(&file, &record("a, c"))], "theirs");
    let head = crate::change::commit(&test.git(&["rev-parse", "HEAD"]));
    test.git(&["checkout", "--quiet", "main"]);
    test.commit_files(&[(&file, &record("a, b"))], "ours");
    let memory = Memory::around(test);
    let checked = checked(memory.verdict(head));
    lands(&memory, checked.tree, "graph/services/x.yaml", &record("a, b, c"));
}

//! Memory roots, and trees made to hurt.

use super::{at, oid, open};
use crate::support::TestRepo;
use lorekeep::base::RepoPath;
use lorekeep::git::{At, ChangeKind, GitError, ReadRepository};

fn paths(files: &[lorekeep::base::TreeEntry]) -> String {
    files.iter().map(|file| String::from_utf8_lossy(&file.path)).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_memory_root_is_the_brain_where_only_that_holds_an_ontology() {
    let test = TestRepo::with_files(&[
        ("src/main.rs", "fn main() {}"),
        (".company-brain/ontology/core.yaml", "x"),
        (".company-brain/notes/a.md", "a"),
    ]);
    let repo = open(&test);
    let inside = test.git(&["rev-parse", "HEAD"]);
    assert_eq!(repo.memory_root(at(&inside)).expect("reads"), ".company-brain");
    assert_eq!(paths(&repo.files(at(&inside)).expect("lists")), "notes/a.md ontology/core.yaml");
    let note = RepoPath::parse("notes/a.md").expect("a path");
    assert!(repo.entry(at(&inside), &note).expect("reads").is_some());
    assert!(repo.entry(at(&inside), &RepoPath::parse("src/main.rs").expect("a path")).expect("reads").is_none());

    let moved = test.commit_files(&[(".company-brain/notes/a.md", "b"), ("src/lib.rs", "")], "both sides");
    let changes = repo.changes(Some(at(&inside)), at(&moved)).expect("diffs");
    assert_eq!(
        changes.iter().map(|c| (c.path.as_slice(), c.kind)).collect::<Vec<_>>(),
        [(b"notes/a.md".as_slice(), ChangeKind::Modified)]
    );

    let both = test.commit_files(&[("ontology/core.yaml", "x")], "one at the top");
    assert_eq!(repo.memory_root(at(&both)).expect("reads"), "", "the top comes first");
}

#[test]
fn a_file_or_an_absence_is_no_ontology_folder() {
    let test = TestRepo::with_files(&[(".company-brain/ontology", "a file"), ("a.md", "a")]);
    let tip = test.git(&["rev-parse", "HEAD"]);
    assert_eq!(open(&test).memory_root(at(&tip)).expect("reads"), "");
}

#[test]
fn an_entry_is_a_file_not_a_folder_and_nothing_lies_below_a_file() {
    let test = TestRepo::with_files(&[("notes/a.md", "a")]);
    let repo = open(&test);
    let tip = at(&test.git(&["rev-parse", "HEAD"]));
    for path in ["notes", "notes/a.md/b", "none.md", "none/a.md"] {
        let path = RepoPath::parse(path).expect("a path");
        assert_eq!(repo.entry(tip, &path).expect("reads"), None, "{path}");
    }
}

/// A tree whose every level holds the level below `fan` times.
fn bomb(test: &TestRepo, fan: usize, levels: usize, leaf: &str) -> At {
    let mut below = leaf.to_owned();
    for _ in 0..levels {
        let names: Vec<String> = (0..fan).map(|n| format!("{n:03}")).collect();
        let entries: Vec<_> = names.iter().map(|name| ("40000", name.as_bytes(), below.as_str())).collect();
        below = test.raw_tree(&entries);
    }
    At::Tree(oid(&below))
}

#[test]
fn a_tree_bomb_is_refused_when_listed_and_when_compared() {
    let test = TestRepo::bare();
    let blob = test.blob(b"x");
    let leaf = test.raw_tree(&[("100644", b"a.md", &blob)]);
    let empty = test.raw_tree(&[]);
    for leaf in [leaf, empty] {
        let bomb = bomb(&test, 40, 8, &leaf);
        let repo = open(&test);
        let refused = repo.files(bomb).expect_err("it lists billions of paths");
        assert!(refused.to_string().contains("more than 1000000 entries"), "{refused}");
        let refused = repo.changes(None, bomb).expect_err("it adds billions of paths");
        assert!(matches!(refused, GitError::Object { .. }), "{refused}");
    }
}

#[test]
fn a_deep_tree_is_refused_and_one_within_the_limit_is_not() {
    let test = TestRepo::bare();
    let blob = test.blob(b"x");
    let leaf = test.raw_tree(&[("100644", b"a.md", &blob)]);
    let repo = open(&test);
    assert_eq!(repo.files(bomb(&test, 1, 64, &leaf)).expect("64 levels are taken").len(), 1);
    let refused = repo.files(bomb(&test, 1, 65, &leaf)).expect_err("65 are not");
    assert!(refused.to_string().contains("64 deep"), "{refused}");
}

#[test]
fn a_name_that_holds_a_slash_is_refused() {
    let test = TestRepo::bare();
    let blob = test.blob(b"x");
    let tree = test.raw_tree(&[("100644", b"a/b.md", &blob)]);
    let refused = open(&test).files(At::Tree(oid(&tree))).expect_err("it could be taken for a folder");
    assert!(refused.to_string().contains("slash"), "{refused}");
}

#[test]
fn names_of_any_bytes_are_listed_as_they_are() {
    let test = TestRepo::bare();
    let blob = test.blob(b"x");
    let names: [&[u8]; 5] = [b"-x.md", b"\x1b[31m.md", b"..", b"CON", b"\xff\xfe.md"];
    let mut sorted = names;
    sorted.sort();
    let entries: Vec<_> = sorted.iter().map(|name| ("100644", *name, blob.as_str())).collect();
    let tree = test.raw_tree(&entries);
    let listed = open(&test).files(At::Tree(oid(&tree))).expect("lists");
    assert_eq!(listed.iter().map(|file| file.path.as_slice()).collect::<Vec<_>>(), sorted);
}

#[test]
fn an_unsorted_tree_is_listed_in_path_order() {
    let test = TestRepo::bare();
    let blob = test.blob(b"x");
    let tree = test.raw_tree(&[("100644", b"b.md", &blob), ("100644", b"a.md", &blob)]);
    assert_eq!(paths(&open(&test).files(At::Tree(oid(&tree))).expect("lists")), "a.md b.md");
}

#[test]
fn a_damaged_tree_is_an_error_and_no_panic() {
    let test = TestRepo::bare();
    let torn =
        test.git_with_input(&["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], b"100644 a.md\0short");
    let repo = open(&test);
    assert!(repo.files(At::Tree(oid(&torn))).is_err());
    assert!(repo.changes(None, At::Tree(oid(&torn))).is_err());
    let missing = test.raw_tree(&[("40000", b"gone", &"2".repeat(40))]);
    assert!(repo.files(At::Tree(oid(&missing))).is_err());
    assert!(repo.changes(None, At::Tree(oid(&missing))).is_err());
}

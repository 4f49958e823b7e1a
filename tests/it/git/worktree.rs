//! What is not committed yet.

use super::{open, small_history};
use crate::support::TestRepo;
use lorekeep::base::store::BlobError;
use lorekeep::base::{BlobStore, FileMode};
use lorekeep::git::{GitError, LooseTree};

fn names(tree: &LooseTree<'_>) -> String {
    tree.files().iter().map(|file| String::from_utf8_lossy(&file.path)).collect::<Vec<_>>().join(" ")
}

fn bytes(tree: &LooseTree<'_>, path: &str) -> Vec<u8> {
    let file = tree.files().iter().find(|file| file.path == path.as_bytes()).expect("is listed");
    tree.blob(file.oid, 1000).expect("reads")
}

#[test]
fn the_worktree_is_what_lies_there_without_what_is_ignored() {
    let test = TestRepo::with_files(&[("a.md", "a"), ("b.md", "b"), (".gitignore", "*.tmp\nbuild/\n")]);
    test.write("a.md", "changed");
    test.write("new/c.md", "c");
    test.write("x.tmp", "ignored");
    test.write("build/y.md", "ignored");
    test.remove("b.md");
    std::os::unix::fs::symlink("/etc/passwd", test.path().join("link.md")).expect("a link can be made");
    let repo = open(&test);
    let tree = repo.read_worktree().expect("reads");
    assert_eq!(names(&tree), ".gitignore a.md link.md new/c.md");
    assert_eq!((bytes(&tree, "a.md"), bytes(&tree, "new/c.md")), (b"changed".to_vec(), b"c".to_vec()));
    let link = &tree.files()[2];
    assert_eq!((link.mode, bytes(&tree, "link.md")), (FileMode::Symlink, b"/etc/passwd".to_vec()));
    assert_eq!(tree.files()[1].oid.to_string(), test.git(&["hash-object", "a.md"]));
}

#[test]
fn staged_is_what_the_next_commit_would_hold() {
    let test = small_history();
    test.write("a.md", "staged");
    test.write("new.md", "staged too");
    test.git(&["add", "--all"]);
    test.write("a.md", "only in the worktree");
    test.write("not-staged.md", "x");
    let repo = open(&test);
    let tree = repo.read_staged(None).expect("reads");
    assert_eq!(names(&tree), "a.md new.md notes/deep/b.md side.md");
    assert_eq!(bytes(&tree, "a.md"), b"staged");
}

#[test]
fn both_are_relative_to_the_memory_root() {
    let test = TestRepo::with_files(&[(".company-brain/ontology/core.yaml", "x"), ("src/main.rs", "x")]);
    test.write(".company-brain/a.md", "a");
    let repo = open(&test);
    assert_eq!(names(&repo.read_worktree().expect("reads")), "a.md ontology/core.yaml");
    assert_eq!(names(&repo.read_staged(None).expect("reads")), "ontology/core.yaml");
}

#[test]
fn a_large_file_is_listed_and_not_read() {
    let test = TestRepo::with_files(&[("a.md", "a")]);
    test.write("large.md", vec![b'x'; (8 << 20) + 1]);
    let repo = open(&test);
    let tree = repo.read_worktree().expect("reads");
    let large = tree.files().iter().find(|file| file.path == b"large.md").expect("is listed");
    assert!(matches!(tree.blob(large.oid, 1 << 30), Err(BlobError::TooLarge { size, .. }) if size == (8 << 20) + 1));
    let small = tree.files().iter().find(|file| file.path == b"a.md").expect("is listed");
    assert!(matches!(tree.blob(small.oid, 0), Err(BlobError::TooLarge { size: 1, limit: 0, .. })));
}

#[test]
fn a_worktree_runs_nothing_of_its_repository() {
    let test = TestRepo::with_files(&[("a.md", "a")]);
    let trace = test.path().join("ran");
    test.git(&["config", "core.fsmonitor", &format!("touch {} && false", trace.display())]);
    open(&test).read_worktree().expect("reads");
    assert!(!trace.exists());
}

#[test]
fn a_bare_repository_has_neither() {
    let bare = TestRepo::bare();
    let repo = open(&bare);
    assert!(matches!(repo.read_worktree().map(|_| ()), Err(GitError::NotARepository { .. })));
    assert!(matches!(repo.read_staged(None).map(|_| ()), Err(GitError::NotARepository { .. })));
}

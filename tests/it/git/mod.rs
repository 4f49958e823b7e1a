//! Tests of `git`: each answer is held against the git program's own.

mod read;
mod resolve;
mod trees;

use crate::support::TestRepo;
use lorekeep::base::{CommitId, Oid};
use lorekeep::git::{At, Repository};

/// Opens a test repository.
fn open(repo: &TestRepo) -> Repository {
    Repository::open(repo.path()).expect("the repository opens")
}

/// A commit id that git printed.
fn commit(text: &str) -> CommitId {
    CommitId::parse(text).expect("git prints full ids")
}

/// The tree of a commit that git printed.
fn at(text: &str) -> At {
    At::Commit(commit(text))
}

/// An object id that git printed.
fn oid(text: &str) -> Oid {
    Oid::parse(text).expect("git prints full ids")
}

/// A history with a merge, a tag of each kind, and folders in folders.
fn small_history() -> TestRepo {
    let repo = TestRepo::with_files(&[("a.md", "one\n"), ("notes/deep/b.md", "two\n"), ("notes.md", "x\n")]);
    repo.commit_files(&[("a.md", "one more\n")], "second");
    repo.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    repo.commit_files(&[("side.md", "side\n")], "side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    repo.git(&["tag", "light"]);
    repo.git(&["tag", "-a", "-m", "annotated", "heavy", "HEAD~1"]);
    repo.remove("notes.md");
    repo.commit("last");
    repo
}

//! Tests of `git`: each answer is held against the git program's own.

mod bare;
mod merge;
mod push;
mod read;
mod resolve;
mod sign;
mod trees;
mod upkeep;
mod worktree;
mod write;

use crate::support::TestRepo;
use lorekeep::base::{CommitId, Oid, RepoPath, Timestamp};
use lorekeep::git::{At, CommitDraft, Repository, Signature};

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

/// A path from the memory root.
fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).expect("the test's path is sound")
}

/// The engine, at a time in seconds since 1970.
fn engine(at: i64) -> Signature {
    Signature { name: "Lorekeep".into(), email: "engine@example.org".into(), at: Timestamp::from_seconds(at) }
}

/// A commit of a tree by Grace and the engine.
fn draft(tree: Oid, parents: &[CommitId], at: i64) -> CommitDraft {
    let author = Signature { name: "Grace".into(), email: "grace@example.org".into(), at: Timestamp::from_seconds(at) };
    let message = "Say more\n\nUpdate: amu-1\n".to_owned();
    CommitDraft { tree, parents: parents.to_vec(), author, committer: engine(at), message }
}

//! The words of this folder, and its three powers: read, write, sign.

use crate::base::{BlobStore, CommitId, Oid, RepoPath, Timestamp, TreeEntry};

/// A git operation that failed for a reason outside the caller's request.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The folder is no repository that can be used.
    #[error("{path} is not a usable git repository: {reason}")]
    NotARepository {
        /// Where it was looked for.
        path: std::path::PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// An object is missing, damaged, of another type, or over a limit.
    #[error("object {oid} cannot be used: {reason}")]
    Object {
        /// Which object.
        oid: Oid,
        /// What is wrong.
        reason: String,
    },
    /// A reference moved away from the value it was expected to have: nothing was changed.
    #[error("{name} is not at its expected commit any more")]
    RefMoved {
        /// Which reference.
        name: String,
    },
    /// A patch does not apply.
    #[error("the patch does not apply: {reason}")]
    PatchRefused {
        /// What git says about it.
        reason: String,
    },
    /// The git program failed, or is missing.
    #[error("git {operation} failed: {reason}")]
    Program {
        /// Which subcommand.
        operation: &'static str,
        /// What it said.
        reason: String,
    },
    /// The operating system refused something.
    #[error("{what}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// Anything gix reports that has no better name.
    #[error("{what}: {reason}")]
    Other {
        /// What was being done.
        what: &'static str,
        /// What gix said.
        reason: String,
    },
}

/// What a caller may name a commit by; every field was parsed, and none reaches a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefSpec {
    /// The default branch.
    Default,
    /// Anything `explicit-ref` takes: branch, tag, full ref, full or unique short id, with `~n` and `^n`.
    Named(String),
}

/// Why a name resolves to no commit.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// Git would refuse such a name, or it begins with `-`.
    #[error("`{0}` is not a name git takes for a reference")]
    BadName(String),
    /// Nothing has that name.
    #[error("`{0}` names no commit of this repository")]
    NotFound(String),
    /// More than one thing has that name.
    #[error("`{name}` is ambiguous: it could be {}", candidates.join(" or "))]
    Ambiguous {
        /// The name.
        name: String,
        /// What it could be, written in full.
        candidates: Vec<String>,
    },
    /// The repository failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// A commit of the approved line: the first-parent history of the default branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovedCommit {
    /// The commit.
    pub id: CommitId,
    /// Its tree.
    pub tree: Oid,
    /// Its committer date, as it stands in the commit.
    pub committed_at: Timestamp,
}

/// Who wrote or committed something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// When.
    pub at: Timestamp,
}

/// A commit as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// Its tree.
    pub tree: Oid,
    /// Its parents, in order.
    pub parents: Vec<CommitId>,
    /// Who wrote it.
    pub author: Signature,
    /// Who committed it.
    pub committer: Signature,
    /// Its message, lossily as UTF-8.
    pub message: String,
    /// Whether it carries a signature.
    pub signed: bool,
}

/// A commit to be written.
#[derive(Clone, Debug)]
pub struct CommitDraft {
    /// Its tree.
    pub tree: Oid,
    /// Its parents, in order.
    pub parents: Vec<CommitId>,
    /// Who wrote it.
    pub author: Signature,
    /// Who commits it.
    pub committer: Signature,
    /// Its message, trailers included.
    pub message: String,
}

/// A tree to read: that of a commit, or one that no commit holds yet (a merge being checked).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The tree of a commit.
    Commit(CommitId),
    /// A tree itself: the top of the repository, not of the memory root.
    Tree(Oid),
}

impl From<CommitId> for At {
    fn from(commit: CommitId) -> Self {
        Self::Commit(commit)
    }
}

/// What happened to a path between two trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its object or mode is another.
    Modified,
    /// It is gone.
    Deleted,
}

/// A changed path. A rename is a deletion and an addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which path, in bytes.
    pub path: Vec<u8>,
    /// What happened.
    pub kind: ChangeKind,
    /// The entry before, unless added.
    pub old: Option<TreeEntry>,
    /// The entry after, unless deleted.
    pub new: Option<TreeEntry>,
}

/// One side of a conflicting path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictSide {
    /// The blob on this side; `None` where the path is absent.
    pub blob: Option<Oid>,
}

/// A path that does not merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which path, for people.
    pub path: String,
    /// The common ancestor.
    pub base: ConflictSide,
    /// The branch merged into.
    pub ours: ConflictSide,
    /// The branch being merged.
    pub theirs: ConflictSide,
}

/// What a three-way merge gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeOutcome {
    /// A tree, written to the object store.
    Clean(Oid),
    /// The paths that do not merge; nothing was written that anything refers to.
    Conflicted(Vec<Conflict>),
}

/// What becomes of a file that both sides of a merge changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMerge {
    /// It is this blob.
    Blob(Oid),
    /// It does not merge.
    Conflict,
    /// Git merges it, by line.
    ByGit,
}

/// Says what becomes of a file that both sides changed; a side without a blob has no such file.
pub type MergeFile<'a> = &'a mut dyn FnMut(&Conflict) -> Result<FileMerge, GitError>;

/// An update of one reference, by compare-and-swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefEdit {
    /// The full name, such as `refs/heads/main`.
    pub name: String,
    /// The value it must have now; `None`: it must not exist.
    pub expected: Option<Oid>,
    /// The value it shall have; `None`: it shall be gone.
    pub new: Option<Oid>,
}

/// One move of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReflogEntry {
    /// Before; `None` when it was made.
    pub old: Option<CommitId>,
    /// After.
    pub new: CommitId,
    /// Who moved it and when, by this machine's clock.
    pub by: Signature,
    /// Why.
    pub message: String,
}

/// The moves of a reference, oldest first.
pub type Reflog = Vec<ReflogEntry>;

/// The power to read.
pub trait ReadRepository: BlobStore {
    /// The full name of the default branch (`HEAD`'s target), such as `refs/heads/main`.
    fn default_branch(&self) -> Result<String, GitError>;
    /// The commit at the tip of the default branch; `None` while it has none.
    fn tip(&self) -> Result<Option<CommitId>, GitError>;
    /// Resolves a name. Never handed to a revision parser or a command line.
    fn resolve(&self, spec: &RefSpec) -> Result<(CommitId, Option<String>), ResolveError>;
    /// Where a full reference name points, peeled to a commit.
    fn reference(&self, full_name: &str) -> Result<Option<CommitId>, GitError>;
    /// Every reference below a prefix such as `refs/tags/`, with the commit it peels to.
    fn references(&self, prefix: &str) -> Result<Vec<(String, CommitId)>, GitError>;
    /// Reads a commit.
    fn commit(&self, id: CommitId) -> Result<Commit, GitError>;
    /// The first-parent history from a commit back to, and without, `until` (or to its root), newest first.
    fn first_parents(&self, from: CommitId, until: Option<CommitId>) -> Result<Vec<ApprovedCommit>, GitError>;
    /// Every file of a tree below the memory root, in path order.
    /// Refused beyond 1,000,000 entries or 64 levels.
    fn files(&self, at: At) -> Result<Vec<TreeEntry>, GitError>;
    /// Every file below one folder of the memory root, in path order; the paths are from the memory root.
    fn files_below(&self, at: At, folder: &str) -> Result<Vec<TreeEntry>, GitError>;
    /// The entry at one path (relative to the memory root) of a tree.
    fn entry(&self, at: At, path: &RepoPath) -> Result<Option<TreeEntry>, GitError>;
    /// The paths below the memory root that differ between two trees (from nothing, when `from` is `None`), in path order.
    fn changes(&self, from: Option<At>, to: At) -> Result<Vec<Change>, GitError>;
    /// The best common ancestor.
    fn merge_base(&self, a: CommitId, b: CommitId) -> Result<Option<CommitId>, GitError>;
    /// Whether `ancestor` is `descendant` or one of its ancestors.
    fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<bool, GitError>;
    /// The moves of a reference, oldest first; empty where none are kept.
    fn reflog(&self, full_name: &str) -> Result<Reflog, GitError>;
    /// The prefix of the memory root inside the repository: empty, or `.company-brain`.
    fn memory_root(&self, at: At) -> Result<String, GitError>;
}

/// The power to write objects and move references.
pub trait WriteRepository: ReadRepository {
    /// Writes a blob.
    fn write_blob(&self, bytes: &[u8]) -> Result<Oid, GitError>;
    /// A tree with paths (relative to the memory root) set to blobs, or removed. Written to the object store.
    fn edit_tree(&self, at: At, edits: &[(RepoPath, Option<Oid>)]) -> Result<Oid, GitError>;
    /// A tree with a unified diff applied to it (`git apply --cached` semantics). Written to the object store.
    fn apply_patch(&self, at: At, patch: &[u8]) -> Result<Oid, GitError>;
    /// Merges `theirs` into `ours`, three ways. Writes no reference.
    fn merge(&self, ours: CommitId, theirs: CommitId) -> Result<MergeOutcome, GitError> {
        self.merge_with(ours, theirs, &mut |_| Ok(FileMerge::ByGit))
    }
    /// Merges `theirs` into `ours`; asks what becomes of each file of the memory that both sides changed.
    fn merge_with(&self, ours: CommitId, theirs: CommitId, file: MergeFile<'_>) -> Result<MergeOutcome, GitError>;
    /// Writes a commit, signed where a signer is given. No reference moves.
    fn write_commit(&self, draft: &CommitDraft, signer: Option<&dyn Signer>) -> Result<CommitId, GitError>;
    /// Makes every object written so far durable, then moves references by compare-and-swap, durably, all or none.
    /// `who` is written to the reflog with `message`.
    fn update_refs(&self, edits: &[RefEdit], who: &Signature, message: &str) -> Result<(), GitError>;
}

/// The power to sign.
pub trait Signer: Send + Sync {
    /// An armoured SSH signature (namespace `git`) over the payload.
    fn sign(&self, payload: &[u8]) -> Result<String, GitError>;
    /// The public key in OpenSSH form, without a comment.
    fn public_key(&self) -> String;
}

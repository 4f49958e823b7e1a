//! The only folder that names gix or starts git.
//!
//! The store is split by power: who is given [`ReadRepository`] cannot write, who is given
//! [`WriteRepository`] cannot sign. [`Repository`] is the real thing behind both.

mod convert;
mod diff;
mod handle;
mod history;
mod program;
mod quarantine;
mod read;
mod refs;
mod repository;
mod resolve;
mod tree;
mod types;

pub use convert::EMPTY_TREE;
pub use program::git_version;
pub use repository::Repository;
pub use types::{
    ApprovedCommit, At, Change, ChangeKind, Commit, CommitDraft, Conflict, ConflictSide, GitError, MergeOutcome,
    ReadRepository, RefEdit, RefSpec, Reflog, ReflogEntry, ResolveError, Signature, Signer, WriteRepository,
};

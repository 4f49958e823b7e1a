//! The only folder that names gix or starts git.
//!
//! The store is split by power: who is given [`ReadRepository`] cannot write, who is given
//! [`WriteRepository`] cannot sign. [`Repository`] is the real thing behind both.

mod types;

pub use types::{
    ApprovedCommit, At, Change, ChangeKind, Commit, CommitDraft, Conflict, ConflictSide, GitError, MergeOutcome,
    ReadRepository, RefEdit, RefSpec, Reflog, ReflogEntry, ResolveError, Signature, Signer, WriteRepository,
};

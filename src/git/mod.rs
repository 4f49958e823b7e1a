//! The only folder that names gix or starts git.
//!
//! The store is split by power: who is given [`ReadRepository`] cannot write, who is given
//! [`WriteRepository`] cannot sign. [`Repository`] is the real thing behind both.

mod adopt;
mod bases;
mod convert;
mod create;
mod diff;
mod durable;
mod edit;
mod handle;
mod history;
mod init;
mod merge;
mod patch;
mod program;
mod quarantine;
mod read;
mod refs;
mod repository;
mod resolve;
mod settings;
mod signers;
mod signing;
mod smart;
mod tag;
mod tree;
mod trivial;
mod types;
mod update;
mod upkeep;
mod user_setting;
mod verify;
mod worktree;
mod write;

pub use adopt::Source;
pub use convert::EMPTY_TREE;
pub use program::git_version;
pub use repository::Repository;
pub use signers::{AllowedSigners, Verified, allowed_signers_line, allowed_signers_line_within, plain_public_key};
pub use signing::{GIT_NAMESPACE, SigningKey};
pub use smart::{SmartRequest, SmartService};
pub use tag::{Tag, TagDraft};
pub use types::{
    ApprovedCommit, At, Change, ChangeKind, Commit, CommitDraft, Conflict, ConflictSide, FileMerge, GitError,
    MergeFile, MergeOutcome, ReadRepository, RefEdit, RefSpec, Reflog, ReflogEntry, ResolveError, Signature, Signer,
    WriteRepository,
};
pub use upkeep::sweep;
pub use user_setting::user_path;
pub use verify::verify_commit;
pub use worktree::{LooseTree, blob_id};

/// A git process that is not started yet.
pub use std::process::Command;

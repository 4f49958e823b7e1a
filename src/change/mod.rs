//! Updates: proposed changes and patches, the merged tree and its validation, approvals, signed merges.
//!
//! In reading order: [`tree`] loads what validation looks at, [`proposal`] writes a proposed commit,
//! [`verdict`] says what merging it would bring, [`phase`] where that leaves the update, [`merge`] writes
//! the signed merge commit, [`verify`] holds such a commit against its own trailers, [`push`] judges what a
//! push would land. Everything here is a function of its arguments: no SQL, no HTTP, no clock.

pub mod cache;
pub mod compare;
pub mod condition;
pub mod conflict;
pub mod diff;
pub mod edits;
pub mod follow;
pub mod history;
pub mod joined;
pub mod known;
pub mod landings;
pub mod merge;
pub mod message;
pub mod need;
pub mod phase;
pub mod proposal;
pub mod push;
pub mod record_diff;
pub mod review;
pub mod risk;
mod scope;
pub mod statement;
pub mod tree;
pub mod trial;
pub mod unified;
pub mod verdict;
pub mod verify;
pub mod walk;
pub mod weld;

pub use cache::ParseCache;
pub use condition::{Condition, ConditionStatus, Missing, PROMPT_INJECTION, UpdateState, conditions};
pub use conflict::{ConflictHunk, ConflictView, SideText};
pub use diff::{FileChangeKind, FileDiff, diff_digest};
pub use edits::{ChangeSpec, FileAction, FileChange, Refusal};
pub use follow::follow_line;
pub use history::{History, Version, path_history, record_history};
pub use joined::{Joined, join};
pub use known::{Judged, KnownTree, judge_known};
pub use landings::{LANDING_RULES, LandingRules};
pub use merge::{Approved, MergeError, MergeInfo, merge_commit};
pub use need::{Need, OwnerNeed};
pub use phase::{Phase, Standing, phase_after};
pub use proposal::{Proposal, ProposeError, Proposed, propose};
pub use push::validate_push;
pub use record_diff::{EdgeRef, FieldChange, MemoryDiff, RecordChange, RecordChangeKind, diff_trees};
pub use review::{Review, ReviewKind, Revision, live_approvals};
pub use risk::{RiskKind, RiskNote};
pub use statement::{
    APPROVAL_NAMESPACE, ApprovalStatement, BadApproval, SignedApproval, approval_statement, check_approval,
};
pub use tree::{
    LoadedTree, kept_ontology, load, load_entries, load_file, load_from, load_ontology, load_pair, map_files,
    read_files, unreadable,
};
pub use trial::trial;
pub use unified::unified_diff;
pub use verdict::{Checked, MergeVerdict, ValidationPolicy, validate_merge};
pub use verify::{MergeFacts, MergeFault, check_merge};
pub use walk::{FaultyCommit, LineAsks, LineCounts, LineFault, LineReport, check_landing, check_line};
pub use weld::{ClashKind, FieldConflict, Weld, weld};

//! The one facade that faces call.
//!
//! [`Engine`] is a server's: orgs, tokens, updates, one writer per repository. [`Memory`] is one
//! repository open for reading, with or without a server around it.

mod actions;
mod adopting;
mod anchors;
mod answers;
mod approving;
mod asking;
mod audit;
mod auditing;
mod bisecting;
mod blaming;
mod brought;
mod bulk;
mod compare;
mod convert;
mod covering;
mod diffing;
mod doctor;
mod driver;
mod editor;
mod error;
mod export;
mod gate;
mod graphing;
mod imports;
mod inferring;
mod keys;
mod layout;
mod line;
mod line_file;
mod local;
mod local_changes;
mod memory;
mod merging;
mod need;
mod once;
mod operate;
mod origins;
mod promoting;
mod proposed;
mod push;
mod pushed;
mod reading;
mod reads;
mod reconcile;
mod remarks;
mod reporting;
mod resolve;
mod reverting;
mod review;
mod server;
mod serving;
mod sight;
mod signed;
mod signing;
mod snapshots;
mod sources;
mod state;
mod superseding;
mod types;
mod unserved;
mod update_types;
mod update_view;
mod updates;
mod upkeep;
mod validating;
mod verifying;
mod watching;

pub use crate::access::{Caller, RepositoryPolicy, Role, SourceScope};
pub use crate::change::{ClashKind, FieldConflict};
pub use crate::check::{RuleInfo, manual as rule_manual, rules};
pub use crate::ingest::{Bundle, BundleLimits, JournalChoice, RetentionTier, SourceKind, TaskChoice};
pub use crate::ontology::{Direction, LeftOut};
pub use crate::query::{
    Counted, Crumb, DanglingEdge, DeniedScope, Excerpt, GraphQuestion, GraphRequest, GrepQuestion, Hit, LimitsTaken,
    LinesOrigin, Listed, MemoryReport, Mode, NearEdge, NearNode, Neighbourhood, Plan, PromptSection, QueryLimits,
    QueryOutcome, Question, Reason, RecordName, RedactionSummary, SectionHit, Sensitive, SharedAlias, Stale,
    USUAL_TOKENS, Unresolved,
};
pub use crate::records::{CHANGES_KEPT, CHANGES_KEPT_SECONDS, Change, ChangeKind};
pub use adopting::{Brought, init_from};
pub use anchors::{ANCHOR_ENTRIES, ANCHOR_SECONDS, AUDIT_REF};
pub use audit::with_correlation;
pub use auditing::{AskAudit, AuditFault, AuditPage, AuditVerified};
pub use bisecting::{AskBisect, Bisected};
pub use blaming::{Blame, BlameRun, Landing};
pub use covering::Coverage;
pub use diffing::{AskDiff, DiffOmitted, DiffView, MOST_DIFF_ITEMS};
pub use doctor::check_installation;
pub use driver::{MergedFile, install_merge_driver, merge_file};
pub use editor::{Card, EditorSession, Spot, Suggestion, SuggestionKind, Suggestions};
pub use error::{Code, EngineError, ErrorReason};
pub use export::Exported;
pub use graphing::{AskGraph, GraphView};
pub use imports::{
    ArtifactBytes, Collected, Found, ImportAction, ImportCondition, ImportInclude, ImportListFilter, ImportPreview,
    ImportView, Imported, Importing, NewImport, PreviewFile, ProposedBranch, Redacted, SweptObject, collect_run,
};
pub use inferring::{InferredOntology, ShownOntology};
pub use keys::KeyView;
pub use local::{after_push, init, install_hooks};
pub use memory::Memory;
pub use once::{Attempt, Once};
pub use promoting::{NewPromotion, Promoted};
pub use proposed::{AskValidation, MOST_FINDINGS, Validated};
pub use push::{GitProcess, GitRequest, PushTicket};
pub use pushed::{MAX_PUSH_MESSAGE, ProposedRef, PushMessage, PushOutcome, hand_over};
pub use reporting::{AskReport, MOST_REPORT_ITEMS, ReportView, USUAL_REPORT_ITEMS, USUAL_STALE_DAYS};
pub use reverting::RevertRequest;
pub use review::{HookInput, HookVerdict, PAYLOAD_VARIABLE, review_push};
pub use server::Engine;
pub use signing::RotatedKey;
pub use snapshots::{
    Impact, ImpactOf, Impacted, NewSnapshot, PinnedExcerpt, PinnedQuery, PinnedRecord, Reached, Replay, ReplayedDigest,
    SnapshotContent, SnapshotFilter, SnapshotMarkView, SnapshotNamed, SnapshotTag, SnapshotView,
};
pub use types::*;
pub use unserved::propose_unserved;
pub use update_types::*;
pub use verifying::{AskLine, FaultyCommit, LineAsks, LineCounts, LineFault, LineReport, VerifiedLine, verify_line};
pub use watching::{WatchStart, Watched};

use crate::base::Clock;
use std::path::PathBuf;
use std::sync::Arc;

/// What a server needs to open.
pub struct EngineConfig {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The program that git runs as its hooks: this binary.
    pub hook_program: PathBuf,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

/// A progress listener: done, and all (0 when not known).
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

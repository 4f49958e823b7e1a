//! What the outside reads and writes: JSON types, converted by hand to and from the engine's.
//!
//! The command line prints the same types as the API answers with, so their JSON is one. Requests
//! refuse fields that they do not know. Times, ids and digests travel as text; the engine parses them.

mod address;
mod answer;
mod audit;
mod context;
mod diff;
mod document;
mod error;
mod graph;
mod history;
mod import;
mod import_request;
mod keys;
mod query;
mod reference;
mod report;
mod repository;
mod resource;
mod snapshot;
mod snapshot_request;
mod update;
mod update_request;
mod validation;
mod watch;

pub use address::{Address, Addressed};
pub use answer::{
    AnswerLimits, DeniedScope, Edge, Excerpt, LinesOrigin, MatchingSection, Permission, PlanTaken, QueryAnswer,
    RecordHit, Redaction, SnapshotPreview, Why,
};
pub use audit::{AuditCheck, AuditFault, AuditList, AuditParams};
pub use context::{CitedLines, CitedRecord, ContextAnswer, ContextBody};
pub use diff::{BisectAnswer, BisectParams, Changes, DiffAnswer, DiffBody, DiffCommit, DiffLimits, DiffSide};
pub use document::{
    DocumentAnswer, DocumentBody, DocumentParams, RecordItem, RecordList, RecordsParams, TextLimits, TextRedaction,
};
pub use error::{ErrorBody, ErrorCause, ErrorDetail};
pub use graph::{GraphAnswer, GraphEdge, GraphFormat, GraphLimits, GraphNode, GraphParams, GraphStep};
pub use history::{
    BlameAnswer, BlameLines, HistoryAnswer, HistoryParams, ImpactAnswer, ImpactParams, ImpactedSnapshot, LandingItem,
    ReachedLines, ReachedRecord, VersionItem, VersionsParams,
};
pub use import::{
    GeneratedFile, ImportAccepted, ImportAnswer, ImportConditionItem, ImportHead, ImportItem, ImportLinks, ImportList,
    ImportResource, ImportSpec, ImportStatus, ImportedCounts, SourceProblem, TakenOut,
};
pub use import_request::{
    ImportBody, ImportsParams, IncludeBody, LowerTierBody, RerunBody, SourceBody, ValidationPolicyBody,
};
pub use keys::{KeyList, KeysParams, NewKeyBody, RegisteredKey};
pub use query::{GraphBody, GrepBody, LimitsBody, QueryBody, QuestionBody};
pub use reference::{Commit, NamedSnapshot, RefParams, ResolveBody, Resolved};
pub use report::{
    DanglingEdge, ReportAnswer, ReportLimits, ReportList, ReportParams, ReportRecord, SensitiveRecord, SharedAlias,
    StaleRecord, UnresolvedId,
};
pub use repository::{
    NewRepositoryBody, PolicyBody, RepositoryList, RepositoryResource, RepositorySpec, RepositoryStatus, SetPolicyBody,
    Signers, Summary,
};
pub use resource::{API_VERSION, Condition, IndexCoverage, Metadata, Readiness};
pub use snapshot::{
    PinnedExcerptItem, PinnedRecordItem, Replayed, ReplayedDigestItem, SnapshotList, SnapshotMark, SnapshotQuery,
    SnapshotResource, SnapshotSelection, SnapshotSpec, SnapshotStatus,
};
pub use snapshot_request::{KnownBadBody, ReplayBody, SnapshotBody, SnapshotParams, SnapshotsParams};
pub use update::{
    Approval, Comment, Conflict, Event, Finding, FindingPlace, RevisionDiff, UpdateChange, UpdateList, UpdateResource,
    UpdateSpec, UpdateStatus,
};
pub use update_request::{
    ApproveBody, ChangeBody, CommentBody, DecisionBody, MergeBody, PromoteBody, ProposeBody, RevertBody, UpdatesParams,
};
pub use validation::{ValidateBody, ValidationAnswer, ValidationLimits, ValidationSummary};
pub use watch::{WatchEvent, WatchParams};

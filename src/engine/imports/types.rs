//! Imports, as faces hand them over and get them back.

use crate::base::id::{ImportId, UpdateId};
use crate::base::{CommitId, Digest, OrgId, Principal, Timestamp};
use crate::ingest::{JournalChoice, RetentionTier, SourceKind, TaskChoice};
use std::collections::BTreeMap;

/// The memory of a run to be imported, as a face hands it over.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewImport {
    /// The memory repository; `None` where the org has one only.
    pub repository: Option<String>,
    /// The format of the source; `None`: whatever it looks like.
    pub kind: Option<SourceKind>,
    /// The repository that the run worked on.
    pub source_repository: Option<String>,
    /// The run's id; `None`: what the source says.
    pub run_id: Option<String>,
    /// The id of the session that carried it out.
    pub session_id: Option<String>,
    /// Where the run is below an import root; nothing where it is uploaded.
    pub path: Option<String>,
    /// How much of it is kept.
    pub tier: RetentionTier,
    /// Which of its parts become files.
    pub include: ImportInclude,
    /// Where its records go; `None`: `babysitter/runs/<run>`.
    pub target: Option<String>,
    /// Whether secrets are taken out. They always are: anything else is refused.
    pub redact_secrets: bool,
    /// Whether sentences that are aimed at agents are looked for. They always are.
    pub detect_prompt_injection: bool,
    /// Whether a reviewer looks at it, whatever merges by itself.
    pub require_review: bool,
    /// After how many days kept bytes may be removed; `None`: as the policy says, which bounds it too.
    #[serde(default)]
    pub retain_days: Option<u32>,
    /// Until when they are kept, instead.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// Which parts of a run become files.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportInclude {
    /// Its `MEMORY.md`, as a change of the memory's own.
    pub memory_md: bool,
    /// Its session.
    pub session_summary: bool,
    /// Its events; `None`: as the tier says.
    pub journal: Option<JournalChoice>,
    /// Its tasks.
    pub task_results: TaskChoice,
    /// The names and digests of its artifacts.
    pub artifact_manifests: bool,
    /// What it learned.
    pub retrospectives: bool,
}

impl Default for ImportInclude {
    fn default() -> Self {
        Self {
            memory_md: true,
            session_summary: true,
            journal: None,
            task_results: TaskChoice::Summarized,
            artifact_manifests: true,
            retrospectives: true,
        }
    }
}

impl Default for NewImport {
    fn default() -> Self {
        Self {
            repository: None,
            kind: None,
            source_repository: None,
            run_id: None,
            session_id: None,
            path: None,
            tier: RetentionTier::default(),
            include: ImportInclude::default(),
            target: None,
            redact_secrets: true,
            detect_prompt_injection: true,
            require_review: true,
            retain_days: None,
            expires_at: None,
        }
    }
}

/// What is done to an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportAction {
    /// Approves the diff of its update.
    Approve {
        /// The diff that was read.
        expected_diff_digest: String,
        /// Something to say.
        comment: Option<String>,
        /// Their signature over the approval statement.
        signature: Option<String>,
    },
    /// Rejects its update.
    Reject {
        /// Why.
        comment: Option<String>,
    },
    /// Lands its update.
    Merge {
        /// The diff that was approved.
        expected_diff_digest: String,
    },
    /// Makes its files again.
    Rerun,
    /// Makes them of a lower tier.
    LowerTier {
        /// Which.
        tier: RetentionTier,
    },
}

/// An import as faces show it.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// Its id.
    pub id: ImportId,
    /// Its org.
    pub organization: OrgId,
    /// The memory repository.
    pub repository: String,
    /// Who asked for it first.
    pub proposer: Principal,
    /// The run.
    pub run: String,
    /// The format of its source, once that is known.
    pub kind: Option<SourceKind>,
    /// Where it stands, such as `AwaitingReview`.
    pub phase: String,
    /// How much of the run is kept.
    pub tier: RetentionTier,
    /// Where its records go.
    pub target: String,
    /// The digest of the run's files.
    pub source_digest: Digest,
    /// The digest of the report about what was taken out.
    pub redaction_digest: Option<Digest>,
    /// The digest of what validation said of its update.
    pub validation_digest: Option<Digest>,
    /// The branch of its update.
    pub target_branch: Option<String>,
    /// The update that it is proposed as.
    pub update: Option<UpdateId>,
    /// What an approval of that update names.
    pub diff_digest: Option<Digest>,
    /// The commit that brought its files into the memory, or held them already.
    pub merge_commit: Option<CommitId>,
    /// The files that were made: path and digest.
    pub files: Vec<(String, Digest)>,
    /// What was taken out.
    pub redaction: Redacted,
    /// What was left out or doubtful in the source: how often, by sort.
    pub problem_counts: BTreeMap<String, u64>,
    /// The first of them: sort, place, message.
    pub problems: Vec<(String, String, String)>,
    /// How much there was: events or lines by type, and other counts.
    pub counts: BTreeMap<String, u64>,
    /// Conditions with the digests that they are about.
    pub conditions: Vec<ImportCondition>,
    /// When it was asked for first.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// What was taken out of a run, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Redacted {
    /// How many places.
    pub total: u64,
    /// How many, by rule.
    pub by_rule: BTreeMap<String, u64>,
    /// How many, by file and rule.
    pub by_file: BTreeMap<String, BTreeMap<String, u64>>,
    /// How many more files there are than are told.
    pub files_left_out: u64,
}

/// A condition of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportCondition {
    /// Its type, such as `SecretsRedacted`.
    pub kind: &'static str,
    /// `True`, `False`, `Unknown`.
    pub status: &'static str,
    /// One word.
    pub reason: String,
    /// One sentence.
    pub message: String,
    /// The digests of what it is about, by name.
    pub digests: BTreeMap<&'static str, Digest>,
}

/// Which imports are listed.
#[derive(Clone, Debug, Default)]
pub struct ImportListFilter {
    /// The repository; `None`: all of the org.
    pub repository: Option<String>,
    /// Only this phase.
    pub phase: Option<String>,
    /// Only those of this run.
    pub run: Option<String>,
}

/// What asking for an import came to.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The import.
    pub view: ImportView,
    /// Whether it is new; if not, the same had been asked for before.
    pub is_new: bool,
}

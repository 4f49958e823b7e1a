//! An import as it is stored.

use crate::base::id::{ImportId, UpdateId};
use crate::base::{CommitId, Digest, OrgId, Principal, Timestamp};
use crate::records::columns::{count, json, json_or_null, text_columns};
use crate::records::words::{RepositoryId, words};
use rusqlite::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;

words! {
    /// Where an import stands.
    pub enum ImportPhase: "phase of an import" {
        /// Taken, not begun.
        Pending = "Pending",
        /// Its source is being read.
        Collecting = "Collecting",
        /// What must not be kept is being taken out.
        Redacting = "Redacting",
        /// Records are being made of it.
        Normalizing = "Normalizing",
        /// What it would change is being checked.
        Validating = "Validating",
        /// Proposed; a reviewer decides.
        AwaitingReview = "AwaitingReview",
        /// Its files are in the memory.
        Merged = "Merged",
        /// Turned down.
        Rejected = "Rejected",
        /// Something keeps it back.
        Failed = "Failed",
    }
}
text_columns!(ImportPhase);

/// What tells one import from another: asked for again, it is the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportIdentity {
    /// Its org.
    pub org: OrgId,
    /// The memory that it goes into.
    pub repository: RepositoryId,
    /// The run.
    pub run: String,
    /// The digest of the run's files.
    pub source: Digest,
    /// How much of it is kept.
    pub tier: String,
    /// Where its records go.
    pub target: String,
}

/// An import to be made.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Its id.
    pub id: ImportId,
    /// What tells it from others.
    pub identity: ImportIdentity,
    /// Who asks for it.
    pub proposer: Principal,
    /// What was asked.
    pub request: Value,
}

/// What keeps an import back. It never quotes what stands in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFailure {
    /// The condition that is not met.
    pub condition: String,
    /// Why, in one word.
    pub reason: String,
    /// Why, in one sentence.
    pub message: String,
}

/// An import.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Its org.
    pub org: OrgId,
    /// The memory that it goes into.
    pub repository: RepositoryId,
    /// Who asked for it first.
    pub proposer: Principal,
    /// The run.
    pub run: String,
    /// The digest of the run's files.
    pub source: Digest,
    /// How much of it is kept.
    pub tier: String,
    /// Where its records go.
    pub target: String,
    /// What was asked.
    pub request: Value,
    /// Where its own work stands.
    pub phase: ImportPhase,
    /// Where it stands: after it is proposed, what its update says.
    pub shown: ImportPhase,
    /// What keeps it back.
    pub failed: Option<ImportFailure>,
    /// The digest of its screened story.
    pub story: Option<Digest>,
    /// The digest of its redaction report.
    pub redaction: Option<Digest>,
    /// What is told of what was collected.
    pub summary: Value,
    /// The files that were made, with their digests.
    pub files: Value,
    /// How many updates it has been proposed as.
    pub updates_made: u32,
    /// The update that it is proposed as.
    pub update: Option<UpdateId>,
    /// The commit that held its files already.
    pub merged_commit: Option<CommitId>,
    /// When it was asked for first.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
    /// Its place in the order of all imports.
    pub(super) seq: i64,
}

impl Import {
    /// What tells it from others.
    pub fn identity(&self) -> ImportIdentity {
        ImportIdentity {
            org: self.org.clone(),
            repository: self.repository.clone(),
            run: self.run.clone(),
            source: self.source.clone(),
            tier: self.tier.clone(),
            target: self.target.clone(),
        }
    }
}

pub(super) const COLUMNS: &str = "SELECT * FROM import_phases";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Import> {
    Ok(Import {
        id: row.get("id")?,
        org: row.get("org")?,
        repository: row.get("repository")?,
        proposer: row.get("proposer")?,
        run: row.get("run")?,
        source: row.get("source_digest")?,
        tier: row.get("tier")?,
        target: row.get("target")?,
        request: json(row, "request")?,
        phase: row.get("phase")?,
        shown: row.get("shown")?,
        failed: json_or_null(row, "failed")?,
        story: row.get("story")?,
        redaction: row.get("redaction")?,
        summary: json(row, "summary")?,
        files: json(row, "files")?,
        updates_made: count(row, "updates_made")? as u32,
        update: row.get("update_id")?,
        merged_commit: row.get("merged_commit")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        seq: row.get("seq")?,
    })
}

//! An update as it is stored.

use crate::base::id::UpdateId;
use crate::base::{CommitId, OrgId, Principal, Timestamp};
use crate::records::columns::{count, json_or_null, text_columns};
use crate::records::words::{RepositoryId, words};
use rusqlite::Row;
use serde_json::Value;

words! {
    /// Where an update stands.
    pub enum Phase: "phase of an update" {
        /// Accepted, being checked.
        Validating = "Validating",
        /// Has findings of severity error; another revision can mend it.
        Invalid = "Invalid",
        /// Valid, waiting.
        AwaitingApproval = "AwaitingApproval",
        /// A reviewer asked for another revision.
        ChangesRequested = "ChangesRequested",
        /// Has enough approvals for its present revision.
        Approved = "Approved",
        /// No longer merges cleanly.
        Conflicted = "Conflicted",
        /// Landed.
        Merged = "Merged",
        /// Turned down.
        Rejected = "Rejected",
        /// Another update took its place.
        Superseded = "Superseded",
    }
}
text_columns!(Phase);

words! {
    /// Who has to look at an update before it lands.
    pub enum Review: "review" {
        /// Whom the policy of its repository says.
        Policy = "policy",
        /// A reviewer, whatever merges by itself.
        Reviewer = "reviewer",
        /// A maintainer, whatever merges by itself.
        Maintainer = "maintainer",
    }
}
text_columns!(Review);

impl Phase {
    /// Whether nothing follows.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Merged | Self::Rejected | Self::Superseded)
    }
}

/// Which state of an update: rises with every change of it, and is what a change is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// An update to be made.
#[derive(Clone, Debug)]
pub struct NewUpdate {
    /// Its id.
    pub id: UpdateId,
    /// Its org.
    pub org: OrgId,
    /// The repository it changes, one of that org.
    pub repository: RepositoryId,
    /// Who proposed it.
    pub proposer: Principal,
    /// One line: what it is.
    pub title: String,
    /// Why it is proposed.
    pub reason: String,
    /// The run it comes from.
    pub source_run: Option<String>,
    /// The artifact it comes from, as it was given.
    pub artifact: Option<Value>,
    /// Its branch below `refs/heads/`, where it is not the usual one.
    pub branch: Option<String>,
    /// Who has to look at it.
    pub review: Review,
}

/// An update.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Its id.
    pub id: UpdateId,
    /// Its org.
    pub org: OrgId,
    /// The repository it changes.
    pub repository: RepositoryId,
    /// Who proposed it.
    pub proposer: Principal,
    /// One line: what it is.
    pub title: String,
    /// Why it is proposed.
    pub reason: String,
    /// The run it comes from.
    pub source_run: Option<String>,
    /// The artifact it comes from, as it was given.
    pub artifact: Option<Value>,
    /// Its branch below `refs/heads/`, where it is not the usual one.
    pub branch: Option<String>,
    /// Who has to look at it.
    pub review: Review,
    /// Where it stands.
    pub phase: Phase,
    /// The number of its present revision, from 1: the `generation` of the resource.
    pub revision: u32,
    /// Which state this is.
    pub version: Version,
    /// The paths that do not merge, with both sides.
    pub conflicts: Option<Value>,
    /// The commit that merged it.
    pub merge_commit: Option<CommitId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
    /// Its place in the order of all updates.
    pub(super) seq: i64,
}

pub(super) const COLUMNS: &str =
    "SELECT seq, id, org, repository, proposer, title, reason, source_run, artifact, branch, review,
    phase, revision, version, conflicts, merge_commit, created_at, updated_at FROM updates";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Update> {
    Ok(Update {
        id: row.get("id")?,
        org: row.get("org")?,
        repository: row.get("repository")?,
        proposer: row.get("proposer")?,
        title: row.get("title")?,
        reason: row.get("reason")?,
        source_run: row.get("source_run")?,
        artifact: json_or_null(row, "artifact")?,
        branch: row.get("branch")?,
        review: row.get("review")?,
        phase: row.get("phase")?,
        revision: row.get("revision")?,
        version: Version(count(row, "version")?),
        conflicts: json_or_null(row, "conflicts")?,
        merge_commit: row.get("merge_commit")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        seq: row.get("seq")?,
    })
}

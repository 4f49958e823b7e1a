//! What faces hand over about snapshots, and get back.

use super::SnapshotContent;
use crate::base::id::SnapshotId;
use crate::base::{CommitId, Digest, Timestamp};
use crate::engine::{Ask, RefRequest};

/// A snapshot to be made, as a face hands it over.
#[derive(Clone, Debug, Default)]
pub struct NewSnapshot {
    /// The repository; `None` where the org has one only.
    pub repository: Option<String>,
    /// Which commit.
    pub at: RefRequest,
    /// What is asked there; its own commit and repository do not count.
    pub query: Option<Ask>,
    /// The name of its tag.
    pub name: Option<String>,
    /// The run that reads it.
    pub source_run: Option<String>,
    /// Why it is made.
    pub reason: Option<String>,
    /// The key that a retry of the same request comes with: it finds what the first try did.
    pub idempotency_key: Option<String>,
}

/// Which snapshots are listed.
#[derive(Clone, Debug, Default)]
pub struct SnapshotFilter {
    /// The repository; `None`: all of the org.
    pub repository: Option<String>,
    /// Only those of this run.
    pub source_run: Option<String>,
    /// Only those in this phase: `Ready` or `KnownBad`.
    pub phase: Option<String>,
}

/// A snapshot as faces show it.
#[derive(Clone, Debug)]
pub struct SnapshotView {
    /// Its id.
    pub id: SnapshotId,
    /// Its org; `local` without a server.
    pub organization: String,
    /// Its repository.
    pub repository: String,
    /// Its name, where it has a tag.
    pub name: Option<String>,
    /// The run that read it.
    pub source_run: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// What is pinned.
    pub content: SnapshotContent,
    /// The digest of that.
    pub digest: Digest,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// What somebody found wrong with it.
    pub mark: Option<SnapshotMarkView>,
    /// The tip of the default branch.
    pub current_commit: CommitId,
    /// Seconds between the landings of its commit and the tip.
    pub stale_by_seconds: i64,
    /// Landings between its commit and the tip.
    pub stale_by_commits: usize,
}

/// That a snapshot is known to be bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotMarkView {
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
}

/// The snapshot that a read named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotNamed {
    /// Its id.
    pub id: SnapshotId,
    /// Its name, where it has a tag.
    pub name: Option<String>,
    /// Why it is known to be bad, where it is.
    pub known_bad: Option<String>,
    /// The reference and the time that its commit was asked for by.
    pub asked_by: (Option<String>, Option<String>),
}

//! Snapshots, as they are shown.

use super::resource::{API_VERSION, Condition, Metadata};
use crate::base::OrgId;
use crate::engine::{Page, PinnedExcerpt, PinnedQuery, PinnedRecord, Replay, SnapshotView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a run read, pinned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotResource {
    /// `krate.a5c.ai/v1alpha1`.
    pub api_version: String,
    /// `AgentMemorySnapshot`.
    pub kind: String,
    /// Its header; the name is the snapshot's id.
    pub metadata: Metadata,
    /// What was asked for.
    pub spec: SnapshotSpec,
    /// What is pinned, and what became of it.
    pub status: SnapshotStatus,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotSpec {
    /// The org.
    pub organization_ref: String,
    /// The repository.
    pub memory_repository: String,
    /// The reference that was asked for, as it was written.
    pub requested_ref: Option<String>,
    /// The time that was asked for.
    pub requested_at: Option<String>,
    /// The name of its tag, where it has one.
    pub name: Option<String>,
    /// The run that read it.
    pub source_run: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// The query with its defaults, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<serde_json::Value>,
}

/// What is pinned, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotStatus {
    /// `Ready` or `KnownBad`.
    pub phase: String,
    /// How the commit was asked for: `current`, `explicit-ref`, `ref-at-time`, `snapshot-tag`.
    pub mode: String,
    /// The commit.
    pub resolved_commit: String,
    /// The full reference name, where a reference led there.
    pub resolved_ref: Option<String>,
    /// When the commit landed; null off the approved line.
    pub landed_at: Option<String>,
    /// Its tag, where it has a name.
    pub tag: Option<String>,
    /// The digest of all that is pinned.
    pub digest: String,
    /// The digest of the commit's ontology.
    pub ontology_digest: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// The digests of the query, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<SnapshotQuery>,
    /// What the query selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<SnapshotSelection>,
    /// Why it is known to be bad, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_bad: Option<SnapshotMark>,
    /// The tip of the default branch.
    pub current_commit: String,
    /// Seconds between the landings of the commit and the tip.
    pub stale_by_seconds: i64,
    /// Landings between the commit and the tip.
    pub stale_by_commits: usize,
    /// `Ready`, `KnownBad`.
    pub conditions: Vec<Condition>,
}

/// The digests of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotQuery {
    /// The digest of the request with its defaults and its commit.
    pub query_manifest_digest: String,
    /// The digest of the records, in order.
    pub selected_records_digest: String,
    /// The digest of the excerpts, in order.
    pub selected_excerpts_digest: String,
}

/// What a query selected: where it is, and digests; no text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SnapshotSelection {
    /// The records, in order.
    pub records: Vec<PinnedRecordItem>,
    /// The excerpts, in order.
    pub excerpts: Vec<PinnedExcerptItem>,
}

/// A record that was selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PinnedRecordItem {
    /// Its kind.
    pub kind: String,
    /// Its id; the path of a note without one.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// First line of it there.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The digest of its source text.
    pub digest: String,
}

/// Lines that were selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PinnedExcerptItem {
    /// Which file.
    pub path: String,
    /// The record the lines are of.
    pub record_id: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The digest of the lines as they were given.
    pub digest: String,
}

/// That a snapshot is known to be bad.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SnapshotMark {
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// Since when.
    pub at: String,
}

/// A page of snapshots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotList {
    /// The org.
    pub organization: String,
    /// The snapshots, newest first.
    pub items: Vec<SnapshotResource>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// What asking a snapshot's query again came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replayed {
    /// The snapshot.
    pub snapshot: String,
    /// The commit that was asked.
    pub resolved_commit: String,
    /// Whether every digest is the same.
    pub same: bool,
    /// Each digest, as it was and as it is.
    pub digests: Vec<ReplayedDigestItem>,
}

/// A digest as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplayedDigestItem {
    /// Which, such as `selectedRecordsDigest`.
    pub name: String,
    /// As the snapshot has it.
    pub pinned: String,
    /// As it is today.
    pub today: String,
    /// Whether they are one.
    pub same: bool,
}

impl From<SnapshotView> for SnapshotResource {
    fn from(view: SnapshotView) -> Self {
        let org = OrgId::parse(&view.organization).expect("a snapshot is of an org, or local");
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "AgentMemorySnapshot".to_owned(),
            metadata: Metadata::new(&org, view.id.as_str(), Some(1 + u64::from(view.mark.is_some())), view.created_at),
            spec: SnapshotSpec::from(&view),
            status: SnapshotStatus::from(view),
        }
    }
}

impl From<&SnapshotView> for SnapshotSpec {
    fn from(view: &SnapshotView) -> Self {
        let request = view.content.query.as_ref().map(|query| &query.request);
        Self {
            organization_ref: view.organization.clone(),
            memory_repository: view.repository.clone(),
            requested_ref: view.content.requested_ref.clone(),
            requested_at: view.content.requested_at.clone(),
            name: view.name.clone(),
            source_run: view.source_run.clone(),
            reason: view.reason.clone(),
            created_by: view.created_by.clone(),
            query: request.map(|r| serde_json::to_value(r).expect("our types serialise to JSON with string keys")),
        }
    }
}

impl From<SnapshotView> for SnapshotStatus {
    fn from(view: SnapshotView) -> Self {
        let (content, bad) = (view.content, view.mark.is_some());
        Self {
            phase: if bad { "KnownBad" } else { "Ready" }.to_owned(),
            mode: super::reference::mode_name(content.mode).to_owned(),
            resolved_commit: content.resolved_commit.to_string(),
            resolved_ref: content.resolved_ref,
            landed_at: content.landed_at.map(|at| at.to_string()),
            tag: view.name.map(|name| format!("refs/tags/memory/snapshots/{name}")),
            digest: view.digest.to_string(),
            ontology_digest: content.ontology_digest.to_string(),
            index_digest: content.index_digest.to_string(),
            query: content.query.as_ref().map(SnapshotQuery::from),
            selection: content.query.map(SnapshotSelection::from),
            known_bad: view.mark.map(|mark| SnapshotMark { reason: mark.reason, by: mark.by, at: mark.at.to_string() }),
            current_commit: view.current_commit.to_string(),
            stale_by_seconds: view.stale_by_seconds,
            stale_by_commits: view.stale_by_commits,
            conditions: vec![
                Condition::new("Ready", true, "Pinned"),
                Condition::new("KnownBad", bad, if bad { "Marked" } else { "NotMarked" }),
            ],
        }
    }
}

impl From<&PinnedQuery> for SnapshotQuery {
    fn from(query: &PinnedQuery) -> Self {
        Self {
            query_manifest_digest: query.query_manifest_digest.to_string(),
            selected_records_digest: query.selected_records_digest.to_string(),
            selected_excerpts_digest: query.selected_excerpts_digest.to_string(),
        }
    }
}

impl From<PinnedQuery> for SnapshotSelection {
    fn from(query: PinnedQuery) -> Self {
        Self {
            records: query.records.into_iter().map(PinnedRecordItem::from).collect(),
            excerpts: query.excerpts.into_iter().map(PinnedExcerptItem::from).collect(),
        }
    }
}

impl From<PinnedRecord> for PinnedRecordItem {
    fn from(record: PinnedRecord) -> Self {
        let PinnedRecord { kind, id, path, line_start, line_end, digest } = record;
        Self { kind, id, path, line_start, line_end, digest: digest.to_string() }
    }
}

impl From<PinnedExcerpt> for PinnedExcerptItem {
    fn from(excerpt: PinnedExcerpt) -> Self {
        let PinnedExcerpt { path, record_id, line_start, line_end, digest } = excerpt;
        Self { path, record_id, line_start, line_end, digest: digest.to_string() }
    }
}

impl SnapshotList {
    /// A page of an org's snapshots.
    pub fn new(organization: &str, page: Page<SnapshotView>) -> Self {
        Self {
            organization: organization.to_owned(),
            items: page.items.into_iter().map(SnapshotResource::from).collect(),
            next_cursor: page.next_cursor,
        }
    }
}

impl From<Replay> for Replayed {
    fn from(replay: Replay) -> Self {
        let digest = |d: &crate::engine::ReplayedDigest| ReplayedDigestItem {
            name: d.name.to_owned(),
            pinned: d.pinned.to_string(),
            today: d.today.to_string(),
            same: d.pinned == d.today,
        };
        Self {
            snapshot: replay.id.to_string(),
            resolved_commit: replay.commit.to_string(),
            same: replay.is_same(),
            digests: replay.digests.iter().map(digest).collect(),
        }
    }
}

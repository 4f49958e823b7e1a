//! What a snapshot pins, as it is kept: a function of the commit and the request alone, so that its digest is too.

use crate::base::digest::canonical_json;
use crate::base::id::SnapshotId;
use crate::base::{CommitId, Digest, Timestamp};
use crate::engine::{Code, EngineError, Resolution, ResolveMode};
use crate::query::{QueryOutcome, QueryRequest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest canonical JSON of a snapshot, in bytes.
const LONGEST: usize = 512 << 10;
/// What the tag of a snapshot says before its JSON.
const HEADING: &str = "Memory snapshot";

/// What a snapshot pins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotContent {
    /// The repository.
    pub memory_repository: String,
    /// How the commit was asked for.
    pub mode: ResolveMode,
    /// The reference that was asked for, as it was written.
    pub requested_ref: Option<String>,
    /// The time that was asked for, as it was written.
    pub requested_at: Option<String>,
    /// The commit.
    pub resolved_commit: CommitId,
    /// The full reference name, where a reference led there.
    pub resolved_ref: Option<String>,
    /// When the commit landed; `None` off the approved line.
    pub landed_at: Option<Timestamp>,
    /// The digest of the commit's ontology.
    pub ontology_digest: Digest,
    /// The digest of the commit's files.
    pub index_digest: Digest,
    /// What was asked there, and what that selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<PinnedQuery>,
}

/// A query and what it selected.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PinnedQuery {
    /// The query with its defaults, as it is asked again.
    pub request: QueryRequest,
    /// The digest of the request and the commit.
    pub query_manifest_digest: Digest,
    /// The digest of the records, in order.
    pub selected_records_digest: Digest,
    /// The digest of the excerpts, in order.
    pub selected_excerpts_digest: Digest,
    /// The records, in order.
    pub records: Vec<PinnedRecord>,
    /// The excerpts, in order.
    pub excerpts: Vec<PinnedExcerpt>,
}

/// A record that was selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PinnedRecord {
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
    pub digest: Digest,
}

/// Lines that were selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PinnedExcerpt {
    /// Which file.
    pub path: String,
    /// The record the lines are of.
    pub record_id: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The digest of the lines as they were given.
    pub digest: Digest,
}

/// What the tag of a snapshot says, so that any clone can ask again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotTag {
    /// The snapshot's id.
    pub id: SnapshotId,
    /// The run that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_run: Option<String>,
    /// Why it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is pinned.
    pub content: SnapshotContent,
}

impl SnapshotContent {
    /// What a resolution pins, with a query where one was asked.
    pub(super) fn new(
        repository: &str,
        resolution: &Resolution,
        requested_at: Option<String>,
        query: Option<(QueryRequest, &QueryOutcome)>,
    ) -> Self {
        let by_time = resolution.mode == ResolveMode::RefAtTime;
        Self {
            memory_repository: repository.to_owned(),
            mode: resolution.mode,
            requested_ref: resolution.requested.clone(),
            requested_at: requested_at.filter(|_| by_time),
            resolved_commit: resolution.commit,
            resolved_ref: resolution.resolved_ref.clone(),
            landed_at: resolution.landed_at,
            ontology_digest: resolution.ontology_digest.clone(),
            index_digest: resolution.index_digest.clone(),
            query: query.map(|(request, outcome)| PinnedQuery::new(request, outcome)),
        }
    }

    /// The canonical JSON.
    pub(super) fn canonical(&self) -> Result<String, EngineError> {
        let json = canonical_json(self);
        if json.len() > LONGEST {
            let message = format!("the snapshot has {} bytes, and may have {LONGEST}: select less", json.len());
            return Err(EngineError::new(Code::LimitExceeded, message.clone()).because(
                "TooMuch",
                Some("limits"),
                message,
            ));
        }
        Ok(String::from_utf8(json).expect("JSON is UTF-8"))
    }

    /// The digest of the canonical JSON.
    pub fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    /// The files that something was selected of.
    pub(super) fn paths(&self) -> BTreeSet<String> {
        let Some(query) = &self.query else { return BTreeSet::new() };
        let records = query.records.iter().map(|record| &record.path);
        records.chain(query.excerpts.iter().map(|excerpt| &excerpt.path)).cloned().collect()
    }
}

impl PinnedQuery {
    fn new(request: QueryRequest, outcome: &QueryOutcome) -> Self {
        Self {
            request,
            query_manifest_digest: outcome.query_manifest_digest.clone(),
            selected_records_digest: outcome.selected_records_digest.clone(),
            selected_excerpts_digest: outcome.selected_excerpts_digest.clone(),
            records: outcome.records.iter().map(PinnedRecord::from).collect(),
            excerpts: outcome.excerpts.iter().map(PinnedExcerpt::from).collect(),
        }
    }
}

impl From<&crate::query::Hit> for PinnedRecord {
    fn from(hit: &crate::query::Hit) -> Self {
        let (line_start, line_end) = hit.lines.unwrap_or(hit.place);
        let (kind, id, path) = (hit.kind.clone(), hit.id.clone(), hit.path.clone());
        Self { kind, id, path, line_start, line_end, digest: hit.digest.clone() }
    }
}

impl From<&crate::query::Excerpt> for PinnedExcerpt {
    fn from(excerpt: &crate::query::Excerpt) -> Self {
        Self {
            path: excerpt.path.clone(),
            record_id: excerpt.record_id.clone(),
            line_start: excerpt.line_start,
            line_end: excerpt.line_end,
            digest: excerpt.digest.clone(),
        }
    }
}

impl SnapshotTag {
    /// The message of the tag: a heading for people, then the canonical JSON in one line.
    pub(super) fn message(&self, name: &str) -> String {
        let json = String::from_utf8(canonical_json(self)).expect("JSON is UTF-8");
        format!("{HEADING} {name}\n\n{json}\n")
    }

    /// Reads the message of a tag; `None` where it says no such thing.
    pub(super) fn read(message: &str) -> Option<Self> {
        let json = message.strip_prefix(HEADING)?.lines().find(|line| line.starts_with('{'))?;
        serde_json::from_str(json).ok()
    }
}

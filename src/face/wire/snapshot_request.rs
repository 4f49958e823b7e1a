//! Requests about snapshots, as they are written.

use super::address::addressed;
use super::document::page_length;
use super::query::{LimitsBody, QuestionBody};
use super::reference::Commit;
use crate::engine::{Ask, Code, EngineError, NewSnapshot, SnapshotFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Pins a commit, and with a query what that selects there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SnapshotBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The commit by a branch, tag or id. At most one of the four ways; none is the tip of the default branch.
    pub requested_ref: Option<String>,
    /// The commit by a time, RFC 3339.
    pub requested_at: Option<String>,
    /// The commit by its whole id.
    pub resolved_commit: Option<String>,
    /// The commit by another snapshot.
    pub snapshot: Option<String>,
    /// What is asked there; left out, the commit alone is pinned.
    pub query: Option<QuestionBody>,
    /// How much may come back, as in a query.
    pub limits: LimitsBody,
    /// Whether each record says why it is there: a part of the query's digest.
    pub explain: bool,
    /// `prompt` or nothing, as in a query: a part of the query's digest.
    pub render: Option<String>,
    /// The name of its tag, below `refs/tags/memory/snapshots/`.
    pub name: Option<String>,
    /// The run that reads it.
    pub source_run: Option<String>,
    /// Why it is made.
    pub reason: Option<String>,
}

/// Marks a snapshot as known to be bad.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KnownBadBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; for a snapshot by its name, left out where the org has one only.
    pub memory_repository: Option<String>,
    /// Why.
    pub reason: String,
}

/// Asks a snapshot's query again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReplayBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; for a snapshot by its name, left out where the org has one only.
    pub memory_repository: Option<String>,
}

/// The parameters of a read of one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SnapshotParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; for a snapshot by its name, left out where the org has one only.
    pub memory_repository: Option<String>,
}
addressed!(SnapshotBody, KnownBadBody, ReplayBody, SnapshotParams);

impl SnapshotBody {
    /// The snapshot in the engine's words, every default filled in.
    pub fn snapshot(self, idempotency_key: Option<String>) -> Result<NewSnapshot, EngineError> {
        let render_prompt = match self.render.as_deref() {
            None => false,
            Some("prompt") => true,
            Some(_) => return Err(bad("render", "`prompt` is all that can be rendered")),
        };
        let (requested_ref, requested_at) = (self.requested_ref, self.requested_at);
        let (resolved_commit, snapshot) = (self.resolved_commit, self.snapshot);
        let at = Commit { requested_ref, requested_at, resolved_commit, snapshot }.request()?;
        let question = self.query.map(QuestionBody::question).transpose()?;
        let (limits, explain) = (self.limits.limits(), self.explain);
        Ok(NewSnapshot {
            repository: self.memory_repository,
            at,
            query: question.map(|question| Ask { question, limits, explain, render_prompt, ..Ask::default() }),
            name: self.name,
            source_run: self.source_run,
            reason: self.reason,
            idempotency_key,
        })
    }
}

fn bad(field: &str, message: &str) -> EngineError {
    EngineError::new(Code::InvalidQuery, format!("{field}: {message}")).because("Invalid", Some(field), message)
}

/// The parameters of a list of snapshots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SnapshotsParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Only snapshots of this repository.
    pub memory_repository: Option<String>,
    /// Only snapshots of this run.
    pub source_run: Option<String>,
    /// Only snapshots in this phase: `Ready` or `KnownBad`.
    pub phase: Option<String>,
    /// Where the page begins: `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// How many come back, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
}
addressed!(SnapshotsParams);

impl SnapshotsParams {
    /// Which snapshots are asked for.
    pub fn filter(&self) -> SnapshotFilter {
        let (repository, source_run) = (self.memory_repository.clone(), self.source_run.clone());
        SnapshotFilter { repository, source_run, phase: self.phase.clone() }
    }

    /// How many snapshots are asked for.
    pub fn page_length(&self) -> Result<usize, EngineError> {
        page_length(self.limit)
    }
}

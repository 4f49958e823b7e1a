//! Reads the snapshots of a server. A narrowed token sees one only where it sees all that was selected.

use super::book::content_of;
use super::{Replay, SNAPSHOT_TAGS, SnapshotContent, SnapshotFilter, SnapshotMarkView, SnapshotView};
use crate::access::{Action, Caller, SourceScope, decide};
use crate::base::id::{SnapshotId, SnapshotName};
use crate::engine::reads::visibility_of;
use crate::engine::server::{Engine, Served};
use crate::engine::{Code, EngineError, Page};
use crate::records::{self, PageRequest};
use serde_json::json;

impl Engine {
    /// Lists snapshots, newest first.
    pub fn snapshots(
        &self,
        caller: &Caller,
        filter: &SnapshotFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<SnapshotView>, EngineError> {
        decide(caller, &Action::ReadSnapshots)?;
        let repository = match &filter.repository {
            Some(name) => Some(self.named(caller, Some(name))?.0.id),
            None => None,
        };
        let known_bad = filter.phase.as_deref().map(is_known_bad).transpose()?;
        let source_run = filter.source_run.as_deref();
        let wanted = records::SnapshotFilter { repository: repository.as_ref(), source_run, known_bad };
        let page = PageRequest { cursor, limit: u32::try_from(limit).unwrap_or(u32::MAX) };
        let page = self.records.read(|view| view.snapshots(&caller.org, wanted, page))?;
        let mut items = Vec::new();
        for row in &page.items {
            if sees(caller, row)? {
                items.push(self.snapshot_view(&*self.served_by_id(&row.repository)?, row)?);
            }
        }
        Ok(Page { items, total: None, next_cursor: page.next })
    }

    /// One snapshot.
    pub fn snapshot(&self, caller: &Caller, id: &SnapshotId) -> Result<SnapshotView, EngineError> {
        decide(caller, &Action::ReadSnapshots)?;
        let row = self.seen_snapshot(caller, id)?;
        self.snapshot_view(&*self.served_by_id(&row.repository)?, &row)
    }

    /// Asks again what a snapshot pins, seeing what its maker saw, and compares the digests.
    pub fn replay_snapshot(&self, caller: &Caller, id: &SnapshotId) -> Result<Replay, EngineError> {
        decide(caller, &Action::ReadSnapshots)?;
        let row = self.seen_snapshot(caller, id)?;
        let served = self.served_by_id(&row.repository)?;
        let scope = row.scope.clone().map(serde_json::from_value::<SourceScope>).transpose();
        let scope =
            scope.map_err(|e| EngineError::new(Code::Internal, "a stored scope cannot be read").caused_by(e))?;
        served.memory.replay(&row.id, &content_of(&row)?, &visibility_of(scope.as_ref()))
    }

    /// The id of the snapshot that is named by its id or, within a repository, by its name. No name is an id.
    pub fn snapshot_id(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        named: &str,
    ) -> Result<SnapshotId, EngineError> {
        decide(caller, &Action::ReadSnapshots)?;
        if let Ok(id) = SnapshotId::parse(named) {
            let of = repository.map(|_| self.named(caller, repository)).transpose()?;
            let elsewhere = |row: &records::Snapshot| of.as_ref().is_some_and(|(of, _)| of.id != row.repository);
            let row = self.seen_snapshot(caller, &id)?;
            return if elsewhere(&row) { Err(no_such()) } else { Ok(id) };
        }
        let name = SnapshotName::parse(named.strip_prefix(SNAPSHOT_TAGS).unwrap_or(named)).map_err(|_| no_such())?;
        let (of, _) = self.named(caller, repository)?;
        let found = self.records.read(|view| view.snapshot_named(&of.id, &name))?;
        match found {
            Some(row) if sees(caller, &row)? => Ok(row.id),
            _ => Err(no_such()),
        }
    }

    /// A snapshot of the caller's org that they see; any other is not there.
    pub(super) fn seen_snapshot(&self, caller: &Caller, id: &SnapshotId) -> Result<records::Snapshot, EngineError> {
        let found = self.records.read(|view| view.snapshot(&caller.org, id))?;
        match found {
            Some(row) if sees(caller, &row)? => Ok(row),
            _ => Err(no_such()),
        }
    }

    pub(super) fn snapshot_view(&self, served: &Served, row: &records::Snapshot) -> Result<SnapshotView, EngineError> {
        let mark = self.records.read(|view| view.snapshot(&row.org, &row.id))?.and_then(|row| row.mark);
        let stale = served.memory.staleness(row.commit)?;
        Ok(SnapshotView {
            id: row.id.clone(),
            organization: row.org.to_string(),
            repository: served.name.to_string(),
            name: row.name.as_ref().map(ToString::to_string),
            source_run: row.source_run.clone(),
            reason: row.reason.clone(),
            content: content_of(row)?,
            digest: row.digest.clone(),
            created_by: row.created_by.to_string(),
            created_at: row.created_at,
            mark: mark.map(|mark| SnapshotMarkView { reason: mark.reason, by: mark.by.to_string(), at: mark.at }),
            current_commit: stale.current,
            stale_by_seconds: stale.seconds,
            stale_by_commits: stale.commits,
        })
    }
}

fn no_such() -> EngineError {
    EngineError::new(Code::NotFound, "there is no such snapshot in this org")
}

/// Whether a caller sees a snapshot: whoever is not narrowed does, and one who made it with the same scope.
pub(super) fn sees(caller: &Caller, row: &records::Snapshot) -> Result<bool, EngineError> {
    let Some(scope) = &caller.scope else { return Ok(true) };
    if row.scope.as_ref() == Some(&json!(scope)) {
        return Ok(true);
    }
    let all_kinds = scope.include_kinds().is_empty() && scope.exclude_kinds().is_empty();
    let content: SnapshotContent = content_of(row)?;
    Ok(match content.query {
        None => true,
        Some(_) => all_kinds && content.paths().iter().all(|path| scope.admits_path(path)),
    })
}

fn is_known_bad(phase: &str) -> Result<bool, EngineError> {
    match phase {
        "Ready" => Ok(false),
        "KnownBad" => Ok(true),
        _ => {
            let message = "a phase of a snapshot is Ready or KnownBad";
            Err(EngineError::new(Code::BadRequest, message).because("Unknown", Some("phase"), message))
        }
    }
}

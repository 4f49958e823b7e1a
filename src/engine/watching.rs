//! What watching asks of the engine: where a stream begins, what changed since, and how a thing is now.

use super::server::Engine;
use super::snapshots::SnapshotView;
use super::types::RepositoryView;
use super::update_types::UpdateView;
use super::{Code, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::id::{SnapshotId, UpdateId};
use crate::base::{OrgId, Timestamp};
use crate::records::Change;

/// Where a stream of changes begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchStart {
    /// The position after which its changes come: that of the cursor, or the present one.
    pub position: i64,
    /// Whether the stream goes on from the cursor it was given; if not, it begins with what there is.
    pub resumed: bool,
    /// When the token ends.
    pub expires_at: Option<Timestamp>,
}

/// What one look at the changes of an org gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// Whether all changes after the position asked for are still kept: if not, some were missed.
    pub complete: bool,
}

impl Engine {
    /// Calls a listener after each transaction of this process that changed what can be watched.
    pub fn on_change(&self, listener: impl Fn() + Send + Sync + 'static) {
        self.records.listen(listener);
    }

    /// The position of the last change of all orgs.
    pub fn last_change(&self) -> Result<i64, EngineError> {
        Ok(self.records.read(|view| view.last_change())?)
    }

    /// The changes of every org after a position, in order; for the one reader of a server.
    pub fn changes_after(&self, position: i64, most: u32) -> Result<Vec<Change>, EngineError> {
        Ok(self.records.read(|view| view.changes_after(position, most))?)
    }

    /// The changes of an org after a position, in order.
    pub fn changes_of(&self, org: &OrgId, position: i64, most: u32) -> Result<Watched, EngineError> {
        self.records.read(|view| {
            let complete = view.changes_kept_since(org, position)?;
            Ok(Watched { changes: view.changes_of(org, position, most)?, complete })
        })
    }

    /// Drops changes that are older, or more, than are kept.
    pub fn tend_changes(&self) -> Result<(), EngineError> {
        Ok(self.records.write(|tx| tx.purge_changes(self.now()).map(drop))?)
    }

    /// Where a stream begins. A cursor that is not of this org and resource, or from before what is kept, is as good as
    /// none. The token is looked at after the position is taken: what takes it back later is among the changes.
    pub fn watch_start(
        &self,
        caller: &Caller,
        resource: &str,
        cursor: Option<&str>,
    ) -> Result<WatchStart, EngineError> {
        let now = self.now();
        self.records.read(|view| {
            let since = cursor.and_then(|cursor| Change::position_of(&caller.org, resource, cursor));
            let kept = since.map(|since| view.changes_kept_since(&caller.org, since)).transpose()? == Some(true);
            let since = since.filter(|_| kept);
            let position = since.map_or_else(|| view.last_change(), Ok)?;
            let token = view
                .token(&caller.org, &caller.token)?
                .filter(|token| token.revoked_at.is_none() && token.expires_at.is_none_or(|end| end > now));
            let token = token
                .ok_or_else(|| EngineError::new(Code::Unauthenticated, "the token is unknown, expired or revoked"))?;
            Ok(WatchStart { position, resumed: since.is_some(), expires_at: token.expires_at })
        })
    }

    /// What time it is here, for streams that end with their token.
    pub fn time(&self) -> Timestamp {
        self.now()
    }

    /// An update as lists show it; `None` where the caller does not see one.
    pub fn watched_update(&self, caller: &Caller, id: &str) -> Result<Option<UpdateView>, EngineError> {
        decide(caller, &Action::ReadUpdates)?;
        let Ok(id) = UpdateId::parse(id) else { return Ok(None) };
        found(self.view(caller, &id, false))
    }

    /// A snapshot; `None` where the caller does not see one.
    pub fn watched_snapshot(&self, caller: &Caller, id: &str) -> Result<Option<SnapshotView>, EngineError> {
        let Ok(id) = SnapshotId::parse(id) else { return Ok(None) };
        found(self.snapshot(caller, &id))
    }

    /// A repository; `None` where there is none.
    pub fn watched_repository(&self, caller: &Caller, name: &str) -> Result<Option<RepositoryView>, EngineError> {
        found(self.repository(caller, name))
    }
}

fn found<T>(result: Result<T, EngineError>) -> Result<Option<T>, EngineError> {
    match result {
        Err(error) if error.code == Code::NotFound => Ok(None),
        other => other.map(Some),
    }
}

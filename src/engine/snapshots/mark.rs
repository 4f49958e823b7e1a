//! Marks a snapshot as known to be bad. What it pins stays as it is.

use super::SnapshotView;
use super::make::check_text;
use crate::access::{Action, Caller, decide};
use crate::base::id::SnapshotId;
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError, audit};
use crate::records::{Actor, SnapshotMark};

/// The longest reason, in bytes.
const MAX_REASON: usize = 16 << 10;

impl Engine {
    /// Marks a snapshot as known to be bad. The first reason stays; the same one again changes nothing.
    pub fn mark_snapshot(&self, caller: &Caller, id: &SnapshotId, reason: &str) -> Result<SnapshotView, EngineError> {
        decide(caller, &Action::MarkSnapshot)?;
        check_text("reason", Some(reason), MAX_REASON)?;
        let snapshot = self.seen_snapshot(caller, id)?;
        match &snapshot.mark {
            Some(mark) if mark.reason == reason => return self.snapshot(caller, id),
            Some(_) => return Err(marked_already()),
            None => {}
        }
        let now = self.now();
        let mark = SnapshotMark { reason: reason.to_owned(), by: Actor::Principal(caller.principal.clone()), at: now };
        self.records.write(|tx| {
            tx.mark_snapshot(&snapshot, &mark)?;
            let row = tx.repository_by_id(&snapshot.repository)?;
            let row =
                row.ok_or_else(|| EngineError::new(Code::Internal, "a snapshot is of a repository that is gone"))?;
            audit::snapshot_marked(tx, caller, &row, &snapshot, now)
        })?;
        self.snapshot(caller, id)
    }
}

fn marked_already() -> EngineError {
    let message = "the snapshot is marked already, for another reason: a mark stays as it is";
    EngineError::new(Code::Conflict, message).because("Marked", Some("reason"), message)
}

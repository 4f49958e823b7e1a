//! Proposals that take the place of another one: the older ends as `Superseded` where the new one is recorded.

use super::actions::{present, timeline};
use super::server::{Engine, Served};
use super::update_types::NewUpdate;
use super::{Code, EngineError, audit};
use crate::access::{Action, Caller, decide};
use crate::base::Timestamp;
use crate::base::id::UpdateId;
use crate::records::{Decision, Phase, RepositoryId, Tx, Update};
use serde_json::json;

impl Engine {
    /// The update whose place a proposal takes, where its caller may end that one: its proposer, or a reviewer.
    pub(super) fn superseded(
        &self,
        caller: &Caller,
        served: &Served,
        new: &NewUpdate,
    ) -> Result<Option<UpdateId>, EngineError> {
        let Some(named) = &new.supersedes else { return Ok(None) };
        if new.revises.is_some() {
            let message =
                "a further revision takes no other update's place: propose it anew, or leave `supersedes` out";
            return Err(EngineError::new(Code::InvalidUpdate, message).because(
                "Exclusive",
                Some("supersedes"),
                message,
            ));
        }
        let missing = |_| EngineError::new(Code::NotFound, "there is no such update in this org");
        let id = UpdateId::parse(named).map_err(missing)?;
        self.require_visible(caller, &id)?;
        let (old, _) = self.stored(caller, &id)?;
        decide(caller, &Action::Supersede { own: old.proposer == caller.principal })?;
        require_open(&old, &served.id)?;
        Ok(Some(id))
    }
}

/// Ends an update in the transaction that records the one in its place.
pub(super) fn supersede(
    tx: &Tx<'_>,
    caller: &Caller,
    old: &UpdateId,
    new: &Update,
    now: Timestamp,
) -> Result<(), EngineError> {
    let old = present(tx, caller, old)?;
    require_open(&old, &new.repository)?;
    let ended = tx.set_phase(&caller.org, &old.id, old.version, Phase::Superseded, old.conflicts.as_ref(), now)?;
    timeline(tx, caller, &ended, "superseded", json!({"update": new.id}), now)?;
    timeline(tx, caller, new, "supersedes", json!({"update": ended.id}), now)?;
    audit::update_touched(tx, caller, &ended, "superseded", Decision::Allowed, now)
}

fn require_open(old: &Update, repository: &RepositoryId) -> Result<(), EngineError> {
    let message = if old.repository != *repository {
        format!("the update `{}` is of another repository, and nothing here takes its place", old.id)
    } else if old.phase.has_ended() {
        format!("the update `{}` is {}, and what has ended is not superseded", old.id, old.phase)
    } else {
        return Ok(());
    };
    Err(EngineError::new(Code::Conflict, message.clone()).because("Ended", Some("supersedes"), message))
}

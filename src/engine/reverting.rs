//! Proposes the inverse of an update that landed.

use super::server::Engine;
use super::types::{NewUpdate, UpdateView};
use super::{Code, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::id::UpdateId;

/// What is said of a revert; what is left out is made up from the update.
#[derive(Clone, Debug, Default)]
pub struct RevertRequest {
    /// One line.
    pub title: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The key that a retry of the same request comes with.
    pub idempotency_key: Option<String>,
}

impl Engine {
    /// Proposes the inverse of a merged update as a new one. What landed since stays; where both touched the same, the
    /// new update is conflicted.
    pub fn revert(&self, caller: &Caller, id: &UpdateId, asked: &RevertRequest) -> Result<UpdateView, EngineError> {
        decide(caller, &Action::Revert)?;
        self.require_visible(caller, id)?;
        let (update, _) = self.stored(caller, id)?;
        let Some(landed) = update.merge_commit else {
            let message = format!("the update is {}, and only what landed can be reverted", update.phase);
            return Err(EngineError::new(Code::Conflict, message));
        };
        let served = self.served_by_id(&update.repository)?;
        let title = asked.title.clone().unwrap_or_else(|| shortened(&format!("Revert \"{}\"", update.title)));
        let reason = asked.reason.clone().unwrap_or_else(|| format!("It takes back {id}, which landed as {landed}."));
        let inverse = NewUpdate {
            repository: Some(served.name.to_string()),
            base_commit: Some(landed.to_string()),
            reverts: Some(id.clone()),
            title,
            reason,
            idempotency_key: asked.idempotency_key.clone(),
            ..NewUpdate::default()
        };
        self.propose(caller, &inverse)
    }
}

/// A title within the bounds of one.
fn shortened(title: &str) -> String {
    title[..title.floor_char_boundary(super::updates::MAX_TITLE)].to_owned()
}

//! What is done to an import: decisions about its update, and making its files again.

use super::asked::refused;
use super::import::Job;
use super::propose;
use super::store::tier_of;
use super::types::{ImportAction, ImportView, NewImport};
use crate::access::Caller;
use crate::base::id::{ImportId, UpdateId};
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError, UpdateAction, audit, once};
use crate::ingest::RetentionTier;
use crate::records::{Import, ImportPhase, Phase};

impl Engine {
    /// Approves, rejects, merges the update of an import; makes its files again, or of a lower tier.
    pub fn import_action(
        &self,
        caller: &Caller,
        id: &ImportId,
        action: &ImportAction,
    ) -> Result<ImportView, EngineError> {
        let import = self.seen_import(caller, id)?;
        match action {
            ImportAction::Approve { expected_diff_digest, comment, signature } => {
                let (expected_diff_digest, comment) = (expected_diff_digest.clone(), comment.clone());
                let signature = signature.clone();
                self.decide_import(caller, &import, &UpdateAction::Approve { expected_diff_digest, comment, signature })
            }
            ImportAction::Reject { comment } => {
                self.decide_import(caller, &import, &UpdateAction::Reject { comment: comment.clone() })
            }
            ImportAction::Merge { expected_diff_digest } => {
                let expected_diff_digest = expected_diff_digest.clone();
                self.decide_import(caller, &import, &UpdateAction::Merge { expected_diff_digest })
            }
            ImportAction::Rerun => return self.rerun(caller, import),
            ImportAction::LowerTier { tier } => self.lower_tier(caller, import, *tier),
        }?;
        self.import_view(caller, id)
    }

    fn decide_import(&self, caller: &Caller, import: &Import, action: &UpdateAction) -> Result<(), EngineError> {
        let id = import.update.as_ref().ok_or_else(|| not_proposed(import))?;
        if matches!(action, UpdateAction::Merge { .. }) {
            self.require_valid(caller, id)?;
        }
        self.act(caller, id, action).map(drop)
    }

    /// What does not validate is not merged, and the answer says what does not.
    fn require_valid(&self, caller: &Caller, id: &UpdateId) -> Result<(), EngineError> {
        let update = self.records.read(|view| view.update(&caller.org, id))?;
        if update.is_none_or(|update| update.phase != Phase::Invalid) {
            return Ok(());
        }
        Err(propose::invalid(&self.view(caller, id, false)?.findings))
    }

    /// Makes the files of an import again: from its import root where it came from there, else from the kept story.
    fn rerun(&self, caller: &Caller, import: Import) -> Result<ImportView, EngineError> {
        self.may_import(caller)?;
        let id = import.id.clone();
        if once::done().is_some() {
            return self.import_view(caller, &id);
        }
        require_idle(&import)?;
        let new = asked_of(&import)?;
        if let Some(path) = &new.path {
            let bundle = self.bundle_at(&caller.org, path)?;
            if *bundle.digest() != import.source {
                return Ok(self.import(caller, &new, Some(bundle))?.view);
            }
        }
        self.make_again(caller, import, &new, "rerun")?;
        self.import_view(caller, &id)
    }

    /// Makes the files of an import of a lower tier, as another revision of its update.
    fn lower_tier(&self, caller: &Caller, import: Import, tier: RetentionTier) -> Result<(), EngineError> {
        self.may_import(caller)?;
        if once::done().is_some() {
            return Ok(());
        }
        require_idle(&import)?;
        if tier >= tier_of(&import) {
            let message =
                format!("the import has the tier `{}`: name a lower one, or import the run again", import.tier);
            return Err(refused("NotLower", "retentionTier", message));
        }
        if !matches!(import.shown, ImportPhase::AwaitingReview | ImportPhase::Failed) || import.update.is_none() {
            let message =
                format!("the import is {}: what has landed or was rejected has no other revision", import.shown);
            return Err(EngineError::new(Code::Conflict, message.clone()).because("Phase", Some("phase"), message));
        }
        let new = NewImport { tier, ..asked_of(&import)? };
        self.make_again(caller, import.clone(), &new, "lowered")?;
        self.expire_bytes(&import)
    }

    fn make_again(&self, caller: &Caller, import: Import, new: &NewImport, kind: &str) -> Result<(), EngineError> {
        let story = self.story_of(&import)?;
        let row = self.records.read(|view| view.repository_by_id(&import.repository))?;
        let row = row.ok_or_else(|| EngineError::new(Code::NotFound, "there is no such repository"))?;
        let (served, now) = (self.asked(&row)?, self.now());
        self.records.write(|tx| audit::import(tx, caller, &row, &import, kind, now))?;
        let job = Job { caller, row: &row, served: &served, import, new };
        let done =
            self.files_of(&job, &story, new.tier).and_then(|made| self.propose_import(&job, &story, new.tier, made));
        done.map_err(|stop| *stop.error)
    }
}

/// What was asked when an import was made. Its run is known by now.
fn asked_of(import: &Import) -> Result<NewImport, EngineError> {
    let asked: Result<NewImport, _> = serde_json::from_value(import.request.clone());
    let new = asked.map_err(|e| EngineError::new(Code::Internal, "a stored import cannot be read").caused_by(e))?;
    Ok(NewImport {
        run_id: Some(import.run.clone()),
        tier: tier_of(import),
        target: Some(import.target.clone()),
        ..new
    })
}

/// One that is being made is not made again at the same time, and one whose source was refused has no story.
fn require_idle(import: &Import) -> Result<(), EngineError> {
    match import.phase {
        ImportPhase::AwaitingReview | ImportPhase::Merged => Ok(()),
        ImportPhase::Failed if import.story.is_some() => Ok(()),
        _ => Err(not_proposed(import)),
    }
}

fn not_proposed(import: &Import) -> EngineError {
    let mend = "it has no update: ask for the import again";
    EngineError::new(Code::Conflict, format!("the import is {}: {mend}", import.shown)).because(
        "NotProposed",
        Some("phase"),
        mend,
    )
}

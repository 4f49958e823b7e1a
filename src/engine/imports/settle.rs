//! Imports that do not go on: failed, panicked, or interrupted by a crash.

use super::import::Job;
use super::stop::Stop;
use crate::access::Caller;
use crate::base::OrgId;
use crate::base::id::ImportId;
use crate::engine::server::Engine;
use crate::engine::{EngineError, audit};
use crate::records::{ImportFailure, ImportPhase};

/// Marks an import as interrupted, unless its work ends otherwise.
pub(super) struct Working<'a> {
    engine: &'a Engine,
    org: &'a OrgId,
    id: &'a ImportId,
    ended: bool,
}

impl<'a> Working<'a> {
    pub(super) fn on(engine: &'a Engine, job: &'a Job<'_>) -> Self {
        let caller: &Caller = job.caller;
        Self { engine, org: &caller.org, id: &job.import.id, ended: false }
    }

    pub(super) fn ended(mut self) {
        self.ended = true;
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // Where this fails too the next start does it.
            _ = self.engine.interrupted(self.org, self.id);
        }
    }
}

impl Engine {
    /// Keeps what stopped an import, and gives its error to whoever asked.
    pub(super) fn stopped(&self, job: &Job<'_>, stop: Stop) -> EngineError {
        let (org, id, now) = (&job.caller.org, &job.import.id, self.now());
        let kept = self.records.write(|tx| {
            let import = tx.import(org, id)?;
            // One that is proposed is what its update says, whatever failed afterwards.
            if import.is_none_or(|import| import.phase == ImportPhase::AwaitingReview) {
                return Ok(());
            }
            let import = tx.set_import_failed(org, id, &stop.kept(), now)?;
            audit::import_failed(tx, job.caller, job.row, &import, now)
        });
        if let Err(error) = kept {
            tracing::error!(%error, import = %id, "what stopped an import could not be noted; the next start does it");
        }
        (*stop.error).about(format!("AgentRunMemoryImport/krate-org-{org}/{id}"))
    }

    /// Marks the imports that a crash interrupted: the same request does them anew.
    pub(in crate::engine) fn settle_imports(&self) -> Result<(), EngineError> {
        self.artifacts().sweep().map_err(super::store::failed)?;
        self.sweep_unreferred()?;
        let under_way = self.records.read(|view| view.imports_under_way())?;
        under_way.iter().try_for_each(|import| self.interrupted(&import.org, &import.id))
    }

    fn interrupted(&self, org: &OrgId, id: &ImportId) -> Result<(), EngineError> {
        let failure = ImportFailure {
            condition: "Ready".to_owned(),
            reason: "Interrupted".to_owned(),
            message: "the server stopped before the import was done: ask for it again".to_owned(),
        };
        let now = self.now();
        self.records.write(|tx| {
            let import = tx.set_import_failed(org, id, &failure, now)?;
            audit::import_interrupted(tx, &import, now)
        })
    }
}

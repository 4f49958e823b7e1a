//! One import, from the request to the update.

use super::collect::{Collected, collect_run};
use super::settle::Working;
use super::types::{Imported, NewImport};
use super::{asked, collect, stop::Stop};
use crate::access::{Action, Caller, decide, decide_paths};
use crate::base::fault;
use crate::base::id::ImportId;
use crate::engine::server::{Engine, Served};
use crate::engine::{EngineError, audit, updates};
use crate::ingest::Bundle;
use crate::records::{self, Import, ImportIdentity, ImportPhase};
use std::sync::Arc;

/// What there is of an import before anything is done.
enum Begun {
    /// The same was asked for before: this is it.
    Before(Import),
    /// It is to be done by this thread.
    Ours(Import, bool),
}

/// An import that is worked on.
pub(super) struct Job<'a> {
    pub(super) caller: &'a Caller,
    pub(super) row: &'a records::Repository,
    pub(super) served: &'a Arc<Served>,
    pub(super) import: Import,
    pub(super) new: &'a NewImport,
}

impl Engine {
    /// Whether a caller may import at all: asked before a run is received.
    pub fn may_import(&self, caller: &Caller) -> Result<(), EngineError> {
        decide(caller, &Action::ImportRun)?;
        updates::require_all_kinds(caller)
    }

    /// Imports the memory of a run: the one that was sent, or the one that the request names below an import root. The
    /// same again is the same import.
    pub fn import(&self, caller: &Caller, new: &NewImport, sent: Option<Bundle>) -> Result<Imported, EngineError> {
        self.may_import(caller)?;
        self.may_retain(caller, new.tier)?;
        asked::check(Some(&caller.org), new)?;
        let (row, served) = self.named(caller, new.repository.as_deref())?;
        let new = NewImport { path: new.path.clone().filter(|_| sent.is_none()), ..new.clone() };
        let bundle = match (sent, &new.path) {
            (Some(bundle), _) => bundle,
            (None, Some(path)) => self.bundle_at(&caller.org, path)?,
            (None, None) => return Err(asked::nothing_sent()),
        };
        let run = collect::run_of(&new, &bundle)?;
        let target = asked::target(&new, &run)?;
        decide_paths(caller, [target.as_str()])?;
        let identity = ImportIdentity {
            org: caller.org.clone(),
            repository: row.id.clone(),
            run,
            source: bundle.digest().clone(),
            tier: asked::tier_name(new.tier).to_owned(),
            target: target.as_str().to_owned(),
        };
        match self.begin_import(caller, &row, &new, identity)? {
            Begun::Before(import) => Ok(Imported { view: self.shown_import(caller, &import)?, is_new: false }),
            Begun::Ours(import, is_new) => {
                let id = import.id.clone();
                let job = Job { caller, row: &row, served: &served, import, new: &new };
                self.work(&job, &bundle)?;
                Ok(Imported { view: self.import_view(caller, &id)?, is_new })
            }
        }
    }

    /// Finds the import of an identity or makes it. One that failed is done anew.
    fn begin_import(
        &self,
        caller: &Caller,
        row: &records::Repository,
        new: &NewImport,
        identity: ImportIdentity,
    ) -> Result<Begun, EngineError> {
        let (request, now) = (asked::kept(new), self.now());
        self.records.write(|tx| {
            let (import, is_new) = match tx.import_of(&identity)? {
                Some(import) if import.phase != ImportPhase::Failed => return Ok(Begun::Before(import)),
                Some(import) => (tx.set_import_phase(&caller.org, &import.id, ImportPhase::Collecting, now)?, false),
                None => {
                    let proposer = caller.principal.clone();
                    let new = records::NewImport { id: ImportId::fresh(), identity, proposer, request };
                    (tx.create_import(&new, now)?, true)
                }
            };
            audit::import(tx, caller, row, &import, "requested", now)?;
            Ok(Begun::Ours(import, is_new))
        })
    }

    /// Does the work of an import. What keeps it back stands in its row when this returns.
    pub(super) fn work(&self, job: &Job<'_>, bundle: &Bundle) -> Result<(), EngineError> {
        let working = Working::on(self, job);
        let done = self.collect_import(job, bundle).and_then(|collected| self.finish_import(job, &collected));
        working.ended();
        done.map_err(|stop| self.stopped(job, stop))
    }

    fn collect_import(&self, job: &Job<'_>, bundle: &Bundle) -> Result<Collected, Stop> {
        let mut collected = collect_run(bundle, job.new.kind).map_err(|e| Stop::at("SourceResolved", e))?;
        self.import_phase(job, ImportPhase::Redacting)?;
        fault::reached("import.collected");
        let policy = self.policy(&job.row.id).map_err(Stop::server)?;
        collect::check_head(Some(&job.caller.org), job.new, &collected, policy.allow_partial_imports())?;
        collect::check_redaction(&collected)?;
        self.retain(job, bundle, &mut collected, &policy)?;
        self.import_phase(job, ImportPhase::Normalizing)?;
        Ok(collected)
    }

    fn finish_import(&self, job: &Job<'_>, collected: &Collected) -> Result<(), Stop> {
        let made = self.files_of(job, &collected.story, job.new.tier)?;
        self.keep_collected(job, collected).map_err(Stop::server)?;
        self.propose_import(job, &collected.story, job.new.tier, made)?;
        fault::reached("import.proposed");
        Ok(())
    }

    pub(super) fn import_phase(&self, job: &Job<'_>, phase: ImportPhase) -> Result<(), Stop> {
        let (org, id, now) = (&job.caller.org, &job.import.id, self.now());
        let set = self.records.write(|tx| Ok::<_, EngineError>(tx.set_import_phase(org, id, phase, now).map(drop)?));
        set.map_err(Stop::server)
    }
}

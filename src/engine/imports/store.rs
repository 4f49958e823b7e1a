//! What of an import is kept besides its row: the screened story and the redaction report, by their digests.

use super::asked::tier_name;
use super::collect::Collected;
use super::import::Job;
use crate::access::Caller;
use crate::artifact::{Kept, Store, StoreError};
use crate::base::digest::canonical_json;
use crate::base::{Digest, OrgId, Timestamp, fault};
use crate::engine::server::Engine;
use crate::engine::update_types::ForImport;
use crate::engine::{Code, EngineError, audit};
use crate::ingest::{RetentionTier, Story};
use crate::records::{self, Import, ImportObject, ImportPhase, ObjectKind, Tx, Update};

impl Engine {
    /// The artifact store of the data directory.
    pub(in crate::engine) fn artifacts(&self) -> Store {
        Store::new(self.data_dir.join("artifacts"))
    }

    /// Keeps what was collected: the objects first, then the row that refers to them.
    pub(super) fn keep_collected(&self, job: &Job<'_>, collected: &Collected) -> Result<(), EngineError> {
        let (org, id, store, now) = (&job.caller.org, &job.import.id, self.artifacts(), self.now());
        let bytes = (collected.story.to_bytes(), canonical_json(&collected.report));
        let story = store.put(org, &bytes.0).map_err(failed)?;
        let report = store.put(org, &bytes.1).map_err(failed)?;
        fault::reached("import.stored");
        let summary = collected.summary();
        self.records.write(|tx| {
            ensure(&store, org, &story.digest, &bytes.0)?;
            ensure(&store, org, &report.digest, &bytes.1)?;
            let import = tx.set_import_collected(org, id, (&story.digest, &report.digest), &summary, now)?;
            tx.set_import_object(org, &object(&import, ObjectKind::Story, &story))?;
            tx.set_import_object(org, &object(&import, ObjectKind::Redaction, &report))?;
            audit::import(tx, job.caller, job.row, &import, "collected", now)?;
            audit::import(tx, job.caller, job.row, &import, "redacted", now)?;
            tx.set_import_phase(org, id, ImportPhase::Validating, now)?;
            Ok(())
        })
    }

    /// The story of an import, as it was kept.
    pub(super) fn story_of(&self, import: &Import) -> Result<Story, EngineError> {
        let gone = || {
            let message = "the story of this import is not kept: import the run again";
            EngineError::new(Code::Conflict, message).because("StoryGone", Some("import"), message)
        };
        let digest = import.story.as_ref().ok_or_else(gone)?;
        let bytes = self.artifacts().get(&import.org, digest).map_err(failed)?.ok_or_else(gone)?;
        Story::from_bytes(&bytes).map_err(|e| EngineError::new(Code::Conflict, e.to_string()).caused_by(e))
    }
}

fn object(import: &Import, kind: ObjectKind, kept: &Kept) -> ImportObject {
    let (digest, size) = (kept.digest.clone(), kept.size);
    ImportObject { import: import.id.clone(), kind, name: String::new(), digest, size, expires_at: None }
}

/// Sees to it that an object is there, in the transaction that refers to it: a sweep may have removed the same bytes since.
pub(super) fn ensure(store: &Store, org: &OrgId, digest: &Digest, bytes: &[u8]) -> Result<(), EngineError> {
    if store.open(org, digest).map_err(failed)?.is_none() {
        store.put(org, bytes).map_err(failed)?;
    }
    Ok(())
}

/// A failure of the artifact store.
pub(super) fn failed(error: StoreError) -> EngineError {
    EngineError::new(Code::Unavailable, "the artifact store cannot be read or written now").caused_by(error)
}

/// Notes with an update, in its transaction, the import that ends as it.
pub(in crate::engine) fn note_proposed(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &records::Repository,
    update: &Update,
    noted: &ForImport,
    now: Timestamp,
) -> Result<(), EngineError> {
    let proposed = (&*noted.tier, &noted.files);
    let import = tx.set_import_proposed(&caller.org, &noted.id, &update.id, proposed, now)?;
    audit::import(tx, caller, row, &import, "proposed", now)
}

/// The tier of a row.
pub(super) fn tier_of(import: &Import) -> RetentionTier {
    RetentionTier::ALL.into_iter().find(|tier| tier_name(*tier) == import.tier).unwrap_or_default()
}

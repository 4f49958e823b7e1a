//! Imports of run memory: what was asked, what of it was found, and the update that it ended as.
//!
//! A row says where the import's own work stands. Once it is proposed, its update says the rest: the phase that is shown
//! ([`Import::shown`]) comes from there.

mod list;
mod objects;
mod roots;
mod types;

pub use list::ImportFilter;
pub use objects::{ImportObject, ObjectKind};
pub use types::{Import, ImportFailure, ImportIdentity, ImportPhase, NewImport};

use super::columns::Json;
use super::{RecordsError, Tx, View};
use crate::base::id::{ImportId, UpdateId};
use crate::base::{CommitId, Digest, OrgId, Timestamp};
use serde_json::Value;
use types::COLUMNS;

impl Tx<'_> {
    /// Makes an import, in phase `Collecting`. Of one identity there is one.
    pub fn create_import(&self, new: &NewImport, now: Timestamp) -> Result<Import, RecordsError> {
        let ImportIdentity { org, repository, run, source, tier, target } = &new.identity;
        let found = self.repository_by_id(repository)?.filter(|found| found.org == *org);
        found.ok_or_else(|| RecordsError::not_found("repository", repository))?;
        let sql =
            "INSERT INTO imports (id, org, repository, proposer, run, source_digest, tier, target, request, phase,
            created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'Collecting', ?10, ?10)
            ON CONFLICT DO NOTHING";
        let row = (&new.id, org, repository, &new.proposer, run, source, tier, target, Json(&new.request), now);
        if self.run(sql, row)? == 0 {
            return Err(RecordsError::already_exists("import", &new.id));
        }
        self.present_import(org, &new.id)
    }

    /// Moves an import's own work to a phase; what had failed is forgotten.
    pub fn set_import_phase(
        &self,
        org: &OrgId,
        id: &ImportId,
        phase: ImportPhase,
        now: Timestamp,
    ) -> Result<Import, RecordsError> {
        self.present_import(org, id)?;
        let sql = "UPDATE imports SET phase = ?2, failed = NULL, updated_at = ?3 WHERE id = ?1";
        self.run(sql, (id, phase, now))?;
        self.present_import(org, id)
    }

    /// Keeps what was collected: the digests of the screened story and of the redaction report, and what is told of them.
    pub fn set_import_collected(
        &self,
        org: &OrgId,
        id: &ImportId,
        (story, redaction): (&Digest, &Digest),
        summary: &Value,
        now: Timestamp,
    ) -> Result<Import, RecordsError> {
        self.present_import(org, id)?;
        let sql = "UPDATE imports SET story = ?2, redaction = ?3, summary = ?4, updated_at = ?5 WHERE id = ?1";
        self.run(sql, (id, story, redaction, Json(summary), now))?;
        self.present_import(org, id)
    }

    /// Ends the work of an import with what kept it back.
    pub fn set_import_failed(
        &self,
        org: &OrgId,
        id: &ImportId,
        failure: &ImportFailure,
        now: Timestamp,
    ) -> Result<Import, RecordsError> {
        self.present_import(org, id)?;
        let sql = "UPDATE imports SET phase = 'Failed', failed = ?2, updated_at = ?3 WHERE id = ?1";
        self.run(sql, (id, Json(failure), now))?;
        self.present_import(org, id)
    }

    /// Ends the work of an import with the update that it is proposed as, its files and its tier; from then on the update
    /// tells the rest.
    pub fn set_import_proposed(
        &self,
        org: &OrgId,
        id: &ImportId,
        update: &UpdateId,
        (tier, files): (&str, &Value),
        now: Timestamp,
    ) -> Result<Import, RecordsError> {
        let before = self.present_import(org, id)?;
        if before.tier != tier {
            self.require_free(&before, tier)?;
        }
        let made = before.updates_made + u32::from(before.update.as_ref() != Some(update));
        let sql = "UPDATE imports SET phase = 'AwaitingReview', failed = NULL, merged_commit = NULL, update_id = ?2,
            tier = ?3, files = ?4, updates_made = ?5, updated_at = ?6 WHERE id = ?1";
        self.run(sql, (id, update, tier, Json(files), made, now))?;
        self.present_import(org, id)
    }

    /// Ends the work of an import whose files are in the memory already.
    pub fn set_import_merged(
        &self,
        org: &OrgId,
        id: &ImportId,
        commit: CommitId,
        files: &Value,
        now: Timestamp,
    ) -> Result<Import, RecordsError> {
        self.present_import(org, id)?;
        let sql =
            "UPDATE imports SET phase = 'Merged', failed = NULL, merged_commit = ?2, files = ?3, update_id = NULL,
            updated_at = ?4 WHERE id = ?1";
        self.run(sql, (id, commit, Json(files), now))?;
        self.present_import(org, id)
    }

    fn require_free(&self, before: &Import, tier: &str) -> Result<(), RecordsError> {
        let identity = ImportIdentity { tier: tier.to_owned(), ..before.identity() };
        match self.import_of(&identity)? {
            Some(other) => Err(RecordsError::already_exists("import of that tier", other.id)),
            None => Ok(()),
        }
    }

    fn present_import(&self, org: &OrgId, id: &ImportId) -> Result<Import, RecordsError> {
        self.import(org, id)?.ok_or_else(|| RecordsError::not_found("import", id))
    }
}

impl View<'_> {
    /// An import of an org.
    pub fn import(&self, org: &OrgId, id: &ImportId) -> Result<Option<Import>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE org = ?1 AND id = ?2"), (org, id), types::read)
    }

    /// The import of an identity.
    pub fn import_of(&self, identity: &ImportIdentity) -> Result<Option<Import>, RecordsError> {
        let ImportIdentity { org, repository, run, source, tier, target } = identity;
        let sql = format!(
            "{COLUMNS} WHERE org = ?1 AND repository = ?2 AND run = ?3 AND source_digest = ?4 AND tier = ?5 AND target = ?6"
        );
        self.one(&sql, (org, repository, run, source, tier, target), types::read)
    }

    /// The imports of every org whose work is under way: at a start, those that a crash interrupted.
    pub fn imports_under_way(&self) -> Result<Vec<Import>, RecordsError> {
        let ended = "('AwaitingReview', 'Merged', 'Failed')";
        self.all(&format!("{COLUMNS} WHERE phase NOT IN {ended} ORDER BY seq"), [], types::read)
    }
}

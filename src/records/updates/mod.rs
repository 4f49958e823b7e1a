//! Memory updates: what is proposed, its revisions, and what people decided and said about it.
//!
//! Every change of an update names the version it was made for, and fails with a conflict where another was
//! faster. What has ended does not change any more.

mod decisions;
mod list;
mod revisions;
mod talk;
mod types;

pub use decisions::{NewDecision, UpdateDecision, Verdict};
pub use list::UpdateFilter;
pub use revisions::{NewRevision, Revision, Validation};
pub use talk::{Comment, NewComment, TimelineEvent};
pub use types::{NewUpdate, Phase, Review, Update, Version};

use super::columns::Json;
use super::{RecordsError, Tx, View};
use crate::base::id::UpdateId;
use crate::base::{CommitId, OrgId, Timestamp};
use serde_json::Value;

impl Tx<'_> {
    /// Makes an update with its first revision, in phase `Validating`.
    pub fn create_update(&self, new: &NewUpdate, first: &NewRevision, now: Timestamp) -> Result<Update, RecordsError> {
        let repository = self.repository_by_id(&new.repository)?.filter(|found| found.org == new.org);
        repository.ok_or_else(|| RecordsError::not_found("repository", &new.repository))?;
        let sql =
            "INSERT INTO updates (id, org, repository, proposer, title, reason, source_run, artifact, branch, review,
            phase, revision, version, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'Validating', 1, 1, ?11, ?11)
            ON CONFLICT (id) DO NOTHING";
        let NewUpdate { id, org, repository, proposer, title, reason, source_run, artifact, branch, review } = new;
        let artifact = artifact.as_ref().map(Json);
        if self.run(sql, (id, org, repository, proposer, title, reason, source_run, artifact, branch, review, now))?
            == 0
        {
            return Err(RecordsError::already_exists("update", id));
        }
        self.insert_revision(id, 1, first, now)?;
        self.present(org, id)
    }

    /// Moves an update to a phase other than `Merged`, with the conflicting paths where there are any.
    pub fn set_phase(
        &self,
        org: &OrgId,
        id: &UpdateId,
        expected: Version,
        phase: Phase,
        conflicts: Option<&Value>,
        now: Timestamp,
    ) -> Result<Update, RecordsError> {
        if phase == Phase::Merged {
            return Err(RecordsError::conflict("update", id, "it becomes Merged with its merge commit alone"));
        }
        let update = self.expect_open(org, id, expected)?;
        let sql = "UPDATE updates SET phase = ?2, conflicts = ?3, version = version + 1, updated_at = ?4 WHERE id = ?1";
        self.run(sql, (&update.id, phase, conflicts.map(Json), now))?;
        self.present(org, id)
    }

    /// Ends an update with the commit that merged it.
    pub fn set_merged(
        &self,
        org: &OrgId,
        id: &UpdateId,
        expected: Version,
        merge_commit: CommitId,
        now: Timestamp,
    ) -> Result<Update, RecordsError> {
        let update = self.expect_open(org, id, expected)?;
        let sql = "UPDATE updates SET phase = 'Merged', merge_commit = ?2, conflicts = NULL, version = version + 1,
            updated_at = ?3 WHERE id = ?1";
        self.run(sql, (&update.id, merge_commit, now))?;
        self.present(org, id)
    }

    /// The update, where it is at the expected version and has not ended.
    fn expect_open(&self, org: &OrgId, id: &UpdateId, expected: Version) -> Result<Update, RecordsError> {
        let update = self.present(org, id)?;
        if update.version != expected {
            let reason = format!("it is at version {}, not {}", update.version.0, expected.0);
            return Err(RecordsError::conflict("update", id, reason));
        }
        if update.phase.has_ended() {
            return Err(RecordsError::conflict("update", id, format!("it is {} and does not change", update.phase)));
        }
        Ok(update)
    }

    fn present(&self, org: &OrgId, id: &UpdateId) -> Result<Update, RecordsError> {
        self.update(org, id)?.ok_or_else(|| RecordsError::not_found("update", id))
    }
}

impl View<'_> {
    /// An update of an org.
    pub fn update(&self, org: &OrgId, id: &UpdateId) -> Result<Option<Update>, RecordsError> {
        self.one(&format!("{} WHERE org = ?1 AND id = ?2", types::COLUMNS), (org, id), types::read)
    }

    /// The updates of every org in a phase, oldest first; `Validating` ones at a start were left half way.
    pub fn updates_in_phase(&self, phase: Phase) -> Result<Vec<Update>, RecordsError> {
        self.all(&format!("{} WHERE phase = ?1 ORDER BY seq", types::COLUMNS), [phase], types::read)
    }
}

//! The revisions of an update: what each would change, and what validation said about it.

use super::{Update, Version};
use crate::base::id::UpdateId;
use crate::base::{CommitId, Digest, OrgId, Principal, RepoPath, Timestamp};
use crate::records::columns::{Json, json};
use crate::records::{RecordsError, Tx, View};
use rusqlite::Row;
use serde_json::Value;
use std::collections::BTreeSet;

/// A revision to be added.
#[derive(Clone, Debug)]
pub struct NewRevision {
    /// Who made it.
    pub proposer: Principal,
    /// The commit it was made on.
    pub base_commit: CommitId,
    /// The commit it proposes.
    pub head_commit: CommitId,
    /// The digest of its diff: what an approval is of.
    pub diff_digest: Digest,
    /// The changes as they are shown: paths, actions, reasons.
    pub changes: Value,
    /// Every path it touches, on either side of a rename.
    pub paths: BTreeSet<RepoPath>,
    /// What a reviewer should look at.
    pub risk_notes: Value,
    /// What was hidden.
    pub redaction: Value,
}

/// What validation of the tree that a merge would give said.
#[derive(Clone, Debug)]
pub struct Validation {
    /// The tip it would be merged into.
    pub tip: Option<CommitId>,
    /// The digest of the report.
    pub digest: Digest,
    /// The findings.
    pub findings: Value,
}

/// A revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its number, from 1.
    pub number: u32,
    /// Who made it.
    pub proposer: Principal,
    /// The commit it was made on.
    pub base_commit: CommitId,
    /// The commit it proposes.
    pub head_commit: CommitId,
    /// The digest of its diff: what an approval is of.
    pub diff_digest: Digest,
    /// The digest of the validation report, once there is one.
    pub validation_digest: Option<Digest>,
    /// The tip that the validation was made on.
    pub validated_on: Option<CommitId>,
    /// The changes as they are shown.
    pub changes: Value,
    /// The findings of the validation.
    pub findings: Value,
    /// What a reviewer should look at.
    pub risk_notes: Value,
    /// What was hidden.
    pub redaction: Value,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a revision to an update: every decision so far is dismissed, and the phase is `Validating` again.
    pub fn add_revision(
        &self,
        org: &OrgId,
        id: &UpdateId,
        expected: Version,
        new: &NewRevision,
        now: Timestamp,
    ) -> Result<Update, RecordsError> {
        let update = self.expect_open(org, id, expected)?;
        self.run("UPDATE decisions SET dismissed_at = ?2 WHERE update_id = ?1 AND dismissed_at IS NULL", (id, now))?;
        let sql =
            "UPDATE updates SET revision = revision + 1, phase = 'Validating', conflicts = NULL, version = version + 1,
            updated_at = ?2 WHERE id = ?1";
        self.run(sql, (id, now))?;
        self.insert_revision(id, update.revision + 1, new, now)?;
        self.present(org, id)
    }

    /// Keeps what validation said about the present revision; a later validation takes the place of an earlier one.
    pub fn set_validation(
        &self,
        org: &OrgId,
        id: &UpdateId,
        expected: Version,
        validation: &Validation,
        now: Timestamp,
    ) -> Result<Update, RecordsError> {
        let update = self.expect_open(org, id, expected)?;
        let sql = "UPDATE revisions SET validation_digest = ?3, validated_on = ?4, findings = ?5
            WHERE update_id = ?1 AND number = ?2";
        let Validation { tip, digest, findings } = validation;
        self.run(sql, (id, update.revision, digest, tip, Json(findings)))?;
        self.run("UPDATE updates SET version = version + 1, updated_at = ?2 WHERE id = ?1", (id, now))?;
        self.present(org, id)
    }

    pub(super) fn insert_revision(
        &self,
        id: &UpdateId,
        number: u32,
        new: &NewRevision,
        now: Timestamp,
    ) -> Result<(), RecordsError> {
        let sql = "INSERT INTO revisions (update_id, number, proposer, base_commit, head_commit, diff_digest, changes, findings,
            risk_notes, redaction, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '[]', ?8, ?9, ?10)";
        let NewRevision { proposer, base_commit, head_commit, diff_digest, changes, paths, risk_notes, redaction } =
            new;
        let (changes, risks, redaction) = (Json(changes), Json(risk_notes), Json(redaction));
        let row = (id, number, proposer, base_commit, head_commit, diff_digest, changes, risks, redaction, now);
        self.run(sql, row)?;
        self.run("DELETE FROM update_paths WHERE update_id = ?1", [id])?;
        paths.iter().try_for_each(|path| {
            self.run("INSERT INTO update_paths (update_id, path) VALUES (?1, ?2)", (id, path.as_str())).map(drop)
        })
    }
}

impl View<'_> {
    /// One revision of an update.
    pub fn revision(&self, org: &OrgId, id: &UpdateId, number: u32) -> Result<Option<Revision>, RecordsError> {
        self.one(&format!("{SELECT} AND r.number = ?3"), (org, id, number), read)
    }

    /// Every revision of an update, oldest first.
    pub fn revisions(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<Revision>, RecordsError> {
        self.all(&format!("{SELECT} ORDER BY r.number"), (org, id), read)
    }

    /// The paths that the present revision of an update touches, in order.
    pub fn update_paths(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<String>, RecordsError> {
        let sql = "SELECT p.path FROM update_paths p JOIN updates u ON u.id = p.update_id
            WHERE u.org = ?1 AND u.id = ?2 ORDER BY p.path";
        self.all(sql, (org, id), |row| row.get(0))
    }

    /// Everyone who proposed an update or a revision of it: nobody of them may approve it.
    pub fn update_proposers(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<Principal>, RecordsError> {
        let sql = "SELECT u.proposer FROM updates u WHERE u.org = ?1 AND u.id = ?2
            UNION SELECT r.proposer FROM revisions r JOIN updates u ON u.id = r.update_id WHERE u.org = ?1 AND u.id = ?2
            ORDER BY 1";
        self.all(sql, (org, id), |row| row.get(0))
    }
}

const SELECT: &str = "SELECT r.* FROM revisions r JOIN updates u ON u.id = r.update_id WHERE u.org = ?1 AND u.id = ?2";

fn read(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        number: row.get("number")?,
        proposer: row.get("proposer")?,
        base_commit: row.get("base_commit")?,
        head_commit: row.get("head_commit")?,
        diff_digest: row.get("diff_digest")?,
        validation_digest: row.get("validation_digest")?,
        validated_on: row.get("validated_on")?,
        changes: json(row, "changes")?,
        findings: json(row, "findings")?,
        risk_notes: json(row, "risk_notes")?,
        redaction: json(row, "redaction")?,
        created_at: row.get("created_at")?,
    })
}

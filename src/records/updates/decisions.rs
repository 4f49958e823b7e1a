//! What reviewers decided about a revision of an update.

use super::{Update, Version};
use crate::base::id::UpdateId;
use crate::base::{Digest, OrgId, Principal, Timestamp};
use crate::records::columns::text_columns;
use crate::records::words::words;
use crate::records::{RecordsError, Tx, View};
use rusqlite::Row;

words! {
    /// What a reviewer says.
    pub enum Verdict: "verdict" {
        /// It may land as it is.
        Approve = "approve",
        /// It shall not land.
        Reject = "reject",
        /// It may land once it is changed.
        RequestChanges = "request-changes",
    }
}
text_columns!(Verdict);

/// A decision to be noted.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// The diff that the reviewer saw.
    pub diff_digest: Digest,
    /// Who decides.
    pub principal: Principal,
    /// What they say.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<String>,
    /// Their signature over the statement.
    pub signature: Option<String>,
}

/// A decision about one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateDecision {
    /// The revision it is about.
    pub revision: u32,
    /// The diff it is about.
    pub diff_digest: Digest,
    /// Who decided.
    pub principal: Principal,
    /// What they said.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<String>,
    /// Their signature over the statement.
    pub signature: Option<String>,
    /// When.
    pub at: Timestamp,
    /// When another revision, or their own later decision, made it void.
    pub dismissed_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Notes a decision about the present revision. The diff has to be the one that the reviewer saw, and of one
    /// person the newest decision counts. The phase is the caller's to set.
    pub fn add_decision(
        &self,
        org: &OrgId,
        id: &UpdateId,
        expected: Version,
        new: &NewDecision,
        now: Timestamp,
    ) -> Result<Update, RecordsError> {
        let update = self.expect_open(org, id, expected)?;
        let revision =
            self.revision(org, id, update.revision)?.ok_or_else(|| RecordsError::not_found("revision", id))?;
        if revision.diff_digest != new.diff_digest {
            return Err(RecordsError::OtherDiff { id: id.to_string(), present: revision.diff_digest });
        }
        let NewDecision { diff_digest, principal, verdict, comment, signature } = new;
        let sql =
            "UPDATE decisions SET dismissed_at = ?3 WHERE update_id = ?1 AND principal = ?2 AND dismissed_at IS NULL";
        self.run(sql, (id, principal, now))?;
        let sql = "INSERT INTO decisions (update_id, revision, diff_digest, principal, verdict, comment, signature, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.run(sql, (id, update.revision, diff_digest, principal, verdict, comment, signature, now))?;
        self.run("UPDATE updates SET version = version + 1, updated_at = ?2 WHERE id = ?1", (id, now))?;
        self.present(org, id)
    }
}

impl View<'_> {
    /// Every decision about an update, oldest first, void ones too.
    pub fn decisions(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<UpdateDecision>, RecordsError> {
        self.all(&format!("{SELECT} ORDER BY d.seq"), (org, id), read)
    }

    /// The decisions about the present revision that count, one for each person, oldest first.
    pub fn standing_decisions(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<UpdateDecision>, RecordsError> {
        let standing = "AND d.dismissed_at IS NULL AND d.revision = u.revision ORDER BY d.seq";
        self.all(&format!("{SELECT} {standing}"), (org, id), read)
    }
}

const SELECT: &str = "SELECT d.* FROM decisions d JOIN updates u ON u.id = d.update_id WHERE u.org = ?1 AND u.id = ?2";

fn read(row: &Row<'_>) -> rusqlite::Result<UpdateDecision> {
    Ok(UpdateDecision {
        revision: row.get("revision")?,
        diff_digest: row.get("diff_digest")?,
        principal: row.get("principal")?,
        verdict: row.get("verdict")?,
        comment: row.get("comment")?,
        signature: row.get("signature")?,
        at: row.get("at")?,
        dismissed_at: row.get("dismissed_at")?,
    })
}

//! The public keys that an org signs with.

use super::{RecordsError, Tx, View};
use crate::base::{OrgId, Timestamp};
use rusqlite::Row;

/// A public key of an org. A retired one signs nothing new; what it signed stays signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerKey {
    /// The key in OpenSSH form, without a comment.
    pub public_key: String,
    /// From when on it signed.
    pub created_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Notes a key of an org; one that is noted stays as it is.
    pub fn add_signer(&self, org: &OrgId, public_key: &str, now: Timestamp) -> Result<(), RecordsError> {
        self.org(org)?.ok_or_else(|| RecordsError::not_found("org", org))?;
        let sql = "INSERT INTO signers (org, public_key, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.run(sql, (org, public_key, now)).map(drop)
    }

    /// Has an org sign with another key: the one before is retired, at the earliest a second after it was made, for OpenSSH
    /// takes no key that ends when it begins. `false`: it signs with this one already.
    pub fn rotate_signer(
        &self,
        org: &OrgId,
        public_key: &str,
        now: Timestamp,
        retired_at: Timestamp,
    ) -> Result<bool, RecordsError> {
        let before = self.active_signer(org)?;
        if before.as_ref().is_some_and(|signer| signer.public_key == public_key) {
            return Ok(false);
        }
        let sql = "UPDATE signers SET retired_at = max(?2, created_at + 1) WHERE org = ?1 AND retired_at IS NULL";
        self.run(sql, (org, retired_at))?;
        self.add_signer(org, public_key, now)?;
        Ok(true)
    }

    /// Retires a key of an org from now on; one that is retired stays as it is.
    pub fn retire_signer(&self, org: &OrgId, public_key: &str, now: Timestamp) -> Result<(), RecordsError> {
        let sql = "UPDATE signers SET retired_at = coalesce(retired_at, ?3) WHERE org = ?1 AND public_key = ?2";
        let changed = self.run(sql, (org, public_key, now))?;
        if changed == 0 { Err(RecordsError::not_found("signing key", public_key)) } else { Ok(()) }
    }
}

impl View<'_> {
    /// The key that an org signs with.
    pub fn active_signer(&self, org: &OrgId) -> Result<Option<SignerKey>, RecordsError> {
        let sql = "SELECT public_key, created_at, retired_at FROM signers
            WHERE org = ?1 AND retired_at IS NULL ORDER BY created_at DESC, rowid DESC LIMIT 1";
        self.one(sql, [org], read)
    }

    /// The keys of an org, retired ones too, oldest first.
    pub fn signers(&self, org: &OrgId) -> Result<Vec<SignerKey>, RecordsError> {
        let sql = "SELECT public_key, created_at, retired_at FROM signers WHERE org = ?1 ORDER BY created_at, rowid";
        self.all(sql, [org], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<SignerKey> {
    Ok(SignerKey {
        public_key: row.get("public_key")?,
        created_at: row.get("created_at")?,
        retired_at: row.get("retired_at")?,
    })
}

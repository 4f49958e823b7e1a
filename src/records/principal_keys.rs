//! The public keys that principals registered for themselves.

use super::words::Actor;
use super::{RecordsError, Tx, View};
use crate::base::{OrgId, Principal, Timestamp};
use rusqlite::Row;

/// The most keys that one principal may have, retired ones counted.
pub const MAX_PRINCIPAL_KEYS: usize = 50;

/// A public key of a principal. A retired one signs nothing new; what it signed stays signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalKey {
    /// Its fingerprint, such as `SHA256:...`.
    pub fingerprint: String,
    /// Whose it is.
    pub principal: Principal,
    /// The key in OpenSSH form, without a comment.
    pub public_key: String,
    /// Who registered it: the principal, or the operator.
    pub registered_by: Actor,
    /// From when on it signs.
    pub created_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "SELECT fingerprint, principal, public_key, registered_by, created_at, retired_at FROM principal_keys";

impl Tx<'_> {
    /// Registers a key. One that is known in the org is refused, whoever's it is: a key never makes two people of one,
    /// and a retired one never comes back.
    pub fn add_principal_key(&self, org: &OrgId, key: &PrincipalKey) -> Result<(), RecordsError> {
        self.org(org)?.ok_or_else(|| RecordsError::not_found("org", org))?;
        if self.principal_keys_of(org, &key.principal)?.len() >= MAX_PRINCIPAL_KEYS {
            let reason = format!("a principal has at most {MAX_PRINCIPAL_KEYS} keys, retired ones counted");
            return Err(RecordsError::conflict("principal", &key.principal, reason));
        }
        if self.signers(org)?.iter().any(|signer| signer.public_key == key.public_key) {
            return Err(RecordsError::already_exists("key", &key.fingerprint));
        }
        let sql = "INSERT INTO principal_keys (org, fingerprint, principal, public_key, registered_by, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
        let PrincipalKey { fingerprint, principal, public_key, registered_by, created_at, .. } = key;
        match self.run(sql, (org, fingerprint, principal, public_key, registered_by, created_at))? {
            0 => Err(RecordsError::already_exists("key", fingerprint)),
            _ => Ok(()),
        }
    }

    /// Retires a key from now on, at the earliest a second after it was registered; `false` where it was retired before.
    pub fn retire_principal_key(&self, org: &OrgId, fingerprint: &str, now: Timestamp) -> Result<bool, RecordsError> {
        let sql = "UPDATE principal_keys SET retired_at = max(?3, created_at + 1)
            WHERE org = ?1 AND fingerprint = ?2 AND retired_at IS NULL";
        Ok(self.run(sql, (org, fingerprint, now))? == 1)
    }
}

impl View<'_> {
    /// One key of an org.
    pub fn principal_key(&self, org: &OrgId, fingerprint: &str) -> Result<Option<PrincipalKey>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE org = ?1 AND fingerprint = ?2"), (org, fingerprint), read)
    }

    /// The keys of a principal, retired ones too, oldest first.
    pub fn principal_keys_of(&self, org: &OrgId, principal: &Principal) -> Result<Vec<PrincipalKey>, RecordsError> {
        let of = "WHERE org = ?1 AND principal = ?2 ORDER BY created_at, fingerprint";
        self.all(&format!("{COLUMNS} {of}"), (org, principal), read)
    }

    /// The keys of every principal of an org, retired ones too, oldest first.
    pub fn principal_keys(&self, org: &OrgId) -> Result<Vec<PrincipalKey>, RecordsError> {
        self.all(&format!("{COLUMNS} WHERE org = ?1 ORDER BY created_at, fingerprint"), [org], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<PrincipalKey> {
    Ok(PrincipalKey {
        fingerprint: row.get("fingerprint")?,
        principal: row.get("principal")?,
        public_key: row.get("public_key")?,
        registered_by: row.get("registered_by")?,
        created_at: row.get("created_at")?,
        retired_at: row.get("retired_at")?,
    })
}

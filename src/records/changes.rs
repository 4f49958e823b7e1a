//! What changed, in order: the log that streams of changes are read from.
//!
//! Triggers of the schema write it, in the transaction of the change. It tells which thing changed and not how: whoever
//! reads it looks at the thing as it is then.

use super::columns::text_columns;
use super::cursor::{open, seal};
use super::words::words;
use super::{RecordsError, Tx, View};
use crate::base::id::TokenId;
use crate::base::{OrgId, Timestamp};
use rusqlite::Row;

/// How many changes of each org are kept.
pub const CHANGES_KEPT: u32 = 10_000;
/// How long a change is kept, in seconds: seven days.
pub const CHANGES_KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// The resource under which it is told that a token was revoked. Nobody watches it.
pub const TOKENS: &str = "tokens";

words! {
    /// What happened to a thing.
    pub enum ChangeKind: "kind of change" {
        /// It is new.
        Added = "ADDED",
        /// It is another than before.
        Modified = "MODIFIED",
        /// It is gone.
        Deleted = "DELETED",
    }
}
text_columns!(ChangeKind);

/// One thing that changed in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the order of all changes.
    pub position: i64,
    /// The org.
    pub org: OrgId,
    /// What sort of thing, such as `agentmemoryupdates`.
    pub resource: String,
    /// Which one.
    pub name: String,
    /// The repository that it belongs to.
    pub repository: Option<String>,
    /// What happened.
    pub kind: ChangeKind,
    /// Its phase before.
    pub was: Option<String>,
}

impl Change {
    /// Whether this takes a token back.
    pub fn revokes(&self, token: &TokenId) -> bool {
        self.resource == TOKENS && self.name == token.as_str()
    }
}

const COLUMNS: &str = "SELECT seq, org, resource, name, repository, kind, was FROM changes";

impl Tx<'_> {
    /// Closes what this transaction tells of, and says whether it tells of anything.
    pub(super) fn close_changes(&self) -> Result<bool, RecordsError> {
        Ok(self.run("UPDATE changes SET open = 0 WHERE open = 1", [])? > 0)
    }

    /// Drops the changes that are too old or too many, and says how many there were.
    ///
    /// A change counts as old from when it was first seen here: what wrote it had no clock.
    pub fn purge_changes(&self, now: Timestamp) -> Result<usize, RecordsError> {
        self.run("UPDATE changes SET noticed_at = ?1 WHERE noticed_at IS NULL", [now])?;
        let orgs: Vec<OrgId> = self.all("SELECT DISTINCT org FROM changes", [], |row| row.get(0))?;
        orgs.iter().map(|org| self.purge_changes_of(org, now)).sum()
    }

    fn purge_changes_of(&self, org: &OrgId, now: Timestamp) -> Result<usize, RecordsError> {
        let many = "SELECT seq FROM changes WHERE org = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2";
        let many = self.one(many, (org, CHANGES_KEPT), |row| row.get(0))?.unwrap_or(0);
        let old = "SELECT coalesce(max(seq), 0) FROM changes WHERE org = ?1 AND noticed_at <= ?2";
        let old = self.one(old, (org, now.seconds() - CHANGES_KEPT_SECONDS), |row| row.get(0))?.unwrap_or(0);
        let last: i64 = i64::max(many, old);
        let gone = self.run("DELETE FROM changes WHERE org = ?1 AND seq <= ?2", (org, last))?;
        if gone > 0 {
            let sql = "INSERT INTO change_horizons (org, seq) VALUES (?1, ?2)
                ON CONFLICT (org) DO UPDATE SET seq = max(seq, excluded.seq)";
            self.run(sql, (org, last))?;
        }
        Ok(gone)
    }
}

impl View<'_> {
    /// The position of the last change of all orgs; zero before the first.
    pub fn last_change(&self) -> Result<i64, RecordsError> {
        Ok(self.one("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", [], |row| row.get(0))?.unwrap_or(0))
    }

    /// The changes of every org after a position, in order; for the one reader of a server.
    pub fn changes_after(&self, position: i64, most: u32) -> Result<Vec<Change>, RecordsError> {
        self.all(&format!("{COLUMNS} WHERE seq > ?1 ORDER BY seq LIMIT ?2"), (position, most), read)
    }

    /// The changes of an org after a position, in order.
    pub fn changes_of(&self, org: &OrgId, position: i64, most: u32) -> Result<Vec<Change>, RecordsError> {
        let sql = format!("{COLUMNS} WHERE org = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
        self.all(&sql, (org, position, most), read)
    }

    /// Whether every change of an org after a position is still there.
    pub fn changes_kept_since(&self, org: &OrgId, position: i64) -> Result<bool, RecordsError> {
        let horizon = self.one("SELECT seq FROM change_horizons WHERE org = ?1", [org], |row| row.get(0))?;
        Ok((horizon.unwrap_or(0)..=self.last_change()?).contains(&position))
    }
}

impl Change {
    /// The cursor of a position in the changes of a resource of an org.
    pub fn cursor(org: &OrgId, resource: &str, position: i64) -> String {
        seal(org, &list(resource), position)
    }

    /// The position of a cursor; `None` where it is none of this resource of this org.
    pub fn position_of(org: &OrgId, resource: &str, cursor: &str) -> Option<i64> {
        open(org, &list(resource), cursor)
    }
}

fn list(resource: &str) -> String {
    format!("watch/{resource}")
}

fn read(row: &Row<'_>) -> rusqlite::Result<Change> {
    Ok(Change {
        position: row.get("seq")?,
        org: row.get("org")?,
        resource: row.get("resource")?,
        name: row.get("name")?,
        repository: row.get("repository")?,
        kind: row.get("kind")?,
        was: row.get("was")?,
    })
}

//! The folders that an operator lets an org import runs from.

use crate::base::{OrgId, Timestamp};
use crate::records::{RecordsError, Tx, View};

impl Tx<'_> {
    /// Lets an org import from a folder, and says whether that is new.
    pub fn add_import_root(&self, org: &OrgId, path: &str, now: Timestamp) -> Result<bool, RecordsError> {
        self.org(org)?.ok_or_else(|| RecordsError::not_found("org", org))?;
        let sql = "INSERT INTO import_roots (org, path, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        Ok(self.run(sql, (org, path, now))? > 0)
    }

    /// Lets an org import from a folder no more, and says whether it could.
    pub fn remove_import_root(&self, org: &OrgId, path: &str) -> Result<bool, RecordsError> {
        Ok(self.run("DELETE FROM import_roots WHERE org = ?1 AND path = ?2", (org, path))? > 0)
    }
}

impl View<'_> {
    /// The folders that an org may import from, in order.
    pub fn import_roots(&self, org: &OrgId) -> Result<Vec<String>, RecordsError> {
        self.all("SELECT path FROM import_roots WHERE org = ?1 ORDER BY path", [org], |row| row.get(0))
    }
}

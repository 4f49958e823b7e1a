//! Organizations.

use super::{RecordsError, Tx, View};
use crate::base::{OrgId, Timestamp};
use rusqlite::Row;

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its name.
    pub id: OrgId,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Makes an org, unless it exists or differs from one that does only in how many hyphens stand together.
    pub fn create_org(&self, org: &OrgId, now: Timestamp) -> Result<Org, RecordsError> {
        let sql = "INSERT INTO orgs (id, folded, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        if self.run(sql, (org, fold(org), now))? == 0 {
            return Err(RecordsError::already_exists("org", org));
        }
        Ok(Org { id: org.clone(), created_at: now })
    }
}

impl View<'_> {
    /// An org by name.
    pub fn org(&self, org: &OrgId) -> Result<Option<Org>, RecordsError> {
        self.one("SELECT id, created_at FROM orgs WHERE id = ?1", [org], read)
    }

    /// Every org, by name. For the operator alone.
    pub fn orgs(&self) -> Result<Vec<Org>, RecordsError> {
        self.all("SELECT id, created_at FROM orgs ORDER BY id", [], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Org> {
    Ok(Org { id: row.get("id")?, created_at: row.get("created_at")? })
}

/// The name with runs of hyphens made one: `a--b` and `a-b` are the same name to people.
fn fold(org: &OrgId) -> String {
    let parts: Vec<&str> = org.as_str().split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

//! Memory repositories.

use super::columns::{Json, json, text_columns};
use super::words::{RepositoryId, words};
use super::{RecordsError, Tx, View};
use crate::access::RepositoryPolicy;
use crate::base::{OrgId, RepositoryName, Timestamp};
use rusqlite::Row;

words! {
    /// Whether a repository can be used.
    pub enum RepositoryStatus: "repository status" {
        /// Its directory is being made; nobody sees it yet.
        Creating = "creating",
        /// It is there.
        Active = "active",
    }
}
text_columns!(RepositoryStatus);

/// A memory repository of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its opaque id, which names its directory.
    pub id: RepositoryId,
    /// Its org.
    pub org: OrgId,
    /// Its name in the org.
    pub name: RepositoryName,
    /// What it asks of a change.
    pub policy: RepositoryPolicy,
    /// Whether it came with a history of its own.
    pub adopted: bool,
    /// Whether it can be used.
    pub status: RepositoryStatus,
    /// When it was made here.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "SELECT id, org, name, policy, adopted, status, created_at FROM repositories";

impl Tx<'_> {
    /// Takes the name and gives the id by which the directory is to be made; the repository is seen by
    /// nobody until [`Tx::activate_repository`].
    pub fn create_repository(
        &self,
        org: &OrgId,
        name: &RepositoryName,
        adopted: bool,
        now: Timestamp,
    ) -> Result<Repository, RecordsError> {
        self.org(org)?.ok_or_else(|| RecordsError::not_found("org", org))?;
        let (id, policy) = (RepositoryId::fresh(), RepositoryPolicy::default());
        let status = RepositoryStatus::Creating;
        let sql = "INSERT INTO repositories (id, org, name, policy, adopted, status, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        if self.run(sql, (&id, org, name, Json(&policy), adopted, status, now))? == 0 {
            return Err(RecordsError::already_exists("repository", name));
        }
        Ok(Repository { id, org: org.clone(), name: name.clone(), policy, adopted, status, created_at: now })
    }

    /// Lets a repository be seen, once its directory is there.
    pub fn activate_repository(&self, id: &RepositoryId) -> Result<(), RecordsError> {
        self.leave_creating("UPDATE repositories SET status = 'active' WHERE id = ?1 AND status = 'creating'", id)
    }

    /// Gives the name of a repository back whose directory was never finished.
    pub fn abandon_repository(&self, id: &RepositoryId) -> Result<(), RecordsError> {
        self.leave_creating("DELETE FROM repositories WHERE id = ?1 AND status = 'creating'", id)
    }

    /// Replaces the policy of a repository.
    pub fn set_policy(&self, id: &RepositoryId, policy: &RepositoryPolicy) -> Result<(), RecordsError> {
        let changed = self.run("UPDATE repositories SET policy = ?2 WHERE id = ?1", (id, Json(policy)))?;
        if changed == 0 { Err(RecordsError::not_found("repository", id)) } else { Ok(()) }
    }

    fn leave_creating(&self, sql: &str, id: &RepositoryId) -> Result<(), RecordsError> {
        if self.run(sql, [id])? == 0 { Err(RecordsError::not_found("unfinished repository", id)) } else { Ok(()) }
    }
}

impl View<'_> {
    /// A repository of an org by name.
    pub fn repository(&self, org: &OrgId, name: &RepositoryName) -> Result<Option<Repository>, RecordsError> {
        let sql = format!("{COLUMNS} WHERE org = ?1 AND name = ?2 AND status = 'active'");
        self.one(&sql, (org, name), read)
    }

    /// A repository by its opaque id, finished or not; for what the engine itself wrote down.
    pub fn repository_by_id(&self, id: &RepositoryId) -> Result<Option<Repository>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE id = ?1"), [id], read)
    }

    /// The repositories of an org, by name.
    pub fn repositories(&self, org: &OrgId) -> Result<Vec<Repository>, RecordsError> {
        self.all(&format!("{COLUMNS} WHERE org = ?1 AND status = 'active' ORDER BY name"), [org], read)
    }

    /// The repositories of every org whose directory was not finished; for the start of a server.
    pub fn unfinished_repositories(&self) -> Result<Vec<Repository>, RecordsError> {
        self.all(&format!("{COLUMNS} WHERE status = 'creating' ORDER BY id"), [], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Repository> {
    Ok(Repository {
        id: row.get("id")?,
        org: row.get("org")?,
        name: row.get("name")?,
        policy: json(row, "policy")?,
        adopted: row.get("adopted")?,
        status: row.get("status")?,
        created_at: row.get("created_at")?,
    })
}

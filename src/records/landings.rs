//! Landings: when each commit became part of the approved line. Rows are added and never change.

use super::columns::text_columns;
use super::words::{Actor, RepositoryId, words};
use super::{RecordsError, Tx, View};
use crate::base::id::UpdateId;
use crate::base::{CommitId, Timestamp};
use rusqlite::Row;

words! {
    /// How a commit landed.
    pub enum LandingKind: "kind of landing" {
        /// It was there when the repository was adopted.
        Adopt = "adopt",
        /// A maintainer pushed it.
        Push = "push",
        /// An approved update was merged.
        Merge = "merge",
        /// It is the first commit of a repository made here.
        Bootstrap = "bootstrap",
    }
}
text_columns!(LandingKind);

/// A commit that lands.
#[derive(Clone, Debug)]
pub struct NewLanding {
    /// Which commit.
    pub commit: CommitId,
    /// When: the server's clock, or for adopted history the committer date.
    pub at: Timestamp,
    /// How.
    pub kind: LandingKind,
    /// Who did it.
    pub actor: Actor,
    /// The update that was merged.
    pub update: Option<UpdateId>,
    /// The request that did it.
    pub correlation_id: String,
}

/// A commit that landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// Which commit.
    pub commit: CommitId,
    /// When; never before the landing before it.
    pub landed_at: Timestamp,
    /// How.
    pub kind: LandingKind,
    /// Who did it.
    pub actor: Actor,
    /// The update that was merged.
    pub update: Option<UpdateId>,
    /// The request that did it.
    pub correlation_id: String,
}

const COLUMNS: &str = "SELECT commit_id, landed_at, kind, actor, update_id, correlation_id FROM landings";

impl Tx<'_> {
    /// Notes a landing after all others of the repository, and gives what is noted: the first landing of a
    /// commit is the one that counts.
    ///
    /// A time before the last landing is brought up to it, and a time after `now` down to `now`, so that neither a clock
    /// that was set back nor a committer date of the next century disorders the line.
    pub fn add_landing(
        &self,
        repository: &RepositoryId,
        new: &NewLanding,
        now: Timestamp,
    ) -> Result<Landing, RecordsError> {
        let last = self.last_landing(repository)?.map(|landing| landing.landed_at);
        let landed_at = new.at.min(now).max(last.unwrap_or(new.at.min(now)));
        let sql = "INSERT INTO landings (repository, commit_id, landed_at, kind, actor, update_id, correlation_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (repository, commit_id) DO NOTHING";
        let NewLanding { commit, kind, actor, update, correlation_id, .. } = new;
        self.run(sql, (repository, commit, landed_at, kind, actor, update, correlation_id))?;
        self.landing(repository, *commit)?.ok_or_else(|| RecordsError::not_found("landing", commit))
    }
}

impl View<'_> {
    /// The landing of a commit.
    pub fn landing(&self, repository: &RepositoryId, commit: CommitId) -> Result<Option<Landing>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE repository = ?1 AND commit_id = ?2"), (repository, commit), read)
    }

    /// The first landing of a repository.
    pub fn first_landing(&self, repository: &RepositoryId) -> Result<Option<Landing>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE repository = ?1 ORDER BY seq LIMIT 1"), [repository], read)
    }

    /// The last landing of a repository.
    pub fn last_landing(&self, repository: &RepositoryId) -> Result<Option<Landing>, RecordsError> {
        self.one(&format!("{COLUMNS} WHERE repository = ?1 ORDER BY seq DESC LIMIT 1"), [repository], read)
    }

    /// The last landing at or before a moment.
    pub fn landing_at(&self, repository: &RepositoryId, moment: Timestamp) -> Result<Option<Landing>, RecordsError> {
        let order = "WHERE repository = ?1 AND landed_at <= ?2 ORDER BY landed_at DESC, seq DESC LIMIT 1";
        self.one(&format!("{COLUMNS} {order}"), (repository, moment), read)
    }

    /// How many commits landed in a repository.
    pub fn landing_count(&self, repository: &RepositoryId) -> Result<u64, RecordsError> {
        let sql = "SELECT count(*) AS n FROM landings WHERE repository = ?1";
        Ok(self.one(sql, [repository], |row| super::columns::count(row, "n"))?.unwrap_or(0))
    }

    /// Each commit that landed and when, oldest first.
    pub fn landed_times(&self, repository: &RepositoryId) -> Result<Vec<(CommitId, Timestamp)>, RecordsError> {
        let sql = "SELECT commit_id, landed_at FROM landings WHERE repository = ?1 ORDER BY seq";
        self.all(sql, [repository], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Landing> {
    Ok(Landing {
        commit: row.get("commit_id")?,
        landed_at: row.get("landed_at")?,
        kind: row.get("kind")?,
        actor: row.get("actor")?,
        update: row.get("update_id")?,
        correlation_id: row.get("correlation_id")?,
    })
}

//! Snapshots: what a run read at one commit. Rows are added and never change; a mark stands beside its snapshot.

use super::columns::json_or_null;
use super::cursor::{Page, PageRequest};
use super::words::{Actor, RepositoryId};
use super::{RecordsError, Tx, View};
use crate::base::id::{SnapshotId, SnapshotName};
use crate::base::{CommitId, Digest, Oid, OrgId, Timestamp};
use rusqlite::Row;
use serde_json::Value;
use std::collections::BTreeSet;

/// A snapshot to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSnapshot {
    /// Its id.
    pub id: SnapshotId,
    /// Its org.
    pub org: OrgId,
    /// The repository it is of, one of that org.
    pub repository: RepositoryId,
    /// Its name and its tag, where it has one.
    pub tag: Option<(SnapshotName, Oid)>,
    /// The run that read it.
    pub source_run: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// The commit.
    pub commit: CommitId,
    /// The digest of the content.
    pub digest: Digest,
    /// The canonical JSON of what is pinned.
    pub content: String,
    /// What the token was narrowed to that made it.
    pub scope: Option<Value>,
    /// The files it selected something of.
    pub paths: BTreeSet<String>,
    /// Who made it.
    pub created_by: Actor,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its id.
    pub id: SnapshotId,
    /// Its org.
    pub org: OrgId,
    /// The repository it is of.
    pub repository: RepositoryId,
    /// Its name, where it has a tag.
    pub name: Option<SnapshotName>,
    /// The run that read it.
    pub source_run: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// The commit.
    pub commit: CommitId,
    /// The digest of the content.
    pub digest: Digest,
    /// The canonical JSON of what is pinned.
    pub content: String,
    /// What the token was narrowed to that made it.
    pub scope: Option<Value>,
    /// Who made it.
    pub created_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// What somebody found wrong with it.
    pub mark: Option<SnapshotMark>,
    /// Its place in the order of all snapshots.
    pub(super) seq: i64,
}

/// That a snapshot is known to be bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotMark {
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: Actor,
    /// Since when.
    pub at: Timestamp,
}

/// Which snapshots are wanted; a field that is `None` asks for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SnapshotFilter<'a> {
    /// Of this repository.
    pub repository: Option<&'a RepositoryId>,
    /// Of this run.
    pub source_run: Option<&'a str>,
    /// Whether they are marked.
    pub known_bad: Option<bool>,
}

impl Tx<'_> {
    /// Keeps a snapshot. Its id, its name in the repository, and its run with its digest are taken by nobody else.
    pub fn add_snapshot(&self, new: &NewSnapshot, now: Timestamp) -> Result<Snapshot, RecordsError> {
        let repository = self.repository_by_id(&new.repository)?.filter(|found| found.org == new.org);
        repository.ok_or_else(|| RecordsError::not_found("repository", &new.repository))?;
        let sql =
            "INSERT INTO snapshots (id, org, repository, name, tag, source_run, reason, commit_id, digest, content,
            scope, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT DO NOTHING";
        let NewSnapshot { id, org, repository, tag, source_run, reason, commit, digest, content, .. } = new;
        let (name, tag) = (tag.as_ref().map(|tag| &tag.0), tag.as_ref().map(|tag| &tag.1));
        let scope = new.scope.as_ref().map(Value::to_string);
        let row =
            (id, org, repository, name, tag, source_run, reason, commit, digest, content, scope, &new.created_by, now);
        if self.run(sql, row)? == 0 {
            return Err(RecordsError::already_exists("snapshot", name.map_or(id.as_str(), |name| name.as_str())));
        }
        let kept = self.snapshot(org, id)?.ok_or_else(|| RecordsError::not_found("snapshot", id))?;
        let sql = "INSERT INTO snapshot_paths (repository, path, snapshot) VALUES (?1, ?2, ?3)";
        new.paths.iter().try_for_each(|path| self.run(sql, (repository, path, kept.seq)).map(drop))?;
        Ok(kept)
    }

    /// Marks a snapshot, which is not marked yet, as known to be bad.
    pub fn mark_snapshot(&self, snapshot: &Snapshot, mark: &SnapshotMark) -> Result<(), RecordsError> {
        let sql = "INSERT INTO snapshot_marks (snapshot, reason, marked_by, marked_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO NOTHING";
        if self.run(sql, (snapshot.seq, &mark.reason, &mark.by, mark.at))? == 0 {
            return Err(RecordsError::conflict("snapshot", &snapshot.id, "it is marked already"));
        }
        Ok(())
    }
}

impl View<'_> {
    /// A snapshot of an org.
    pub fn snapshot(&self, org: &OrgId, id: &SnapshotId) -> Result<Option<Snapshot>, RecordsError> {
        self.one(&format!("{SELECT} WHERE s.org = ?1 AND s.id = ?2"), (org, id), read)
    }

    /// The snapshot of a repository that has a name.
    pub fn snapshot_named(
        &self,
        repository: &RepositoryId,
        name: &SnapshotName,
    ) -> Result<Option<Snapshot>, RecordsError> {
        self.one(&format!("{SELECT} WHERE s.repository = ?1 AND s.name = ?2"), (repository, name), read)
    }

    /// The snapshot that a run made of just this content.
    pub fn snapshot_of_run(
        &self,
        repository: &RepositoryId,
        run: &str,
        digest: &Digest,
    ) -> Result<Option<Snapshot>, RecordsError> {
        let sql = format!("{SELECT} WHERE s.repository = ?1 AND s.source_run = ?2 AND s.digest = ?3");
        self.one(&sql, (repository, run, digest), read)
    }

    /// A page of the snapshots of an org, newest first.
    pub fn snapshots(
        &self,
        org: &OrgId,
        filter: SnapshotFilter<'_>,
        page: PageRequest<'_>,
    ) -> Result<Page<Snapshot>, RecordsError> {
        let below = page.below(org, "snapshots")?;
        let sql = format!(
            "{SELECT} WHERE s.org = ?1 AND s.seq < ?2 AND (?3 IS NULL OR s.repository = ?3)
            AND (?4 IS NULL OR s.source_run = ?4) AND (?5 IS NULL OR (m.snapshot IS NOT NULL) = ?5)
            ORDER BY s.seq DESC LIMIT ?6"
        );
        let SnapshotFilter { repository, source_run, known_bad } = filter;
        let rows = self.all(&sql, (org, below, repository, source_run, known_bad, page.rows()), read)?;
        Ok(page.page(org, "snapshots", rows, |snapshot| snapshot.seq))
    }

    /// A page of the snapshots of a repository that selected something of one of these files, newest first.
    pub fn snapshots_reaching(
        &self,
        org: &OrgId,
        repository: &RepositoryId,
        paths: &[String],
        page: PageRequest<'_>,
    ) -> Result<Page<Snapshot>, RecordsError> {
        let below = page.below(org, "impact")?;
        let sql = format!(
            "{SELECT} WHERE s.org = ?1 AND s.seq < ?2 AND s.seq IN (SELECT p.snapshot FROM snapshot_paths p
                WHERE p.repository = ?3 AND p.path IN (SELECT value FROM json_each(?4)))
            ORDER BY s.seq DESC LIMIT ?5"
        );
        let paths = Value::from(paths).to_string();
        let rows = self.all(&sql, (org, below, repository, paths, page.rows()), read)?;
        Ok(page.page(org, "impact", rows, |snapshot| snapshot.seq))
    }
}

const SELECT: &str = "SELECT s.*, m.reason AS mark_reason, m.marked_by, m.marked_at
    FROM snapshots s LEFT JOIN snapshot_marks m ON m.snapshot = s.seq";

fn read(row: &Row<'_>) -> rusqlite::Result<Snapshot> {
    let mark = match row.get::<_, Option<String>>("mark_reason")? {
        Some(reason) => Some(SnapshotMark { reason, by: row.get("marked_by")?, at: row.get("marked_at")? }),
        None => None,
    };
    Ok(Snapshot {
        id: row.get("id")?,
        org: row.get("org")?,
        repository: row.get("repository")?,
        name: row.get("name")?,
        source_run: row.get("source_run")?,
        reason: row.get("reason")?,
        commit: row.get("commit_id")?,
        digest: row.get("digest")?,
        content: row.get("content")?,
        scope: json_or_null(row, "scope")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        mark,
        seq: row.get("seq")?,
    })
}

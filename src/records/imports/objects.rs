//! The objects of the artifact store that imports refer to.

use crate::base::id::ImportId;
use crate::base::{Digest, OrgId, Timestamp};
use crate::records::columns::{count, text_columns};
use crate::records::words::{RepositoryId, words};
use crate::records::{RecordsError, Tx, View};
use rusqlite::Row;

words! {
    /// What an object is to an import.
    pub enum ObjectKind: "kind of object" {
        /// The screened story.
        Story = "story",
        /// What was taken out, by rule and file.
        Redaction = "redaction-report",
        /// The bytes of an artifact of the run.
        Artifact = "artifact",
    }
}
text_columns!(ObjectKind);

/// An object that an import refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportObject {
    /// The import.
    pub import: ImportId,
    /// What it is to it.
    pub kind: ObjectKind,
    /// Its name there: an artifact's path; empty where there is one of its kind.
    pub name: String,
    /// Its name in the store.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// When it may be removed; `None`: not by itself.
    pub expires_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Notes that an import refers to an object; an earlier one of the same kind and name is referred to no more.
    pub fn set_import_object(&self, org: &OrgId, object: &ImportObject) -> Result<(), RecordsError> {
        let ImportObject { import, kind, name, digest, size, expires_at } = object;
        let sql = "INSERT INTO import_objects (import, kind, name, org, digest, size, expires_at)
            SELECT id, ?2, ?3, org, ?4, ?5, ?6 FROM imports WHERE id = ?1 AND org = ?7
            ON CONFLICT (import, kind, name) DO UPDATE SET digest = excluded.digest, size = excluded.size,
                expires_at = excluded.expires_at";
        let size = i64::try_from(*size).unwrap_or(i64::MAX);
        match self.run(sql, (import, kind, name, digest, size, expires_at, org))? {
            0 => Err(RecordsError::not_found("import", import)),
            _ => Ok(()),
        }
    }

    /// Forgets that an import refers to an object.
    pub fn drop_import_object(&self, object: &ImportObject) -> Result<(), RecordsError> {
        let sql = "DELETE FROM import_objects WHERE import = ?1 AND kind = ?2 AND name = ?3";
        self.run(sql, (&object.import, object.kind, &object.name)).map(drop)
    }
}

impl View<'_> {
    /// The objects that an import refers to, by kind and name.
    pub fn import_objects(&self, org: &OrgId, import: &ImportId) -> Result<Vec<ImportObject>, RecordsError> {
        let sql = format!("{SELECT} WHERE import = ?1 AND org = ?2 ORDER BY kind, name");
        self.all(&sql, (import, org), read)
    }

    /// The objects of an org whose time is over.
    pub fn expired_import_objects(&self, org: &OrgId, now: Timestamp) -> Result<Vec<ImportObject>, RecordsError> {
        let sql = format!("{SELECT} WHERE org = ?1 AND expires_at <= ?2 ORDER BY import, kind, name");
        self.all(&sql, (org, now), read)
    }

    /// The stories and reports of the imports of an org that ended, with the repository, and when each ended.
    pub fn ended_import_objects(
        &self,
        org: &OrgId,
    ) -> Result<Vec<(ImportObject, RepositoryId, Timestamp)>, RecordsError> {
        let sql = "SELECT o.import, o.kind, o.name, o.digest, o.size, o.expires_at, p.repository,
                max(p.updated_at, coalesce(u.updated_at, 0)) AS ended_at
            FROM import_objects o JOIN import_phases p ON p.id = o.import LEFT JOIN updates u ON u.id = p.update_id
            WHERE o.org = ?1 AND o.kind IN ('story', 'redaction-report') AND p.shown IN ('Merged', 'Rejected', 'Failed')
            ORDER BY o.import, o.kind, o.name";
        self.all(sql, [org], |row| Ok((read(row)?, row.get("repository")?, row.get("ended_at")?)))
    }

    /// How many times imports of an org refer to an object.
    pub fn objects_referring_to(&self, org: &OrgId, digest: &Digest) -> Result<u64, RecordsError> {
        let sql = "SELECT count(*) AS n FROM import_objects WHERE org = ?1 AND digest = ?2";
        Ok(self.one(sql, (org, digest), |row| count(row, "n"))?.unwrap_or_default())
    }

    /// Whether an import of an org refers to an object.
    pub fn is_object_referred_to(&self, org: &OrgId, digest: &Digest) -> Result<bool, RecordsError> {
        let sql = "SELECT 1 FROM import_objects WHERE org = ?1 AND digest = ?2 LIMIT 1";
        Ok(self.one(sql, (org, digest), |row| row.get::<_, i64>(0))?.is_some())
    }
}

const SELECT: &str = "SELECT import, kind, name, digest, size, expires_at FROM import_objects";

fn read(row: &Row<'_>) -> rusqlite::Result<ImportObject> {
    Ok(ImportObject {
        import: row.get("import")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        digest: row.get("digest")?,
        size: count(row, "size")?,
        expires_at: row.get("expires_at")?,
    })
}

//! Comments on an update, and its timeline.

use crate::base::id::UpdateId;
use crate::base::{OrgId, Principal, RepoPath, Timestamp};
use crate::records::columns::{Json, json};
use crate::records::words::Actor;
use crate::records::{RecordsError, Tx, View};
use rusqlite::Row;
use serde_json::Value;

/// A comment to be added.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// Who says it.
    pub principal: Principal,
    /// The file it is about.
    pub path: Option<RepoPath>,
    /// The line of that file, from 1.
    pub line: Option<u32>,
    /// What is said.
    pub body: String,
}

/// A comment on an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The revision it was made on.
    pub revision: u32,
    /// Who said it.
    pub principal: Principal,
    /// The file it is about.
    pub path: Option<String>,
    /// The line of that file, from 1.
    pub line: Option<u32>,
    /// What was said.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// Something that happened to an update.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEvent {
    /// Who did it.
    pub actor: Actor,
    /// What, such as `proposed`, `revised`, `approved`, `merged`.
    pub kind: String,
    /// What else there is to know.
    pub detail: Value,
    /// When.
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Adds a comment to an update, ended or not. It changes no version: talking disturbs no decision.
    pub fn add_comment(
        &self,
        org: &OrgId,
        id: &UpdateId,
        new: &NewComment,
        now: Timestamp,
    ) -> Result<(), RecordsError> {
        let update = self.present(org, id)?;
        let sql = "INSERT INTO comments (update_id, revision, principal, path, line, body, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let NewComment { principal, path, line, body } = new;
        let path = path.as_ref().map(RepoPath::as_str);
        self.run(sql, (id, update.revision, principal, path, line, body, now)).map(drop)
    }

    /// Adds an event to the timeline of an update.
    pub fn add_timeline(&self, org: &OrgId, id: &UpdateId, event: &TimelineEvent) -> Result<(), RecordsError> {
        self.present(org, id)?;
        let sql = "INSERT INTO timeline (update_id, actor, kind, detail, at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let TimelineEvent { actor, kind, detail, at } = event;
        self.run(sql, (id, actor, kind, Json(detail), at)).map(drop)
    }
}

impl View<'_> {
    /// The comments on an update, oldest first.
    pub fn comments(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<Comment>, RecordsError> {
        let sql = "SELECT c.* FROM comments c JOIN updates u ON u.id = c.update_id
            WHERE u.org = ?1 AND u.id = ?2 ORDER BY c.seq";
        self.all(sql, (org, id), read_comment)
    }

    /// The timeline of an update, oldest first.
    pub fn timeline(&self, org: &OrgId, id: &UpdateId) -> Result<Vec<TimelineEvent>, RecordsError> {
        let sql = "SELECT t.* FROM timeline t JOIN updates u ON u.id = t.update_id
            WHERE u.org = ?1 AND u.id = ?2 ORDER BY t.seq";
        self.all(sql, (org, id), read_event)
    }
}

fn read_comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment {
        revision: row.get("revision")?,
        principal: row.get("principal")?,
        path: row.get("path")?,
        line: row.get("line")?,
        body: row.get("body")?,
        at: row.get("at")?,
    })
}

fn read_event(row: &Row<'_>) -> rusqlite::Result<TimelineEvent> {
    Ok(TimelineEvent {
        actor: row.get("actor")?,
        kind: row.get("kind")?,
        detail: json(row, "detail")?,
        at: row.get("at")?,
    })
}

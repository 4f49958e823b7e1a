//! Intents: what is about to happen to a git reference, so that a crash half way can be mended.
//!
//! Git and SQL cannot commit together. The intent is written first, then the reference moves by
//! compare-and-swap, then the intent is closed together with all that follows from the move. An intent that
//! is open at a start tells where to look: at the reference, which says whether it happened.

use super::columns::{Json, json, text_columns};
use super::words::{Actor, RepositoryId, words};
use super::{RecordsError, Tx, View};
use crate::base::id::UpdateId;
use crate::base::{CommitId, Oid, Timestamp};
use rusqlite::Row;
use serde_json::Value;

words! {
    /// What is about to happen.
    pub enum IntentKind: "kind of intent" {
        /// The branch of an update is made or moved.
        Propose = "propose",
        /// The default branch moves to the merge of an update.
        Merge = "merge",
        /// The default branch gets its first commit.
        Bootstrap = "bootstrap",
        /// The default branch moves to what a maintainer pushed.
        Push = "push",
        /// The tag of a snapshot is made. The intent's commit is the tag itself.
        Snapshot = "snapshot",
    }
}
words! {
    /// How an intent ended.
    pub enum IntentOutcome: "outcome of an intent" {
        /// The reference moved.
        Done = "done",
        /// It did not, and will not.
        Abandoned = "abandoned",
    }
}
text_columns!(IntentKind, IntentOutcome);

/// The number of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(i64);

/// A reference that is about to move.
#[derive(Clone, Debug, PartialEq)]
pub struct NewIntent {
    /// What for.
    pub kind: IntentKind,
    /// Which repository.
    pub repository: RepositoryId,
    /// The update it is for.
    pub update: Option<UpdateId>,
    /// The full name of the reference.
    pub ref_name: String,
    /// Where it must be before; `None`: it must not exist.
    pub expected: Option<CommitId>,
    /// Where it will be; of a snapshot, the annotated tag.
    pub new_commit: CommitId,
    /// The tree of that commit.
    pub tree: Oid,
    /// Who asked for it.
    pub actor: Actor,
    /// What else is needed to finish it: no secret, no content.
    pub detail: Value,
}

/// An intent that is open: nobody wrote down yet whether it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenIntent {
    /// Its number.
    pub id: IntentId,
    /// What is to happen.
    pub intent: NewIntent,
    /// When it was written.
    pub created_at: Timestamp,
    /// Whether it was abandoned; then it is here only for a move that comes late.
    pub abandoned: bool,
}

impl Tx<'_> {
    /// Writes down what is about to happen. It has to be committed before the reference is touched.
    pub fn open_intent(&self, new: &NewIntent, now: Timestamp) -> Result<IntentId, RecordsError> {
        let sql = "INSERT INTO intents (kind, repository, update_id, ref_name, expected, new_commit, tree, actor, detail, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let NewIntent { kind, repository, update, ref_name, expected, new_commit, tree, actor, detail } = new;
        let detail = Json(detail);
        let row = (kind, repository, update, ref_name, expected, new_commit, tree, actor, detail, now);
        Ok(IntentId(self.insert(sql, row)?))
    }

    /// Closes an intent; `true` for whoever closed it, `false` where it was closed before. What follows from the
    /// move belongs into the same transaction, and only where this gives `true`. One that was abandoned turns done
    /// where its move came late.
    pub fn close_intent(&self, id: IntentId, outcome: IntentOutcome, now: Timestamp) -> Result<bool, RecordsError> {
        let sql = "UPDATE intents SET outcome = ?2, closed_at = ?3
            WHERE seq = ?1 AND (outcome IS NULL OR (outcome = 'abandoned' AND ?2 = 'done'))";
        Ok(self.run(sql, (id.0, outcome, now))? == 1)
    }
}

impl View<'_> {
    /// Every open intent, oldest first: what a start has to look after.
    pub fn open_intents(&self) -> Result<Vec<OpenIntent>, RecordsError> {
        self.all("SELECT * FROM intents WHERE outcome IS NULL ORDER BY seq", [], read)
    }

    /// The open intents of a repository, and the abandoned ones that nothing recorded has overtaken, oldest first:
    /// the process that moves a reference may outlive a server that is killed, and move it after the next one looked.
    pub fn unsettled_intents(
        &self,
        repository: &RepositoryId,
        now: Timestamp,
    ) -> Result<Vec<OpenIntent>, RecordsError> {
        self.all(UNSETTLED, (repository, now.seconds() - LATE_SECONDS), read)
    }
}

/// How long after an intent was written a process that outlived its server may still move the reference.
const LATE_SECONDS: i64 = 600;

/// Both indexes are named: intents are never removed, and whoever writes asks for these few each time.
const UNSETTLED: &str = "SELECT * FROM intents INDEXED BY intents_open WHERE repository = ?1 AND outcome IS NULL
    UNION ALL SELECT * FROM intents AS i INDEXED BY intents_abandoned
    WHERE repository = ?1 AND outcome = 'abandoned' AND created_at >= ?2 AND (
        (kind = 'merge'
            AND NOT EXISTS (SELECT 1 FROM updates u WHERE u.id = i.update_id AND u.merge_commit IS NOT NULL))
        OR (kind = 'propose' AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.head_commit = i.new_commit))
        OR (kind = 'snapshot' AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.tag = i.new_commit)))
    ORDER BY seq";

fn read(row: &Row<'_>) -> rusqlite::Result<OpenIntent> {
    let intent = NewIntent {
        kind: row.get("kind")?,
        repository: row.get("repository")?,
        update: row.get("update_id")?,
        ref_name: row.get("ref_name")?,
        expected: row.get("expected")?,
        new_commit: row.get("new_commit")?,
        tree: row.get("tree")?,
        actor: row.get("actor")?,
        detail: json(row, "detail")?,
    };
    let abandoned = row.get::<_, Option<IntentOutcome>>("outcome")?.is_some();
    Ok(OpenIntent { id: IntentId(row.get("seq")?), intent, created_at: row.get("created_at")?, abandoned })
}

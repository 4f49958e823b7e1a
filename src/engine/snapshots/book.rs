//! Finds what was pinned, by the id or the name of a snapshot.

use super::{SNAPSHOT_TAGS, SnapshotContent, SnapshotNamed, SnapshotTag};
use crate::base::OrgId;
use crate::base::id::{SnapshotId, SnapshotName};
use crate::engine::{Code, EngineError};
use crate::git::{ReadRepository, Repository, Tag};
use crate::records::{self, Records, RepositoryId};
use std::sync::Arc;

/// The most tags that are looked at for an id.
const MOST_TAGS: usize = 10_000;

/// A snapshot that was found.
pub(in crate::engine) struct KnownSnapshot {
    pub(in crate::engine) id: SnapshotId,
    pub(in crate::engine) name: Option<String>,
    pub(in crate::engine) known_bad: Option<String>,
    pub(in crate::engine) content: SnapshotContent,
}

/// Where snapshots are known from.
pub(in crate::engine) trait SnapshotBook: Send + Sync {
    /// The snapshot that has an id or a name; `None` where nothing is known of such a name.
    fn find(&self, repo: &Repository, name: &str) -> Result<Option<KnownSnapshot>, EngineError>;
}

/// The snapshots of a repository without a server: its tags say everything.
pub(in crate::engine) struct TagBook;

/// The snapshots of a served repository, kept in the records database.
pub(in crate::engine) struct RecordsBook {
    pub(in crate::engine) records: Arc<Records>,
    pub(in crate::engine) id: RepositoryId,
    pub(in crate::engine) org: OrgId,
}

impl SnapshotBook for TagBook {
    fn find(&self, repo: &Repository, name: &str) -> Result<Option<KnownSnapshot>, EngineError> {
        let found = match SnapshotId::parse(name) {
            Ok(id) => Some(tag_of_id(repo, &id)?.ok_or_else(|| no_such(&id))?),
            Err(_) => tag_named(repo, name)?,
        };
        let known = |(name, _, tag): (String, Tag, SnapshotTag)| KnownSnapshot {
            id: tag.id,
            name: Some(name),
            known_bad: None,
            content: tag.content,
        };
        Ok(found.map(known))
    }
}

/// A snapshot's tag by its name. What it says counts only where it names the commit that it is of.
pub(super) fn tag_named(repo: &Repository, name: &str) -> Result<Option<(String, Tag, SnapshotTag)>, EngineError> {
    let Some(tag) = repo.tag(&format!("{SNAPSHOT_TAGS}{name}"))? else { return Ok(None) };
    let said = SnapshotTag::read(&tag.message).filter(|said| tag.target == Some(said.content.resolved_commit));
    Ok(said.map(|said| (name.to_owned(), tag, said)))
}

/// A snapshot's tag by the id that it says.
fn tag_of_id(repo: &Repository, id: &SnapshotId) -> Result<Option<(String, Tag, SnapshotTag)>, EngineError> {
    for name in tag_names(repo)? {
        let found = tag_named(repo, &name)?.filter(|(_, _, said)| said.id == *id);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The names of all snapshots that are tagged, in order.
pub(super) fn tag_names(repo: &Repository) -> Result<Vec<String>, EngineError> {
    let all = repo.references(SNAPSHOT_TAGS)?;
    Ok(all.into_iter().take(MOST_TAGS).map(|(name, _)| name[SNAPSHOT_TAGS.len()..].to_owned()).collect())
}

fn no_such(id: &SnapshotId) -> EngineError {
    EngineError::new(Code::RefNotFound, format!("no tag below {SNAPSHOT_TAGS} is of the snapshot `{id}`"))
}

impl SnapshotBook for RecordsBook {
    fn find(&self, _: &Repository, name: &str) -> Result<Option<KnownSnapshot>, EngineError> {
        let row = if let Ok(id) = SnapshotId::parse(name) {
            let row = self.records.read(|view| view.snapshot(&self.org, &id))?;
            Some(row.filter(|row| row.repository == self.id).ok_or_else(not_of_this_repository)?)
        } else if let Ok(name) = SnapshotName::parse(name) {
            self.records.read(|view| view.snapshot_named(&self.id, &name))?
        } else {
            None
        };
        row.map(|row| known(&row)).transpose()
    }
}

fn known(row: &records::Snapshot) -> Result<KnownSnapshot, EngineError> {
    Ok(KnownSnapshot {
        id: row.id.clone(),
        name: row.name.as_ref().map(ToString::to_string),
        known_bad: row.mark.as_ref().map(|mark| mark.reason.clone()),
        content: content_of(row)?,
    })
}

/// What a stored snapshot pins.
pub(super) fn content_of(row: &records::Snapshot) -> Result<SnapshotContent, EngineError> {
    serde_json::from_str(&row.content)
        .map_err(|e| EngineError::new(Code::Internal, "a stored snapshot cannot be read").caused_by(e))
}

/// One answer, whether it is another org's, another repository's, or nobody's.
fn not_of_this_repository() -> EngineError {
    EngineError::new(Code::CrossOrgRefDenied, "the snapshot does not resolve inside the repository of the request")
        .because("UnresolvedReference", Some("snapshot"), "name a snapshot of this repository")
}

impl From<KnownSnapshot> for SnapshotNamed {
    fn from(known: KnownSnapshot) -> Self {
        let KnownSnapshot { id, name, known_bad, content } = known;
        let asked_by = match content.query {
            Some(query) => (query.request.requested_ref, query.request.requested_at),
            None => (content.requested_ref, content.requested_at),
        };
        Self { id, name, known_bad, asked_by }
    }
}

//! Snapshots of a repository without a server: an annotated tag says everything, so that any clone can ask again.

use super::book::{tag_named, tag_names};
use super::make::taken;
use super::{NewSnapshot, Replay, SNAPSHOT_TAGS, SnapshotTag, SnapshotView};
use crate::base::id::{SnapshotId, SnapshotName};
use crate::base::{CommitId, Digest};
use crate::engine::memory::Memory;
use crate::engine::updates::holds_secret;
use crate::engine::{Code, EngineError};
use crate::git::{RefEdit, Signature, Tag, TagDraft, WriteRepository};
use crate::query::Visibility;

/// How far a commit is behind the tip.
pub(super) struct Staleness {
    pub(super) current: CommitId,
    pub(super) seconds: i64,
    pub(super) commits: usize,
}

impl Memory {
    /// Makes a snapshot as a tag, or gives the one that is there with the same content.
    pub fn create_snapshot(&self, new: &NewSnapshot) -> Result<SnapshotView, EngineError> {
        let name = new.name.as_deref().ok_or_else(|| bad("a snapshot without a server is a tag: give it a name"))?;
        let name = SnapshotName::parse(name).map_err(|e| bad(&e.to_string()))?;
        let content = self.pin(&new.at, new.query.as_ref(), &Visibility::default())?;
        let json = content.canonical()?;
        let said = [Some(json.as_str()), new.reason.as_deref(), new.source_run.as_deref(), Some(name.as_str())];
        if said.into_iter().flatten().any(holds_secret) {
            return Err(bad("what would be pinned holds a secret: take it out, and revoke it"));
        }
        let id = SnapshotId::of_key(&Digest::of_json(&(&name, &new.source_run, content.digest())));
        let full = format!("{SNAPSHOT_TAGS}{name}");
        if self.repo.held(&full)?.is_none() {
            let (source_run, reason) = (new.source_run.clone(), new.reason.clone());
            let target = content.resolved_commit;
            let message = SnapshotTag { id: id.clone(), source_run, reason, content }.message(name.as_str());
            let short = format!("memory/snapshots/{name}");
            let draft = TagDraft { target, name: short, tagger: self.user()?, message };
            let tag = self.repo.write_tag(&draft, None)?;
            let edit = RefEdit { name: full, expected: None, new: Some(tag) };
            self.repo.update_refs(&[edit], &draft.tagger, "snapshot")?;
        }
        let (there, tag, said) = tag_named(&self.repo, name.as_str())?.ok_or_else(|| taken(name.as_str()))?;
        if said.id != id {
            return Err(taken(name.as_str()));
        }
        self.tag_view(there, &tag, said)
    }

    /// The snapshots that are tagged, by name.
    pub fn snapshots(&self) -> Result<Vec<SnapshotView>, EngineError> {
        let mut all = Vec::new();
        for name in tag_names(&self.repo)? {
            if let Some((name, tag, said)) = tag_named(&self.repo, &name)? {
                all.push(self.tag_view(name, &tag, said)?);
            }
        }
        Ok(all)
    }

    /// The snapshot of a name or an id.
    pub fn snapshot_of(&self, name: &str) -> Result<SnapshotView, EngineError> {
        let missing = || EngineError::new(Code::NotFound, format!("there is no snapshot `{}`", name.escape_debug()));
        let short = name.strip_prefix(SNAPSHOT_TAGS).unwrap_or(name);
        let known = self.book.find(&self.repo, short)?.ok_or_else(missing)?;
        let tag = known.name.as_deref().map(|name| tag_named(&self.repo, name)).transpose()?.flatten();
        let (name, tag, said) = tag.ok_or_else(missing)?;
        self.tag_view(name, &tag, said)
    }

    /// Asks again what the snapshot of a name or an id pins.
    pub fn replay_snapshot(&self, name: &str) -> Result<Replay, EngineError> {
        let snapshot = self.snapshot_of(name)?;
        self.replay(&snapshot.id, &snapshot.content, &Visibility::default())
    }

    fn tag_view(&self, name: String, tag: &Tag, said: SnapshotTag) -> Result<SnapshotView, EngineError> {
        let stale = self.staleness(said.content.resolved_commit)?;
        let by = tag.tagger.clone().unwrap_or_else(nobody);
        Ok(SnapshotView {
            id: said.id,
            organization: self.organization.clone(),
            repository: self.name.clone(),
            name: Some(name),
            source_run: said.source_run,
            reason: said.reason,
            digest: said.content.digest(),
            content: said.content,
            created_by: by.name,
            created_at: by.at,
            mark: None,
            current_commit: stale.current,
            stale_by_seconds: stale.seconds,
            stale_by_commits: stale.commits,
        })
    }

    /// How far a commit is behind the tip.
    pub(super) fn staleness(&self, commit: CommitId) -> Result<Staleness, EngineError> {
        let line = self.line()?;
        let current = self.current(&line)?;
        let on_line = self.nearest_landed(&line, commit)?;
        Ok(Staleness {
            current: current.commit,
            seconds: on_line.map_or(0, |p| current.at.seconds() - line.up_to(p)[p].at.seconds()),
            commits: on_line.map_or(0, |p| line.len() - 1 - p),
        })
    }

    /// Whoever git says the user is.
    pub(in crate::engine) fn user(&self) -> Result<Signature, EngineError> {
        let who = self.repo.user()?.unwrap_or_else(nobody);
        Ok(Signature { at: self.clock.now(), ..who })
    }
}

fn nobody() -> Signature {
    let (name, email) = ("Lorekeep".to_owned(), "lorekeep@localhost.invalid".to_owned());
    Signature { name, email, at: crate::base::Timestamp::from_seconds(0) }
}

fn bad(message: &str) -> EngineError {
    EngineError::new(Code::BadRequest, message)
}

//! Where the remarks about an update are now: a line is followed from the revision it was remarked on to the present one.

use super::EngineError;
use super::server::{Engine, Served};
use super::types::CommentView;
use crate::base::store::BlobStore;
use crate::base::{CommitId, RepoPath};
use crate::change::follow_line;
use crate::git::{At, ReadRepository};
use crate::records::{Revision, Update};
use std::collections::HashMap;

/// The most remarks whose lines are followed.
const MAX_FOLLOWED: usize = 500;
/// The largest file in which lines are followed, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// The text of a file at a commit, where it is there and is text.
type Texts = HashMap<(CommitId, String), Option<String>>;

impl Engine {
    /// Fills in where the lines of comments are in the present revision.
    pub(super) fn follow_comments(
        &self,
        served: &Served,
        update: &Update,
        present: &Revision,
        comments: &mut [CommentView],
    ) -> Result<(), EngineError> {
        let mut texts = Texts::new();
        for comment in comments.iter_mut().filter(|c| c.line.is_some()).take(MAX_FOLLOWED) {
            let (Some(path), Some(line)) = (&comment.path, comment.line) else { continue };
            if comment.revision == present.number {
                comment.present_line = Some(line);
                continue;
            }
            let made_on = self.records.read(|view| view.revision(&update.org, &update.id, comment.revision))?;
            let Some(made_on) = made_on else { continue };
            let before = text(served, &mut texts, made_on.head_commit, path)?;
            let after = text(served, &mut texts, present.head_commit, path)?;
            comment.present_line = before.zip(after).and_then(|(before, after)| follow_line(&before, &after, line));
        }
        Ok(())
    }
}

fn text(served: &Served, texts: &mut Texts, commit: CommitId, path: &str) -> Result<Option<String>, EngineError> {
    let key = (commit, path.to_owned());
    if let Some(known) = texts.get(&key) {
        return Ok(known.clone());
    }
    let repo = &served.memory.repo;
    let entry = match RepoPath::parse(path) {
        Ok(path) => repo.entry(At::Commit(commit), &path)?,
        Err(_) => None,
    };
    let bytes = entry.and_then(|entry| repo.blob(entry.oid, MAX_FILE).ok());
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    texts.insert(key, text.clone());
    Ok(text)
}

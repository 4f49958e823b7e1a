//! What a worktree changes, as changes to be proposed.

use super::memory::Memory;
use super::update_types::NewChange;
use super::{Code, EngineError};
use crate::base::{BlobStore, CommitId, FileMode, TreeEntry};
use crate::git::{At, GitError, ReadRepository};
use std::collections::BTreeMap;

/// The largest file that is proposed, in bytes.
const LARGEST_FILE: u64 = 8 << 20;
/// The most files that one proposal takes from a worktree.
const MOST_FILES: usize = 1000;

impl Memory {
    /// The commit that is checked out or, in a bare repository, the tip; and what the files on disk change of it.
    pub fn worktree_changes(&self) -> Result<(CommitId, Vec<NewChange>), EngineError> {
        let base = self
            .commit_named(&super::RefRequest { requested: Some("HEAD".to_owned()), ..super::RefRequest::default() })?;
        let loose = self.repo.read_worktree()?;
        let before = by_path(self.repo.files(At::Commit(base))?);
        let after = by_path(loose.files().to_vec());
        let mut changes = Vec::new();
        for (path, entry) in &after {
            if before.get(path).map(|old| old.oid) != Some(entry.oid) {
                changes.push(upsert(&loose, path, entry)?);
            }
        }
        let deleted = before.keys().filter(|path| !after.contains_key(*path));
        for path in deleted {
            changes.push(change(text_of(path)?, "delete", None));
        }
        if changes.len() > MOST_FILES {
            let message = format!("the worktree changes {} files: propose at most {MOST_FILES} at once", changes.len());
            return Err(EngineError::new(Code::TooLarge, message));
        }
        Ok((base, changes))
    }
}

fn by_path(entries: Vec<TreeEntry>) -> BTreeMap<Vec<u8>, TreeEntry> {
    entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect()
}

fn upsert(store: &dyn BlobStore, path: &[u8], entry: &TreeEntry) -> Result<NewChange, EngineError> {
    let path = text_of(path)?;
    let refused = |why: &str| EngineError::new(Code::InvalidUpdate, format!("{path} cannot be proposed: {why}"));
    if entry.mode != FileMode::File {
        return Err(refused("it is no ordinary file"));
    }
    let bytes = store.blob(entry.oid, LARGEST_FILE).map_err(|e| refused(&e.to_string()))?;
    let content = String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8: propose it by `--patch`"))?;
    Ok(change(path, "upsert", Some(content)))
}

fn change(path: String, action: &str, content: Option<String>) -> NewChange {
    NewChange { path, action: action.to_owned(), content, from: None, reason: None }
}

fn text_of(path: &[u8]) -> Result<String, GitError> {
    String::from_utf8(path.to_vec()).map_err(|_| GitError::Program {
        operation: "reading the worktree",
        reason: format!("the path {} is not UTF-8", String::from_utf8_lossy(path).escape_debug()),
    })
}

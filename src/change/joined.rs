//! The merge of two commits of a memory: files that both sides changed merge by record, everything else as in git.

use super::conflict::{ConflictView, deleted, readable, views};
use super::weld::{FieldConflict, Weld, understands, weld};
use crate::base::{CommitId, Oid, RepoPath};
use crate::git::{Conflict, FileMerge, GitError, MergeOutcome, WriteRepository};
use std::collections::BTreeMap;

/// What two commits come to together.
#[derive(Clone, Debug)]
pub enum Joined {
    /// A tree, written to the object store.
    Tree(Oid),
    /// The paths that do not merge, with the fields in which they do not.
    Conflicted(Vec<ConflictView>),
}

/// Merges `theirs` into `ours`. Writes no reference.
pub fn join(repo: &dyn WriteRepository, ours: CommitId, theirs: CommitId) -> Result<Joined, GitError> {
    let mut fields: BTreeMap<String, Vec<FieldConflict>> = BTreeMap::new();
    let mut merge_file = |file: &Conflict| {
        Ok(match merged(repo, file)? {
            None => FileMerge::ByGit,
            Some(Weld::Merged(text)) => FileMerge::Blob(repo.write_blob(text.as_bytes())?),
            Some(Weld::Conflicts { fields: found, .. }) => {
                fields.insert(file.path.clone(), found);
                FileMerge::Conflict
            }
        })
    };
    match repo.merge_with(ours, theirs, &mut merge_file)? {
        MergeOutcome::Clean(tree) => Ok(Joined::Tree(tree)),
        MergeOutcome::Conflicted(conflicts) => {
            for conflict in &conflicts {
                if let Some(found) = deleted(repo, conflict)? {
                    fields.entry(conflict.path.clone()).or_default().push(found);
                }
            }
            Ok(Joined::Conflicted(views(repo, conflicts, fields)?))
        }
    }
}

/// Merges one file; `None` where it is none of ours, or no text that can be read.
fn merged(repo: &dyn WriteRepository, file: &Conflict) -> Result<Option<Weld>, GitError> {
    let Some(path) = RepoPath::parse(&file.path).ok().filter(understands) else { return Ok(None) };
    let base = readable(repo, &file.base)?;
    let sides = readable(repo, &file.ours)?.zip(readable(repo, &file.theirs)?);
    let Some((ours, theirs)) = sides.filter(|_| base.is_some() || file.base.blob.is_none()) else { return Ok(None) };
    Ok(Some(weld(&path, base.as_deref(), &ours, &theirs)))
}

//! Merges two commits, three ways, without a worktree and without guessing renames.

use super::convert::{object_id, oid, other};
use super::tree;
use super::types::{At, Conflict, ConflictSide, GitError, MergeOutcome};
use crate::base::CommitId;
use crate::base::store::ShownBytes;
use gix::merge::blob::builtin_driver::text::Labels;
use gix::merge::tree::TreatAsUnresolved;
use std::collections::BTreeSet;

/// The three trees of a merge.
struct Sides {
    base: gix::ObjectId,
    ours: gix::ObjectId,
    theirs: gix::ObjectId,
}

/// Merges `theirs` into `ours`: what git would merge merges to the same tree, what git would not is a conflict.
pub(super) fn merge(repo: &gix::Repository, ours: CommitId, theirs: CommitId) -> Result<MergeOutcome, GitError> {
    let failed = other("merging");
    let labels = Labels { ancestor: None, current: Some("ours".into()), other: Some("theirs".into()) };
    let options = repo.tree_merge_options().map_err(&failed)?.with_rewrites(None);
    let merged = repo.merge_commits(object_id(ours.0), object_id(theirs.0), labels, options.into()).map_err(&failed)?;
    let sides = Sides {
        base: merged.merge_base_tree_id,
        ours: tree::top(repo, At::Commit(ours))?,
        theirs: tree::top(repo, At::Commit(theirs))?,
    };
    let mut merged = merged.tree_merge;
    let open: BTreeSet<Vec<u8>> = merged
        .conflicts
        .iter()
        .filter(|conflict| conflict.is_unresolved(TreatAsUnresolved::git()))
        .flat_map(|conflict| [conflict.ours.location().to_vec(), conflict.theirs.location().to_vec()])
        .collect();
    if open.is_empty() {
        return Ok(MergeOutcome::Clean(oid(&merged.tree.write().map_err(&failed)?)));
    }
    let root = tree::memory_root(repo, sides.ours)?;
    open.into_iter()
        .map(|path| conflict(repo, &sides, root, &path))
        .collect::<Result<_, _>>()
        .map(MergeOutcome::Conflicted)
}

fn conflict(repo: &gix::Repository, sides: &Sides, root: &str, path: &[u8]) -> Result<Conflict, GitError> {
    let side = |tree| Ok::<_, GitError>(ConflictSide { blob: blob_at(repo, tree, path)? });
    Ok(Conflict {
        path: ShownBytes(from_root(root, path)).to_string(),
        base: side(sides.base)?,
        ours: side(sides.ours)?,
        theirs: side(sides.theirs)?,
    })
}

fn blob_at(repo: &gix::Repository, tree: gix::ObjectId, path: &[u8]) -> Result<Option<crate::base::Oid>, GitError> {
    let top = repo.find_tree(tree).map_err(other("merging"))?;
    let found = top.lookup_entry(path.split(|b| *b == b'/')).map_err(other("merging"))?;
    Ok(found.filter(|entry| !entry.mode().is_tree()).map(|entry| oid(entry.oid())))
}

fn from_root<'p>(root: &str, path: &'p [u8]) -> &'p [u8] {
    let below = path.strip_prefix(root.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    if root.is_empty() { path } else { below.unwrap_or(path) }
}

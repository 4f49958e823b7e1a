//! Merges two commits, three ways, without a worktree and without guessing renames.

use super::convert::{object_id, oid, other};
use super::diff::changes;
use super::edit::edit_tree;
use super::types::{At, Change, Conflict, ConflictSide, FileMerge, GitError, MergeFile, MergeOutcome};
use super::{tree, trivial};
use crate::base::store::ShownBytes;
use crate::base::{CommitId, FileMode, Oid, RepoPath, TreeEntry};
use gix::merge::blob::builtin_driver::text::Labels;
use gix::merge::tree::TreatAsUnresolved;
use std::collections::{BTreeMap, BTreeSet};

/// The three trees of a merge.
struct Sides {
    base: gix::ObjectId,
    ours: gix::ObjectId,
    theirs: gix::ObjectId,
}

/// Merges `theirs` into `ours`. What becomes of a file of the memory that both changed is asked; the rest merges as
/// git would merge it, and what git would not merge is a conflict. `base` is their nearest common ancestor, where there is one only.
pub(super) fn merge(
    repo: &gix::Repository,
    base: Option<CommitId>,
    (ours, theirs): (CommitId, CommitId),
    file: MergeFile<'_>,
) -> Result<MergeOutcome, GitError> {
    let trivial = base.map(|base| trivial::merge(repo, [base, ours, theirs])).transpose()?.flatten();
    if let Some(tree) = trivial {
        return Ok(MergeOutcome::Clean(oid(&tree)));
    }
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
    let by_git: BTreeSet<Vec<u8>> = merged
        .conflicts
        .iter()
        .filter(|conflict| conflict.is_unresolved(TreatAsUnresolved::git()))
        .flat_map(|conflict| [conflict.ours.location().to_vec(), conflict.theirs.location().to_vec()])
        .collect();
    let root = tree::memory_root(repo, sides.ours)?;
    let mut open = Vec::new();
    for path in by_git {
        let conflict = conflict(repo, &sides, root, &path)?;
        open.push((from_root(root, &path).to_vec(), conflict));
    }
    let settled = settle(repo, &sides, &mut open, file)?;
    if open.is_empty() {
        let tree = oid(&merged.tree.write().map_err(&failed)?);
        let clean = if settled.is_empty() { tree } else { edit_tree(repo, At::Tree(tree), &settled)? };
        return Ok(MergeOutcome::Clean(clean));
    }
    open.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(MergeOutcome::Conflicted(open.into_iter().map(|(_, conflict)| conflict).collect()))
}

/// Asks what becomes of each file of the memory that both changed; `open` comes to hold what is a conflict then.
fn settle(
    repo: &gix::Repository,
    sides: &Sides,
    open: &mut Vec<(Vec<u8>, Conflict)>,
    file: MergeFile<'_>,
) -> Result<Vec<(RepoPath, Option<Oid>)>, GitError> {
    let mut settled = Vec::new();
    for (path, conflict) in changed_by_both(repo, sides)? {
        let answer = file(&conflict)?;
        if answer == FileMerge::ByGit {
            continue;
        }
        open.retain(|(known, _)| known != path.as_str().as_bytes());
        match answer {
            FileMerge::Blob(blob) => settled.push((path, Some(blob))),
            _ => open.push((path.as_str().as_bytes().to_vec(), conflict)),
        }
    }
    Ok(settled)
}

/// The files of the memory that both sides hold and changed, each its own way. None where a side moves the memory.
fn changed_by_both(repo: &gix::Repository, sides: &Sides) -> Result<Vec<(RepoPath, Conflict)>, GitError> {
    let root = tree::memory_root(repo, sides.ours)?;
    if [sides.base, sides.theirs].into_iter().map(|top| tree::memory_root(repo, top)).any(|r| r.ok() != Some(root)) {
        return Ok(Vec::new());
    }
    let since = |top| changes(repo, Some(At::Tree(oid(&sides.base))), At::Tree(oid(top)));
    let theirs: BTreeMap<Vec<u8>, Change> =
        since(&sides.theirs)?.into_iter().map(|change| (change.path.clone(), change)).collect();
    let mut both = Vec::new();
    for ours in since(&sides.ours)? {
        let Some(theirs) = theirs.get(&ours.path) else { continue };
        let (Some(our_file), Some(their_file)) = (file_of(ours.new.as_ref()), file_of(theirs.new.as_ref())) else {
            continue;
        };
        let was_file = ours.old.as_ref().is_none_or(|old| old.mode == FileMode::File);
        let (Ok(path), true, true) = (RepoPath::parse(&ours.path), was_file, our_file != their_file) else { continue };
        let base = ConflictSide { blob: ours.old.as_ref().map(|old| old.oid) };
        let (ours, theirs) = (ConflictSide { blob: Some(our_file) }, ConflictSide { blob: Some(their_file) });
        both.push((path.clone(), Conflict { path: path.to_string(), base, ours, theirs }));
    }
    Ok(both)
}

fn file_of(entry: Option<&TreeEntry>) -> Option<Oid> {
    entry.filter(|entry| entry.mode == FileMode::File).map(|entry| entry.oid)
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

fn blob_at(repo: &gix::Repository, tree: gix::ObjectId, path: &[u8]) -> Result<Option<Oid>, GitError> {
    let top = repo.find_tree(tree).map_err(other("merging"))?;
    let found = top.lookup_entry(path.split(|b| *b == b'/')).map_err(other("merging"))?;
    Ok(found.filter(|entry| !entry.mode().is_tree()).map(|entry| oid(entry.oid())))
}

fn from_root<'p>(root: &str, path: &'p [u8]) -> &'p [u8] {
    let below = path.strip_prefix(root.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    if root.is_empty() { path } else { below.unwrap_or(path) }
}

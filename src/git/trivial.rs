//! Merges trees where no entry was changed by both sides, each its own way: at the cost of the folders that changed.

use super::convert::other;
use super::tree::top;
use super::types::{At, GitError};
use crate::base::CommitId;
use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::tree::{Entry, EntryMode};
use std::collections::BTreeMap;

/// How deep folders are followed.
const MOST_LEVELS: usize = 64;

/// What stands at a name on the three sides: before, ours, theirs.
type Sides = [Option<(EntryMode, ObjectId)>; 3];

/// The tree of three commits merged: that of the base, ours and theirs. `None`: both sides changed one entry, each its
/// own way.
pub(super) fn merge(repo: &gix::Repository, commits: [CommitId; 3]) -> Result<Option<ObjectId>, GitError> {
    let [base, ours, theirs] = commits.map(|commit| top(repo, At::Commit(commit)));
    trees(repo, [Some(base?), Some(ours?), Some(theirs?)], 0)
}

/// Merges three trees; one that is not there is empty.
fn trees(repo: &gix::Repository, sides: [Option<ObjectId>; 3], level: usize) -> Result<Option<ObjectId>, GitError> {
    let [base, ours, theirs] = sides;
    if let Some(tree) = taken(&[base, ours, theirs]).and_then(|side| sides[side]) {
        return Ok(Some(tree));
    }
    if level > MOST_LEVELS {
        return Ok(None);
    }
    let mut entries = Vec::new();
    for (name, sides) in by_name(repo, sides)? {
        match entry(repo, sides, level)? {
            None => return Ok(None),
            Some(Some((mode, oid))) => entries.push(Entry { mode, filename: name, oid }),
            Some(None) => {}
        }
    }
    entries.sort();
    let tree = repo.write_object(gix::objs::Tree { entries }).map_err(other("merging"))?;
    Ok(Some(tree.detach()))
}

/// What stands at a name after the merge; `None` where both sides changed it, each its own way.
fn entry(
    repo: &gix::Repository,
    sides: Sides,
    level: usize,
) -> Result<Option<Option<(EntryMode, ObjectId)>>, GitError> {
    if let Some(side) = taken(&sides) {
        return Ok(Some(sides[side]));
    }
    let folder = |side: Option<(EntryMode, ObjectId)>| side.filter(|(mode, _)| mode.is_tree());
    let [base, ours, theirs] = sides;
    let (Some(ours), Some(theirs), true) = (folder(ours), folder(theirs), base == folder(base)) else {
        return Ok(None);
    };
    let merged = trees(repo, [base.map(|(_, id)| id), Some(ours.1), Some(theirs.1)], level + 1)?;
    // A folder of which each side emptied a part is gone.
    Ok(merged.map(|tree| Some((ours.0, tree)).filter(|_| !tree.is_empty_tree())))
}

/// The side that a merge takes: the only one that changed, or either where both did the same.
fn taken<T: PartialEq>([base, ours, theirs]: &[T; 3]) -> Option<usize> {
    match () {
        () if theirs == base || ours == theirs => Some(1),
        () if ours == base => Some(2),
        () => None,
    }
}

fn by_name(repo: &gix::Repository, sides: [Option<ObjectId>; 3]) -> Result<BTreeMap<BString, Sides>, GitError> {
    let mut names: BTreeMap<BString, Sides> = BTreeMap::new();
    for (side, tree) in sides.into_iter().enumerate() {
        let Some(tree) = tree else { continue };
        let tree = repo.find_tree(tree).map_err(other("merging"))?;
        for entry in tree.iter() {
            let entry = entry.map_err(other("merging"))?;
            names.entry(entry.filename().to_owned()).or_default()[side] = Some((entry.mode(), entry.object_id()));
        }
    }
    Ok(names)
}

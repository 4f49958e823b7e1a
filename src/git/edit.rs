//! Makes trees out of trees: paths set to blobs, or removed.

use super::convert::{object_id, oid, other};
use super::tree;
use super::types::{At, GitError};
use crate::base::{Oid, RepoPath};
use gix::objs::tree::EntryKind;
use std::collections::BTreeSet;

/// A tree with edits, whose paths are relative to the memory root, written to the object store.
pub(super) fn edit_tree(repo: &gix::Repository, at: At, edits: &[(RepoPath, Option<Oid>)]) -> Result<Oid, GitError> {
    let top = tree::top(repo, at)?;
    let root = tree::memory_root(repo, top)?;
    let edits: Vec<(String, Option<Oid>)> = edits.iter().map(|(path, blob)| (from_top(root, path), *blob)).collect();
    check(repo, top, &edits)?;
    let failed = other("editing a tree");
    let mut editor = repo.edit_tree(top).map_err(&failed)?;
    for (path, _) in edits.iter().filter(|(_, blob)| blob.is_none()) {
        editor.remove_leaf(path).map_err(&failed)?;
    }
    for (path, blob) in &edits {
        if let Some(blob) = blob {
            if !repo.has_object(object_id(*blob)) {
                return Err(GitError::Object { oid: *blob, reason: "it is not there".to_owned() });
            }
            editor.upsert(path, kind(repo, top, path)?, object_id(*blob)).map_err(&failed)?;
        }
    }
    // What stands beside an edit was there before: whether each of those objects exists is not asked again.
    let write = |tree: &gix::objs::Tree| repo.write_object(tree).map(|id| id.detach());
    Ok(oid(&editor.detach().write(write).map_err(&failed)?))
}

fn from_top(root: &str, path: &RepoPath) -> String {
    if root.is_empty() { path.to_string() } else { format!("{root}/{path}") }
}

/// An executable file stays one; all else that is written is a plain file.
fn kind(repo: &gix::Repository, top: gix::ObjectId, path: &str) -> Result<EntryKind, GitError> {
    let parts: Vec<&str> = path.split('/').collect();
    Ok(match tree::lookup(repo, top, &parts)? {
        Some((mode, _)) if mode.is_executable() => EntryKind::BlobExecutable,
        _ => EntryKind::Blob,
    })
}

/// Refuses edits by which a file would silently take the place of a folder, or a folder that of a file.
fn check(repo: &gix::Repository, top: gix::ObjectId, edits: &[(String, Option<Oid>)]) -> Result<(), GitError> {
    let removed: BTreeSet<&str> = edits.iter().filter(|(_, blob)| blob.is_none()).map(|(path, _)| &**path).collect();
    let written: BTreeSet<&str> = edits.iter().filter(|(_, blob)| blob.is_some()).map(|(path, _)| &**path).collect();
    if removed.len() + written.len() != edits.len() || !removed.is_disjoint(&written) {
        return Err(refused("one path is edited twice".to_owned()));
    }
    for path in &written {
        for folder in folders_of(path) {
            if written.contains(folder) || (!removed.contains(folder) && is_file(repo, top, folder)?) {
                return Err(refused(format!("`{folder}` is a file, so nothing can be written below it")));
            }
        }
        if !is_emptied(repo, top, path, &removed)? {
            return Err(refused(format!("`{path}` is a folder, so it cannot be written as a file")));
        }
    }
    Ok(())
}

fn refused(reason: String) -> GitError {
    GitError::Other { what: "editing a tree", reason }
}

/// `a` and `a/b` for `a/b/c`.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

fn is_file(repo: &gix::Repository, top: gix::ObjectId, path: &str) -> Result<bool, GitError> {
    let parts: Vec<&str> = path.split('/').collect();
    Ok(tree::lookup(repo, top, &parts)?.is_some_and(|(mode, _)| !mode.is_tree()))
}

/// Whether no folder is left at a path once the removals are done.
fn is_emptied(
    repo: &gix::Repository,
    top: gix::ObjectId,
    path: &str,
    removed: &BTreeSet<&str>,
) -> Result<bool, GitError> {
    let parts: Vec<&str> = path.split('/').collect();
    let Some((_, folder)) = tree::lookup(repo, top, &parts)?.filter(|(mode, _)| mode.is_tree()) else {
        return Ok(true);
    };
    let below = tree::files(repo, folder)?;
    let is_removed =
        |file: &[u8]| std::str::from_utf8(file).is_ok_and(|file| removed.contains(format!("{path}/{file}").as_str()));
    Ok(below.iter().all(|file| is_removed(&file.path)))
}

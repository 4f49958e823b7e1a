//! Reads trees: every file below the memory root, or one entry; bounded against trees made to explode.

use super::convert::{file_mode, object_id, oid, other, unusable};
use super::types::{At, GitError};
use crate::base::{Oid, RepoPath, TreeEntry};
use gix::objs::tree::EntryMode;

/// The most entries (folders included) of a tree that are listed.
pub(super) const MOST_ENTRIES: usize = 1_000_000;
/// The most bytes of paths that are listed.
pub(super) const MOST_PATH_BYTES: usize = 256 << 20;
/// How deep folders may lie in each other.
const MOST_LEVELS: usize = 64;
/// The folder the memory is in where the top of the repository holds no ontology.
const BRAIN: &str = ".company-brain";

/// The tree at the top of the repository.
pub(super) fn top(repo: &gix::Repository, at: At) -> Result<gix::ObjectId, GitError> {
    match at {
        At::Tree(tree) => Ok(object_id(tree)),
        At::Commit(id) => {
            let commit = repo.find_commit(object_id(id.0)).map_err(unusable(id.0))?;
            Ok(commit.tree_id().map_err(unusable(id.0))?.detach())
        }
    }
}

/// The prefix of the memory root: empty, or the folder it is in.
pub(super) fn memory_root(repo: &gix::Repository, top: gix::ObjectId) -> Result<&'static str, GitError> {
    let is_folder = |path: &[&str]| Ok(lookup(repo, top, path)?.is_some_and(|(mode, _)| mode.is_tree()));
    let inside = !is_folder(&["ontology"])? && is_folder(&[BRAIN, "ontology"])?;
    Ok(if inside { BRAIN } else { "" })
}

/// The tree of the memory root.
pub(super) fn root_tree(repo: &gix::Repository, at: At) -> Result<gix::ObjectId, GitError> {
    let top = top(repo, at)?;
    match memory_root(repo, top)? {
        "" => Ok(top),
        folder => Ok(lookup(repo, top, &[folder])?.map_or(top, |(_, id)| id)),
    }
}

/// Whichever of the two places for a memory root some listed paths speak for.
pub(super) fn memory_root_of<'a>(paths: impl Iterator<Item = &'a [u8]> + Clone) -> &'static str {
    let top = paths.clone().any(|path| path.starts_with(b"ontology/"));
    let inside = paths.clone().any(|path| path.starts_with(b".company-brain/ontology/"));
    if !top && inside { BRAIN } else { "" }
}

/// One entry, by its path from the memory root; `None` where there is none, or a folder.
pub(super) fn entry(repo: &gix::Repository, at: At, path: &RepoPath) -> Result<Option<TreeEntry>, GitError> {
    let parts: Vec<&str> = path.as_str().split('/').collect();
    let found = lookup(repo, root_tree(repo, at)?, &parts)?;
    Ok(found.and_then(|(mode, id)| {
        file_mode(mode).map(|mode| TreeEntry { path: path.as_str().as_bytes().to_vec(), mode, oid: oid(&id) })
    }))
}

/// What is at a path of a tree, folders included.
pub(super) fn lookup(
    repo: &gix::Repository,
    tree: gix::ObjectId,
    parts: &[&str],
) -> Result<Option<(EntryMode, gix::ObjectId)>, GitError> {
    let top = repo.find_tree(tree).map_err(unusable(oid(&tree)))?;
    let found = top.lookup_entry(parts.iter().copied()).map_err(other("looking up a path"))?;
    Ok(found.map(|entry| (entry.mode(), entry.object_id())))
}

/// Every file below a tree, in path order.
pub(super) fn files(repo: &gix::Repository, tree: gix::ObjectId) -> Result<Vec<TreeEntry>, GitError> {
    listed(repo, tree, b"")
}

/// Every file below one folder of the memory root, in path order.
pub(super) fn files_below(repo: &gix::Repository, at: At, folder: &str) -> Result<Vec<TreeEntry>, GitError> {
    let parts: Vec<&str> = folder.split('/').collect();
    match lookup(repo, root_tree(repo, at)?, &parts)? {
        Some((mode, tree)) if mode.is_tree() => listed(repo, tree, folder.as_bytes()),
        _ => Ok(Vec::new()),
    }
}

fn listed(repo: &gix::Repository, tree: gix::ObjectId, prefix: &[u8]) -> Result<Vec<TreeEntry>, GitError> {
    let mut walk = Walk { repo, top: oid(&tree), found: Vec::new(), seen: 0, path_bytes: 0 };
    walk.folder(tree, prefix, 0)?;
    // A well-made tree is in order already.
    if !walk.found.is_sorted_by(|a, b| a.path <= b.path) {
        walk.found.sort_by(|a, b| a.path.cmp(&b.path));
    }
    Ok(walk.found)
}

struct Walk<'r> {
    repo: &'r gix::Repository,
    top: Oid,
    found: Vec<TreeEntry>,
    seen: usize,
    path_bytes: usize,
}

impl Walk<'_> {
    fn folder(&mut self, tree: gix::ObjectId, prefix: &[u8], level: usize) -> Result<(), GitError> {
        if level > MOST_LEVELS {
            return Err(self.refused(format!("its folders lie more than {MOST_LEVELS} deep in each other")));
        }
        let tree = self.repo.find_tree(tree).map_err(unusable(oid(&tree)))?;
        for entry in tree.iter() {
            let entry = entry.map_err(unusable(oid(&tree.id)))?;
            let path = join(prefix, entry.filename()).ok_or_else(|| bad_name(oid(&tree.id)))?;
            self.count(&path)?;
            match file_mode(entry.mode()) {
                Some(mode) => self.found.push(TreeEntry { path, mode, oid: oid(entry.oid()) }),
                None => self.folder(entry.object_id(), &path, level + 1)?,
            }
        }
        Ok(())
    }

    fn count(&mut self, path: &[u8]) -> Result<(), GitError> {
        self.seen += 1;
        self.path_bytes += path.len();
        if self.seen > MOST_ENTRIES || self.path_bytes > MOST_PATH_BYTES {
            return Err(self.refused(format!("it lists more than {MOST_ENTRIES} entries, or too long ones")));
        }
        Ok(())
    }

    fn refused(&self, reason: String) -> GitError {
        GitError::Object { oid: self.top, reason }
    }
}

/// A path one component longer; `None` where the name could be taken for something else.
fn join(prefix: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    if name.is_empty() || name.contains(&b'/') {
        return None;
    }
    let mut path = Vec::with_capacity(prefix.len() + 1 + name.len());
    if !prefix.is_empty() {
        path.extend_from_slice(prefix);
        path.push(b'/');
    }
    path.extend_from_slice(name);
    Some(path)
}

fn bad_name(tree: Oid) -> GitError {
    GitError::Object { oid: tree, reason: "a name in this tree is empty or holds a slash".to_owned() }
}

//! The paths that differ between two trees. Renames are not looked for: what a path held is what counts.

use super::convert::{EMPTY_TREE, file_mode, object_id, oid, unusable};
use super::tree::{MOST_ENTRIES, MOST_PATH_BYTES, root_tree};
use super::types::{At, Change, ChangeKind, GitError};
use crate::base::{FileMode, TreeEntry};
use gix::bstr::BStr;
use gix::diff::tree::{Recorder, State, Visit, recorder, visit};
use std::ops::ControlFlow;

/// The changes below the memory root, in path order; `from` nothing where it is `None`.
///
/// Each side is seen from its own memory root: a move of the root itself changes no path.
pub(super) fn changes(repo: &gix::Repository, from: Option<At>, to: At) -> Result<Vec<Change>, GitError> {
    let old = from.map_or(Ok(object_id(EMPTY_TREE)), |at| root_tree(repo, at))?;
    let new = root_tree(repo, to)?;
    if old == new {
        return Ok(Vec::new());
    }
    let (old_tree, new_tree) = (find(repo, old)?, find(repo, new)?);
    let mut records = Bounded::default();
    // The plumbing: the porcelain of gix would build an index of the whole HEAD tree first.
    let done = gix::diff::tree(
        gix::objs::TreeRefIter::from_bytes(&old_tree.data, repo.object_hash()),
        gix::objs::TreeRefIter::from_bytes(&new_tree.data, repo.object_hash()),
        State::default(),
        &repo.objects,
        &mut records,
    );
    if records.exceeded() {
        let reason = format!("more than {MOST_ENTRIES} of its entries differ, or too long ones");
        return Err(GitError::Object { oid: oid(&new), reason });
    }
    done.map_err(|error| GitError::Other { what: "comparing two trees", reason: error.to_string() })?;
    let mut changes: Vec<Change> = records.inner.records.into_iter().filter_map(change).collect();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

fn find(repo: &gix::Repository, tree: gix::ObjectId) -> Result<gix::Tree<'_>, GitError> {
    repo.find_tree(tree).map_err(unusable(oid(&tree)))
}

/// Our change of gix's; `None` for a folder.
fn change(record: recorder::Change) -> Option<Change> {
    let side = |path: &[u8], mode: FileMode, id: gix::ObjectId| TreeEntry { path: path.to_vec(), mode, oid: oid(&id) };
    Some(match record {
        recorder::Change::Addition { entry_mode, oid, path, .. } => {
            let new = Some(side(&path, file_mode(entry_mode)?, oid));
            Change { path: path.into(), kind: ChangeKind::Added, old: None, new }
        }
        recorder::Change::Deletion { entry_mode, oid, path, .. } => {
            let old = Some(side(&path, file_mode(entry_mode)?, oid));
            Change { path: path.into(), kind: ChangeKind::Deleted, old, new: None }
        }
        recorder::Change::Modification { previous_entry_mode, previous_oid, entry_mode, oid, path } => {
            let old = Some(side(&path, file_mode(previous_entry_mode)?, previous_oid));
            let new = Some(side(&path, file_mode(entry_mode)?, oid));
            Change { path: path.into(), kind: ChangeKind::Modified, old, new }
        }
    })
}

/// A recorder that stops when a tree turns out to be made to explode.
#[derive(Default)]
struct Bounded {
    inner: Recorder,
    seen: usize,
    path_bytes: usize,
}

impl Bounded {
    fn exceeded(&self) -> bool {
        self.seen > MOST_ENTRIES || self.path_bytes > MOST_PATH_BYTES
    }
}

impl Visit for Bounded {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.inner.pop_front_tracked_path_and_set_current();
    }
    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.inner.push_back_tracked_path_component(component);
    }
    fn push_path_component(&mut self, component: &BStr) {
        self.inner.push_path_component(component);
    }
    fn pop_path_component(&mut self) {
        self.inner.pop_path_component();
    }
    fn visit(&mut self, change: visit::Change) -> visit::Action {
        self.seen += 1;
        self.path_bytes += self.inner.path().len();
        if self.exceeded() { ControlFlow::Break(()) } else { self.inner.visit(change) }
    }
}

//! What a change brings, at a cost that follows the change.
//!
//! The same rules look at two parts of trees: the changed files as they were, and as they are, each with the unchanged
//! files that the change reaches. What rules ask of the rest is answered by what is known of it. That gives what whole
//! trees give, because **a rule's finding in a file depends on that file and on what is asked of the ids it names** (for
//! LK601: of the names of its path; for LK701: of the sums). Rule by rule:
//!
//! - rules of single files ask nothing, and the ontology is the same in both trees;
//! - LK203 asks for the kind of an id's first declaration, LK204 whether there is one, LK205 which it is: a file is reached where
//!   that changes for an id that it declares, adds to or leads to;
//! - LK206 asks which edges lie on cycles together: all files of such a component are reached where a changed record is part of it,
//!   before or after; a component without one is the same in both trees, whatever part of it is at hand;
//! - LK601 asks which file first spells a name: the first files of every spelling of a changed path's names are reached;
//! - LK701 asks for the sums, which any change changes: the files that it looks at are always reached;
//! - rules of changes ask for ids that were or are declared in changed files, and LK403 for the edges to them.
//!
//! A file that is not reached has the same findings in both trees. They are untouched and had before, so the change does not bring them.
//! A file that is reached and unchanged has in each tree the findings that the whole tree gives it.

use super::affected::affected_files;
use super::change::brought;
use super::known::{FileFacts, Known, Overlay};
use super::report;
use super::tree::Tree;
use super::types::{Report, TreeFile};
use crate::ontology::Ontology;

/// A change: files that differ, and what is known of the rest.
pub struct KnownChange<'a> {
    /// The ontology, of both trees.
    pub ontology: &'a Ontology,
    /// What is known of the tree before.
    pub before: &'a dyn Known,
    /// The files at every path that changed: before, after. Each path once.
    pub changed: &'a [(Option<TreeFile>, Option<TreeFile>)],
    /// Reads a file that did not change, by its path, under the same ontology; `None` where it cannot.
    pub load: &'a dyn Fn(&[u8]) -> Option<TreeFile>,
}

/// What a change brings, from the changed files and what is known of the rest: what [`super::brought_by_change`] gives for the
/// whole trees. `None`: not enough is known, or the change reaches too much (an ontology file, thousands of files);
/// validate whole trees.
pub fn brought_incrementally(change: &KnownChange<'_>) -> Option<Report> {
    if change.changed.iter().any(|pair| path_of(pair).starts_with(b"ontology/")) {
        return None;
    }
    let facts = |file: &TreeFile| FileFacts::of(file, change.ontology);
    let removed: Vec<FileFacts> = change.changed.iter().filter_map(|(was, _)| was.as_ref()).map(facts).collect();
    let added: Vec<FileFacts> = change.changed.iter().filter_map(|(_, is)| is.as_ref()).map(facts).collect();
    let after = Overlay::new(change.before, removed.iter().cloned(), added.iter().cloned());
    let affected = affected_files(change, &after, &removed, &added)?;
    let old_files = in_order(change.changed.iter().filter_map(|(was, _)| was.clone()).chain(affected.iter().cloned()));
    let new_files = in_order(change.changed.iter().filter_map(|(_, is)| is.clone()).chain(affected));
    let old = Tree::part(change.ontology, &old_files, change.before);
    let new = Tree::part(change.ontology, &new_files, &after);
    let report = report(&new, brought(&old, &new));
    let is_sure = [&old, &new].iter().all(|tree| tree.outside().is_none_or(|outside| !outside.is_doubtful()));
    is_sure.then_some(report)
}

/// The path of a changed file.
pub(super) fn path_of((was, is): &(Option<TreeFile>, Option<TreeFile>)) -> &[u8] {
    was.as_ref().or(is.as_ref()).map_or(b"", |file| &file.path)
}

fn in_order(files: impl Iterator<Item = TreeFile>) -> Vec<TreeFile> {
    let mut files: Vec<TreeFile> = files.collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

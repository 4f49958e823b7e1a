//! Some files of a tree, as they stand in it: what [`super::check`] finds there, at less cost.

use super::affected::affected_files;
use super::draft::finish;
use super::incremental::KnownChange;
use super::known::{FileFacts, Known};
use super::run;
use super::tree::Tree;
use super::types::{CheckInput, TreeFile};
use crate::base::Finding;
use crate::ontology::Ontology;

/// The findings in some files of a tree, by their places in it. The rules of single files look at nothing else.
pub fn check_some(input: &CheckInput<'_>, wanted: impl Fn(usize) -> bool) -> Vec<Finding> {
    found(&Tree::whole(input), wanted)
}

/// The findings in some files, from what is known of the whole tree with them in it. `None`: not enough is known, or too
/// many other files have a say; look at the whole tree.
pub fn check_known(
    ontology: &Ontology,
    files: &[TreeFile],
    known: &dyn Known,
    load: &dyn Fn(&[u8]) -> Option<TreeFile>,
) -> Option<Vec<Finding>> {
    let changed: Vec<_> = files.iter().map(|file| (None, Some(file.clone()))).collect();
    let facts: Vec<FileFacts> = files.iter().map(|file| FileFacts::of(file, ontology)).collect();
    let change = KnownChange { ontology, before: known, changed: &changed, load };
    // What a file depends on is what a change of it would reach.
    let mut all = affected_files(&change, known, &facts, &facts)?;
    all.extend_from_slice(files);
    all.sort_by(|a, b| a.path.cmp(&b.path));
    let tree = Tree::part(ontology, &all, known);
    let is_wanted = |at: usize| files.iter().any(|file| file.path == all[at].path);
    let findings = found(&tree, is_wanted);
    tree.outside().is_none_or(|outside| !outside.is_doubtful()).then_some(findings)
}

fn found(tree: &Tree<'_>, wanted: impl Fn(usize) -> bool) -> Vec<Finding> {
    let mut drafts = run(tree, &wanted);
    drafts.keep(wanted);
    finish(drafts.make(tree), tree)
}

//! Judges a change by what is known of the tree before it, at the cost of what it changes: what whole trees give.

use super::cache::ParseCache;
use super::compare::{FilePair, declared_by};
use super::tree::read_files;
use crate::base::{RepoPath, TreeEntry};
use crate::check::{Known, KnownChange, Report, TreeFile, brought_incrementally};
use crate::git::{At, Change, GitError, ReadRepository};
use crate::ontology::Ontology;
use std::collections::{BTreeSet, HashMap};

/// What is known of a tree without reading all of it.
pub struct KnownTree<'a> {
    /// Its ontology.
    pub ontology: &'a Ontology,
    /// What rules ask of it.
    pub known: &'a dyn Known,
}

/// A change that was judged by what is known.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The files at every path that differs, in path order: before, after.
    changed: Vec<Pair>,
    /// What the change brings.
    pub report: Report,
    /// Of the ids that the changed files declared before, those that are declared somewhere still.
    kept: BTreeSet<String>,
}

/// The file at a path that changed: before, and after.
type Pair = (Option<TreeFile>, Option<TreeFile>);

impl Judged {
    /// The paths that differ, in path order.
    pub(super) fn pairs(&self) -> Vec<FilePair<'_>> {
        self.changed.iter().filter_map(|(was, is)| FilePair::of(was.as_ref(), is.as_ref())).collect()
    }

    /// Of the ids that the changed files declared before, those that are declared somewhere still.
    pub(super) fn kept(&self) -> BTreeSet<&str> {
        self.kept.iter().map(String::as_str).collect()
    }
}

/// What a change brings to a tree of which enough is known: what the whole trees give. `None`: look at the whole trees, because
/// the change touches the ontology, or reaches too far.
pub fn judge_known(
    repo: &dyn ReadRepository,
    (before, after): (At, At),
    tree: &KnownTree<'_>,
    cache: &ParseCache,
) -> Result<Option<Judged>, GitError> {
    let mut changes = repo.changes(Some(before), after)?;
    if changes.iter().any(|change| change.path.starts_with(b"ontology/")) {
        return Ok(None);
    }
    // One that only became executable, or was, is the same file.
    changes.retain(|change| change.old != change.new);
    let changed = pairs(repo, changes, tree.ontology, cache)?;
    let load = |path: &[u8]| unchanged(repo, after, path, tree.ontology, cache);
    let change = KnownChange { ontology: tree.ontology, before: tree.known, changed: &changed, load: &load };
    let report = brought_incrementally(&change);
    let kept = kept(tree.known, &changed);
    Ok(report.zip(kept).map(|(report, kept)| Judged { changed, report, kept }))
}

/// The files at every path that changed.
fn pairs(
    repo: &dyn ReadRepository,
    changes: Vec<Change>,
    ontology: &Ontology,
    cache: &ParseCache,
) -> Result<Vec<Pair>, GitError> {
    let mut paths = Vec::with_capacity(changes.len());
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in changes {
        old.extend(change.old);
        new.extend(change.new);
        paths.push(change.path);
    }
    let read = |entries: Vec<TreeEntry>| -> Result<HashMap<Vec<u8>, TreeFile>, GitError> {
        let files = read_files(repo, entries, ontology, cache)?;
        Ok(files.into_iter().map(|file| (file.path.clone(), file)).collect())
    };
    let (mut were, mut are) = (read(old)?, read(new)?);
    Ok(paths.iter().map(|path| (were.remove(path), are.remove(path))).collect())
}

/// A file that both trees share.
fn unchanged(
    repo: &dyn ReadRepository,
    at: At,
    path: &[u8],
    ontology: &Ontology,
    cache: &ParseCache,
) -> Option<TreeFile> {
    let entry = repo.entry(at, &RepoPath::parse(path).ok()?).ok()??;
    read_files(repo, vec![entry], ontology, cache).ok()?.pop()
}

/// Of the ids that changed files declared, those that are declared after the change. `None`: it is not known.
fn kept(known: &dyn Known, changed: &[Pair]) -> Option<BTreeSet<String>> {
    let paths: BTreeSet<&[u8]> = changed.iter().filter_map(|(was, _)| Some(&was.as_ref()?.path[..])).collect();
    let now: BTreeSet<&str> = changed.iter().flat_map(|(_, is)| declared_by(is.as_ref())).collect();
    let mut kept = BTreeSet::new();
    for id in changed.iter().flat_map(|(was, _)| declared_by(was.as_ref())) {
        let elsewhere = |path: &Vec<u8>| !paths.contains(&path[..]);
        let records = known.records(id)?;
        if now.contains(id) || records.iter().any(|record| record.declares && elsewhere(&record.path)) {
            kept.insert(id.to_owned());
        }
    }
    Some(kept)
}

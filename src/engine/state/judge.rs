//! Judges a change by the state: what it brings, at the cost of what it changes.

use super::{State, StateError, forget};
use crate::base::{CommitId, RepoPath, TreeEntry};
use crate::change::{self, ParseCache};
use crate::check::{KnownChange, Report, TreeFile, brought_incrementally};
use crate::git::{At, Change, ReadRepository, Repository};
use crate::index::TableError;
use crate::ontology::Ontology;
use std::collections::HashMap;
use std::path::Path;

/// What a commit brings compared with another one, found with the state in a folder. `None` where the whole trees have to
/// be looked at: there is no state that fits, or the change reaches too far.
pub(in crate::engine) fn brought(
    repo: &Repository,
    folder: &Path,
    before: CommitId,
    after: CommitId,
    cache: &ParseCache,
) -> Option<Report> {
    let judged = judge(repo, folder, before, after, cache);
    judged.unwrap_or_else(|error| {
        tracing::debug!(%error, "the validation state is of no use");
        if let StateError::Table(TableError::Damaged { .. }) = error {
            forget(folder);
        }
        None
    })
}

fn judge(
    repo: &Repository,
    folder: &Path,
    before: CommitId,
    after: CommitId,
    cache: &ParseCache,
) -> Result<Option<Report>, StateError> {
    let changes = repo.changes(Some(At::Commit(before)), At::Commit(after))?;
    if changes.iter().any(|change| change.path.starts_with(b"ontology/")) {
        return Ok(None);
    }
    let ontology = change::load_ontology(repo, At::Commit(after))?.0;
    let Some(state) = State::open(folder, &ontology.digest)? else { return Ok(None) };
    let Some(apart) = state.changes_to(repo, before, &ontology)? else { return Ok(None) };
    let load = |path: &[u8]| unchanged(repo, after, path, &ontology, cache);
    let report = brought_incrementally(&KnownChange {
        ontology: &ontology,
        before: &state.known(apart),
        changed: &pairs(repo, changes, &ontology, cache)?,
        load: &load,
    });
    if state.is_damaged() {
        forget(folder);
    }
    Ok(report)
}

/// A path that changed: its file before, and after.
type Pair = (Option<TreeFile>, Option<TreeFile>);

/// The files at every path that changed.
fn pairs(
    repo: &Repository,
    changes: Vec<Change>,
    ontology: &Ontology,
    cache: &ParseCache,
) -> Result<Vec<Pair>, StateError> {
    let (old, new): (Vec<_>, Vec<_>) = changes.iter().map(|change| (change.old.clone(), change.new.clone())).unzip();
    let read = |entries: Vec<Option<TreeEntry>>| -> Result<HashMap<Vec<u8>, TreeFile>, StateError> {
        let files = change::read_files(repo, entries.into_iter().flatten().collect(), ontology, cache)?;
        Ok(files.into_iter().map(|file| (file.path.clone(), file)).collect())
    };
    let (mut were, mut are) = (read(old)?, read(new)?);
    Ok(changes.iter().map(|change| (were.remove(&change.path), are.remove(&change.path))).collect())
}

/// A file that both trees share.
fn unchanged(
    repo: &Repository,
    commit: CommitId,
    path: &[u8],
    ontology: &Ontology,
    cache: &ParseCache,
) -> Option<TreeFile> {
    let entry = repo.entry(At::Commit(commit), &RepoPath::parse(path).ok()?).ok()??;
    change::read_files(repo, vec![entry], ontology, cache).ok()?.pop()
}

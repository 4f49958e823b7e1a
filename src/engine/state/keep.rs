//! Keeps a state with its repository: made once, brought up after each landing, made anew where it does not fit.

use super::{Changed, Changes, ChangesNote, MOST_CHANGED, State, StateError, base_path, build, changes_path, forget};
use crate::base::CommitId;
use crate::change;
use crate::check::FileFacts;
use crate::git::{At, ReadRepository, Repository};
use crate::index::{TableError, TableWriter};
use crate::ontology::Ontology;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// Brings the state in a folder up to the tip of the default branch; says whether there was anything to do. Where
/// another process is at it, nothing is done: what is missed a later landing brings.
pub(in crate::engine) fn keep_up(repo: &Repository, folder: &Path) -> Result<bool, StateError> {
    let Some(tip) = repo.tip()? else { return Ok(false) };
    let Some(_lock) = lock(folder)? else { return Ok(false) };
    let ontology = change::load_ontology(repo, At::Commit(tip))?.0;
    match State::open(folder, &ontology.digest) {
        Ok(Some(state)) if state.commit == tip => return Ok(false),
        Ok(Some(state)) => match advance(repo, folder, &state, tip, &ontology) {
            Ok(()) => return Ok(true),
            Err(error) => tracing::debug!(%error, "the validation state could not be advanced and is made anew"),
        },
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the validation state is made anew"),
    }
    forget(folder);
    let facts = change::map_files(repo, At::Commit(tip), &ontology, |file| FileFacts::of(file, &ontology))?;
    build::write(&base_path(folder), tip, ontology.digest, &facts)?;
    Ok(true)
}

/// Compares the state with the files of its commit. Gives a sentence for what is wrong with it; nothing where there is none.
pub(in crate::engine) fn verify(repo: &Repository, folder: &Path) -> Result<Option<String>, StateError> {
    let Some(tip) = repo.tip()? else { return Ok(None) };
    let ontology = change::load_ontology(repo, At::Commit(tip))?.0;
    let kept = State::open(folder, &ontology.digest).and_then(|state| {
        let facts = |state: State| Ok((state.commit, all_facts(&state, state.changes.clone())?));
        state.map(facts).transpose()
    });
    let (commit, kept) = match kept {
        Ok(Some(kept)) => kept,
        Ok(None) => return Ok(None),
        Err(error) => return Ok(Some(error.to_string())),
    };
    let fresh = change::map_files(repo, At::Commit(commit), &ontology, |file| FileFacts::of(file, &ontology))?;
    Ok((kept != fresh).then(|| format!("the validation state of commit {} is not what its files say", commit.short())))
}

/// Writes the changes up to a later commit; with the base, where they are many.
fn advance(
    repo: &Repository,
    folder: &Path,
    state: &State,
    tip: CommitId,
    ontology: &Ontology,
) -> Result<(), StateError> {
    let newer = repo.changes(Some(At::Commit(state.commit)), At::Commit(tip))?;
    let changes = state.with(repo, newer, ontology, &change::ParseCache::default())?;
    if changes.len() <= MOST_CHANGED {
        return Ok(write_changes(folder, state, tip, &changes)?);
    }
    let facts = all_facts(state, changes)?;
    build::write(&base_path(folder), tip, ontology.digest.clone(), &facts)?;
    // What is left of the changes is to another base, and counts for nothing.
    let _ = std::fs::remove_file(changes_path(folder));
    Ok(())
}

fn write_changes(folder: &Path, state: &State, commit: CommitId, changes: &Changes) -> Result<(), TableError> {
    let mut table = TableWriter::create(&changes_path(folder))?;
    for (path, changed) in changes {
        table.put(path, changed)?;
    }
    table.finish(&ChangesNote { base: state.base.note().commit, commit })
}

/// The facts of every file, in path order.
fn all_facts(state: &State, changes: Changes) -> Result<Vec<FileFacts>, TableError> {
    let mut facts = Vec::with_capacity(state.base.note().totals.files);
    for old in state.base.all_facts() {
        let old = old?;
        if !changes.contains_key(&old.path) {
            facts.push(old);
        }
    }
    facts.extend(changes.into_values().filter_map(|Changed { is, .. }| is));
    facts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(facts)
}

/// The right to write a state; `None` where somebody else has it.
fn lock(folder: &Path) -> Result<Option<File>, TableError> {
    let path = folder.join("validation.lock");
    let failed = |source| TableError::Io { path: path.clone(), source };
    match std::fs::create_dir(folder) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => return Err(failed(source)),
        _ => {}
    }
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

//! The validation state: what rules ask of a whole tree, kept on disk for one commit, so that a change costs what it
//! changes and not what the memory holds.
//!
//! Two tables in the folder of the index: the base, with the facts of every file of one commit, and the changes, with
//! those of the few files that differ in a later one. When the changes grow many, both become a new base. The state is
//! derived: whatever does not fit (another ontology, another version of this program, damage) is made anew, and who
//! finds none looks at the whole tree instead, with the same answer.

mod base;
mod build;
mod judge;
mod keep;

pub(super) use judge::{brought, with_known};
pub(super) use keep::{keep_up, verify};

use super::EngineError;
use super::memory::INDEX_FOLDER;
use crate::base::{CommitId, Digest};
use crate::change::{self, ParseCache};
use crate::check::{FileFacts, Overlay};
use crate::git::{At, Change, ReadRepository, Repository};
use crate::index::{Table, TableError};
use crate::ontology::Ontology;
use base::Base;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the facts: another one means that a state is made anew. This program's own version counts too.
const FORMAT: u32 = 1;
/// The most files that the changes hold.
const MOST_CHANGED: usize = 256;
/// The most files that a commit may differ from the state in, for it to be of use.
const MOST_APART: usize = 2_000;

/// The state as it is on disk.
pub(super) struct State {
    base: Base,
    /// The commit that base and changes together are of.
    commit: CommitId,
    changes: Changes,
}

/// The files in which a commit differs from the base, by path.
pub(super) type Changes = BTreeMap<Vec<u8>, Changed>;

/// One file that differs: what it was in the base, and what it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Changed {
    was: Option<FileFacts>,
    is: Option<FileFacts>,
}

/// What the table of changes notes about itself.
#[derive(Serialize, Deserialize)]
struct ChangesNote {
    /// The commit of the base that these are the changes to.
    base: CommitId,
    commit: CommitId,
}

/// What a state cannot do.
#[derive(Debug, thiserror::Error)]
pub(super) enum StateError {
    /// It is damaged, or cannot be read or written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The repository failed.
    #[error(transparent)]
    Git(#[from] crate::git::GitError),
}

impl From<StateError> for EngineError {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Git(error) => error.into(),
            StateError::Table(error) => Self::new(
                super::Code::Unavailable,
                "the validation state cannot be kept: pushes are checked more slowly",
            )
            .caused_by(error),
        }
    }
}

impl State {
    /// Opens the state in a folder; `None` where there is none that this program can use for trees of this ontology.
    pub(super) fn open(folder: &Path, ontology: &Digest) -> Result<Option<Self>, TableError> {
        let Some(base) = Base::open(&base_path(folder), ontology)? else { return Ok(None) };
        let mut state = Self { commit: base.note().commit, base, changes: Changes::new() };
        if let Some(table) = Table::open(&changes_path(folder))? {
            let note: ChangesNote = table.note()?;
            // Left over from another base: a crash came between two renames.
            if note.base == state.commit {
                state.commit = note.commit;
                state.changes = table.rows_from(b"").collect::<Result<_, _>>()?;
            }
        }
        Ok(Some(state))
    }

    /// The files in which a commit differs from the base; `None` where there are too many to look at.
    pub(super) fn changes_to(
        &self,
        repo: &Repository,
        commit: CommitId,
        ontology: &Ontology,
        cache: &ParseCache,
    ) -> Result<Option<Changes>, StateError> {
        let newer = repo.changes(Some(At::Commit(self.commit)), At::Commit(commit))?;
        if newer.len() > MOST_APART {
            return Ok(None);
        }
        self.with(repo, newer, ontology, cache).map(Some)
    }

    /// The changes, and newer ones on top of them.
    fn with(
        &self,
        repo: &Repository,
        newer: Vec<Change>,
        ontology: &Ontology,
        cache: &ParseCache,
    ) -> Result<Changes, StateError> {
        let mut changes = self.changes.clone();
        let (paths, entries): (Vec<_>, Vec<_>) = newer.into_iter().map(|change| (change.path, change.new)).unzip();
        let entries = entries.into_iter().flatten().collect();
        for path in paths {
            let was = match changes.remove(&path) {
                Some(changed) => changed.was,
                None => self.base.facts(&path)?,
            };
            changes.insert(path, Changed { was, is: None });
        }
        for file in change::read_files(repo, entries, ontology, cache)? {
            changes.entry(file.path.clone()).or_default().is = Some(FileFacts::of(&file, ontology));
        }
        Ok(changes)
    }

    /// What is known of the tree that differs from the base in these files.
    pub(super) fn known(&self, changes: Changes) -> Overlay<'_> {
        let (were, are): (Vec<_>, Vec<_>) = changes.into_values().map(|changed| (changed.was, changed.is)).unzip();
        Overlay::new(&self.base, were.into_iter().flatten(), are.into_iter().flatten())
    }

    /// Whether a row turned out to be damaged while the state was asked.
    pub(super) fn is_damaged(&self) -> bool {
        self.base.is_damaged()
    }
}

/// Where a repository without a server keeps its state.
pub(super) fn local_folder(repo: &Repository) -> PathBuf {
    repo.git_dir().join(INDEX_FOLDER)
}

/// Throws a state away: the next landing makes it anew.
pub(super) fn forget(folder: &Path) {
    for path in [base_path(folder), changes_path(folder)] {
        // Where it stays it is as damaged the next time, and thrown away then.
        let _ = std::fs::remove_file(path);
    }
}

fn base_path(folder: &Path) -> PathBuf {
    folder.join("validation.base")
}

fn changes_path(folder: &Path) -> PathBuf {
    folder.join("validation.changes")
}

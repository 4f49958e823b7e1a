//! Judges a change by the state: what it brings, at the cost of what it changes.

use super::{Changes, State, StateError, forget};
use crate::base::CommitId;
use crate::change::{self, Judged, KnownTree, ParseCache};
use crate::check::Report;
use crate::git::{At, Repository};
use crate::index::TableError;
use crate::ontology::Ontology;
use std::path::Path;
use std::sync::Arc;

/// What a commit brings compared with another one, found with the state in a folder. `None` where the whole trees have to
/// be looked at: there is no state that fits, or the change reaches too far.
pub(in crate::engine) fn brought(
    repo: &Repository,
    folder: &Path,
    before: CommitId,
    after: CommitId,
    cache: &ParseCache,
) -> Option<Report> {
    let trees = (At::Commit(before), At::Commit(after));
    let judged: Option<Judged> = with_known(repo, folder, before, cache, |known| {
        // What cannot be read here is looked at with the whole trees, and told there.
        known.and_then(|known| change::judge_known(repo, trees, known, cache).unwrap_or_default())
    });
    judged.map(|judged| judged.report)
}

/// Works with what the state in a folder knows of a commit; with nothing, where there is no state that fits.
pub(in crate::engine) fn with_known<T>(
    repo: &Repository,
    folder: &Path,
    commit: CommitId,
    cache: &ParseCache,
    work: impl FnOnce(Option<&KnownTree<'_>>) -> T,
) -> T {
    match open(repo, folder, commit, cache) {
        Ok(Some((state, ontology, apart))) => {
            let known = state.known(apart);
            let done = work(Some(&KnownTree { ontology: &ontology, known: &known }));
            if state.is_damaged() {
                forget(folder);
            }
            done
        }
        Ok(None) => work(None),
        Err(error) => {
            tracing::debug!(%error, "the validation state is of no use");
            if let StateError::Table(TableError::Damaged { .. }) = error {
                forget(folder);
            }
            work(None)
        }
    }
}

/// The state, the ontology of a commit, and the files in which that differs from the base of the state.
fn open(repo: &Repository, folder: &Path, commit: CommitId, cache: &ParseCache) -> Result<Option<Opened>, StateError> {
    let ontology = change::kept_ontology(repo, At::Commit(commit), cache)?;
    let Some(state) = State::open(folder, &ontology.digest)? else { return Ok(None) };
    let apart = state.changes_to(repo, commit, &ontology, cache)?;
    Ok(apart.map(|apart| (state, ontology, apart)))
}

type Opened = (State, Arc<Ontology>, Changes);

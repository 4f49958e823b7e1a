//! Where saved queries are asked: of commits with an index, of files that no commit holds, and of what is pushed.

use super::EngineError;
use super::answers::{Answers, Side, ask, broken, is_asked, not_held, queries_among, queries_at};
use super::memory::{Memory, path_changes};
use crate::base::{BlobStore, CommitId, FileMode, Finding, Oid, RepoPath, TreeEntry};
use crate::change::{LoadedTree, load_ontology};
use crate::git::{At, LooseTree, ReadRepository, Repository};
use crate::index::{Index, Landing, PathChange, View};
use crate::ontology::{Ontology, SavedQuery};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The commit of files where nothing was committed yet.
const NOBODYS: CommitId = CommitId(Oid::from_bytes([0; 20]));

impl Memory {
    /// What the saved queries of a commit do not find; with a base only what has come since.
    pub(super) fn broken_at(&self, before: Option<CommitId>, after: CommitId) -> Result<Vec<Finding>, EngineError> {
        let queries = queries_at(&self.repo, At::Commit(after))?;
        let ontology = load_ontology(&self.repo, At::Commit(after))?.0;
        if !is_asked(&ontology, &queries) {
            return Ok(Vec::new());
        }
        let answers = self.answers_at(after, &queries)?;
        self.broken_since(before, &ontology, not_held(queries, answers))
    }

    /// What the saved queries among files that no commit holds do not find; with a base only what has come since.
    pub(super) fn broken_among(
        &self,
        before: Option<CommitId>,
        loose: &LooseTree<'_>,
        tree: &LoadedTree,
    ) -> Result<Vec<Finding>, EngineError> {
        let queries = queries_among(loose.files(), loose)?;
        if !is_asked(&tree.ontology, &queries) {
            return Ok(Vec::new());
        }
        let answers = match self.repo.tip()? {
            None => ask(&*made_of(NOBODYS, apart(&[], loose.files()), loose)?, &tree.ontology, &queries)?,
            Some(tip) => {
                let changes = apart(&self.repo.files(At::Commit(tip))?, loose.files());
                self.with_view(tip, |below| {
                    ask(&Index::view_over(below, tip, changes.clone(), true, loose)?, &tree.ontology, &queries)
                })?
            }
        };
        self.broken_since(before, &tree.ontology, not_held(queries, answers))
    }

    fn broken_since(
        &self,
        before: Option<CommitId>,
        ontology: &Ontology,
        (queries, answers): (Vec<SavedQuery>, Answers),
    ) -> Result<Vec<Finding>, EngineError> {
        let after = Side { queries: &queries, answers: &answers };
        let Some(before) = before.filter(|_| !queries.is_empty()) else { return Ok(broken(ontology, None, after)) };
        let found = self.answers_at(before, &queries)?;
        let known = queries_at(&self.repo, At::Commit(before))?;
        Ok(broken(ontology, Some(Side { queries: &known, answers: &found }), after))
    }

    /// What queries find at a commit.
    pub(super) fn answers_at(&self, commit: CommitId, queries: &[SavedQuery]) -> Result<Answers, EngineError> {
        let ontology = self.ontology(commit)?;
        self.with_view(commit, |view| ask(view, &ontology.ontology, queries))
    }
}

/// What the saved queries of a pushed tip lose by the push; without a tip before, or where everything counts, all that they do not
/// find. The index in a folder is read and never written; where there is none, one is made in memory.
pub(super) fn broken_by_push(
    repo: &Repository,
    folder: &Path,
    before: Option<CommitId>,
    after: CommitId,
) -> Result<Vec<Finding>, EngineError> {
    let queries = queries_at(repo, At::Commit(after))?;
    let ontology = load_ontology(repo, At::Commit(after))?.0;
    if !is_asked(&ontology, &queries) {
        return Ok(Vec::new());
    }
    let both = |near: &Arc<View>| {
        let answers = ask(at(repo, near, after)?.as_ref(), &ontology, &queries)?;
        let (queries, answers) = not_held(queries.clone(), answers);
        let Some(before) = before.filter(|_| !queries.is_empty()) else { return Ok((queries, answers, None)) };
        let was = load_ontology(repo, At::Commit(before))?.0;
        let found = ask(at(repo, near, before)?.as_ref(), &was, &queries)?;
        Ok::<_, EngineError>((queries, answers, Some(found)))
    };
    let asked = nearest(repo, folder, before.unwrap_or(after)).and_then(|near| {
        // What was read of a damaged index does not count; whoever writes it makes it anew.
        both(&near).ok().filter(|_| near.check().is_ok())
    });
    let (queries, answers, found) = asked.map_or_else(|| both(&fresh(repo, before.unwrap_or(after))?), Ok)?;
    let known = before.map(|before| queries_at(repo, At::Commit(before))).transpose()?;
    let before = known.as_ref().zip(found.as_ref()).map(|(queries, answers)| Side { queries, answers });
    Ok(broken(&ontology, before, Side { queries: &queries, answers: &answers }))
}

/// The view that an index in a folder holds of a commit, or else of its own tip.
fn nearest(repo: &Repository, folder: &Path, commit: CommitId) -> Option<Arc<View>> {
    let index = folder.is_dir().then(|| Index::open(folder).ok())??;
    let commit = if index.contains(commit) { commit } else { index.tip().filter(|tip| repo.commit(*tip).is_ok())? };
    index.view(commit).ok()?
}

/// The view at a commit: the one at hand, or what the commit has otherwise.
fn at(repo: &Repository, near: &Arc<View>, commit: CommitId) -> Result<Arc<View>, EngineError> {
    if near.commit() == commit {
        return Ok(Arc::clone(near));
    }
    let changes = repo.changes(Some(At::Commit(near.commit())), At::Commit(commit))?;
    Ok(Arc::new(Index::view_over(near, commit, path_changes(&changes), true, repo)?))
}

/// The view at a commit, made of nothing but git.
fn fresh(repo: &Repository, commit: CommitId) -> Result<Arc<View>, EngineError> {
    made_of(commit, path_changes(&repo.changes(None, At::Commit(commit))?), repo)
}

/// A view made of nothing but files.
fn made_of(commit: CommitId, changes: Vec<PathChange>, blobs: &dyn BlobStore) -> Result<Arc<View>, EngineError> {
    let index = Index::in_memory();
    let landing = Landing { commit, position: 1, changes };
    index.advance(&mut std::iter::once(landing), blobs, &mut |_, _| ())?;
    Ok(index.view(commit)?.expect("the commit was just indexed"))
}

/// The paths at which two lists of files differ, as the index is told of them.
fn apart(were: &[TreeEntry], are: &[TreeEntry]) -> Vec<PathChange> {
    let file = |entry: &TreeEntry| Some((RepoPath::parse(&entry.path).ok()?, entry.oid));
    let plain = |entries: &[TreeEntry]| -> BTreeMap<RepoPath, Oid> {
        entries.iter().filter(|entry| entry.mode == FileMode::File).filter_map(file).collect()
    };
    let (old, new) = (plain(were), plain(are));
    let brought = new.iter().filter(|(path, oid)| old.get(path) != Some(oid));
    let gone = old.keys().filter(|path| !new.contains_key(path));
    let brought = brought.map(|(path, oid)| PathChange { path: path.clone(), blob: Some(*oid) });
    brought.chain(gone.map(|path| PathChange { path: path.clone(), blob: None })).collect()
}

//! The power to write, for [`Repository`].

use super::convert::{commit_id, object_id, oid, other};
use super::history;
use super::repository::Repository;
use super::types::{At, CommitDraft, GitError, MergeFile, MergeOutcome, RefEdit, Signature, Signer, WriteRepository};
use super::update::clean_signature;
use super::{edit, merge, patch, update};
use crate::base::{CommitId, Oid, RepoPath, Timestamp};
use std::cell::RefCell;

/// The header of a signature in a SHA-1 repository.
const SIGNATURE_HEADER: &str = "gpgsig";

impl WriteRepository for Repository {
    fn write_blob(&self, bytes: &[u8]) -> Result<Oid, GitError> {
        self.with(|repo| Ok(oid(&repo.write_blob(bytes).map_err(other("writing a blob"))?)))
    }

    fn edit_tree(&self, at: At, edits: &[(RepoPath, Option<Oid>)]) -> Result<Oid, GitError> {
        self.with_trees(|repo| edit::edit_tree(repo, at, edits))
    }

    fn apply_patch(&self, at: At, patch: &[u8]) -> Result<Oid, GitError> {
        patch::apply(self, at, patch)
    }

    fn merge_with(&self, ours: CommitId, theirs: CommitId, file: MergeFile<'_>) -> Result<MergeOutcome, GitError> {
        let (file, bases) = (RefCell::new(file), self.merge_bases(ours, theirs)?);
        let base = <[CommitId; 1]>::try_from(bases).ok().map(|[base]| base);
        self.with_trees(|repo| merge::merge(repo, base, (ours, theirs), &mut |conflict| (file.borrow_mut())(conflict)))
    }

    fn write_commit(&self, draft: &CommitDraft, signer: Option<&dyn Signer>) -> Result<CommitId, GitError> {
        self.with(|repo| write_commit(repo, draft, signer))
    }

    fn update_refs(&self, edits: &[RefEdit], who: &Signature, message: &str) -> Result<(), GitError> {
        update::update_refs(self, edits, who, message)
    }
}

fn write_commit(
    repo: &gix::Repository,
    draft: &CommitDraft,
    signer: Option<&dyn Signer>,
) -> Result<CommitId, GitError> {
    let mut commit = gix::objs::Commit {
        tree: object_id(draft.tree),
        parents: draft.parents.iter().map(|parent| object_id(parent.0)).collect(),
        author: actor(&draft.author, draft.author.at),
        committer: actor(&draft.committer, not_before_parents(repo, draft)?),
        encoding: None,
        message: clean_message(&draft.message).into(),
        extra_headers: Vec::new(),
    };
    repo.find_tree(commit.tree).map_err(other("writing a commit"))?;
    if let Some(signer) = signer {
        let mut payload = Vec::new();
        gix::objs::WriteTo::write_to(&commit, &mut payload)
            .map_err(|source| GitError::Io { what: "cannot serialise a commit".to_owned(), source })?;
        let signature = signer.sign(&payload)?;
        commit.extra_headers.push((SIGNATURE_HEADER.into(), signature.trim_end().into()));
    }
    Ok(commit_id(&repo.write_object(&commit).map_err(other("writing a commit"))?))
}

/// The committer's date, which never lies before a parent's: reading as of a time relies on it.
fn not_before_parents(repo: &gix::Repository, draft: &CommitDraft) -> Result<Timestamp, GitError> {
    draft
        .parents
        .iter()
        .try_fold(draft.committer.at, |latest, parent| Ok(latest.max(history::commit(repo, *parent)?.committer.at)))
}

fn actor(who: &Signature, at: Timestamp) -> gix::actor::Signature {
    let who = clean_signature(who);
    gix::actor::Signature {
        name: who.name.into(),
        email: who.email.into(),
        time: gix::date::Time::new(at.seconds(), 0),
    }
}

/// A message as git keeps it: no NUL, one line break at its end.
fn clean_message(message: &str) -> String {
    format!("{}\n", message.replace('\0', "").trim_end())
}

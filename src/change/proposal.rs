//! Proposing: writes the proposed commit of an update on its base commit. No reference moves.

use super::diff::diff_digest;
use super::edits::{ChangeSpec, FileChange, MAX_CHANGES, MAX_PATCH_BYTES, Outcome, Refusal, Refused, not_a_file, plan};
use super::merge::clean_signature;
use super::message::compose;
use super::tree::load_ontology;
use crate::base::id::UpdateId;
use crate::base::store::{BlobError, ShownBytes};
use crate::base::{CommitId, Digest, Oid, RepoPath, TreeEntry};
use crate::git::{At, Change, CommitDraft, GitError, Signature, Signer, WriteRepository};
use std::collections::BTreeMap;

/// From how many changes on all files of the base commit are listed, and not looked up one by one.
const LISTED_FROM: usize = 32;

/// An update to be written as a commit.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// Which update it belongs to.
    pub update: &'a UpdateId,
    /// The commit it speaks of, which becomes the parent.
    pub base: CommitId,
    /// What it changes.
    pub spec: &'a ChangeSpec,
    /// One line for people.
    pub title: &'a str,
    /// Why, for people.
    pub reason: &'a str,
    /// Who proposes.
    pub author: Signature,
    /// The engine, and its present moment.
    pub committer: Signature,
}

/// A proposed commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The commit.
    pub head: CommitId,
    /// Its tree.
    pub tree: Oid,
    /// The paths that differ from the base commit.
    pub changes: Vec<Change>,
    /// What an approval of it is bound to.
    pub diff_digest: Digest,
}

/// Why there is no proposed commit.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The request is at fault.
    #[error("{field}: {refusal}")]
    Refused {
        /// Which field of the request, such as `changes[2].path`.
        field: String,
        /// What is wrong with it.
        refusal: Refusal,
    },
    /// The repository failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<Refused> for ProposeError {
    fn from((field, refusal): Refused) -> Self {
        Self::Refused { field, refusal }
    }
}

/// Writes the blobs, the tree and the commit of a proposal; one that is a commit already stays as it is.
pub fn propose(
    repo: &dyn WriteRepository,
    proposal: &Proposal<'_>,
    signer: Option<&dyn Signer>,
) -> Result<Proposed, ProposeError> {
    let base = At::Commit(proposal.base);
    let limit = load_ontology(repo, base)?.0.limits.max_file_bytes as u64;
    let tree = match proposal.spec {
        ChangeSpec::Changes(changes) => changed_tree(repo, base, changes, limit)?,
        ChangeSpec::Patch(patch) => patched_tree(repo, base, patch)?,
        ChangeSpec::Head(head) => repo.commit(*head)?.tree,
        ChangeSpec::Revert => tree_before(repo, proposal.base)?,
    };
    let changes = accepted(repo, base, tree, limit).map_err(|error| error.at(proposal.spec.field()))?;
    let head = match proposal.spec {
        ChangeSpec::Head(head) => *head,
        _ => write(repo, proposal, tree, signer)?,
    };
    let diff_digest = diff_digest(&changes);
    Ok(Proposed { head, tree, changes, diff_digest })
}

fn changed_tree(repo: &dyn WriteRepository, base: At, changes: &[FileChange], limit: u64) -> Result<Oid, ProposeError> {
    let outcomes = plan(&files_near(repo, base, changes)?, changes, limit)?;
    let edits: Result<Vec<(RepoPath, Option<Oid>)>, GitError> =
        outcomes.into_iter().map(|(path, outcome)| Ok((path.clone(), blob_of(repo, outcome)?))).collect();
    Ok(repo.edit_tree(base, &edits?)?)
}

/// The files that changes can meet: at their paths, above them and below them.
fn files_near(repo: &dyn WriteRepository, base: At, changes: &[FileChange]) -> Result<Vec<TreeEntry>, GitError> {
    if changes.len() >= LISTED_FROM {
        return repo.files(base);
    }
    let mut near = BTreeMap::new();
    for path in changes.iter().flat_map(FileChange::paths) {
        let names = path.as_str().match_indices('/').map(|(end, _)| &path.as_str()[..end]).chain([path.as_str()]);
        for name in names {
            let Ok(name) = RepoPath::parse(name) else { return repo.files(base) };
            near.extend(repo.entry(base, &name)?.map(|entry| (entry.path.clone(), entry)));
        }
        near.extend(repo.files_below(base, path.as_str())?.into_iter().map(|entry| (entry.path.clone(), entry)));
    }
    Ok(near.into_values().collect())
}

fn blob_of(repo: &dyn WriteRepository, outcome: Outcome<'_>) -> Result<Option<Oid>, GitError> {
    match outcome {
        Outcome::Bytes(bytes) => repo.write_blob(bytes).map(Some),
        Outcome::Blob(oid) => Ok(Some(oid)),
        Outcome::Gone => Ok(None),
    }
}

fn patched_tree(repo: &dyn WriteRepository, base: At, patch: &[u8]) -> Result<Oid, ProposeError> {
    let refused = |refusal| ProposeError::from(("patch".to_owned(), refusal));
    if patch.len() > MAX_PATCH_BYTES {
        return Err(refused(Refusal::TooLarge {
            path: "the patch".into(),
            size: patch.len() as u64,
            limit: MAX_PATCH_BYTES as u64,
        }));
    }
    if patch.trim_ascii().is_empty() {
        return Err(refused(Refusal::Empty));
    }
    repo.apply_patch(base, patch).map_err(|error| match error {
        GitError::PatchRefused { reason } => refused(Refusal::DoesNotApply { reason }),
        other => other.into(),
    })
}

fn tree_before(repo: &dyn WriteRepository, commit: CommitId) -> Result<Oid, ProposeError> {
    let parent = repo.commit(commit)?.parents.first().copied();
    let parent = parent.ok_or_else(|| ("revert".to_owned(), Refusal::NoParent))?;
    Ok(repo.commit(parent)?.tree)
}

/// A refusal that does not know its field yet.
enum NotAccepted {
    Refusal(Refusal),
    Git(GitError),
}

impl NotAccepted {
    fn at(self, field: &str) -> ProposeError {
        match self {
            Self::Refusal(refusal) => (field.to_owned(), refusal).into(),
            Self::Git(error) => error.into(),
        }
    }
}

impl From<GitError> for NotAccepted {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

/// What the tree changes, once all of it is found to be ordinary files within the limits.
fn accepted(repo: &dyn WriteRepository, base: At, tree: Oid, limit: u64) -> Result<Vec<Change>, NotAccepted> {
    let refuse = |refusal| Err(NotAccepted::Refusal(refusal));
    if repo.memory_root(base)? != repo.memory_root(At::Tree(tree))? {
        return refuse(Refusal::MovesRoot);
    }
    let changes = repo.changes(Some(base), At::Tree(tree))?;
    if changes.is_empty() {
        return refuse(Refusal::Empty);
    }
    let written = changes.iter().filter(|change| change.new.is_some()).count();
    let count = written.max(changes.len() - written);
    if count > MAX_CHANGES {
        return refuse(Refusal::TooMany { count });
    }
    changes.iter().try_for_each(|change| accept(repo, change, limit))?;
    Ok(changes)
}

fn accept(repo: &dyn WriteRepository, change: &Change, limit: u64) -> Result<(), NotAccepted> {
    let Some(new) = &change.new else { return Ok(()) };
    let path = ShownBytes(&new.path).to_string();
    if let Err(bad) = RepoPath::parse(&new.path) {
        return Err(NotAccepted::Refusal(Refusal::BadPath { path, reason: bad.to_string() }));
    }
    if let Some(what) = not_a_file(new.mode) {
        return Err(NotAccepted::Refusal(Refusal::Blocked { blocker: path.clone(), path, what }));
    }
    match repo.blob(new.oid, limit) {
        Ok(_) => Ok(()),
        Err(BlobError::TooLarge { size, limit, .. }) => {
            Err(NotAccepted::Refusal(Refusal::TooLarge { path, size, limit }))
        }
        Err(error) => Err(NotAccepted::Git(super::tree::unreadable(error))),
    }
}

fn write(
    repo: &dyn WriteRepository,
    proposal: &Proposal<'_>,
    tree: Oid,
    signer: Option<&dyn Signer>,
) -> Result<CommitId, GitError> {
    let mut committer = clean_signature(&proposal.committer);
    committer.at = committer.at.max(repo.commit(proposal.base)?.committer.at);
    let fallback = format!("Update {}", proposal.update);
    let trailers = [("Update", proposal.update.to_string())];
    let message = compose(proposal.title, proposal.reason, &fallback, &trailers);
    let author = clean_signature(&proposal.author);
    repo.write_commit(&CommitDraft { tree, parents: vec![proposal.base], author, committer, message }, signer)
}

//! Holds a merge commit against what it says of itself.

use super::diff::diff_digest;
use super::joined::{Joined, join};
use super::merge::{APPROVED_BY, Approved, DIFF_DIGEST, SOURCE_RUN, UPDATE, VALIDATION_DIGEST};
use super::message::trailers;
use super::scope::out_of_scope;
use crate::base::id::UpdateId;
use crate::base::store::ShownBytes;
use crate::base::{CommitId, Digest, Oid, Principal, Timestamp};
use crate::git::{At, Commit, GitError, WriteRepository};

/// What a merge commit says, read back from its trailers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeFacts {
    /// The update.
    pub update: UpdateId,
    /// What was approved.
    pub diff_digest: Digest,
    /// What validation said.
    pub validation_digest: Digest,
    /// The run it came from.
    pub source_run: Option<String>,
    /// Who approved it.
    pub approvals: Vec<Approved>,
}

/// Why a merge commit cannot be believed.
#[derive(Debug, thiserror::Error)]
pub enum MergeFault {
    /// It is no merge of one update.
    #[error("{commit} has {parents} parents and the merge of an update has two")]
    NotAMerge {
        /// Which commit.
        commit: CommitId,
        /// How many parents it has.
        parents: usize,
    },
    /// A trailer is missing, repeated, or not what it should be.
    #[error("{commit} has no single well-formed `{trailer}:` trailer")]
    Trailer {
        /// Which commit.
        commit: CommitId,
        /// Which trailer.
        trailer: &'static str,
    },
    /// What was merged is not what the trailer says was approved.
    #[error("{commit} merges the diff {actual} and says that {claimed} was approved")]
    DiffDigest {
        /// Which commit.
        commit: CommitId,
        /// What the trailer says.
        claimed: Digest,
        /// What the parents say.
        actual: Digest,
    },
    /// The two parents have no commit in common.
    #[error("the parents of {commit} have no commit in common")]
    Unrelated {
        /// Which commit.
        commit: CommitId,
    },
    /// The parents do not merge without a decision of somebody, so nothing says that the tree is what was approved.
    #[error("the parents of {commit} do not merge cleanly, so its tree is not what was approved")]
    Conflicted {
        /// Which commit.
        commit: CommitId,
    },
    /// The merge holds something else than merging its parents gives.
    #[error("{commit} holds a `{path}` that neither of its parents brought")]
    Smuggled {
        /// Which commit.
        commit: CommitId,
        /// Which path.
        path: String,
    },
    /// The repository failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Checks that the trailers of a merge commit agree with its parents, and that its tree is what merging them gives.
/// The signature is for the caller to check. Where all is well nothing is written that is not there already.
pub fn check_merge(repo: &dyn WriteRepository, id: CommitId) -> Result<MergeFacts, MergeFault> {
    let commit = repo.commit(id)?;
    let &[tip, head] = &commit.parents[..] else {
        return Err(MergeFault::NotAMerge { commit: id, parents: commit.parents.len() });
    };
    let facts = merge_facts(&commit)?;
    let base = repo.merge_base(tip, head)?.ok_or(MergeFault::Unrelated { commit: id })?;
    let actual = diff_digest(&repo.changes(Some(At::Commit(base)), At::Commit(head))?);
    if actual != facts.diff_digest {
        return Err(MergeFault::DiffDigest { commit: id, claimed: facts.diff_digest, actual });
    }
    check_tree(repo, &commit, base, tip, head)?;
    Ok(facts)
}

/// What the trailers of a commit say.
pub fn merge_facts(commit: &Commit) -> Result<MergeFacts, MergeFault> {
    let trailers = Trailers { commit: commit.id, all: trailers(&commit.message) };
    Ok(MergeFacts {
        update: trailers.one(UPDATE, |text| UpdateId::parse(text).ok())?,
        diff_digest: trailers.one(DIFF_DIGEST, |text| Digest::parse(text).ok())?,
        validation_digest: trailers.one(VALIDATION_DIGEST, |text| Digest::parse(text).ok())?,
        source_run: trailers.values(SOURCE_RUN).next().map(str::to_owned),
        approvals: trailers.many(APPROVED_BY, approved)?,
    })
}

struct Trailers {
    commit: CommitId,
    all: Vec<(String, String)>,
}

impl Trailers {
    fn values(&self, key: &'static str) -> impl Iterator<Item = &str> {
        self.all.iter().filter(move |(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    fn many<T>(&self, key: &'static str, read: fn(&str) -> Option<T>) -> Result<Vec<T>, MergeFault> {
        let fault = || MergeFault::Trailer { commit: self.commit, trailer: key };
        self.values(key).map(|text| read(text).ok_or_else(fault)).collect()
    }

    fn one<T>(&self, key: &'static str, read: fn(&str) -> Option<T>) -> Result<T, MergeFault> {
        let mut found = self.many(key, read)?;
        let single = found.pop().filter(|_| found.is_empty());
        single.ok_or(MergeFault::Trailer { commit: self.commit, trailer: key })
    }
}

fn approved(text: &str) -> Option<Approved> {
    let mut words = text.split(' ');
    let by = Principal::parse(words.next()?).ok()?;
    let at = Timestamp::parse(words.next()?).ok()?;
    let signature = words.next().map(Digest::parse).transpose().ok()?;
    words.next().is_none().then_some(Approved { by, at, signature })
}

/// The merge, done again, gives the very tree of the commit, and touches nothing but memory.
fn check_tree(
    repo: &dyn WriteRepository,
    commit: &Commit,
    base: CommitId,
    tip: CommitId,
    head: CommitId,
) -> Result<(), MergeFault> {
    let merged = match base == tip {
        true => Some(repo.commit(head)?.tree),
        false => merged_again(repo, tip, head)?,
    };
    if merged == Some(commit.tree) {
        return match out_of_scope(repo, tip, commit.tree)? {
            Some(beside) => Err(MergeFault::Smuggled { commit: commit.id, path: beside.place.path }),
            None => Ok(()),
        };
    }
    let wanted = merged.ok_or(MergeFault::Conflicted { commit: commit.id })?;
    let differs = repo.changes(Some(At::Tree(wanted)), At::Tree(commit.tree))?;
    let path = differs.first().map_or_else(|| "(outside of memory)".to_owned(), |c| ShownBytes(&c.path).to_string());
    Err(MergeFault::Smuggled { commit: commit.id, path })
}

/// The tree that landing a head on a tip gives: the one merge there is, the same whenever it is done. `None`: it has
/// conflicts.
fn merged_again(repo: &dyn WriteRepository, tip: CommitId, head: CommitId) -> Result<Option<Oid>, GitError> {
    Ok(match join(repo, tip, head)? {
        Joined::Tree(tree) => Some(tree),
        Joined::Conflicted(_) => None,
    })
}

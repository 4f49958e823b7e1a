//! Holds a merge commit against what it says of itself.

use super::merge::{APPROVED_BY, Approved, DIFF_DIGEST, SOURCE_RUN, UPDATE, VALIDATION_DIGEST, update_digest};
use super::message::trailers;
use crate::base::id::UpdateId;
use crate::base::store::ShownBytes;
use crate::base::{CommitId, Digest, Oid, Principal, Timestamp};
use crate::git::{At, Change, Commit, GitError, ReadRepository};
use std::collections::BTreeMap;

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
    /// The merge holds something that neither parent brought.
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

/// Checks that the trailers of a merge commit agree with its parents, and that its tree holds no change
/// but theirs. The signature is for the caller to check.
pub fn check_merge(repo: &dyn ReadRepository, id: CommitId) -> Result<MergeFacts, MergeFault> {
    let commit = repo.commit(id)?;
    let &[tip, head] = &commit.parents[..] else {
        return Err(MergeFault::NotAMerge { commit: id, parents: commit.parents.len() });
    };
    let facts = merge_facts(&commit)?;
    let actual = update_digest(repo, tip, head)?.ok_or(MergeFault::Unrelated { commit: id })?;
    if actual != facts.diff_digest {
        return Err(MergeFault::DiffDigest { commit: id, claimed: facts.diff_digest, actual });
    }
    check_tree(repo, id, tip, head)?;
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

/// Every path where the merge differs from the tip was changed by the head and, where the tip had not
/// touched it, holds exactly what the head holds; and every such path of the head is there.
fn check_tree(repo: &dyn ReadRepository, id: CommitId, tip: CommitId, head: CommitId) -> Result<(), MergeFault> {
    let at = At::Commit;
    let Some(base) = repo.merge_base(tip, head)? else { return Err(MergeFault::Unrelated { commit: id }) };
    let by_tip = outcomes(&repo.changes(Some(at(base)), at(tip))?);
    let by_head = outcomes(&repo.changes(Some(at(base)), at(head))?);
    let by_merge = outcomes(&repo.changes(Some(at(tip)), at(id))?);
    let unexplained = |(path, outcome): &(&Vec<u8>, &Option<Oid>)| match by_head.get(*path) {
        Some(wanted) => !by_tip.contains_key(*path) && wanted != *outcome,
        None => true,
    };
    let left_out = |(path, _): &(&Vec<u8>, &Option<Oid>)| !by_tip.contains_key(*path) && !by_merge.contains_key(*path);
    let smuggled = by_merge.iter().find(unexplained).or_else(|| by_head.iter().find(left_out));
    match smuggled {
        Some((path, _)) => Err(MergeFault::Smuggled { commit: id, path: ShownBytes(path).to_string() }),
        None => Ok(()),
    }
}

fn outcomes(changes: &[Change]) -> BTreeMap<Vec<u8>, Option<Oid>> {
    changes.iter().map(|change| (change.path.clone(), change.new.as_ref().map(|entry| entry.oid))).collect()
}

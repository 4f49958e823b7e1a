//! Checks the signature of a commit in process: what `git verify-commit` says, a hundred times as fast.

use super::convert::{signature as actor, unusable};
use super::history;
use super::repository::Repository;
use super::signers::{AllowedSigners, Verified};
use super::signing::GIT_NAMESPACE;
use super::types::GitError;
use crate::base::CommitId;

/// Says what the signature of a commit is worth, as of the commit's own committer date.
pub fn verify_commit(repository: &Repository, id: CommitId, allowed: &AllowedSigners) -> Result<Verified, GitError> {
    repository.with(|repo| {
        let commit = history::find(repo, id)?;
        let Some((armoured, signed)) = commit.signature().map_err(unusable(id.0))? else {
            return Ok(Verified::Unsigned);
        };
        let at = actor(commit.committer().map_err(unusable(id.0))?).at;
        let Ok(armoured) = std::str::from_utf8(&armoured) else {
            return Ok(Verified::Bad { reason: "it is no SSH signature".to_owned() });
        };
        Ok(allowed.verify(GIT_NAMESPACE, &signed.to_bstring(), armoured, at))
    })
}

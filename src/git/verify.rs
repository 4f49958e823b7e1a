//! Checks the signature of a commit in process: what `git verify-commit` says, a hundred times as fast.

use super::convert::{signature as actor, unusable};
use super::history;
use super::repository::Repository;
use super::signers::{AllowedSigners, Verified};
use super::signing::GIT_NAMESPACE;
use super::types::GitError;
use crate::base::CommitId;

/// How an SSH signature begins.
const SSH_SIGNATURE: &str = "-----BEGIN SSH SIGNATURE-----";

/// Says what the signature of a commit is worth, as of the commit's own committer date.
pub fn verify_commit(repository: &Repository, id: CommitId, allowed: &AllowedSigners) -> Result<Verified, GitError> {
    repository.with(|repo| {
        let commit = history::find(repo, id)?;
        let Some((armoured, signed)) = commit.signature().map_err(unusable(id.0))? else {
            return Ok(Verified::Unsigned);
        };
        let at = actor(commit.committer().map_err(unusable(id.0))?).at;
        let ssh = std::str::from_utf8(&armoured).ok().filter(|text| text.trim_start().starts_with(SSH_SIGNATURE));
        let Some(armoured) = ssh else {
            return Ok(Verified::Unchecked {
                reason: "it is no SSH signature, and no other is checked here".to_owned(),
            });
        };
        Ok(allowed.verify(GIT_NAMESPACE, &signed.to_bstring(), armoured, at))
    })
}

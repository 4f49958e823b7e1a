//! What a push would land on the default branch.

use super::ParseCache;
use super::tree::{LoadedTree, load, load_pair};
use super::verdict::report;
use crate::base::CommitId;
use crate::check::Report;
use crate::git::{At, GitError, ReadRepository};

/// Checks a pushed tip: what it brings compared with the tip it lands on, or all that is wrong with it
/// where the policy requires a clean tree. The repository sees the quarantined objects.
pub fn validate_push(
    repo: &dyn ReadRepository,
    old_tip: Option<CommitId>,
    new_tip: CommitId,
    require_clean: bool,
    cache: &ParseCache,
) -> Result<Report, GitError> {
    let new = At::Commit(new_tip);
    let (before, after) = match old_tip {
        Some(old) => load_pair(repo, At::Commit(old), new, cache)?,
        None => (LoadedTree::empty(), load(repo, new, cache)?),
    };
    Ok(report(&before, &after, require_clean))
}

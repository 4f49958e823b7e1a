//! Judges a change by the state: what it brings, at the cost of what it changes.

use crate::base::CommitId;
use crate::change::ParseCache;
use crate::check::Report;
use crate::git::Repository;
use std::path::Path;

/// What a commit brings compared with another one; `None` where the whole trees have to be looked at.
pub(in crate::engine) fn brought(
    _repo: &Repository,
    _folder: &Path,
    _before: CommitId,
    _after: CommitId,
    _cache: &ParseCache,
) -> Option<Report> {
    None
}

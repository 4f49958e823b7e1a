//! How much a push may bring in one step.
//!
//! Git's own limit is on what is transferred. A small pack can name one large blob at thousands of paths, and each path is
//! read and judged by itself: so sizes are summed from the objects' headers before anything is read.

use super::EngineError;
use crate::base::{FileMode, TreeEntry};
use crate::git::{GitError, Repository};

/// The most bytes of files that are looked at together: a blob counts once for each path that holds it.
const MOST_BYTES: u64 = 128 << 20;

/// Why so many files are not looked at together; nothing where they may be.
pub(super) fn too_much<'a>(
    repo: &Repository,
    entries: impl IntoIterator<Item = &'a TreeEntry>,
) -> Result<Option<String>, EngineError> {
    let mut sum = 0u64;
    for entry in entries.into_iter().filter(|entry| entry.mode == FileMode::File) {
        sum = sum.saturating_add(read_bytes(repo, entry)?);
        if sum > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Ok(Some(format!("it changes more than {most} MiB of files at once: push it in smaller steps")));
        }
    }
    Ok(None)
}

/// How many bytes are read of a file: none of one that is larger than any that is read.
fn read_bytes(repo: &Repository, entry: &TreeEntry) -> Result<u64, GitError> {
    let size = repo.blob_size(entry.oid)?;
    Ok(if size > MOST_BYTES { 0 } else { size })
}

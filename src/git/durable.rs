//! Makes what was written survive a loss of power.

use super::types::GitError;
use std::fs::File;
use std::io;
use std::path::Path;

/// Waits until everything written to the file system of a directory is on disk: contents and names.
///
/// gix makes nothing durable, and git not the names of what it renames. One call for the whole file
/// system is faster than one per object and per folder.
pub(super) fn flush(directory: &Path) -> Result<(), GitError> {
    let io = |source| GitError::Io { what: "cannot make the repository durable".to_owned(), source };
    sync_file_system(&File::open(directory).map_err(io)?).map_err(io)
}

#[cfg(target_os = "linux")]
fn sync_file_system(directory: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(directory)?)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(directory: &File) -> io::Result<()> {
    rustix::fs::sync();
    directory.sync_all()
}

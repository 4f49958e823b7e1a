//! An object that is being written: a file of its own until all of it is on disk, then renamed to its digest.

use super::make_private;
use crate::base::id::fresh_ulid;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What the names of unfinished files begin with. No digest does.
const PREFIX: &str = "incoming-";

/// A file that is gone again unless it is finished.
pub(super) struct Incoming {
    path: PathBuf,
    file: File,
}

impl Incoming {
    pub(super) fn begin(folder: &Path) -> io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;
        make_private(folder)?;
        let path = folder.join(format!("{PREFIX}{}", fresh_ulid()));
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path, file })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Gives the file its name, and returns when that is on disk.
    pub(super) fn finish(self, name: &Path) -> io::Result<()> {
        let folder = name.parent().expect("an object is in a folder");
        self.file.sync_all()?;
        make_private(folder)?;
        std::fs::rename(&self.path, name)?;
        File::open(folder)?.sync_all()?;
        File::open(folder.parent().expect("that folder is an org's"))?.sync_all()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After a finish there is nothing of this name.
        _ = std::fs::remove_file(&self.path);
    }
}

/// Removes what is unfinished in a folder.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

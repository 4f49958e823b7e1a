//! Where the bytes of a table are written to.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What takes a table that is being written.
pub(super) enum Target {
    Disk(BufWriter<File>),
    Memory(Vec<u8>),
}

impl Target {
    /// A file beside the place of the table.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self::Disk(BufWriter::with_capacity(1 << 20, File::create(beside(path))?)))
    }

    /// Writes behind what was written before.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Disk(file) => file.write_all(bytes),
            Self::Memory(written) => written.write_all(bytes),
        }
    }

    /// Makes what was written durable, and then the table of its place.
    pub(super) fn put_in_place(self, path: &Path) -> io::Result<()> {
        self.into_file()?.sync_all()?;
        std::fs::rename(beside(path), path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Makes what was written the table of its place, for whoever makes it durable later.
    pub(super) fn put_in_place_unsynced(self, path: &Path) -> io::Result<()> {
        self.into_file()?;
        std::fs::rename(beside(path), path)
    }

    fn into_file(self) -> io::Result<File> {
        let Self::Disk(file) = self else { return Err(wrong("it is written in memory and has no place")) };
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }

    /// What was written in memory.
    pub(super) fn into_bytes(self) -> io::Result<Vec<u8>> {
        let Self::Memory(written) = self else { return Err(wrong("it is written to a file, not in memory")) };
        Ok(written)
    }
}

fn wrong(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}

/// Where a table lies while it is being written; what a crash leaves there the next writer overwrites.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

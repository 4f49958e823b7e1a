//! Opens what is in a folder without following a link, whatever is moved about meanwhile.
//!
//! A folder is held open, and what is in it is named by way of that handle (`/proc/self/fd` on Linux), so that nobody can put
//! another folder in its place. What was opened is then compared with what the name stands for: a link never is what it leads to.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// `O_NONBLOCK`: opening a fifo that was put in the place of a file does not wait for a writer.
#[cfg(target_os = "linux")]
const UNBLOCKED: i32 = 0o4000;
#[cfg(not(target_os = "linux"))]
const UNBLOCKED: i32 = 0x4;

/// A folder that is held open.
#[derive(Debug)]
pub(super) struct Folder {
    handle: File,
    #[cfg_attr(target_os = "linux", allow(dead_code, reason = "on Linux the handle says where it is"))]
    path: PathBuf,
}

/// Which file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
}

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File(u64),
    Folder,
    Link,
    Special,
}

impl Folder {
    /// Opens a folder that the caller trusts.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let handle = open(path)?;
        if handle.metadata()?.is_dir() {
            Ok(Self { handle, path: path.to_owned() })
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// Opens a folder in this one.
    pub(super) fn folder(&self, name: &OsStr) -> io::Result<Self> {
        let (handle, metadata) = self.entry(name)?;
        if metadata.is_dir() {
            Ok(Self { handle, path: self.path.join(name) })
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// Opens an ordinary file in this folder.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<(File, Identity)> {
        let (handle, metadata) = self.entry(name)?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no ordinary file"));
        }
        Ok((handle, Identity::of(&metadata)))
    }

    /// Opens the file at a path below this folder again, if it is still the same and not shorter.
    pub(super) fn again(&self, path: &str, before: &Identity) -> io::Result<File> {
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut inner: Option<Self> = None;
        for parent in parents.split('/').filter(|parent| !parent.is_empty()) {
            inner = Some(inner.as_ref().unwrap_or(self).folder(parent.as_ref())?);
        }
        let (file, now) = inner.as_ref().unwrap_or(self).file(name.as_ref())?;
        let same = (now.device, now.inode) == (before.device, before.inode) && now.size >= before.size;
        if same { Ok(file) } else { Err(io::Error::other("the file was changed while the run was read")) }
    }

    /// The names in this folder, sorted; one more than the limit where there are more.
    pub(super) fn names(&self, most: usize) -> io::Result<Vec<OsString>> {
        let listed = std::fs::read_dir(self.reach(OsStr::new("")))?.take(most.saturating_add(1));
        let mut names = listed.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    /// What a name stands for.
    pub(super) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
        let metadata = std::fs::symlink_metadata(self.reach(name))?;
        let kind = metadata.file_type();
        Ok(match () {
            () if kind.is_file() => Kind::File(metadata.len()),
            () if kind.is_dir() => Kind::Folder,
            () if kind.is_symlink() => Kind::Link,
            () => Kind::Special,
        })
    }

    fn entry(&self, name: &OsStr) -> io::Result<(File, Metadata)> {
        let path = self.reach(name);
        let before = std::fs::symlink_metadata(&path)?.file_type();
        if before.is_symlink() || before.is_fifo() || before.is_char_device() || before.is_block_device() {
            return Err(io::Error::other("it is a link or a special file"));
        }
        let file = open(&path)?;
        let (opened, named) = (file.metadata()?, std::fs::symlink_metadata(&path)?);
        if (opened.dev(), opened.ino()) == (named.dev(), named.ino()) {
            Ok((file, opened))
        } else {
            Err(io::Error::other("it was replaced while it was opened"))
        }
    }

    #[cfg(target_os = "linux")]
    fn reach(&self, name: &OsStr) -> PathBuf {
        use std::os::fd::AsRawFd;
        Path::new("/proc/self/fd").join(self.handle.as_raw_fd().to_string()).join(name)
    }

    #[cfg(not(target_os = "linux"))]
    fn reach(&self, name: &OsStr) -> PathBuf {
        self.path.join(name)
    }
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino(), size: metadata.len() }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(UNBLOCKED).open(path)
}

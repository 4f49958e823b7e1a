//! The files of a run, from an archive, a folder or one session file: checked, bounded, and known by their digests.
//!
//! Nothing of a bundle is ever written to disk under the name that it has: what came in an archive lies in one file
//! without a name, what is in a folder stays there and is opened beneath the root of that folder, no link followed.

mod archive;
mod beneath;
mod collected;
mod folder;
mod limited;
mod pack;
mod part;
mod path;
mod pax;

pub use part::Part;

use super::Problem;
use crate::base::Digest;
use beneath::Folder;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// What a bundle may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleLimits {
    /// Files and folders, those that are skipped included.
    pub entries: usize,
    /// Bytes of all files, unpacked.
    pub bytes: u64,
    /// Bytes of one file; a larger one is skipped.
    pub file_bytes: u64,
    /// Bytes of a path; a longer one is skipped.
    pub path_bytes: usize,
    /// Components of a path; a deeper one is skipped.
    pub depth: usize,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self { entries: 20_000, bytes: 2 << 30, file_bytes: 1 << 30, path_bytes: 1024, depth: 32 }
    }
}

/// Why files are no bundle at all.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// More entries than the limit.
    #[error("the run has more than {0} files and folders: import a part of it")]
    TooManyFiles(usize),
    /// More bytes than the limit.
    #[error("the run unpacks to more than {0} bytes: import a part of it")]
    TooLarge(u64),
    /// Neither a tar nor a tar.zst.
    #[error("the archive is not a tar or a tar.zst: pack it with `tar --create` or `tar --zstd --create`")]
    NotAnArchive,
    /// A tar that readers can take for different things.
    #[error("the archive is malformed ({0}): pack it again with `tar --create`")]
    Malformed(&'static str),
    /// The path is not what it has to be.
    #[error("the path is not {0}")]
    NotA(&'static str),
    /// It could not be read, or not be put aside.
    #[error("the run could not be read: {0}")]
    Io(#[from] io::Error),
}

impl BundleError {
    /// The reason as conditions name it; it does not change.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooManyFiles(_) => "TooManyFiles",
            Self::TooLarge(_) => "TooLarge",
            Self::NotAnArchive => "NotAnArchive",
            Self::Malformed(_) => "MalformedArchive",
            Self::NotA(_) => "SourceNotFound",
            Self::Io(_) => "SourceUnreadable",
        }
    }
}

/// A file of a bundle.
#[derive(Clone, Debug)]
pub struct BundleFile {
    /// Relative to the run's directory: no `..`, no control character, `/` between the components.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Of its bytes.
    pub digest: Digest,
    place: Place,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
enum Place {
    /// In the file without a name.
    Spool(Arc<File>, u64),
    /// In the folder, as the file that was digested.
    Folder(Arc<Folder>, beneath::Identity),
}

/// The files of a run.
#[derive(Debug)]
pub struct Bundle {
    files: Vec<BundleFile>,
    digest: Digest,
    problems: Vec<Problem>,
}

impl Bundle {
    /// Unpacks a tar or tar.zst into a file without a name in a folder: whatever happens, nothing stays there.
    pub fn from_archive(reader: impl Read, spool_dir: &Path, limits: &BundleLimits) -> Result<Self, BundleError> {
        archive::unpack(reader, tempfile::tempfile_in(spool_dir)?, limits)
    }

    /// Takes the files below a folder, where they stay. Links and special files in it are problems.
    pub fn from_folder(root: &Path, limits: &BundleLimits) -> Result<Self, BundleError> {
        Self::beneath(root, "", limits)
    }

    /// Takes the files below a folder that lies in a root, and refuses a path that leaves the root or goes through a link.
    pub fn beneath(root: &Path, inside: &str, limits: &BundleLimits) -> Result<Self, BundleError> {
        let steps = path::checked(inside.as_bytes(), limits).map_err(|_| BundleError::NotA("below the import root"))?;
        let mut folder = Folder::open(root)?;
        for step in steps.split('/').filter(|step| !step.is_empty()) {
            folder = folder.folder(step.as_ref()).map_err(|_| BundleError::NotA("a folder below the import root"))?;
        }
        folder::take_all(folder, limits)
    }

    /// Takes one session file, and for `NAME.jsonl` what the folder `NAME` beside it holds: its subagents and large results.
    pub fn from_file(path: &Path, limits: &BundleLimits) -> Result<Self, BundleError> {
        folder::take_session(path, limits)
    }

    /// The files, by path.
    pub fn files(&self) -> impl Iterator<Item = &BundleFile> {
        self.files.iter()
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&BundleFile> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &self.files[at])
    }

    /// Opens the file at a path.
    pub fn open(&self, path: &str) -> io::Result<Part> {
        let file =
            self.file(path).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the bundle has no such file"))?;
        match &file.place {
            Place::Spool(spool, offset) => Ok(Part::new(spool.clone(), *offset, file.size)),
            Place::Folder(root, identity) => Ok(Part::new(Arc::new(root.again(&file.path, identity)?), 0, file.size)),
        }
    }

    /// The digest of all paths and bytes: the same for a tar, a tar.zst and a folder of the same files.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// What was left out. Paths in here are not screened; `read` tells the same problems screened.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Writes the files as a tar, the same bytes for the same files.
    pub fn pack(&self, out: impl Write) -> io::Result<()> {
        pack::write(self, out)
    }

    /// Writes the files as a compressed tar, and gives back what it was written to.
    pub fn pack_small<W: Write>(&self, out: W) -> io::Result<W> {
        let mut packing = zstd::Encoder::new(out, 0)?;
        pack::write(self, &mut packing)?;
        packing.finish()
    }
}

//! Bytes that are neither memory nor records, kept by their digest: screened stories, reports, artifacts of runs.
//!
//! One folder for each org: the same bytes of two orgs are there twice, so that none learns what another has. What refers
//! to an object, and until when, is the records' to say; an object that nothing refers to may be removed.

mod incoming;

use crate::base::digest::Digester;
use crate::base::{Digest, OrgId};
use incoming::Incoming;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The objects of every org of a data directory.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// An object that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The digest of its bytes, which is its name.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
}

/// Why an object was not kept, found or removed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It has more bytes than are taken.
    #[error("an object has at most {most} bytes")]
    TooLarge {
        /// How many are taken.
        most: u64,
    },
    /// Its bytes are not those that its name says.
    #[error("the object {digest} is damaged: restore it from a backup, or import the run again")]
    Damaged {
        /// Its name.
        digest: Digest,
    },
    /// The file system failed.
    #[error("the artifact store failed")]
    Io(#[from] io::Error),
}

impl Store {
    /// The store in a folder, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Keeps bytes. What is there already stays as it is.
    pub fn put(&self, org: &OrgId, bytes: &[u8]) -> Result<Kept, StoreError> {
        self.put_from(org, bytes, u64::MAX)
    }

    /// Keeps all that a reader gives, where it is at most so many bytes. When this returns they are on disk.
    pub fn put_from(&self, org: &OrgId, mut from: impl Read, most: u64) -> Result<Kept, StoreError> {
        let mut incoming = Incoming::begin(&self.org(org))?;
        let (mut digester, mut size, mut piece) = (Digester::default(), 0, vec![0; 64 << 10]);
        loop {
            let n = from.read(&mut piece)?;
            if n == 0 {
                break;
            }
            size += n as u64;
            if size > most {
                return Err(StoreError::TooLarge { most });
            }
            digester.add(&piece[..n]);
            incoming.write(&piece[..n])?;
        }
        let digest = digester.finish();
        incoming.finish(&self.path(org, &digest))?;
        Ok(Kept { digest, size })
    }

    /// The bytes of an object; `None` where it is not there. Damage is noticed.
    pub fn get(&self, org: &OrgId, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut file) = self.open(org, digest)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        match Digest::of(&bytes) == *digest {
            true => Ok(Some(bytes)),
            false => Err(StoreError::Damaged { digest: digest.clone() }),
        }
    }

    /// Opens an object to be read in pieces; `None` where it is not there.
    pub fn open(&self, org: &OrgId, digest: &Digest) -> Result<Option<File>, StoreError> {
        there(File::open(self.path(org, digest)))
    }

    /// Removes an object, and says whether it was there.
    pub fn remove(&self, org: &OrgId, digest: &Digest) -> Result<bool, StoreError> {
        Ok(there(std::fs::remove_file(self.path(org, digest)))?.is_some())
    }

    /// The objects of an org, in order. What was being written when a process died is not among them.
    pub fn list(&self, org: &OrgId) -> Result<Vec<Digest>, StoreError> {
        let mut found = Vec::new();
        let Some(folders) = there(std::fs::read_dir(self.org(org)))? else { return Ok(found) };
        for folder in folders {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            let named = |name: &std::ffi::OsStr| Digest::parse(&format!("blake3:{}", name.to_str()?)).ok();
            for file in std::fs::read_dir(folder.path())? {
                found.extend(named(&file?.file_name()));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Removes what processes that died were writing. Only while nobody writes.
    pub fn sweep(&self) -> Result<(), StoreError> {
        let Some(orgs) = there(std::fs::read_dir(&self.folder))? else { return Ok(()) };
        orgs.into_iter().try_for_each(|org| incoming::sweep(&org?.path())).map_err(StoreError::from)
    }

    fn org(&self, org: &OrgId) -> PathBuf {
        self.folder.join(org.as_str())
    }

    fn path(&self, org: &OrgId, digest: &Digest) -> PathBuf {
        let hex = &digest.as_str()["blake3:".len()..];
        self.org(org).join(&hex[..2]).join(hex)
    }
}

fn there<T>(result: io::Result<T>) -> Result<Option<T>, StoreError> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => Ok(Some(other?)),
    }
}

/// Makes a folder that only this user can look into.
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

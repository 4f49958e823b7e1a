//! What other folders may ask of a git object store without knowing git.

use super::Oid;
use std::fmt;

/// The mode of a tree entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileMode {
    /// An ordinary file, executable or not.
    File,
    /// A symbolic link.
    Symlink,
    /// A submodule (gitlink).
    Submodule,
}

/// One file of a tree, with its whole path in bytes as git holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// The path from the memory root. Git paths are bytes and need not be UTF-8.
    pub path: Vec<u8>,
    /// What it is.
    pub mode: FileMode,
    /// Its object.
    pub oid: Oid,
}

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The object is missing, damaged, or no blob.
    #[error("blob {oid} cannot be read: {reason}")]
    Unreadable {
        /// Which object.
        oid: Oid,
        /// What happened.
        reason: String,
    },
    /// The object is larger than the reader's limit; its size was taken from its header.
    #[error("blob {oid} has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Which object.
        oid: Oid,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
}

/// Reads blobs by id.
pub trait BlobStore: Send + Sync {
    /// The bytes of a blob, refused before decoding when its header says more than `limit` bytes.
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError>;
}

/// Shows bytes that should be text: invalid UTF-8 and control characters escaped.
pub struct ShownBytes<'a>(pub &'a [u8]);

impl fmt::Display for ShownBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
            }
            chunk.invalid().iter().try_for_each(|b| write!(f, "\\x{b:02x}"))?;
        }
        Ok(())
    }
}

//! What a table's file is made of: blocks, links to blocks, and the foot.

use super::TableError;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// What a table's file ends with. Its last byte is the version of the format.
const MAGIC: [u8; 8] = *b"lktable\x01";
/// The length of the tail: the foot's length and checksum, and the magic.
const TAIL: u64 = 16;
/// The longest block or foot that is read.
pub(super) const LONGEST_BLOCK: usize = 4 << 20;
/// The most levels of blocks: each holds many of the level below.
const MOST_LEVELS: u32 = 24;

/// Where a block is, and what its bytes come to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Link {
    pub(super) at: u64,
    pub(super) len: u32,
    pub(super) crc: u32,
}

/// The end of a file, from which everything else is found.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Foot {
    pub(super) rows: u64,
    /// How many levels of blocks there are; the lowest holds the rows.
    pub(super) levels: u32,
    pub(super) root: Link,
    pub(super) note: Vec<u8>,
}

/// What goes wrong with a block.
#[derive(Debug)]
pub(super) enum BlockError {
    Io(io::Error),
    Damaged(&'static str),
}

impl From<io::Error> for BlockError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too early"),
            _ => Self::Io(error),
        }
    }
}

impl BlockError {
    pub(super) fn of(self, path: &Path) -> TableError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => TableError::Io { path, source },
            Self::Damaged(reason) => TableError::Damaged { path, reason },
        }
    }
}

impl Link {
    /// A link to bytes that are written at a place.
    pub(super) fn to(at: u64, bytes: &[u8]) -> Self {
        Self { at, len: u32::try_from(bytes.len()).unwrap_or(u32::MAX), crc: crc32fast::hash(bytes) }
    }

    pub(super) fn checked_len(self) -> Result<usize, BlockError> {
        let len = self.len as usize;
        if len <= LONGEST_BLOCK { Ok(len) } else { Err(BlockError::Damaged("a block is too long")) }
    }
}

/// An entry of a block: a key, and its row or a link.
type Entry<'b> = (&'b [u8], &'b [u8]);

/// The entries of a block.
pub(super) fn entries(block: &[u8]) -> Result<Vec<Entry<'_>>, BlockError> {
    postcard::from_bytes(block).map_err(|_| BlockError::Damaged("a block cannot be read"))
}

/// One value of a row, a link or a note.
pub(super) fn decode<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, BlockError> {
    postcard::from_bytes(bytes).map_err(|_| BlockError::Damaged("a row cannot be read"))
}

/// What a file ends with, below what is written before it.
pub(super) fn foot_and_tail(foot: &[u8]) -> Vec<u8> {
    let link = Link::to(0, foot);
    [foot, &link.len.to_le_bytes(), &link.crc.to_le_bytes(), &MAGIC].concat()
}

/// Reads the end of a file.
pub(super) fn read_foot(file: &File) -> Result<Foot, BlockError> {
    let too_short = BlockError::Damaged("it ends too early");
    let Some(tail_at) = file.metadata()?.len().checked_sub(TAIL) else { return Err(too_short) };
    let mut tail = [0; TAIL as usize];
    file.read_exact_at(&mut tail, tail_at)?;
    if tail[8..] != MAGIC {
        return Err(BlockError::Damaged("it is no table of this format"));
    }
    let number = |at: usize| u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
    let link = Link { at: 0, len: number(0), crc: number(4) };
    let mut foot = vec![0; link.checked_len()?];
    let Some(at) = tail_at.checked_sub(u64::from(link.len)) else { return Err(too_short) };
    file.read_exact_at(&mut foot, at)?;
    let sound = crc32fast::hash(&foot) == link.crc;
    let foot: Foot = decode(&foot)?;
    let possible = (1..=MOST_LEVELS).contains(&foot.levels);
    if sound && possible { Ok(foot) } else { Err(BlockError::Damaged("its foot is wrong")) }
}

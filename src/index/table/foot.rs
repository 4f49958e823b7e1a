//! What a table ends with, and from which everything else is found.

use super::error::BlockError;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// What a table ends with. Its last byte is the version of the format.
const MAGIC: [u8; 8] = *b"lktable\x02";
/// The length of the tail: the foot's length and checksum, and the magic.
const TAIL: u64 = 16;
/// The longest block or foot that is read.
pub(super) const LONGEST_BLOCK: usize = 4 << 20;
/// The most levels of blocks: each holds at least twice as many as the one above.
const MOST_LEVELS: u32 = 32;

/// Where a block is, and what its bytes come to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Link {
    pub(super) at: u64,
    pub(super) len: u32,
    pub(super) crc: u32,
}

/// The end of a table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Foot {
    pub(super) rows: u64,
    /// How many levels of blocks there are; the lowest holds the rows.
    pub(super) levels: u32,
    pub(super) root: Link,
    pub(super) note: Vec<u8>,
}

impl Link {
    /// A link to bytes that are written at a place.
    pub(super) fn to(at: u64, bytes: &[u8]) -> Self {
        Self { at, len: u32::try_from(bytes.len()).unwrap_or(u32::MAX), crc: crc32fast::hash(bytes) }
    }

    /// Reads the bytes that it leads to, at once into a place that can be shared.
    pub(super) fn read(self, file: &File) -> Result<Arc<[u8]>, BlockError> {
        let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, self.checked_len()?).collect();
        let place = Arc::get_mut(&mut bytes).expect("nobody else has it yet");
        file.read_exact_at(place, self.at)?;
        if crc32fast::hash(place) == self.crc { Ok(bytes) } else { Err(BlockError::Damaged("a checksum is wrong")) }
    }

    fn checked_len(self) -> Result<usize, BlockError> {
        let len = self.len as usize;
        if len <= LONGEST_BLOCK { Ok(len) } else { Err(BlockError::Damaged("a block is too long")) }
    }
}

/// One value of a row, a link or a note.
pub(super) fn decode<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, BlockError> {
    postcard::from_bytes(bytes).map_err(|_| BlockError::Damaged("a row cannot be read"))
}

/// A foot with the tail behind it.
pub(super) fn with_tail(mut foot: Vec<u8>) -> Vec<u8> {
    let link = Link::to(0, &foot);
    foot.extend([link.len.to_le_bytes(), link.crc.to_le_bytes()].concat());
    foot.extend(MAGIC);
    foot
}

/// Reads the foot of a file of a length.
pub(super) fn read(file: &File, len: u64) -> Result<Foot, BlockError> {
    let too_short = || BlockError::Damaged("it ends too early");
    let tail_at = len.checked_sub(TAIL).ok_or_else(too_short)?;
    let mut tail = [0; TAIL as usize];
    file.read_exact_at(&mut tail, tail_at)?;
    if tail[8..] != MAGIC {
        return Err(BlockError::Damaged("it is no table of this format"));
    }
    let number = |at: usize| u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
    let at = tail_at.checked_sub(u64::from(number(0))).ok_or_else(too_short)?;
    let foot: Foot = decode(&Link { at, len: number(0), crc: number(4) }.read(file)?)?;
    let possible = (1..=MOST_LEVELS).contains(&foot.levels);
    if possible { Ok(foot) } else { Err(BlockError::Damaged("its foot is wrong")) }
}

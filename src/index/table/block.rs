//! What a block holds: keys and rows in the order of the keys, each found without reading the others.
//!
//! The entries come first: the length of the key, the key, the row. Then where each of them begins, and then how many
//! there are. These numbers have two bytes, or four in the few blocks that are longer than two can say.

use super::error::BlockError;
use crate::index::columns::{Bytes, push_varint};
use std::ops::Range;

/// The longest block whose numbers have two bytes.
const NARROW: usize = 1 << 16;
const BAD_ENTRY: BlockError = BlockError::Damaged("an entry of a block cannot be read");

/// A block that is read.
pub(super) struct Block<'b> {
    entries: &'b [u8],
    starts: &'b [u8],
    width: usize,
}

impl<'b> Block<'b> {
    /// The block in some bytes.
    pub(super) fn of(bytes: &'b [u8]) -> Result<Self, BlockError> {
        Self::split(bytes).ok_or(BlockError::Damaged("a block cannot be read"))
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() / self.width
    }

    /// A key, and where its row is in the block. The key ends where the row begins.
    pub(super) fn entry(&self, at: usize) -> Result<(&'b [u8], Range<usize>), BlockError> {
        self.split_entry(at).ok_or(BAD_ENTRY)
    }

    /// The key of an entry.
    fn key(&self, at: usize) -> Result<&'b [u8], BlockError> {
        self.split_key(at).map(|(key, _)| key).ok_or(BAD_ENTRY)
    }

    /// The row of an entry.
    pub(super) fn row(&self, at: usize) -> Result<&'b [u8], BlockError> {
        self.entry(at).map(|(_, row)| &self.entries[row])
    }

    /// How many entries from the first on have keys of which something is true.
    pub(super) fn partition(&self, holds: impl Fn(&[u8]) -> bool) -> Result<usize, BlockError> {
        let mut within = 0..self.len();
        while !within.is_empty() {
            let middle = within.start + within.len() / 2;
            match holds(self.key(middle)?) {
                true => within.start = middle + 1,
                false => within.end = middle,
            }
        }
        Ok(within.start)
    }

    /// Where the row of a key is in the block.
    pub(super) fn find(&self, key: &[u8]) -> Result<Option<Range<usize>>, BlockError> {
        let at = self.partition(|found| found < key)?;
        if at == self.len() {
            return Ok(None);
        }
        let (found, row) = self.entry(at)?;
        Ok((found == key).then_some(row))
    }

    fn split(bytes: &'b [u8]) -> Option<Self> {
        let width = width(bytes.len());
        let (bytes, count) = bytes.split_at_checked(bytes.len().checked_sub(width)?)?;
        let starts = number(count).checked_mul(width)?;
        let (entries, starts) = bytes.split_at_checked(bytes.len().checked_sub(starts)?)?;
        Some(Self { entries, starts, width })
    }

    fn split_entry(&self, at: usize) -> Option<(&'b [u8], Range<usize>)> {
        let (key, start) = self.split_key(at)?;
        let end = self.start(at + 1).unwrap_or(self.entries.len());
        (start <= end && end <= self.entries.len()).then_some((key, start..end))
    }

    /// The key of an entry, and where it ends.
    fn split_key(&self, at: usize) -> Option<(&'b [u8], usize)> {
        let mut rest = Bytes::new(self.entries.get(self.start(at)?..)?);
        let len = usize::try_from(rest.varint()?).ok()?;
        let key = rest.take(len)?;
        Some((key, self.entries.len() - rest.rest().len()))
    }

    fn start(&self, at: usize) -> Option<usize> {
        let at = at * self.width;
        self.starts.get(at..at + self.width).map(number)
    }
}

/// How many bytes a number has in a block of a length.
fn width(block: usize) -> usize {
    if block <= NARROW { 2 } else { 4 }
}

fn number(bytes: &[u8]) -> usize {
    match *bytes {
        [a, b] => usize::from(u16::from_le_bytes([a, b])),
        _ => bytes.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte)),
    }
}

/// A block that is being filled.
#[derive(Default)]
pub(super) struct BlockWriter {
    first: Vec<u8>,
    entries: Vec<u8>,
    starts: Vec<usize>,
}

impl BlockWriter {
    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// How long the block is with one more entry, or a few bytes less.
    pub(super) fn size_with(&self, key: &[u8], row: &[u8]) -> usize {
        self.size(2) + key.len() + row.len() + 4
    }

    /// Adds an entry. Its caller sees to the order of the keys.
    pub(super) fn push(&mut self, key: &[u8], row: &[u8]) {
        if self.starts.is_empty() {
            self.first = key.to_vec();
        }
        self.starts.push(self.entries.len());
        push_varint(&mut self.entries, key.len() as u64);
        self.entries.extend_from_slice(key);
        self.entries.extend_from_slice(row);
    }

    /// The first key, and the bytes of the block.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<u8>) {
        let width = width(self.size(2));
        let mut block = self.entries;
        for number in self.starts.iter().chain([&self.starts.len()]) {
            block.extend_from_slice(&number.to_le_bytes()[..width]);
        }
        (self.first, block)
    }

    fn size(&self, width: usize) -> usize {
        self.entries.len() + width * (self.starts.len() + 1)
    }
}

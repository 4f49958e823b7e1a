//! Writes a table: rows in the order of their keys, made durable whole or not at all.

use super::Table;
use super::block::BlockWriter;
use super::error::TableError;
use super::foot::{Foot, LONGEST_BLOCK, Link, with_tail};
use super::source::Source;
use super::target::Target;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};

/// How many bytes a block has at most, unless one row alone has more.
const BLOCK: usize = 4 << 10;
/// How many entries a block above others has at least, however long their keys: each level is shorter than the one below.
const FEWEST_LINKS: usize = 2;
/// The longest key and row.
const LONGEST_ROW: usize = 1 << 20;

/// A table on its way to the disk, beside the one that it may replace, or to memory. One that is dropped before it is
/// finished leaves at most the file beside, which the next writer overwrites.
pub struct TableWriter {
    path: PathBuf,
    target: Target,
    at: u64,
    rows: u64,
    last: Vec<u8>,
    /// The block that is being filled on each level, the lowest first.
    filling: Vec<BlockWriter>,
}

impl TableWriter {
    /// Begins a table in a file. One process at a time writes one path: its caller sees to that.
    pub fn create(path: &Path) -> Result<Self, TableError> {
        let target = Target::create(path).map_err(|source| TableError::Io { path: path.to_owned(), source })?;
        Ok(Self::new(path.to_owned(), target))
    }

    /// Begins a table in memory.
    pub fn in_memory() -> Self {
        Self::new(PathBuf::from("a table in memory"), Target::Memory(Vec::new()))
    }

    /// Adds a row. Each key is above the one before.
    pub fn put<T: Serialize>(&mut self, key: &[u8], row: &T) -> Result<(), TableError> {
        let row = self.encoded(row)?;
        self.put_bytes(key, &row)
    }

    /// Adds a row as it is. Each key is above the one before.
    pub fn put_bytes(&mut self, key: &[u8], row: &[u8]) -> Result<(), TableError> {
        if self.rows > 0 && self.last.as_slice() >= key {
            return Err(self.bad_row("its key is not above the one before"));
        }
        if key.len() + row.len() > LONGEST_ROW {
            return Err(self.bad_row("it is too long"));
        }
        self.rows += 1;
        self.last.clear();
        self.last.extend_from_slice(key);
        self.add(0, key, row)
    }

    /// Writes what is left with a note about the whole, and puts the table in its place, durably.
    pub fn finish<T: Serialize>(mut self, note: &T) -> Result<(), TableError> {
        self.end(note)?;
        let Self { path, target, .. } = self;
        target.put_in_place(&path).map_err(|source| TableError::Io { path, source })
    }

    /// Writes what is left with a note about the whole, and puts the table in its place. A crash may leave it there with holes:
    /// nothing durable is to name it before somebody syncs it.
    pub fn finish_unsynced<T: Serialize>(mut self, note: &T) -> Result<(), TableError> {
        self.end(note)?;
        let Self { path, target, .. } = self;
        target.put_in_place_unsynced(&path).map_err(|source| TableError::Io { path, source })
    }

    /// Writes what is left with a note about the whole, and opens the table that was written in memory.
    pub fn finish_in_memory<T: Serialize>(mut self, note: &T) -> Result<Table, TableError> {
        let foot = self.end(note)?;
        let Self { path, target, .. } = self;
        match target.into_bytes() {
            Ok(bytes) => Ok(Table::new(path, Source::Memory(bytes.into()), foot)),
            Err(source) => Err(TableError::Io { path, source }),
        }
    }

    /// A row of this table that it does not take.
    pub(super) fn bad_row(&self, reason: &'static str) -> TableError {
        TableError::BadRow { path: self.path.clone(), reason }
    }

    fn new(path: PathBuf, target: Target) -> Self {
        Self { path, target, at: 0, rows: 0, last: Vec::new(), filling: vec![BlockWriter::default()] }
    }

    fn add(&mut self, level: usize, key: &[u8], row: &[u8]) -> Result<(), TableError> {
        if level == self.filling.len() {
            self.filling.push(BlockWriter::default());
        }
        let filling = &self.filling[level];
        let fewest = if level == 0 { 1 } else { FEWEST_LINKS };
        if filling.len() >= fewest && filling.size_with(key, row) > BLOCK {
            self.link(level)?;
        }
        self.filling[level].push(key, row);
        Ok(())
    }

    /// Writes the block of a level, and adds a link to it on the level above.
    fn link(&mut self, level: usize) -> Result<(), TableError> {
        let (first, link) = self.flush(level)?;
        let link = self.encoded(&link)?;
        self.add(level + 1, &first, &link)
    }

    /// Writes the block of a level; gives its first key and a link to it.
    fn flush(&mut self, level: usize) -> Result<(Vec<u8>, Link), TableError> {
        let (first, block) = std::mem::take(&mut self.filling[level]).finish();
        debug_assert!(block.len() <= LONGEST_BLOCK, "a block holds little more than its longest rows");
        let link = Link::to(self.at, &block);
        self.target.write(&block).map_err(|source| self.failed(source))?;
        self.at += block.len() as u64;
        Ok((first, link))
    }

    /// Writes what is left: the blocks that are not full, the foot, the tail.
    fn end<T: Serialize>(&mut self, note: &T) -> Result<Foot, TableError> {
        let note = self.encoded(note)?;
        if note.len() > LONGEST_ROW {
            return Err(self.bad_row("the note is too long"));
        }
        let mut level = 0;
        while level + 1 < self.filling.len() {
            self.link(level)?;
            level += 1;
        }
        let (_, root) = self.flush(level)?;
        let foot = Foot { rows: self.rows, levels: self.filling.len() as u32, root, note };
        let tail = with_tail(self.encoded(&foot)?);
        self.target.write(&tail).map_err(|source| self.failed(source))?;
        Ok(foot)
    }

    fn encoded<T: Serialize + ?Sized>(&self, value: &T) -> Result<Vec<u8>, TableError> {
        postcard::to_stdvec(value).map_err(|_| self.bad_row("it cannot be coded"))
    }

    fn failed(&self, source: io::Error) -> TableError {
        TableError::Io { path: self.path.clone(), source }
    }
}

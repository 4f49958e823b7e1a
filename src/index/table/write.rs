//! Writes a table: rows in the order of their keys, made durable whole or not at all.

use super::TableError;
use super::block::{Foot, LONGEST_BLOCK, Link, foot_and_tail};
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// From how many bytes on a block is full.
const BLOCK: usize = 4 << 10;
/// The longest key and row.
const LONGEST_ROW: usize = 1 << 20;

/// A table on its way to the disk, beside the one that it may replace.
pub struct TableWriter {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
    rows: u64,
    /// The block that is being filled on each level, the lowest first.
    filling: Vec<Filling>,
}

#[derive(Default)]
struct Filling {
    entries: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
}

impl TableWriter {
    /// Begins a table. One process at a time writes one path: its caller sees to that.
    pub fn create(path: &Path) -> Result<Self, TableError> {
        let file = File::create(beside(path)).map_err(|source| TableError::Io { path: path.to_owned(), source })?;
        let filling = vec![Filling::default()];
        Ok(Self { path: path.to_owned(), file: BufWriter::with_capacity(1 << 20, file), at: 0, rows: 0, filling })
    }

    /// Adds a row. Each key is above the one before.
    pub fn put<T: Serialize>(&mut self, key: &[u8], row: &T) -> Result<(), TableError> {
        let row = self.encoded(row)?;
        if self.filling[0].entries.last().is_some_and(|(last, _)| last.as_slice() >= key) {
            return Err(self.bad_row("its key is not above the one before"));
        }
        if key.len() + row.len() > LONGEST_ROW {
            return Err(self.bad_row("it is too long"));
        }
        self.rows += 1;
        self.add(0, key.to_vec(), row)
    }

    /// Writes what is left with a note about the whole, and puts the table in its place, durably.
    pub fn finish<T: Serialize>(mut self, note: &T) -> Result<(), TableError> {
        let note = self.encoded(note)?;
        let mut level = 0;
        let root = loop {
            let (first, link) = self.flush(level)?;
            level += 1;
            if level == self.filling.len() {
                break link;
            }
            let link = self.encoded(&link)?;
            self.add(level, first, link)?;
        };
        let foot = Foot { rows: self.rows, levels: level as u32, root, note };
        let foot = foot_and_tail(&self.encoded(&foot)?);
        let Self { path, file, .. } = self;
        put_in_place(&path, file, &foot).map_err(|source| TableError::Io { path, source })
    }

    fn add(&mut self, level: usize, key: Vec<u8>, row: Vec<u8>) -> Result<(), TableError> {
        if level == self.filling.len() {
            self.filling.push(Filling::default());
        }
        if self.filling[level].bytes >= BLOCK {
            let (first, link) = self.flush(level)?;
            let link = self.encoded(&link)?;
            self.add(level + 1, first, link)?;
        }
        let filling = &mut self.filling[level];
        filling.bytes += key.len() + row.len();
        filling.entries.push((key, row));
        Ok(())
    }

    /// Writes the block of a level; gives its first key and a link to it.
    fn flush(&mut self, level: usize) -> Result<(Vec<u8>, Link), TableError> {
        let mut full = std::mem::take(&mut self.filling[level]);
        let block = self.encoded(&full.entries)?;
        debug_assert!(block.len() <= LONGEST_BLOCK, "a block holds little more than its longest row");
        let link = Link::to(self.at, &block);
        self.file.write_all(&block).map_err(|source| TableError::Io { path: self.path.clone(), source })?;
        self.at += block.len() as u64;
        let first = full.entries.first_mut().map(|(first, _)| std::mem::take(first)).unwrap_or_default();
        Ok((first, link))
    }

    fn encoded<T: Serialize + ?Sized>(&self, value: &T) -> Result<Vec<u8>, TableError> {
        postcard::to_stdvec(value).map_err(|_| self.bad_row("it cannot be coded"))
    }

    fn bad_row(&self, reason: &'static str) -> TableError {
        TableError::BadRow { path: self.path.clone(), reason }
    }
}

/// Where a table lies while it is being written; what a crash leaves there the next writer overwrites.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn put_in_place(path: &Path, mut file: BufWriter<File>, foot: &[u8]) -> io::Result<()> {
    file.write_all(foot)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(beside(path), path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

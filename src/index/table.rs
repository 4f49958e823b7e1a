//! An immutable table, in a file or in memory: rows by key, found with a few reads and nothing loaded beforehand.
//!
//! It is a tree of blocks, written once, from its leaves up. A leaf block holds keys and rows in the order of the
//! keys; a block above holds the first key of each block below it, and a link to that block: where it is, how long, and
//! its checksum. The foot at the end links to the topmost block. So whatever is read from a file was checked by what
//! led to it: damage is an error, never another answer.
//!
//! Blocks above the leaves are kept once they are read. Leaves are read each time, unless a [`BlockCache`] keeps them.

mod block;
mod bytes;
mod cache;
mod error;
mod foot;
mod long;
mod rows;
mod source;
mod target;
mod tree;
mod write;

pub use bytes::RowBytes;
pub use cache::BlockCache;
pub use error::TableError;
pub use rows::{ByteRows, Rows};
pub use write::TableWriter;

use block::Block;
use error::BlockError;
use foot::{Foot, decode};
use serde::de::DeserializeOwned;
use source::Source;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tree::Tree;

/// A table that is open for reading. Threads may share it.
pub struct Table {
    path: PathBuf,
    source: Source,
    tree: Tree,
    rows: u64,
    note: Vec<u8>,
}

impl Table {
    /// Opens a table; `None` where there is no file.
    pub fn open(path: &Path) -> Result<Option<Self>, TableError> {
        Self::open_by(path, None)
    }

    /// Opens a table whose leaves are kept in a cache, beside those of others; `None` where there is no file.
    pub fn open_cached(path: &Path, cache: &Arc<BlockCache>) -> Result<Option<Self>, TableError> {
        Self::open_by(path, Some(cache))
    }

    /// How many rows it holds.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many bytes it has in all.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    /// What its writer noted about the whole of it.
    pub fn note<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        self.checked(decode(&self.note))
    }

    /// The row of a key.
    pub fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, TableError> {
        self.checked(self.find(key).and_then(|row| row.map(|row| decode(&row)).transpose()))
    }

    /// The row of a key as it was put, without a copy.
    pub fn get_bytes(&self, key: &[u8]) -> Result<Option<RowBytes>, TableError> {
        self.checked(self.find(key))
    }

    /// Every row whose key begins so, in the order of the keys; all of them for the empty prefix.
    pub fn rows_from<T: DeserializeOwned>(&self, prefix: &[u8]) -> Rows<'_, T> {
        Rows::new(self.bytes_from(prefix))
    }

    /// Every key that begins so with its row as it was put, in the order of the keys; all of them for the empty prefix.
    pub fn bytes_from(&self, prefix: &[u8]) -> ByteRows<'_> {
        ByteRows::new(self, prefix)
    }

    fn open_by(path: &Path, cache: Option<&Arc<BlockCache>>) -> Result<Option<Self>, TableError> {
        let io = |source| TableError::Io { path: path.to_owned(), source };
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(io)?,
        };
        let size = file.metadata().map_err(io)?.len();
        let foot = foot::read(&file, size).map_err(|error| error.of(path))?;
        Ok(Some(Self::new(path.to_owned(), Source::disk(file, size, cache), foot)))
    }

    fn new(path: PathBuf, source: Source, foot: Foot) -> Self {
        Self { path, source, tree: Tree::new(foot.levels, foot.root), rows: foot.rows, note: foot.note }
    }

    fn find(&self, key: &[u8]) -> Result<Option<RowBytes>, BlockError> {
        let Some(link) = self.tree.leaf_of(key, &self.source)? else { return Ok(None) };
        let leaf = self.source.leaf(link)?;
        let row = Block::of(&leaf)?.find(key)?;
        Ok(row.map(|row| leaf.part(row)))
    }

    fn checked<T>(&self, outcome: Result<T, BlockError>) -> Result<T, TableError> {
        outcome.map_err(|error| error.of(&self.path))
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("path", &self.path).field("rows", &self.rows).finish_non_exhaustive()
    }
}

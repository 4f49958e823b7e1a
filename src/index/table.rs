//! An immutable table in one file: rows by key, found with a few positional reads and nothing loaded beforehand.
//!
//! The file is a tree of blocks, written once, from its leaves up. A leaf block holds keys and rows in the order of the
//! keys; a block above holds the first key of each block below it, and a link to that block: where it is, how long, and
//! its checksum. The foot at the end of the file links to the topmost block. So whatever is read was checked by what
//! led to it: damage is an error, never another answer.

mod block;
mod write;

pub use write::TableWriter;

use block::{BlockError, Foot, Link, decode, entries};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Why a table cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The operating system refused something.
    #[error("{path} cannot be used")]
    Io {
        /// The table.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What is in the file is not what was written there: throw it away and make it anew.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The table.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A row is put that no table takes.
    #[error("a row of {path} cannot be written: {reason}")]
    BadRow {
        /// The table.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
}

/// A table that is open for reading. Threads may share it.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    file: File,
    foot: Foot,
}

impl Table {
    /// Opens a table; `None` where there is no file.
    pub fn open(path: &Path) -> Result<Option<Self>, TableError> {
        let io = |source| TableError::Io { path: path.to_owned(), source };
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(io)?,
        };
        let foot = block::read_foot(&file).map_err(|error| error.of(path))?;
        Ok(Some(Self { path: path.to_owned(), file, foot }))
    }

    /// How many rows it holds.
    pub fn rows(&self) -> u64 {
        self.foot.rows
    }

    /// What its writer noted about the whole of it.
    pub fn note<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        self.checked(decode(&self.foot.note))
    }

    /// The row of a key.
    pub fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, TableError> {
        self.checked(self.find(key))
    }

    /// Every row whose key begins so, in the order of the keys; all of them for the empty prefix.
    pub fn rows_from<'t, T: DeserializeOwned>(&'t self, prefix: &'t [u8]) -> Rows<'t, T> {
        Rows {
            table: self,
            prefix,
            todo: vec![(self.foot.levels, self.foot.root)],
            ready: VecDeque::new(),
            last: None,
            row: PhantomData,
        }
    }

    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, BlockError> {
        let mut link = self.foot.root;
        for _ in 1..self.foot.levels {
            let block = self.block(link)?;
            let below = entries(&block)?;
            let Some(at) = below.partition_point(|(first, _)| *first <= key).checked_sub(1) else { return Ok(None) };
            link = decode(below[at].1)?;
        }
        let block = self.block(link)?;
        let rows = entries(&block)?;
        rows.binary_search_by(|(found, _)| (*found).cmp(key)).ok().map(|at| decode(rows[at].1)).transpose()
    }

    fn block(&self, link: Link) -> Result<Vec<u8>, BlockError> {
        let mut bytes = vec![0; link.checked_len()?];
        self.file.read_exact_at(&mut bytes, link.at)?;
        if crc32fast::hash(&bytes) == link.crc { Ok(bytes) } else { Err(BlockError::Damaged("a checksum is wrong")) }
    }

    fn checked<T>(&self, outcome: Result<T, BlockError>) -> Result<T, TableError> {
        outcome.map_err(|error| error.of(&self.path))
    }
}

/// The rows of a table below a prefix. It ends after the first error.
pub struct Rows<'t, T> {
    table: &'t Table,
    prefix: &'t [u8],
    /// Blocks to be read, the next one last, with how many levels each has.
    todo: Vec<(u32, Link)>,
    ready: VecDeque<(Vec<u8>, Vec<u8>)>,
    /// The last key: each is above the one before, however the blocks hang together.
    last: Option<Vec<u8>>,
    row: PhantomData<T>,
}

impl<T: DeserializeOwned> Rows<'_, T> {
    fn step(&mut self) -> Result<Option<(Vec<u8>, T)>, BlockError> {
        while self.ready.is_empty() {
            let Some((levels, link)) = self.todo.pop() else { return Ok(None) };
            self.read(levels, link)?;
        }
        let (key, row) = self.ready.pop_front().expect("something is ready");
        if !key.starts_with(self.prefix) {
            return Ok(None);
        }
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err(BlockError::Damaged("its keys are not in order"));
        }
        self.last = Some(key.clone());
        Ok(Some((key, decode(&row)?)))
    }

    fn read(&mut self, levels: u32, link: Link) -> Result<(), BlockError> {
        let block = self.table.block(link)?;
        let found = entries(&block)?;
        if levels == 1 {
            let wanted = found.iter().filter(|(key, _)| *key >= self.prefix);
            self.ready.extend(wanted.map(|(key, row)| (key.to_vec(), row.to_vec())));
            return Ok(());
        }
        if found.is_empty() {
            return Err(BlockError::Damaged("a block links to nothing"));
        }
        let from = found.partition_point(|(first, _)| *first <= self.prefix).saturating_sub(1);
        for (_, link) in found[from..].iter().rev() {
            self.todo.push((levels - 1, decode(link)?));
        }
        Ok(())
    }
}

impl<T: DeserializeOwned> Iterator for Rows<'_, T> {
    type Item = Result<(Vec<u8>, T), TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let stepped = self.step();
        if !matches!(stepped, Ok(Some(_))) {
            self.todo.clear();
            self.ready.clear();
        }
        self.table.checked(stepped).transpose()
    }
}

//! The rows of a table below a prefix, one after the other.

use super::Table;
use super::block::Block;
use super::bytes::RowBytes;
use super::error::{BlockError, TableError};
use super::foot::decode;
use super::tree::Leaves;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Keys below a prefix with their rows as they were put. It ends after the first error.
pub struct ByteRows<'t> {
    table: &'t Table,
    prefix: Vec<u8>,
    leaves: Leaves<'t>,
    /// The leaf that is being read, and which entry comes next.
    leaf: Option<(RowBytes, usize)>,
    /// The last key: each is above the one before, however the blocks hang together.
    last: Option<RowBytes>,
}

impl<'t> ByteRows<'t> {
    pub(super) fn new(table: &'t Table, prefix: &[u8]) -> Self {
        let leaves = table.tree.leaves_from(prefix, &table.source);
        Self { table, prefix: prefix.to_vec(), leaves, leaf: None, last: None }
    }

    fn step(&mut self) -> Result<Option<(RowBytes, RowBytes)>, BlockError> {
        let Some((key, row)) = self.entry()? else { return Ok(None) };
        if !key.starts_with(&self.prefix) {
            return Ok(None);
        }
        if self.last.as_ref().is_some_and(|last| **last >= *key) {
            return Err(BlockError::Damaged("its keys are not in order"));
        }
        self.last = Some(key.clone());
        Ok(Some((key, row)))
    }

    /// The next entry, whatever its key.
    fn entry(&mut self) -> Result<Option<(RowBytes, RowBytes)>, BlockError> {
        loop {
            if let Some((leaf, next)) = &mut self.leaf {
                let block = Block::of(leaf)?;
                if *next < block.len() {
                    let (key, row) = block.entry(*next)?;
                    *next += 1;
                    let key = row.start - key.len()..row.start;
                    return Ok(Some((leaf.clone().part(key), leaf.clone().part(row))));
                }
            }
            let Some(leaf) = self.leaves.next()? else { return Ok(None) };
            let first = Block::of(&leaf)?.partition(|key| *key < *self.prefix)?;
            self.leaf = Some((leaf, first));
        }
    }

    fn end(&mut self) {
        self.leaf = None;
        self.leaves.end();
    }
}

impl Iterator for ByteRows<'_> {
    type Item = Result<(RowBytes, RowBytes), TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let stepped = self.step();
        if !matches!(stepped, Ok(Some(_))) {
            self.end();
        }
        self.table.checked(stepped).transpose()
    }
}

/// Keys below a prefix with their rows. It ends after the first error.
pub struct Rows<'t, T> {
    bytes: ByteRows<'t>,
    row: PhantomData<T>,
}

impl<'t, T: DeserializeOwned> Rows<'t, T> {
    pub(super) fn new(bytes: ByteRows<'t>) -> Self {
        Self { bytes, row: PhantomData }
    }

    fn decoded(&mut self, key: &[u8], row: &[u8]) -> Result<(Vec<u8>, T), TableError> {
        let row = decode(row);
        if row.is_err() {
            self.bytes.end();
        }
        self.bytes.table.checked(row).map(|row| (key.to_vec(), row))
    }
}

impl<T: DeserializeOwned> Iterator for Rows<'_, T> {
    type Item = Result<(Vec<u8>, T), TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.bytes.next()?;
        Some(found.and_then(|(key, row)| self.decoded(&key, &row)))
    }
}

//! The rows of a segment's table: what stands under which key.

use super::super::table::{Table, TableError, TableWriter};
use super::super::varint;

/// An entry, by the number of its row.
pub(super) const ENTRY: u8 = 1;
/// The lines of a path over time, by the path's number.
pub(super) const WEAVE: u8 = 2;
/// A block of distinct lines, by its number.
pub(super) const LINES: u8 = 3;
/// The paths that have each line of a block at any time.
pub(super) const PATHS: u8 = 4;
/// The blocks that have a gram.
pub(super) const GRAM: u8 = 5;
/// The postings of a word.
pub(super) const WORD: u8 = 6;
/// The words of an English stem.
pub(super) const STEM: u8 = 7;
/// The rows that declare an id.
pub(super) const NAME: u8 = 8;
/// The rows with an alias.
pub(super) const ALIAS: u8 = 9;
/// The rows with an edge to a name.
pub(super) const TARGET: u8 = 10;
/// The rows with a link to a name or a path.
pub(super) const LINK: u8 = 11;
/// A column.
pub(super) const COLUMN: u8 = 12;
/// A row that is too long for one block stands here, under its own key.
const LONG: u8 = 13;

/// From this length on a row is a long one.
const LONG_BYTES: usize = 512 << 10;

/// The key of a numbered row.
pub(super) fn numbered(sort: u8, number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_be_bytes();
    [sort, a, b, c, d]
}

/// The key of a named row. Keys have a bound; what is longer is known by its digest.
pub(super) fn named(sort: u8, name: &str) -> Vec<u8> {
    const LONGEST_NAME: usize = 1024;
    let mut key = vec![sort];
    if name.len() <= LONGEST_NAME {
        key.extend(name.as_bytes());
    } else {
        key.push(0);
        key.extend(crate::base::Digest::of(name.as_bytes()).as_str().as_bytes());
    }
    key
}

/// Writes rows in the order of their keys.
pub(super) struct RowWriter {
    table: TableWriter,
    long: Vec<(Vec<u8>, Vec<u8>)>,
}

impl RowWriter {
    pub(super) fn new(table: TableWriter) -> Self {
        Self { table, long: Vec::new() }
    }

    /// Adds a row, which is never empty.
    pub(super) fn put(&mut self, key: &[u8], row: &[u8]) -> Result<(), TableError> {
        if row.len() < LONG_BYTES {
            return self.table.put_bytes(key, row);
        }
        self.long.push((long_key(key), row.to_vec()));
        self.table.put_bytes(key, &[])
    }

    /// Writes the long rows, and gives the table back to be finished.
    pub(super) fn into_table(mut self) -> Result<TableWriter, TableError> {
        for (key, row) in std::mem::take(&mut self.long) {
            self.table.put_long(&key, &row)?;
        }
        Ok(self.table)
    }
}

fn long_key(key: &[u8]) -> Vec<u8> {
    [&[LONG], key].concat()
}

/// A row's bytes.
pub(in crate::index) enum Row {
    Short(super::super::table::RowBytes),
    Long(Vec<u8>),
}

impl std::ops::Deref for Row {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Short(bytes) => bytes,
            Self::Long(bytes) => bytes,
        }
    }
}

/// The row of a key.
pub(super) fn get(table: &Table, key: &[u8]) -> Result<Option<Row>, TableError> {
    match table.get_bytes(key)? {
        Some(row) if row.is_empty() => Ok(table.get_long(&long_key(key))?.map(Row::Long)),
        row => Ok(row.map(Row::Short)),
    }
}

/// Numbers in ascending order, as the distances between them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ascending {
    bytes: Vec<u8>,
    last: u32,
}

impl Ascending {
    pub(super) fn push(&mut self, number: u32) {
        varint::push(&mut self.bytes, u64::from(number - self.last));
        self.last = number;
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of a list of ascending numbers.
    pub(super) fn of(numbers: &[u32]) -> Vec<u8> {
        let mut list = Self::default();
        numbers.iter().for_each(|number| list.push(*number));
        list.bytes
    }
}

/// Reads ascending numbers back; `None` where the bytes are no such list.
pub(super) fn ascending(mut bytes: &[u8]) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    let mut last = 0u32;
    while !bytes.is_empty() {
        last = last.checked_add(u32::try_from(varint::take(&mut bytes)?).ok()?)?;
        numbers.push(last);
    }
    Some(numbers)
}

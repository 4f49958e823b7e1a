//! A segment: everything the index knows of a range of landings, for the paths that changed in it, in one immutable file that is read as far
//! as a question needs it.
//!
//! Newer segments speak for the paths they hold from the landing on at which each changed; a base speaks for all paths.

mod assemble;
mod build;
mod columns;
mod history;
mod naming;
mod postings;
mod prepare;
mod rows;

pub(super) use build::{Range, build, build_in_memory};
pub(super) use columns::{ADDS, CardColumns, FileColumns, NEVER, SUPERSEDES, WITHHELD};
pub(super) use history::{FileRow, Steps};
pub(super) use naming::NameColumn;
pub(super) use rows::Row;

use super::table::{BlockCache, Table, TableError};
use super::types::{Entry, IndexError};
use super::varint;
use crate::base::{CommitId, Oid};
use crate::note::FileClass;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// The columns, as rows of their own.
const FILES: u32 = 0;
const CARDS: u32 = 1;
const BLOCKS: u32 = 2;
const LANDINGS: u32 = 3;
const NAMES: u32 = 4;

/// A segment open for reading.
#[derive(Debug)]
pub(super) struct Segment {
    table: Table,
    /// The position of the first landing.
    low: u32,
    commits: Vec<CommitId>,
    files: FileColumns,
    cards: OnceLock<CardColumns>,
    names: OnceLock<NameColumn>,
    /// The first line of each block, and the number of lines at the end.
    blocks: OnceLock<Vec<u32>>,
    /// Entries, as long as somebody holds them.
    decoded: OnceLock<Box<[Mutex<Weak<Entry>>]>>,
}

impl Segment {
    /// Opens the segment in a file.
    pub(super) fn open(path: &Path, cache: &Arc<BlockCache>) -> Result<Self, IndexError> {
        let table = Table::open_cached(path, cache)?;
        Self::over(table.ok_or_else(|| IndexError::Damaged(format!("{} is missing", path.display())))?)
    }

    /// A segment over its table.
    pub(super) fn over(table: Table) -> Result<Self, IndexError> {
        let (low, commits): (u32, Vec<[u8; 20]>) = column(&table, LANDINGS)?;
        let files: FileColumns = column(&table, FILES)?;
        if !files.is_sound() || commits.is_empty() {
            return Err(damaged("its files are not sound"));
        }
        let commits = commits.into_iter().map(|id| CommitId(Oid::from_bytes(id))).collect();
        let (cards, names, blocks, decoded) = Default::default();
        Ok(Self { table, low, commits, files, cards, names, blocks, decoded })
    }

    /// The position of its first landing.
    pub(super) fn low(&self) -> u32 {
        self.low
    }

    /// The position of its last landing.
    pub(super) fn high(&self) -> u32 {
        self.low + self.commits.len() as u32 - 1
    }

    /// Its landings, oldest first.
    pub(super) fn commits(&self) -> &[CommitId] {
        &self.commits
    }

    /// Its paths and files.
    pub(super) fn files(&self) -> &FileColumns {
        &self.files
    }

    /// One of its files.
    pub(super) fn file(&self, file: u32) -> FileRow {
        let (class, text, has_secrets) = sort_of(self.files.sorts[file as usize]);
        let start = file as usize * 20;
        let blob = self.files.blobs[start..start + 20].try_into().expect("the columns were checked");
        let (from, to) = (self.files.from[file as usize], self.files.to[file as usize]);
        FileRow { from, to, blob: Oid::from_bytes(blob), class, text, has_secrets }
    }

    /// Its entries.
    pub(super) fn cards(&self) -> Result<&CardColumns, IndexError> {
        if let Some(cards) = self.cards.get() {
            return Ok(cards);
        }
        let cards: CardColumns = column(&self.table, CARDS)?;
        if !cards.is_sound(self.files.paths.len() as usize) {
            return Err(damaged("its entries are not sound"));
        }
        Ok(self.cards.get_or_init(|| cards))
    }

    /// What its entries are called.
    pub(super) fn names(&self) -> Result<&NameColumn, IndexError> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let names: NameColumn = column(&self.table, NAMES)?;
        if !names.is_sound(self.cards()?.len()) {
            return Err(damaged("its names are not sound"));
        }
        Ok(self.names.get_or_init(|| names))
    }

    /// The entry of a row.
    pub(super) fn entry(&self, card: u32) -> Result<Arc<Entry>, IndexError> {
        let rows = self.cards()?.len();
        let slots = self.decoded.get_or_init(|| (0..rows).map(|_| Mutex::new(Weak::new())).collect());
        let mut slot = slots[card as usize].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = slot.upgrade() {
            return Ok(entry);
        }
        let row = self.row(&rows::numbered(rows::ENTRY, card))?.ok_or_else(|| damaged("an entry is missing"))?;
        let entry: Entry = postcard::from_bytes(&row).map_err(|_| damaged("an entry cannot be read"))?;
        let entry = Arc::new(entry);
        *slot = Arc::downgrade(&entry);
        Ok(entry)
    }

    /// The runs of lines of a path over time, as [`super::weave`] codes them; nothing where it was never text.
    pub(super) fn weave(&self, path: u32) -> Result<Option<Row>, IndexError> {
        self.row(&rows::numbered(rows::WEAVE, path))
    }

    /// The first line of each block of lines, and the number of lines at the end.
    pub(super) fn blocks(&self) -> Result<&[u32], IndexError> {
        if let Some(blocks) = self.blocks.get() {
            return Ok(blocks);
        }
        let blocks: Vec<u32> = column(&self.table, BLOCKS)?;
        if blocks.is_empty() || !blocks.is_sorted() {
            return Err(damaged("its lines are not in order"));
        }
        Ok(self.blocks.get_or_init(|| blocks))
    }

    /// A block of lines, each with its `\n`.
    pub(super) fn lines(&self, block: u32) -> Result<Row, IndexError> {
        self.row(&rows::numbered(rows::LINES, block))?.ok_or_else(|| damaged("lines are missing"))
    }

    /// Calls with each (place in the block, path) of some lines of a block, whose places ascend.
    pub(super) fn paths_of_lines(
        &self,
        block: u32,
        lines: &[u32],
        found: &mut dyn FnMut(u32, u32),
    ) -> Result<(), IndexError> {
        let row = self.row(&rows::numbered(rows::PATHS, block))?.ok_or_else(|| damaged("lines are missing"))?;
        let paths = self.files.paths.len();
        each_path(&row, paths, lines, found).ok_or_else(|| damaged("the paths of lines cannot be read"))
    }

    /// The blocks that have a gram.
    pub(super) fn blocks_of_gram(&self, bucket: u32) -> Result<Vec<u32>, IndexError> {
        self.list(&rows::numbered(rows::GRAM, bucket))
    }

    /// Calls with each (row, frequency) that a word has in a field.
    pub(super) fn postings(
        &self,
        word: &Row,
        field: usize,
        posting: &mut dyn FnMut(u32, u32),
    ) -> Result<(), IndexError> {
        postings::each(word, field, posting).ok_or_else(|| damaged("postings cannot be read"))
    }

    /// The postings of a word.
    pub(super) fn word(&self, word: &str) -> Result<Option<Row>, IndexError> {
        self.row(&rows::named(rows::WORD, word))
    }

    /// The words that begin so, ascending.
    pub(super) fn words_from(&self, prefix: &str) -> Result<Vec<String>, IndexError> {
        let key = rows::named(rows::WORD, prefix);
        let mut words = Vec::new();
        for row in self.table.bytes_from(&key) {
            let (key, _) = row?;
            words.push(String::from_utf8(key[1..].to_vec()).map_err(|_| damaged("a word is no text"))?);
        }
        Ok(words)
    }

    /// The words of an English stem.
    pub(super) fn words_of_stem(&self, stem: &str) -> Result<Vec<String>, IndexError> {
        let Some(row) = self.row(&rows::named(rows::STEM, stem))? else { return Ok(Vec::new()) };
        let words = std::str::from_utf8(&row).map_err(|_| damaged("a word is no text"))?;
        Ok(words.split_terminator(' ').map(str::to_owned).collect())
    }

    /// The rows that declare an id.
    pub(super) fn named(&self, id: &str) -> Result<Vec<u32>, IndexError> {
        self.list(&rows::named(rows::NAME, id))
    }

    /// The rows with an alias.
    pub(super) fn with_alias(&self, alias: &str) -> Result<Vec<u32>, IndexError> {
        self.list(&rows::named(rows::ALIAS, alias))
    }

    /// The rows with an edge to a name.
    pub(super) fn with_edge_to(&self, target: &str) -> Result<Vec<u32>, IndexError> {
        self.list(&rows::named(rows::TARGET, target))
    }

    /// The rows with a link that says so or leads to such a path.
    pub(super) fn with_link_to(&self, target: &str) -> Result<Vec<u32>, IndexError> {
        self.list(&rows::named(rows::LINK, target))
    }

    /// Reads every row.
    pub(super) fn read_through(&self) -> Result<(), IndexError> {
        self.table.bytes_from(&[]).try_for_each(|row| row.map(drop))?;
        Ok(())
    }

    fn list(&self, key: &[u8]) -> Result<Vec<u32>, IndexError> {
        let Some(row) = self.row(key)? else { return Ok(Vec::new()) };
        rows::ascending(&row).ok_or_else(|| damaged("a list cannot be read"))
    }

    fn row(&self, key: &[u8]) -> Result<Option<Row>, IndexError> {
        Ok(rows::get(&self.table, key)?)
    }
}

fn column<T: DeserializeOwned>(table: &Table, column: u32) -> Result<T, IndexError> {
    let row = rows::get(table, &rows::numbered(rows::COLUMN, column))?.ok_or_else(|| damaged("a column is missing"))?;
    postcard::from_bytes(&row).map_err(|_| damaged("a column cannot be read"))
}

fn each_path(mut row: &[u8], below: u32, lines: &[u32], found: &mut dyn FnMut(u32, u32)) -> Option<()> {
    let mut passed = 0;
    for line in lines {
        for _ in passed..*line {
            let count = varint::take(&mut row)?;
            varint::skip(&mut row, count)?;
        }
        let mut path = 0u32;
        for _ in 0..varint::take(&mut row)? {
            path = path.checked_add(u32::try_from(varint::take(&mut row)?).ok()?)?;
            if path >= below {
                return None;
            }
            found(*line, path);
        }
        passed = line + 1;
    }
    Some(())
}

/// How a class is coded, whether a file is text that ends with a line break, and whether it holds secrets.
fn sort_code(file: &FileRow) -> u8 {
    let class = assemble::classes().iter().position(|known| *known == file.class).expect("every class is listed");
    class as u8 | file.text.map_or(0, |newline| 16 << u8::from(newline)) | u8::from(file.has_secrets) << 6
}

fn sort_of(code: u8) -> (FileClass, Option<bool>, bool) {
    let text = match code & 48 {
        16 => Some(false),
        32 => Some(true),
        _ => None,
    };
    (assemble::classes().get((code & 15) as usize).copied().unwrap_or(FileClass::Other), text, code & 64 != 0)
}

pub(super) fn damaged(reason: &str) -> IndexError {
    IndexError::Damaged(reason.to_owned())
}

impl From<TableError> for IndexError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Io { path, source } => Self::Io { path, source },
            TableError::Damaged { .. } | TableError::BadRow { .. } => Self::Damaged(error.to_string()),
        }
    }
}

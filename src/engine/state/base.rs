//! What is known of the tree of one commit, in a table.

use super::FORMAT;
use crate::base::{CommitId, Digest};
use crate::check::{FileFacts, Known, KnownRecord, Spelling, Totals};
use crate::index::{Table, TableError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::path::Path;

/// What the rows of a table are about: the first byte of their keys.
pub(super) const FACTS: u8 = b'f';
pub(super) const RECORDS: u8 = b'i';
pub(super) const REFERRERS: u8 = b'r';
pub(super) const SPELLINGS: u8 = b's';

/// What the base notes about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) format: u32,
    /// The version of the program that wrote it: another one may read files otherwise.
    pub(super) program: String,
    pub(super) commit: CommitId,
    pub(super) ontology: Digest,
    pub(super) totals: Totals,
}

/// The files that refer to an id; `None`: more than a row holds.
pub(super) type Referrers = Option<Vec<(Vec<u8>, u32)>>;

/// The base of a state.
pub(super) struct Base {
    table: Table,
    note: Note,
    damaged: Cell<bool>,
}

impl Note {
    /// The note of a base that this program writes.
    pub(super) fn new(commit: CommitId, ontology: Digest, totals: Totals) -> Self {
        Self { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), commit, ontology, totals }
    }

    fn fits(&self, ontology: &Digest) -> bool {
        self.format == FORMAT && self.program == env!("CARGO_PKG_VERSION") && self.ontology == *ontology
    }
}

/// The key of a row.
pub(super) fn key(about: u8, name: &[u8]) -> Vec<u8> {
    [&[about], name].concat()
}

impl Base {
    /// Opens a base; `None` where there is none, or another ontology's or program's.
    pub(super) fn open(path: &Path, ontology: &Digest) -> Result<Option<Self>, TableError> {
        let Some(table) = Table::open(path)? else { return Ok(None) };
        let note: Note = table.note()?;
        Ok(note.fits(ontology).then_some(Self { table, note, damaged: Cell::new(false) }))
    }

    pub(super) fn note(&self) -> &Note {
        &self.note
    }

    /// The facts of a file; `None` where the tree has no such file.
    pub(super) fn facts(&self, path: &[u8]) -> Result<Option<FileFacts>, TableError> {
        self.table.get(&key(FACTS, path))
    }

    /// The facts of every file, in path order.
    pub(super) fn all_facts(&self) -> impl Iterator<Item = Result<FileFacts, TableError>> {
        self.table.rows_from(&[FACTS]).map(|row| row.map(|(_, facts)| facts))
    }

    /// Whether a row that was asked for could not be read.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged.get()
    }

    /// A row, or what stands for no row; `None` where it cannot be read.
    fn row<T: DeserializeOwned + Default>(&self, about: u8, name: &str) -> Option<T> {
        self.sound(self.table.get(&key(about, name.as_bytes()))).map(Option::unwrap_or_default)
    }

    fn sound<T>(&self, outcome: Result<T, TableError>) -> Option<T> {
        if outcome.is_err() {
            self.damaged.set(true);
        }
        outcome.ok()
    }
}

impl Known for Base {
    fn records(&self, id: &str) -> Option<Vec<KnownRecord>> {
        self.row(RECORDS, id)
    }

    fn referrers(&self, id: &str) -> Option<Vec<(Vec<u8>, u32)>> {
        let row: Option<Referrers> = self.sound(self.table.get(&key(REFERRERS, id.as_bytes())))?;
        row.unwrap_or_else(|| Some(Vec::new()))
    }

    fn spellings(&self, folded: &str) -> Option<Vec<Spelling>> {
        self.row(SPELLINGS, folded)
    }

    fn totals(&self) -> Option<Totals> {
        Some(self.note.totals)
    }

    fn ids_with_prefix(&self, prefix: &str) -> Option<Vec<String>> {
        let start = key(RECORDS, format!("{prefix}:").as_bytes());
        let mut ids = Vec::new();
        for row in self.table.rows_from::<Vec<KnownRecord>>(&start) {
            let (key, records) = self.sound(row)?;
            if records.iter().any(|record| record.declares) {
                ids.push(String::from_utf8(key[1..].to_vec()).ok()?);
            }
        }
        Some(ids)
    }
}

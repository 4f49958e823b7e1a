//! A version: what one path holds under one blob. Made once, never changed; when it is live is the timeline's business.

use super::facts::FileFacts;
use super::fields::Lengths;
use super::lines::{Interner, Lines};
use super::runs;
use super::types::Entry;
use crate::base::{Oid, RepoPath};
use crate::note::FileClass;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// What the index holds of a (path, blob).
#[derive(Debug)]
pub(super) struct Version {
    /// Where it is.
    pub(super) path: RepoPath,
    /// Its blob.
    pub(super) blob: Oid,
    /// Its class.
    pub(super) class: FileClass,
    /// Its lines; `None` where it is no text.
    pub(super) text: Option<LineList>,
    /// The number of its first entry; the others follow.
    pub(super) first_entry: u32,
    /// How many terms each of its entries has, by field.
    pub(super) lengths: Box<[Lengths]>,
    /// Its entries, encoded.
    pub(super) facts: Box<[u8]>,
    /// Its entries, as long as a view holds them.
    pub(super) decoded: Mutex<Weak<[Entry]>>,
}

/// The lines of a file.
#[derive(Clone, Debug)]
pub(super) struct LineList {
    /// Their ids, as runs.
    pub(super) runs: Box<[u8]>,
    /// Whether the last one ends with a line break.
    pub(super) final_newline: bool,
}

impl Version {
    /// Stores the facts of a file, adding its lines to those there are.
    pub(super) fn store(
        (path, blob): (RepoPath, Oid),
        facts: &FileFacts,
        first_entry: u32,
        (interner, lines): (&mut Interner, &mut Lines),
    ) -> Self {
        let entries: Vec<&Entry> = facts.entries.iter().map(|e| &e.entry).collect();
        Self {
            path,
            blob,
            class: facts.class,
            text: facts.text.as_deref().map(|text| LineList::store(text, interner, lines)),
            first_entry,
            lengths: facts.entries.iter().map(|e| e.terms.each_ref().map(|t| t.count)).collect(),
            facts: postcard::to_stdvec(&entries).expect("entries are plain data").into_boxed_slice(),
            decoded: Mutex::new(empty()),
        }
    }

    /// Its entries; decoded once for all views that hold them.
    pub(super) fn entries(&self) -> Arc<[Entry]> {
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = decoded.upgrade() {
            return entries;
        }
        let entries: Vec<Entry> = postcard::from_bytes(&self.facts).expect("facts were checked when they were loaded");
        let entries: Arc<[Entry]> = entries.into();
        *decoded = Arc::downgrade(&entries);
        entries
    }

    /// The number after its last entry.
    pub(super) fn end_entry(&self) -> u32 {
        self.first_entry + self.lengths.len() as u32
    }
}

/// No entries yet.
pub(super) fn empty() -> Weak<[Entry]> {
    Weak::<[Entry; 0]>::new()
}

impl LineList {
    fn store(text: &str, interner: &mut Interner, lines: &mut Lines) -> Self {
        let final_newline = text.ends_with('\n');
        let body = text.strip_suffix('\n').unwrap_or(text);
        let ids: Vec<u32> = if text.is_empty() {
            Vec::new()
        } else {
            body.split('\n').map(|line| interner.intern(lines, line)).collect()
        };
        Self { runs: runs::encode(&ids), final_newline }
    }

    /// The text, exactly as it was stored.
    pub(super) fn rebuild(&self, lines: &Lines) -> String {
        let mut out = String::new();
        for id in runs::decode(&self.runs).flatten() {
            out.push_str(lines.line(id));
            out.push('\n');
        }
        if !self.final_newline {
            out.pop();
        }
        out
    }
}

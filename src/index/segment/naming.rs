//! The column of names: which rows may be called so, and whether a name may begin so. Both by hash: who asks compares the words.

use super::super::names::{LONGEST_NAME, NameHash, folded_words};
use super::super::types::Entry;
use super::columns::serde_bytes_of;
use serde::{Deserialize, Serialize};

/// For each beginning of a name so many bits: of what is no beginning one in so many is taken for one.
const BITS_EACH: usize = 16;

/// The names of a segment's entries.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct NameColumn {
    /// The hashes of names, ascending.
    keys: Vec<u32>,
    /// The row that has each.
    rows: Vec<u32>,
    /// A bit for each hash of the first words of a name, by its lowest bits.
    #[serde(with = "serde_bytes_of")]
    beginnings: Vec<u8>,
}

impl NameColumn {
    /// Whether a name may begin with these words.
    #[inline]
    pub(in crate::index) fn may_begin(&self, words: NameHash) -> bool {
        let (byte, bit) = place(words.key(), self.beginnings.len());
        self.beginnings.get(byte).is_some_and(|bits| bits & bit != 0)
    }

    /// The rows that may be called so, ascending.
    pub(in crate::index) fn rows(&self, words: NameHash) -> &[u32] {
        let from = self.keys.partition_point(|key| *key < words.key());
        let count = self.keys[from..].partition_point(|key| *key == words.key());
        &self.rows[from..from + count]
    }

    /// Whether any row may be called so.
    pub(in crate::index) fn is_name(&self, words: NameHash) -> bool {
        self.keys.binary_search(&words.key()).is_ok()
    }

    pub(super) fn is_sound(&self, rows: usize) -> bool {
        self.keys.len() == self.rows.len()
            && self.keys.is_sorted()
            && self.rows.iter().all(|row| (*row as usize) < rows)
            && self.beginnings.len().is_power_of_two()
    }
}

/// The byte and the bit of a hash among so many bytes.
#[inline]
fn place(key: u32, bytes: usize) -> (usize, u8) {
    ((key as usize >> 3) & bytes.wrapping_sub(1), 1 << (key & 7))
}

/// Gathers the names of entries.
#[derive(Default)]
pub(super) struct Naming {
    named: Vec<(u32, u32)>,
    beginnings: Vec<u32>,
}

impl Naming {
    /// Adds what the entry of a row is called.
    pub(super) fn add(&mut self, row: u32, entry: &Entry) {
        entry.names().chain(entry.bare_title()).for_each(|name| self.add_name(row, name));
    }

    fn add_name(&mut self, row: u32, name: &str) {
        let folded = folded_words(name);
        let words: Vec<&str> = folded.split_inclusive(' ').collect();
        if words.is_empty() || words.len() > LONGEST_NAME {
            return;
        }
        let grown = words.iter().scan(NameHash::NONE, |hash, word| {
            *hash = hash.with(word);
            Some(hash.key())
        });
        self.beginnings.extend(grown);
        self.named.push((self.beginnings[self.beginnings.len() - 1], row));
    }

    /// The column.
    pub(super) fn finish(mut self) -> NameColumn {
        self.named.sort_unstable();
        self.named.dedup();
        self.beginnings.sort_unstable();
        self.beginnings.dedup();
        let mut bits = vec![0; (self.beginnings.len() * BITS_EACH / 8).next_power_of_two()];
        for key in self.beginnings {
            let (byte, bit) = place(key, bits.len());
            bits[byte] |= bit;
        }
        let (keys, rows) = self.named.into_iter().unzip();
        NameColumn { keys, rows, beginnings: bits }
    }
}

//! The columns of a segment: what is known of every file and entry of a range, in lists that are read whole.

use super::super::fields::{FIELD_COUNT, Lengths};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Texts, one after the other.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Pool {
    text: String,
    ends: Vec<u32>,
}

impl Pool {
    /// Adds a text and gives its number.
    pub(super) fn push(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.ends.len() as u32 - 1
    }

    /// How many there are.
    pub(in crate::index) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The text of a number.
    pub(in crate::index) fn get(&self, number: u32) -> &str {
        let start = if number == 0 { 0 } else { self.ends[number as usize - 1] as usize };
        &self.text[start..self.ends[number as usize] as usize]
    }

    /// The place of a text among texts in order.
    pub(in crate::index) fn find(&self, text: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle) < text { low = middle + 1 } else { high = middle }
        }
        (low < self.len() && self.get(low) == text).then_some(low)
    }

    fn is_sound(&self) -> bool {
        let within = |end: &u32| self.text.is_char_boundary(*end as usize);
        self.ends.is_sorted() && self.ends.iter().all(within)
    }
}

/// Lists of numbers, one for each row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    pub(super) fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
    }

    /// The list of a row.
    pub(in crate::index) fn get(&self, row: u32) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row as usize - 1] as usize };
        &self.items[start..self.ends[row as usize] as usize]
    }

    fn is_sound(&self, rows: usize, below: u32) -> bool {
        self.ends.len() == rows
            && self.ends.is_sorted()
            && self.ends.last().copied().unwrap_or(0) as usize == self.items.len()
            && self.items.iter().all(|item| *item < below)
    }
}

/// The paths of a segment, in order, and the files they hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct FileColumns {
    pub(in crate::index) paths: Pool,
    /// The landing from which on the segment speaks of a path.
    pub(in crate::index) start: Vec<u32>,
    /// After the last file of each path.
    pub(super) ends: Vec<u32>,
    pub(in crate::index) from: Vec<u32>,
    pub(in crate::index) to: Vec<u32>,
    /// Twenty bytes for each file.
    #[serde(with = "serde_bytes_of")]
    pub(super) blobs: Vec<u8>,
    /// What sort of file: a class, whether it is text that ends with a line break, and whether it holds secrets.
    #[serde(with = "serde_bytes_of")]
    pub(super) sorts: Vec<u8>,
}

impl FileColumns {
    /// The files of a path.
    pub(in crate::index) fn of_path(&self, path: u32) -> Range<u32> {
        rows_of(&self.ends, path)
    }

    /// The file that a path holds at a landing.
    pub(in crate::index) fn live(&self, path: u32, at: u32) -> Option<u32> {
        let files = self.of_path(path);
        let from = &self.from[files.start as usize..files.end as usize];
        let last = files.start + from.partition_point(|from| *from <= at).checked_sub(1)? as u32;
        (at < self.to[last as usize]).then_some(last)
    }

    pub(super) fn is_sound(&self) -> bool {
        let files = self.from.len();
        let paths = self.paths.len() as usize;
        self.paths.is_sound()
            && self.start.len() == paths
            && are_ends(&self.ends, paths, files)
            && self.to.len() == files
            && self.blobs.len() == 20 * files
            && self.sorts.len() == files
    }
}

/// The entries of a segment. An entry that changes is another row; those of a path stand together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct CardColumns {
    /// After the last row of each path.
    pub(super) ends: Vec<u32>,
    pub(in crate::index) ordinal: Vec<u32>,
    pub(in crate::index) from: Vec<u32>,
    pub(in crate::index) to: Vec<u32>,
    /// How many words each field has.
    pub(super) lengths: Vec<u32>,
    /// Number in `strings`, plus 1; 0 for none.
    pub(in crate::index) kind: Vec<u32>,
    pub(in crate::index) status: Vec<u32>,
    pub(in crate::index) id: Vec<u32>,
    /// Seconds since 1970; [`NEVER`] where it does not say.
    pub(in crate::index) updated: Vec<i64>,
    /// How many lines.
    pub(in crate::index) lines: Vec<u32>,
    #[serde(with = "serde_bytes_of")]
    pub(in crate::index) flags: Vec<u8>,
    pub(in crate::index) owners: Lists,
    pub(in crate::index) tags: Lists,
    pub(in crate::index) repo_refs: Lists,
    /// The sections, as units.
    pub(in crate::index) sections: Lists,
    /// How many words each unit has.
    pub(in crate::index) unit_lengths: Vec<u32>,
    pub(in crate::index) strings: Pool,
}

/// No moment.
pub(in crate::index) const NEVER: i64 = i64::MIN;
/// A row adds to a record declared elsewhere.
pub(in crate::index) const ADDS: u8 = 1;
/// The body is kept back: its sensitivity is `secret-metadata`.
pub(in crate::index) const WITHHELD: u8 = 2;
/// It has an edge of kind `supersedes`.
pub(in crate::index) const SUPERSEDES: u8 = 4;
/// It is a record: it has an id.
pub(in crate::index) const RECORD: u8 = 8;

impl CardColumns {
    /// How many rows there are.
    pub(in crate::index) fn len(&self) -> usize {
        self.from.len()
    }

    /// The rows of a path.
    pub(in crate::index) fn of_path(&self, path: u32) -> Range<u32> {
        rows_of(&self.ends, path)
    }

    /// Whether a row holds at a landing.
    pub(in crate::index) fn is_live(&self, card: u32, at: u32) -> bool {
        (self.from[card as usize]..self.to[card as usize]).contains(&at)
    }

    /// How many words each field of a row has.
    pub(in crate::index) fn lengths(&self, card: u32) -> Lengths {
        let start = card as usize * FIELD_COUNT;
        std::array::from_fn(|field| self.lengths[start + field])
    }

    /// A string by its code.
    pub(in crate::index) fn string(&self, code: u32) -> Option<&str> {
        code.checked_sub(1).map(|number| self.strings.get(number))
    }

    pub(super) fn is_sound(&self, paths: usize) -> bool {
        let rows = self.len();
        let strings = self.strings.len();
        let code = |codes: &Vec<u32>| codes.len() == rows && codes.iter().all(|code| *code <= strings);
        self.strings.is_sound()
            && are_ends(&self.ends, paths, rows)
            && self.ordinal.len() == rows
            && self.to.len() == rows
            && self.lengths.len() == rows * FIELD_COUNT
            && [&self.kind, &self.status, &self.id].into_iter().all(code)
            && self.updated.len() == rows
            && self.lines.len() == rows
            && self.flags.len() == rows
            && [&self.owners, &self.tags, &self.repo_refs].into_iter().all(|lists| lists.is_sound(rows, strings))
            && self.sections.is_sound(rows, self.unit_lengths.len() as u32)
    }
}

fn rows_of(ends: &[u32], path: u32) -> Range<u32> {
    let start = if path == 0 { 0 } else { ends[path as usize - 1] };
    start..ends[path as usize]
}

fn are_ends(ends: &[u32], groups: usize, rows: usize) -> bool {
    ends.len() == groups && ends.is_sorted() && ends.last().copied().unwrap_or(0) as usize == rows
}

/// Bytes as bytes: postcard would take them one by one.
pub(super) mod serde_bytes_of {
    use serde::{Deserializer, Serializer, de};

    pub(in super::super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(bytes)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl de::Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        d.deserialize_bytes(Bytes)
    }
}

//! The postings of one word: for each field, the rows that have it and how often.

use super::super::fields::{ENTRY_FIELDS, FIELD_COUNT};
use super::super::varint;

/// Rows with frequencies, gathered in ascending order.
#[derive(Clone, Debug, Default)]
struct List {
    bytes: Vec<u8>,
    last: u32,
}

/// The postings of a word while they are gathered.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    body: List,
    fields: Option<Box<[List; ENTRY_FIELDS]>>,
}

impl List {
    /// The first bit says whether the word is there more than once: mostly it is not.
    fn push(&mut self, row: u32, frequency: u32) {
        let step = u64::from(row - self.last);
        self.last = row;
        if frequency == 1 {
            varint::push(&mut self.bytes, step << 1);
        } else {
            varint::push(&mut self.bytes, step << 1 | 1);
            varint::push(&mut self.bytes, u64::from(frequency));
        }
    }
}

impl Gathered {
    /// Adds a row of a field; those of a field come in ascending order.
    pub(super) fn push(&mut self, field: usize, row: u32, frequency: u32) {
        if field == ENTRY_FIELDS {
            self.body.push(row, frequency);
        } else {
            self.fields.get_or_insert_default()[field].push(row, frequency);
        }
    }

    /// The row of the word: a length for each field, then the lists.
    pub(super) fn encode(&self) -> Vec<u8> {
        let none = <[List; ENTRY_FIELDS]>::default();
        let fields = self.fields.as_deref().unwrap_or(&none);
        let lists = || fields.iter().chain([&self.body]);
        let mut row = Vec::new();
        lists().for_each(|list| varint::push(&mut row, list.bytes.len() as u64));
        lists().for_each(|list| row.extend(&list.bytes));
        row
    }
}

/// Calls with each (row, frequency) of a field; `None` where the bytes are no postings.
pub(super) fn each(row: &[u8], field: usize, posting: &mut dyn FnMut(u32, u32)) -> Option<()> {
    let mut rest = row;
    let mut lengths = [0usize; FIELD_COUNT];
    for length in &mut lengths {
        *length = usize::try_from(varint::take(&mut rest)?).ok()?;
    }
    let start = lengths[..field].iter().try_fold(0usize, |sum, length| sum.checked_add(*length))?;
    let mut list = rest.get(start..)?.get(..lengths[field])?;
    let mut at = 0u32;
    while !list.is_empty() {
        let step = varint::take(&mut list)?;
        at = at.checked_add(u32::try_from(step >> 1).ok()?)?;
        let frequency = if step & 1 == 0 { 1 } else { u32::try_from(varint::take(&mut list)?).ok()? };
        posting(at, frequency);
    }
    Some(())
}

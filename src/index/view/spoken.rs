//! The names of records that a text has.

use super::super::analysis::each_word;
use super::super::names::{LONGEST_NAME, NameHash};
use super::super::segment::NameColumn;
use super::super::types::{EntryId, IndexError};
use super::{NOWHERE, View};
use std::ops::Range;

/// So many bytes may stand between two words of a name: a mark and a space, a line break, the marks of emphasis.
const WIDEST_GAP: usize = 3;

/// Words of a text that some record may be called by.
pub struct Spoken<'t> {
    /// The words, as they are written.
    pub written: &'t str,
    /// The words in lower case, with a space after each.
    pub folded: &'t str,
    /// The entries that may be called so, in order: whoever is asked compares the names.
    pub entries: Vec<EntryId>,
}

impl Spoken<'_> {
    /// Whether it is a single word.
    pub fn is_one_word(&self) -> bool {
        self.folded.split_terminator(' ').nth(1).is_none()
    }
}

impl View {
    /// Finds the names that a text has among its first `most` words, left to right. At each place `takes` is called with
    /// what may be a name, longest first, until it takes one; what begins within that is passed over.
    pub fn names_in(&self, text: &str, most: usize, takes: &mut dyn FnMut(Spoken<'_>) -> bool) {
        let names: Result<Vec<&NameColumn>, IndexError> = self.parts.iter().map(|part| part.segment.names()).collect();
        let (names, words) = (self.heeded(names), Words::of(text, most));
        let mut at = 0;
        while at < words.places.len() {
            let runs = words.runs_from(at, &names);
            let taken = runs.into_iter().rev().find(|(end, hash)| {
                let entries = self.entries_called(&names, *hash);
                !entries.is_empty() && takes(words.spoken(text, at..*end, entries))
            });
            at = taken.map_or(at + 1, |(end, _)| end);
        }
    }

    /// The live entries that may be called so, in order; what a sidecar is called counts for its record.
    fn entries_called(&self, names: &[&NameColumn], words: NameHash) -> Vec<EntryId> {
        let mut entries = Vec::new();
        for (names, places) in names.iter().zip(&self.numbers().places) {
            let live = names.rows(words).iter().filter_map(|row| places.get(*row as usize));
            entries.extend(live.filter(|place| **place != NOWHERE).map(|place| self.record_of(*place)));
        }
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    fn record_of(&self, place: u32) -> EntryId {
        EntryId(self.sidecars().subject.get(&place).copied().unwrap_or(place))
    }
}

/// The words of a text, in lower case with a space after each.
struct Words {
    folded: String,
    /// Where each begins in `folded`, and where it stands in the text.
    places: Vec<(usize, Range<usize>)>,
}

impl Words {
    fn of(text: &str, most: usize) -> Self {
        let mut words = Self { folded: String::with_capacity(text.len()), places: Vec::new() };
        each_word(text, &mut |word, place| {
            if words.places.len() < most {
                words.places.push((words.folded.len(), place));
                words.folded.push_str(word);
                words.folded.push(' ');
            }
        });
        words
    }

    /// The runs of words from a place on that a name may begin with: the word after each, and its hash.
    fn runs_from(&self, at: usize, names: &[&NameColumn]) -> Vec<(usize, NameHash)> {
        let mut runs = Vec::new();
        let mut hash = NameHash::NONE;
        for next in at..self.places.len().min(at + LONGEST_NAME) {
            hash = hash.with(self.folded[self.folded_of(next..next + 1)].trim_end_matches(' '));
            let apart = next > at && self.places[next].1.start > self.places[next - 1].1.end + WIDEST_GAP;
            if apart || !names.iter().any(|names| names.may_begin(hash)) {
                break;
            }
            runs.push((next + 1, hash));
        }
        runs
    }

    fn spoken<'t>(&'t self, text: &'t str, words: Range<usize>, entries: Vec<EntryId>) -> Spoken<'t> {
        let written = self.places[words.start].1.start..self.places[words.end - 1].1.end;
        Spoken { written: &text[written], folded: &self.folded[self.folded_of(words)], entries }
    }

    fn folded_of(&self, words: Range<usize>) -> Range<usize> {
        let end = self.places.get(words.end).map_or(self.folded.len(), |(start, _)| *start);
        self.places[words.start].0..end
    }
}

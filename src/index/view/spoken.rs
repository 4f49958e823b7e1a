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
pub struct Spoken<'a> {
    /// The words in lower case, with a space after each.
    pub folded: &'a str,
    /// Whether there are several words.
    pub is_long: bool,
    view: &'a View,
    names: &'a [&'a NameColumn],
    hash: NameHash,
}

impl Spoken<'_> {
    /// The live entries that may be called so, in order; what a sidecar is called counts for its record. Whoever asks
    /// compares the names.
    pub fn entries(&self) -> Vec<EntryId> {
        let subjects = &self.view.sidecars().subject;
        let mut entries = Vec::new();
        for (names, places) in self.names.iter().zip(&self.view.numbers().places) {
            let live = names.rows(self.hash).iter().filter_map(|row| places.get(*row as usize));
            let live = live.filter(|place| **place != NOWHERE);
            entries.extend(live.map(|place| EntryId(subjects.get(place).copied().unwrap_or(*place))));
        }
        entries.sort_unstable();
        entries.dedup();
        entries
    }
}

impl View {
    /// Finds the names that a text has, left to right. At each place `takes` is called with what may be a name, longest
    /// first, until it takes one; what begins within that is passed over. A single word in lower case is no name.
    pub fn names_in(&self, text: &str, takes: &mut dyn FnMut(&Spoken<'_>) -> bool) {
        let names: Result<Vec<&NameColumn>, IndexError> = self.parts.iter().map(|part| part.segment.names()).collect();
        let (names, words) = (&self.heeded(names)[..], Words::of(text));
        let mut at = 0;
        while at < words.list.len() {
            let runs = words.runs_from(at, names);
            let taken = runs.into_iter().rev().find(|(end, hash)| {
                let is_long = *end > at + 1;
                let may_be = (is_long || !words.list[at].is_low) && names.iter().any(|names| names.is_name(*hash));
                may_be && takes(&Spoken { folded: words.folded_of(at..*end), is_long, view: self, names, hash: *hash })
            });
            at = taken.map_or(at + 1, |(end, _)| end);
        }
    }
}

/// The words of a text.
struct Words {
    /// In lower case, with a space after each.
    folded: String,
    list: Vec<Word>,
}

struct Word {
    /// Where it begins in [`Words::folded`].
    start: usize,
    /// Where it stands in the text.
    place: Range<usize>,
    /// Whether it begins with a small letter.
    is_low: bool,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words = Self { folded: String::with_capacity(text.len() + 1), list: Vec::new() };
        each_word(text, &mut |word, place| {
            let is_low = text[place.clone()].starts_with(char::is_lowercase);
            words.list.push(Word { start: words.folded.len(), place, is_low });
            words.folded.push_str(word);
            words.folded.push(' ');
        });
        words
    }

    /// The runs of words from a place on that a name may begin with: the word after each, and its hash.
    fn runs_from(&self, at: usize, names: &[&NameColumn]) -> Vec<(usize, NameHash)> {
        let mut runs = Vec::new();
        let mut hash = NameHash::NONE;
        for next in at..self.list.len().min(at + LONGEST_NAME) {
            hash = hash.with(self.folded_of(next..next + 1));
            let apart = next > at && self.list[next].place.start > self.list[next - 1].place.end + WIDEST_GAP;
            if apart || !names.iter().any(|names| names.may_begin(hash)) {
                break;
            }
            runs.push((next + 1, hash));
        }
        runs
    }

    fn folded_of(&self, words: Range<usize>) -> &str {
        let end = self.list.get(words.end).map_or(self.folded.len(), |next| next.start);
        &self.folded[self.list[words.start].start..end]
    }
}

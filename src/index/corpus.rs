//! What ranking asks of one commit: its live entries and sections, by number, and what their words say.

use super::fields::Lengths;
use super::segment::Row;
use super::types::IndexError;

/// What is stored of a word: a row in each part of the index that has it.
pub(super) struct WordRows(pub(super) Vec<Option<Row>>);

/// The live entries of a commit, numbered in (path, ordinal) order, and their live sections, numbered in the order of their
/// entries, so that the sections of an entry are a range and its neighbours stand beside each other.
pub(super) trait Corpus {
    /// How many words each entry has in each field; that of the body is the sum over its sections.
    fn lengths(&self) -> &[Lengths];

    /// How many words each section has.
    fn section_lengths(&self) -> &[u32];

    /// The first section of each entry, and how many sections there are at the end.
    fn section_starts(&self) -> &[u32];

    /// The entry of each section.
    fn section_entries(&self) -> &[u32];

    /// What is stored of a word, as it is written in lower case.
    fn word(&self, word: &str) -> Result<WordRows, IndexError>;

    /// Calls with (entry, frequency) for each live entry that has a word in a field other than the body; ascending within
    /// one part of the index, in no order between them.
    fn each_entry(&self, field: usize, word: &WordRows, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError>;

    /// The same for (section, frequency) of the body.
    fn each_section(&self, word: &WordRows, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError>;

    /// The first `most` words that begin so, ascending, of those that something live has; whether there are more.
    fn words_from(&self, prefix: &str, most: usize) -> Result<(Vec<String>, bool), IndexError>;

    /// The words that were stored with an English stem, ascending, whether or not something live has them.
    fn words_of_stem(&self, stem: &str) -> Result<Vec<String>, IndexError>;
}

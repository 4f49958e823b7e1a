//! Where in a commit what is wanted is to be found, as far as who asks may be told.

use super::corpus::WordRows;
use super::fields::{BODY, FIELDS};
use super::forms::Wanted;
use super::phrase;
use super::rank::Ranker;
use super::tally::Tally;
use super::types::{EntryId, IndexError, Openness};
use std::collections::HashMap;

/// The most places that one phrase is compared with.
const MAX_COMPARED: usize = 4_096;

/// Looks for what is wanted. Places are entries or sections, each with how often.
pub(super) struct Finder<'a> {
    ranker: Ranker<'a>,
    by_entry: Tally,
    by_section: Tally,
    /// What is stored of each word that was looked for.
    known: HashMap<String, WordRows>,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(ranker: Ranker<'a>) -> Self {
        let (entries, sections) = (ranker.corpus.lengths().len(), ranker.corpus.section_lengths().len());
        let (by_entry, by_section) = (Tally::new(entries), Tally::new(sections));
        Self { ranker, by_entry, by_section, known: HashMap::new(), notes: Vec::new() }
    }

    /// Whether who asks may find a word in the commit.
    pub(super) fn is_live(&mut self, word: &str) -> Result<bool, IndexError> {
        let word = Wanted::Beginning(vec![word.to_owned()]);
        if !self.body_frequencies(&word)?.is_empty() {
            return Ok(true);
        }
        for field in 0..BODY {
            if !self.field_frequencies(field, &word)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The entries that have what is wanted in a field, and how often; of a phrase, those that have all its words.
    pub(super) fn field_frequencies(&mut self, field: usize, wanted: &Wanted) -> Result<Vec<(u32, u32)>, IndexError> {
        self.look_up(wanted)?;
        let (corpus, known) = (self.ranker.corpus, &self.known);
        let having = gather(&mut self.by_entry, wanted, &|word, each| corpus.each_entry(field, &known[word], each))?;
        Ok(if let Wanted::Beginning(_) = wanted { self.open_fields(field, false, having) } else { having })
    }

    /// The same for sections of the body.
    pub(super) fn body_frequencies(&mut self, wanted: &Wanted) -> Result<Vec<(u32, u32)>, IndexError> {
        self.look_up(wanted)?;
        let (corpus, known) = (self.ranker.corpus, &self.known);
        let having = gather(&mut self.by_section, wanted, &|word, each| corpus.each_section(&known[word], each))?;
        Ok(if let Wanted::Beginning(_) = wanted { self.open_sections(false, having) } else { having })
    }

    /// Of the entries that have what is wanted, those that may be told of; a phrase is looked for in their texts.
    pub(super) fn told_fields(&mut self, field: usize, wanted: &Wanted, having: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        let told = self.open_fields(field, matches!(wanted, Wanted::Any(_)), having);
        let Wanted::Phrase(words) = wanted else { return told };
        let texts = self.ranker.texts;
        let count = |entry| texts.of_field(entry, field).iter().map(|text| phrase::occurrences(words, text)).sum();
        self.compared(words, told, &count)
    }

    /// The same for sections of the body.
    pub(super) fn told_sections(&mut self, wanted: &Wanted, having: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        let told = self.open_sections(matches!(wanted, Wanted::Any(_)), having);
        let Wanted::Phrase(words) = wanted else { return told };
        let texts = self.ranker.texts;
        let count = |section| texts.of_section(section).map_or(0, |text| phrase::occurrences(words, &text));
        self.compared(words, told, &count)
    }

    /// Looks up the words that are wanted, each once.
    fn look_up(&mut self, wanted: &Wanted) -> Result<(), IndexError> {
        let (Wanted::Any(words) | Wanted::Beginning(words) | Wanted::Phrase(words)) = wanted;
        for word in words {
            if !self.known.contains_key(word) {
                self.known.insert(word.clone(), self.ranker.corpus.word(word)?);
            }
        }
        Ok(())
    }

    /// How often a phrase stands in each place, where it does.
    fn compared(
        &mut self,
        words: &[String],
        mut places: Vec<(u32, u32)>,
        count: &dyn Fn(u32) -> u32,
    ) -> Vec<(u32, u32)> {
        // A phrase of one word is where the word is.
        if words.len() < 2 {
            return places;
        }
        if places.len() > MAX_COMPARED {
            places.truncate(MAX_COMPARED);
            let phrase = words.join(" ");
            self.notes.push(format!("text: \"{phrase}\" was looked for in the first {MAX_COMPARED} places only"));
        }
        places.into_iter().map(|(place, _)| (place, count(place))).filter(|(_, n)| *n > 0).collect()
    }

    fn open_fields(&self, field: usize, hidden: bool, mut places: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        if self.ranker.openness.is_some() {
            places.retain(|(entry, _)| self.openness(*entry).lets(FIELDS[field].is_metadata, hidden));
        }
        places
    }

    fn open_sections(&self, hidden: bool, mut places: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        if self.ranker.openness.is_some() {
            let entries = self.ranker.corpus.section_entries();
            places.retain(|(section, _)| self.openness(entries[*section as usize]).lets(false, hidden));
        }
        places
    }

    /// How much of an entry may be told.
    pub(super) fn openness(&self, entry: u32) -> Openness {
        self.ranker.openness.map_or(Openness::Open, |openness| openness(EntryId(entry)))
    }
}

impl Openness {
    /// Whether a match in a field counts; `hidden`: also that of an entry that is only counted.
    fn lets(self, is_metadata: bool, hidden: bool) -> bool {
        match self {
            Self::Open => true,
            Self::Metadata => is_metadata,
            Self::Hidden => hidden,
        }
    }
}

/// Calls with the place and frequency of each posting of a word.
type Postings<'a> = dyn Fn(&str, &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> + 'a;

/// The places that have what is wanted, in order.
fn gather(tally: &mut Tally, wanted: &Wanted, postings: &Postings<'_>) -> Result<Vec<(u32, u32)>, IndexError> {
    match wanted {
        Wanted::Any(words) | Wanted::Beginning(words) => sum(tally, words, postings),
        Wanted::Phrase(words) if words.len() < 2 => sum(tally, words, postings),
        Wanted::Phrase(words) => {
            let mut distinct: Vec<&String> = words.iter().collect();
            distinct.sort();
            distinct.dedup();
            for word in &distinct {
                postings(word, &mut |place, _| tally.add(place, 1))?;
            }
            let mut having = tally.take();
            having.retain(|(_, words)| *words as usize == distinct.len());
            Ok(having)
        }
    }
}

fn sum(tally: &mut Tally, words: &[String], postings: &Postings<'_>) -> Result<Vec<(u32, u32)>, IndexError> {
    for word in words {
        postings(word, &mut |place, frequency| tally.add(place, frequency))?;
    }
    Ok(tally.take())
}

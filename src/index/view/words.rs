//! What ranking asks of a view.

use super::super::corpus::{Corpus, WordRows};
use super::super::fields::{ENTRY_FIELDS, Lengths};
use super::super::phrase;
use super::super::rank::Texts;
use super::super::types::IndexError;
use super::numbers::Sections;
use super::{NOWHERE, View};
use std::collections::BTreeSet;

impl View {
    fn sections(&self) -> &Sections {
        self.sections.get_or_init(|| self.heeded(Sections::of(self)))
    }

    /// Calls with each live (number, frequency) of a word in a field, numbered by `places`.
    fn each_live(
        &self,
        (field, word): (usize, &WordRows),
        places: &[Vec<u32>],
        posting: &mut dyn FnMut(u32, u32),
    ) -> Result<(), IndexError> {
        for ((part, row), places) in self.parts.iter().zip(&word.0).zip(places) {
            let Some(row) = row else { continue };
            part.segment.postings(row, field, &mut |row, frequency| match places.get(row as usize) {
                Some(place) if *place != NOWHERE => posting(*place, frequency),
                _ => {}
            })?;
        }
        Ok(())
    }
}

impl Texts for View {
    fn of_field(&self, entry: u32, field: usize) -> Vec<String> {
        phrase::texts_of(self.written(entry), field)
    }

    fn of_section(&self, section: u32) -> Option<String> {
        let owner = self.section_entries()[section as usize];
        let entry = self.written(owner);
        let place = section - self.section_starts()[owner as usize];
        let lines = entry.sections.get(place as usize)?;
        let text = self.text(&entry.path)?;
        let wanted = text.split_inclusive('\n').skip(lines.first.saturating_sub(1) as usize);
        Some(wanted.take((lines.last + 1).saturating_sub(lines.first) as usize).collect())
    }
}

impl Corpus for View {
    fn lengths(&self) -> &[Lengths] {
        &self.numbers().lengths
    }

    fn section_lengths(&self) -> &[u32] {
        &self.sections().lengths
    }

    fn section_starts(&self) -> &[u32] {
        &self.sections().starts
    }

    fn section_entries(&self) -> &[u32] {
        &self.sections().entries
    }

    fn word(&self, word: &str) -> Result<WordRows, IndexError> {
        self.parts.iter().map(|part| part.segment.word(word)).collect::<Result<_, _>>().map(WordRows)
    }

    fn each_entry(&self, field: usize, word: &WordRows, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> {
        self.each_live((field, word), &self.numbers().places, posting)
    }

    fn each_section(&self, word: &WordRows, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> {
        self.each_live((ENTRY_FIELDS, word), &self.sections().places, posting)
    }

    fn words_from(&self, prefix: &str, most: usize) -> Result<(Vec<String>, bool), IndexError> {
        let mut words = BTreeSet::new();
        for part in &self.parts {
            words.extend(part.segment.words_from(prefix)?);
        }
        let more = words.len() > most;
        Ok((words.into_iter().take(most).collect(), more))
    }

    fn words_of_stem(&self, stem: &str) -> Result<Vec<String>, IndexError> {
        let mut words = BTreeSet::new();
        for part in &self.parts {
            words.extend(part.segment.words_of_stem(stem)?);
        }
        Ok(words.into_iter().collect())
    }
}

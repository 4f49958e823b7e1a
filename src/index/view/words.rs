//! What ranking asks of a view.

use super::super::corpus::Corpus;
use super::super::fields::{ENTRY_FIELDS, Lengths};
use super::super::phrase;
use super::super::rank::Texts;
use super::super::types::IndexError;
use super::numbers::Sections;
use super::{NOWHERE, View};
use std::collections::BTreeSet;
use std::ops::Range;

impl View {
    fn sections(&self) -> &Sections {
        self.sections.get_or_init(|| self.heeded(Sections::of(self)))
    }

    /// Calls with each live (number, frequency) of a word in a field, numbered by `places`.
    fn each_live(
        &self,
        (field, word): (usize, &str),
        places: &[Vec<u32>],
        posting: &mut dyn FnMut(u32, u32),
    ) -> Result<(), IndexError> {
        for (part, places) in self.parts.iter().zip(places) {
            let Some(row) = part.segment.word(word)? else { continue };
            part.segment.postings(&row, field, &mut |row, frequency| match places.get(row as usize) {
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
        let owner = self.entry_of(section);
        let entry = self.written(owner);
        let place = section - self.sections_of(owner).start;
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

    fn sections_of(&self, entry: u32) -> Range<u32> {
        let starts = &self.sections().starts;
        starts[entry as usize]..starts[entry as usize + 1]
    }

    fn entry_of(&self, section: u32) -> u32 {
        self.sections().entries[section as usize]
    }

    fn each_entry(&self, field: usize, word: &str, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> {
        self.each_live((field, word), &self.numbers().places, posting)
    }

    fn each_section(&self, word: &str, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> {
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

//! The words of one view, read from its texts.

use super::analysis::{each_word, english_stem};
use super::bm25::Means;
use super::corpus::Corpus;
use super::entry::Draft;
use super::facts;
use super::fields::{BODY, FIELD_COUNT, Lengths};
use super::types::IndexError;
use crate::base::RepoPath;
use crate::note;
use std::collections::BTreeMap;
use std::ops::Range;

/// The words of one view.
#[derive(Default)]
pub(super) struct Words {
    lengths: Vec<Lengths>,
    section_lengths: Vec<u32>,
    starts: Vec<u32>,
    owners: Vec<u32>,
    /// By word and field: place and frequency.
    postings: BTreeMap<String, [BTreeMap<u32, u32>; FIELD_COUNT]>,
    stems: BTreeMap<String, Vec<String>>,
}

impl Words {
    pub(super) fn of(files: &mut dyn Iterator<Item = (RepoPath, String)>) -> (Self, Means) {
        let mut words = Self { starts: vec![0], ..Self::default() };
        for (path, text) in files {
            let source = note::read(&path, text.as_bytes(), &facts::limits());
            facts::drafts(&source, &text).iter().for_each(|draft| words.add(draft, &text));
        }
        let all: Vec<String> = words.postings.keys().cloned().collect();
        all.into_iter().for_each(|word| words.stems.entry(english_stem(&word)).or_default().push(word));
        let means = Means::of(&words);
        (words, means)
    }

    fn add(&mut self, draft: &Draft, text: &str) {
        let entry = self.lengths.len() as u32;
        self.lengths.push([0; FIELD_COUNT]);
        for (field, texts) in &draft.texts[..BODY] {
            texts.iter().for_each(|text| self.take(*field, entry, text));
        }
        let rest = &draft.texts[BODY].1;
        for (n, section) in draft.entry.sections.iter().enumerate() {
            let place = self.section_lengths.len() as u32;
            self.section_lengths.push(0);
            self.owners.push(entry);
            if !rest[0].is_empty() {
                self.take(BODY, place, &lines(text, section.first, section.last));
            }
            rest[1..].iter().filter(|_| n == 0).for_each(|text| self.take(BODY, place, text));
        }
        self.starts.push(self.section_lengths.len() as u32);
    }

    fn take(&mut self, field: usize, place: u32, text: &str) {
        each_word(text, &mut |word, _| {
            if field == BODY {
                self.section_lengths[place as usize] += 1;
                self.lengths[self.owners[place as usize] as usize][BODY] += 1;
            } else {
                self.lengths[place as usize][field] += 1;
            }
            *self.postings.entry(word.to_owned()).or_default()[field].entry(place).or_default() += 1;
        });
    }
}

/// The lines of a text, from 1.
pub(super) fn lines(text: &str, first: u32, last: u32) -> String {
    let lines = text.split_inclusive('\n').skip(first.saturating_sub(1) as usize);
    lines.take((last + 1).saturating_sub(first.max(1)) as usize).collect()
}

impl Corpus for Words {
    fn lengths(&self) -> &[Lengths] {
        &self.lengths
    }

    fn section_lengths(&self) -> &[u32] {
        &self.section_lengths
    }

    fn sections_of(&self, entry: u32) -> Range<u32> {
        self.starts[entry as usize]..self.starts[entry as usize + 1]
    }

    fn entry_of(&self, section: u32) -> u32 {
        self.owners[section as usize]
    }

    fn each_entry(&self, field: usize, word: &str, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> {
        let found = self.postings.get(word).into_iter().flat_map(|fields| &fields[field]);
        found.for_each(|(place, n)| posting(*place, *n));
        Ok(())
    }

    fn each_section(&self, word: &str, posting: &mut dyn FnMut(u32, u32)) -> Result<(), IndexError> {
        self.each_entry(BODY, word, posting)
    }

    fn words_from(&self, prefix: &str, most: usize) -> Result<(Vec<String>, bool), IndexError> {
        let from = self.postings.range(prefix.to_owned()..).map(|(word, _)| word);
        let mut words: Vec<String> =
            from.take_while(|w| w.starts_with(prefix)).take(most.saturating_add(1)).cloned().collect();
        let more = words.len() > most;
        words.truncate(most);
        Ok((words, more))
    }

    fn words_of_stem(&self, stem: &str) -> Result<Vec<String>, IndexError> {
        Ok(self.stems.get(stem).cloned().unwrap_or_default())
    }
}

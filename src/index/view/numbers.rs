//! The live entries and sections of a view, numbered.

use super::super::fields::Lengths;
use super::super::segment::CardColumns;
use super::super::types::{EntryId, IndexError};
use super::{NOWHERE, View};

/// The live entries, numbered in (path, ordinal) order.
#[derive(Default)]
pub(super) struct Numbers {
    /// All numbers, in order.
    pub(super) ids: Vec<EntryId>,
    /// The part and row of each.
    pub(super) cards: Vec<(u32, u32)>,
    /// The first entry of each live file, and how many entries there are at the end.
    pub(super) starts: Vec<u32>,
    /// For each part, the number of each of its rows.
    pub(super) places: Vec<Vec<u32>>,
    /// How many words each entry has in each field.
    pub(super) lengths: Vec<Lengths>,
    /// The entries as they were written, once they were asked for.
    pub(super) written: Vec<std::sync::OnceLock<std::sync::Arc<super::Entry>>>,
}

/// The live sections, numbered in the order of their entries.
#[derive(Default)]
pub(super) struct Sections {
    /// For each part, the number of each of its units.
    pub(super) places: Vec<Vec<u32>>,
    /// How many words each section has.
    pub(super) lengths: Vec<u32>,
    /// The entry of each section.
    pub(super) entries: Vec<u32>,
    /// The first section of each entry, and how many sections there are at the end.
    pub(super) starts: Vec<u32>,
}

/// A live entry: where what is known of it stands.
pub(super) struct LiveRow<'v> {
    /// Its number.
    pub(super) place: u32,
    /// Its part.
    pub(super) part: usize,
    /// The columns of its segment.
    pub(super) cards: &'v CardColumns,
    /// Its row of them.
    pub(super) row: u32,
}

impl View {
    /// The live entries, in order, each with its columns.
    pub(super) fn live_entries(&self) -> impl Iterator<Item = Result<LiveRow<'_>, IndexError>> {
        (0..).zip(&self.numbers().cards).map(|(place, (part, row))| {
            let part = *part as usize;
            Ok(LiveRow { place, part, cards: self.parts[part].segment.cards()?, row: *row })
        })
    }
}

impl Numbers {
    /// No entries, for so many files and parts: what stands in where the entries cannot be read.
    pub(super) fn none(files: usize, parts: usize) -> Self {
        Self { starts: vec![0; files + 1], places: vec![Vec::new(); parts], ..Self::default() }
    }

    pub(super) fn of(view: &View) -> Result<Self, IndexError> {
        let mut numbers = Self { starts: vec![0], ..Self::default() };
        for part in &view.parts {
            numbers.places.push(vec![NOWHERE; part.segment.cards()?.len()]);
        }
        let mut live: Vec<u32> = Vec::new();
        for file in &view.live {
            let part = &view.parts[file.part as usize];
            let cards = part.segment.cards()?;
            live.extend(cards.of_path(file.path).filter(|card| cards.is_live(*card, part.at)));
            live.sort_unstable_by_key(|card| cards.ordinal[*card as usize]);
            for card in live.drain(..) {
                numbers.places[file.part as usize][card as usize] = numbers.cards.len() as u32;
                numbers.cards.push((file.part, card));
                numbers.lengths.push(cards.lengths(card));
            }
            numbers.starts.push(numbers.cards.len() as u32);
        }
        numbers.ids = (0..numbers.cards.len() as u32).map(EntryId).collect();
        numbers.written.resize_with(numbers.cards.len(), std::sync::OnceLock::new);
        Ok(numbers)
    }
}

impl Sections {
    pub(super) fn of(view: &View) -> Result<Self, IndexError> {
        let mut sections = Self { starts: vec![0], ..Self::default() };
        for part in &view.parts {
            sections.places.push(vec![NOWHERE; part.segment.cards()?.unit_lengths.len()]);
        }
        for entry in view.live_entries() {
            let LiveRow { place, part, cards, row } = entry?;
            for unit in cards.sections.get(row) {
                sections.places[part][*unit as usize] = sections.lengths.len() as u32;
                sections.lengths.push(cards.unit_lengths[*unit as usize]);
                sections.entries.push(place);
            }
            sections.starts.push(sections.lengths.len() as u32);
        }
        Ok(sections)
    }
}

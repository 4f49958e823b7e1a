//! What a text question found: numbers by entry, from which reasons are made for the few that are shown.

use super::fields::FIELDS;
use super::types::EntryId;

/// The field of the part that an id named in the question adds.
const NAMED: &str = "id";

/// How well each entry of a commit answers a text. Nothing here is made for one entry until it is asked for.
#[derive(Debug, Default)]
pub struct TextScores {
    /// The terms, as asked.
    pub(super) asked: Vec<String>,
    /// The entries that match, in order, with their scores.
    pub(super) found: Vec<(EntryId, f64)>,
    /// Contributions by (field, term), in scoring order.
    pub(super) parts: Vec<Part>,
    /// The best section of each entry: entry, section, worth; in entry order.
    pub(super) best: Vec<(u32, u32, f64)>,
    /// Every section with a match, in order.
    pub(super) sections: Vec<SectionScore>,
    /// The entries whose id the question names, what each adds, and the id.
    pub(super) named: Vec<(u32, f64, String)>,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
}

/// What one term in one field adds.
#[derive(Debug)]
pub(super) struct Part {
    /// Which field.
    pub(super) field: usize,
    /// Which term.
    pub(super) term: usize,
    /// Entry and contribution, in entry order.
    pub(super) matches: Vec<(u32, f64)>,
}

/// How well a section matches.
#[derive(Clone, Copy, Debug)]
pub(super) struct SectionScore {
    /// The entry it is of.
    pub(super) entry: u32,
    /// Its place among the sections of the entry.
    pub(super) place: u32,
    /// What it is worth, with what the sections beside it and the whole record add.
    pub(super) worth: f64,
}

/// A part of an entry's score.
#[derive(Clone, Debug, PartialEq)]
pub struct TextPart {
    /// The field; `section` for the best section of the body.
    pub field: &'static str,
    /// What matched.
    pub what: Matching,
    /// What it adds.
    pub worth: f64,
}

/// What matched in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matching {
    /// A term, as it was asked.
    Term(String),
    /// A section, by its place in the entry.
    Section(u32),
}

impl TextScores {
    /// The entries that match, in entry order, with their scores.
    pub fn found(&self) -> &[(EntryId, f64)] {
        &self.found
    }

    /// Calls with each contribution to the score of an entry, in a fixed order; some are of entries that were not found.
    pub fn each_part(&self, part: &mut dyn FnMut(EntryId, f64)) {
        for (entry, worth) in self.parts.iter().flat_map(|part| &part.matches) {
            part(EntryId(*entry), *worth);
        }
        self.best.iter().for_each(|(entry, _, worth)| part(EntryId(*entry), *worth));
        self.named.iter().for_each(|(entry, worth, _)| part(EntryId(*entry), *worth));
    }

    /// The parts of one entry's score, in the same order.
    pub fn parts(&self, entry: EntryId) -> Vec<TextPart> {
        let of_term = |part: &Part| {
            let at = part.matches.binary_search_by_key(&entry.0, |(entry, _)| *entry).ok()?;
            let what = Matching::Term(self.asked[part.term].clone());
            Some(TextPart { field: FIELDS[part.field].name, what, worth: part.matches[at].1 })
        };
        let mut parts: Vec<TextPart> = self.parts.iter().filter_map(of_term).collect();
        if let Ok(at) = self.best.binary_search_by_key(&entry.0, |(entry, _, _)| *entry) {
            let (_, place, worth) = self.best[at];
            parts.push(TextPart { field: "section", what: Matching::Section(place), worth });
        }
        for (_, worth, id) in self.named.iter().filter(|(named, _, _)| *named == entry.0) {
            parts.push(TextPart { field: NAMED, what: Matching::Term(id.clone()), worth: *worth });
        }
        parts
    }

    /// The best sections of an entry, best first: place among its sections, worth.
    pub fn sections(&self, entry: EntryId, most: usize) -> Vec<(u32, f64)> {
        let first = self.sections.partition_point(|section| section.entry < entry.0);
        let own = self.sections[first..].iter().take_while(|section| section.entry == entry.0);
        let mut best: Vec<(u32, f64)> = own.map(|section| (section.place, section.worth)).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        best.truncate(most);
        best
    }

    /// What a reader should know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

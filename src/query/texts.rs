//! What the text of a question says of records: weights for all that match, words for those that are shown.

use super::catalog::Catalog;
use super::sight::Denied;
use super::types::GraphQuestion;
use super::weights::{Weight, Why};
use crate::index::{EntryId, Matching, Openness, TextScores};
use std::cell::Cell;

/// What a text found. A sidecar's matches count for the record it adds to.
#[derive(Default)]
pub(super) struct Texts {
    scores: TextScores,
    /// The matches that count: the record, and the entry that matches, in this order.
    matches: Vec<(EntryId, EntryId)>,
    /// What every score is multiplied with.
    scale: f64,
}

impl Texts {
    /// Ranks the records of a commit by a text; what is hidden from the caller is counted.
    pub(super) fn find(catalog: &Catalog<'_>, text: &str, graph: &GraphQuestion, denied: &mut Denied) -> Self {
        let limited = !catalog.is_open();
        let asked = if limited { catalog.view.entries().len() } else { 0 };
        let known: Vec<Cell<Option<Openness>>> = vec![Cell::new(None); asked];
        let openness = |entry: EntryId| {
            let known = &known[entry.0 as usize];
            known.get().unwrap_or_else(|| {
                let openness = catalog.openness(entry);
                known.set(Some(openness));
                openness
            })
        };
        let limited = limited.then_some(&openness as &dyn Fn(EntryId) -> _);
        let scores = catalog.view.scores(text, catalog.ranking, limited);
        let mut matches = Vec::with_capacity(scores.found().len());
        for (entry, _) in scores.found() {
            let Some(subject) = catalog.subject(*entry).filter(|subject| catalog.passes(graph, *subject)) else {
                continue;
            };
            match catalog.hidden(*entry) {
                None => matches.push((subject, *entry)),
                Some((denial, hidden)) => {
                    let hidden = catalog.view.entry(hidden);
                    denied.add(denial, hidden.path.as_str(), hidden.ordinal);
                }
            }
        }
        matches.sort_unstable();
        let mut texts = Self { scores, matches, scale: 1.0 };
        texts.scale = texts.fitting(catalog.ranking.text.most);
        texts
    }

    /// Calls with each record and what its text is worth, several times where sidecars match too.
    pub(super) fn each(&self, entries: usize, give: &mut dyn FnMut(EntryId, Weight)) {
        let mut weights = vec![Weight::default(); entries];
        self.scores.each_part(&mut |entry, worth| weights[entry.0 as usize] += self.weight(worth));
        self.matches.iter().for_each(|(subject, entry)| give(*subject, weights[entry.0 as usize]));
    }

    /// The reasons that the text gives for a record, one for each field and word.
    pub(super) fn whys(&self, catalog: &Catalog<'_>, record: EntryId) -> Vec<Why> {
        let mut whys: Vec<Why> = Vec::new();
        for entry in self.entries_of(record) {
            for part in self.scores.parts(entry) {
                let what = match part.what {
                    Matching::Term(term) => term,
                    Matching::Section(place) => section_name(catalog, entry, place),
                };
                let (detail, weight) = (format!("{}: {what}", part.field), self.weight(part.worth));
                match whys.iter_mut().find(|why| why.detail == detail) {
                    Some(known) => known.weight += weight,
                    None => whys.push(Why::new("text", detail, weight)),
                }
            }
        }
        whys
    }

    /// The best sections of a record, best first: place among its sections, worth.
    pub(super) fn sections(&self, record: EntryId, most: usize) -> Vec<(u32, Weight)> {
        let own = self.entries_of(record).find(|entry| *entry == record);
        let best = own.map(|entry| self.scores.sections(entry, most)).unwrap_or_default();
        best.into_iter().map(|(place, worth)| (place, Weight::of(worth))).collect()
    }

    /// What a reader should know.
    pub(super) fn notes(&self) -> &[String] {
        self.scores.notes()
    }

    fn weight(&self, worth: f64) -> Weight {
        Weight::of(worth * self.scale)
    }

    /// The entries whose matches count for a record.
    fn entries_of(&self, record: EntryId) -> impl Iterator<Item = EntryId> + '_ {
        let first = self.matches.partition_point(|(subject, _)| *subject < record);
        self.matches[first..].iter().take_while(move |(subject, _)| *subject == record).map(|(_, entry)| *entry)
    }

    /// What brings the best score to at most a number.
    fn fitting(&self, most: f64) -> f64 {
        let found = self.scores.found();
        let score =
            |entry: &EntryId| found.binary_search_by_key(entry, |(entry, _)| *entry).map_or(0.0, |at| found[at].1);
        let of_record = |matches: &[(EntryId, EntryId)]| matches.iter().map(|(_, entry)| score(entry)).sum::<f64>();
        let best = self.matches.chunk_by(|a, b| a.0 == b.0).map(of_record).fold(0.0, f64::max);
        if best > most { most / best } else { 1.0 }
    }
}

/// A section as a reader would find it.
fn section_name(catalog: &Catalog<'_>, entry: EntryId, place: u32) -> String {
    let entry = catalog.view.entry(entry);
    let Some(section) = entry.sections.get(place as usize) else { return place.to_string() };
    let heading = section.heading.and_then(|heading| entry.headings.get(heading as usize));
    heading.cloned().unwrap_or_else(|| format!("lines {}-{}", section.first, section.last))
}

//! The candidates of an answer and what speaks for each. Reasons are made in words for those that are shown.

use super::ask::Asked;
use super::catalog::{Catalog, name_of};
use super::texts::Texts;
use super::weights::{self, Weight, Why};
use crate::index::EntryId;
use std::cmp::Reverse;

/// Reasons that stand above the text.
const LADDER: [&str; 3] = ["selection", "association", "edge-distance"];

/// The candidates, each with what speaks for it.
#[derive(Default)]
pub(super) struct Board {
    found: Vec<Candidate>,
    /// For each entry its place among the candidates, from 1; 0 for none.
    places: Vec<u32>,
    /// What the text has to say of them.
    pub(super) texts: Texts,
}

/// A record that may be in the answer.
struct Candidate {
    entry: EntryId,
    /// What its text is worth.
    text: Weight,
    /// What the best text that it is tied to is worth to it.
    tied: Option<(Weight, Tie)>,
    whys: Vec<Why>,
}

/// What ties a record to a text match: a reason and its detail. Of all ties of a record one counts.
pub(super) struct Tie {
    reason: &'static str,
    detail: String,
}

/// A candidate with its final score.
#[derive(Clone, Copy)]
pub(super) struct Ranked {
    /// Which record.
    pub(super) entry: EntryId,
    /// The sum of the weights.
    pub(super) score: Weight,
}

impl Tie {
    /// Edges were followed from the match.
    pub(super) fn followed(detail: String) -> Self {
        Self { reason: "edge-distance", detail }
    }

    /// The match is one edge away.
    pub(super) fn linked(catalog: &Catalog<'_>, from: EntryId) -> Self {
        Self { reason: "linked", detail: format!("one edge from {}", name_of(catalog.record(from))) }
    }

    /// The match names the record.
    pub(super) fn mentioned(catalog: &Catalog<'_>, by: EntryId) -> Self {
        Self { reason: "mentioned", detail: format!("mentioned by {}", name_of(catalog.record(by))) }
    }
}

impl Board {
    /// A board without candidates for so many entries.
    pub(super) fn new(entries: usize) -> Self {
        Self { places: vec![0; entries], ..Self::default() }
    }

    /// Adds a reason for a record, which becomes a candidate by it.
    pub(super) fn add(&mut self, entry: EntryId, why: Why) {
        self.candidate(entry).whys.push(why);
    }

    /// Adds what the text of a record is worth.
    pub(super) fn add_text(&mut self, entry: EntryId, weight: Weight) {
        self.candidate(entry).text += weight;
    }

    /// Adds what a text that a record is tied to is worth to it, where it is more than another is.
    pub(super) fn tie(&mut self, entry: EntryId, worth: Weight, tie: &dyn Fn() -> Tie) {
        let candidate = self.candidate(entry);
        if candidate.tied.as_ref().is_none_or(|(known, _)| worth > *known) {
            candidate.tied = Some((worth, tie()));
        }
    }

    /// Adds a reason for a record that is a candidate already.
    pub(super) fn support(&mut self, entry: EntryId, why: Why) {
        if self.has(entry) {
            self.add(entry, why);
        }
    }

    /// Whether a record is a candidate.
    pub(super) fn has(&self, entry: EntryId) -> bool {
        self.place(entry).is_some()
    }

    /// What the text of a record is worth.
    pub(super) fn text(&self, entry: EntryId) -> Weight {
        self.place(entry).map_or(Weight::default(), |at| self.found[at].text)
    }

    /// The best texts, best first, ties in entry order.
    pub(super) fn best_texts(&self, most: usize) -> Vec<(EntryId, Weight)> {
        let matching = self.found.iter().filter(|candidate| candidate.text > Weight::default());
        let mut best: Vec<(EntryId, Weight)> = matching.map(|candidate| (candidate.entry, candidate.text)).collect();
        keep_first(&mut best, most, |(entry, text)| (Reverse(*text), *entry));
        best
    }

    /// The candidates, in no order that means anything.
    pub(super) fn entries(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.found.iter().map(|candidate| candidate.entry)
    }

    /// How many candidates there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The best candidates with what their own nature adds, best first; ties by path and place in the file, which is entry order.
    pub(super) fn ranked(&self, catalog: &Catalog<'_>, asked: &Asked<'_>, most: usize) -> Vec<Ranked> {
        let rank = |candidate: &Candidate| Ranked { entry: candidate.entry, score: candidate.score(catalog, asked) };
        let mut ranked: Vec<Ranked> = self.found.iter().map(rank).collect();
        keep_first(&mut ranked, most, |ranked| (Reverse(ranked.score), ranked.entry));
        ranked
    }

    /// The reasons of a candidate, strongest step of the ladder first; they add up to its score.
    pub(super) fn whys(&self, catalog: &Catalog<'_>, asked: &Asked<'_>, entry: EntryId) -> Vec<Why> {
        let Some(candidate) = self.place(entry).map(|at| &self.found[at]) else { return Vec::new() };
        let tied = candidate.tied.iter().map(|(worth, tie)| Why::new(tie.reason, tie.detail.clone(), *worth));
        let (mut whys, others): (Vec<Why>, Vec<Why>) =
            candidate.whys.iter().cloned().chain(tied).partition(|why| LADDER.contains(&why.reason));
        whys.extend(self.texts.whys(catalog, entry));
        whys.extend(others);
        super::nature::each(catalog, asked, entry, candidate.text, &mut |reason, weight, detail| {
            whys.push(Why::new(reason, detail(), weight));
        });
        whys
    }

    fn candidate(&mut self, entry: EntryId) -> &mut Candidate {
        let place = &mut self.places[entry.0 as usize];
        if *place == 0 {
            self.found.push(Candidate { entry, text: Weight::default(), tied: None, whys: Vec::new() });
            *place = self.found.len() as u32;
        }
        &mut self.found[*place as usize - 1]
    }

    fn place(&self, entry: EntryId) -> Option<usize> {
        (*self.places.get(entry.0 as usize)? as usize).checked_sub(1)
    }
}

impl Candidate {
    fn score(&self, catalog: &Catalog<'_>, asked: &Asked<'_>) -> Weight {
        let tied = self.tied.as_ref().map_or(Weight::default(), |(worth, _)| *worth);
        let mut score = weights::score(&self.whys) + self.text + tied;
        super::nature::each(catalog, asked, self.entry, self.text, &mut |_, weight, _| score += weight);
        score
    }
}

/// Sorts the first `most` of a list by a key that no two share, and drops the others.
pub(super) fn keep_first<T, K: Ord>(list: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) {
    if most < list.len() {
        list.select_nth_unstable_by_key(most, &key);
        list.truncate(most);
    }
    list.sort_unstable_by_key(key);
}

//! BM25 with the statistics of one commit. Every sum runs in one fixed order, over live entries alone, in `f64`:
//! the same commit gives the same bits, whatever else the index holds.

use super::analysis::{Analyzer, QueryTerm};
use super::fields::{FIELD_COUNT, FIELDS, FieldSpec, Lengths};
use super::places::Places;
use super::postings::PostingsView;
use super::types::{EntryId, TextMatch};

/// The field of the part that an id named in the question adds.
const NAMED: &str = "id";

/// What ranking needs of a view.
pub(super) struct Corpus<'a> {
    pub(super) postings: &'a PostingsView,
    /// For each entry number, its place among the live entries.
    pub(super) places: &'a Places,
    /// The lengths of the live entries, by place.
    pub(super) lengths: &'a [Lengths],
    /// The mean length of each field over the live entries that have it.
    pub(super) means: &'a [f64; FIELD_COUNT],
}

/// The scores of one question.
struct Scores {
    /// The terms, as asked.
    terms: Vec<QueryTerm>,
    /// The score of each place; 0 where nothing matched.
    totals: Vec<f64>,
    /// Contributions by (field, term) in scoring order, each by place.
    parts: Vec<Part>,
}

/// What one term in one field adds.
struct Part {
    field: &'static str,
    /// Which of the terms.
    term: usize,
    /// Place and contribution; a place at most once.
    matches: Vec<(u32, f64)>,
}

impl Corpus<'_> {
    /// Scores every live entry.
    fn score(&self, text: &str) -> Scores {
        let terms = Analyzer::new().query_terms(text);
        let mut scores = Scores { terms, totals: vec![0.0; self.lengths.len()], parts: Vec::new() };
        for (number, field) in FIELDS.iter().enumerate() {
            for term in 0..scores.terms.len() {
                let matches = self.matches(number, field, &scores.terms[term].term);
                matches.iter().for_each(|(place, score)| scores.totals[*place as usize] += score);
                if !matches.is_empty() {
                    scores.parts.push(Part { field: field.name, term, matches });
                }
            }
        }
        scores
    }

    /// The entries that match and are kept, best first, ties by place. An entry whose id stands in the question
    /// comes before every other.
    pub(super) fn rank(
        &self,
        text: &str,
        entries: &[EntryId],
        named: &[(u32, String)],
        keep: &dyn Fn(EntryId) -> bool,
    ) -> Vec<TextMatch> {
        let mut scores = self.score(text);
        let above_all = scores.totals.iter().copied().fold(0.0, f64::max) + 1.0;
        named.iter().for_each(|(place, _)| scores.totals[*place as usize] += above_all);
        let kept = |place: &usize| scores.totals[*place] > 0.0 && keep(entries[*place]);
        let mut places: Vec<usize> = (0..entries.len()).filter(kept).collect();
        places.sort_unstable_by(|a, b| scores.totals[*b].total_cmp(&scores.totals[*a]).then(a.cmp(b)));
        let ranks = Places::new(places.iter().map(|place| *place as u32), entries.len() as u32);
        let found = |place: usize| TextMatch { entry: entries[place], score: scores.totals[place], parts: Vec::new() };
        let mut found: Vec<TextMatch> = places.into_iter().map(found).collect();
        for part in &scores.parts {
            let asked = &scores.terms[part.term].asked;
            for (rank, score) in part.matches.iter().filter_map(|(place, score)| Some((ranks.get(*place)?, score))) {
                found[rank as usize].parts.push((part.field, asked.clone(), *score));
            }
        }
        for (rank, id) in named.iter().filter_map(|(place, id)| Some((ranks.get(*place)?, id))) {
            found[rank as usize].parts.push((NAMED, id.clone(), above_all));
        }
        found
    }

    fn matches(&self, number: usize, field: &FieldSpec, term: &str) -> Vec<(u32, f64)> {
        let live = self.live_postings(number, term);
        let rarity = idf(self.lengths.len(), live.len());
        let score = |place: u32, frequency: u32| {
            let frequency = f64::from(frequency);
            let length = f64::from(self.lengths[place as usize][number]) / self.means[number];
            let damping = field.k1 * (1.0 - field.b + field.b * length);
            field.weight * rarity * frequency * (field.k1 + 1.0) / (frequency + damping)
        };
        live.into_iter().map(|(place, frequency)| (place, score(place, frequency))).collect()
    }

    fn live_postings(&self, field: usize, term: &str) -> Vec<(u32, u32)> {
        let mut live = Vec::new();
        self.postings
            .each(field, term, &mut |entry, frequency| {
                live.extend(self.places.get(entry).map(|place| (place, frequency)))
            })
            .expect("postings are read from memory that was checked when it was opened");
        live
    }
}

/// How telling a term is: always above 0.
fn idf(entries: usize, having: usize) -> f64 {
    let (entries, having) = (entries as f64, having as f64);
    ln(1.0 + (entries - having + 0.5) / (having + 0.5))
}

/// The natural logarithm of a number from 1 on, by additions, multiplications and divisions alone: the system's own
/// may differ in the last bit from one machine to the next, and then the digests of answers would.
fn ln(x: f64) -> f64 {
    let (mut twos, mut mantissa) = (0.0, x);
    while mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        twos += 1.0;
    }
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let series = (0..13).rev().fold(0.0, |sum, n| sum * z * z + 1.0 / f64::from(2 * n + 1));
    twos * std::f64::consts::LN_2 + 2.0 * z * series
}

/// The mean length of each field over the entries that have it; 1 where none has.
pub(super) fn mean_lengths(lengths: &[Lengths]) -> [f64; FIELD_COUNT] {
    std::array::from_fn(|field| {
        let present = lengths.iter().filter(|l| l[field] > 0);
        let (count, sum) = present.fold((0u64, 0u64), |(count, sum), l| (count + 1, sum + u64::from(l[field])));
        if count == 0 { 1.0 } else { sum as f64 / count as f64 }
    })
}

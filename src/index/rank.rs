//! BM25 with the statistics of one commit. Every sum runs in one fixed order, over live entries alone, in `f64`:
//! the same commit gives the same bits, whatever else the index holds.

use super::analysis::Analyzer;
use super::corpus::Corpus;
use super::fields::{FIELD_COUNT, FIELDS, Lengths};
use super::types::{EntryId, TextMatch};

/// The entries that match, best first.
pub(super) fn rank(corpus: &dyn Corpus, text: &str, named: &[(u32, String)], keep: &dyn Fn(EntryId) -> bool) -> Vec<TextMatch> {
    let terms = Analyzer::new().query_terms(text);
    let means = mean_lengths(corpus.lengths());
    let count = corpus.lengths().len();
    let mut found: Vec<TextMatch> = (0..count as u32).map(|n| TextMatch { entry: EntryId(n), score: 0.0, parts: Vec::new() }).collect();
    for (number, field) in FIELDS.iter().enumerate() {
        for term in &terms {
            let mut tf = vec![0u32; count];
            for word in corpus.words_of_stem(&term.term).unwrap_or_default() {
                if number == FIELD_COUNT - 1 {
                    corpus.each_section(&word, &mut |section, n| tf[corpus.entry_of(section) as usize] += n).ok();
                } else {
                    corpus.each_entry(number, &word, &mut |entry, n| tf[entry as usize] += n).ok();
                }
            }
            let df = tf.iter().filter(|n| **n > 0).count();
            for (place, n) in tf.iter().enumerate().filter(|(_, n)| **n > 0) {
                let n = f64::from(*n);
                let length = f64::from(corpus.lengths()[place][number]) / means[number];
                let damping = field.k1 * (1.0 - field.b + field.b * length);
                let score = field.weight * idf(count, df) * n * (field.k1 + 1.0) / (n + damping);
                found[place].score += score;
                found[place].parts.push((field.name, term.asked.clone(), score));
            }
        }
    }
    let above_all = found.iter().map(|m| m.score).fold(0.0, f64::max) + 1.0;
    for (place, id) in named {
        found[*place as usize].score += above_all;
        found[*place as usize].parts.push(("id", id.clone(), above_all));
    }
    found.retain(|m| m.score > 0.0 && keep(m.entry));
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
    found
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

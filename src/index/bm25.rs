//! BM25 over the statistics of one commit, in `f64` and by the same operations everywhere: the same commit gives the same bits.

use super::corpus::Corpus;
use super::fields::FIELD_COUNT;
use crate::ontology::FieldRanking;

/// What all entries of a commit have in common: how long their fields are.
#[derive(Clone, Debug)]
pub(super) struct Means {
    /// The mean length of each field over the entries that have it; 1 where none has.
    pub(super) fields: [f64; FIELD_COUNT],
    /// The mean length of a section that has words; 1 where none has.
    pub(super) section: f64,
}

impl Means {
    /// Looks through the lengths of a commit.
    pub(super) fn of(corpus: &dyn Corpus) -> Self {
        Self {
            fields: std::array::from_fn(|field| mean(corpus.lengths().iter().map(|lengths| lengths[field]))),
            section: mean(corpus.section_lengths().iter().copied()),
        }
    }
}

fn mean(lengths: impl Iterator<Item = u32>) -> f64 {
    let present = lengths.filter(|length| *length > 0);
    let (count, sum) = present.fold((0u64, 0u64), |(count, sum), length| (count + 1, sum + u64::from(length)));
    if count == 0 { 1.0 } else { sum as f64 / count as f64 }
}

/// What a match of one term in one field is worth.
pub(super) struct Worth {
    most: f64,
    k1: f64,
    /// What of the damping is there whatever the length.
    fixed: f64,
    per_word: f64,
}

impl Worth {
    /// A term that `having` of `all` have, in a field of a mean length.
    pub(super) fn new(field: FieldRanking, all: usize, having: usize, mean: f64) -> Self {
        Self {
            most: field.weight * rarity(all, having) * (field.k1 + 1.0),
            k1: field.k1,
            fixed: 1.0 - field.b,
            per_word: field.b / mean,
        }
    }

    /// What it is worth so often in so many words.
    #[inline]
    pub(super) fn of(&self, frequency: u32, length: u32) -> f64 {
        let frequency = f64::from(frequency);
        self.most * frequency / (frequency + self.k1 * (self.fixed + self.per_word * f64::from(length)))
    }
}

/// How telling a term is: always above 0.
fn rarity(all: usize, having: usize) -> f64 {
    let (all, having) = (all as f64, having as f64);
    ln(1.0 + (all - having + 0.5) / (having + 0.5))
}

/// The natural logarithm of a number from 1 on, by additions, multiplications and divisions alone: the system's own
/// may differ in the last bit from one machine to the next, and then the digests of answers would.
pub fn ln(x: f64) -> f64 {
    let (mut twos, mut mantissa) = (0.0, x);
    while mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        twos += 1.0;
    }
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let series = (0..13).rev().fold(0.0, |sum, n| sum * z * z + 1.0 / f64::from(2 * n + 1));
    twos * std::f64::consts::LN_2 + 2.0 * z * series
}

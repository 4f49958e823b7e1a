//! A fixed-size set of small numbers.

use std::ops::Range;

const WORD: u32 = u64::BITS;

/// A set of numbers below a bound.
#[derive(Clone, Debug)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of numbers below `bound`.
    pub(super) fn new(bound: u32) -> Self {
        Self(vec![0; bound.div_ceil(WORD) as usize])
    }

    /// Adds a number.
    pub(super) fn insert(&mut self, n: u32) {
        self.0[(n / WORD) as usize] |= 1 << (n % WORD);
    }

    /// The numbers of a range that are in the set, in order.
    pub(super) fn within(&self, range: Range<u32>) -> impl Iterator<Item = u32> + '_ {
        masks(range).flat_map(|(word, mask)| bits_of(self.0[word] & mask).map(move |bit| word as u32 * WORD + bit))
    }
}

/// The words a range touches, with the bits of the range in each.
fn masks(range: Range<u32>) -> impl Iterator<Item = (usize, u64)> {
    let words = if range.is_empty() { 0..0 } else { range.start / WORD..range.end.div_ceil(WORD) };
    words.map(move |word| {
        let low = u64::MAX << range.start.saturating_sub(word * WORD);
        let high = u64::MAX >> (WORD - (range.end - word * WORD).min(WORD));
        (word as usize, low & high)
    })
}

/// The bits that are set, lowest first.
fn bits_of(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit)
    })
}

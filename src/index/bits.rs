//! A fixed-size set of small numbers.

/// A set of numbers below a bound.
#[derive(Clone, Debug)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of numbers below `bound`.
    pub(super) fn new(bound: u32) -> Self {
        Self(vec![0; (bound as usize).div_ceil(64)])
    }

    /// Whether a number is small enough to be added.
    pub(super) fn holds(&self, n: u32) -> bool {
        (n as usize) < self.0.len() * 64
    }

    /// Adds a number.
    pub(super) fn insert(&mut self, n: u32) {
        self.0[n as usize / 64] |= 1 << (n % 64);
    }

    /// Adds a range of numbers.
    pub(super) fn insert_range(&mut self, range: std::ops::Range<u32>) {
        range.for_each(|n| self.insert(n));
    }

    /// Whether a number is in the set.
    pub(super) fn contains(&self, n: u32) -> bool {
        self.0.get(n as usize / 64).is_some_and(|word| word & (1 << (n % 64)) != 0)
    }
}

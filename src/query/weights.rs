//! Reasons and what they are worth, exactly. What each is worth is said by `ontology/ranking.yaml`,
//! and `docs/reference/ranking.md` says the same for people.

use super::types::Reason;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// A weight in ten-thousandths, so that sums are exact and orders total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(i64);

impl Weight {
    /// Rounds to four decimals.
    #[inline]
    pub(super) fn of(value: f64) -> Self {
        let scaled = value * 10_000.0;
        Self((scaled + 0.5_f64.copysign(scaled)) as i64)
    }

    /// The weight as the answer gives it.
    pub(super) fn value(self) -> f64 {
        self.0 as f64 / 10_000.0
    }
}

impl Add for Weight {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Weight {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Weight {
    fn sum<I: Iterator<Item = Self>>(weights: I) -> Self {
        weights.fold(Self::default(), Add::add)
    }
}

/// A reason before it leaves: its weight is still exact.
#[derive(Clone, Debug)]
pub(super) struct Why {
    /// Which sort of reason.
    pub(super) reason: &'static str,
    /// What exactly.
    pub(super) detail: String,
    /// What it adds.
    pub(super) weight: Weight,
}

impl Why {
    /// A reason.
    pub(super) fn new(reason: &'static str, detail: impl Into<String>, weight: Weight) -> Self {
        Self { reason, detail: detail.into(), weight }
    }

    /// The reason as the answer gives it, its detail passed through `clean`.
    pub(super) fn given(&self, clean: &mut dyn FnMut(&str) -> String) -> Reason {
        Reason { reason: self.reason, detail: clean(&self.detail), weight: self.weight.value() }
    }
}

/// What reasons are worth together.
pub(super) fn score(whys: &[Why]) -> Weight {
    whys.iter().map(|why| why.weight).sum()
}

//! What each reason is worth: the one table of the ranking.
//!
//! The ladder, strongest first, is selection, association, edges from either, and then everything
//! a record has by itself: text, pattern, scope, recency, status, size. Each of the first three
//! outweighs all that stands below it together. `docs/reference/ranking.md` says the same for people.

use super::types::Reason;
use std::iter::Sum;
use std::ops::{Add, Neg};

/// A weight in ten-thousandths, so that sums are exact and orders total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(i64);

/// Named in `select`.
pub(super) const SELECTION: Weight = Weight(10_000_000);
/// Joined by one edge to a name of `associations`, or that name itself.
pub(super) const ASSOCIATION: Weight = Weight(2_000_000);
/// Each further association of the same record.
pub(super) const ASSOCIATION_FURTHER: Weight = Weight(50_000);
/// Reached over 1, 2, 3, 4 edges from the selection or an association.
pub(super) const EDGE_DISTANCE: [Weight; 4] = [Weight(1_000_000), Weight(900_000), Weight(850_000), Weight(800_000)];
/// The best text score of an answer is at most this; where it would be more, all are scaled alike.
pub(super) const TEXT_MOST: f64 = 40.0;
/// What one edge leaves of the text score of the seed it was followed from.
pub(super) const TEXT_PER_EDGE: f64 = 0.5;
/// Lines of the record match the pattern.
pub(super) const PATTERN: Weight = Weight(100_000);
/// Each literal component of the allow-list glob that lets the record be seen, up to four.
pub(super) const SCOPE_COMPONENT: Weight = Weight(5_000);
/// As new as the newest record; half of it at [`RECENCY_HALF_DAYS`].
pub(super) const RECENCY: f64 = 1.0;
/// After how many days recency is worth half.
pub(super) const RECENCY_HALF_DAYS: f64 = 90.0;
/// Status `approved`.
pub(super) const APPROVED: Weight = Weight(10_000);
/// Status `draft`, and statuses of other kinds, such as `completed`.
pub(super) const DRAFT: Weight = Weight(5_000);
/// Status `deprecated`.
pub(super) const DEPRECATED: Weight = Weight(-10_000);
/// Status `archived`.
pub(super) const ARCHIVED: Weight = Weight(-20_000);
/// An approved record supersedes this one: this, and half of what its text is worth.
pub(super) const SUPERSEDED: Weight = Weight(-10_000);
/// A raw journal event, unless the task is a replay.
pub(super) const JOURNAL_EVENT: Weight = Weight(-500_000);
/// Found by filters alone.
pub(super) const FILTER: Weight = Weight(10_000);
/// A record of one line; half of it at [`SIZE_HALF_LINES`].
pub(super) const SIZE: f64 = 0.2;
/// After how many lines size is worth half.
pub(super) const SIZE_HALF_LINES: f64 = 100.0;
/// A term that an excerpt holds, before its rarity is added.
pub(super) const EXCERPT_TERM: f64 = 1.0;
/// The excerpt is of the best record; of the n-th it is an n-th of this.
pub(super) const EXCERPT_RECORD: f64 = 1.0;

impl Weight {
    /// Rounds to four decimals.
    pub(super) fn of(value: f64) -> Self {
        Self((value * 10_000.0).round() as i64)
    }

    /// The weight as the answer gives it.
    pub(super) fn value(self) -> f64 {
        self.0 as f64 / 10_000.0
    }

    /// Half of it.
    pub(super) fn halved(self) -> Self {
        Self(self.0 / 2)
    }

    /// So many times.
    pub(super) fn times(self, n: usize) -> Self {
        Self(self.0 * n as i64)
    }
}

impl Add for Weight {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Neg for Weight {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
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

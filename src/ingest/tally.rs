//! Keeps a list of problems short: so many of each kind are listed, the rest is counted.

use super::{Problem, ProblemKind, SourceRef};
use std::collections::BTreeMap;

/// So many problems of one kind are listed.
const LISTED: u64 = 50;

/// How many problems of each kind there were.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(BTreeMap<ProblemKind, u64>);

impl Tally {
    /// Counts a problem; whether it is among those that are listed.
    pub(super) fn admits(&mut self, kind: ProblemKind) -> bool {
        let seen = self.0.entry(kind).or_default();
        *seen += 1;
        *seen <= LISTED
    }

    /// One problem for each kind of which not all were listed.
    pub(super) fn rest(&self, file: &str) -> impl Iterator<Item = Problem> {
        let at = SourceRef { file: file.to_owned(), line: None };
        self.0.iter().filter(|(_, seen)| **seen > LISTED).map(move |(kind, seen)| Problem {
            kind: *kind,
            at: at.clone(),
            message: format!("{} more of this kind are not listed", seen - LISTED),
        })
    }
}

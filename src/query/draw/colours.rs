//! Which colour each kind of record has in a drawing.

use crate::query::neighbourhood::NearNode;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A line and the surface it goes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour {
    /// Of lines.
    pub(super) line: &'static str,
    /// Of surfaces.
    pub(super) fill: &'static str,
}

/// One for each of the kinds that most records have.
const PALETTE: [Colour; 11] = [
    Colour { line: "#2563eb", fill: "#eff6ff" },
    Colour { line: "#16a34a", fill: "#f0fdf4" },
    Colour { line: "#d97706", fill: "#fffbeb" },
    Colour { line: "#9333ea", fill: "#faf5ff" },
    Colour { line: "#dc2626", fill: "#fef2f2" },
    Colour { line: "#0d9488", fill: "#f0fdfa" },
    Colour { line: "#db2777", fill: "#fdf2f8" },
    Colour { line: "#4f46e5", fill: "#eef2ff" },
    Colour { line: "#65a30d", fill: "#f7fee7" },
    Colour { line: "#0284c7", fill: "#f0f9ff" },
    Colour { line: "#ea580c", fill: "#fff7ed" },
];
/// Of the kinds beyond the palette, and of names that are no record.
const OTHER: Colour = Colour { line: "#64748b", fill: "#f8fafc" };
/// What names that are no record are called.
pub(super) const OUTSIDE: &str = "not a record here";

/// The colours of one drawing.
pub(super) struct Colours(Vec<(String, Colour)>);

impl Colours {
    /// Gives the kinds that most nodes have a colour each, in order of kind; all others share one.
    pub(super) fn new(nodes: &[NearNode]) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        nodes.iter().filter_map(|node| node.kind.as_deref()).for_each(|kind| *counts.entry(kind).or_default() += 1);
        let mut common: Vec<(&str, usize)> = counts.into_iter().collect();
        common.sort_by_key(|(kind, count)| (Reverse(*count), *kind));
        common.truncate(PALETTE.len());
        common.sort_unstable();
        Self(common.into_iter().zip(PALETTE).map(|((kind, _), colour)| (kind.to_owned(), colour)).collect())
    }

    /// The colour of a node.
    pub(super) fn of(&self, node: &NearNode) -> Colour {
        let found = self.0.iter().find(|(kind, _)| Some(kind) == node.kind.as_ref());
        found.map_or(OTHER, |(_, colour)| *colour)
    }

    /// What each colour means, for the nodes given.
    pub(super) fn legend(&self, nodes: &[NearNode]) -> Vec<(String, Colour)> {
        let mut all = self.0.clone();
        let known = |kind: &String| self.0.iter().any(|(other, _)| other == kind);
        if nodes.iter().filter_map(|node| node.kind.as_ref()).any(|kind| !known(kind)) {
            all.push(("other kinds".to_owned(), OTHER));
        }
        if nodes.iter().any(|node| node.kind.is_none()) {
            all.push((OUTSIDE.to_owned(), OTHER));
        }
        all
    }
}

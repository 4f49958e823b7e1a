//! What records lend to those one edge away: a text that matches well speaks for what it is linked with.

use super::board::Board;
use super::catalog::{Catalog, name_of};
use super::sight::Denied;
use super::types::GraphQuestion;
use super::walk;
use super::weights::Weight;
use crate::index::EntryId;

/// How many of the best text matches lend to their neighbours.
const LENDERS: usize = 50;
/// How many of them bring in records that do not match themselves.
const BRINGERS: usize = 5;
/// A record with more edges is linked with too much to say anything.
const MOST_EDGES: usize = 100;

/// Lends a share of the best text matches to the records one edge away, either way and along any kind of edge.
pub(super) fn lend(catalog: &Catalog<'_>, graph: &GraphQuestion, board: &mut Board) {
    let (share, brings) = (catalog.ranking.linked_share, catalog.ranking.linked_brings);
    if share + brings <= 0.0 {
        return;
    }
    for (place, (from, text)) in board.best_texts(LENDERS).into_iter().enumerate() {
        for to in beside(catalog, from).into_iter().filter(|to| *to != from) {
            let matches = board.text(to) > Weight::default();
            let lent = Weight::of(text.value() * if matches { share } else { brings });
            let brought = place < BRINGERS && catalog.passes(graph, to);
            if lent > Weight::default() && (matches || brought) {
                board.link(to, from, lent);
            }
        }
    }
}

fn beside(catalog: &Catalog<'_>, entry: EntryId) -> Vec<EntryId> {
    let name = name_of(catalog.record(entry));
    // What is hidden lends nothing and borrows nothing, so that there is nothing to count.
    let near = walk::neighbours(catalog, name, &GraphQuestion::default(), &mut Denied::default());
    if near.len() > MOST_EDGES { Vec::new() } else { near.into_iter().map(|near| near.entry).collect() }
}

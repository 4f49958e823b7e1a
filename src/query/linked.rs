//! What records lend to those beside them: a text that matches well speaks for what it is linked with, and for what it names.

use super::board::{Board, Tie};
use super::catalog::{Catalog, name_of};
use super::mentions;
use super::sight::Denied;
use super::types::GraphQuestion;
use super::walk;
use super::weights::Weight;
use crate::index::EntryId;

/// How many of the best text matches lend to their neighbours.
const LENDERS: usize = 50;
/// How many of them bring in records that do not match themselves.
const BRINGERS: usize = 5;
/// How many of them are read for the records that they name.
const READ: usize = 5;
/// A record with more edges is linked with too much to say anything.
const MOST_EDGES: usize = 100;

/// What is lent of a text: to a record that matches too, and to one that does not.
struct Shares {
    matching: f64,
    bringing: f64,
}

impl Shares {
    fn are_none(&self) -> bool {
        self.matching + self.bringing <= 0.0
    }
}

/// Lends a share of the best text matches to the records one edge away, either way and along any kind of edge.
pub(super) fn lend(catalog: &Catalog<'_>, graph: &GraphQuestion, board: &mut Board) {
    let shares = Shares { matching: catalog.ranking.linked_share, bringing: catalog.ranking.linked_brings };
    if shares.are_none() {
        return;
    }
    for (place, lender) in board.best_texts(LENDERS).into_iter().enumerate() {
        for to in beside(catalog, lender.0).into_iter().filter(|to| *to != lender.0) {
            let brings = place < BRINGERS && catalog.passes(graph, to);
            give(board, &shares, lender, (to, brings), &|| Tie::linked(catalog, lender.0));
        }
    }
}

/// Lends a share of the few best text matches to the records that they name.
pub(super) fn lend_to_named(catalog: &Catalog<'_>, graph: &GraphQuestion, board: &mut Board) {
    let shares = Shares { matching: catalog.ranking.mentioned_share, bringing: catalog.ranking.mentioned_brings };
    if shares.are_none() {
        return;
    }
    let mut reader = mentions::Reader::new(catalog);
    for lender in board.best_texts(READ) {
        for to in reader.named_by(&board.texts, lender.0) {
            let brings = catalog.passes(graph, to);
            give(board, &shares, lender, (to, brings), &|| Tie::mentioned(catalog, lender.0));
        }
    }
}

/// Lends a share of a text to a record; one that does not match gets it only where it is brought.
fn give(
    board: &mut Board,
    shares: &Shares,
    (_, text): (EntryId, Weight),
    (to, brings): (EntryId, bool),
    tie: &dyn Fn() -> Tie,
) {
    let matches = board.text(to) > Weight::default();
    let lent = Weight::of(text.value() * if matches { shares.matching } else { shares.bringing });
    if lent > Weight::default() && (matches || brings) {
        board.tie(to, lent, tie);
    }
}

fn beside(catalog: &Catalog<'_>, entry: EntryId) -> Vec<EntryId> {
    let name = name_of(catalog.record(entry));
    // What is hidden lends nothing and borrows nothing, so that there is nothing to count.
    let near = walk::neighbours(catalog, name, &GraphQuestion::default(), &mut Denied::default());
    if near.len() > MOST_EDGES { Vec::new() } else { near.into_iter().map(|near| near.entry).collect() }
}

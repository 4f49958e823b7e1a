//! Which lines of a file gave way to which, in time that is bounded for every pair of files.

use imara_diff::{Algorithm, Diff, Token};
use std::ops::Range;

/// Up to this many lines of both sides are compared in full.
const IN_FULL: usize = 1024;
/// More lines are parted at lines that both sides hold once, and the parts again, this often.
const PARTINGS: usize = 8;

/// Lines of the old side that gave way to lines of the new one; one of the two may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The lines that are gone.
    pub(super) old: Range<usize>,
    /// The lines that are new.
    pub(super) new: Range<usize>,
}

/// The differences of two files, in file order. All other lines are the same on both sides.
pub(super) fn differences(old: &[u32], new: &[u32]) -> Vec<Hunk> {
    let mut comparison = Comparison { old, new, hunks: Vec::new() };
    comparison.compare(0..old.len(), 0..new.len(), PARTINGS);
    comparison.hunks
}

struct Comparison<'a> {
    old: &'a [u32],
    new: &'a [u32],
    hunks: Vec<Hunk>,
}

impl Comparison<'_> {
    fn compare(&mut self, old: Range<usize>, new: Range<usize>, partings: usize) {
        let (old, new) = self.without_common_ends(old, new);
        if old.is_empty() && new.is_empty() {
            return;
        }
        if old.is_empty() || new.is_empty() {
            self.hunks.push(Hunk { old, new });
        } else if old.len() + new.len() <= IN_FULL {
            self.compare_in_full(old, new);
        } else {
            self.part(old, new, partings);
        }
    }

    fn without_common_ends(&self, mut old: Range<usize>, mut new: Range<usize>) -> (Range<usize>, Range<usize>) {
        let same = |(a, b): &(&u32, &u32)| a == b;
        let head = self.old[old.clone()].iter().zip(&self.new[new.clone()]).take_while(same).count();
        (old.start, new.start) = (old.start + head, new.start + head);
        let tail = self.old[old.clone()].iter().rev().zip(self.new[new.clone()].iter().rev()).take_while(same).count();
        (old.end, new.end) = (old.end - tail, new.end - tail);
        (old, new)
    }

    fn compare_in_full(&mut self, old: Range<usize>, new: Range<usize>) {
        let (before, after, tokens) = small_tokens(&self.old[old.clone()], &self.new[new.clone()]);
        let mut diff = Diff::default();
        diff.compute_with(Algorithm::Histogram, &before, &after, tokens);
        let shifted = |lines: Range<u32>, by: usize| by + lines.start as usize..by + lines.end as usize;
        let hunks = diff.hunks().map(|h| Hunk { old: shifted(h.before, old.start), new: shifted(h.after, new.start) });
        self.hunks.extend(hunks);
    }

    /// Compares what stands between the lines that both sides hold once. Where there is none, all is taken for replaced.
    fn part(&mut self, old: Range<usize>, new: Range<usize>, partings: usize) {
        let kept = match partings {
            0 => Vec::new(),
            _ => in_both_orders(held_once(&self.old[old.clone()], &self.new[new.clone()])),
        };
        if kept.is_empty() {
            return self.hunks.push(Hunk { old, new });
        }
        let (mut old_at, mut new_at) = (old.start, new.start);
        for (a, b) in kept {
            self.compare(old_at..old.start + a, new_at..new.start + b, partings - 1);
            (old_at, new_at) = (old.start + a + 1, new.start + b + 1);
        }
        self.compare(old_at..old.end, new_at..new.end, partings - 1);
    }
}

/// The lines as numbers from 0 without gaps, and how many numbers there are. Lines that the old side does not hold
/// share one number: they have no equal.
fn small_tokens(old: &[u32], new: &[u32]) -> (Vec<Token>, Vec<Token>, u32) {
    let mut known = old.to_vec();
    known.sort_unstable();
    known.dedup();
    let token = |line: &u32| Token(known.binary_search(line).unwrap_or(known.len()) as u32);
    (old.iter().map(token).collect(), new.iter().map(token).collect(), known.len() as u32 + 1)
}

/// Where the lines stand that both sides hold exactly once, in the order of the old side.
fn held_once(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let (old, new) = (single_lines(old), single_lines(new));
    let place = |line: u32| new.binary_search_by_key(&line, |(other, _)| *other).ok().map(|index| new[index].1);
    let mut pairs: Vec<(usize, usize)> = old.iter().filter_map(|(line, at)| Some((*at, place(*line)?))).collect();
    pairs.sort_unstable();
    pairs
}

/// The lines that stand in a file once, with their places, by line.
fn single_lines(lines: &[u32]) -> Vec<(u32, usize)> {
    let mut places: Vec<(u32, usize)> = lines.iter().copied().zip(0..).collect();
    places.sort_unstable();
    places.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() == 1).map(|same| same[0]).collect()
}

/// A longest selection of the pairs that ascends on both sides.
fn in_both_orders(pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    // For each length, the pair that ends a selection of that length as early as can be; for each pair, the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, place)) in pairs.iter().enumerate() {
        let len = ends.partition_point(|end| pairs[*end].1 < *place);
        before.push(len.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(len) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut kept: Vec<_> = std::iter::successors(ends.last().copied(), |at| before[*at]).map(|at| pairs[at]).collect();
    kept.reverse();
    kept
}

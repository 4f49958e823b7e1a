//! Which version of each path is live from which landing to which: the intervals that make an old commit cost what the tip costs.

use crate::base::{CommitId, RepoPath};
use std::collections::{BTreeMap, HashMap};

/// The end of an interval that is still open.
const OPEN: u32 = u32::MAX;

/// A version is live from landing `from` up to, not including, landing `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interval {
    version: u32,
    from: u32,
    to: u32,
}

/// What a landing does to the versions that are live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The commit.
    pub(super) commit: CommitId,
    /// Each path that changed, and the version it has now.
    pub(super) changes: Vec<(RepoPath, Option<u32>)>,
}

/// The landings in order, and the intervals of every path.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    commits: Vec<CommitId>,
    seqs: HashMap<CommitId, u32>,
    paths: BTreeMap<RepoPath, Vec<Interval>>,
}

impl Timeline {
    /// How many landings there are.
    pub(super) fn len(&self) -> usize {
        self.commits.len()
    }

    /// The last commit.
    pub(super) fn tip(&self) -> Option<CommitId> {
        self.commits.last().copied()
    }

    /// The commits, oldest first.
    pub(super) fn commits(&self) -> &[CommitId] {
        &self.commits
    }

    /// The position of a commit on the line.
    pub(super) fn seq(&self, commit: CommitId) -> Option<u32> {
        self.seqs.get(&commit).copied()
    }

    /// The versions live at a position, in path order.
    pub(super) fn live(&self, seq: u32) -> impl Iterator<Item = u32> + '_ {
        self.paths.values().filter_map(move |intervals| {
            let last = intervals[..intervals.partition_point(|i| i.from <= seq)].last()?;
            (seq < last.to).then_some(last.version)
        })
    }

    /// Adds the next landing.
    pub(super) fn push(&mut self, step: Step) {
        let seq = self.commits.len() as u32;
        for (path, version) in step.changes {
            let intervals = self.paths.entry(path).or_default();
            close(intervals, seq);
            intervals.extend(version.map(|version| Interval { version, from: seq, to: OPEN }));
        }
        self.seqs.insert(step.commit, seq);
        self.commits.push(step.commit);
    }

    /// Forgets all landings but the first `len`: what they opened is gone, and what they closed is open again.
    pub(super) fn rewind(&mut self, len: usize) {
        for commit in self.commits.drain(len..) {
            self.seqs.remove(&commit);
        }
        let len = len as u32;
        self.paths.retain(|_, intervals| {
            intervals.retain(|interval| interval.from < len);
            intervals.iter_mut().filter(|interval| interval.to >= len).for_each(|interval| interval.to = OPEN);
            !intervals.is_empty()
        });
    }
}

/// Ends the open interval at `seq`. One that began there (a path named twice by one landing) never was.
fn close(intervals: &mut Vec<Interval>, seq: u32) {
    if let Some(last) = intervals.last_mut().filter(|last| last.to == OPEN) {
        last.to = seq;
        if last.from == seq {
            intervals.pop();
        }
    }
}

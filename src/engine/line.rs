//! The approved line with the moment each of its commits landed.

use crate::base::{CommitId, Timestamp};
use crate::git::ApprovedCommit;
use std::collections::HashMap;

/// A commit of the approved line and when it became part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The commit.
    pub commit: CommitId,
    /// When it landed; never before the commit below it.
    pub at: Timestamp,
}

/// The approved line, oldest first. Immutable: a landing makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Line {
    landed: Vec<Landed>,
    positions: HashMap<CommitId, usize>,
}

impl Line {
    /// The line with newer commits on top, newest first as git gives them. `recorded` says when a commit landed
    /// here; one that landed elsewhere counts from its committer date, but not from a time after the recorded
    /// landing above it: what was adopted was there by then.
    #[must_use]
    pub fn extended(&self, newest_first: &[ApprovedCommit], recorded: &HashMap<CommitId, Timestamp>) -> Self {
        let mut above: Option<Timestamp> = None;
        let mut times = Vec::with_capacity(newest_first.len());
        for commit in newest_first {
            let elsewhere = above.map_or(commit.committed_at, |above| commit.committed_at.min(above));
            let landed = recorded.get(&commit.id).copied();
            above = landed.or(above);
            times.push(landed.unwrap_or(elsewhere));
        }
        let mut line = self.clone();
        for (commit, at) in newest_first.iter().zip(times).rev() {
            line.push(commit.id, at);
        }
        line
    }

    /// The line of these landings, oldest first.
    pub fn of(landed: Vec<Landed>) -> Self {
        let mut line = Self::default();
        landed.into_iter().for_each(|landed| line.push(landed.commit, landed.at));
        line
    }

    fn push(&mut self, commit: CommitId, at: Timestamp) {
        let at = self.landed.last().map_or(at, |below| below.at.max(at));
        self.positions.insert(commit, self.landed.len());
        self.landed.push(Landed { commit, at });
    }

    /// The last landing.
    pub fn tip(&self) -> Option<Landed> {
        self.landed.last().copied()
    }

    /// The first landing.
    pub fn root(&self) -> Option<Landed> {
        self.landed.first().copied()
    }

    /// How many commits landed.
    pub fn len(&self) -> usize {
        self.landed.len()
    }

    /// Where a commit stands on the line, from 0.
    pub fn position(&self, commit: CommitId) -> Option<usize> {
        self.positions.get(&commit).copied()
    }

    /// When a commit landed.
    pub fn landed_at(&self, commit: CommitId) -> Option<Timestamp> {
        self.position(commit).map(|p| self.landed[p].at)
    }

    /// The last commit that had landed by a moment.
    pub fn at(&self, moment: Timestamp) -> Option<Landed> {
        let after = self.landed.partition_point(|l| l.at <= moment);
        after.checked_sub(1).map(|p| self.landed[p])
    }

    /// The landings above a position, oldest first.
    pub fn above(&self, position: Option<usize>) -> &[Landed] {
        &self.landed[position.map_or(0, |p| p + 1)..]
    }

    /// The landings up to and including a position.
    pub fn up_to(&self, position: usize) -> &[Landed] {
        &self.landed[..=position]
    }
}

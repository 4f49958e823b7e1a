//! The approved line, as far as an index covers it: positions and commits.

use crate::base::CommitId;
use std::collections::HashMap;

/// Landings in order, the first of them at some position of the approved line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    first: u32,
    commits: Vec<CommitId>,
    positions: HashMap<CommitId, u32>,
}

impl Line {
    /// The line that begins at a position.
    pub(super) fn new(first: u32, commits: Vec<CommitId>) -> Self {
        let positions = commits.iter().copied().zip(first..).collect();
        Self { first, commits, positions }
    }

    /// The position of the first landing.
    pub(super) fn first(&self) -> u32 {
        self.first
    }

    /// The position after the last landing.
    pub(super) fn end(&self) -> u32 {
        self.first + self.commits.len() as u32
    }

    /// The landings, oldest first.
    pub(super) fn commits(&self) -> &[CommitId] {
        &self.commits
    }

    /// The last landing.
    pub(super) fn tip(&self) -> Option<CommitId> {
        self.commits.last().copied()
    }

    /// The position of a commit.
    pub(super) fn position(&self, commit: CommitId) -> Option<u32> {
        self.positions.get(&commit).copied()
    }

    /// The commit at a position.
    pub(super) fn commit(&self, position: u32) -> Option<CommitId> {
        self.commits.get(position.checked_sub(self.first)? as usize).copied()
    }
}

//! The nearest common ancestors of two commits, remembered: they are a function of the two, and asked for again and again.

use super::repository::Repository;
use super::types::GitError;
use super::{convert, history};
use crate::base::CommitId;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many pairs are remembered.
const KEPT: usize = 256;

/// What is remembered of pairs of commits; the last one that was added comes last.
#[derive(Default)]
pub(super) struct Bases(Mutex<VecDeque<Remembered>>);

type Remembered = ((CommitId, CommitId), Vec<CommitId>);

impl Repository {
    /// The nearest common ancestors of two commits, the best one first.
    pub(super) fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, GitError> {
        if let Some(found) = self.bases.get((a, b)) {
            return Ok(found);
        }
        self.with(|repo| {
            let found = history::merge_bases(repo, a, b)?;
            // What lies beyond the boundary of a shallow clone may come later.
            if !repo.is_shallow().map_err(convert::other("looking for a shallow clone"))? {
                self.bases.put((a, b), &found);
            }
            Ok(found)
        })
    }
}

impl Bases {
    fn get(&self, pair: (CommitId, CommitId)) -> Option<Vec<CommitId>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().rev().find(|(kept, _)| *kept == pair).map(|(_, found)| found.clone())
    }

    fn put(&self, pair: (CommitId, CommitId), found: &[CommitId]) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEPT {
            held.pop_front();
        }
        held.push_back((pair, found.to_vec()));
    }
}

//! Reviews: decisions of people and agents, each bound to one revision and its diff digest.

use super::merge::Approved;
use crate::base::{Digest, Principal, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One revision of an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its number, from 1.
    pub number: u32,
    /// The digest of what it changes.
    pub diff_digest: Digest,
}

/// What a reviewer decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewKind {
    /// It may land.
    Approve,
    /// It needs another revision.
    RequestChanges,
}

/// A decision of a reviewer about one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// Who decided.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ReviewKind,
    /// The revision that was looked at.
    pub revision: Revision,
    /// The digest of the reviewer's own signature, where there is one.
    pub signature: Option<Digest>,
}

/// What the reviews of a revision come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// The approvals that count, in the order they were given.
    pub approvals: Vec<Approved>,
    /// Who still asks for changes.
    pub changes_requested_by: Vec<Principal>,
}

/// The decisions that count for a revision: those about exactly it, the newest of each reviewer, and
/// none of the proposer's approvals. `reviews` stand in the order they were given.
pub fn live_approvals(reviews: &[Review], revision: &Revision, proposer: &Principal) -> Live {
    let mut newest: BTreeMap<&Principal, usize> = BTreeMap::new();
    for (n, review) in reviews.iter().enumerate().filter(|(_, review)| review.revision == *revision) {
        newest.insert(&review.by, n);
    }
    let mut counted: Vec<usize> = newest.into_values().collect();
    counted.sort_unstable();
    let mut live = Live::default();
    for review in counted.into_iter().map(|n| &reviews[n]) {
        match review.kind {
            ReviewKind::Approve if review.by == *proposer => {}
            ReviewKind::Approve => live.approvals.push(Approved {
                by: review.by.clone(),
                at: review.at,
                signature: review.signature.clone(),
            }),
            ReviewKind::RequestChanges => live.changes_requested_by.push(review.by.clone()),
        }
    }
    live
}

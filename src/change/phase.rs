//! The phases of an update, and which may follow which.

use super::need::Need;
use super::review::Live;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an update stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// Accepted, being checked.
    Validating,
    /// Findings of severity error; a new revision can mend them.
    Invalid,
    /// Valid, waiting.
    AwaitingApproval,
    /// A reviewer asked for another revision.
    ChangesRequested,
    /// Enough approvals for exactly this revision.
    Approved,
    /// Does not merge cleanly into the default branch.
    Conflicted,
    /// Landed.
    Merged,
    /// Turned down.
    Rejected,
    /// Another update took its place.
    Superseded,
}

/// Every phase, in the order of a life.
pub const PHASES: [Phase; 9] = [
    Phase::Validating,
    Phase::Invalid,
    Phase::AwaitingApproval,
    Phase::ChangesRequested,
    Phase::Approved,
    Phase::Conflicted,
    Phase::Merged,
    Phase::Rejected,
    Phase::Superseded,
];

impl Phase {
    /// The phase's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validating => "Validating",
            Self::Invalid => "Invalid",
            Self::AwaitingApproval => "AwaitingApproval",
            Self::ChangesRequested => "ChangesRequested",
            Self::Approved => "Approved",
            Self::Conflicted => "Conflicted",
            Self::Merged => "Merged",
            Self::Rejected => "Rejected",
            Self::Superseded => "Superseded",
        }
    }

    /// Reads a phase's name.
    pub fn parse(name: &str) -> Option<Self> {
        PHASES.into_iter().find(|phase| phase.as_str() == name)
    }

    /// Whether nothing follows.
    pub fn ended(self) -> bool {
        matches!(self, Self::Merged | Self::Rejected | Self::Superseded)
    }

    /// Whether the update may go from this phase to another.
    ///
    /// What is open can be checked again, turned down or superseded at any time, and a check can find
    /// anything. Only an approved update merges; reviews move an update between the three phases of
    /// one that is valid, and never out of `Invalid` or `Conflicted`.
    pub fn may_become(self, next: Self) -> bool {
        if self.ended() || self == next {
            return false;
        }
        match next {
            Self::Validating | Self::Invalid | Self::Conflicted | Self::Rejected | Self::Superseded => true,
            Self::Merged => self == Self::Approved,
            Self::AwaitingApproval | Self::ChangesRequested | Self::Approved => {
                self == Self::Validating || self.is_valid()
            }
        }
    }

    fn is_valid(self) -> bool {
        matches!(self, Self::AwaitingApproval | Self::ChangesRequested | Self::Approved)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What validation left of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does not merge.
    Conflicted,
    /// It merges, and the merged tree has errors.
    Invalid,
    /// It merges, and the merged tree is valid.
    Valid,
}

/// The phase that a verdict and the live reviews come to.
pub fn phase_after(standing: Standing, live: &Live, need: &Need) -> Phase {
    match standing {
        Standing::Conflicted => Phase::Conflicted,
        Standing::Invalid => Phase::Invalid,
        Standing::Valid if !live.changes_requested_by.is_empty() => Phase::ChangesRequested,
        Standing::Valid if need.is_met(live) => Phase::Approved,
        Standing::Valid => Phase::AwaitingApproval,
    }
}

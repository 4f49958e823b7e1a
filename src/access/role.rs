//! Roles, from the least to the most.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a token lets its principal do in its org; each role may all that the one before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Queries and reads.
    Reader,
    /// Proposes updates.
    Proposer,
    /// Approves, rejects and merges.
    Reviewer,
    /// Pushes the default branch where allowed, and decides about the ontology.
    Maintainer,
    /// Manages tokens, repositories and policies, and reads the audit log.
    Admin,
}

/// The text names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of reader, proposer, reviewer, maintainer, admin")]
pub struct BadRole;

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 5] = [Self::Reader, Self::Proposer, Self::Reviewer, Self::Maintainer, Self::Admin];

    /// The role as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Proposer => "proposer",
            Self::Reviewer => "reviewer",
            Self::Maintainer => "maintainer",
            Self::Admin => "admin",
        }
    }

    /// Reads a role as it is written.
    pub fn parse(text: &str) -> Result<Self, BadRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(BadRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = BadRole;
    fn from_str(text: &str) -> Result<Self, BadRole> {
        Self::parse(text)
    }
}

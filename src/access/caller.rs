//! Who asks.

use super::{Role, SourceScope};
use crate::base::id::TokenId;
use crate::base::{OrgId, Principal};

/// Whoever presented a good token: a principal with a role in one org.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// The org, and the only one.
    pub org: OrgId,
    /// Who acts.
    pub principal: Principal,
    /// What they may do.
    pub role: Role,
    /// The token they came with.
    pub token: TokenId,
    /// What the token is narrowed to; `None`: the whole org.
    pub scope: Option<SourceScope>,
}

impl Caller {
    /// Whether a path is within what the token is narrowed to.
    pub fn sees_path(&self, path: &str) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.admits_path(path))
    }

    /// Whether a kind of record is within what the token is narrowed to.
    pub fn sees_kind(&self, kind: &str) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.admits_kind(kind))
    }
}

//! Principals, roles, scopes, and decisions with reasons. Pure.

/// Placeholder until the access folder lands.
pub type RepositoryPolicy = serde_json::Value;
/// Placeholder until the access folder lands.
pub type Role = String;
/// Placeholder until the access folder lands.
pub type SourceScope = serde_json::Value;
/// Placeholder until the access folder lands.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The org.
    pub org: crate::base::OrgId,
    /// Who.
    pub principal: crate::base::Principal,
    /// The role.
    pub role: Role,
    /// The token.
    pub token: crate::base::id::TokenId,
    /// The scope.
    pub scope: Option<SourceScope>,
}

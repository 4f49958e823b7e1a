//! What a repository asks of a change before it lands.

use serde::{Deserialize, Serialize};

/// The settings of a repository that decisions depend on. A field that is absent has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct RepositoryPolicy {
    required_approvals: u32,
    allow_direct_push: bool,
    require_clean: bool,
}

/// The policy asks for what cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("requiredApprovals is 1 to 20")]
pub struct BadPolicy;

/// The fields as they are written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Fields {
    required_approvals: u32,
    allow_direct_push: bool,
    require_clean: bool,
}

impl RepositoryPolicy {
    /// A policy from its settings.
    pub fn new(required_approvals: u32, allow_direct_push: bool, require_clean: bool) -> Result<Self, BadPolicy> {
        if !(1..=20).contains(&required_approvals) {
            return Err(BadPolicy);
        }
        Ok(Self { required_approvals, allow_direct_push, require_clean })
    }

    /// How many approvals of one revision let it merge.
    pub fn required_approvals(&self) -> u32 {
        self.required_approvals
    }

    /// Whether maintainers may push the default branch; otherwise it moves by merges alone.
    pub fn allow_direct_push(&self) -> bool {
        self.allow_direct_push
    }

    /// Whether a change answers for every error of the tree, and not only for those it brings.
    pub fn require_clean(&self) -> bool {
        self.require_clean
    }
}

impl Default for RepositoryPolicy {
    fn default() -> Self {
        Self { required_approvals: 1, allow_direct_push: true, require_clean: false }
    }
}

impl Default for Fields {
    fn default() -> Self {
        let RepositoryPolicy { required_approvals, allow_direct_push, require_clean } = RepositoryPolicy::default();
        Self { required_approvals, allow_direct_push, require_clean }
    }
}

impl TryFrom<Fields> for RepositoryPolicy {
    type Error = BadPolicy;
    fn try_from(fields: Fields) -> Result<Self, BadPolicy> {
        Self::new(fields.required_approvals, fields.allow_direct_push, fields.require_clean)
    }
}

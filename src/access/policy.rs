//! What a repository asks of a change before it lands.

use crate::base::GlobSet;
use serde::{Deserialize, Serialize};

/// The settings of a repository that decisions depend on. A field that is absent has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct RepositoryPolicy {
    required_approvals: u32,
    allow_direct_push: bool,
    require_clean: bool,
    require_signed_approvals: bool,
    auto_merge: GlobSet,
    allow_partial_imports: bool,
    artifact_retention_days: u32,
    story_retention_days: u32,
}

/// The policy asks for what cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPolicy {
    /// Of the approvals.
    #[error("requiredApprovals is 1 to 20")]
    Approvals,
    /// Of the days that something is kept.
    #[error("days that something is kept are 1 to {MOST_DAYS}")]
    Days,
}

/// The longest that a policy keeps anything, in days.
const MOST_DAYS: u32 = 3_650;
/// How long bytes of artifacts are kept where a policy does not say.
const ARTIFACT_DAYS: u32 = 30;
/// How long the stories of imports that ended are kept where a policy does not say.
const STORY_DAYS: u32 = 365;

/// The fields as they are written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Fields {
    required_approvals: u32,
    allow_direct_push: bool,
    require_clean: bool,
    require_signed_approvals: bool,
    auto_merge: GlobSet,
    allow_partial_imports: bool,
    artifact_retention_days: u32,
    story_retention_days: u32,
}

impl RepositoryPolicy {
    /// A policy from its settings; nothing merges by itself, and approvals need no signature.
    pub fn new(required_approvals: u32, allow_direct_push: bool, require_clean: bool) -> Result<Self, BadPolicy> {
        if !(1..=20).contains(&required_approvals) {
            return Err(BadPolicy::Approvals);
        }
        let (require_signed_approvals, auto_merge, allow_partial_imports) = (false, GlobSet::default(), false);
        Ok(Self {
            required_approvals,
            allow_direct_push,
            require_clean,
            require_signed_approvals,
            auto_merge,
            allow_partial_imports,
            artifact_retention_days: ARTIFACT_DAYS,
            story_retention_days: STORY_DAYS,
        })
    }

    /// The same policy with other paths that need no approval.
    pub fn with_auto_merge(self, auto_merge: GlobSet) -> Self {
        Self { auto_merge, ..self }
    }

    /// The same policy with or without the demand for signed approvals.
    pub fn with_signed_approvals(self, require_signed_approvals: bool) -> Self {
        Self { require_signed_approvals, ..self }
    }

    /// The same policy with or without imports of runs that have not ended.
    pub fn with_partial_imports(self, allow_partial_imports: bool) -> Self {
        Self { allow_partial_imports, ..self }
    }

    /// The same policy with other lengths of time that imports keep things for, in days.
    pub fn with_retention(self, artifact_days: u32, story_days: u32) -> Result<Self, BadPolicy> {
        if [artifact_days, story_days].iter().any(|days| !(1..=MOST_DAYS).contains(days)) {
            return Err(BadPolicy::Days);
        }
        Ok(Self { artifact_retention_days: artifact_days, story_retention_days: story_days, ..self })
    }

    /// For how many days at most the bytes of artifacts are kept.
    pub fn artifact_retention_days(&self) -> u32 {
        self.artifact_retention_days
    }

    /// For how many days the screened story of an import is kept after it ended.
    pub fn story_retention_days(&self) -> u32 {
        self.story_retention_days
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

    /// Whether only approvals count that carry the approver's own signature.
    pub fn require_signed_approvals(&self) -> bool {
        self.require_signed_approvals
    }

    /// The paths that need no approval: a valid update of nothing but these lands by itself.
    pub fn auto_merge(&self) -> &GlobSet {
        &self.auto_merge
    }

    /// Whether a run that has not ended may be imported.
    pub fn allow_partial_imports(&self) -> bool {
        self.allow_partial_imports
    }
}

impl Default for RepositoryPolicy {
    fn default() -> Self {
        Self::new(1, true, false).expect("one approval is within the bounds")
    }
}

impl Default for Fields {
    fn default() -> Self {
        let RepositoryPolicy {
            required_approvals,
            allow_direct_push,
            require_clean,
            require_signed_approvals,
            auto_merge,
            allow_partial_imports,
            artifact_retention_days,
            story_retention_days,
        } = RepositoryPolicy::default();
        Self {
            required_approvals,
            allow_direct_push,
            require_clean,
            require_signed_approvals,
            auto_merge,
            allow_partial_imports,
            artifact_retention_days,
            story_retention_days,
        }
    }
}

impl TryFrom<Fields> for RepositoryPolicy {
    type Error = BadPolicy;

    fn try_from(fields: Fields) -> Result<Self, BadPolicy> {
        let policy = Self::new(fields.required_approvals, fields.allow_direct_push, fields.require_clean)?;
        let policy = policy.with_auto_merge(fields.auto_merge).with_partial_imports(fields.allow_partial_imports);
        let policy = policy.with_retention(fields.artifact_retention_days, fields.story_retention_days)?;
        Ok(policy.with_signed_approvals(fields.require_signed_approvals))
    }
}

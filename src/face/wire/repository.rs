//! Repositories, the org at a glance, and its signing keys.

use super::address::addressed;
use super::resource::{API_VERSION, Condition, Metadata};
use crate::base::{GlobSet, OrgId};
use crate::engine::RepositoryPolicy;
use crate::engine::{Code, EngineError, RepositoryView, SummaryView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Makes a repository with the default layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRepositoryBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Its name.
    pub name: String,
    /// What differs from the default policy.
    pub policy: Option<PolicyBody>,
}

/// Changes the policy of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPolicyBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// What changes; what is left out stays.
    pub policy: PolicyBody,
}
addressed!(NewRepositoryBody, SetPolicyBody);

/// What a repository asks of a change before it lands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PolicyBody {
    /// How many approvals of one revision let it merge, 1 to 20.
    pub required_approvals: Option<u32>,
    /// Whether maintainers may push the default branch.
    pub allow_direct_push: Option<bool>,
    /// Whether a change answers for every error of the tree, and not only for those it brings.
    pub require_clean: Option<bool>,
    /// Whether only approvals count that carry the approver's own signature.
    pub require_signed_approvals: Option<bool>,
    /// Globs of paths that need no approval: a valid update of nothing but these lands by itself.
    pub auto_merge: Option<Vec<String>>,
    /// Whether a run that has not ended may be imported.
    pub allow_partial_imports: Option<bool>,
    /// For how many days at most the bytes of artifacts are kept, 1 to 3650.
    pub artifact_retention_days: Option<u32>,
    /// For how many days the screened story of an import is kept after it ended, 1 to 3650.
    pub story_retention_days: Option<u32>,
}

impl PolicyBody {
    /// The policy that these changes make of another one.
    pub fn over(&self, policy: &RepositoryPolicy) -> Result<RepositoryPolicy, EngineError> {
        let approvals = self.required_approvals.unwrap_or(policy.required_approvals());
        let direct = self.allow_direct_push.unwrap_or(policy.allow_direct_push());
        let clean = self.require_clean.unwrap_or(policy.require_clean());
        let bad = |field: &str, message: String| {
            EngineError::new(Code::BadRequest, message.clone()).because("OutOfRange", Some(field), message)
        };
        let signed = self.require_signed_approvals.unwrap_or(policy.require_signed_approvals());
        let by_itself = self.auto_merge.as_ref().map(|globs| GlobSet::new(globs)).transpose();
        let by_itself = by_itself.map_err(|error| bad("policy.autoMerge", error.to_string()))?;
        let changed = RepositoryPolicy::new(approvals, direct, clean)
            .map_err(|error| bad("policy.requiredApprovals", error.to_string()))?;
        let by_itself = by_itself.unwrap_or_else(|| policy.auto_merge().clone());
        let partial = self.allow_partial_imports.unwrap_or(policy.allow_partial_imports());
        let bytes = self.artifact_retention_days.unwrap_or(policy.artifact_retention_days());
        let stories = self.story_retention_days.unwrap_or(policy.story_retention_days());
        let changed = changed
            .with_retention(bytes, stories)
            .map_err(|error| bad("policy.artifactRetentionDays", error.to_string()))?;
        Ok(changed.with_auto_merge(by_itself).with_signed_approvals(signed).with_partial_imports(partial))
    }
}

impl From<&RepositoryPolicy> for PolicyBody {
    fn from(policy: &RepositoryPolicy) -> Self {
        Self {
            required_approvals: Some(policy.required_approvals()),
            allow_direct_push: Some(policy.allow_direct_push()),
            require_clean: Some(policy.require_clean()),
            require_signed_approvals: Some(policy.require_signed_approvals()),
            auto_merge: Some(policy.auto_merge().patterns().to_vec()),
            allow_partial_imports: Some(policy.allow_partial_imports()),
            artifact_retention_days: Some(policy.artifact_retention_days()),
            story_retention_days: Some(policy.story_retention_days()),
        }
    }
}

/// A memory repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryResource {
    /// `krate.a5c.ai/v1alpha1`.
    pub api_version: String,
    /// `AgentMemoryRepository`.
    pub kind: String,
    /// Its header.
    pub metadata: Metadata,
    /// What it is meant to be.
    pub spec: RepositorySpec,
    /// How it is.
    pub status: RepositoryStatus,
}

/// What a repository is meant to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepositorySpec {
    /// The org.
    pub organization_ref: String,
    /// Such as `main`.
    pub default_branch: String,
    /// Whether it was adopted.
    pub adopted: bool,
    /// What it asks of a change before it lands.
    pub policy: PolicyBody,
    /// Where git clones it from, below the server's address.
    pub clone_path: String,
}

/// How a repository is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryStatus {
    /// The tip of the default branch; null while it is empty.
    pub tip: Option<String>,
    /// How many commits of the approved line are indexed.
    pub indexed_commits: usize,
    /// How many the approved line has.
    pub approved_commits: usize,
    /// `Indexed`.
    pub conditions: Vec<Condition>,
}

impl RepositoryResource {
    /// A repository of an org.
    pub fn new(org: &OrgId, view: RepositoryView) -> Self {
        let (indexed, all) = view.indexed;
        let reason = if indexed == all { "UpToDate" } else { "Behind" };
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "AgentMemoryRepository".to_owned(),
            metadata: Metadata::new(org, view.name.as_str(), None, view.created_at),
            spec: RepositorySpec {
                organization_ref: org.to_string(),
                default_branch: view.default_branch,
                adopted: view.adopted,
                policy: PolicyBody::from(&view.policy),
                clone_path: format!("/orgs/{org}/{}.git", view.name),
            },
            status: RepositoryStatus {
                tip: view.tip.map(|tip| tip.to_string()),
                indexed_commits: indexed,
                approved_commits: all,
                conditions: vec![Condition::new("Indexed", indexed == all, reason)],
            },
        }
    }
}

/// The repositories of an org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RepositoryList {
    /// The org.
    pub organization: String,
    /// Each of them.
    pub items: Vec<RepositoryResource>,
}

impl RepositoryList {
    /// The repositories of an org.
    pub fn new(org: &OrgId, views: Vec<RepositoryView>) -> Self {
        let items = views.into_iter().map(|view| RepositoryResource::new(org, view)).collect();
        Self { organization: org.to_string(), items }
    }
}

/// An org at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// The org.
    pub organization: String,
    /// Its repositories.
    pub repositories: Vec<RepositoryResource>,
    /// How many updates are in each phase.
    pub updates: BTreeMap<String, usize>,
}

impl From<SummaryView> for Summary {
    fn from(view: SummaryView) -> Self {
        let list = RepositoryList::new(&view.organization, view.repositories);
        Self { organization: list.organization, repositories: list.items, updates: view.updates.into_iter().collect() }
    }
}

/// The keys that sign an org's commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signers {
    /// The org.
    pub organization: String,
    /// The text of a git allowed-signers file.
    pub allowed_signers: String,
}

//! Validation of a commit, or of changes on it.

use super::address::addressed;
use super::answer::{DeniedScope, Permission};
use super::reference::ResolveBody;
use super::update::Finding;
use super::update_request::ChangeBody;
use crate::engine::{AskValidation, EngineError, MOST_FINDINGS, NewChange, RefRequest, Validated};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks what validation says of a commit, or of changes that would be made on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ValidateBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// `current`, `explicit-ref`, `ref-at-time` or `snapshot-tag`; left out, the other fields say which.
    pub mode: Option<String>,
    /// A branch, tag, commit, or a snapshot's name; left out, and no time: the tip of the default branch.
    pub requested: Option<String>,
    /// A time, RFC 3339.
    pub requested_at: Option<String>,
    /// A branch, tag or commit: only what has come since is told. With `changes` it is the commit that they are made
    /// on, where nothing else is said.
    pub base: Option<String>,
    /// What the commit's files would become, as in an update. Nothing of it is kept.
    pub changes: Vec<ChangeBody>,
}
addressed!(ValidateBody);

impl ValidateBody {
    /// The request in the engine's words.
    pub fn ask(self) -> Result<AskValidation, EngineError> {
        let at = ResolveBody {
            mode: self.mode,
            requested: self.requested,
            requested_at: self.requested_at,
            ..ResolveBody::default()
        };
        Ok(AskValidation {
            repository: self.memory_repository,
            at: at.request()?,
            base: self.base.map(|base| RefRequest { requested: Some(base), ..RefRequest::default() }),
            changes: self.changes.into_iter().map(NewChange::from).collect(),
        })
    }
}

/// What validation says: the findings of `lorekeep validate --json`, and what they depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationAnswer {
    /// The org.
    pub organization: String,
    /// The repository.
    pub memory_repository: String,
    /// The commit that was asked for; with `changes` the one that they would be made on.
    pub resolved_commit: String,
    /// The tip of the default branch.
    pub current_commit: String,
    /// The digest of the ontology that was validated by, which the changes may have changed.
    pub ontology_digest: String,
    /// The digest of the resolved commit's files.
    pub index_digest: String,
    /// The commit that was validated; null where its files were changed first.
    pub commit: Option<String>,
    /// The commit that the findings have come since; null where all of them are told.
    pub base: Option<String>,
    /// The findings, by path, line and code.
    pub findings: Vec<Finding>,
    /// The counts.
    pub summary: ValidationSummary,
    /// What the caller may not see, counted: the answer is as if it were not there.
    pub permission: Permission,
    /// What was cut.
    pub limits: ValidationLimits,
}

/// How much was read, and how much is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValidationSummary {
    /// Files of the tree.
    pub files: usize,
    /// Records of the tree.
    pub records: usize,
    /// Edges as they were written.
    pub edges: usize,
    /// Markdown files without an id.
    pub notes: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Edges to ids of platform resources that no record here has: no findings.
    pub unresolved: usize,
}

/// What was cut of a validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValidationLimits {
    /// Whether there are more findings than are given; the summary counts all of them.
    pub truncated: bool,
    /// The most findings of an answer.
    pub findings: usize,
}

impl ValidationAnswer {
    /// The answer about a repository of an org.
    pub fn new(organization: &str, repository: &str, validated: Validated) -> Self {
        let Validated { resolution, summary, .. } = validated;
        let commit = resolution.commit.to_string();
        Self {
            organization: organization.to_owned(),
            memory_repository: repository.to_owned(),
            resolved_commit: commit.clone(),
            current_commit: resolution.current_commit.to_string(),
            ontology_digest: validated.ontology_digest.to_string(),
            index_digest: resolution.index_digest.to_string(),
            commit: (!validated.proposed).then_some(commit),
            base: validated.base.map(|base| base.to_string()),
            findings: validated.findings.into_iter().map(Finding::from).collect(),
            summary: ValidationSummary {
                files: summary.files,
                records: summary.records,
                edges: summary.edges,
                notes: summary.notes,
                errors: summary.errors,
                warnings: summary.warnings,
                unresolved: summary.unresolved,
            },
            permission: Permission::leaving_out(validated.denied_scopes.into_iter().map(DeniedScope::from).collect()),
            limits: ValidationLimits { truncated: validated.truncated, findings: MOST_FINDINGS },
        }
    }
}

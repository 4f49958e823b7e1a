//! Imports, as they are shown.

use super::resource::{API_VERSION, Metadata};
use crate::base::OrgId;
use crate::engine::{ImportCondition, ImportView, Page, Redacted};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What asking for an import came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportAccepted {
    /// The org.
    pub organization: String,
    /// The id of the import.
    pub import: String,
    /// Where it stands, such as `AwaitingReview`.
    pub phase: String,
    /// The digest of the run's files.
    pub source_digest: String,
    /// How much of the run is kept.
    pub retention_tier: String,
    /// Where more of it is.
    pub links: ImportLinks,
}

/// Where more of an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportLinks {
    /// The import itself.
    pub detail: String,
    /// The update that it is proposed as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
}

impl ImportAccepted {
    /// The answer for an import.
    pub fn new(view: &ImportView) -> Self {
        let memory = format!("/api/orgs/{}/agents/memory", view.organization);
        let links = ImportLinks {
            detail: format!("{memory}/imports/{}", view.id),
            update: view.update.as_ref().map(|update| format!("{memory}/updates/{update}")),
        };
        Self {
            organization: view.organization.to_string(),
            import: view.id.to_string(),
            phase: view.phase.clone(),
            source_digest: view.source_digest.to_string(),
            retention_tier: view.tier.as_str().to_owned(),
            links,
        }
    }

    /// Whether it is still being made.
    pub fn is_under_way(&self) -> bool {
        ["Pending", "Collecting", "Redacting", "Normalizing", "Validating"].contains(&self.phase.as_str())
    }
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportAnswer {
    /// The org.
    pub organization: String,
    /// What it is and where it stands.
    pub import: ImportHead,
    /// The files that were made.
    pub generated_files: Vec<GeneratedFile>,
    /// What was taken out, counted.
    pub redaction: TakenOut,
    /// What is done, what is not yet, and what keeps it back.
    pub conditions: Vec<ImportConditionItem>,
    /// What was left out or doubtful in the source: the first of it.
    pub problems: Vec<SourceProblem>,
    /// How much there was.
    pub summary: ImportedCounts,
}

/// What an import is and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportHead {
    /// Its id.
    pub name: String,
    /// Where it stands, such as `AwaitingReview`.
    pub phase: String,
    /// The memory that it goes into.
    pub memory_repository: String,
    /// The run.
    pub source_run: String,
    /// The format of its source, once that is known.
    pub source_kind: Option<String>,
    /// How much of the run is kept.
    pub retention_tier: String,
    /// Where its records go.
    pub target_path: String,
    /// The digest of the run's files.
    pub source_digest: String,
    /// The digest of the report about what was taken out.
    pub redaction_digest: Option<String>,
    /// The digest of what validation said of its update.
    pub validation_report_digest: Option<String>,
    /// The branch of its update.
    pub target_branch: Option<String>,
    /// The update that it is proposed as.
    pub update: Option<String>,
    /// The digest of that update's diff: what an approval is of.
    pub diff_digest: Option<String>,
    /// The commit that brought its files into the memory, or held them already.
    pub merge_commit: Option<String>,
    /// Who asked for it first.
    pub proposer: String,
    /// When.
    pub created_at: String,
    /// When it changed last.
    pub updated_at: String,
}

/// A file that an import made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GeneratedFile {
    /// Where.
    pub path: String,
    /// The digest of its text.
    pub digest: String,
}

/// What was taken out of a run, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenOut {
    /// How many places.
    pub total: u64,
    /// How many, by rule.
    pub by_rule: BTreeMap<String, u64>,
    /// How many, by file and rule.
    pub by_file: BTreeMap<String, BTreeMap<String, u64>>,
    /// How many more files there are than are told.
    pub files_left_out: u64,
}

/// A condition of an import, with the digests that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportConditionItem {
    /// Which, such as `SecretsRedacted`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word.
    pub reason: String,
    /// One sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// `source`, `redactionReport`, `validationReport`.
    pub digests: BTreeMap<String, String>,
}

/// Something that was left out or is doubtful in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceProblem {
    /// Which sort, such as `OutsideRun`.
    pub kind: String,
    /// Where.
    pub at: String,
    /// What is wrong.
    pub message: String,
}

/// How much there was in a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedCounts {
    /// Events, tasks, files, bytes and what could not be read.
    pub counts: BTreeMap<String, u64>,
    /// What was left out or doubtful, by sort; `problems` tells the first of it.
    pub problems: BTreeMap<String, u64>,
}

/// A page of imports, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportList {
    /// The org.
    pub organization: String,
    /// The imports.
    pub items: Vec<ImportItem>,
    /// How many there are in all, where that is known.
    pub total: Option<usize>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// An import in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportItem {
    /// What it is and where it stands.
    pub import: ImportHead,
    /// What is done, what is not yet, and what keeps it back.
    pub conditions: Vec<ImportConditionItem>,
}

/// An import as streams of changes send it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportResource {
    /// `krate.a5c.ai/v1alpha1`.
    pub api_version: String,
    /// `AgentRunMemoryImport`.
    pub kind: String,
    /// Its header; the name is the import's id.
    pub metadata: Metadata,
    /// What was asked.
    pub spec: ImportSpec,
    /// What became of it.
    pub status: ImportStatus,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportSpec {
    /// The org.
    pub organization_ref: String,
    /// The memory that it goes into.
    pub memory_repository: String,
    /// The run.
    pub source_run: String,
    /// How much of it is kept.
    pub retention_tier: String,
    /// Where its records go.
    pub target_path: String,
}

/// What became of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportStatus {
    /// Where it stands.
    pub phase: String,
    /// What it is, in full.
    pub import: ImportHead,
    /// What is done, what is not yet, and what keeps it back.
    pub conditions: Vec<ImportConditionItem>,
}

impl From<ImportView> for ImportAnswer {
    fn from(view: ImportView) -> Self {
        let import = ImportHead::of(&view);
        let problem = |(kind, at, message)| SourceProblem { kind, at, message };
        let file = |(path, digest): (String, crate::base::Digest)| GeneratedFile { path, digest: digest.to_string() };
        Self {
            organization: view.organization.to_string(),
            import,
            generated_files: view.files.into_iter().map(file).collect(),
            redaction: view.redaction.into(),
            conditions: view.conditions.into_iter().map(ImportConditionItem::from).collect(),
            problems: view.problems.into_iter().map(problem).collect(),
            summary: ImportedCounts { counts: view.counts, problems: view.problem_counts },
        }
    }
}

impl ImportHead {
    fn of(view: &ImportView) -> Self {
        Self {
            name: view.id.to_string(),
            phase: view.phase.clone(),
            memory_repository: view.repository.clone(),
            source_run: view.run.clone(),
            source_kind: view.kind.map(|kind| kind.as_str().to_owned()),
            retention_tier: view.tier.as_str().to_owned(),
            target_path: view.target.clone(),
            source_digest: view.source_digest.to_string(),
            redaction_digest: view.redaction_digest.as_ref().map(ToString::to_string),
            validation_report_digest: view.validation_digest.as_ref().map(ToString::to_string),
            target_branch: view.target_branch.clone(),
            update: view.update.as_ref().map(ToString::to_string),
            diff_digest: view.diff_digest.as_ref().map(ToString::to_string),
            merge_commit: view.merge_commit.map(|commit| commit.to_string()),
            proposer: view.proposer.to_string(),
            created_at: view.created_at.to_string(),
            updated_at: view.updated_at.to_string(),
        }
    }
}

impl From<ImportView> for ImportItem {
    fn from(view: ImportView) -> Self {
        let import = ImportHead::of(&view);
        Self { import, conditions: view.conditions.into_iter().map(ImportConditionItem::from).collect() }
    }
}

impl From<ImportView> for ImportResource {
    fn from(view: ImportView) -> Self {
        let metadata = Metadata::new(&view.organization, view.id.as_str(), None, view.created_at);
        let spec = ImportSpec {
            organization_ref: view.organization.to_string(),
            memory_repository: view.repository.clone(),
            source_run: view.run.clone(),
            retention_tier: view.tier.as_str().to_owned(),
            target_path: view.target.clone(),
        };
        let ImportItem { import, conditions } = view.into();
        let status = ImportStatus { phase: import.phase.clone(), import, conditions };
        let (api_version, kind) = (API_VERSION.to_owned(), "AgentRunMemoryImport".to_owned());
        Self { api_version, kind, metadata, spec, status }
    }
}

impl From<Redacted> for TakenOut {
    fn from(redacted: Redacted) -> Self {
        let Redacted { total, by_rule, by_file, files_left_out } = redacted;
        Self { total, by_rule, by_file, files_left_out }
    }
}

impl From<ImportCondition> for ImportConditionItem {
    fn from(condition: ImportCondition) -> Self {
        let digest = |(name, digest): (&str, crate::base::Digest)| (name.to_owned(), digest.to_string());
        Self {
            kind: condition.kind.to_owned(),
            status: condition.status.to_owned(),
            reason: condition.reason,
            message: condition.message,
            digests: condition.digests.into_iter().map(digest).collect(),
        }
    }
}

impl ImportList {
    /// A page of an org's imports.
    pub fn new(org: &OrgId, page: Page<ImportView>) -> Self {
        Self {
            organization: org.to_string(),
            items: page.items.into_iter().map(ImportItem::from).collect(),
            total: page.total,
            next_cursor: page.next_cursor,
        }
    }
}

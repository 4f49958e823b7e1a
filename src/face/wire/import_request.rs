//! Requests about imports, as they are written.

use super::address::addressed;
use super::document::page_length;
use crate::base::Timestamp;
use crate::engine::{
    EngineError, ImportInclude, ImportListFilter, JournalChoice, NewImport, RetentionTier, SourceKind, TaskChoice,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Imports the memory of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ImportBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Which run.
    pub source: SourceBody,
    /// The memory that it goes into; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// How much of it is kept: `artifact-manifest-only`, `summary-only`, `curated-journal`, `full-journal-redacted` or
    /// `artifact-bytes-retained`; left out, `summary-only`.
    #[schema(value_type = String)]
    pub retention_tier: RetentionTier,
    /// Which of its parts become files.
    pub include: IncludeBody,
    /// Where its records go; left out, `babysitter/runs/` and the run's id.
    pub target_path: Option<String>,
    /// With `artifact-bytes-retained`: after how many days the bytes may be removed; at most, and left out, as many as the
    /// policy `artifactRetentionDays` says.
    pub retain_days: Option<u32>,
    /// The same as a moment, in RFC 3339; one of the two.
    #[schema(value_type = Option<String>)]
    pub expires_at: Option<Timestamp>,
    /// How it is checked.
    pub validation_policy: ValidationPolicyBody,
}

/// Which run is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SourceBody {
    /// `babysitter-run`, `claude-code-session` or `codex-session`; left out: whatever it looks like.
    #[schema(value_type = Option<String>)]
    pub kind: Option<SourceKind>,
    /// The repository that it worked on: a name, or the org and a name.
    pub repository: Option<String>,
    /// Its id; left out: what the source says.
    pub run_id: Option<String>,
    /// The session that carried it out.
    pub session_id: Option<String>,
    /// Where it is below an import root; it does not count where an archive is sent.
    #[serde(rename = "a5cRunPath")]
    pub a5c_run_path: Option<String>,
}

/// Which parts of a run become files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IncludeBody {
    /// Its `MEMORY.md`, as a change of `babysitter/MEMORY.md`.
    pub memory_md: bool,
    /// Its session.
    pub session_summary: bool,
    /// Its events: `none`, `curated` or `full`; left out: as the tier says.
    #[schema(value_type = Option<String>)]
    pub journal: Option<JournalChoice>,
    /// Its tasks: `none`, `summarized` or `full`.
    #[schema(value_type = String)]
    pub task_results: TaskChoice,
    /// Its artifacts: `digest-only` or `none`.
    pub artifact_manifests: ManifestChoice,
    /// What it learned.
    pub retrospectives: bool,
}

/// What of artifacts becomes a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ManifestChoice {
    /// Names, sizes and digests.
    #[default]
    DigestOnly,
    /// Nothing.
    None,
}

/// How an import is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ValidationPolicyBody {
    /// Whether secrets are taken out. They always are: false is refused.
    pub redact_secrets: bool,
    /// Whether sentences that are aimed at agents are looked for. They always are: false is refused.
    pub detect_prompt_injection: bool,
    /// Whether a reviewer looks at it, whatever the policy of the repository merges by itself.
    pub require_review: bool,
}

impl Default for IncludeBody {
    fn default() -> Self {
        let usual = ImportInclude::default();
        Self {
            memory_md: usual.memory_md,
            session_summary: usual.session_summary,
            journal: usual.journal,
            task_results: usual.task_results,
            artifact_manifests: ManifestChoice::DigestOnly,
            retrospectives: usual.retrospectives,
        }
    }
}

impl Default for ValidationPolicyBody {
    fn default() -> Self {
        Self { redact_secrets: true, detect_prompt_injection: true, require_review: true }
    }
}

impl ImportBody {
    /// The request for an import: what a client sends.
    pub fn of(new: &NewImport) -> Self {
        let ImportInclude { memory_md, session_summary, journal, task_results, artifact_manifests, retrospectives } =
            new.include.clone();
        let artifact_manifests = if artifact_manifests { ManifestChoice::DigestOnly } else { ManifestChoice::None };
        Self {
            organization: None,
            source: SourceBody {
                kind: new.kind,
                repository: new.source_repository.clone(),
                run_id: new.run_id.clone(),
                session_id: new.session_id.clone(),
                a5c_run_path: new.path.clone(),
            },
            memory_repository: new.repository.clone(),
            retention_tier: new.tier,
            include: IncludeBody {
                memory_md,
                session_summary,
                journal,
                task_results,
                artifact_manifests,
                retrospectives,
            },
            target_path: new.target.clone(),
            retain_days: new.retain_days,
            expires_at: new.expires_at,
            validation_policy: ValidationPolicyBody {
                redact_secrets: new.redact_secrets,
                detect_prompt_injection: new.detect_prompt_injection,
                require_review: new.require_review,
            },
        }
    }

    /// The import in the engine's words.
    pub fn import(self) -> NewImport {
        NewImport {
            repository: self.memory_repository,
            kind: self.source.kind,
            source_repository: self.source.repository,
            run_id: self.source.run_id,
            session_id: self.source.session_id,
            path: self.source.a5c_run_path,
            tier: self.retention_tier,
            include: self.include.into(),
            target: self.target_path,
            redact_secrets: self.validation_policy.redact_secrets,
            detect_prompt_injection: self.validation_policy.detect_prompt_injection,
            require_review: self.validation_policy.require_review,
            retain_days: self.retain_days,
            expires_at: self.expires_at,
        }
    }
}

impl From<IncludeBody> for ImportInclude {
    fn from(body: IncludeBody) -> Self {
        Self {
            memory_md: body.memory_md,
            session_summary: body.session_summary,
            journal: body.journal,
            task_results: body.task_results,
            artifact_manifests: body.artifact_manifests == ManifestChoice::DigestOnly,
            retrospectives: body.retrospectives,
        }
    }
}

/// Makes the files of an import again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RerunBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
}

/// Makes the files of an import of a lower tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LowerTierBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Which tier.
    #[schema(value_type = String)]
    pub retention_tier: RetentionTier,
}

/// The parameters of a list of imports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImportsParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Only imports into this repository.
    pub memory_repository: Option<String>,
    /// Only imports in this phase, such as `AwaitingReview`.
    pub phase: Option<String>,
    /// Only imports of this run.
    pub run: Option<String>,
    /// Where the page begins: `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// How many come back, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
}
addressed!(ImportBody, RerunBody, LowerTierBody, ImportsParams);

impl ImportsParams {
    /// Which imports are asked for.
    pub fn filter(&self) -> ImportListFilter {
        let repository = self.memory_repository.clone();
        ImportListFilter { repository, phase: self.phase.clone(), run: self.run.clone() }
    }

    /// How many imports are asked for.
    pub fn page_length(&self) -> Result<usize, EngineError> {
        page_length(self.limit)
    }
}

//! The answer of a query.

use super::reference::NamedSnapshot;
use crate::engine as query;
use crate::engine::Answer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Memory at one commit: bounded, redacted, explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// What a snapshot of this answer would pin.
    pub snapshot_preview: SnapshotPreview,
    /// What was done.
    pub plan: PlanTaken,
    /// The records, best first.
    pub records: Vec<RecordHit>,
    /// The excerpts, best first.
    pub excerpts: Vec<Excerpt>,
    /// What the caller may not see, counted.
    pub permission: Permission,
    /// What was hidden.
    pub redaction: Redaction,
    /// What was cut.
    pub limits: AnswerLimits,
    /// The section that is put before an agent, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// How many bytes that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_bytes: Option<usize>,
    /// About how many tokens that is, estimated without a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<usize>,
    /// Findings and counts of the commit, for mode `ontology-validation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<serde_json::Value>,
    /// What changed between the commit and the tip, for mode `diff-ref`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<serde_json::Value>,
}

/// What an answer depends on, and its digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotPreview {
    /// The repository.
    pub memory_repository: String,
    /// The commit.
    pub resolved_commit: String,
    /// The reference that was asked for, as it was written.
    pub requested_ref: Option<String>,
    /// The tip of the default branch.
    pub current_commit: String,
    /// Seconds between the landings of the commit and the tip.
    pub stale_by_seconds: i64,
    /// The digest of the commit's ontology.
    pub ontology_digest: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// The digest of the request with its defaults and its commit.
    pub query_manifest_digest: String,
    /// The digest of the records, in order.
    pub selected_records_digest: String,
    /// The digest of the excerpts, in order.
    pub selected_excerpts_digest: String,
    /// The snapshot that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<NamedSnapshot>,
}

/// What was done to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanTaken {
    /// `graph`, `grep`.
    pub modes: Vec<String>,
    /// How many records were candidates.
    pub candidates: usize,
    /// `graph-candidates`, `all-paths` or `none`.
    pub grep_scope: String,
    /// How many lines matched in all, before limits.
    pub total_matches: usize,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A record or note of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordHit {
    /// Its kind; `Note` for a note without one.
    pub kind: String,
    /// Its id; the path for a note without one.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Option<String>,
    /// Its owners.
    pub owners: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// `updatedAt`, as written.
    pub updated_at: Option<String>,
    /// Its summary.
    pub summary: String,
    /// The digest of its source text.
    pub digest: String,
    /// The sum of the weights.
    pub score: f64,
    /// Why it is here.
    pub why: Vec<Why>,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// The sections that match the text best, best first, where they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<Vec<MatchingSection>>,
    /// Its text, in `document-read`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// First and last line of `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<[u32; 2]>,
}

/// A section of a record that matches the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchingSection {
    /// The heading it stands under.
    pub heading: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// How well it matches, compared with the other sections of the answer.
    pub score: f64,
}

/// Why something is in the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Why {
    /// Such as `text` or `association`.
    pub reason: String,
    /// What exactly.
    pub detail: String,
    /// What it adds to the score.
    pub weight: f64,
}

/// An edge of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Edge {
    /// Its kind.
    pub kind: String,
    /// The id at its other end.
    pub target: String,
}

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Excerpt {
    /// Which file.
    pub path: String,
    /// The record that the lines are of.
    pub record_id: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The lines.
    pub text: String,
    /// Line, first column, column after the last: from 1, in Unicode scalar values of the text as it is given.
    pub matches: Vec<[u32; 3]>,
    /// The digest of `text`.
    pub digest: String,
    /// The commit that the lines are of.
    pub commit: String,
    /// Why they are here.
    pub why: Vec<Why>,
    /// Where they come from, in order, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<LinesOrigin>>,
}

/// Lines in a row that one landing brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinesOrigin {
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The commit that landed them; null where it is not known.
    pub commit: Option<String>,
    /// The update that it merged, as the commit says; null where it was pushed.
    pub update: Option<String>,
    /// Who approved that update, as the commit says; 20 at most.
    pub approvers: Vec<String>,
}

/// The decision, and what it left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// `allowed`.
    pub decision: String,
    /// What the caller may not see: counted, never named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied_scopes: Option<Vec<DeniedScope>>,
}

impl Permission {
    /// That it was allowed, of something that is seen whole or not at all.
    pub(super) fn allowed() -> Self {
        Self { decision: "allowed".to_owned(), denied_scopes: None }
    }

    /// That it was allowed, without what the caller may not see.
    pub(super) fn leaving_out(denied: Vec<DeniedScope>) -> Self {
        Self { denied_scopes: Some(denied), ..Self::allowed() }
    }
}

/// Something the caller may not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeniedScope {
    /// `path` or `kind`.
    pub kind: String,
    /// The policy's own glob or kind.
    pub scope: String,
    /// How many were left out.
    pub omitted: usize,
}

/// What was hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redaction {
    /// `clean`, `redacted` or `blocked`.
    pub status: String,
    /// How many secrets.
    pub secret_pattern_count: usize,
    /// How many of each category.
    pub categories: BTreeMap<String, usize>,
    /// What each was replaced with.
    pub replacement: String,
}

/// What was cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnswerLimits {
    /// Whether anything was.
    pub truncated: bool,
    /// Bytes of text given.
    pub bytes: usize,
    /// Records left out.
    pub omitted_records: usize,
    /// Excerpts left out.
    pub omitted_excerpts: usize,
}

impl From<Answer> for QueryAnswer {
    fn from(answer: Answer) -> Self {
        let snapshot_preview = SnapshotPreview::of(&answer);
        let outcome = answer.outcome;
        let denied = outcome.denied_scopes.into_iter().map(DeniedScope::from).collect();
        Self {
            organization: answer.organization,
            snapshot_preview,
            plan: outcome.plan.into(),
            records: outcome.records.into_iter().map(RecordHit::from).collect(),
            excerpts: outcome.excerpts.into_iter().map(Excerpt::from).collect(),
            permission: Permission::leaving_out(denied),
            redaction: outcome.redaction.into(),
            limits: outcome.limits.into(),
            prompt_bytes: outcome.prompt.as_ref().map(|prompt| prompt.text.len()),
            prompt_tokens: outcome.prompt.as_ref().map(|prompt| prompt.tokens),
            prompt: outcome.prompt.map(|prompt| prompt.text),
            validation: answer.validation,
            diff: answer.diff,
        }
    }
}

impl SnapshotPreview {
    pub(super) fn of(answer: &Answer) -> Self {
        let (resolution, outcome) = (&answer.resolution, &answer.outcome);
        Self {
            memory_repository: answer.repository.clone(),
            resolved_commit: resolution.commit.to_string(),
            requested_ref: resolution.requested.clone(),
            current_commit: resolution.current_commit.to_string(),
            stale_by_seconds: resolution.stale_by_seconds,
            ontology_digest: resolution.ontology_digest.to_string(),
            index_digest: outcome.index_digest.to_string(),
            query_manifest_digest: outcome.query_manifest_digest.to_string(),
            selected_records_digest: outcome.selected_records_digest.to_string(),
            selected_excerpts_digest: outcome.selected_excerpts_digest.to_string(),
            snapshot: resolution.snapshot.clone().map(NamedSnapshot::from),
        }
    }
}

impl From<query::Plan> for PlanTaken {
    fn from(plan: query::Plan) -> Self {
        Self {
            modes: plan.modes.into_iter().map(str::to_owned).collect(),
            candidates: plan.candidates,
            grep_scope: plan.grep_scope.to_owned(),
            total_matches: plan.total_matches,
            notes: plan.notes,
        }
    }
}

impl From<query::Hit> for RecordHit {
    fn from(hit: query::Hit) -> Self {
        Self {
            kind: hit.kind,
            id: hit.id,
            path: hit.path,
            title: hit.title,
            status: hit.status,
            owners: hit.owners,
            tags: hit.tags,
            updated_at: hit.updated_at,
            summary: hit.summary,
            digest: hit.digest.to_string(),
            score: hit.score,
            why: hit.why.into_iter().map(Why::from).collect(),
            edges: hit.edges.into_iter().map(|edge| Edge { kind: edge.kind, target: edge.target }).collect(),
            sections: hit.sections.map(|sections| sections.into_iter().map(MatchingSection::from).collect()),
            text: hit.text,
            lines: hit.lines.map(|(first, last)| [first, last]),
        }
    }
}

impl From<query::SectionHit> for MatchingSection {
    fn from(section: query::SectionHit) -> Self {
        let query::SectionHit { heading, line_start, line_end, score } = section;
        Self { heading, line_start, line_end, score }
    }
}

impl From<query::Reason> for Why {
    fn from(reason: query::Reason) -> Self {
        Self { reason: reason.reason.to_owned(), detail: reason.detail, weight: reason.weight }
    }
}

impl From<query::Excerpt> for Excerpt {
    fn from(excerpt: query::Excerpt) -> Self {
        Self {
            path: excerpt.path,
            record_id: excerpt.record_id,
            line_start: excerpt.line_start,
            line_end: excerpt.line_end,
            text: excerpt.text,
            matches: excerpt.matches.into_iter().map(|(line, from, to)| [line, from, to]).collect(),
            digest: excerpt.digest.to_string(),
            commit: excerpt.commit.to_string(),
            why: excerpt.why.into_iter().map(Why::from).collect(),
            origins: excerpt.origins.map(|origins| origins.into_iter().map(LinesOrigin::from).collect()),
        }
    }
}

impl From<query::LinesOrigin> for LinesOrigin {
    fn from(origin: query::LinesOrigin) -> Self {
        let query::LinesOrigin { line_start, line_end, commit, update, approvers } = origin;
        Self { line_start, line_end, commit: commit.map(|commit| commit.to_string()), update, approvers }
    }
}

impl From<query::DeniedScope> for DeniedScope {
    fn from(scope: query::DeniedScope) -> Self {
        Self { kind: scope.kind.to_owned(), scope: scope.scope, omitted: scope.omitted }
    }
}

impl From<query::RedactionSummary> for Redaction {
    fn from(summary: query::RedactionSummary) -> Self {
        Self {
            status: summary.status.to_owned(),
            secret_pattern_count: summary.secret_pattern_count,
            categories: summary.categories,
            replacement: summary.replacement.to_owned(),
        }
    }
}

impl From<query::LimitsTaken> for AnswerLimits {
    fn from(taken: query::LimitsTaken) -> Self {
        Self {
            truncated: taken.truncated,
            bytes: taken.bytes,
            omitted_records: taken.omitted_records,
            omitted_excerpts: taken.omitted_excerpts,
        }
    }
}

//! The prompt section of a question: what is put before an agent, and what it cites.

use super::address::addressed;
use super::answer::{AnswerLimits, DeniedScope, Permission, Redaction, SnapshotPreview};
use super::query::{LimitsBody, QueryBody, QuestionBody};
use crate::base::Digest;
use crate::engine::{self, Answer, Ask, EngineError, USUAL_TOKENS};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks for the section about a question: a query, and how large the section may be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ContextBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The commit by a branch, tag or id. At most one of the four ways; none is the tip of the default branch.
    pub requested_ref: Option<String>,
    /// The commit by a time, RFC 3339.
    pub requested_at: Option<String>,
    /// The commit by its whole id.
    pub resolved_commit: Option<String>,
    /// The commit by a snapshot.
    pub snapshot: Option<String>,
    /// What is asked.
    pub query: QuestionBody,
    /// How much may come back; `maxBytes` is of the section as it is rendered.
    pub limits: LimitsBody,
    /// Taken as in a query; the section is the same with and without.
    pub explain: bool,
    /// `prompt` or nothing, as in a query.
    pub render: Option<String>,
    /// How many estimated tokens the section is at most, as it is rendered: 0 to 200000; 4000 when left out.
    pub max_tokens: Option<usize>,
}
addressed!(ContextBody);

impl ContextBody {
    /// The query in the engine's words, every default filled in.
    pub fn ask(self) -> Result<Ask, EngineError> {
        let query = QueryBody {
            organization: self.organization,
            memory_repository: self.memory_repository,
            requested_ref: self.requested_ref,
            requested_at: self.requested_at,
            resolved_commit: self.resolved_commit,
            snapshot: self.snapshot,
            query: self.query,
            limits: self.limits,
            explain: self.explain,
            render: self.render,
        };
        let max_tokens = Some(self.max_tokens.unwrap_or(USUAL_TOKENS));
        Ok(Ask { render_prompt: true, max_tokens, ..query.ask()? })
    }
}

/// The section about a question at one commit, and what it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// What a snapshot of this answer would pin.
    pub snapshot_preview: SnapshotPreview,
    /// The section: Markdown, everything from the memory fenced as data. Empty where not even its head fits.
    pub prompt: String,
    /// How many bytes that is.
    pub prompt_bytes: usize,
    /// About how many tokens that is, estimated without a model.
    pub prompt_tokens: usize,
    /// The digest of the section.
    pub prompt_digest: String,
    /// The records it cites, in order.
    pub records: Vec<CitedRecord>,
    /// The lines it cites, in order.
    pub excerpts: Vec<CitedLines>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// What the caller may not see, counted.
    pub permission: Permission,
    /// What was hidden.
    pub redaction: Redaction,
    /// What was left out.
    pub limits: AnswerLimits,
}

/// A record that a section cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CitedRecord {
    /// Its id; the path for a note without one.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// Its first line there.
    pub line_start: u32,
    /// Its last line there.
    pub line_end: u32,
    /// The digest of its source text.
    pub digest: String,
}

/// Lines that a section cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CitedLines {
    /// Which file.
    pub path: String,
    /// The record that the lines are of.
    pub record_id: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The digest of the lines as they are given.
    pub digest: String,
}

impl From<Answer> for ContextAnswer {
    fn from(answer: Answer) -> Self {
        let snapshot_preview = SnapshotPreview::of(&answer);
        let outcome = answer.outcome;
        let (prompt, prompt_tokens) = outcome.prompt.map(|section| (section.text, section.tokens)).unwrap_or_default();
        let denied = outcome.denied_scopes.into_iter().map(DeniedScope::from).collect();
        Self {
            organization: answer.organization,
            snapshot_preview,
            prompt_bytes: prompt.len(),
            prompt_tokens,
            prompt_digest: Digest::of(prompt.as_bytes()).to_string(),
            prompt,
            records: outcome.records.into_iter().map(CitedRecord::from).collect(),
            excerpts: outcome.excerpts.into_iter().map(CitedLines::from).collect(),
            notes: outcome.plan.notes,
            permission: Permission::leaving_out(denied),
            redaction: outcome.redaction.into(),
            limits: outcome.limits.into(),
        }
    }
}

impl From<engine::Hit> for CitedRecord {
    fn from(hit: engine::Hit) -> Self {
        let (line_start, line_end) = hit.lines.unwrap_or(hit.place);
        Self { id: hit.id, path: hit.path, line_start, line_end, digest: hit.digest.to_string() }
    }
}

impl From<engine::Excerpt> for CitedLines {
    fn from(excerpt: engine::Excerpt) -> Self {
        Self {
            path: excerpt.path,
            record_id: excerpt.record_id,
            line_start: excerpt.line_start,
            line_end: excerpt.line_end,
            digest: excerpt.digest.to_string(),
        }
    }
}

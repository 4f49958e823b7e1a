//! The question and the answer.

use crate::base::{CommitId, Digest, GlobSet};
use crate::ontology::{Direction, Ranking};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A question with every default filled in. Its canonical JSON, with the commit, is the query manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryRequest {
    /// The repository asked.
    pub memory_repository: String,
    /// The reference that was asked for, as it was written; `None` when another way was used.
    pub requested_ref: Option<String>,
    /// The moment that was asked for.
    pub requested_at: Option<String>,
    /// What is asked.
    pub query: Question,
    /// How much may come back.
    pub limits: QueryLimits,
    /// Whether reasons are given.
    pub explain: bool,
    /// Whether the prompt section is rendered.
    pub render_prompt: bool,
    /// The most estimated tokens of the prompt section, which then is bounded as it is rendered, in bytes too; `None`: it
    /// is as large as what was selected makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<usize>,
}

/// What is asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Words.
    pub text: Option<String>,
    /// Which ways to search.
    pub mode: Mode,
    /// Record ids or paths (with `:start-end` for lines), taken whatever their rank.
    pub select: Vec<String>,
    /// Record ids whose neighbours are asked for.
    pub associations: Vec<String>,
    /// Filters and edges.
    pub graph: GraphQuestion,
    /// Lines.
    pub grep: GrepQuestion,
    /// `replay` keeps raw journal events where they rank.
    pub task: Option<String>,
    /// How many of its sections are named with each record, 0 to 50: those that match the text best.
    pub sections: usize,
}

/// The modes of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Records by text, filters and edges.
    GraphOnly,
    /// Lines.
    GrepOnly,
    /// Both.
    #[default]
    GraphAndGrep,
    /// The selected documents, whole or by lines.
    DocumentRead,
    /// What validation says of the commit; the engine adds it to an empty selection.
    OntologyValidation,
    /// What changed between the commit and the tip; the engine adds it to an empty selection.
    DiffRef,
}

/// Filters on records, and how edges are followed. An empty filter lets everything through.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphQuestion {
    /// Only these kinds.
    pub kinds: Vec<String>,
    /// Only these statuses.
    pub statuses: Vec<String>,
    /// Only these owners.
    pub owners: Vec<String>,
    /// Only records with one of these tags.
    pub tags: Vec<String>,
    /// Only records that apply to one of these repositories.
    pub repo_refs: Vec<String>,
    /// Only these edge kinds are followed.
    pub edge_kinds: Vec<String>,
    /// Which way edges are followed.
    #[serde(serialize_with = "direction_name", deserialize_with = "direction_named")]
    pub direction: Direction,
    /// How many edges are followed, 0 to 4.
    pub edge_depth: u8,
    /// Whether archived records come back.
    pub include_archived: bool,
}

fn direction_name<S: serde::Serializer>(direction: &Direction, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(match direction {
        Direction::Out => "out",
        Direction::In => "in",
        Direction::Both => "both",
    })
}

fn direction_named<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Direction, D::Error> {
    match String::deserialize(d)?.as_str() {
        "out" => Ok(Direction::Out),
        "in" => Ok(Direction::In),
        "both" => Ok(Direction::Both),
        _ => Err(serde::de::Error::custom("a direction is one of out, in, both")),
    }
}

/// Which lines are asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrepQuestion {
    /// What the lines hold; `None`: the text's terms.
    pub pattern: Option<String>,
    /// Whether the pattern is a regular expression.
    pub regex: bool,
    /// Whether case matters.
    pub case_sensitive: bool,
    /// Only these paths.
    pub paths: Vec<String>,
    /// Never these paths.
    pub exclude_paths: Vec<String>,
    /// How many matching lines at most.
    pub max_matches: usize,
    /// Whether lines around a match come with it.
    pub include_line_context: bool,
    /// How many, on each side.
    pub context_lines: usize,
    /// Whether excerpts say which landing brought their lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub include_origins: bool,
}

impl Default for GrepQuestion {
    fn default() -> Self {
        Self {
            pattern: None,
            regex: false,
            case_sensitive: false,
            paths: Vec::new(),
            exclude_paths: Vec::new(),
            max_matches: 25,
            include_line_context: true,
            context_lines: 2,
            include_origins: false,
        }
    }
}

/// How much may come back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryLimits {
    /// UTF-8 bytes of records' and excerpts' text.
    pub max_bytes: usize,
    /// Records.
    pub max_records: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { max_bytes: 64_000, max_records: 40 }
    }
}

/// What a caller may see. The default for a token without scopes is everything.
#[derive(Clone, Debug, Default)]
pub struct Visibility {
    /// Where it is `Some`, only these paths.
    pub include_paths: Option<GlobSet>,
    /// Never these paths; wins over inclusion.
    pub exclude_paths: GlobSet,
    /// Where it is `Some`, only records of these kinds.
    pub include_kinds: Option<Vec<String>>,
    /// Never records of these kinds.
    pub exclude_kinds: Vec<String>,
    /// At most this many bytes, whatever the request says.
    pub max_context_bytes: Option<usize>,
}

/// What an answer depends on besides the view and the request.
#[derive(Clone, Debug)]
pub struct QueryContext<'a> {
    /// The org, for the answer.
    pub organization: &'a str,
    /// What the caller may see.
    pub visibility: &'a Visibility,
    /// What counts in the order of the answer, as the commit has it.
    pub ranking: &'a Ranking,
    /// The digest of the commit's ontology.
    pub ontology_digest: &'a Digest,
    /// The tip of the default branch now.
    pub current_commit: CommitId,
    /// Seconds between the landings of the resolved commit and the tip.
    pub stale_by_seconds: i64,
}

/// The answer. Everything is already redacted and bounded.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryOutcome {
    /// The digest of the request with its defaults and its commit.
    pub query_manifest_digest: Digest,
    /// The digest of the records, in order.
    pub selected_records_digest: Digest,
    /// The digest of the excerpts, in order.
    pub selected_excerpts_digest: Digest,
    /// The digest of the commit's files.
    pub index_digest: Digest,
    /// What was done.
    pub plan: Plan,
    /// The records, best first.
    pub records: Vec<Hit>,
    /// The excerpts, best first.
    pub excerpts: Vec<Excerpt>,
    /// What was left out because the caller may not see it.
    pub denied_scopes: Vec<DeniedScope>,
    /// What was hidden.
    pub redaction: RedactionSummary,
    /// What was cut.
    pub limits: LimitsTaken,
    /// The prompt section, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<PromptSection>,
}

/// The prompt section and how large it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PromptSection {
    /// The section: Markdown, everything from the memory fenced as data.
    pub text: String,
    /// About how many tokens it is, by the rule of `docs/reference/query.md`.
    pub tokens: usize,
}

/// What was done to answer.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// `graph`, `grep`, `document-read`.
    pub modes: Vec<&'static str>,
    /// How many records were candidates.
    pub candidates: usize,
    /// `graph-candidates`, `all-paths`, `none`.
    pub grep_scope: &'static str,
    /// How many lines matched in all, before limits.
    pub total_matches: usize,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A record or note of the answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Its kind; `Note` for a note without one.
    pub kind: String,
    /// Its id; the path for a note without one.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// First and last line of it there.
    #[serde(skip)]
    pub place: (u32, u32),
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
    pub digest: Digest,
    /// Its score: the sum of the weights.
    pub score: f64,
    /// Why it is here.
    pub why: Vec<Reason>,
    /// Its typed edges.
    pub edges: Vec<Counted>,
    /// The sections that match the text best, best first, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sections: Option<Vec<SectionHit>>,
    /// The whole text or the lines asked for, in `document-read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// First and last line of `text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<(u32, u32)>,
}

/// A section of a record that matches the text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SectionHit {
    /// The heading it stands under.
    pub heading: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// How well it matches, compared with the other sections of the answer.
    pub score: f64,
}

/// An edge of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Its kind.
    pub kind: String,
    /// Its target.
    pub target: String,
}

/// Why something is in the answer, and what that is worth.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// One of the reasons of `docs/reference/ranking.md`, such as `selection`, `edge-distance` or `text`.
    pub reason: &'static str,
    /// What exactly.
    pub detail: String,
    /// What it adds to the score.
    pub weight: f64,
}

/// Lines of a file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Excerpt {
    /// Which file.
    pub path: String,
    /// The record the lines are of.
    pub record_id: Option<String>,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The lines.
    pub text: String,
    /// Line, first column, column after the last; columns from 1, in Unicode scalar values of the text as it is given.
    pub matches: Vec<(u32, u32, u32)>,
    /// The digest of `text`.
    pub digest: Digest,
    /// The commit the lines are of.
    pub commit: CommitId,
    /// Why they are here.
    pub why: Vec<Reason>,
    /// Where they come from, in order; `None` where that was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<LinesOrigin>>,
}

/// Lines in a row that one landing brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinesOrigin {
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The landing; `None` where it is not known.
    pub commit: Option<CommitId>,
    /// The update that it merged; the engine fills it in from the commit.
    pub update: Option<String>,
    /// Who approved that; the engine fills it in.
    pub approvers: Vec<String>,
}

/// Something the caller may not see: counted, never named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeniedScope {
    /// `path` or `kind`.
    pub kind: &'static str,
    /// The policy's own glob or kind.
    pub scope: String,
    /// How many were left out.
    pub omitted: usize,
}

/// What was hidden.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedactionSummary {
    /// `clean`, `redacted`, `blocked`.
    pub status: &'static str,
    /// How many secrets.
    pub secret_pattern_count: usize,
    /// How many of each category.
    pub categories: BTreeMap<String, usize>,
    /// What each was replaced with.
    pub replacement: &'static str,
}

/// What was cut.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LimitsTaken {
    /// Whether anything was.
    pub truncated: bool,
    /// Bytes of text given.
    pub bytes: usize,
    /// Records left out.
    pub omitted_records: usize,
    /// Excerpts left out.
    pub omitted_excerpts: usize,
}

/// Why a question cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A field is wrong: field, what is wrong.
    #[error("the query is not valid: {}", reasons.iter().map(|(f, m)| format!("{f}: {m}")).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// Each wrong field and what is wrong with it.
        reasons: Vec<(String, String)>,
    },
    /// The pattern cannot be read.
    #[error(transparent)]
    Pattern(#[from] crate::index::PatternError),
    /// A limit asks for more than is given.
    #[error("{field} may be at most {most}")]
    Limit {
        /// Which.
        field: &'static str,
        /// The most it may be.
        most: usize,
    },
    /// The index failed.
    #[error(transparent)]
    Index(#[from] crate::index::IndexError),
}

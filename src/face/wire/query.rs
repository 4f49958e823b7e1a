//! A query as it is written, with its defaults.

use super::address::addressed;
use super::reference::Commit;
use crate::engine::{Ask, Code, EngineError, RefRequest};
use crate::engine::{Direction, GraphQuestion, GrepQuestion, Mode, QueryLimits, Question};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Selects memory at one commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct QueryBody {
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
    /// How much may come back.
    pub limits: LimitsBody,
    /// Whether each record says why it is there.
    pub explain: bool,
    /// `prompt` adds the section that is put before an agent.
    pub render: Option<String>,
}
addressed!(QueryBody);

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct QuestionBody {
    /// Words.
    pub text: Option<String>,
    /// `graph`, `grep`, or both; the names of `queryMode` are taken too.
    pub modes: Option<Vec<String>>,
    /// `graph-only`, `grep-only`, `graph-and-grep` (the default), `document-read`, `ontology-validation`, `diff-ref`.
    pub query_mode: Option<String>,
    /// Record ids, or paths with or without `:start-end`, taken whatever their rank.
    pub select: Vec<String>,
    /// Record ids whose neighbours are asked for.
    pub associations: Vec<String>,
    /// Filters on records, and how edges are followed.
    pub graph: GraphBody,
    /// Which lines are asked for.
    pub grep: GrepBody,
    /// `replay` keeps raw journal events where they rank.
    pub task: Option<String>,
    /// How many of its sections are named with each record, 0 to 50; none when left out.
    pub sections: usize,
}

/// Filters on records, and how edges are followed. An empty list lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GraphBody {
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
    /// Only these kinds of edges are followed.
    pub edge_kinds: Vec<String>,
    /// `out`, `in` or `both` (the default).
    pub direction: Option<String>,
    /// How many edges are followed, 0 to 4; 1 when left out.
    pub edge_depth: Option<u32>,
    /// Whether archived records come back.
    pub include_archived: bool,
}

/// Which lines are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GrepBody {
    /// What the lines hold; null: the words of the text.
    pub pattern: Option<String>,
    /// Whether the pattern is a regular expression.
    pub regex: bool,
    /// Whether case matters.
    pub case_sensitive: bool,
    /// Only these paths, as globs.
    pub paths: Vec<String>,
    /// Never these paths, as globs.
    pub exclude_paths: Vec<String>,
    /// How many matching lines at most; 25 when left out.
    pub max_matches: Option<usize>,
    /// Whether lines around a match come with it; true when left out.
    pub include_line_context: Option<bool>,
    /// How many lines, on each side; 2 when left out.
    pub context_lines: Option<usize>,
    /// Whether excerpts say which landing brought their lines.
    pub include_origins: bool,
}

/// How much may come back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LimitsBody {
    /// UTF-8 bytes of the text of records and excerpts; 64000 when left out.
    pub max_bytes: Option<usize>,
    /// Records; 40 when left out.
    pub max_records: Option<usize>,
}

impl QueryBody {
    /// The query in the engine's words, every default filled in.
    pub fn ask(self) -> Result<Ask, EngineError> {
        let render_prompt = match self.render.as_deref() {
            None => false,
            Some("prompt") => true,
            Some(_) => return Err(invalid("render", "`prompt` is all that can be rendered")),
        };
        let commit = Commit {
            requested_ref: self.requested_ref,
            requested_at: self.requested_at,
            resolved_commit: self.resolved_commit,
            snapshot: self.snapshot,
        };
        let at: RefRequest = commit.request()?;
        let (question, limits) = (self.query.question()?, self.limits.limits());
        Ok(Ask {
            repository: self.memory_repository,
            at,
            question,
            limits,
            explain: self.explain,
            render_prompt,
            max_tokens: None,
        })
    }
}

impl QuestionBody {
    pub(super) fn question(self) -> Result<Question, EngineError> {
        let mode = mode(self.modes.as_deref(), self.query_mode.as_deref())?;
        Ok(Question {
            text: self.text,
            mode,
            select: self.select,
            associations: self.associations,
            graph: self.graph.question(mode)?,
            grep: self.grep.question(),
            task: self.task,
            sections: self.sections,
        })
    }
}

/// How many edges are followed where the request does not say.
const USUAL_DEPTH: u8 = 1;

impl GraphBody {
    fn question(self, mode: Mode) -> Result<GraphQuestion, EngineError> {
        let follows_edges = matches!(mode, Mode::GraphOnly | Mode::GraphAndGrep);
        let usual = GraphQuestion::default();
        let depth = self.edge_depth.map(u8::try_from).transpose();
        Ok(GraphQuestion {
            kinds: self.kinds,
            statuses: self.statuses,
            owners: self.owners,
            tags: self.tags,
            repo_refs: self.repo_refs,
            edge_kinds: self.edge_kinds,
            direction: self
                .direction
                .as_deref()
                .map_or(Ok(usual.direction), |d| direction("query.graph.direction", d))?,
            edge_depth: depth.map_err(|_| too_deep())?.unwrap_or(if follows_edges { USUAL_DEPTH } else { 0 }),
            include_archived: self.include_archived,
        })
    }
}

impl GrepBody {
    fn question(self) -> GrepQuestion {
        let usual = GrepQuestion::default();
        GrepQuestion {
            pattern: self.pattern,
            regex: self.regex,
            case_sensitive: self.case_sensitive,
            paths: self.paths,
            exclude_paths: self.exclude_paths,
            max_matches: self.max_matches.unwrap_or(usual.max_matches),
            include_line_context: self.include_line_context.unwrap_or(usual.include_line_context),
            context_lines: self.context_lines.unwrap_or(usual.context_lines),
            include_origins: self.include_origins,
        }
    }
}

impl LimitsBody {
    pub(super) fn limits(&self) -> QueryLimits {
        let usual = QueryLimits::default();
        QueryLimits {
            max_bytes: self.max_bytes.unwrap_or(usual.max_bytes),
            max_records: self.max_records.unwrap_or(usual.max_records),
        }
    }
}

/// The mode that `modes` and `queryMode` name together; both may, when they agree.
fn mode(modes: Option<&[String]>, name: Option<&str>) -> Result<Mode, EngineError> {
    let listed = modes.filter(|list| !list.is_empty()).map(mode_of_list).transpose()?;
    let named = name.map(|name| mode_named("query.queryMode", name)).transpose()?;
    match (listed, named) {
        (Some(a), Some(b)) if a != b => {
            Err(invalid("query.queryMode", "`modes` names another mode; give one of the two"))
        }
        (listed, named) => Ok(listed.or(named).unwrap_or_default()),
    }
}

fn mode_of_list(list: &[String]) -> Result<Mode, EngineError> {
    let names: BTreeSet<&str> = list.iter().map(String::as_str).collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        ["graph", "grep"] => Ok(Mode::GraphAndGrep),
        [one] => mode_named("query.modes", one),
        _ => Err(invalid("query.modes", "modes are `graph`, `grep`, both, or one mode by its full name")),
    }
}

fn mode_named(field: &str, name: &str) -> Result<Mode, EngineError> {
    match name {
        "graph" | "graph-only" => Ok(Mode::GraphOnly),
        "grep" | "grep-only" => Ok(Mode::GrepOnly),
        "graph-and-grep" => Ok(Mode::GraphAndGrep),
        "document-read" => Ok(Mode::DocumentRead),
        "ontology-validation" => Ok(Mode::OntologyValidation),
        "diff-ref" => Ok(Mode::DiffRef),
        _ => Err(invalid(
            field,
            "a mode is one of graph-only, grep-only, graph-and-grep, document-read, ontology-validation, diff-ref",
        )),
    }
}

/// The direction of a name that stands in a field.
pub(super) fn direction(field: &str, name: &str) -> Result<Direction, EngineError> {
    match name {
        "out" => Ok(Direction::Out),
        "in" => Ok(Direction::In),
        "both" => Ok(Direction::Both),
        _ => Err(invalid(field, "a direction is one of out, in, both")),
    }
}

fn too_deep() -> EngineError {
    invalid("query.graph.edgeDepth", "edges are followed 0 to 4 deep")
}

fn invalid(field: &str, message: &str) -> EngineError {
    let error = EngineError::new(Code::InvalidQuery, format!("the query is not valid: {field}: {message}"));
    error.because("Invalid", Some(field), message)
}

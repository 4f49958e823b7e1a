//! What changed between two commits, as it is asked and shown; and which landing changed an answer.

use super::address::addressed;
use super::history::LandingItem;
use super::reference::read_at;
use crate::engine::{
    Ask, AskBisect, AskDiff, Bisected, Code, DiffView, EngineError, QueryLimits, Question, RefRequest,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Compares two commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiffBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The older commit.
    pub from: DiffSide,
    /// The newer commit; left out: the tip of the default branch.
    pub to: Option<DiffSide>,
    /// Only these paths, as globs.
    #[serde(default)]
    pub paths: Vec<String>,
    /// `summary` (the default), or `full`: with the changed lines.
    pub mode: Option<String>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, expecting = "a side is a branch, tag or commit, or an object with `ref`, `at` or `snapshot`")]
pub enum DiffSide {
    /// A branch, tag or commit.
    Name(String),
    /// A commit by one of three ways.
    Commit(DiffCommit),
}

/// A commit by at most one of three ways; none is the tip of the default branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DiffCommit {
    /// A branch, tag or commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// A snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// What changed between two commits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The repository.
    pub memory_repository: String,
    /// What changed.
    #[serde(flatten)]
    pub changes: Changes,
}

/// What changed, with every secret hidden.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The older commit.
    pub from: String,
    /// The newer commit.
    pub to: String,
    /// Files, in path order: `path`, `change` (`added`, `removed`, `changed`, `renamed`), `from` where it was renamed.
    pub files: Vec<Value>,
    /// Records, in id order: `id`, `path`, `change`, and `fields` with `before` and `after`.
    pub records: Vec<Value>,
    /// Typed edges that are new: `from`, `kind`, `to`.
    pub edges_added: Vec<Value>,
    /// Typed edges that are gone.
    pub edges_removed: Vec<Value>,
    /// The unified diff, where it was asked for; a last line says where it was cut.
    pub diff: Option<String>,
    /// What was left out.
    pub limits: DiffLimits,
}

/// What was left out of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffLimits {
    /// Whether anything was.
    pub truncated: bool,
    /// Files left out.
    pub omitted_files: usize,
    /// Records left out.
    pub omitted_records: usize,
    /// Edges left out.
    pub omitted_edges: usize,
}

/// The parameters of a search for the landing that changed an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BisectParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The question.
    pub query: String,
    /// The id or path of the record that the answer is expected to hold.
    pub expect: String,
    /// How far up at least, 1 to 500; anywhere among the first 40 when left out.
    pub rank: Option<usize>,
    /// The older end: a branch, tag or commit of the approved line; the first landing when left out.
    pub good: Option<String>,
    /// The newer end; the tip of the default branch when left out.
    pub bad: Option<String>,
}
addressed!(DiffBody, BisectParams);

/// The landing that changed an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BisectAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The repository.
    pub memory_repository: String,
    /// The landing.
    pub landing: LandingItem,
    /// The commit of the landing below it.
    pub before: String,
    /// The rank of the record there, from 1; null where it is not in the answer.
    pub rank_before: Option<usize>,
    /// The rank of the record at the landing.
    pub rank_after: Option<usize>,
    /// How many commits were asked.
    pub asked: usize,
    /// What the landing changed; null for a token that is narrowed by kinds of records.
    pub changes: Option<Changes>,
}

impl DiffBody {
    /// The comparison in the engine's words.
    pub fn ask(self) -> Result<AskDiff, EngineError> {
        let full = match self.mode.as_deref() {
            None | Some("summary") => false,
            Some("full") => true,
            Some(_) => {
                let message = "a mode is `summary` or `full`";
                return Err(EngineError::new(Code::BadRequest, message).because("Unknown", Some("mode"), message));
            }
        };
        let to = self.to.map(DiffSide::request).transpose()?.unwrap_or_default();
        Ok(AskDiff { from: self.from.request()?, to, full, paths: self.paths })
    }
}

impl DiffSide {
    fn request(self) -> Result<RefRequest, EngineError> {
        match self {
            Self::Name(name) => Ok(named(name)),
            Self::Commit(DiffCommit { r#ref, at, snapshot }) => read_at(&r#ref, &at, &snapshot),
        }
    }
}

impl DiffAnswer {
    /// The answer about a repository of an org.
    pub fn new(organization: &str, repository: &str, view: DiffView) -> Self {
        let (organization, memory_repository) = (organization.to_owned(), repository.to_owned());
        Self { organization, memory_repository, changes: Changes::from(view) }
    }
}

impl From<DiffView> for Changes {
    fn from(DiffView { mut json, omitted }: DiffView) -> Self {
        let mut list = |key: &str| match json[key].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        let (files, records) = (list("files"), list("records"));
        let (edges_added, edges_removed) = (list("edgesAdded"), list("edgesRemoved"));
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        let limits = DiffLimits {
            truncated: omitted != Default::default(),
            omitted_files: omitted.files,
            omitted_records: omitted.records,
            omitted_edges: omitted.edges,
        };
        let (from, to) = (text("from").unwrap_or_default(), text("to").unwrap_or_default());
        Self { from, to, files, records, edges_added, edges_removed, diff: text("diff"), limits }
    }
}

/// How many records of an answer are looked at where no rank is asked for.
const USUAL_RECORDS: usize = 40;

impl BisectParams {
    /// The search in the engine's words.
    pub fn ask(self) -> Result<AskBisect, EngineError> {
        if self.rank == Some(0) {
            let message = "ranks begin at 1";
            return Err(EngineError::new(Code::BadRequest, message).because("Invalid", Some("rank"), message));
        }
        let question = Question { text: Some(self.query), ..Question::default() };
        let limits = QueryLimits { max_records: self.rank.unwrap_or(USUAL_RECORDS), ..QueryLimits::default() };
        Ok(AskBisect {
            ask: Ask { repository: self.memory_repository, question, limits, ..Ask::default() },
            expect: self.expect,
            rank: self.rank,
            good: self.good.map(named),
            bad: self.bad.map(named),
        })
    }
}

impl BisectAnswer {
    /// The answer about a repository of an org.
    pub fn new(organization: &str, repository: &str, found: Bisected) -> Self {
        Self {
            organization: organization.to_owned(),
            memory_repository: repository.to_owned(),
            landing: found.landing.into(),
            before: found.before.to_string(),
            rank_before: found.rank_before,
            rank_after: found.rank_after,
            asked: found.asked,
            changes: found.changes.map(Changes::from),
        }
    }
}

fn named(name: String) -> RefRequest {
    RefRequest { requested: Some(name), ..RefRequest::default() }
}

//! Where memory comes from, and where it went, as it is asked and shown.

use super::address::addressed;
use super::document::page_length;
use super::reference::read_at;
use crate::base::id::UpdateId;
use crate::engine::{Blame, BlameRun, Code, EngineError, HistoryLine, Impact, ImpactOf, Impacted, Landing, RefRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A landing as it tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LandingItem {
    /// The commit.
    pub commit: String,
    /// When it landed; null off the approved line.
    pub landed_at: Option<String>,
    /// Who wrote it.
    pub author: String,
    /// Who approved it.
    pub approvers: Vec<String>,
    /// The update that it merged.
    pub update: Option<String>,
    /// The run that it came from.
    pub run: Option<String>,
}

/// Lines in a row that one landing brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlameLines {
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The lines, redacted; none where hiding a secret joined lines.
    pub lines: Vec<String>,
    /// What brought them; null where that is not known yet.
    pub by: Option<LandingItem>,
}

/// Who brought each line of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlameAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The repository, where the request named it.
    pub memory_repository: Option<String>,
    /// The commit.
    pub resolved_commit: String,
    /// The document.
    pub path: String,
    /// Its lines, in order.
    pub runs: Vec<BlameLines>,
    /// Whether lines were left out at the size limit.
    pub truncated: bool,
    /// How many secrets were hidden.
    pub redactions: usize,
}

/// A version of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionItem {
    /// The commit.
    pub commit: String,
    /// When it landed.
    pub landed_at: String,
    /// Who wrote it.
    pub author: String,
    /// Who approved it.
    pub approvers: Vec<String>,
    /// The update it landed by.
    pub update: Option<String>,
    /// `added`, `removed`, or `changed` and the fields.
    pub change: String,
    /// The first line of the commit's message; empty for a token that is narrowed by scopes.
    pub subject: String,
    /// Where it was then.
    pub path: String,
}

/// The versions of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryAnswer {
    /// The org.
    pub organization: String,
    /// The repository, where the request named it.
    pub memory_repository: Option<String>,
    /// The record.
    pub id: String,
    /// Its versions, newest first.
    pub items: Vec<VersionItem>,
}

/// A record that a snapshot selected of what was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachedRecord {
    /// Its id; the path of a note without one.
    pub id: String,
    /// Where it was.
    pub path: String,
    /// `lines`, `version` or `record`.
    pub through: String,
}

/// Lines that a snapshot selected of what was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReachedLines {
    /// Which file.
    pub path: String,
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
}

/// A snapshot that selected what was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactedSnapshot {
    /// Its id.
    pub snapshot: String,
    /// Its name, where it has a tag.
    pub name: Option<String>,
    /// The run that read it.
    pub source_run: Option<String>,
    /// Its commit.
    pub resolved_commit: String,
    /// When it was made.
    pub created_at: String,
    /// Whether it is known to be bad.
    pub known_bad: bool,
    /// The records.
    pub records: Vec<ReachedRecord>,
    /// The lines.
    pub excerpts: Vec<ReachedLines>,
}

/// The snapshots that selected what was brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The landing that was looked after; null for a record.
    pub landing: Option<String>,
    /// The snapshots, newest first.
    pub items: Vec<ImpactedSnapshot>,
    /// Where the next page begins. A page may be short, or empty, and still be followed by another.
    pub next_cursor: Option<String>,
}

/// The parameters of a record's history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The record.
    pub id: String,
    /// A branch, tag or commit.
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    pub at: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
    /// How many versions come back, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
}

/// The parameters of the history of the record that a path names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct VersionsParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// A branch, tag or commit.
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    pub at: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
    /// How many versions come back, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
}

/// The parameters of a search for what was reached; exactly one of `commit`, `update` and `record`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImpactParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// A branch, tag or commit: the landing that it is, or that it came with.
    pub commit: Option<String>,
    /// An update that has landed.
    pub update: Option<String>,
    /// A record's id.
    pub record: Option<String>,
    /// Where the page begins: `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// How many snapshots are looked at, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
}
addressed!(HistoryParams, VersionsParams, ImpactParams);

impl VersionsParams {
    /// The same of a record by its id.
    pub fn of(self, id: String) -> HistoryParams {
        let Self { organization, memory_repository, r#ref, at, snapshot, limit } = self;
        HistoryParams { organization, memory_repository, id, r#ref, at, snapshot, limit }
    }
}

impl HistoryParams {
    /// The commit that is asked for.
    pub fn request(&self) -> Result<RefRequest, EngineError> {
        read_at(&self.r#ref, &self.at, &self.snapshot)
    }

    /// How many versions are asked for.
    pub fn page_length(&self) -> Result<usize, EngineError> {
        page_length(self.limit)
    }
}

impl ImpactParams {
    /// What is looked after.
    pub fn of(&self) -> Result<ImpactOf, EngineError> {
        match (&self.commit, &self.update, &self.record) {
            (Some(commit), None, None) => Ok(ImpactOf::Commit(commit.clone())),
            (None, Some(update), None) => {
                let missing = |_| EngineError::new(Code::NotFound, "there is no such update in this org");
                UpdateId::parse(update).map(ImpactOf::Update).map_err(missing)
            }
            (None, None, Some(record)) => Ok(ImpactOf::Record(record.clone())),
            _ => {
                let message = "give exactly one of `commit`, `update` and `record`";
                Err(EngineError::new(Code::BadRequest, message).because("Exclusive", Some("commit"), message))
            }
        }
    }

    /// How many snapshots are looked at.
    pub fn page_length(&self) -> Result<usize, EngineError> {
        page_length(self.limit)
    }
}

impl From<Landing> for LandingItem {
    fn from(landing: Landing) -> Self {
        Self {
            commit: landing.commit.to_string(),
            landed_at: landing.landed_at.map(|at| at.to_string()),
            author: landing.author,
            approvers: landing.approvers,
            update: landing.update,
            run: landing.source_run,
        }
    }
}

impl From<BlameRun> for BlameLines {
    fn from(run: BlameRun) -> Self {
        let BlameRun { line_start, line_end, lines, by } = run;
        Self { line_start, line_end, lines, by: by.map(LandingItem::from) }
    }
}

impl BlameAnswer {
    /// The answer about a document of an org.
    pub fn new(organization: &str, repository: Option<String>, blame: Blame) -> Self {
        Self {
            organization: organization.to_owned(),
            memory_repository: repository,
            resolved_commit: blame.resolution.commit.to_string(),
            path: blame.path,
            runs: blame.runs.into_iter().map(BlameLines::from).collect(),
            truncated: blame.truncated,
            redactions: blame.redactions,
        }
    }
}

impl From<HistoryLine> for VersionItem {
    fn from(version: HistoryLine) -> Self {
        let HistoryLine { commit, landed_at, author, approvers, update, change, subject, path } = version;
        let (commit, landed_at) = (commit.to_string(), landed_at.to_string());
        Self { commit, landed_at, author, approvers, update, change, subject, path }
    }
}

impl HistoryAnswer {
    /// The answer about a record of an org.
    pub fn new(organization: &str, repository: Option<String>, id: String, versions: Vec<HistoryLine>) -> Self {
        let items = versions.into_iter().map(VersionItem::from).collect();
        Self { organization: organization.to_owned(), memory_repository: repository, id, items }
    }
}

impl From<Impacted> for ImpactedSnapshot {
    fn from(item: Impacted) -> Self {
        let record =
            |(id, path, through): (String, String, &str)| ReachedRecord { id, path, through: through.to_owned() };
        let lines = |(path, line_start, line_end)| ReachedLines { path, line_start, line_end };
        Self {
            snapshot: item.snapshot.to_string(),
            name: item.name,
            source_run: item.source_run,
            resolved_commit: item.commit.to_string(),
            created_at: item.created_at.to_string(),
            known_bad: item.known_bad,
            records: item.reached.records.into_iter().map(record).collect(),
            excerpts: item.reached.excerpts.into_iter().map(lines).collect(),
        }
    }
}

impl ImpactAnswer {
    /// The answer about an org.
    pub fn new(organization: &str, impact: Impact) -> Self {
        Self {
            organization: organization.to_owned(),
            landing: impact.landing.map(|commit| commit.to_string()),
            items: impact.page.items.into_iter().map(ImpactedSnapshot::from).collect(),
            next_cursor: impact.page.next_cursor,
        }
    }
}

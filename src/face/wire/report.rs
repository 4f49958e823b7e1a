//! A report: what of a memory wants somebody's care.

use super::address::addressed;
use super::answer::{DeniedScope, Permission};
use super::reference::read_at;
use crate::engine::{self, AskReport, EngineError, MemoryReport, ReportView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The parameters of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ReportParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// After how many days without an update an approved record is stale; 180 when left out.
    pub stale_after_days: Option<u32>,
    /// The moment as of which records are stale, RFC 3339; now when left out.
    pub as_of: Option<String>,
    /// How many items of each list come back, 1 to 1000; 100 when left out.
    pub limit: Option<usize>,
    /// A branch, tag or commit.
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    pub at: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
}
addressed!(ReportParams);

impl ReportParams {
    /// The report in the engine's words.
    pub fn ask(&self) -> Result<AskReport, EngineError> {
        Ok(AskReport {
            at: read_at(&self.r#ref, &self.at, &self.snapshot)?,
            as_of: self.as_of.clone(),
            stale_after_days: self.stale_after_days,
            limit: self.limit,
        })
    }
}

/// A report on one commit as of one moment: the same for the same commit, moment and parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportAnswer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The repository.
    pub memory_repository: String,
    /// The commit.
    pub resolved_commit: String,
    /// The tip of the default branch.
    pub current_commit: String,
    /// Seconds between the landings of the commit and the tip.
    pub stale_by_seconds: i64,
    /// The digest of the commit's ontology.
    pub ontology_digest: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// The moment as of which records are stale.
    pub as_of: String,
    /// After how many days without an update an approved record is stale.
    pub stale_after_days: u32,
    /// Records that nobody owns.
    pub unowned: ReportList<ReportRecord>,
    /// Approved records that were not updated for so long, the oldest first.
    pub stale: ReportList<StaleRecord>,
    /// Edges to ids that no record has.
    pub dangling: ReportList<DanglingEdge>,
    /// Records that nothing leads to and that lead nowhere. Owners are no neighbours.
    pub orphans: ReportList<ReportRecord>,
    /// Records of sensitivity `restricted` or `secret-metadata`: their ids alone.
    pub sensitive: ReportList<SensitiveRecord>,
    /// Aliases by which more than one record is called.
    pub duplicate_aliases: ReportList<SharedAlias>,
    /// Ids of platform resources that edges name and no record here has.
    pub unresolved: ReportList<UnresolvedId>,
    /// What the caller may not see, counted.
    pub permission: Permission,
    /// What was cut.
    pub limits: ReportLimits,
}

/// The first items of a list, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportList<T> {
    /// How many there are in all.
    pub total: usize,
    /// The first of them, in order.
    pub items: Vec<T>,
}

/// A record by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportRecord {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Where it is.
    pub path: String,
}

/// A record that was not updated for long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaleRecord {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// When it was updated last.
    pub updated_at: String,
    /// How many whole days before `asOf` that was.
    pub days: i64,
}

/// An edge that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DanglingEdge {
    /// The record that it leaves.
    pub id: String,
    /// Where that is.
    pub path: String,
    /// The edge's kind; `extendsNode` for a document that adds to a record that is not there.
    pub kind: String,
    /// What it names.
    pub target: String,
}

/// A record that not everybody should read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SensitiveRecord {
    /// Its id.
    pub id: String,
    /// `restricted` or `secret-metadata`.
    pub sensitivity: String,
}

/// An alias of several records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SharedAlias {
    /// The alias.
    pub alias: String,
    /// The first of the records that are called so.
    pub ids: Vec<String>,
}

/// An id of a platform resource that no record here has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnresolvedId {
    /// The id.
    pub id: String,
    /// How many edges name it.
    pub edges: usize,
}

/// What was cut of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportLimits {
    /// Whether any list is longer than its items.
    pub truncated: bool,
    /// The most items of each list.
    pub items: usize,
}

impl ReportAnswer {
    /// The answer about a repository.
    pub fn new(organization: &str, repository: &str, view: ReportView) -> Self {
        let ReportView { resolution, as_of, stale_after_days, limit, report } = view;
        let limits = ReportLimits { truncated: is_cut(&report), items: limit };
        Self {
            organization: organization.to_owned(),
            memory_repository: repository.to_owned(),
            resolved_commit: resolution.commit.to_string(),
            current_commit: resolution.current_commit.to_string(),
            stale_by_seconds: resolution.stale_by_seconds,
            ontology_digest: resolution.ontology_digest.to_string(),
            index_digest: resolution.index_digest.to_string(),
            as_of: as_of.to_string(),
            stale_after_days,
            unowned: list(report.unowned, ReportRecord::from),
            stale: list(report.stale, StaleRecord::from),
            dangling: list(report.dangling, DanglingEdge::from),
            orphans: list(report.orphans, ReportRecord::from),
            sensitive: list(report.sensitive, SensitiveRecord::from),
            duplicate_aliases: list(report.duplicate_aliases, SharedAlias::from),
            unresolved: list(report.unresolved, UnresolvedId::from),
            permission: Permission::leaving_out(report.denied_scopes.into_iter().map(DeniedScope::from).collect()),
            limits,
        }
    }
}

fn is_cut(report: &MemoryReport) -> bool {
    let lengths = [
        (report.unowned.total, report.unowned.items.len()),
        (report.stale.total, report.stale.items.len()),
        (report.dangling.total, report.dangling.items.len()),
        (report.orphans.total, report.orphans.items.len()),
        (report.sensitive.total, report.sensitive.items.len()),
        (report.duplicate_aliases.total, report.duplicate_aliases.items.len()),
        (report.unresolved.total, report.unresolved.items.len()),
    ];
    lengths.into_iter().any(|(total, given)| given < total)
}

fn list<A, B>(listed: engine::Listed<A>, one: impl Fn(A) -> B) -> ReportList<B> {
    ReportList { total: listed.total, items: listed.items.into_iter().map(one).collect() }
}

impl From<engine::RecordName> for ReportRecord {
    fn from(record: engine::RecordName) -> Self {
        Self { id: record.id, kind: record.kind, path: record.path }
    }
}

impl From<engine::Stale> for StaleRecord {
    fn from(record: engine::Stale) -> Self {
        Self { id: record.id, path: record.path, updated_at: record.updated_at.to_string(), days: record.days }
    }
}

impl From<engine::DanglingEdge> for DanglingEdge {
    fn from(edge: engine::DanglingEdge) -> Self {
        Self { id: edge.id, path: edge.path, kind: edge.kind, target: edge.target }
    }
}

impl From<engine::Sensitive> for SensitiveRecord {
    fn from(record: engine::Sensitive) -> Self {
        Self { id: record.id, sensitivity: record.sensitivity }
    }
}

impl From<engine::SharedAlias> for SharedAlias {
    fn from(shared: engine::SharedAlias) -> Self {
        Self { alias: shared.alias, ids: shared.ids }
    }
}

impl From<engine::Unresolved> for UnresolvedId {
    fn from(unresolved: engine::Unresolved) -> Self {
        Self { id: unresolved.id, edges: unresolved.edges }
    }
}

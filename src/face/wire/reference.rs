//! Naming a commit, and what the name turned out to be.

use super::address::addressed;
use super::answer::Permission;
use super::resource::Condition;
use crate::base::{Oid, OrgId, RepositoryName};
use crate::engine::{Code, EngineError, RefRequest, Resolution, ResolveMode, SnapshotNamed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Asks which commit a reference, a time or a snapshot is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ResolveBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// `current`, `explicit-ref`, `ref-at-time` or `snapshot-tag`; left out, the other fields say which.
    pub mode: Option<String>,
    /// A branch, tag, full reference, full or unique short commit id, `ref~n`, `ref^n`, or a snapshot's name.
    pub requested: Option<String>,
    /// A time, RFC 3339.
    pub requested_at: Option<String>,
    /// How a time is resolved: `latest-commit-before-or-at`, which is the only way.
    pub resolution_policy: Option<String>,
    /// Refuses a commit that is not on the approved line.
    pub require_approved_commit: bool,
    /// Refuses a commit whose validation has errors.
    pub require_valid_ontology: bool,
}
addressed!(ResolveBody);

impl ResolveBody {
    /// The request in the engine's words.
    pub fn request(&self) -> Result<RefRequest, EngineError> {
        if self.resolution_policy.as_deref().is_some_and(|policy| policy != RESOLUTION_POLICY) {
            return Err(bad_field("resolutionPolicy", format!("the only policy is `{RESOLUTION_POLICY}`")));
        }
        Ok(RefRequest {
            mode: self.mode.as_deref().map(mode_named).transpose()?,
            requested: self.requested.clone(),
            requested_at: self.requested_at.clone(),
            require_approved_commit: self.require_approved_commit,
            require_valid_ontology: self.require_valid_ontology,
        })
    }
}

const RESOLUTION_POLICY: &str = "latest-commit-before-or-at";
const MODES: [(&str, ResolveMode); 4] = [
    ("current", ResolveMode::Current),
    ("explicit-ref", ResolveMode::ExplicitRef),
    ("ref-at-time", ResolveMode::RefAtTime),
    ("snapshot-tag", ResolveMode::SnapshotTag),
];

fn mode_named(name: &str) -> Result<ResolveMode, EngineError> {
    let found = MODES.iter().find(|(text, _)| *text == name).map(|(_, mode)| *mode);
    found.ok_or_else(|| {
        bad_field("mode", "a mode is one of current, explicit-ref, ref-at-time, snapshot-tag".to_owned())
    })
}

pub(super) fn mode_name(mode: ResolveMode) -> &'static str {
    MODES.iter().find(|(_, other)| *other == mode).map(|(text, _)| *text).expect("every mode has a name")
}

fn bad_field(field: &str, message: String) -> EngineError {
    EngineError::new(Code::BadRequest, format!("{field}: {message}")).because("Malformed", Some(field), message)
}

/// The commit that a reference request came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resolved {
    /// The org.
    pub organization: String,
    /// The repository.
    pub memory_repository: String,
    /// How it was resolved.
    pub mode: String,
    /// What was asked for, as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<String>,
    /// The time that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<String>,
    /// The commit: 40 hexadecimal digits.
    pub resolved_commit: String,
    /// The full reference name, where a reference led there.
    pub resolved_ref: Option<String>,
    /// When it was resolved.
    pub resolved_at: String,
    /// When the commit landed; null off the approved line.
    pub landed_at: Option<String>,
    /// Whether it is on the approved line.
    pub approved: bool,
    /// The tip of the default branch.
    pub current_commit: String,
    /// Seconds between the landings of this commit and the tip.
    pub stale_by_seconds: i64,
    /// Landings between this commit and the tip.
    pub stale_by_commits: usize,
    /// The digest of the commit's ontology.
    pub ontology_digest: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// The snapshot that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<NamedSnapshot>,
    /// That it was allowed.
    pub permission: Permission,
    /// `Resolved`, `Approved`.
    pub conditions: Vec<Condition>,
}

impl Resolved {
    /// The answer about a repository of an org.
    pub fn new(org: &OrgId, repository: &RepositoryName, resolution: Resolution) -> Self {
        Self { memory_repository: repository.to_string(), ..Self::local(org.as_str(), resolution) }
    }

    /// The answer about a repository without a server.
    pub fn local(organization: &str, resolution: Resolution) -> Self {
        Self {
            organization: organization.to_owned(),
            memory_repository: "local".to_owned(),
            mode: mode_name(resolution.mode).to_owned(),
            requested: resolution.requested,
            requested_at: resolution.requested_at.map(|at| at.to_string()),
            resolved_commit: resolution.commit.to_string(),
            resolved_ref: resolution.resolved_ref,
            resolved_at: resolution.resolved_at.to_string(),
            landed_at: resolution.landed_at.map(|at| at.to_string()),
            approved: resolution.approved,
            current_commit: resolution.current_commit.to_string(),
            stale_by_seconds: resolution.stale_by_seconds,
            stale_by_commits: resolution.stale_by_commits,
            ontology_digest: resolution.ontology_digest.to_string(),
            index_digest: resolution.index_digest.to_string(),
            snapshot: resolution.snapshot.map(NamedSnapshot::from),
            permission: Permission::allowed(),
            conditions: conditions(resolution.approved),
        }
    }
}

fn conditions(approved: bool) -> Vec<Condition> {
    let line = if approved { "OnApprovedLine" } else { "OffApprovedLine" };
    vec![Condition::new("Resolved", true, "CommitFound"), Condition::new("Approved", approved, line)]
}

/// The snapshot that a read named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedSnapshot {
    /// Its id.
    pub id: String,
    /// Its name, where it has a tag.
    pub name: Option<String>,
    /// Why it is known to be bad, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_bad: Option<String>,
}

impl From<SnapshotNamed> for NamedSnapshot {
    fn from(named: SnapshotNamed) -> Self {
        Self { id: named.id.to_string(), name: named.name, known_bad: named.known_bad }
    }
}

/// Names the commit of a read by at most one of four ways; none is the tip of the default branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// A reference.
    pub requested_ref: Option<String>,
    /// A time.
    pub requested_at: Option<String>,
    /// A whole commit id.
    pub resolved_commit: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
}

impl Commit {
    /// The request in the engine's words.
    pub fn request(self) -> Result<RefRequest, EngineError> {
        let Self { requested_ref, requested_at, resolved_commit, snapshot } = self;
        let ways = [&requested_ref, &requested_at, &resolved_commit, &snapshot];
        if ways.iter().filter(|way| way.is_some()).count() > 1 {
            return Err(named_twice());
        }
        if resolved_commit.as_deref().is_some_and(|id| Oid::parse(id).is_err()) {
            return Err(bad_field("resolvedCommit", "a resolved commit has 40 hexadecimal digits".to_owned()));
        }
        let mode = snapshot.is_some().then_some(ResolveMode::SnapshotTag);
        Ok(RefRequest {
            mode,
            requested: requested_ref.or(resolved_commit).or(snapshot),
            requested_at,
            ..RefRequest::default()
        })
    }
}

fn named_twice() -> EngineError {
    let ways = "requestedRef, requestedAt, resolvedCommit, snapshot";
    let error = EngineError::new(Code::InvalidQuery, format!("the commit is named by at most one of {ways}"));
    ways.split(", ").fold(error, |error, way| error.because("Exclusive", Some(way), "give at most one of the four"))
}

/// The parameters of a read of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RefParams {
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
}
addressed!(RefParams);

impl RefParams {
    /// The commit that is asked for.
    pub fn request(&self) -> Result<RefRequest, EngineError> {
        read_at(&self.r#ref, &self.at, &self.snapshot)
    }
}

/// The commit that the parameters of a read name.
pub(super) fn read_at(
    name: &Option<String>,
    at: &Option<String>,
    snapshot: &Option<String>,
) -> Result<RefRequest, EngineError> {
    let (requested_ref, requested_at, snapshot) = (name.clone(), at.clone(), snapshot.clone());
    Commit { requested_ref, requested_at, snapshot, resolved_commit: None }.request()
}

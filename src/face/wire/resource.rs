//! The parts that every resource has: its header and its conditions.

use crate::base::{OrgId, Timestamp};
use crate::engine::{ConditionView, Coverage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The version of every resource's shape.
pub const API_VERSION: &str = "krate.a5c.ai/v1alpha1";
/// The label that names a resource's org.
const ORG_LABEL: &str = "krate.a5c.ai/org";

/// The header of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Its name.
    pub name: String,
    /// `krate-org-` and its org.
    pub namespace: String,
    /// Counts its changes, where they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// Labels; `krate.a5c.ai/org` is its org.
    pub labels: BTreeMap<String, String>,
    /// When it was made.
    pub creation_timestamp: String,
}

impl Metadata {
    /// The header of a resource of an org.
    pub(super) fn new(org: &OrgId, name: &str, generation: Option<u64>, made: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            namespace: format!("krate-org-{org}"),
            generation,
            labels: BTreeMap::from([(ORG_LABEL.to_owned(), org.to_string())]),
            creation_timestamp: made.to_string(),
        }
    }
}

/// A condition of a resource or of a part of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Condition {
    /// Which, such as `MergesCleanly`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word.
    pub reason: String,
    /// One sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl Condition {
    /// A condition that needs no sentence.
    pub(super) fn new(kind: &str, holds: bool, reason: &str) -> Self {
        let status = if holds { "True" } else { "False" };
        Self { kind: kind.to_owned(), status: status.to_owned(), reason: reason.to_owned(), message: String::new() }
    }
}

impl From<ConditionView> for Condition {
    fn from(view: ConditionView) -> Self {
        Self { kind: view.kind, status: view.status, reason: view.reason, message: view.message }
    }
}

/// Whether the server is ready, part by part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// Whether every part is.
    pub ready: bool,
    /// Each part.
    pub conditions: Vec<Condition>,
    /// How far the indexes are. Reads are answered before history is filled in.
    pub index: IndexCoverage,
}

/// How much of their approved lines the indexes of all repositories cover together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndexCoverage {
    /// How many landings there are.
    pub landings: usize,
    /// How many of them are indexed.
    pub indexed: usize,
}

impl Readiness {
    /// Whether all parts are ready, and how far the indexes are.
    pub fn of(parts: Vec<ConditionView>, covered: Coverage) -> Self {
        let ready = parts.iter().all(|part| part.status == "True");
        let index = IndexCoverage { landings: covered.landings, indexed: covered.indexed };
        Self { ready, conditions: parts.into_iter().map(Condition::from).collect(), index }
    }
}

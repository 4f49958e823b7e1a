//! Streams of changes.

use super::address::addressed;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What of a resource is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct WatchParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Only what belongs to this repository.
    pub repository: Option<String>,
    /// Only what is in this phase, such as `AwaitingApproval`: what comes into it is `ADDED`, what leaves it `DELETED`.
    pub phase: Option<String>,
    /// Only this one.
    pub name: Option<String>,
}
addressed!(WatchParams);

/// The data of one event of a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WatchEvent {
    /// `SYNC`, `ADDED`, `MODIFIED`, `DELETED` or `BOOKMARK`; `GONE` where changes were missed.
    #[serde(rename = "type")]
    pub sort: String,
    /// The resource, such as `agentmemoryupdates`.
    pub resource: String,
    /// The thing as it is now; for `SYNC` a list of them: `{"items": [...], "complete": true}`.
    pub object: serde_json::Value,
}

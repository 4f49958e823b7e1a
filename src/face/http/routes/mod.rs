//! The handlers, one file per resource. Each says in its annotation what the API description says of it.

pub(super) mod audit;
pub(super) mod decisions;
pub(super) mod documents;
pub(super) mod graph;
pub(super) mod health;
pub(super) mod history;
pub(super) mod imports;
pub(super) mod keys;
pub(super) mod query;
pub(super) mod reports;
pub(super) mod repositories;
pub(super) mod snapshots;
pub(super) mod updates;
pub(super) mod watch;

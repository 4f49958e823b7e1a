//! Pinning what a run read, reading it again, and proving it.

use crate::face::http::call::{Call, Reply};
use crate::face::wire::{
    KnownBadBody, ReplayBody, Replayed, SnapshotBody, SnapshotList, SnapshotParams, SnapshotResource, SnapshotsParams,
};
use axum::http::StatusCode;

/// Lists snapshots, newest first.
#[utoipa::path(get, path = "/snapshots", tag = "snapshots", params(SnapshotsParams),
    responses((status = 200, description = "A page of snapshots", body = SnapshotList)))]
pub(in crate::face::http) async fn list_snapshots(call: Call<SnapshotsParams>) -> Reply<SnapshotList> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let page = engine.snapshots(caller, &params.filter(), params.cursor.as_deref(), params.page_length()?)?;
        Ok(SnapshotList::new(caller.org.as_str(), page))
    })
    .await
}

/// Pins a commit, and with a query what that selects there. The same request again gives the same snapshot.
#[utoipa::path(post, path = "/snapshots", tag = "snapshots", request_body = SnapshotBody,
    responses((status = 201, description = "The snapshot", body = SnapshotResource)))]
pub(in crate::face::http) async fn create_snapshot(call: Call<SnapshotBody>) -> Reply<SnapshotResource> {
    let key = call.key();
    call.answer(StatusCode::CREATED, |engine, caller, body| {
        Ok(engine.create_snapshot(caller, &body.snapshot(key)?)?.into())
    })
    .await
}

/// Reads one snapshot.
#[utoipa::path(get, path = "/snapshots/{id}", tag = "snapshots",
    params(("id" = String, Path, description = "The snapshot, by its id or its name"), SnapshotParams),
    responses((status = 200, description = "The snapshot", body = SnapshotResource)))]
pub(in crate::face::http) async fn read_snapshot(call: Call<SnapshotParams>) -> Reply<SnapshotResource> {
    let named = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, params| {
        let id = engine.snapshot_id(caller, params.memory_repository.as_deref(), &named)?;
        Ok(engine.snapshot(caller, &id)?.into())
    })
    .await
}

/// Marks a snapshot as known to be bad. What it pins stays as it is.
#[utoipa::path(post, path = "/snapshots/{id}/known-bad", tag = "snapshots", request_body = KnownBadBody,
    params(("id" = String, Path, description = "The snapshot, by its id or its name")),
    responses((status = 200, description = "The snapshot", body = SnapshotResource)))]
pub(in crate::face::http) async fn mark_known_bad(call: Call<KnownBadBody>) -> Reply<SnapshotResource> {
    let named = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, body| {
        let id = engine.snapshot_id(caller, body.memory_repository.as_deref(), &named)?;
        Ok(engine.mark_snapshot(caller, &id, &body.reason)?.into())
    })
    .await
}

/// Asks a snapshot's query again at its commit, and says which digests are not what they were.
#[utoipa::path(post, path = "/snapshots/{id}/replay", tag = "snapshots", request_body = ReplayBody,
    params(("id" = String, Path, description = "The snapshot, by its id or its name")),
    responses((status = 200, description = "Each digest, as it was and as it is", body = Replayed)))]
pub(in crate::face::http) async fn replay_snapshot(call: Call<ReplayBody>) -> Reply<Replayed> {
    let named = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, body| {
        let id = engine.snapshot_id(caller, body.memory_repository.as_deref(), &named)?;
        Ok(engine.replay_snapshot(caller, &id)?.into())
    })
    .await
}

//! Where memory comes from, and where it went: blame, history, impact.

use super::documents::repository;
use crate::face::http::call::{Call, Reply};
use crate::face::wire::{BlameAnswer, DocumentParams, HistoryAnswer, HistoryParams, ImpactAnswer, ImpactParams};
use axum::http::StatusCode;

/// Says who brought each line of a document: landing, author, approvers, update, run.
#[utoipa::path(get, path = "/blame", tag = "memory", params(DocumentParams),
    responses((status = 200, description = "The lines, in runs that one landing brought", body = BlameAnswer)))]
pub(in crate::face::http) async fn blame(call: Call<DocumentParams>) -> Reply<BlameAnswer> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let repository = repository(engine, caller, &params.memory_repository)?;
        let (lines, at) = (params.range()?, params.request()?);
        let blame = engine.blame(caller, repository.as_deref(), &params.path, lines, &at)?;
        Ok(BlameAnswer::new(caller.org.as_str(), repository, blame))
    })
    .await
}

/// Lists the versions of a record along the approved line, newest first.
#[utoipa::path(get, path = "/history", tag = "memory", params(HistoryParams),
    responses((status = 200, description = "The versions", body = HistoryAnswer)))]
pub(in crate::face::http) async fn history(call: Call<HistoryParams>) -> Reply<HistoryAnswer> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let repository = repository(engine, caller, &params.memory_repository)?;
        let (at, limit) = (params.request()?, params.page_length()?);
        let versions = engine.record_history(caller, repository.as_deref(), &params.id, &at, limit)?;
        Ok(HistoryAnswer::new(caller.org.as_str(), repository, params.id, versions))
    })
    .await
}

/// Lists the snapshots that selected what a commit, an update or a record brought in, newest first.
#[utoipa::path(get, path = "/impact", tag = "snapshots", params(ImpactParams),
    responses((status = 200, description = "A page of snapshots, and what each selected of it", body = ImpactAnswer)))]
pub(in crate::face::http) async fn impact(call: Call<ImpactParams>) -> Reply<ImpactAnswer> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let (of, limit) = (params.of()?, params.page_length()?);
        let (named, cursor) = (params.memory_repository.as_deref(), params.cursor.as_deref());
        Ok(ImpactAnswer::new(caller.org.as_str(), engine.impact(caller, named, &of, cursor, limit)?))
    })
    .await
}

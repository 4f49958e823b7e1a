//! Where memory comes from, and where it went: blame, history, what changed, bisect, impact.

use super::documents::repository;
use crate::engine::{Caller, Engine, EngineError};
use crate::face::http::call::{Call, Reply};
use crate::face::wire::{
    BisectAnswer, BisectParams, BlameAnswer, DiffAnswer, DiffBody, DocumentParams, HistoryAnswer, HistoryParams,
    ImpactAnswer, ImpactParams,
};
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
    call.answer(StatusCode::OK, versions).await
}

/// The versions of the record that is asked for.
pub(super) fn versions(engine: &Engine, caller: &Caller, params: HistoryParams) -> Result<HistoryAnswer, EngineError> {
    let repository = repository(engine, caller, &params.memory_repository)?;
    let (at, limit) = (params.request()?, params.page_length()?);
    let versions = engine.record_history(caller, repository.as_deref(), &params.id, &at, limit)?;
    Ok(HistoryAnswer::new(caller.org.as_str(), repository, params.id, versions))
}

/// Compares two commits: files, records field by field, edges, and with `full` the lines.
#[utoipa::path(post, path = "/diff", tag = "memory", request_body = DiffBody,
    responses((status = 200, description = "What changed", body = DiffAnswer)))]
pub(in crate::face::http) async fn diff(call: Call<DiffBody>) -> Reply<DiffAnswer> {
    call.answer(StatusCode::OK, |engine, caller, body| {
        let repository = body.memory_repository.clone();
        let (repository, view) = engine.diff(caller, repository.as_deref(), &body.ask()?)?;
        Ok(DiffAnswer::new(caller.org.as_str(), repository.as_str(), view))
    })
    .await
}

/// Finds the landing that changed whether an answer holds a record.
#[utoipa::path(get, path = "/bisect", tag = "memory", params(BisectParams),
    responses((status = 200, description = "The landing, and what it changed", body = BisectAnswer)))]
pub(in crate::face::http) async fn bisect(call: Call<BisectParams>) -> Reply<BisectAnswer> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let (repository, found) = engine.bisect(caller, &params.ask()?)?;
        Ok(BisectAnswer::new(caller.org.as_str(), repository.as_str(), found))
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

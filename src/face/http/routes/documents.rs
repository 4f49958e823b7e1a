//! Reading records and documents.

use super::history;
use crate::engine::Caller;
use crate::engine::{Engine, EngineError};
use crate::face::http::app::App;
use crate::face::http::call::{Call, Reply};
use crate::face::http::fail::Result;
use crate::face::wire::{
    DocumentAnswer, DocumentParams, HistoryAnswer, RecordList, RecordsParams, RefParams, VersionsParams,
};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Lists records by path. The pages of one list are of one commit.
#[utoipa::path(get, path = "/records", tag = "memory", params(RecordsParams),
    responses((status = 200, description = "A page of records", body = RecordList)))]
pub(in crate::face::http) async fn list_records(call: Call<RecordsParams>) -> Reply<RecordList> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let repository = repository(engine, caller, &params.memory_repository)?;
        let (filter, at, limit) = (params.filter(), params.request()?, params.page_length()?);
        let cursor = params.cursor.as_deref();
        let (resolution, page) = engine.records(caller, repository.as_deref(), &filter, &at, cursor, limit)?;
        Ok(RecordList::new(&caller.org, repository, &resolution, page))
    })
    .await
}

/// Reads a record by its id.
#[utoipa::path(get, path = "/records/{*id}", tag = "memory",
    params(("id" = String, Path, description = "The record's id, such as `runbook:ci-flake`; it may hold slashes, \
        and where it ends in `/history` that slash is written %2F"), RefParams),
    responses((status = 200, description = "The record", body = DocumentAnswer)))]
pub(in crate::face::http) async fn read_record(State(app): State<App>, request: Request) -> Result<Response> {
    if names_history(request.uri().path()) {
        return Ok(record_history(Call::from_request(request, &app).await?).await?.into_response());
    }
    Ok(record(Call::from_request(request, &app).await?).await?.into_response())
}

/// Lists the versions of a record along the approved line, newest first.
#[utoipa::path(get, path = "/records/{id}/history", tag = "memory",
    params(("id" = String, Path, description = "The record's id; it may hold slashes"), VersionsParams),
    responses((status = 200, description = "The versions", body = HistoryAnswer)))]
pub(in crate::face::http) async fn record_history(call: Call<VersionsParams>) -> Reply<HistoryAnswer> {
    let rest = call.path("id");
    let id = rest.strip_suffix(HISTORY).unwrap_or(&rest).to_owned();
    call.answer(StatusCode::OK, |engine, caller, params| history::versions(engine, caller, params.of(id))).await
}

/// What follows the id of a record whose versions are asked for.
const HISTORY: &str = "/history";

/// Whether a path, as it was sent, names the history of a record. A slash that is written %2F belongs to the id.
fn names_history(path: &str) -> bool {
    let rest = path.split_once("/records/").map_or("", |(_, rest)| rest);
    rest.strip_suffix(HISTORY).is_some_and(|id| !id.is_empty())
}

async fn record(call: Call<RefParams>) -> Reply<DocumentAnswer> {
    let id = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, params| {
        let repository = repository(engine, caller, &params.memory_repository)?;
        let document = engine.record(caller, repository.as_deref(), &id, &params.request()?)?;
        Ok(DocumentAnswer::new(caller.org.as_str(), repository, document))
    })
    .await
}

/// Reads a document by its path, whole or by lines.
#[utoipa::path(get, path = "/documents", tag = "memory", params(DocumentParams),
    responses((status = 200, description = "The document", body = DocumentAnswer)))]
pub(in crate::face::http) async fn read_document(call: Call<DocumentParams>) -> Reply<DocumentAnswer> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let repository = repository(engine, caller, &params.memory_repository)?;
        let (lines, at) = (params.range()?, params.request()?);
        let document = engine.document(caller, repository.as_deref(), &params.path, lines, &at)?;
        Ok(DocumentAnswer::new(caller.org.as_str(), repository, document))
    })
    .await
}

/// The repository of a read, so that its answer can name it: the one asked for, or the only one that there is.
/// Where there are more, the engine says that one has to be named.
pub(super) fn repository(
    engine: &Engine,
    caller: &Caller,
    named: &Option<String>,
) -> std::result::Result<Option<String>, EngineError> {
    if named.is_some() {
        return Ok(named.clone());
    }
    let all = engine.list_repositories(caller)?;
    Ok(if let [only] = all.as_slice() { Some(only.name.to_string()) } else { None })
}

//! Resolving and querying.

use crate::face::http::call::{Call, Reply};
use crate::face::http::fail::Result;
use crate::face::wire::{ContextAnswer, ContextBody, QueryAnswer, QueryBody, ResolveBody, Resolved};
use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Resolves a reference, a time or a snapshot to one commit.
#[utoipa::path(post, path = "/resolve-ref", tag = "memory", request_body = ResolveBody,
    responses((status = 200, description = "The commit", body = Resolved)))]
pub(in crate::face::http) async fn resolve_ref(call: Call<ResolveBody>) -> Reply<Resolved> {
    call.answer(StatusCode::OK, |engine, caller, body| {
        let request = body.request()?;
        let (repository, resolution) = engine.resolve(caller, body.memory_repository.as_deref(), &request)?;
        Ok(Resolved::new(&caller.org, &repository, resolution))
    })
    .await
}

/// Selects bounded, redacted, explained memory at one commit.
#[utoipa::path(post, path = "/query", tag = "memory", request_body = QueryBody,
    responses((status = 200, description = "The selection", body = QueryAnswer)))]
pub(in crate::face::http) async fn query(call: Call<QueryBody>) -> Reply<QueryAnswer> {
    call.answer(StatusCode::OK, |engine, caller, body| Ok(engine.query(caller, &body.ask()?)?.into())).await
}

/// Gives what the memory says of a question as a section to put before an agent, within so many tokens.
#[utoipa::path(post, path = "/context", tag = "memory", request_body = ContextBody,
    responses((status = 200, description = "The section and what it cites, or the section alone", content(
        (ContextAnswer = "application/json"), (String = "text/markdown")))))]
pub(in crate::face::http) async fn context(headers: HeaderMap, call: Call<ContextBody>) -> Result<Response> {
    // What is given again for a key is JSON.
    let is_alone = call.key().is_none() && prefers_markdown(&headers);
    let answer = call.work(|engine, caller, body| Ok(ContextAnswer::from(engine.query(caller, &body.ask()?)?))).await?;
    Ok(if is_alone {
        ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], answer.prompt).into_response()
    } else {
        Json(answer).into_response()
    })
}

/// Whether Markdown comes before JSON among what a client accepts.
fn prefers_markdown(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds = accepted.flat_map(|value| value.split(',')).map(|kind| kind.split(';').next().unwrap_or("").trim());
    let known = ["text/markdown", "application/json", "*/*"];
    let first = kinds.into_iter().find_map(|kind| known.into_iter().find(|known| kind.eq_ignore_ascii_case(known)));
    first == Some("text/markdown")
}

//! Resolving and querying.

use crate::face::http::call::{Call, Reply};
use crate::face::wire::{QueryAnswer, QueryBody, ResolveBody, Resolved};
use axum::http::StatusCode;

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

//! The graph of a commit.

use crate::face::http::call::Call;
use crate::face::http::fail::Result;
use crate::face::wire::{GraphAnswer, GraphFormat, GraphParams};
use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// What a picture may do when it is opened by itself: nothing but be seen.
const PICTURE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Gives what is around a record, or the shortest path between two, as JSON, DOT or SVG.
#[utoipa::path(get, path = "/graph", tag = "memory", params(GraphParams),
    responses((status = 200, description = "The records and edges", content(
        (GraphAnswer = "application/json"), (String = "text/vnd.graphviz"), (String = "image/svg+xml")))))]
pub(in crate::face::http) async fn graph(call: Call<GraphParams>) -> Result<Response> {
    call.work(|engine, caller, params| {
        let format = params.format()?;
        let (_, view) = engine.graph(caller, params.memory_repository.as_deref(), &params.ask()?)?;
        Ok(match format {
            GraphFormat::Json => Json(GraphAnswer::new(caller.org.as_str(), view)).into_response(),
            GraphFormat::Dot => {
                ([(header::CONTENT_TYPE, "text/vnd.graphviz; charset=utf-8")], view.dot()).into_response()
            }
            GraphFormat::Svg => {
                let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CONTENT_SECURITY_POLICY, PICTURE)];
                (headers, view.svg()).into_response()
            }
        })
    })
    .await
}

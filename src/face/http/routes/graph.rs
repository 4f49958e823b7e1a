//! The graph of a commit.

use crate::face::http::call::Call;
use crate::face::http::fail::Result;
use crate::face::wire::{GraphAnswer, GraphFormat, GraphParams};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What a picture may do when it is opened by itself: nothing but be seen.
const PICTURE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Gives what is around a record, or the shortest path between two, as JSON, DOT or SVG.
#[utoipa::path(get, path = "/graph", tag = "memory", params(GraphParams),
    responses((status = 200, description = "The records and edges", content(
        (GraphAnswer = "application/json"), (String = "text/vnd.graphviz"), (String = "image/svg+xml")))))]
pub(in crate::face::http) async fn graph(call: Call<GraphParams>) -> Result<Response> {
    let work = call.work(|engine, caller, params| {
        let format = params.format()?;
        let (_, view) = engine.graph(caller, params.memory_repository.as_deref(), &params.ask()?)?;
        Ok(match format {
            GraphFormat::Json => Drawn::Json(GraphAnswer::new(caller.org.as_str(), view)),
            GraphFormat::Dot => Drawn::Dot(view.dot()),
            GraphFormat::Svg => Drawn::Svg(view.svg()),
        })
    });
    Ok(work.await?.into_response())
}

/// A graph as it was asked for.
enum Drawn {
    Json(GraphAnswer),
    Dot(String),
    Svg(String),
}

impl IntoResponse for Drawn {
    fn into_response(self) -> Response {
        match self {
            Self::Json(answer) => (StatusCode::OK, Json(answer)).into_response(),
            Self::Dot(text) => ([(header::CONTENT_TYPE, "text/vnd.graphviz; charset=utf-8")], text).into_response(),
            Self::Svg(text) => {
                let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CONTENT_SECURITY_POLICY, PICTURE)];
                (headers, text).into_response()
            }
        }
    }
}

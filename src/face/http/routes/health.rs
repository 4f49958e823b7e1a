//! How the server is, and what it can do.

use crate::engine::Code;
use crate::engine::Role;
use crate::face::http::api;
use crate::face::http::app::App;
use crate::face::http::auth::authenticate;
use crate::face::http::correlation::Correlation;
use crate::face::http::docs;
use crate::face::http::fail::{Failure, Result};
use crate::face::http::metrics::CONTENT_TYPE;
use crate::face::wire::Readiness;
use axum::Json;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse};
use std::net::SocketAddr;

/// Says that the process answers.
#[utoipa::path(get, path = "/healthz", tag = "server", security(()),
    responses((status = 200, description = "`ok`", body = String, content_type = "text/plain")))]
pub(in crate::face::http) async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether every part of the server is ready.
#[utoipa::path(get, path = "/readyz", tag = "server", security(()),
    responses((status = 200, description = "Ready", body = Readiness), (status = 503, description = "Not ready", body = Readiness)))]
pub(in crate::face::http) async fn readyz(
    State(app): State<App>,
    Extension(correlation): Extension<Correlation>,
) -> Result<(StatusCode, Json<Readiness>)> {
    let readiness = app.readiness(&correlation).await?;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(readiness)))
}

/// Gives what the server counts, in the format of Prometheus: to this machine, and to admins.
#[utoipa::path(get, path = "/metrics", tag = "server",
    responses((status = 200, description = "The counters", body = String, content_type = "application/openmetrics-text")))]
pub(in crate::face::http) async fn metrics(
    State(app): State<App>,
    Extension(correlation): Extension<Correlation>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<impl IntoResponse> {
    if !is_local(peer.map(|peer| peer.0.0), &headers) {
        let caller = authenticate(&app, &correlation, &headers).await?;
        if caller.role < Role::Admin {
            return Err(Failure::new(Code::PolicyDenied, "the counters are for admins"));
        }
    }
    let covered = app.blocking(&correlation, |engine| Ok(engine.coverage())).await?;
    app.metrics.covered(covered);
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], app.metrics.text()))
}

/// Whether the peer is a program on this machine that speaks for itself: a proxy speaks for others.
fn is_local(peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name));
    peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback()) && !forwarded
}

/// Describes every route, as OpenAPI 3.1.
#[utoipa::path(get, path = "/api/openapi.json", tag = "server", security(()),
    responses((status = 200, description = "The description", body = serde_json::Value)))]
pub(in crate::face::http) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], api::json())
}

/// Shows every route to people.
#[utoipa::path(get, path = "/api/docs", tag = "server", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")))]
pub(in crate::face::http) async fn docs_page() -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, docs::POLICY)], Html(docs::page()))
}

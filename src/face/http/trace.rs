//! The outermost layer: one correlation id, one log line, one count per request, and no answer without a body.

use super::app::App;
use super::correlation::{Correlation, HEADER};
use super::fail::{Failure, Form, render};
use super::unread::{Ended, watch};
use crate::engine::Code;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Instant;
use tracing::Instrument;

/// What every answer carries that has not set it for itself.
const SECURITY: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
];

/// Follows a request from its first byte to its answer.
pub(super) async fn follow(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (began, _under_way) = (Instant::now(), app.metrics.begin());
    let correlation = Correlation::of(request.headers());
    request.extensions_mut().insert(correlation.clone());
    let method = known(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |p| p.as_str().to_owned());
    let form = if route.starts_with("/orgs/") { Form::Text } else { Form::Json };
    let span = tracing::info_span!("request", %correlation, method, path = request.uri().path());
    let (request, body) = watched(request);
    async move {
        let mut response = finish(next.run(request).await, &correlation, form);
        if !body.reached() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        app.metrics.answered(method, &route, response.status().as_u16(), began.elapsed());
        tracing::info!(status = response.status().as_u16(), ms = began.elapsed().as_millis() as u64, "answered");
        response
    }
    .instrument(span)
    .await
}

fn watched(request: Request) -> (Request, Ended) {
    let (parts, body) = request.into_parts();
    let (body, ended) = watch(body);
    (Request::from_parts(parts, body), ended)
}

/// Makes an answer of a panic.
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Failure::broken(format!("a handler panicked: {}", text.unwrap_or("without a word"))).into_response()
}

fn finish(response: Response, correlation: &Correlation, form: Form) -> Response {
    let mut response = render(explain(response), correlation, form);
    let headers = response.headers_mut();
    headers.insert(HEADER, correlation.header());
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Gives the router's own refusals, which have no body, a failure to be written.
fn explain(mut response: Response) -> Response {
    let explained = response.extensions().get::<Failure>().is_some();
    if explained || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let failure = match response.status() {
        StatusCode::NOT_FOUND => Failure::new(Code::NotFound, "there is no such route"),
        StatusCode::METHOD_NOT_ALLOWED => Failure::new(Code::BadRequest, "this route does not take this method"),
        status if status.is_client_error() => Failure::new(Code::BadRequest, "the request is not well formed"),
        status if status.is_server_error() => Failure::broken("an answer without a body"),
        _ => return response,
    };
    let failure = failure.with_status(response.status());
    response.extensions_mut().insert(failure);
    response
}

/// The method by a name that does not depend on the client.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

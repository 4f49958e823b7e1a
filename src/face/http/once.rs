//! Requests with a body, and `Idempotency-Key`: what a POST with a key gave the first time, it gives again.

use super::app::App;
use super::asker::Asker;
use super::body;
use super::fail::{self, Failure, Form, Result};
use super::upload;
use crate::base::Digest;
use crate::engine::{self, Code, Once};
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

/// The header with the key: 1 to 200 visible ASCII characters.
const KEY: &str = "idempotency-key";
/// The header that says that an answer is a repeated one.
const REPLAY: &str = "idempotent-replay";

/// Reads the body of a request, and sees to it that a POST with a key is done once.
pub(super) async fn guard(
    State(app): State<App>,
    Extension(asker): Extension<Asker>,
    request: Request,
    next: Next,
) -> Result<Response> {
    if *request.method() != Method::POST && *request.method() != Method::PATCH {
        return Ok(next.run(request).await);
    }
    let (request, bytes) = match upload::is_upload(&request) {
        true => upload::receive(&app, &asker, request).await?,
        false => body::read(request, app.options.max_json_bytes).await?,
    };
    let Some(key) = key(&request)? else { return Ok(next.run(request).await) };
    let attempt = Attempt { app, asker, key };
    match attempt.begin(digest(&request, &bytes)).await? {
        Once::Replay { status, body } => replay(status, body),
        Once::Begun(begun) => attempt.run(begun, request, next).await,
    }
}

/// The key of a request, for its handler.
#[derive(Clone, Debug)]
pub(super) struct Key(pub(super) String);

/// One request with a key.
struct Attempt {
    app: App,
    asker: Asker,
    key: String,
}

impl Attempt {
    async fn begin(&self, digest: Digest) -> Result<Once> {
        let key = self.key.clone();
        self.app.ask(&self.asker, move |engine, caller| engine.begin_once(caller, &key, &digest)).await
    }

    /// Does the request and keeps its answer, also when the client does not wait for it.
    async fn run(self, begun: engine::Attempt, mut request: Request, next: Next) -> Result<Response> {
        request.extensions_mut().insert(Key(self.key.clone()));
        request.extensions_mut().insert(Asker { attempt: Some(begun), ..self.asker.clone() });
        let tasks = self.app.tasks.clone();
        let work = async move {
            // A task of its own, so that a panic still frees the key.
            let done = tokio::spawn(next.run(request).in_current_span()).await;
            let response = done.unwrap_or_else(|panic| Failure::broken(panic).into_response());
            self.keep(fail::render(response, &self.asker.correlation, Form::Json)).await
        };
        tasks.spawn(work.in_current_span()).await.map_err(Failure::broken)?
    }

    async fn keep(&self, response: Response) -> Result<Response> {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.map_err(Failure::broken)?;
        let (key, status, kept) = (self.key.clone(), parts.status.as_u16(), bytes.clone());
        self.app.ask(&self.asker, move |engine, caller| engine.finish_once(caller, &key, status, &kept)).await?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }
}

/// The key of a POST, where it has one.
fn key(request: &Request) -> Result<Option<String>> {
    if *request.method() != Method::POST {
        return Ok(None);
    }
    let Some(value) = single(request.headers())? else { return Ok(None) };
    let good = (1..=200).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
    let key = value.to_str().ok().filter(|_| good).map(str::to_owned);
    key.map(Some).ok_or_else(|| {
        Failure::field(Code::BadRequest, "Idempotency-Key", "a key has 1 to 200 visible ASCII characters")
    })
}

fn single(headers: &HeaderMap) -> Result<Option<&HeaderValue>> {
    let mut all = headers.get_all(KEY).iter();
    match (all.next(), all.next()) {
        (first, None) => Ok(first),
        _ => Err(Failure::field(Code::BadRequest, "Idempotency-Key", "a request has one key")),
    }
}

/// The digest of what is asked: method, path and body, each with its length before it.
fn digest(request: &Request, body: &Bytes) -> Digest {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut text =
        format!("{}:{}{}:{path}{}:", request.method().as_str().len(), request.method(), path.len(), body.len())
            .into_bytes();
    text.extend_from_slice(body);
    Digest::of(&text)
}

fn replay(status: u16, body: Vec<u8>) -> Result<Response> {
    let status = StatusCode::from_u16(status).map_err(Failure::broken)?;
    let json = [(header::CONTENT_TYPE.as_str(), "application/json"), (REPLAY, "true")];
    Ok((status, json, body).into_response())
}

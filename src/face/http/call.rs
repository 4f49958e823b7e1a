//! One call of the API as its handler sees it: who asks, of which org, for what.

use super::app::App;
use super::asker::Asker;
use super::auth::require_org;
use super::fail::{Failure, Result};
use super::limits::Place;
use super::once::Key;
use super::upload::Upload;
use crate::engine::{Caller, Code, Engine, EngineError};
use crate::face::wire::{Address, Addressed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An answer as JSON.
pub(super) type Reply<T> = Result<(StatusCode, Json<T>)>;

/// One call: its input is the query string of a GET, and the JSON body of everything else.
pub(super) struct Call<T> {
    app: App,
    asker: Asker,
    place: Place,
    params: Vec<(String, String)>,
    key: Option<Key>,
    upload: Option<Upload>,
    input: T,
}

impl<T: Addressed> Call<T> {
    /// The server.
    pub(super) fn app(&self) -> App {
        self.app.clone()
    }

    /// Who asks.
    pub(super) fn asker(&self) -> Asker {
        self.asker.clone()
    }

    /// What is asked.
    pub(super) fn input(&self) -> &T {
        &self.input
    }

    /// The idempotency key.
    pub(super) fn key(&self) -> Option<String> {
        self.key.as_ref().map(|key| key.0.clone())
    }

    /// The archive that was sent with the request.
    pub(super) fn upload(&self) -> Option<Upload> {
        self.upload.clone()
    }

    /// A parameter of the path.
    pub(super) fn path(&self, name: &str) -> String {
        let found = self.params.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).expect("a handler asks for parameters of its own path")
    }

    /// Answers with what the engine gives.
    pub(super) async fn answer<A, F>(self, status: StatusCode, work: F) -> Reply<A>
    where
        A: Serialize + Send + 'static,
        F: FnOnce(&Engine, &Caller, T) -> std::result::Result<A, EngineError> + Send + 'static,
    {
        Ok((status, Json(self.work(work).await?)))
    }

    /// Has the engine work for the caller.
    pub(super) async fn work<A, F>(self, work: F) -> Result<A>
    where
        A: Send + 'static,
        F: FnOnce(&Engine, &Caller, T) -> std::result::Result<A, EngineError> + Send + 'static,
    {
        let Self { app, asker, place, input, .. } = self;
        let answer = app.ask(&asker, move |engine, caller| {
            let answer = work(engine, caller, input);
            drop(place);
            answer
        });
        answer.await
    }
}

impl<T: Addressed> FromRequest<App> for Call<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let params = path_params(&mut parts).await?;
        let input: T = match parts.method {
            Method::GET | Method::HEAD => from_query(&parts)?,
            _ => from_body(&parts.headers, axum::body::to_bytes(body, usize::MAX).await.map_err(Failure::broken)?)?,
        };
        let (asker, place) = (extension(&parts)?, extension(&parts)?);
        let (key, upload) = (parts.extensions.get().cloned(), parts.extensions.get().cloned());
        let call = Self { app: app.clone(), asker, place, params, key, upload, input };
        call.check_org(&parts).await?;
        Ok(call)
    }
}

impl<T: Addressed> Call<T> {
    /// The org of the path was checked with the token. A path without one needs it in the request, and every
    /// place that names an org names the same one.
    async fn check_org(&self, parts: &Parts) -> Result<()> {
        let in_path = self.params.iter().find(|(name, _)| name == "org").map(|(_, org)| org.as_str());
        let in_query = match parts.method {
            Method::GET | Method::HEAD => None,
            _ => from_query::<Address>(parts)?.organization,
        };
        let named = [in_path, in_query.as_deref(), self.input.organization()];
        let mut named = named.into_iter().flatten();
        let org = named.next().ok_or_else(org_required)?;
        if named.any(|other| other != org) {
            return self.app.ask(&self.asker, |_, _| Err(two_orgs())).await;
        }
        match in_path {
            Some(_) => Ok(()),
            None => require_org(&self.app, &self.asker, org.to_owned()).await,
        }
    }
}

fn two_orgs() -> EngineError {
    let error = EngineError::new(Code::OrgNamespaceMismatch, "the request names two orgs");
    error.because("Mismatch", Some("organization"), "name one org")
}

fn org_required() -> Failure {
    Failure::field(Code::OrgRequired, "organization", "this path names no org, so the request has to")
}

async fn path_params(parts: &mut Parts) -> Result<Vec<(String, String)>> {
    let bad = |_| Failure::new(Code::BadRequest, "the path is not UTF-8");
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(bad)?;
    Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn extension<E: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<E> {
    parts.extensions.get::<E>().cloned().ok_or_else(|| Failure::broken("a layer of the router is missing"))
}

/// Reads a query string; an unknown or repeated parameter is refused.
fn from_query<Q: DeserializeOwned>(parts: &Parts) -> Result<Q> {
    let query = axum::extract::Query::<Q>::try_from_uri(&parts.uri);
    query.map(|query| query.0).map_err(|error| {
        let message = shortened(root_cause(&error));
        // Where the error is about one parameter its name comes first.
        let (field, message) = match message.split_once(": ") {
            Some((name, rest)) if !name.contains(' ') => (Some(name.to_owned()), rest.to_owned()),
            _ => (named_field(&message), message),
        };
        malformed(field, message)
    })
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// Reads a JSON body; no body at all is an empty object.
fn from_body<B: DeserializeOwned>(headers: &HeaderMap, bytes: Bytes) -> Result<B> {
    if bytes.is_empty() {
        return parse(b"{}");
    }
    if !is_json(headers) {
        return Err(Failure::new(Code::UnsupportedMediaType, "send the body as `Content-Type: application/json`"));
    }
    parse(&bytes)
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = value.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn parse<B: DeserializeOwned>(bytes: &[u8]) -> Result<B> {
    // A list would be read as the fields in order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(malformed(None, "expected an object at line 1".to_owned()));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, message) = (error.path().to_string(), shortened(error.inner().to_string()));
        malformed(field_at(&path, named_field(&message)), message)
    })?;
    json.end().map_err(|error| malformed(None, shortened(error.to_string())))?;
    Ok(value)
}

/// The whole name of a field: where the parser stood, and the field that the message names there.
fn field_at(path: &str, named: Option<String>) -> Option<String> {
    let inside = (path != "." && !path.is_empty()).then(|| path.to_owned());
    match (inside, named) {
        (Some(path), Some(name)) if path != name && !path.ends_with(&format!(".{name}")) => {
            Some(format!("{path}.{name}"))
        }
        (path, name) => path.or(name),
    }
}

/// The field that a message of the parser names.
fn named_field(message: &str) -> Option<String> {
    let begins = ["unknown field `", "missing field `", "duplicate field `"];
    let rest = begins.iter().find_map(|begin| message.strip_prefix(begin))?;
    rest.split('`').next().map(str::to_owned)
}

fn malformed(field: Option<String>, message: String) -> Failure {
    let error = EngineError::new(Code::BadRequest, format!("the request cannot be read: {message}"));
    error.because("Malformed", field.as_deref(), message).into()
}

/// The beginning of a message: the parser repeats what it was given.
fn shortened(message: String) -> String {
    const MOST: usize = 300;
    if message.chars().count() <= MOST { message } else { message.chars().take(MOST).chain("...".chars()).collect() }
}

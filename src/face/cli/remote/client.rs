//! Requests to a server, and its errors in the words of the command line.

use super::Server;
use crate::base::id::fresh_ulid;
use crate::engine::{Code, EngineError, ErrorReason};
use crate::face::wire::ErrorBody;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::time::Duration;
use ureq::http::{Request, Response};
use ureq::{Agent, Body, SendBody};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(120);
/// How long sending a run and its import may take.
const SENDING: Duration = Duration::from_secs(3600);
/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 256 << 20;

/// A client of one org of a server.
pub struct Client<'s> {
    pub server: &'s Server,
    /// For answers, which end.
    answers: Agent,
    /// For streams, which do not.
    streams: Agent,
    /// For runs that are sent, which may be large.
    sending: Agent,
}

/// A run to be sent, packed into a file.
pub struct Parcel<'a> {
    /// The request, as JSON.
    pub request: &'a str,
    /// The archive.
    pub archive: File,
    /// How many bytes it has.
    pub size: u64,
    /// The same whenever the same is sent.
    pub key: &'a str,
}

/// An answer: what it says, and the text itself.
pub struct Answer<T> {
    pub value: T,
    pub text: String,
}

impl<'s> Client<'s> {
    /// A client that follows no redirect: a token goes to the server it is for, and nowhere else.
    pub fn new(server: &'s Server) -> Self {
        let agent = |limit| {
            let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(limit);
            let config =
                config.timeout_connect(Some(CONNECT)).user_agent(concat!("lorekeep/", env!("CARGO_PKG_VERSION")));
            config.build().new_agent()
        };
        Self { server, answers: agent(Some(ANSWER)), streams: agent(None), sending: agent(Some(SENDING)) }
    }

    /// A path below the memory of the org.
    pub fn memory(&self, path: &str) -> String {
        format!("/api/orgs/{}/agents/memory/{path}", escaped(&self.server.org))
    }

    /// Reads.
    pub fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<Answer<T>, EngineError> {
        parsed(self.text(path, query)?)
    }

    /// Reads what is not JSON.
    pub fn text(&self, path: &str, query: &[(&str, String)]) -> Result<String, EngineError> {
        let request = self.request("GET", path, query).body(()).map_err(|e| unusable(&e))?;
        let response = self.answers.run(request).map_err(|e| self.unreachable(&e))?;
        self.taken(response)
    }

    /// Does something, once: the same key travels with a second try where the connection broke.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<Answer<T>, EngineError> {
        let (key, body) = (fresh_ulid(), serde_json::to_string(body).expect("our types serialise to JSON"));
        let attempt = || {
            let request = self.request("POST", path, &[]).header("content-type", "application/json");
            let request = request.header("idempotency-key", &key).body(body.as_str()).map_err(|e| unusable(&e))?;
            let response = self.answers.run(request).map_err(|e| self.unreachable(&e))?;
            self.taken(response)
        };
        parsed(attempt().or_else(|error| if is_broken(&error) { attempt() } else { Err(error) })?)
    }

    /// Sends a run as a form, in pieces; whether what it made is new.
    pub fn send<T: DeserializeOwned>(&self, path: &str, parcel: &Parcel<'_>) -> Result<(Answer<T>, bool), EngineError> {
        let attempt = || self.send_once(path, parcel);
        let (text, is_new) = attempt().or_else(|error| if is_broken(&error) { attempt() } else { Err(error) })?;
        Ok((parsed(text)?, is_new))
    }

    fn send_once(&self, path: &str, parcel: &Parcel<'_>) -> Result<(String, bool), EngineError> {
        let again = |e| EngineError::new(Code::Unavailable, format!("the packed run cannot be read: {e}"));
        let mut archive = parcel.archive.try_clone().map_err(again)?;
        archive.rewind().map_err(again)?;
        let boundary = format!("lorekeep-{}{}", fresh_ulid(), fresh_ulid());
        let part = |name: &str, kind: &str| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n")
        };
        let (request, run) = (part("request", "application/json"), part("run", "application/zstd"));
        let before = format!("{request}{}\r\n{run}", parcel.request);
        let after = format!("\r\n--{boundary}--\r\n");
        let length = before.len() as u64 + parcel.size + after.len() as u64;
        let mut body = Cursor::new(before).chain(archive).chain(Cursor::new(after));
        let request = self.request("POST", path, &[]).header("idempotency-key", parcel.key);
        let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}"));
        let request = request.header("content-length", length).body(SendBody::from_reader(&mut body));
        let response = self.sending.run(request.map_err(|e| unusable(&e))?).map_err(|e| self.unreachable(&e))?;
        let is_new = response.status() == 201 && !response.headers().contains_key("idempotent-replay");
        Ok((self.taken(response)?, is_new))
    }

    /// Opens a stream of events, from a cursor on.
    pub fn stream(
        &self,
        path: &str,
        query: &[(&str, String)],
        since: Option<&str>,
    ) -> Result<Response<Body>, EngineError> {
        let mut request = self.request("GET", path, query).header("accept", "text/event-stream");
        if let Some(since) = since {
            request = request.header("last-event-id", since);
        }
        let request = request.body(()).map_err(|e| unusable(&e))?;
        let response = self.streams.run(request).map_err(|e| self.unreachable(&e))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.taken(response).err().unwrap_or_else(|| EngineError::new(Code::Unavailable, "no stream")))
    }

    fn request(&self, method: &str, path: &str, query: &[(&str, String)]) -> ureq::http::request::Builder {
        let Server { url, token, .. } = self.server;
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = format!("{url}{path}{mark}{}", query.join("&"));
        Request::builder().method(method).uri(uri).header("authorization", format!("Bearer {token}"))
    }

    fn taken(&self, mut response: Response<Body>) -> Result<String, EngineError> {
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec();
        let body = body.map_err(|e| self.unreachable(&e))?;
        let text = String::from_utf8_lossy(&body).into_owned();
        if (200..300).contains(&status) { Ok(text) } else { Err(refusal(status, &text)) }
    }

    fn unreachable(&self, error: &ureq::Error) -> EngineError {
        let message = format!("the server {} cannot be reached: {error}", self.server.url);
        EngineError::new(Code::Unavailable, message).about(BROKEN)
    }
}

/// Marks an error of the connection: the request may have been done, or not.
const BROKEN: &str = "connection";

fn is_broken(error: &EngineError) -> bool {
    error.resource.as_deref() == Some(BROKEN)
}

fn unusable(error: &ureq::http::Error) -> EngineError {
    EngineError::new(Code::BadRequest, format!("the request cannot be sent: {error}"))
}

fn parsed<T: DeserializeOwned>(text: String) -> Result<Answer<T>, EngineError> {
    let value = serde_json::from_str(&text);
    let value = value.map_err(|e| EngineError::new(Code::Unavailable, format!("the server answers otherwise: {e}")))?;
    Ok(Answer { value, text })
}

/// The error that an answer tells of, with the server's code and correlation id.
fn refusal(status: u16, text: &str) -> EngineError {
    let Ok(ErrorBody { error }) = serde_json::from_str(text) else {
        let code = if status >= 500 { Code::Unavailable } else { Code::BadRequest };
        return EngineError::new(code, format!("the server answers with status {status} and no reason"));
    };
    let known = Code::ALL.iter().copied().find(|code| code.as_str() == error.code);
    let code = known.unwrap_or(if status >= 500 { Code::Unavailable } else { Code::Conflict });
    let message = format!("{} ({}, correlation id {})", error.message, error.code, error.correlation_id);
    let reasons = error.reasons.into_iter();
    let reasons = reasons.map(|r| ErrorReason { code: r.code, field: r.field, message: r.message }).collect();
    EngineError { reasons, resource: error.resource, ..EngineError::new(code, message) }
}

/// A text as it may stand in a path or a query.
pub fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

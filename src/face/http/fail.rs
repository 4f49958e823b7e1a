//! Failures on their way out: a handler says what is wrong, one place writes it down.

use super::correlation::Correlation;
use crate::engine::{Code, EngineError};
use crate::face::errors;
use crate::face::wire::ErrorBody;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::error::Error;
use std::sync::Arc;

/// What a handler gives.
pub(super) type Result<T> = std::result::Result<T, Failure>;

/// Why a request was not answered. It travels inside the response until `render` writes its body.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    error: Arc<EngineError>,
    status: StatusCode,
}

/// How an error is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As JSON.
    Json,
    /// As text, which git shows to people.
    Text,
}

/// How long a client that is turned away waits, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

impl Failure {
    /// A failure with a code and a sentence.
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        EngineError::new(code, message).into()
    }

    /// A failure about one field of the request.
    pub(super) fn field(code: Code, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        EngineError::new(code, format!("{field}: {message}")).because("Malformed", Some(field), message).into()
    }

    /// A failure of ours: its cause goes to the log alone.
    pub(super) fn broken(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        EngineError::new(Code::Internal, "the server failed").caused_by(cause).into()
    }

    /// The same failure with another status than its code has.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The code.
    pub(super) fn code(&self) -> Code {
        self.error.code
    }

    /// The sentence.
    pub(super) fn message(&self) -> String {
        self.error.message.clone()
    }

    fn body(&self, correlation: &Correlation, form: Form) -> Response {
        let body = ErrorBody::new(&self.error, correlation.as_str());
        match form {
            Form::Json => Json(body).into_response(),
            Form::Text => {
                let detail = body.error;
                let reasons: String = detail.reasons.iter().map(|reason| format!("  {}\n", reason.message)).collect();
                format!("{} ({}, {})\n{reasons}", detail.message, detail.code, detail.correlation_id).into_response()
            }
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let status = StatusCode::from_u16(errors::row(error.code).status).expect("the table holds HTTP statuses");
        Self { error: Arc::new(error), status }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of a response that holds a failure, and logs what the caller does not see.
pub(super) fn render(mut response: Response, correlation: &Correlation, form: Form) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    log(&failure);
    let mut written = failure.body(correlation, form);
    *written.status_mut() = failure.status;
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            written.headers_mut().append(name, value.clone());
        }
    }
    match failure.code() {
        Code::Unauthenticated => _ = written.headers_mut().insert(header::WWW_AUTHENTICATE, challenge(form)),
        Code::RateLimited | Code::Unavailable => _ = written.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER),
        _ => {}
    }
    written
}

fn challenge(form: Form) -> HeaderValue {
    HeaderValue::from_static(match form {
        Form::Json => "Bearer realm=\"lorekeep\", Basic realm=\"lorekeep\"",
        Form::Text => "Basic realm=\"lorekeep\", charset=\"UTF-8\"",
    })
}

/// Logs a failure of ours with its causes. A refusal is logged by its code: its message repeats what was sent.
fn log(failure: &Failure) {
    let (code, status) = (failure.error.code.as_str(), failure.status.as_u16());
    if failure.status.is_server_error() {
        tracing::error!(code, status, message = %failure.error, causes = %causes(&failure.error), "request failed");
    } else {
        tracing::info!(code, status, "request refused");
    }
}

/// The causes of an error, outermost first, in one line.
fn causes(error: &EngineError) -> String {
    let (mut chain, mut cause) = (Vec::new(), error.source());
    while let Some(error) = cause {
        chain.push(error.to_string().escape_debug().to_string());
        cause = error.source();
    }
    chain.join(": ")
}

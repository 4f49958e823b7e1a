//! The id that ties together everything about one request: answer, log, error, audit.

use crate::base::id::fresh_ulid;
use axum::http::{HeaderMap, HeaderValue};
use std::fmt;

/// The header that carries the id, both ways.
pub const HEADER: &str = "x-correlation-id";

/// The id of a request: 1 to 128 of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correlation(String);

impl Correlation {
    /// The client's id, or a new one where the client sent none that is well formed.
    pub fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(HEADER).and_then(|value| value.to_str().ok());
        sent.and_then(Self::parse).unwrap_or_else(Self::fresh)
    }

    /// Reads an id.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let good = (1..=128).contains(&text.len()) && text.bytes().all(plain);
        good.then(|| Self(text.to_owned()))
    }

    /// A new id.
    pub fn fresh() -> Self {
        Self(format!("lk-{}", fresh_ulid()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as the value of a header.
    pub(super) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("the id is plain ASCII")
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! Bodies of requests: decompressed, and never more than is taken.

use super::fail::{Failure, Result};
use crate::engine::Code;
use async_compression::tokio::bufread::GzipDecoder;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_util::io::StreamReader;

/// A body as a stream of bytes, decompressed.
pub(super) type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// Opens a body, decompressed as `Content-Encoding` says.
pub(super) fn open(headers: &HeaderMap, body: Body) -> Result<Reader> {
    let raw = StreamReader::new(body.map_err(io::Error::other).into_data_stream());
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(Ok("identity"), |value| value.to_str());
    match encoding.unwrap_or("").to_ascii_lowercase().as_str() {
        "identity" => Ok(Box::new(raw)),
        "gzip" | "x-gzip" => Ok(Box::new(GzipDecoder::new(raw))),
        _ => Err(Failure::new(Code::UnsupportedMediaType, "a body is sent plain or with `Content-Encoding: gzip`")),
    }
}

/// Whether a body says of itself that it is larger than is taken.
pub(super) fn declared_larger(headers: &HeaderMap, most: u64) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    length.is_some_and(|length| length > most)
}

/// Reads a whole body, and gives the request back with it in place and what described its encoding taken off.
pub(super) async fn read(request: Request, most: usize) -> Result<(Request, Bytes)> {
    let (mut parts, body) = request.into_parts();
    if declared_larger(&parts.headers, most as u64) {
        return Err(too_large(most as u64));
    }
    let mut bytes = Vec::new();
    let read = open(&parts.headers, body)?.take(most as u64 + 1).read_to_end(&mut bytes).await;
    read.map_err(|error| Failure::new(Code::BadRequest, format!("the body cannot be read: {}", error.kind())))?;
    if bytes.len() > most {
        return Err(too_large(most as u64));
    }
    let bytes = Bytes::from(bytes);
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

/// The refusal of a body that is too large.
pub(super) fn too_large(most: u64) -> Failure {
    Failure::new(Code::TooLarge, format!("a body has at most {most} bytes, after decompression"))
}

//! Runs that are sent to be imported: `multipart/form-data` with the parts `request` (JSON) and `run` (an archive).
//!
//! The archive goes into a file without a name, bounded, and never into memory. What is left for the handler is the
//! request, as if it had been sent alone, and the file.

mod parts;

use super::app::App;
use super::asker::Asker;
use super::body;
use super::fail::{Failure, Result};
use crate::base::Digest;
use crate::base::digest::Digester;
use crate::engine::Code;
use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use parts::{BadForm, Parts, parameter};
use std::fs::File;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncSeekExt, AsyncWriteExt};

/// The most bytes of the part `request`.
const MOST_REQUEST: usize = 1 << 20;
/// The ends of the paths that take runs.
const ROUTES: [&str; 2] = ["/memory/imports", "/memory/import-babysitter-run"];

/// The archive of a run, in a file without a name. One handler takes it.
#[derive(Clone)]
pub(super) struct Upload(Arc<Mutex<Option<File>>>);

impl Upload {
    /// The file, read from its beginning.
    pub(super) fn take(&self) -> Option<File> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

/// Whether a request begins or repeats an import: it may take longer than others.
pub(super) fn is_import(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    *request.method() == Method::POST && (ROUTES.iter().any(|end| route.ends_with(end)) || route.ends_with("/rerun"))
}

/// Whether a request sends a run.
pub(super) fn is_upload(request: &Request) -> bool {
    is_import(request) && media_type(request.headers()) == "multipart/form-data"
}

/// Receives a run, and gives the request on with its part `request` as its body, and what was sent as bytes that stand for
/// all of it.
pub(super) async fn receive(app: &App, asker: &Asker, request: Request) -> Result<(Request, Bytes)> {
    app.ask(asker, |engine, caller| engine.may_import(caller)).await?;
    let most = app.options.max_import_bytes;
    if body::declared_larger(request.headers(), most.saturating_add(MOST_REQUEST as u64)) {
        return Err(too_large(most));
    }
    let (mut parts, sent) = request.into_parts();
    let boundary = content_type(&parts.headers).and_then(|value| parameter(value, "boundary"));
    let boundary = boundary.ok_or_else(|| bad("a form has a boundary in its `Content-Type`"))?;
    let form = Parts::new(body::open(&parts.headers, sent)?, &boundary).map_err(bad_form)?;
    let spool = app.blocking(&asker.correlation, |engine| engine.spool()).await?;
    let form = Form::read(form, spool, most).await?;
    let bytes = form.sum();
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.extensions.insert(Upload(Arc::new(Mutex::new(form.run.map(|run| run.file)))));
    Ok((Request::from_parts(parts, Body::from(form.request)), bytes))
}

/// What a form held.
struct Form {
    request: Bytes,
    run: Option<Spooled>,
}

/// The archive, with the digest of its bytes.
struct Spooled {
    file: File,
    digest: Digest,
}

impl Form {
    async fn read<R: AsyncRead + Unpin>(mut form: Parts<R>, spool: File, most: u64) -> Result<Self> {
        let (mut request, mut run, mut spool) = (None, None, Some(spool));
        while let Some(name) = form.next().await.map_err(bad_form)? {
            match name.as_str() {
                "request" if request.is_none() => request = Some(small(&mut form).await?),
                "run" if let Some(file) = spool.take() => run = Some(spooled(&mut form, file, most).await?),
                "request" | "run" => return Err(bad("a form has the parts `request` and `run` once each")),
                _ => return Err(bad("a form has the parts `request` and `run`, and no other")),
            }
        }
        let request = request.ok_or_else(|| bad("a form has a part `request`: the JSON of the import"))?;
        Ok(Self { request: request.into(), run })
    }

    /// Few bytes that differ where what was sent differs, whatever its boundary and order.
    fn sum(&self) -> Bytes {
        let run = self.run.as_ref().map_or("none", |run| run.digest.as_str());
        let mut sum = format!("{}:{run}:", run.len()).into_bytes();
        sum.extend_from_slice(&self.request);
        sum.into()
    }
}

async fn small<R: AsyncRead + Unpin>(form: &mut Parts<R>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let piece = form.piece().await.map_err(bad_form)?;
        if piece.is_empty() {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_REQUEST {
            return Err(body::too_large(MOST_REQUEST as u64));
        }
    }
}

/// Writes a part into a file.
async fn spooled<R: AsyncRead + Unpin>(form: &mut Parts<R>, file: File, most: u64) -> Result<Spooled> {
    let (mut file, mut digester, mut size) = (tokio::fs::File::from_std(file), Digester::default(), 0);
    loop {
        let piece = form.piece().await.map_err(bad_form)?;
        if piece.is_empty() {
            break;
        }
        size += piece.len() as u64;
        if size > most {
            return Err(too_large(most));
        }
        digester.add(&piece);
        file.write_all(&piece).await.map_err(Failure::broken)?;
    }
    file.rewind().await.map_err(Failure::broken)?;
    Ok(Spooled { file: file.into_std().await, digest: digester.finish() })
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

fn media_type(headers: &HeaderMap) -> String {
    content_type(headers).unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

fn too_large(most: u64) -> Failure {
    Failure::new(Code::TooLarge, format!("the archive of a run has at most {most} bytes"))
}

fn bad(message: &str) -> Failure {
    Failure::new(Code::BadRequest, message)
}

fn bad_form(error: BadForm) -> Failure {
    Failure::new(Code::BadRequest, error.to_string())
}

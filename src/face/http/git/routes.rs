//! The three routes of the protocol. What a request may do is decided by its route alone.

use super::exchange::{Asked, Exchange};
use crate::engine::Code;
use crate::face::http::app::App;
use crate::face::http::asker::Asker;
use crate::face::http::body;
use crate::face::http::fail::{Failure, Result};
use axum::body::Body;
use axum::extract::{Extension, RawPathParams, RawQuery, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;

/// Advertises references, to begin a fetch or a push. The protocol without `service` is refused.
#[utoipa::path(get, path = "/orgs/{org}/{repository}/info/refs", tag = "git",
    params(("repository" = String, Path, description = "The repository and `.git`"),
           ("service" = String, Query, description = "`git-upload-pack` or `git-receive-pack`")),
    responses((status = 200, description = "The advertisement", body = String, content_type = "application/x-git-upload-pack-advertisement")))]
pub(in crate::face::http) async fn info_refs(
    State(app): State<App>,
    Extension(asker): Extension<Asker>,
    params: RawPathParams,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let push = match query.as_deref() {
        Some("service=git-upload-pack") => false,
        Some("service=git-receive-pack") => true,
        _ => {
            return Err(Failure::new(
                Code::PolicyDenied,
                "only git's smart protocol is spoken here: use git 1.6.6 or later",
            ));
        }
    };
    let asked = Asked { repository: repository(&params)?, push, advertise: true, protocol: protocol(&headers) };
    Exchange::begin(app, asker, asked).await?.answer(None).await
}

/// Fetches.
#[utoipa::path(post, path = "/orgs/{org}/{repository}/git-upload-pack", tag = "git",
    params(("repository" = String, Path, description = "The repository and `.git`")),
    request_body(content = String, content_type = "application/x-git-upload-pack-request"),
    responses((status = 200, description = "The objects", body = String, content_type = "application/x-git-upload-pack-result")))]
pub(in crate::face::http) async fn upload_pack(
    State(app): State<App>,
    Extension(asker): Extension<Asker>,
    params: RawPathParams,
    request: Request,
) -> Result<Response> {
    serve(app, asker, repository(&params)?, false, request).await
}

/// Pushes.
#[utoipa::path(post, path = "/orgs/{org}/{repository}/git-receive-pack", tag = "git",
    params(("repository" = String, Path, description = "The repository and `.git`")),
    request_body(content = String, content_type = "application/x-git-receive-pack-request"),
    responses((status = 200, description = "What became of each reference", body = String, content_type = "application/x-git-receive-pack-result")))]
pub(in crate::face::http) async fn receive_pack(
    State(app): State<App>,
    Extension(asker): Extension<Asker>,
    params: RawPathParams,
    request: Request,
) -> Result<Response> {
    serve(app, asker, repository(&params)?, true, request).await
}

async fn serve(app: App, asker: Asker, repository: String, push: bool, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let input = check_input(&app, &parts.headers, push, body)?;
    let asked = Asked { repository, push, advertise: false, protocol: protocol(&parts.headers) };
    Exchange::begin(app, asker, asked).await?.answer(Some(input)).await
}

/// Refuses a body by its type, its encoding or the size that it declares, before anything is started.
fn check_input(app: &App, headers: &HeaderMap, push: bool, sent: Body) -> Result<body::Reader> {
    let (service, most) = match push {
        true => ("git-receive-pack", app.options.max_push_bytes),
        false => ("git-upload-pack", app.options.max_fetch_request_bytes),
    };
    let expected = format!("application/x-{service}-request");
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != expected.as_bytes()) {
        return Err(Failure::new(
            Code::UnsupportedMediaType,
            format!("the content type of this request is `{expected}`"),
        ));
    }
    if body::declared_larger(headers, most) {
        return Err(body::too_large(most));
    }
    body::open(headers, sent)
}

/// The repository of the path, without its `.git`.
fn repository(params: &RawPathParams) -> Result<String> {
    let name = params.iter().find(|(name, _)| *name == "repository").and_then(|(_, value)| value.strip_suffix(".git"));
    name.map(str::to_owned).ok_or_else(|| Failure::new(Code::NotFound, "the address of a repository ends in `.git`"))
}

/// The version of the protocol that the client speaks, where it says so in the way that git does.
fn protocol(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("git-protocol")?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'=' | b':' | b'.' | b'-' | b'_');
    (value.len() <= 100 && value.bytes().all(plain)).then(|| value.to_owned())
}

//! Who asks: the same token by Bearer or Basic, for the API and for git.

use super::app::App;
use super::asker::Asker;
use super::correlation::Correlation;
use super::fail::{Failure, Result};
use crate::engine::{Caller, Code};
use axum::extract::{Extension, RawPathParams, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::prelude::{BASE64_STANDARD, Engine as _};

/// The longest `Authorization` header that is read, in bytes.
const LONGEST: usize = 4096;

/// Lets a request through once its token is good and the org of its path, where there is one, is the token's.
pub(super) async fn require(
    State(app): State<App>,
    Extension(correlation): Extension<Correlation>,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let caller = authenticate(&app, &correlation, request.headers()).await?;
    let asker = Asker::new(caller, correlation, &request);
    if let Some((_, org)) = params.iter().find(|(name, _)| *name == "org") {
        require_org(&app, &asker, org.to_owned()).await?;
    }
    request.extensions_mut().insert(asker);
    Ok(next.run(request).await)
}

/// Whose token a request carries.
pub(super) async fn authenticate(app: &App, correlation: &Correlation, headers: &HeaderMap) -> Result<Caller> {
    let token = token(headers).ok_or_else(missing)?;
    app.blocking(correlation, move |engine| engine.authenticate(&token)).await
}

/// Checks that an org is the caller's own.
pub(super) async fn require_org(app: &App, asker: &Asker, org: String) -> Result<()> {
    app.ask(asker, move |engine, caller| engine.require_org(caller, &org)).await
}

fn missing() -> Failure {
    Failure::new(
        Code::Unauthenticated,
        "a token is needed: `Authorization: Bearer <token>`, or Basic with it as the password",
    )
}

/// The token of a request that has exactly one `Authorization` header that can be read.
fn token(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    token_of(value.to_str().ok()?)
}

/// The token of the value of an `Authorization` header.
pub fn token_of(value: &str) -> Option<String> {
    if value.len() > LONGEST {
        return None;
    }
    let (scheme, credentials) = value.trim().split_once(' ')?;
    let credentials = credentials.trim();
    let token = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => credentials.to_owned(),
        "basic" => {
            let pair = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
            pair.split_once(':')?.1.to_owned()
        }
        _ => return None,
    };
    (!token.is_empty()).then_some(token)
}

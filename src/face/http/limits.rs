//! Room and time for requests of the API.

use super::app::App;
use super::fail::{Failure, Result};
use super::upload::is_import;
use crate::engine::Code;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A place among the requests under way. Whoever works for the request after its client is gone keeps it.
#[derive(Clone, Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "held, not read")] Arc<[OwnedSemaphorePermit]>);

/// Turns a request away while too many are under way, and ends one that takes too long.
pub(super) async fn bound(State(app): State<App>, mut request: Request, next: Next) -> Result<Response> {
    let taken = |_| Failure::new(Code::RateLimited, "too many requests are under way: try again");
    let place = app.room.clone().try_acquire_owned().map_err(taken)?;
    let is_import = is_import(&request);
    let import = is_import.then(|| app.imports.clone().try_acquire_owned()).transpose();
    let import = import.map_err(|_| Failure::new(Code::RateLimited, "too many imports are under way: try again"))?;
    request.extensions_mut().insert(Place([place].into_iter().chain(import).collect()));
    let limit = if is_import { app.options.import_timeout } else { app.options.request_timeout };
    tokio::time::timeout(limit, next.run(request))
        .await
        .map_err(|_| Failure::new(Code::Unavailable, format!("the request took longer than {} s", limit.as_secs_f32())))
}

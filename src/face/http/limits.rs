//! Room and time for requests of the API.

use super::app::App;
use super::fail::{Failure, Result};
use crate::engine::Code;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A place among the requests under way. Whoever works for the request after its client is gone keeps it.
#[derive(Clone, Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "held, not read")] Arc<OwnedSemaphorePermit>);

/// Turns a request away while too many are under way, and ends one that takes too long.
pub(super) async fn bound(State(app): State<App>, mut request: Request, next: Next) -> Result<Response> {
    let place = app.room.clone().try_acquire_owned();
    let place = place.map_err(|_| Failure::new(Code::RateLimited, "too many requests are under way: try again"))?;
    request.extensions_mut().insert(Place(Arc::new(place)));
    let limit = app.options.request_timeout;
    tokio::time::timeout(limit, next.run(request))
        .await
        .map_err(|_| Failure::new(Code::Unavailable, format!("the request took longer than {} s", limit.as_secs_f32())))
}

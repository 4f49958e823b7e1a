//! Watching what changes.

use crate::engine::Code;
use crate::face::http::call::Call;
use crate::face::http::fail::{Failure, Result};
use crate::face::http::watch::{self, Filter, Resource};
use crate::face::wire::{WatchEvent, WatchParams};
use axum::http::HeaderMap;
use axum::response::Response;

/// The header with the cursor of the last event that a client has.
const SINCE: &str = "last-event-id";

/// Streams what there is of a resource, and then what changes, as Server-Sent Events.
///
/// `id` of an event is a cursor: with it as `Last-Event-ID` another stream goes on after that event.
#[utoipa::path(get, path = "/api/watch/orgs/{org}/{resource}", tag = "watch",
    params(("resource" = String, Path, description = "`agentmemoryupdates`, `agentmemorysnapshots` or `agentmemoryrepositories`"), WatchParams,
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was read")),
    responses((status = 200, description = "Events until the client or the token ends", body = WatchEvent,
        content_type = "text/event-stream")))]
pub(in crate::face::http) async fn watch(headers: HeaderMap, call: Call<WatchParams>) -> Result<Response> {
    let resource = Resource::named(&call.path("resource")).ok_or_else(unknown)?;
    // What is no text is no cursor of ours, and no cursor of ours is empty.
    let since = headers.get(SINCE).map(|value| value.to_str().unwrap_or_default().to_owned());
    let WatchParams { repository, phase, name, .. } = call.input().clone();
    watch::open(call.app(), call.asker(), resource, Filter { repository, phase, name }, since).await
}

fn unknown() -> Failure {
    let names = Resource::names().collect::<Vec<_>>().join(", ");
    Failure::new(Code::NotFound, format!("there is no such resource to watch: there are {names}"))
}

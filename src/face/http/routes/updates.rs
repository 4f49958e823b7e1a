//! Proposing and reading updates.

use crate::base::id::UpdateId;
use crate::engine::{Code, EngineError};
use crate::face::http::call::{Call, Reply};
use crate::face::wire::{Address, PromoteBody, ProposeBody, RevisionDiff, UpdateList, UpdateResource, UpdatesParams};
use axum::http::StatusCode;

/// Lists updates, newest first.
#[utoipa::path(get, path = "/updates", tag = "updates", params(UpdatesParams),
    responses((status = 200, description = "A page of updates", body = UpdateList)))]
pub(in crate::face::http) async fn list_updates(call: Call<UpdatesParams>) -> Reply<UpdateList> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let page = engine.updates(caller, &params.filter(), params.cursor.as_deref(), params.page_length()?)?;
        Ok(UpdateList::new(&caller.org, page))
    })
    .await
}

/// Proposes a change, by files or by a patch.
#[utoipa::path(post, path = "/updates", tag = "updates", request_body = ProposeBody,
    responses((status = 201, description = "The new update", body = UpdateResource)))]
pub(in crate::face::http) async fn propose(call: Call<ProposeBody>) -> Reply<UpdateResource> {
    let key = call.key();
    call.answer(StatusCode::CREATED, |engine, caller, body| Ok(engine.propose(caller, &body.update(None, key))?.into()))
        .await
}

/// Proposes to make a record of a note, which keeps where it was derived from. The note itself stays.
#[utoipa::path(post, path = "/promote", tag = "updates", request_body = PromoteBody,
    responses((status = 201, description = "The new update", body = UpdateResource)))]
pub(in crate::face::http) async fn promote(call: Call<PromoteBody>) -> Reply<UpdateResource> {
    let key = call.key();
    call.answer(StatusCode::CREATED, |engine, caller, body| Ok(engine.promote(caller, &body.promotion(key))?.into()))
        .await
}

/// Reads one update with its diff, its changes record by record and its timeline.
#[utoipa::path(get, path = "/updates/{id}", tag = "updates",
    params(("id" = String, Path, description = "The update"), Address),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn read_update(call: Call<Address>) -> Reply<UpdateResource> {
    let id = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, _| Ok(engine.update(caller, &update_id(&id)?)?.into())).await
}

/// Proposes another revision of an update. Approvals of the one before are dismissed.
#[utoipa::path(post, path = "/updates/{id}/revisions", tag = "updates", request_body = ProposeBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn revise(call: Call<ProposeBody>) -> Reply<UpdateResource> {
    let (id, key) = (call.path("id"), call.key());
    call.answer(StatusCode::OK, move |engine, caller, body| {
        let update = body.update(Some(update_id(&id)?), key);
        Ok(engine.propose(caller, &update)?.into())
    })
    .await
}

/// Reads the unified diff of one revision.
#[utoipa::path(get, path = "/updates/{id}/revisions/{n}/diff", tag = "updates",
    params(("id" = String, Path, description = "The update"), ("n" = u32, Path, description = "The revision, from 1"), Address),
    responses((status = 200, description = "The diff", body = RevisionDiff)))]
pub(in crate::face::http) async fn revision_diff(call: Call<Address>) -> Reply<RevisionDiff> {
    let (id, n) = (call.path("id"), call.path("n"));
    call.answer(StatusCode::OK, move |engine, caller, _| {
        let id = update_id(&id)?;
        let revision = n.parse().map_err(|_| EngineError::new(Code::NotFound, "there is no such revision"))?;
        let diff = engine.revision_diff(caller, &id, revision)?;
        Ok(RevisionDiff { organization: caller.org.to_string(), update: id.to_string(), revision, diff })
    })
    .await
}

/// Reads the id of an update. What cannot be one is not found, like every other that is not there.
pub(super) fn update_id(text: &str) -> Result<UpdateId, EngineError> {
    UpdateId::parse(text).map_err(|_| EngineError::new(Code::NotFound, "there is no such update in this org"))
}

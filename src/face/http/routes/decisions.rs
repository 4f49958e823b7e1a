//! What is done to an update: approve, reject, request changes, comment, merge, refresh, revert.

use super::updates::update_id;
use crate::engine::{RevertRequest, UpdateAction};
use crate::face::http::call::{Call, Reply};
use crate::face::wire::{
    Address, Addressed, ApproveBody, CommentBody, DecisionBody, MergeBody, RevertBody, UpdateResource,
};
use axum::http::StatusCode;

/// Approves one diff of an update.
#[utoipa::path(post, path = "/updates/{id}/approve", tag = "updates", request_body = ApproveBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn approve(call: Call<ApproveBody>) -> Reply<UpdateResource> {
    act(call, UpdateAction::from).await
}

/// Rejects an update, which ends it.
#[utoipa::path(post, path = "/updates/{id}/reject", tag = "updates", request_body = DecisionBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn reject(call: Call<DecisionBody>) -> Reply<UpdateResource> {
    act(call, |body| UpdateAction::Reject { comment: body.comment }).await
}

/// Asks for another revision of an update.
#[utoipa::path(post, path = "/updates/{id}/request-changes", tag = "updates", request_body = DecisionBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn request_changes(call: Call<DecisionBody>) -> Reply<UpdateResource> {
    act(call, |body| UpdateAction::RequestChanges { comment: body.comment }).await
}

/// Says something about an update, a file of it, or a line.
#[utoipa::path(post, path = "/updates/{id}/comment", tag = "updates", request_body = CommentBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn comment(call: Call<CommentBody>) -> Reply<UpdateResource> {
    act(call, UpdateAction::from).await
}

/// Lands an approved update as a signed commit.
#[utoipa::path(post, path = "/updates/{id}/merge", tag = "updates", request_body = MergeBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn merge(call: Call<MergeBody>) -> Reply<UpdateResource> {
    let app = call.app();
    let reply = act(call, UpdateAction::from).await;
    if reply.as_ref().is_ok_and(|(_, update)| update.status.merge_commit.is_some()) {
        app.metrics.merged();
    }
    reply
}

/// Validates an update again on the present tip.
#[utoipa::path(post, path = "/updates/{id}/refresh", tag = "updates", request_body = Address,
    params(("id" = String, Path, description = "The update")),
    responses((status = 200, description = "The update", body = UpdateResource)))]
pub(in crate::face::http) async fn refresh(call: Call<Address>) -> Reply<UpdateResource> {
    act(call, |_| UpdateAction::Refresh).await
}

/// Proposes the inverse of an update that landed, as a new update.
#[utoipa::path(post, path = "/updates/{id}/revert", tag = "updates", request_body = RevertBody,
    params(("id" = String, Path, description = "The update")),
    responses((status = 201, description = "The new update", body = UpdateResource)))]
pub(in crate::face::http) async fn revert(call: Call<RevertBody>) -> Reply<UpdateResource> {
    let (id, idempotency_key) = (call.path("id"), call.key());
    call.answer(StatusCode::CREATED, move |engine, caller, body| {
        let asked = RevertRequest { title: body.title, reason: body.reason, idempotency_key };
        Ok(engine.revert(caller, &update_id(&id)?, &asked)?.into())
    })
    .await
}

async fn act<T, F>(call: Call<T>, action: F) -> Reply<UpdateResource>
where
    T: Addressed,
    F: FnOnce(T) -> UpdateAction + Send + 'static,
{
    let id = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, body| {
        Ok(engine.act(caller, &update_id(&id)?, &action(body))?.into())
    })
    .await
}

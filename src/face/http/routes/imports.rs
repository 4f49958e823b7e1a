//! Run memory: importing it, reading imports, and what is done to them.

use crate::base::id::ImportId;
use crate::engine::{Code, Engine, EngineError, ImportAction};
use crate::face::http::call::{Call, Reply};
use crate::face::http::fail::Result;
use crate::face::http::upload::Upload;
use crate::face::wire::{
    Address, Addressed, ApproveBody, DecisionBody, ImportAccepted, ImportAnswer, ImportBody, ImportList, ImportsParams,
    LowerTierBody, MergeBody, RerunBody,
};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Lists imports, newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(ImportsParams),
    responses((status = 200, description = "A page of imports", body = ImportList)))]
pub(in crate::face::http) async fn list_imports(call: Call<ImportsParams>) -> Reply<ImportList> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let page = engine.import_views(caller, &params.filter(), params.cursor.as_deref(), params.page_length()?)?;
        Ok(ImportList::new(&caller.org, page))
    })
    .await
}

/// Imports the memory of a run: from an archive in the part `run` of `multipart/form-data` beside the part `request`, or from
/// an import root. The same again is the same import.
#[utoipa::path(post, path = "/imports", tag = "imports", request_body = ImportBody,
    responses((status = 201, description = "The new import", body = ImportAccepted),
        (status = 200, description = "The import that the same request made before", body = ImportAccepted),
        (status = 202, description = "It is being made", body = ImportAccepted)))]
pub(in crate::face::http) async fn import_run(call: Call<ImportBody>) -> Reply<ImportAccepted> {
    import(call).await
}

/// The same by its first name.
#[utoipa::path(post, path = "/import-babysitter-run", tag = "imports", request_body = ImportBody,
    responses((status = 201, description = "The new import", body = ImportAccepted),
        (status = 200, description = "The import that the same request made before", body = ImportAccepted),
        (status = 202, description = "It is being made", body = ImportAccepted)))]
pub(in crate::face::http) async fn import_babysitter_run(call: Call<ImportBody>) -> Reply<ImportAccepted> {
    import(call).await
}

async fn import(call: Call<ImportBody>) -> Reply<ImportAccepted> {
    let upload = call.upload();
    let imported = call.work(move |engine, caller, body| {
        let bundle = upload.and_then(|upload: Upload| upload.take()).map(|file| engine.received(file)).transpose()?;
        let imported = engine.import(caller, &body.import(), bundle)?;
        Ok((imported.is_new, ImportAccepted::new(&imported.view)))
    });
    let (is_new, accepted) = imported.await?;
    let status = match (is_new, accepted.is_under_way()) {
        (_, true) => StatusCode::ACCEPTED,
        (true, false) => StatusCode::CREATED,
        (false, false) => StatusCode::OK,
    };
    Ok((status, Json(accepted)))
}

/// Reads one import: its files, what was taken out, what was wrong with the source, and its conditions.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports",
    params(("id" = String, Path, description = "The import"), Address),
    responses((status = 200, description = "The import", body = ImportAnswer)))]
pub(in crate::face::http) async fn read_import(call: Call<Address>) -> Reply<ImportAnswer> {
    let id = call.path("id");
    call.answer(StatusCode::OK, move |engine, caller, _| Ok(engine.import_view(caller, &import_id(&id)?)?.into())).await
}

/// Approves the diff of an import's update.
#[utoipa::path(post, path = "/imports/{id}/approve", tag = "imports", request_body = ApproveBody,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportAnswer)))]
pub(in crate::face::http) async fn approve_import(call: Call<ApproveBody>) -> Reply<ImportAnswer> {
    act(call, |body| {
        let ApproveBody { expected_diff_digest, comment, signature, .. } = body;
        ImportAction::Approve { expected_diff_digest, comment, signature }
    })
    .await
}

/// Rejects an import's update, which ends it.
#[utoipa::path(post, path = "/imports/{id}/reject", tag = "imports", request_body = DecisionBody,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportAnswer)))]
pub(in crate::face::http) async fn reject_import(call: Call<DecisionBody>) -> Reply<ImportAnswer> {
    act(call, |body| ImportAction::Reject { comment: body.comment }).await
}

/// Lands an import's approved update as a signed commit.
#[utoipa::path(post, path = "/imports/{id}/merge", tag = "imports", request_body = MergeBody,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportAnswer)))]
pub(in crate::face::http) async fn merge_import(call: Call<MergeBody>) -> Reply<ImportAnswer> {
    let app = call.app();
    let reply = act(call, |body| ImportAction::Merge { expected_diff_digest: body.expected_diff_digest }).await;
    if reply.as_ref().is_ok_and(|(_, answer)| answer.import.phase == "Merged") {
        app.metrics.merged();
    }
    reply
}

/// Makes the files of an import again: another revision of its update, or another update where that has ended.
#[utoipa::path(post, path = "/imports/{id}/rerun", tag = "imports", request_body = RerunBody,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportAnswer)))]
pub(in crate::face::http) async fn rerun_import(call: Call<RerunBody>) -> Reply<ImportAnswer> {
    act(call, |_| ImportAction::Rerun).await
}

/// Makes the files of an import of a lower tier, as another revision of its update.
#[utoipa::path(post, path = "/imports/{id}/lower-tier", tag = "imports", request_body = LowerTierBody,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportAnswer)))]
pub(in crate::face::http) async fn lower_import_tier(call: Call<LowerTierBody>) -> Reply<ImportAnswer> {
    act(call, |body| ImportAction::LowerTier { tier: body.retention_tier }).await
}

/// Reads the bytes of an artifact that an import keeps, screened.
#[utoipa::path(get, path = "/imports/{id}/artifacts/{digest}", tag = "imports",
    params(("id" = String, Path, description = "The import"), ("digest" = String, Path, description = "The digest, as the manifest's `storageRef` says it"), Address),
    responses((status = 200, description = "The bytes, as a file to be kept", body = String, content_type = "application/octet-stream")))]
pub(in crate::face::http) async fn read_artifact(call: Call<Address>) -> Result<Response> {
    let (id, digest) = (call.path("id"), call.path("digest"));
    let kept = call.work(move |engine, caller, _| engine.artifact_bytes(caller, &import_id(&id)?, &digest)).await?;
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = kept.name.chars().take(100).map(plain).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((StatusCode::OK, headers, kept.bytes).into_response())
}

async fn act<T, F>(call: Call<T>, action: F) -> Reply<ImportAnswer>
where
    T: Addressed,
    F: FnOnce(T) -> ImportAction + Send + 'static,
{
    let id = call.path("id");
    call.answer(StatusCode::OK, move |engine: &Engine, caller, body| {
        Ok(engine.import_action(caller, &import_id(&id)?, &action(body))?.into())
    })
    .await
}

/// Reads the id of an import. What cannot be one is not found, like every other that is not there.
fn import_id(text: &str) -> std::result::Result<ImportId, EngineError> {
    ImportId::parse(text).map_err(|_| EngineError::new(Code::NotFound, "there is no such import in this org"))
}

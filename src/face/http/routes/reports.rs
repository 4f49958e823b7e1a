//! Reports on a commit, and its validation.

use crate::face::http::call::{Call, Reply};
use crate::face::wire::{ReportAnswer, ReportParams, ValidateBody, ValidationAnswer};
use axum::http::StatusCode;

/// Lists what wants somebody's care: unowned, stale, dangling, orphan and sensitive records, shared aliases.
#[utoipa::path(get, path = "/report", tag = "memory", params(ReportParams),
    responses((status = 200, description = "The report", body = ReportAnswer)))]
pub(in crate::face::http) async fn report(call: Call<ReportParams>) -> Reply<ReportAnswer> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        let (repository, view) = engine.report(caller, params.memory_repository.as_deref(), &params.ask()?)?;
        Ok(ReportAnswer::new(caller.org.as_str(), repository.as_str(), view))
    })
    .await
}

/// Validates a commit, what came since another one, or changes that nobody has proposed yet. Nothing is written.
#[utoipa::path(post, path = "/ontology/validate", tag = "memory", request_body = ValidateBody,
    responses((status = 200, description = "The findings", body = ValidationAnswer)))]
pub(in crate::face::http) async fn validate(call: Call<ValidateBody>) -> Reply<ValidationAnswer> {
    call.answer(StatusCode::OK, |engine, caller, body| {
        let (repository, validated) = engine.validate(caller, &body.ask()?)?;
        Ok(ValidationAnswer::new(caller.org.as_str(), repository.as_str(), validated))
    })
    .await
}

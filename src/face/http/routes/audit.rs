//! The audit chain of the org.

use crate::face::http::call::{Call, Reply};
use crate::face::wire::{Address, AuditCheck, AuditList, AuditParams};
use axum::http::StatusCode;

/// Reads a page of the audit chain, newest first.
#[utoipa::path(get, path = "/audit", tag = "org", params(AuditParams),
    responses((status = 200, description = "A page of entries", body = AuditList)))]
pub(in crate::face::http) async fn audit_log(call: Call<AuditParams>) -> Reply<AuditList> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        Ok(AuditList::new(&caller.org, engine.audit_log(caller, &params.into())?))
    })
    .await
}

/// Says whether the audit chain is whole, by its own digests and by its anchors in git.
#[utoipa::path(get, path = "/audit/verify", tag = "org", params(Address),
    responses((status = 200, description = "What was found", body = AuditCheck)))]
pub(in crate::face::http) async fn verify_audit(call: Call<Address>) -> Reply<AuditCheck> {
    call.answer(StatusCode::OK, |engine, caller, _| Ok(engine.audit_verified(caller)?.into())).await
}

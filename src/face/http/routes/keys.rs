//! The keys that principals register, to sign approvals and pushes.

use crate::face::http::call::{Call, Reply};
use crate::face::wire::{Address, KeyList, KeysParams, NewKeyBody, RegisteredKey};
use axum::http::StatusCode;

/// Registers a public SSH key of the caller.
#[utoipa::path(post, path = "/keys", tag = "org", request_body = NewKeyBody,
    responses((status = 201, description = "The key", body = RegisteredKey)))]
pub(in crate::face::http) async fn register_key(call: Call<NewKeyBody>) -> Reply<RegisteredKey> {
    call.answer(StatusCode::CREATED, |engine, caller, body| Ok(engine.register_key(caller, &body.public_key)?.into()))
        .await
}

/// Lists the registered keys, retired ones too.
#[utoipa::path(get, path = "/keys", tag = "org", params(KeysParams),
    responses((status = 200, description = "The keys", body = KeyList)))]
pub(in crate::face::http) async fn list_keys(call: Call<KeysParams>) -> Reply<KeyList> {
    call.answer(StatusCode::OK, |engine, caller, params| {
        Ok(KeyList::new(&caller.org, engine.registered_keys(caller, params.principal.as_deref())?))
    })
    .await
}

/// Retires a registered key: what it signed stays signed, and it signs nothing new.
#[utoipa::path(delete, path = "/keys/{*fingerprint}", tag = "org",
    params(("fingerprint" = String, Path, description = "The fingerprint, such as `SHA256:...`"), Address),
    responses((status = 200, description = "The key", body = RegisteredKey)))]
pub(in crate::face::http) async fn retire_key(call: Call<Address>) -> Reply<RegisteredKey> {
    let fingerprint = call.path("fingerprint");
    call.answer(StatusCode::OK, move |engine, caller, _| Ok(engine.retire_key(caller, &fingerprint)?.into())).await
}

//! The org at a glance, its repositories, its signing keys.

use crate::engine::RepositoryPolicy;
use crate::face::http::call::{Call, Reply};
use crate::face::wire::{
    Address, NewRepositoryBody, RepositoryList, RepositoryResource, SetPolicyBody, Signers, Summary,
};
use axum::http::StatusCode;

/// Shows the org at a glance: its repositories, and its updates by phase.
#[utoipa::path(get, path = "/summary", tag = "org", params(Address),
    responses((status = 200, description = "The org", body = Summary)))]
pub(in crate::face::http) async fn summary(call: Call<Address>) -> Reply<Summary> {
    call.answer(StatusCode::OK, |engine, caller, _| Ok(engine.summary(caller)?.into())).await
}

/// Lists the repositories that the caller may see.
#[utoipa::path(get, path = "/repositories", tag = "repositories", params(Address),
    responses((status = 200, description = "The repositories", body = RepositoryList)))]
pub(in crate::face::http) async fn list_repositories(call: Call<Address>) -> Reply<RepositoryList> {
    repositories(call).await
}

/// Lists the repositories of an org named in the path.
#[utoipa::path(get, path = "/orgs/{org}/repositories", tag = "repositories", params(Address),
    responses((status = 200, description = "The repositories", body = RepositoryList)))]
pub(in crate::face::http) async fn list_repositories_of(call: Call<Address>) -> Reply<RepositoryList> {
    repositories(call).await
}

async fn repositories(call: Call<Address>) -> Reply<RepositoryList> {
    call.answer(StatusCode::OK, |engine, caller, _| {
        Ok(RepositoryList::new(&caller.org, engine.list_repositories(caller)?))
    })
    .await
}

/// Makes a repository with the default layout.
#[utoipa::path(post, path = "/repositories", tag = "repositories", request_body = NewRepositoryBody,
    responses((status = 201, description = "The new repository", body = RepositoryResource)))]
pub(in crate::face::http) async fn create_repository(call: Call<NewRepositoryBody>) -> Reply<RepositoryResource> {
    call.answer(StatusCode::CREATED, |engine, caller, body| {
        let policy = body.policy.map(|policy| policy.over(&RepositoryPolicy::default())).transpose()?;
        Ok(RepositoryResource::new(&caller.org, engine.add_repository(caller, &body.name, policy)?))
    })
    .await
}

/// Reads one repository.
#[utoipa::path(get, path = "/repositories/{name}", tag = "repositories",
    params(("name" = String, Path, description = "The repository"), Address),
    responses((status = 200, description = "The repository", body = RepositoryResource)))]
pub(in crate::face::http) async fn read_repository(call: Call<Address>) -> Reply<RepositoryResource> {
    let name = call.path("name");
    call.answer(StatusCode::OK, move |engine, caller, _| {
        Ok(RepositoryResource::new(&caller.org, engine.repository(caller, &name)?))
    })
    .await
}

/// Changes the policy of a repository; what is left out stays.
#[utoipa::path(patch, path = "/repositories/{name}", tag = "repositories", request_body = SetPolicyBody,
    params(("name" = String, Path, description = "The repository")),
    responses((status = 200, description = "The repository", body = RepositoryResource)))]
pub(in crate::face::http) async fn set_policy(call: Call<SetPolicyBody>) -> Reply<RepositoryResource> {
    let name = call.path("name");
    call.answer(StatusCode::OK, move |engine, caller, body| {
        let policy = body.policy.over(&engine.repository(caller, &name)?.policy)?;
        Ok(RepositoryResource::new(&caller.org, engine.set_policy(caller, &name, policy)?))
    })
    .await
}

/// Gives the public keys that sign the org's commits, as a git allowed-signers file.
#[utoipa::path(get, path = "/signers", tag = "org", params(Address),
    responses((status = 200, description = "The keys", body = Signers)))]
pub(in crate::face::http) async fn signers(call: Call<Address>) -> Reply<Signers> {
    call.answer(StatusCode::OK, |engine, caller, _| {
        Ok(Signers { organization: caller.org.to_string(), allowed_signers: engine.allowed_signers(caller)? })
    })
    .await
}

//! The routes, written down once: the router and the description of the API come from the same list.

use super::app::App;
use super::git::routes as git;
use super::routes::{
    audit, decisions, documents, graph, health, history, imports, keys, query, reports, repositories, snapshots,
    updates, watch,
};
use crate::face::wire::ErrorBody;
use axum::Router;
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Type,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the API begins for an org.
const ORG: &str = "/api/orgs/{org}/agents";
/// Where the API begins for requests that name their org themselves.
const UNADDRESSED: &str = "/api/agents/memory";

/// The routes of the server by what stands before them.
pub(super) struct Routes {
    /// A token, and the limits of the API.
    pub(super) api: Router<App>,
    /// A token.
    pub(super) git: Router<App>,
    /// Nothing.
    pub(super) open: Router<App>,
}

/// Every route.
pub(super) fn all() -> Routes {
    Routes { api: api().split_for_parts().0, git: git_routes().split_for_parts().0, open: open().split_for_parts().0 }
}

/// The description of every route.
pub fn description() -> OpenApi {
    let (_, mut described) = api().merge(git_routes()).merge(open()).split_for_parts();
    described.info = InfoBuilder::new()
        .title("Lorekeep")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("A git-native memory engine for organizations of AI agents."))
        .build();
    let items = std::mem::take(&mut described.paths.paths);
    described.paths.paths = items.into_iter().map(|(path, item)| finished(&path, item)).collect();
    let mut components = ComponentsBuilder::from(described.components.take().unwrap_or_default());
    components = components
        .schema(ErrorBody::name(), ErrorBody::schema())
        .security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()))
        .security_scheme("basic", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Basic).build()));
    let mut schemas = Vec::new();
    ErrorBody::schemas(&mut schemas);
    described.components = Some(components.schemas_from_iter(schemas).build());
    described
}

/// The description as JSON.
pub(super) fn json() -> &'static str {
    static JSON: LazyLock<String> =
        LazyLock::new(|| description().to_pretty_json().expect("the description serialises to JSON"));
    &JSON
}

fn api() -> OpenApiRouter<App> {
    let addressed = memory();
    let unaddressed = memory().routes(routes!(repositories::list_repositories_of));
    OpenApiRouter::new()
        .nest(ORG, org().nest("/memory", addressed))
        .nest(UNADDRESSED, unaddressed)
        .routes(routes!(watch::watch))
}

fn org() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(repositories::summary))
        .routes(routes!(audit::audit_log))
        .routes(routes!(audit::verify_audit))
}

fn memory() -> OpenApiRouter<App> {
    /// What is described here and answered by the route of a record, as its id may hold slashes.
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(documents::record_history))]
    struct History;
    OpenApiRouter::with_openapi(<History as utoipa::OpenApi>::openapi())
        .routes(routes!(query::resolve_ref))
        .routes(routes!(query::query))
        .routes(routes!(query::context))
        .routes(routes!(repositories::list_repositories, repositories::create_repository))
        .routes(routes!(repositories::read_repository, repositories::set_policy))
        .routes(routes!(repositories::signers))
        .routes(routes!(keys::list_keys, keys::register_key))
        .routes(routes!(keys::retire_key))
        .routes(routes!(documents::list_records))
        .routes(routes!(documents::read_record))
        .routes(routes!(documents::read_document))
        .routes(routes!(history::blame))
        .routes(routes!(history::history))
        .routes(routes!(history::diff))
        .routes(routes!(history::bisect))
        .routes(routes!(history::impact))
        .routes(routes!(graph::graph))
        .routes(routes!(reports::report))
        .routes(routes!(reports::validate))
        .routes(routes!(snapshots::list_snapshots, snapshots::create_snapshot))
        .routes(routes!(snapshots::read_snapshot))
        .routes(routes!(snapshots::mark_known_bad))
        .routes(routes!(snapshots::replay_snapshot))
        .routes(routes!(imports::list_imports, imports::import_run))
        .routes(routes!(imports::import_babysitter_run))
        .routes(routes!(imports::read_import))
        .routes(routes!(imports::read_artifact))
        .routes(routes!(imports::approve_import))
        .routes(routes!(imports::reject_import))
        .routes(routes!(imports::merge_import))
        .routes(routes!(imports::rerun_import))
        .routes(routes!(imports::lower_import_tier))
        .routes(routes!(updates::list_updates, updates::propose))
        .routes(routes!(updates::promote))
        .routes(routes!(updates::read_update))
        .routes(routes!(updates::revise))
        .routes(routes!(updates::revision_diff))
        .routes(routes!(decisions::approve))
        .routes(routes!(decisions::reject))
        .routes(routes!(decisions::request_changes))
        .routes(routes!(decisions::comment))
        .routes(routes!(decisions::merge))
        .routes(routes!(decisions::refresh))
        .routes(routes!(decisions::revert))
}

fn git_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(git::info_refs))
        .routes(routes!(git::upload_pack))
        .routes(routes!(git::receive_pack))
}

fn open() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(health::openapi))
        .routes(routes!(health::docs_page))
}

/// Adds to a path what holds for every route of its sort.
fn finished(path: &str, mut item: PathItem) -> (String, PathItem) {
    for operation in operations(&mut item) {
        add_errors(operation);
        if path.contains("{org}") {
            operation.parameters.get_or_insert_default().insert(0, RefOr::T(in_path("org", "The org")));
        }
        if path.starts_with(UNADDRESSED) {
            unaddressed(operation);
        }
        if path.starts_with("/api/agents") || path.contains("{org}") || path == "/metrics" {
            operation.security = Some(["bearer", "basic"].map(|name| SecurityRequirement::new(name, [""; 0])).to_vec());
        }
    }
    (path.replace("{*", "{"), item)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().filter_map(Option::as_mut)
}

/// An operation id is unique, so that of a second path to a handler has another beginning.
fn unaddressed(operation: &mut Operation) {
    operation.operation_id = operation.operation_id.take().map(|id| format!("unaddressed_{id}"));
}

fn add_errors(operation: &mut Operation) {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorBody::name()))).build();
    let error = ResponseBuilder::new().description("An error").content("application/json", body).build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(error));
}

fn in_path(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

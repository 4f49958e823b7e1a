//! The description of the API against what is written elsewhere.

use lorekeep::face::errors;
use lorekeep::face::http::description;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// Every method and path that is described.
pub(super) fn operations() -> Vec<(String, String, Value)> {
    let api = serde_json::to_value(description()).unwrap();
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| METHODS.contains(&name.as_str()))
        {
            all.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    all
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(dir: &Path) -> String {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { sources(&path) } else { std::fs::read_to_string(path).unwrap() }).collect()
}

#[test]
fn the_description_is_openapi_3_1_and_holds_together() {
    let api = serde_json::to_value(description()).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id")).to_owned();
        assert!(ids.insert(id.clone()), "{id} is there twice");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described: BTreeSet<_> =
            parameters.iter().filter(|p| p["in"] == "path").map(|p| p["name"].as_str().unwrap().to_owned()).collect();
        let named: BTreeSet<_> =
            path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
        assert_eq!(described, named, "{method} {path}");
        assert!(operation["responses"]["default"].is_object(), "{method} {path} does not describe its errors");
    }
    assert_references_resolve(&api, &api);
}

fn assert_references_resolve(api: &Value, value: &Value) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(api.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    match value {
        Value::Object(object) => object.values().for_each(|inner| assert_references_resolve(api, inner)),
        Value::Array(array) => array.iter().for_each(|inner| assert_references_resolve(api, inner)),
        _ => {}
    }
}

#[test]
fn every_handler_is_mounted_and_nothing_is_mounted_undescribed() {
    let code = sources(&root().join("src/face/http"));
    assert!(!code.contains(".route("), "a route is mounted without a description");
    let annotated = code.matches("#[utoipa::path(").count();
    let handlers: BTreeSet<String> = operations()
        .iter()
        .map(|(_, _, operation)| {
            operation["operationId"].as_str().unwrap().trim_start_matches("unaddressed_").to_owned()
        })
        .collect();
    assert_eq!(handlers.len(), annotated, "a handler is described and not mounted: {handlers:?}");
}

#[test]
fn the_unaddressed_routes_are_the_addressed_ones() {
    let below = |prefix: &str| -> BTreeSet<(String, String)> {
        let all = operations().into_iter();
        all.filter_map(|(method, path, _)| Some((method, path.strip_prefix(prefix)?.to_owned()))).collect()
    };
    let (addressed, unaddressed) = (below("/api/orgs/{org}/agents/memory"), below("/api/agents/memory"));
    let more: Vec<_> = unaddressed.difference(&addressed).collect();
    assert_eq!(more, [&("GET".to_owned(), "/orgs/{org}/repositories".to_owned())]);
    assert!(addressed.is_subset(&unaddressed));
}

#[test]
fn the_reference_page_lists_every_route_and_every_error() {
    let page = std::fs::read_to_string(root().join("docs/reference/http.md")).unwrap();
    for (method, path, _) in operations() {
        let Some(short) = path.strip_prefix("/api/agents/memory") else {
            assert!(page.contains(&format!("| {method} | `{path}` |")), "docs/reference/http.md lacks {method} {path}");
            continue;
        };
        assert!(page.contains(&format!("{short}`")), "docs/reference/http.md lacks {path}");
    }
    for row in errors::table() {
        let line = format!("| `{}` | {} | {} | {} |", row.code.as_str(), row.status, row.exit, row.hint);
        assert!(page.contains(&line), "docs/reference/http.md lacks the line\n{line}");
    }
}

//! The page that shows every route to people: one file, nothing loaded from elsewhere.

use super::api;
use crate::face::errors;
use std::fmt::Write;
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, PathItem};

/// What the page may do: show its own style.
pub(super) const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Lorekeep API</title><style>\
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}\
code{font:13px ui-monospace,monospace}</style><h1>Lorekeep API</h1>\
<p>The whole description, with every field: <a href=\"/api/openapi.json\"><code>/api/openapi.json</code></a> (OpenAPI 3.1).</p>";

/// The page.
pub(super) fn page() -> &'static str {
    static PAGE: LazyLock<String> = LazyLock::new(written);
    &PAGE
}

fn written() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("<h2>Routes</h2><table><tr><th>Method<th>Path<th>What it does");
    for (path, item) in &api::description().paths.paths {
        for (method, operation) in operations(item) {
            let what = operation.summary.as_deref().or(operation.description.as_deref()).unwrap_or_default();
            row(&mut page, &[method, path, what]);
        }
    }
    page.push_str("</table><h2>Errors</h2><table><tr><th>Code<th>Status<th>How to mend it");
    for error in errors::table() {
        row(&mut page, &[error.code.as_str(), &error.status.to_string(), error.hint]);
    }
    page.push_str("</table></html>\n");
    page
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [("GET", &item.get), ("POST", &item.post), ("PATCH", &item.patch), ("DELETE", &item.delete)];
    all.into_iter().filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}

fn row(page: &mut String, cells: &[&str]) {
    page.push_str("<tr>");
    for (i, cell) in cells.iter().enumerate() {
        let cell = escaped(cell);
        let shown = if i < 2 { write!(page, "<td><code>{cell}</code>") } else { write!(page, "<td>{cell}") };
        shown.expect("writing to a string does not fail");
    }
    page.push('\n');
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

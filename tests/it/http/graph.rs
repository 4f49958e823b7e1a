//! The graph over HTTP: as JSON, DOT and SVG, at any commit, as far as a token sees it.

use super::server::{API, Server};
use serde_json::{Value, json};

fn page(id: &str, related: &str) -> String {
    format!(
        "---\nid: {id}\nkind: Runbook\ntitle: <script>{id}</script>\nstatus: approved\nowners: [team:platform]\nupdatedAt: 2026-05-10T12:00:00Z\nrelated: {related}\n---\n# {id}\n"
    )
}

fn land(server: &Server, files: &[(&str, String)]) {
    let changes: Vec<Value> =
        files.iter().map(|(path, content)| json!({"path": path, "action": "upsert", "content": content})).collect();
    let body = json!({"title": "Write", "reason": "it was missing", "changes": changes});
    let update = server.post("proposer", &format!("{API}/updates"), body).expect(201);
    let name = update["metadata"]["name"].as_str().unwrap_or_else(|| panic!("{update}"));
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    for action in ["approve", "merge"] {
        server.post("reviewer", &format!("{API}/updates/{name}/{action}"), digest.clone()).expect(200);
    }
}

/// A server with three runbooks in a row, the second edge of which is taken away at the last landing.
fn three() -> Server {
    let server = Server::start();
    land(
        &server,
        &[
            ("runbooks/a.md", page("runbook:a", "{depends_on: [runbook:b]}")),
            ("runbooks/b.md", page("runbook:b", "{depends_on: [runbook:c]}")),
            ("terms/c.md", page("runbook:c", "{}")),
        ],
    );
    land(&server, &[("runbooks/b.md", page("runbook:b", "{}"))]);
    server
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect()
}

#[test]
fn a_graph_is_of_one_commit_and_an_edge_removed_later_is_there_before() {
    let server = three();
    let graph = |query: &str| server.get("reader", &format!("{API}/graph?{query}")).expect(200);
    let now = graph("root=runbook:a");
    assert_eq!(ids(&now), ["runbook:a", "runbook:b"]);
    let commit = now["resolvedCommit"].as_str().unwrap();
    let before = graph(&format!("root=runbook:a&ref={commit}~1"));
    assert_eq!(ids(&before), ["runbook:a", "runbook:b", "runbook:c"]);
    assert_eq!(
        before["edges"][1],
        json!({"kind": "depends_on", "from": "runbook:b", "to": "runbook:c", "derived": false})
    );
    assert_eq!(
        before["nodes"][2]["breadcrumbs"],
        json!([{"edge": "depends_on", "outgoing": true, "id": "runbook:b"},
               {"edge": "depends_on", "outgoing": true, "id": "runbook:c"}])
    );
    assert_eq!((&before["currentCommit"], &before["memoryRepository"]), (&json!(commit), &json!("brain")));
    assert_eq!(before["limits"], json!({"truncated": false, "omittedNodes": 0, "omittedEdges": 0}));
    let old = before["resolvedCommit"].as_str().unwrap();
    assert_eq!(graph(&format!("root=runbook:a&ref={old}")), before, "the same bytes at the same commit");
    assert_eq!(ids(&graph("root=runbook:a&limit=1")), ["runbook:a"]);
    assert_eq!(graph("root=runbook:a&limit=1")["limits"]["omittedNodes"], 1);
    assert_eq!(
        ids(&graph(&format!("root=runbook:b&direction=in&kinds=Runbook,Term&edgeKinds=depends_on&ref={old}"))),
        ["runbook:b", "runbook:a"]
    );
    let unaddressed = "/api/agents/memory/graph?organization=a5c&root=runbook:a";
    assert_eq!(server.get("reader", unaddressed).expect(200), now);
}

#[test]
fn a_path_is_found_or_null() {
    let server = three();
    let graph = |query: &str| server.get("reader", &format!("{API}/graph?{query}")).expect(200);
    let now = graph("from=runbook:a&to=runbook:c");
    assert_eq!((&now["path"], &now["nodes"]), (&Value::Null, &json!([])));
    assert!(now.as_object().unwrap().contains_key("path"), "{now}");
    let before = graph(&format!("from=runbook:c&to=runbook:a&ref={}~1", now["resolvedCommit"].as_str().unwrap()));
    assert_eq!(
        before["path"],
        json!([{"edge": "depends_on", "outgoing": false, "id": "runbook:b"},
               {"edge": "depends_on", "outgoing": false, "id": "runbook:a"}])
    );
    assert_eq!((&before["root"], &before["to"]), (&json!("runbook:c"), &json!("runbook:a")));
    assert!(!graph("root=runbook:a").as_object().unwrap().contains_key("path"));
}

#[test]
fn drawings_have_their_type_and_a_picture_may_do_nothing() {
    let server = three();
    let drawn = |format: &str| server.get("reader", &format!("{API}/graph?root=runbook:a&format={format}"));
    let dot = drawn("dot");
    assert_eq!((dot.status, dot.header("content-type")), (200, Some("text/vnd.graphviz; charset=utf-8")));
    assert!(dot.text.starts_with("digraph memory {") && dot.text.contains("n0 -> n1 [label=\"depends_on\"]"));
    let svg = drawn("svg");
    assert_eq!((svg.status, svg.header("content-type")), (200, Some("image/svg+xml")));
    let policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
    assert_eq!(svg.header("content-security-policy"), Some(policy));
    assert_eq!(svg.header("x-content-type-options"), Some("nosniff"));
    assert!(svg.text.starts_with("<svg ") && svg.text.contains("&lt;script&gt;") && !svg.text.contains("<script"));
    drawn("png").refused(422, "INVALID_QUERY");
}

#[test]
fn a_narrowed_token_sees_no_graph_outside_its_scope() {
    let server = three();
    let before = server.get("reader", &format!("{API}/graph?root=runbook:a")).expect(200)["resolvedCommit"].clone();
    let before = before.as_str().unwrap();
    let query = format!("{API}/graph?root=runbook:a&depth=4&ref={before}~1");
    let seen = server.get("scoped", &query).expect(200);
    assert_eq!(ids(&seen), ["runbook:a", "runbook:b"]);
    assert!(!seen.to_string().contains("runbook:c"), "{seen}");
    assert_eq!(
        seen["permission"]["deniedScopes"],
        json!([{"kind": "path", "scope": "outside runbooks/**", "omitted": 1}])
    );
    for format in ["dot", "svg"] {
        let drawn = server.get("scoped", &format!("{query}&format={format}"));
        assert!(drawn.status == 200 && !drawn.text.contains("runbook:c"), "{}", drawn.text);
    }
    let masked = |name: &str| {
        let refused = server.get("scoped", &format!("{API}/graph?root={name}"));
        let error = refused.json()["error"].clone();
        (refused.status, error["message"].to_string().replace(name, "NAME"), error["reasons"].clone())
    };
    assert_eq!(masked("runbook:c"), masked("runbook:nobody"));
}

#[test]
fn what_cannot_be_given_says_why() {
    let server = three();
    let get = |query: &str| server.get("reader", &format!("{API}/graph?{query}"));
    let unknown = get("root=runbook:none");
    unknown.refused(404, "NOT_FOUND");
    let reason = &unknown.json()["error"]["reasons"][0];
    assert_eq!((&reason["field"], &reason["code"]), (&json!("root"), &json!("Unknown")));
    assert!(reason["message"].as_str().unwrap().contains("a query for a word of it finds its id"), "{reason}");
    get("from=runbook:a&to=runbook:none").refused(404, "NOT_FOUND");
    get("").refused(422, "INVALID_QUERY");
    get("root=runbook:a&to=runbook:b").refused(422, "INVALID_QUERY");
    get("from=runbook:a").refused(422, "INVALID_QUERY");
    get("root=runbook:a&direction=up").refused(422, "INVALID_QUERY");
    get("root=runbook:a&kinds=").refused(422, "INVALID_QUERY");
    get("root=runbook:a&depth=9").refused(422, "LIMIT_EXCEEDED");
    get("root=runbook:a&depth=70000").refused(422, "LIMIT_EXCEEDED");
    get("from=runbook:a&to=runbook:b&depth=33").refused(422, "LIMIT_EXCEEDED");
    get("root=runbook:a&limit=501").refused(422, "LIMIT_EXCEEDED");
    get("root=runbook:a&depth=-1").refused(400, "BAD_REQUEST");
    get("root=runbook:a&surprise=1").refused(400, "BAD_REQUEST");
    get("root=runbook:a&ref=nowhere").refused(404, "REF_NOT_FOUND");
    get("root=runbook:a&memoryRepository=their-own").refused(403, "CROSS_ORG_REF_DENIED");
}

//! Who may ask, for which org, by which sort of credentials.

use super::description::operations;
use super::server::{API, JSON, OTHER, Reply, Server};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use lorekeep::base::OrgId;
use lorekeep::records::{AuditFilter, PageRequest, Records};
use serde_json::json;

/// Every route that needs a token, with something in the place of each parameter.
fn closed() -> Vec<(String, String)> {
    let open = ["/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/docs"];
    let all = operations().into_iter().filter(|(_, path, _)| !open.contains(&path.as_str()));
    all.map(|(method, path, _)| {
        (method, path.replace("{repository}", "brain.git").replace("{id}", "x").replace("{n}", "1"))
    })
    .collect()
}

/// What of an answer could tell two of them apart.
fn told(reply: &Reply) -> (u16, String) {
    let text = reply.text.replace(reply.header("x-correlation-id").unwrap(), "");
    (reply.status, text)
}

#[test]
fn nothing_but_the_open_routes_answers_without_a_token() {
    let server = Server::start();
    let garbage = [("authorization", "Bearer lkt_nobody")];
    for (method, path) in closed() {
        let path = path.replace("{org}", "a5c").replace("{name}", "brain");
        for headers in [&[][..], &garbage[..]] {
            let reply = server.ask("", &method, &path, headers, b"");
            assert_eq!(reply.status, 401, "{method} {path}");
            let challenge = reply.header("www-authenticate").unwrap();
            assert!(challenge.contains("Basic realm="), "{method} {path}: {challenge}");
        }
    }
}

#[test]
fn another_org_is_not_told_from_one_that_does_not_exist() {
    let server = Server::start();
    for (method, path) in closed().into_iter().filter(|(_, path)| path.contains("{org}")) {
        let ask = |org: &str| {
            let path = path.replace("{org}", org).replace("{name}", "brain");
            server.ask("admin", &method, &path, &JSON, b"")
        };
        let (exists, does_not) = (ask(OTHER), ask("nobody"));
        assert_eq!(exists.status, 404, "{method} {path}: {exists:?}");
        assert!(exists.text.contains("ORG_NOT_FOUND"), "{method} {path}");
        assert_eq!(told(&exists), told(&does_not), "{method} {path}");
    }
    let nobody = server.get("", &format!("/api/orgs/{OTHER}/agents/summary"));
    let nowhere = server.get("", "/api/orgs/nobody/agents/summary");
    assert_eq!(told(&nobody), told(&nowhere));
}

#[test]
fn a_reference_to_another_org_is_denied_as_one_to_nowhere_is() {
    let server = Server::start();
    let ask = |name: &str| server.post("reader", &format!("{API}/query"), json!({"memoryRepository": name}));
    let (elsewhere, nowhere) = (ask("their-own"), ask("../../rival/brain"));
    elsewhere.refused(403, "CROSS_ORG_REF_DENIED");
    assert_eq!(told(&elsewhere), told(&nowhere));
}

#[test]
fn bearer_and_basic_may_do_the_same() {
    let server = Server::start();
    let paths = [
        ("GET", format!("{API}/repositories")),
        ("POST", format!("{API}/resolve-ref")),
        ("POST", format!("{API}/repositories")),
        ("PATCH", format!("{API}/repositories/brain")),
        ("POST", format!("{API}/updates/amu-00000000000000000000000000/merge")),
        ("GET", "/orgs/a5c/brain.git/info/refs?service=git-upload-pack".to_owned()),
        ("GET", "/orgs/a5c/brain.git/info/refs?service=git-receive-pack".to_owned()),
    ];
    for who in ["reader", "proposer", "reviewer", "maintainer", "admin", "scoped"] {
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("anyone:{}", server.token(who))));
        for (method, path) in &paths {
            let bearer = server.ask(who, method, path, &JSON, b"");
            let basic = server.ask("", method, path, &[JSON[0], ("authorization", &basic)], b"");
            assert_ne!(bearer.status, 401, "{who} {method} {path}");
            assert_eq!(bearer.status, basic.status, "{who} {method} {path}");
        }
    }
}

#[test]
fn two_credentials_are_none() {
    let server = Server::start();
    let token = format!("Bearer {}", server.token("reader"));
    let reply = server.ask("admin", "GET", &format!("{API}/repositories"), &[("authorization", &token)], b"");
    reply.refused(401, "UNAUTHENTICATED");
}

#[test]
fn a_role_is_not_enough_for_what_is_above_it() {
    let server = Server::start();
    for who in ["reader", "proposer", "reviewer", "maintainer"] {
        let reply = server.post(who, &format!("{API}/repositories"), json!({"name": "second"}));
        reply.refused(403, "POLICY_DENIED");
        assert_eq!(reply.json()["error"]["reasons"][0]["code"], "MissingRole");
    }
    let made = server.post("admin", &format!("{API}/repositories"), json!({"name": "second"})).expect(201);
    assert_eq!(made["metadata"]["name"], "second");
    assert_eq!(made["metadata"]["namespace"], "krate-org-a5c");
}

#[test]
fn a_path_without_an_org_needs_one_in_the_request() {
    let server = Server::start();
    let memory = "/api/agents/memory";
    server.get("reader", &format!("{memory}/repositories")).refused(400, "ORG_REQUIRED");
    server.post("reader", &format!("{memory}/resolve-ref"), json!({})).refused(400, "ORG_REQUIRED");
    server.get("reader", &format!("{memory}/repositories?organization=rival")).refused(404, "ORG_NOT_FOUND");
    server
        .post("reader", &format!("{memory}/resolve-ref"), json!({"organization": "nobody"}))
        .refused(404, "ORG_NOT_FOUND");
    server.get("reader", &format!("{memory}/orgs/rival/repositories")).refused(404, "ORG_NOT_FOUND");
}

#[test]
fn the_unaddressed_routes_answer_what_the_addressed_ones_do() {
    let server = Server::start();
    let memory = "/api/agents/memory";
    let addressed = server.get("reader", &format!("{API}/repositories")).expect(200);
    assert_eq!(addressed, server.get("reader", &format!("{memory}/repositories?organization=a5c")).expect(200));
    assert_eq!(addressed, server.get("reader", &format!("{memory}/orgs/a5c/repositories")).expect(200));
    let query = |path: String, org: Option<&str>| {
        server.post("reader", &path, json!({"organization": org, "query": {"text": "memory"}})).expect(200)
    };
    let addressed = query(format!("{API}/query"), None);
    assert_eq!(addressed, query(format!("{API}/query"), Some("a5c")));
    assert_eq!(addressed, query(format!("{memory}/query"), Some("a5c")));
    assert_eq!(addressed, query(format!("{memory}/query?organization=a5c"), None));
}

#[test]
fn a_request_that_names_two_orgs_is_refused() {
    let server = Server::start();
    let two = json!({"organization": "rival"});
    server.post("reader", &format!("{API}/resolve-ref"), two.clone()).refused(409, "ORG_NAMESPACE_MISMATCH");
    let unaddressed = "/api/agents/memory/resolve-ref?organization=a5c";
    server.post("reader", unaddressed, two).refused(409, "ORG_NAMESPACE_MISMATCH");
    server.get("reader", &format!("{API}/repositories?organization=nobody")).refused(409, "ORG_NAMESPACE_MISMATCH");
}

#[test]
fn a_refusal_by_right_is_audited_under_the_id_of_its_request() {
    let server = Server::start();
    let asked = |id: &str, who: &str, method: &str, path: &str| {
        server.ask(who, method, path, &[JSON[0], ("x-correlation-id", id)], b"")
    };
    asked("audit-role", "reader", "POST", &format!("{API}/updates/amu-00000000000000000000000000/reject"));
    asked("audit-org", "reader", "GET", "/api/orgs/rival/agents/summary").refused(404, "ORG_NOT_FOUND");
    assert_eq!(
        asked("audit-git", "scoped", "GET", "/orgs/a5c/brain.git/info/refs?service=git-upload-pack").status,
        403
    );
    let records = Records::open(&server.data_dir().join("records.sqlite3")).unwrap();
    let page = PageRequest { cursor: None, limit: 100 };
    let filter = AuditFilter { event: Some("access.denied"), ..AuditFilter::default() };
    let org = OrgId::parse("a5c").unwrap();
    let denied = records.read(|view| view.audit_page(&org, &filter, page)).unwrap();
    let of = |id: &str| denied.items.iter().find(|entry| entry.event.correlation_id == id).map(|entry| &entry.event);
    assert_eq!(of("audit-role").unwrap().reasons, ["POLICY_DENIED"]);
    assert_eq!(of("audit-org").unwrap().reasons, ["ORG_NOT_FOUND"]);
    assert_eq!(of("audit-org").unwrap().target, "GET /api/orgs/{org}/agents/summary");
    assert_eq!(of("audit-git").unwrap().reasons, ["SCOPED_TOKEN"]);
    assert!(denied.items.iter().all(|entry| !format!("{entry:?}").contains("rival")), "an entry names another org");
}

//! Every code of the error table, by its name: a request that a client can send and that is answered with it.

use super::server::{API, JSON, ORG, REPOSITORY, Reply, Server, git};
use lorekeep::engine::Code;
use lorekeep::face::errors::row;
use lorekeep::face::http::ServeOptions;
use serde_json::{Value, json};

/// A code, and a request that it answers.
type Row = (&'static str, fn(&Server) -> Reply);

const ROWS: &[Row] = &[
    ("BAD_REQUEST", |s| post(s, "reader", "resolve-ref", json!({"surprise": 1}))),
    ("BAD_TIMESTAMP", |s| post(s, "reader", "resolve-ref", json!({"requestedAt": "yesterday"}))),
    ("ORG_REQUIRED", |s| s.get("reader", "/api/agents/memory/repositories")),
    ("UNAUTHENTICATED", |s| s.get("", &format!("{API}/repositories"))),
    ("POLICY_DENIED", |s| act(s, "proposer", "reject", None)),
    ("SELF_APPROVAL_DENIED", |s| act(s, "proposer", "approve", None)),
    ("SCOPED_TOKEN", |s| s.get("scoped", "/orgs/a5c/brain.git/info/refs?service=git-upload-pack")),
    ("CROSS_ORG_REF_DENIED", |s| post(s, "reader", "resolve-ref", json!({"memoryRepository": "their-own"}))),
    ("ORG_NOT_FOUND", |s| s.get("reader", "/api/orgs/rival/agents/summary")),
    ("ORG_NAMESPACE_MISMATCH", |s| post(s, "reader", "resolve-ref", json!({"organization": "rival"}))),
    ("NOT_FOUND", |s| s.get("reader", &format!("{API}/updates/amu-00000000000000000000000000"))),
    ("REF_NOT_FOUND", |s| post(s, "reader", "resolve-ref", json!({"requested": "nowhere"}))),
    ("REF_BEFORE_HISTORY", |s| post(s, "reader", "resolve-ref", json!({"requestedAt": "1990-01-01T00:00:00Z"}))),
    ("REF_AMBIGUOUS", ambiguous),
    ("REF_NOT_APPROVED", |s| of_branch(s, "A good note.\n", json!({"requireApprovedCommit": true}))),
    ("ONTOLOGY_INVALID", |s| of_branch(s, BAD, json!({"requireValidOntology": true}))),
    ("ALREADY_EXISTS", |s| post(s, "admin", "repositories", json!({"name": "brain"}))),
    ("CONFLICT", |s| act(s, "reviewer", "merge", None)),
    ("DIGEST_MISMATCH", |s| act(s, "reviewer", "approve", Some(&format!("blake3:{}", "0".repeat(64))))),
    ("IDEMPOTENCY_MISMATCH", |s| {
        let with_key = |path: &str| keyed(s, path, &proposal(path, "x\n"));
        with_key("notes/one.md").expect(201);
        with_key("notes/two.md")
    }),
    ("INVALID_QUERY", |s| post(s, "reader", "query", json!({}))),
    ("INVALID_PATTERN", |s| {
        post(s, "reader", "query", json!({"query": {"modes": ["grep"], "grep": {"pattern": "(", "regex": true}}}))
    }),
    ("LIMIT_EXCEEDED", |s| s.get("reader", &format!("{API}/records?limit=201"))),
    ("INVALID_UPDATE", |s| post(s, "proposer", "updates", proposal("../x.md", "x\n"))),
    ("TOO_LARGE", |s| s.ask("proposer", "POST", &format!("{API}/updates"), &JSON, &vec![b' '; 100 << 10])),
    ("UNSUPPORTED_MEDIA_TYPE", |s| {
        s.ask("reader", "POST", &format!("{API}/resolve-ref"), &[("content-type", "text/plain")], b"{}")
    }),
];

/// Codes that need a server in need, with the test that has one.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("RATE_LIMITED", "too_many_requests_are_turned_away_with_a_time_to_come_back", include_str!("open.rs")),
    ("UNAVAILABLE", "\"UNAVAILABLE\"", include_str!("open.rs")),
    ("INVALID_IMPORT", "422, \"INVALID_IMPORT\"", include_str!("imports.rs")),
    ("RUN_ACTIVE", "409, \"RUN_ACTIVE\"", include_str!("imports.rs")),
    ("MEMORY_IMPORT_REDACTION_BLOCKED", "422, \"MEMORY_IMPORT_REDACTION_BLOCKED\"", include_str!("imports.rs")),
    ("MEMORY_IMPORT_VALIDATION_FAILED", "422, \"MEMORY_IMPORT_VALIDATION_FAILED\"", include_str!("imports.rs")),
    ("INTERNAL", "a_failure_of_the_engine_keeps_what_it_knows_to_the_log", include_str!("errors.rs")),
];

const BAD: &str = "---\nid: term:bad\nkind: Trem\ntitle: Bad\nstatus: draft\n---\n";

fn post(server: &Server, who: &str, route: &str, body: Value) -> Reply {
    server.post(who, &format!("{API}/{route}"), body)
}

fn proposal(path: &str, content: &str) -> Value {
    json!({"title": "A note", "reason": "It is needed.", "changes": [{"path": path, "action": "upsert", "content": content}]})
}

fn keyed(server: &Server, _: &str, body: &Value) -> Reply {
    let headers = [JSON[0], ("idempotency-key", "the-same")];
    server.ask("proposer", "POST", &format!("{API}/updates"), &headers, body.to_string().as_bytes())
}

/// Somebody's action on an update of the proposer's that waits.
fn act(server: &Server, who: &str, action: &str, digest: Option<&str>) -> Reply {
    let update = post(server, "proposer", "updates", proposal("notes/waits.md", "Words.\n")).expect(201);
    let digest = digest.map_or_else(|| update["status"]["diffDigest"].clone(), Value::from);
    let body = if action == "reject" { json!({}) } else { json!({"expectedDiffDigest": digest}) };
    post(server, who, &format!("updates/{}/{action}", update["metadata"]["name"].as_str().unwrap()), body)
}

/// Resolves the branch of a proposal, with something required of it.
fn of_branch(server: &Server, content: &str, mut required: Value) -> Reply {
    let update = post(server, "proposer", "updates", proposal("notes/branch.md", content)).expect(201);
    required["requested"] = update["status"]["branch"].clone();
    post(server, "reader", "resolve-ref", required)
}

/// A branch and a tag of one name, at two commits.
fn ambiguous(server: &Server) -> Reply {
    let update = post(server, "proposer", "updates", proposal("notes/twin.md", "x\n")).expect(201);
    let dir = server.data_dir().join("orgs").join(ORG).join(format!("{REPOSITORY}.git"));
    for args in [["tag", "twin", "main"], ["branch", "twin", update["status"]["headCommit"].as_str().unwrap()]] {
        let (well, said) = git(&dir, &args);
        assert!(well, "{said}");
    }
    post(server, "reader", "resolve-ref", json!({"requested": "twin"}))
}

#[test]
fn every_code_is_answered_to_a_request_by_its_name_and_with_its_status() {
    let server = Server::with(ServeOptions { max_json_bytes: 64 << 10, ..ServeOptions::default() });
    for (code, ask) in ROWS {
        let known = Code::ALL.iter().find(|known| known.as_str() == *code).expect("it is in the table");
        let reply = ask(&server);
        assert_eq!((reply.status, reply.text.contains(code)), (row(*known).status, true), "{code}: {reply:?}");
    }
}

#[test]
fn no_code_is_without_a_test() {
    let here = ROWS.iter().map(|(code, _)| *code).chain(ELSEWHERE.iter().map(|(code, ..)| *code));
    let mut tested: Vec<&str> = here.collect();
    let mut all: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    tested.sort_unstable();
    all.sort_unstable();
    assert_eq!(tested, all);
    for (code, test, source) in ELSEWHERE {
        assert!(source.contains(test) && source.contains(code), "{code} has no test {test}");
    }
}

#[test]
fn a_stream_that_is_denied_is_audited_like_a_read_that_is() {
    let server = Server::start();
    let asked = |id: &str, path: &str| {
        server.ask("reader", "GET", path, &[("x-correlation-id", id)], b"").refused(404, "ORG_NOT_FOUND");
    };
    asked("denied-watch", "/api/watch/orgs/rival/agentmemoryupdates");
    asked("denied-read", "/api/orgs/rival/agents/memory/records");
    server
        .ask("reader", "GET", "/api/orgs/a5c/agents/audit", &[("x-correlation-id", "denied-audit")], b"")
        .refused(403, "POLICY_DENIED");
    let page = server.get("admin", "/api/orgs/a5c/agents/audit?event=access.denied&limit=50").expect(200);
    for id in ["denied-watch", "denied-read", "denied-audit"] {
        let entries = page["items"].as_array().unwrap().iter();
        assert_eq!(entries.filter(|entry| entry["correlationId"] == id).count(), 1, "{id}: {page}");
    }
}

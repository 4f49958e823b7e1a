//! The prompt section over HTTP: as JSON with what it cites, or alone as Markdown.

use super::server::{API, JSON, Server};
use serde_json::{Value, json};

const RUNBOOK: &str = "---\nid: runbook:ci/flake\nkind: Runbook\ntitle: Flaky checks\nstatus: approved\nowners: [team:platform]\nupdatedAt: 2026-05-10T12:00:00Z\n---\n# Flaky checks\n\nRestart the playwright worker.\n";

fn serving(files: &[(&str, &str)]) -> Server {
    let server = Server::start();
    let changes: Vec<Value> =
        files.iter().map(|(path, text)| json!({"path": path, "action": "upsert", "content": text})).collect();
    let body = json!({"title": "Write", "reason": "it was missing", "changes": changes});
    let update = server.post("proposer", &format!("{API}/updates"), body).expect(201);
    let name = update["metadata"]["name"].as_str().unwrap_or_else(|| panic!("{update}"));
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    for action in ["approve", "merge"] {
        server.post("reviewer", &format!("{API}/updates/{name}/{action}"), digest.clone()).expect(200);
    }
    server
}

fn asking(max_tokens: usize) -> Value {
    json!({"query": {"text": "playwright worker"}, "maxTokens": max_tokens})
}

#[test]
fn a_section_comes_with_what_it_cites() {
    let server = serving(&[("runbooks/flake.md", RUNBOOK)]);
    let path = format!("{API}/context");
    let answer = server.post("reader", &path, asking(2_000)).expect(200);
    let prompt = answer["prompt"].as_str().unwrap();
    assert!(
        prompt.contains("runbook:ci/flake | Flaky checks") && prompt.contains("runbooks/flake.md:9-11"),
        "{prompt}"
    );
    assert_eq!(answer["promptBytes"], prompt.len());
    assert_eq!(answer["promptTokens"], lorekeep::query::token_estimate(prompt));
    assert_eq!(answer["promptDigest"], lorekeep::base::Digest::of(prompt.as_bytes()).to_string());
    let record = &answer["records"][0];
    assert_eq!(
        (&record["id"], &record["path"], &record["lineStart"], &record["lineEnd"]),
        (&json!("runbook:ci/flake"), &json!("runbooks/flake.md"), &json!(1), &json!(11))
    );
    let lines = &answer["excerpts"][0];
    assert_eq!((&lines["recordId"], &lines["lineEnd"]), (&json!("runbook:ci/flake"), &json!(11)));
    assert_eq!(answer["limits"]["truncated"], false);
    let commit = answer["snapshotPreview"]["resolvedCommit"].as_str().unwrap();
    let before =
        server.post("reader", &path, json!({"query": {"text": "playwright"}, "requestedRef": format!("{commit}~1")}));
    let before = before.expect(200);
    assert!(before["prompt"].as_str().unwrap().contains("> STALE: "), "{before}");
    assert_eq!(before["records"], json!([]));
    let unaddressed = server.post("reader", "/api/agents/memory/context", {
        let mut body = asking(2_000);
        body["organization"] = json!("a5c");
        body
    });
    assert_eq!(unaddressed.expect(200), answer, "the same request gives the same bytes");
    let cut = server.post("reader", &path, asking(150)).expect(200);
    assert!(cut["promptTokens"].as_u64().unwrap() <= 150 && cut["limits"]["truncated"] == true, "{cut}");
}

#[test]
fn a_client_that_wants_markdown_gets_the_section_alone() {
    let server = serving(&[("runbooks/flake.md", RUNBOOK)]);
    let body = asking(2_000).to_string();
    let ask = |accept: &str, more: &[(&str, &str)]| {
        let headers = [&JSON[..], &[("accept", accept)], more].concat();
        server.ask("reader", "POST", &format!("{API}/context"), &headers, body.as_bytes())
    };
    let answer = ask("application/json, text/markdown", &[]).expect(200);
    let alone = ask("text/markdown, */*;q=0.5", &[]);
    assert_eq!((alone.status, alone.header("content-type")), (200, Some("text/markdown; charset=utf-8")));
    assert_eq!(alone.text, answer["prompt"].as_str().unwrap());
    let keyed = [("idempotency-key", "k1")];
    for _ in 0..2 {
        assert_eq!(ask("text/markdown", &keyed).expect(200), answer, "what is given again for a key is JSON");
    }
}

#[test]
fn a_query_that_renders_says_how_large_the_section_is() {
    let server = serving(&[("runbooks/flake.md", RUNBOOK)]);
    let body = json!({"query": {"text": "playwright"}, "render": "prompt"});
    let answer = server.post("reader", &format!("{API}/query"), body).expect(200);
    let prompt = answer["prompt"].as_str().unwrap();
    assert_eq!(
        (&answer["promptBytes"], &answer["promptTokens"]),
        (&json!(prompt.len()), &json!(lorekeep::query::token_estimate(prompt)))
    );
    let plain = server.post("reader", &format!("{API}/query"), json!({"query": {"text": "playwright"}})).expect(200);
    assert!(!plain.as_object().unwrap().keys().any(|key| key.starts_with("prompt")), "{plain}");
}

#[test]
fn a_narrowed_token_gets_a_section_of_its_scope() {
    let hidden = RUNBOOK.replace("runbook:ci/flake", "runbook:hidden").replace("worker", "xylophone worker");
    let server = serving(&[("runbooks/flake.md", RUNBOOK), ("incidents/hidden.md", &hidden)]);
    let all = server.post("reader", &format!("{API}/context"), asking(4_000)).expect(200).to_string();
    assert!(all.contains("runbook:hidden") && all.contains("xylophone"), "{all}");
    let some = server.post("scoped", &format!("{API}/context"), asking(4_000)).expect(200);
    let told = some.to_string();
    assert!(told.contains("runbook:ci/flake") && !told.contains("hidden") && !told.contains("xylophone"), "{told}");
    assert_eq!(some["permission"]["deniedScopes"][0]["scope"], "outside runbooks/**");
}

#[test]
fn what_cannot_be_given_says_why() {
    let server = Server::start();
    let post = |body: Value| server.post("reader", &format!("{API}/context"), body);
    post(asking(200_001)).refused(422, "LIMIT_EXCEEDED");
    post(json!({"maxTokens": -1})).refused(400, "BAD_REQUEST");
    post(json!({"query": {"queryMode": "diff-ref"}})).refused(422, "INVALID_QUERY");
    post(json!({})).refused(422, "INVALID_QUERY");
    post(json!({"query": {"text": "x"}, "surprise": 1})).refused(400, "BAD_REQUEST");
    post(json!({"query": {"text": "x"}, "memoryRepository": "their-own"})).refused(403, "CROSS_ORG_REF_DENIED");
}

//! Reports and validation over HTTP: what they answer, to whom, and that nothing is written.

use super::server::{API, Server, git};
use serde_json::{Value, json};

fn page(id: &str, more: &str) -> String {
    format!(
        "---\nid: {id}\nkind: Runbook\ntitle: {id}\nstatus: approved\nowners: [team:platform]\nupdatedAt: 2020-05-10T12:00:00Z\n{more}---\n# {id}\n"
    )
}

fn change(path: &str, content: &str) -> Value {
    json!({"path": path, "action": "upsert", "content": content})
}

/// Lands files, by those who may.
fn land(server: &Server, changes: &[Value]) {
    let body = json!({"title": "Write", "reason": "it was missing", "changes": changes});
    let update = server.post("proposer", &format!("{API}/updates"), body).expect(201);
    assert_eq!(update["status"]["phase"], "AwaitingApproval", "{update}");
    let name = update["metadata"]["name"].as_str().unwrap();
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    for action in ["approve", "merge"] {
        server.post("reviewer", &format!("{API}/updates/{name}/{action}"), digest.clone()).expect(200);
    }
}

fn validate(server: &Server, who: &str, body: Value) -> Value {
    server.post(who, &format!("{API}/ontology/validate"), body).expect(200)
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// Every reference of the repository, and how many objects it holds.
fn state(server: &Server) -> String {
    let dir = server.data_dir().join("orgs/a5c/brain.git");
    [&["for-each-ref"][..], &["count-objects", "-v"]].map(|args| git(&dir, args).1).concat()
}

#[test]
fn a_report_is_of_a_commit_and_a_moment() {
    let server = Server::start();
    land(&server, &[change("runbooks/a.md", &page("runbook:a", "")), change("terms/b.md", &page("runbook:b", ""))]);
    let report = server.get("reader", &format!("{API}/report?asOf=2026-06-01T00:00:00Z&staleAfterDays=90")).expect(200);
    assert_eq!(report["stale"]["total"], 2, "{report}");
    assert_eq!(report["stale"]["items"][0]["id"], "runbook:a");
    assert_eq!((&report["asOf"], &report["staleAfterDays"]), (&"2026-06-01T00:00:00Z".into(), &90.into()));
    assert_eq!((&report["organization"], &report["memoryRepository"]), (&"a5c".into(), &"brain".into()));
    let commit = report["resolvedCommit"].as_str().unwrap();
    let same = format!("{API}/report?asOf=2026-06-01T00:00:00Z&staleAfterDays=90&ref={commit}");
    assert_eq!(server.get("reader", &same).expect(200), report);
    let before = server.get("reader", &format!("{API}/report?ref={commit}~1")).expect(200);
    assert_eq!((&before["stale"]["total"], &before["staleAfterDays"]), (&0.into(), &180.into()));
    let unaddressed = "/api/agents/memory/report?organization=a5c&asOf=2026-06-01T00:00:00Z&staleAfterDays=90";
    assert_eq!(server.get("reader", unaddressed).expect(200), report);
    let cut = server.get("reader", &format!("{API}/report?limit=1")).expect(200);
    assert_eq!((&cut["limits"], &cut["stale"]["total"]), (&json!({"truncated": true, "items": 1}), &2.into()));
}

#[test]
fn a_report_holds_a_narrowed_token_to_its_scope() {
    let server = Server::start();
    let hidden = page("runbook:hidden", "sensitivity: restricted\nrelated:\n  depends_on: [runbook:a]\n");
    land(&server, &[change("runbooks/a.md", &page("runbook:a", "")), change("incidents/hidden.md", &hidden)]);
    let all = server.get("reader", &format!("{API}/report")).expect(200).to_string();
    assert!(all.contains("runbook:hidden"), "{all}");
    let some = server.get("scoped", &format!("{API}/report")).expect(200);
    assert!(some.to_string().contains("runbook:a") && !some.to_string().contains("hidden"), "{some}");
    assert_eq!(some["permission"]["deniedScopes"][0]["scope"], "outside runbooks/**");
}

#[test]
fn a_report_that_cannot_be_made_says_why() {
    let server = Server::start();
    let get = |query: &str| server.get("reader", &format!("{API}/report?{query}"));
    get("limit=0").refused(422, "LIMIT_EXCEEDED");
    get("limit=100000").refused(422, "LIMIT_EXCEEDED");
    get("staleAfterDays=1000000").refused(422, "LIMIT_EXCEEDED");
    get("staleAfterDays=-1").refused(400, "BAD_REQUEST");
    get("asOf=yesterday").refused(400, "BAD_TIMESTAMP");
    get("ref=nowhere").refused(404, "REF_NOT_FOUND");
    get("memoryRepository=their-own").refused(403, "CROSS_ORG_REF_DENIED");
}

#[test]
fn a_commit_is_validated_whole_or_since_another() {
    let server = Server::start();
    let clean = validate(&server, "reader", json!({}));
    assert_eq!((&clean["findings"], &clean["commit"]), (&json!([]), &clean["resolvedCommit"]));
    assert_eq!(
        (&clean["base"], &clean["permission"]),
        (&Value::Null, &json!({"decision": "allowed", "deniedScopes": []}))
    );
    land(&server, &[change("runbooks/a.md", &page("runbook:a", ""))]);
    let tip = validate(&server, "reader", json!({"requested": "main", "base": "main~1"}));
    assert_eq!(tip["base"], clean["commit"]);
    assert_eq!(tip["summary"]["records"].as_u64().unwrap(), clean["summary"]["records"].as_u64().unwrap() + 1);
    let at = validate(&server, "reader", json!({"requested": clean["commit"]}));
    assert_eq!((&at["summary"], &at["ontologyDigest"]), (&clean["summary"], &clean["ontologyDigest"]));
}

#[test]
fn proposed_changes_are_validated_and_nothing_is_written() {
    let server = Server::start();
    land(&server, &[change("runbooks/a.md", &page("runbook:a", ""))]);
    let before = state(&server);
    let bad = page("runbook:b", "related:\n  depends_on: [runbook:nowhere]\n");
    let answer = validate(&server, "reader", json!({"changes": [change("runbooks/b.md", &bad)]}));
    assert_eq!(codes(&answer), ["LK204"], "{answer}");
    assert_eq!(answer["findings"][0]["path"], "runbooks/b.md");
    assert_eq!((&answer["commit"], &answer["base"]), (&Value::Null, &answer["resolvedCommit"]));
    let gone = json!([{"path": "runbooks/a.md", "action": "delete"}, change("runbooks/c.md", &page("runbook:c", "related:\n  depends_on: [runbook:a]\n"))]);
    assert!(codes(&validate(&server, "reader", json!({"changes": gone}))).contains(&"LK204"));
    let twin = json!([change("runbooks/twin.md", &page("runbook:a", ""))]);
    let twin = validate(&server, "reader", json!({"changes": twin}));
    assert_eq!((codes(&twin), &twin["findings"][0]["related"][0]["path"]), (vec!["LK205"], &"runbooks/a.md".into()));
    let secret = format!("Use {} there.\n", ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat());
    let answer = validate(&server, "reader", json!({"changes": [change("notes/s.md", &secret)]}));
    assert!(codes(&answer).contains(&"LK501") && !answer.to_string().contains("16C7e42F"), "{answer}");
    let ontology = "version: 1\nkinds:\n  Term: {description: A word.}\n";
    let other = validate(&server, "reader", json!({"changes": [change("ontology/node-kinds.yaml", ontology)]}));
    assert_ne!(other["ontologyDigest"], answer["ontologyDigest"]);
    assert!(codes(&other).contains(&"LK201"), "{other}");
    assert_eq!(state(&server), before);
}

#[test]
fn a_narrowed_token_learns_nothing_of_the_rest_by_validating() {
    let server = Server::start();
    land(
        &server,
        &[change("runbooks/a.md", &page("runbook:a", "")), change("incidents/hidden.md", &page("runbook:hidden", ""))],
    );
    let ask = |who: &str, id: &str, target: &str| {
        let related = format!("related:\n  depends_on: [{target}]\n");
        validate(&server, who, json!({"changes": [change("runbooks/x.md", &page(id, &related))]}))
    };
    // An id that is taken there, and an edge that leads there, are answered as those that are nowhere.
    assert_eq!(codes(&ask("reader", "runbook:hidden", "runbook:a")), ["LK205"]);
    assert_eq!(codes(&ask("scoped", "runbook:hidden", "runbook:a")), [""; 0]);
    let told = |target: &str| ask("scoped", "runbook:x", target)["findings"].to_string().replace(target, "TARGET");
    assert_eq!(told("runbook:hidden"), told("runbook:nobody"));
    let whole = validate(&server, "scoped", json!({}));
    assert_eq!(whole["summary"]["records"], 1, "{whole}");
    assert_eq!(whole["permission"]["deniedScopes"][0]["scope"], "outside runbooks/**");
    let outside = json!({"changes": [change("incidents/x.md", "# X\n")]});
    server.post("scoped", &format!("{API}/ontology/validate"), outside).refused(403, "SCOPED_TOKEN");
}

#[test]
fn changes_that_cannot_be_made_say_why() {
    let server = Server::start();
    let post = |body: Value| server.post("reader", &format!("{API}/ontology/validate"), body);
    post(json!({"changes": [{"path": "notes/none.md", "action": "delete"}]})).refused(422, "INVALID_UPDATE");
    post(json!({"changes": [change("../x.md", "x")]})).refused(422, "INVALID_UPDATE");
    post(json!({"changes": [change("notes/x.md", &"x".repeat(2 << 20))]})).refused(422, "INVALID_UPDATE");
    post(json!({"changes": [{"path": "notes/x.md", "action": "destroy"}]})).refused(422, "INVALID_UPDATE");
    post(json!({"requested": "nowhere"})).refused(404, "REF_NOT_FOUND");
    post(json!({"base": "nowhere"})).refused(404, "REF_NOT_FOUND");
    post(json!({"patch": "--- a\n"})).refused(400, "BAD_REQUEST");
}

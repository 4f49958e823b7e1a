//! Proposals that take the place of another one.

use super::server::{API, JSON, Reply, Server};
use serde_json::{Value, json};

fn propose(server: &Server, who: &str, title: &str, more: Value) -> Reply {
    let content = format!("# A note\n\n{title}.\n");
    let changes = json!([{"path": "notes/learned.md", "action": "upsert", "content": content}]);
    let mut body = json!({"title": title, "reason": "it cost a day", "changes": changes});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post(who, &format!("{API}/updates"), body)
}

fn name(update: &Value) -> &str {
    update["metadata"]["name"].as_str().unwrap_or_else(|| panic!("{update}"))
}

fn read(server: &Server, id: &str) -> Value {
    server.get("reader", &format!("{API}/updates/{id}")).expect(200)
}

/// What the timeline of an update says of one kind of event: who, and which update.
fn told(update: &Value, kind: &str) -> Vec<(Value, Value)> {
    let events = update["status"]["timeline"].as_array().unwrap().iter().filter(|event| event["event"] == kind);
    events.map(|event| (event["actor"].clone(), event["update"].clone())).collect()
}

#[test]
fn the_older_one_ends_with_timeline_and_audit() {
    let server = Server::start();
    let old = propose(&server, "proposer", "one", json!({})).expect(201);
    let digest = json!({"expectedDiffDigest": old["status"]["diffDigest"]});
    server.post("reviewer", &format!("{API}/updates/{}/approve", name(&old)), digest.clone()).expect(200);
    let new = propose(&server, "proposer", "two", json!({"supersedes": name(&old)})).expect(201);
    assert_eq!(new["status"]["phase"], "AwaitingApproval");
    let (ended, new) = (read(&server, name(&old)), read(&server, name(&new)));
    assert_eq!(ended["status"]["phase"], "Superseded");
    assert_eq!(told(&ended, "superseded"), [(json!("user:proposer"), new["metadata"]["name"].clone())]);
    assert_eq!(told(&new, "supersedes"), [(json!("user:proposer"), old["metadata"]["name"].clone())]);
    let audit = server.get("admin", "/api/orgs/a5c/agents/audit?event=agent.memory.update.superseded").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    assert!(audit["items"][0]["target"].as_str().unwrap().ends_with(name(&old)), "{audit}");

    // It has ended: nothing more is done to it.
    let path = |action: &str| format!("{API}/updates/{}/{action}", name(&old));
    for action in ["approve", "merge"] {
        server.post("reviewer", &path(action), digest.clone()).refused(409, "CONFLICT");
    }
    server.post("reviewer", &path("reject"), json!({})).refused(409, "CONFLICT");
    server.post("proposer", &path("refresh"), json!({})).refused(409, "CONFLICT");
    propose(&server, "proposer", "three", json!({"supersedes": name(&old)})).refused(409, "CONFLICT");
    let listed = server.get("reader", &format!("{API}/updates?phase=Superseded")).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[test]
fn only_its_proposer_or_a_reviewer_takes_its_place() {
    let server = Server::start();
    let old = propose(&server, "maintainer", "one", json!({})).expect(201);
    let open = || read(&server, name(&old))["status"]["phase"] == "AwaitingApproval";
    let count = || server.get("reader", &format!("{API}/updates")).expect(200)["items"].as_array().unwrap().len();
    propose(&server, "proposer", "two", json!({"supersedes": name(&old)})).refused(403, "POLICY_DENIED");
    let revision = json!({"title": "one", "reason": "r", "supersedes": name(&old),
        "changes": [{"path": "notes/learned.md", "action": "delete"}]});
    server
        .post("maintainer", &format!("{API}/updates/{}/revisions", name(&old)), revision)
        .refused(422, "INVALID_UPDATE");
    for nothing in ["amu-00000000000000000000000000", "none"] {
        propose(&server, "reviewer", "two", json!({"supersedes": nothing})).refused(404, "NOT_FOUND");
    }
    server.post("admin", &format!("{API}/repositories"), json!({"name": "second"})).expect(201);
    let elsewhere = json!({"supersedes": name(&old), "memoryRepository": "second"});
    propose(&server, "reviewer", "two", elsewhere).refused(409, "CONFLICT");
    assert!(open() && count() == 1, "what is refused leaves nothing");
    propose(&server, "reviewer", "two", json!({"supersedes": name(&old), "memoryRepository": "brain"})).expect(201);
    assert!(!open());
}

#[test]
fn a_repeated_request_supersedes_once() {
    let server = Server::start();
    let old = propose(&server, "proposer", "one", json!({})).expect(201);
    let body = json!({"title": "two", "reason": "r", "supersedes": name(&old),
        "changes": [{"path": "notes/learned.md", "action": "upsert", "content": "# B\n"}]});
    let headers = [JSON[0], ("idempotency-key", "again")];
    let ask = || server.ask("proposer", "POST", &format!("{API}/updates"), &headers, body.to_string().as_bytes());
    let first = ask().expect(201);
    // The server died after the effect, and before its answer.
    let db = rusqlite::Connection::open(server.data_dir().join("records.sqlite3")).unwrap();
    let sql =
        "UPDATE idempotency SET status = NULL, body = NULL, owner = 'dead' WHERE key = 'again' AND status IS NOT NULL";
    assert_eq!(db.execute(sql, []).unwrap(), 1);
    assert_eq!(name(&ask().expect(201)), name(&first));
    assert_eq!(told(&read(&server, name(&old)), "superseded").len(), 1);
}

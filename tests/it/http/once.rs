//! Idempotency keys.

use super::server::{API, JSON, Reply, Server};
use lorekeep::git::{Signer, SigningKey};
use serde_json::{Value, json};

fn with_key(server: &Server, who: &str, path: &str, key: &str, body: &Value) -> Reply {
    let headers = [JSON[0], ("idempotency-key", key)];
    server.ask(who, "POST", &format!("{API}/{path}"), &headers, body.to_string().as_bytes())
}

fn proposal(title: &str) -> Value {
    let content = "# A note\n\nWhat was learned.\n";
    json!({"title": title, "reason": "it cost a day", "changes": [{"path": "notes/learned.md", "action": "upsert", "content": content}]})
}

fn count(server: &Server) -> usize {
    server.get("reader", &format!("{API}/updates")).expect(200)["items"].as_array().unwrap().len()
}

#[test]
fn a_repeated_request_gives_the_first_answer_and_does_nothing() {
    let server = Server::start();
    let first = with_key(&server, "proposer", "updates", "key-1", &proposal("one"));
    first.expect(201);
    assert_eq!(first.header("idempotent-replay"), None);
    let again = with_key(&server, "proposer", "updates", "key-1", &proposal("one"));
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(count(&server), 1);
    with_key(&server, "proposer", "updates", "key-2", &proposal("one")).expect(201);
    assert_eq!(count(&server), 2);
}

#[test]
fn the_same_key_with_another_request_is_refused() {
    let server = Server::start();
    with_key(&server, "proposer", "updates", "key", &proposal("one")).expect(201);
    with_key(&server, "proposer", "updates", "key", &proposal("two")).refused(422, "IDEMPOTENCY_MISMATCH");
    with_key(&server, "proposer", "resolve-ref", "key", &json!({})).refused(422, "IDEMPOTENCY_MISMATCH");
    assert_eq!(count(&server), 1);
}

#[test]
fn a_key_is_its_principals_own() {
    let server = Server::start();
    with_key(&server, "proposer", "updates", "key", &proposal("one")).expect(201);
    let other = with_key(&server, "maintainer", "updates", "key", &proposal("one"));
    other.expect(201);
    assert_eq!(other.header("idempotent-replay"), None);
    assert_eq!(count(&server), 2);
}

#[test]
fn a_refusal_is_repeated_too() {
    let server = Server::start();
    let wrong = json!({"title": "t", "reason": "r", "surprise": 1});
    let first = with_key(&server, "proposer", "updates", "key", &wrong);
    first.refused(400, "BAD_REQUEST");
    let again = with_key(&server, "proposer", "updates", "key", &wrong);
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("idempotent-replay"), Some("true"));
}

#[test]
fn a_key_is_short_and_visible() {
    let server = Server::start();
    for key in ["", "has space", &"x".repeat(201), "t\tb"] {
        with_key(&server, "reader", "resolve-ref", key, &json!({})).refused(400, "BAD_REQUEST");
    }
    with_key(&server, "reader", "resolve-ref", &"x".repeat(200), &json!({})).expect(200);
    let two = [JSON[0], ("idempotency-key", "a"), ("idempotency-key", "b")];
    server.ask("reader", "POST", &format!("{API}/resolve-ref"), &two, b"{}").refused(400, "BAD_REQUEST");
}

#[test]
fn many_tries_at_once_have_one_effect() {
    let server = Server::start();
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| with_key(&server, "proposer", "updates", "storm", &proposal("one"))))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(count(&server), 1);
    let done: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert!(!done.is_empty());
    assert!(done.iter().all(|reply| reply.text == done[0].text));
    assert!(replies.iter().all(|reply| reply.status == 201 || reply.code() == "CONFLICT"), "{replies:?}");
}

#[test]
fn a_request_with_a_key_is_done_although_its_client_goes_away() {
    use std::io::Write;
    let mut server = Server::start();
    let body = proposal("one").to_string();
    let head = format!(
        "POST {API}/updates HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nIdempotency-Key: gone\r\nContent-Length: {}\r\n\r\n",
        server.token("proposer"),
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    drop(stream);
    // Either the first try is found done, or under way, or this one is the first: in the end there is one.
    while with_key(&server, "proposer", "updates", "gone", &proposal("one")).status != 201 {
        std::thread::yield_now();
    }
    assert_eq!(count(&server), 1);
    server.stop();
    server.wait();
}

/// What a server that dies after the effect of a request and before its answer leaves of the request's key.
fn die_before_the_answer(server: &Server, key: &str) {
    let db = rusqlite::Connection::open(server.data_dir().join("records.sqlite3")).unwrap();
    let sql = "UPDATE idempotency SET status = NULL, body = NULL, owner = 'dead' WHERE key = ?1 AND status IS NOT NULL";
    assert_eq!(db.execute(sql, [key]).unwrap(), 1, "{key} was answered");
}

/// What tells how often something was done: every update with its timeline, comments and decisions, and the repositories.
fn effects(server: &Server) -> Value {
    let updates = server.get("reader", &format!("{API}/updates")).expect(200)["items"].clone();
    let updates: Vec<Value> = updates.as_array().unwrap().iter().map(|u| u["status"].clone()).collect();
    let repositories = server.get("reader", &format!("{API}/repositories")).expect(200);
    let snapshots = server.get("reader", &format!("{API}/snapshots")).expect(200)["items"].clone();
    let keys = server.get("reader", &format!("{API}/keys")).expect(200);
    json!([updates, repositories["items"].as_array().unwrap().len(), snapshots, keys])
}

#[test]
fn a_crash_between_the_effect_and_the_answer_repeats_no_post() {
    let server = Server::start();
    let update = with_key(&server, "proposer", "updates", "made", &proposal("one")).expect(201);
    let id = update["metadata"]["name"].as_str().unwrap();
    let on = |action: &str| format!("updates/{id}/{action}");
    let digest = || {
        let now = server.get("reader", &format!("{API}/updates/{id}")).expect(200);
        json!({"expectedDiffDigest": now["status"]["diffDigest"]})
    };
    let other = json!({"title": "one", "reason": "better", "changes": [{"path": "notes/learned.md", "action": "upsert", "content": "# B\n"}]});
    let rejected = with_key(&server, "proposer", "updates", "second", &proposal("two")).expect(201);
    let rejected = format!("updates/{}/reject", rejected["metadata"]["name"].as_str().unwrap());
    let pinned = with_key(&server, "proposer", "snapshots", "pinned", &json!({"requestedRef": "main"})).expect(201);
    let bad = format!("snapshots/{}/known-bad", pinned["metadata"]["name"].as_str().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let public_key = SigningKey::generate(&folder.path().join("key")).unwrap().public_key();
    let policy = json!({"name": "third", "policy": {"requiredApprovals": 3}});
    let steps = [
        ("proposer", "updates".to_owned(), 201, proposal("three")),
        ("proposer", on("comment"), 200, json!({"body": "is it so?"})),
        ("proposer", on("revisions"), 200, other),
        ("proposer", on("refresh"), 200, json!({})),
        ("reviewer", on("request-changes"), 200, json!({"comment": "no"})),
        ("reviewer", on("approve"), 200, Value::Null),
        ("reviewer", on("merge"), 200, Value::Null),
        (
            "proposer",
            "promote".to_owned(),
            201,
            json!({"path": "notes/learned.md", "kind": "Runbook", "owners": ["team:platform"]}),
        ),
        ("maintainer", on("revert"), 201, json!({})),
        ("reviewer", rejected, 200, json!({"comment": "no"})),
        ("proposer", "snapshots".to_owned(), 201, json!({"requestedRef": "main", "name": "release"})),
        ("maintainer", bad, 200, json!({"reason": "it is wrong"})),
        ("reviewer", "keys".to_owned(), 201, json!({"publicKey": public_key})),
        ("admin", "repositories".to_owned(), 201, policy),
    ];
    for (n, (who, path, status, body)) in steps.into_iter().enumerate() {
        let (key, body) = (format!("step-{n}"), if body.is_null() { digest() } else { body });
        let first = with_key(&server, who, &path, &key, &body).expect(status);
        let before = effects(&server);
        die_before_the_answer(&server, &key);
        let again = with_key(&server, who, &path, &key, &body);
        assert_eq!(again.expect(status)["metadata"]["name"], first["metadata"]["name"], "{path}");
        assert_eq!(effects(&server), before, "{path} was done twice");
        let last = with_key(&server, who, &path, &key, &body);
        assert_eq!((last.header("idempotent-replay"), &last.text), (Some("true"), &again.text), "{path}");
    }
    let third = server.get("reader", &format!("{API}/repositories/third")).expect(200);
    assert_eq!(third["spec"]["policy"]["requiredApprovals"], 3, "a repository is made with its policy or not at all");
}

#[test]
fn a_state_that_moved_on_is_shown_and_not_done_again() {
    let server = Server::start();
    let update = with_key(&server, "proposer", "updates", "made", &proposal("one")).expect(201);
    let path = format!("updates/{}", update["metadata"]["name"].as_str().unwrap());
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    with_key(&server, "reviewer", &format!("{path}/approve"), "yes", &digest).expect(200);
    die_before_the_answer(&server, "yes");
    let other = json!({"title": "one", "reason": "r", "changes": [{"path": "notes/learned.md", "action": "upsert", "content": "# B\n"}]});
    with_key(&server, "proposer", &format!("{path}/revisions"), "more", &other).expect(200);
    let again = with_key(&server, "reviewer", &format!("{path}/approve"), "yes", &digest).expect(200);
    assert_eq!((&again["status"]["revision"], &again["status"]["phase"]), (&json!(2), &json!("AwaitingApproval")));
}

#[test]
fn every_post_is_known_to_have_an_effect_or_none() {
    let effects = [
        "updates",
        "revisions",
        "approve",
        "reject",
        "request-changes",
        "comment",
        "merge",
        "refresh",
        "revert",
        "repositories",
        "snapshots",
        "known-bad",
        "promote",
        "keys",
        "imports",
        "import-babysitter-run",
        "rerun",
        "lower-tier",
    ];
    let reads = ["replay", "resolve-ref", "query", "context", "diff", "validate", "git-upload-pack"];
    let git = ["git-receive-pack"];
    for (method, path, _) in super::description::operations() {
        let last = path.rsplit('/').next().unwrap();
        let known = [&effects[..], &reads[..], &git[..]].concat().contains(&last);
        assert!(method != "POST" || known, "{path}: note its effect with its key, and add it to the test of crashes");
    }
}

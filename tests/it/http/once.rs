//! Idempotency keys.

use super::server::{API, JSON, Reply, Server};
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

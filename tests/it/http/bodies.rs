//! What a body may be, and what is said of one that may not.

use super::server::{API, JSON, Server};
use async_compression::tokio::write::GzipEncoder;
use lorekeep::face::http::ServeOptions;
use serde_json::json;
use tokio::io::AsyncWriteExt;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(bytes).await.unwrap();
        encoder.shutdown().await.unwrap();
        encoder.into_inner()
    })
}

const GZIP: [(&str, &str); 2] = [("content-type", "application/json"), ("content-encoding", "gzip")];

#[test]
fn a_body_is_json_and_says_so() {
    let server = Server::start();
    let path = format!("{API}/resolve-ref");
    for kind in
        ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
    {
        server.ask("reader", "POST", &path, &[("content-type", kind)], b"{}").expect(200);
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonl", "json"] {
        server.ask("reader", "POST", &path, &[("content-type", kind)], b"{}").refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    server.ask("reader", "POST", &path, &[], b"{}").refused(415, "UNSUPPORTED_MEDIA_TYPE");
    server.ask("reader", "POST", &path, &[], b"").expect(200);
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    let server = Server::start();
    let path = format!("{API}/query");
    for (body, place) in [
        ("{\n  \"query\": {\"text\": }\n}", "line 2 column 21"),
        ("{", "line 1 column 1"),
        ("{} {}", "line 1 column 4"),
        ("[]", "line 1"),
        ("{\"query\": \"text\"}", "line 1 column 16"),
        ("{\"query\": {\"text\": \"\u{1}\"}}", "line 1"),
    ] {
        let reply = server.ask("reader", "POST", &path, &JSON, body.as_bytes());
        reply.refused(400, "BAD_REQUEST");
        assert!(reply.text.contains(place), "{body}: {}", reply.text);
    }
    let invalid = server.ask("reader", "POST", &path, &JSON, b"{\"query\": {\"text\": \"\xff\"}}");
    invalid.refused(400, "BAD_REQUEST");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    server.ask("reader", "POST", &path, &JSON, deep.as_bytes()).refused(400, "BAD_REQUEST");
    let body = format!("{{\"query\": {{\"artifact\": {deep}}}}}");
    server.ask("reader", "POST", &path, &JSON, body.as_bytes()).refused(400, "BAD_REQUEST");
}

#[test]
fn a_field_that_is_wrong_is_named() {
    let server = Server::start();
    for (path, body, field) in [
        ("query", json!({"surprise": 1}), "surprise"),
        ("query", json!({"query": {"grep": {"maxMatches": "many"}}}), "query.grep.maxMatches"),
        ("query", json!({"query": {"grep": {"surprise": 1}}}), "query.grep.surprise"),
        ("query", json!({"query": {"graph": {"edgeDepth": -1}}}), "query.graph.edgeDepth"),
        ("query", json!({"limits": {"maxBytes": 1.5}}), "limits.maxBytes"),
        ("resolve-ref", json!({"mode": "yesterday"}), "mode"),
        ("updates", json!({"reason": "r"}), "title"),
        ("updates", json!({"title": "t", "reason": "r", "changes": [{"path": "a.md"}]}), "changes[0].action"),
    ] {
        let reply = server.post("proposer", &format!("{API}/{path}"), body.clone());
        reply.refused(400, "BAD_REQUEST");
        assert_eq!(reply.json()["error"]["reasons"][0]["field"], field, "{body}: {}", reply.text);
    }
    for (query, field) in [("surprise=1", "surprise"), ("limit=1&limit=2", "limit")] {
        let reply = server.get("reader", &format!("{API}/records?{query}"));
        reply.refused(400, "BAD_REQUEST");
        assert_eq!(reply.json()["error"]["reasons"][0]["field"], field, "{query}: {}", reply.text);
    }
    server.get("reader", &format!("{API}/records?limit=many")).refused(400, "BAD_REQUEST");
    server.post("reader", &format!("{API}/resolve-ref?surprise=1"), json!({})).refused(400, "BAD_REQUEST");
}

#[test]
fn a_long_value_does_not_come_back_whole() {
    let server = Server::start();
    let reply = server.post("reader", &format!("{API}/query"), json!({"limits": {"maxBytes": "x".repeat(100_000)}}));
    reply.refused(400, "BAD_REQUEST");
    assert!(reply.text.len() < 2_000, "{} bytes", reply.text.len());
}

#[test]
fn a_compressed_body_is_read() {
    let server = Server::start();
    let body = gzip(b"{\"requested\": \"main\"}");
    let resolved = server.ask("reader", "POST", &format!("{API}/resolve-ref"), &GZIP, &body).expect(200);
    assert_eq!(resolved["requested"], "main");
    let other = [JSON[0], ("content-encoding", "br")];
    server.ask("reader", "POST", &format!("{API}/resolve-ref"), &other, &body).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    server.ask("reader", "POST", &format!("{API}/resolve-ref"), &GZIP, b"not gzip").refused(400, "BAD_REQUEST");
}

#[test]
fn a_body_is_bounded_after_decompression() {
    let server = Server::with(ServeOptions { max_json_bytes: 1000, ..ServeOptions::default() });
    let path = format!("{API}/resolve-ref");
    let padded = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
    server.ask("reader", "POST", &path, &JSON, padded(1000).as_bytes()).expect(200);
    server.ask("reader", "POST", &path, &JSON, padded(1001).as_bytes()).refused(413, "TOO_LARGE");
    server.ask("reader", "POST", &path, &GZIP, &gzip(padded(1000).as_bytes())).expect(200);
    let bomb = gzip(padded(1 << 20).as_bytes());
    assert!(bomb.len() < 2000, "a bomb is small: {} bytes", bomb.len());
    server.ask("reader", "POST", &path, &GZIP, &bomb).refused(413, "TOO_LARGE");
}

#[test]
fn a_body_is_not_read_before_its_token() {
    let server = Server::with(ServeOptions { max_json_bytes: 10, ..ServeOptions::default() });
    let reply = server.ask("", "POST", &format!("{API}/resolve-ref"), &JSON, &[b' '; 100]);
    reply.refused(401, "UNAUTHENTICATED");
}

//! What answers without a token, and what every answer carries.

use super::description::operations;
use super::server::{API, Server};
use lorekeep::engine::{ConditionView, Coverage};
use lorekeep::face::http::{ServeOptions, description};
use lorekeep::face::wire::Readiness;
use serde_json::{Value, json};

#[test]
fn health_and_readiness_are_open() {
    let server = Server::start();
    let health = server.get("", "/healthz");
    assert_eq!((health.status, health.text.as_str()), (200, "ok\n"));
    let ready = server.get("", "/readyz").expect(200);
    assert_eq!(ready["ready"], true);
    assert!(ready["conditions"].as_array().unwrap().iter().all(|part| part["status"] == "True"), "{ready}");
    assert_eq!(ready["index"], json!({"landings": 2, "indexed": 2}), "those of both orgs");
}

#[test]
fn a_server_is_ready_before_history_is_filled_in() {
    let part = |status: &str| ConditionView {
        kind: "Git".to_owned(),
        status: status.to_owned(),
        reason: "Ok".to_owned(),
        message: String::new(),
    };
    let covered = Coverage { landings: 701, indexed: 1 };
    let ready = serde_json::to_value(Readiness::of(vec![part("True")], covered)).unwrap();
    assert_eq!((&ready["ready"], &ready["index"]), (&true.into(), &json!({"landings": 701, "indexed": 1})));
    assert!(!Readiness::of(vec![part("True"), part("False")], covered).ready);
}

#[test]
fn a_server_that_lost_its_data_is_alive_and_not_ready() {
    let server = Server::start();
    std::fs::remove_dir_all(server.data_dir().join("index")).unwrap();
    assert_eq!(server.get("", "/healthz").status, 200);
    let ready = server.get("", "/readyz").expect(503);
    assert_eq!(ready["ready"], false);
}

#[test]
fn the_description_that_is_served_is_the_one_that_is_tested() {
    let server = Server::start();
    let served = server.get("", "/api/openapi.json").expect(200);
    assert_eq!(served, serde_json::to_value(description()).unwrap());
}

#[test]
fn the_page_for_people_shows_every_route_and_loads_nothing() {
    let server = Server::start();
    let page = server.get("", "/api/docs");
    assert_eq!(page.status, 200);
    for (method, path, _) in operations() {
        assert!(page.text.contains(&format!("<td><code>{method}</code><td><code>{path}</code>")), "{method} {path}");
    }
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    for asset in ["<script", "<img", "<link", "src=", "http://", "https://"] {
        assert!(!page.text.contains(asset), "the page holds {asset}");
    }
}

#[test]
fn every_described_route_is_served_and_takes_no_other_method() {
    let server = Server::start();
    let api = serde_json::to_value(description()).unwrap();
    for (path, item) in api["paths"].as_object().unwrap() {
        let address = path.replace("{org}", "a5c").replace("{repository}", "brain.git");
        let address = address.replace(['{', '}'], "");
        for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] {
            let reply = server.ask("admin", method, &address, &[], b"");
            let described = item.get(method.to_lowercase()).is_some();
            assert_eq!(reply.status != 405, described, "{method} {path}: {reply:?}");
            assert!(!reply.text.contains("no such route"), "{method} {path}");
        }
    }
}

#[test]
fn what_no_route_takes_is_refused_as_json() {
    let server = Server::start();
    let missing = server.get("", "/api/nothing");
    missing.refused(404, "NOT_FOUND");
    let method = server.ask("", "DELETE", "/healthz", &[], b"");
    method.refused(405, "BAD_REQUEST");
    assert_eq!(method.header("allow"), Some("GET,HEAD"));
}

#[test]
fn every_answer_carries_its_correlation_id_and_is_closed_to_browsers() {
    let server = Server::start();
    for path in ["/healthz", "/api/nothing", API, &format!("{API}/repositories"), "/orgs/a5c/brain.git/info/refs"] {
        let reply = server.ask("", "GET", path, &[("x-correlation-id", "run-17.b_C")], b"");
        assert_eq!(reply.header("x-correlation-id"), Some("run-17.b_C"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        if reply.header("content-type") == Some("application/json") {
            assert_eq!(reply.json()["error"]["correlationId"], "run-17.b_C", "{path}");
        }
        let made = server.ask("", "GET", path, &[("x-correlation-id", "no spaces please")], b"");
        assert!(made.header("x-correlation-id").unwrap().starts_with("lk-"), "{path}");
    }
}

#[test]
fn the_counters_are_for_this_machine_and_for_admins() {
    let server = Server::start();
    server.get("reader", &format!("{API}/repositories")).expect(200);
    let local = server.get("", "/metrics");
    assert_eq!(local.status, 200);
    assert!(
        local.text.contains(
            "lorekeep_http_requests_total{method=\"GET\",route=\"/api/orgs/{org}/agents/memory/repositories\",status=\"200\"} 1"
        ),
        "{}",
        local.text
    );
    assert!(local.text.contains("lorekeep_http_requests_in_flight 1"), "{}", local.text);
    for (state, count) in [("indexed", 2), ("missing", 0)] {
        let gauge = format!("lorekeep_index_landings{{state=\"{state}\"}} {count}\n");
        assert!(local.text.contains(&gauge), "{}", local.text);
    }
    assert!(local.text.ends_with("# EOF\n"));
    let proxied = [("x-forwarded-for", "203.0.113.9")];
    assert_eq!(server.ask("", "GET", "/metrics", &proxied, b"").status, 401);
    assert_eq!(server.ask("reader", "GET", "/metrics", &proxied, b"").status, 403);
    assert_eq!(server.ask("admin", "GET", "/metrics", &proxied, b"").status, 200);
}

#[test]
fn too_many_requests_are_turned_away_with_a_time_to_come_back() {
    let server = Server::with(ServeOptions { max_requests: 0, ..ServeOptions::default() });
    let reply = server.get("reader", &format!("{API}/repositories"));
    reply.refused(429, "RATE_LIMITED");
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(server.get("", "/healthz").status, 200);
}

#[test]
fn a_request_that_takes_too_long_is_ended() {
    let server = Server::with(ServeOptions { request_timeout: std::time::Duration::ZERO, ..ServeOptions::default() });
    // An answer may be faster than the shortest timer, but not every time.
    let replies = (0..100).map(|_| server.get("reader", &format!("{API}/repositories")));
    replies.into_iter().find(|reply| reply.status != 200).expect("one is too slow").refused(503, "UNAVAILABLE");
}

#[test]
fn a_connection_that_dawdles_over_its_head_is_closed() {
    let header_timeout = std::time::Duration::from_millis(50);
    let server = Server::with(ServeOptions { header_timeout, ..ServeOptions::default() });
    let answer = server.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let server = Server::start();
    let head = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n", "x".repeat(80 << 10));
    let answer = server.raw(head.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[test]
fn a_request_under_way_is_finished_before_the_server_ends() {
    let mut server = Server::start();
    let token = server.token("reader").to_owned();
    let body = "{}";
    let head = format!(
        "POST {API}/resolve-ref HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    server.stop();
    while std::net::TcpStream::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let resolved: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(resolved["organization"], "a5c");
    server.wait();
}

#[test]
fn a_connection_whose_request_was_not_read_whole_is_closed() {
    let server = Server::start();
    let head = format!("POST {API}/query HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    let answer = server.raw(format!("{head}{{").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    let reused =
        "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(server.raw(reused.as_bytes()).matches("HTTP/1.1 200 OK").count(), 2);
}

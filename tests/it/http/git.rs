//! Git's smart protocol, spoken by the real git.

use super::server::{API, REPOSITORY, Server, git};
use lorekeep::face::http::ServeOptions;
use serde_json::json;
use std::path::{Path, PathBuf};

const NOTE: &str = "# Learned\n\nPushed with git.\n";

/// The address of the repository, with the token of someone.
fn url(server: &Server, who: &str) -> String {
    format!("http://any:{}@{}/orgs/a5c/{REPOSITORY}.git", server.token(who), server.address)
}

fn run(dir: &Path, args: &[&str]) -> String {
    let (well, said) = git(dir, args);
    assert!(well, "git {args:?}: {said}");
    said
}

fn clone(server: &Server, who: &str, dir: &Path) -> PathBuf {
    run(dir, &["clone", "--quiet", &url(server, who), who]);
    dir.join(who)
}

fn commit(work: &Path, path: &str, content: &[u8]) {
    let file = work.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, content).unwrap();
    run(work, &["add", "."]);
    run(work, &["commit", "--quiet", "-m", "Learn"]);
}

fn tip(server: &Server) -> String {
    let resolved = server.post("reader", &format!("{API}/resolve-ref"), json!({})).expect(200);
    resolved["resolvedCommit"].as_str().unwrap().to_owned()
}

fn info_refs(service: &str) -> String {
    format!("/orgs/a5c/{REPOSITORY}.git/info/refs?service={service}")
}

#[test]
fn a_reader_clones_and_fetches() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "reader", dir.path());
    assert!(work.join("README.md").exists());
    assert_eq!(run(&work, &["rev-parse", "HEAD"]).trim(), tip(&server));
    for version in ["0", "1", "2"] {
        run(&work, &["-c", &format!("protocol.version={version}"), "fetch", "--quiet", "origin"]);
    }
    run(dir.path(), &["clone", "--quiet", "--depth=1", "--filter=blob:none", &url(&server, "reader"), "partial"]);
}

#[test]
fn what_a_maintainer_pushes_is_read_at_once() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "maintainer", dir.path());
    commit(&work, "notes/learned.md", NOTE.as_bytes());
    run(&work, &["push", "--quiet", "origin", "HEAD:main"]);
    assert_eq!(run(&work, &["rev-parse", "HEAD"]).trim(), tip(&server));
    let document = server.get("reader", &format!("{API}/documents?path=notes/learned.md")).expect(200);
    assert_eq!(document["document"]["text"], NOTE);
    let metrics = server.get("", "/metrics").text;
    assert!(metrics.contains("lorekeep_git_pushes_total{result=\"ok\"} 1"), "{metrics}");
}

#[test]
fn a_push_of_megabytes_comes_in_chunks() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "maintainer", dir.path());
    // Text that does not compress well, below the limit of one file.
    for file in 0..4_u64 {
        let mut state = file + 1;
        let line = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("{:x}\n", state >> 8)
        };
        let text: String = (0..50_000).map(line).collect();
        commit(&work, &format!("data/{file}.txt"), text.as_bytes());
    }
    run(&work, &["-c", "http.postBuffer=65536", "push", "--quiet", "origin", "HEAD:main"]);
    assert_eq!(run(&work, &["rev-parse", "HEAD"]).trim(), tip(&server));
}

#[test]
fn a_reader_cannot_push() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "reader", dir.path());
    commit(&work, "notes/learned.md", NOTE.as_bytes());
    let before = tip(&server);
    let (well, said) = git(&work, &["push", "origin", "HEAD:main"]);
    assert!(!well && said.contains("403"), "{said}");
    assert_eq!(tip(&server), before);
}

#[test]
fn the_route_decides_and_not_the_service_of_the_query() {
    let server = Server::start();
    let push = format!("/orgs/a5c/{REPOSITORY}.git/git-receive-pack?service=git-upload-pack");
    let headers = [("content-type", "application/x-git-receive-pack-request")];
    let reply = server.ask("reader", "POST", &push, &headers, b"0000");
    assert_eq!(reply.status, 403, "{reply:?}");
    assert!(reply.text.contains("POLICY_DENIED") && reply.text.contains("lk-"), "{}", reply.text);
    assert!(reply.header("content-type").unwrap().starts_with("text/plain"));
}

#[test]
fn the_dumb_protocol_is_refused() {
    let server = Server::start();
    for query in ["", "?service=", "?service=git-upload-archive", "?service=git-upload-pack&x=1"] {
        let reply = server.get("reader", &format!("/orgs/a5c/{REPOSITORY}.git/info/refs{query}"));
        assert_eq!(reply.status, 403, "{query}");
        assert!(reply.text.contains("smart protocol"), "{}", reply.text);
    }
    for file in ["HEAD", "objects/info/packs", "config"] {
        assert_eq!(server.get("reader", &format!("/orgs/a5c/{REPOSITORY}.git/{file}")).status, 404);
    }
}

#[test]
fn a_request_says_what_it_is() {
    let server = Server::start();
    for service in ["git-upload-pack", "git-receive-pack"] {
        let path = format!("/orgs/a5c/{REPOSITORY}.git/{service}");
        for kind in ["", "text/plain", "application/x-git-upload-pack-result", "application/json"] {
            let reply = server.ask("maintainer", "POST", &path, &[("content-type", kind)], b"0000");
            assert_eq!(reply.status, 415, "{service} {kind}");
        }
        let kind = format!("application/x-{service}-request");
        let brotli = [("content-type", kind.as_str()), ("content-encoding", "br")];
        assert_eq!(server.ask("maintainer", "POST", &path, &brotli, b"0000").status, 415);
    }
}

#[test]
fn an_advertisement_is_what_git_expects_and_is_not_kept() {
    let server = Server::start();
    let reply = server.get("reader", &info_refs("git-upload-pack"));
    assert_eq!(reply.status, 200);
    assert!(reply.text.starts_with("001e# service=git-upload-pack\n0000"), "{}", reply.text);
    assert_eq!(reply.header("content-type"), Some("application/x-git-upload-pack-advertisement"));
    assert!(reply.header("cache-control").unwrap().starts_with("no-cache"));
    let version_2 = [("git-protocol", "version=2")];
    let reply = server.ask("reader", "GET", &info_refs("git-upload-pack"), &version_2, b"");
    assert!(reply.text.starts_with("000eversion 2\n"), "{}", reply.text);
}

#[test]
fn a_probe_before_a_large_push_is_answered() {
    let server = Server::start();
    let headers = [("content-type", "application/x-git-receive-pack-request")];
    let path = format!("/orgs/a5c/{REPOSITORY}.git/git-receive-pack");
    let reply = server.ask("maintainer", "POST", &path, &headers, b"0000");
    assert_eq!((reply.status, reply.text.as_str()), (200, ""));
    assert_eq!(reply.header("content-type"), Some("application/x-git-receive-pack-result"));
}

#[test]
fn what_git_cannot_read_is_refused() {
    let server = Server::start();
    let headers = [("content-type", "application/x-git-upload-pack-request")];
    let path = format!("/orgs/a5c/{REPOSITORY}.git/git-upload-pack");
    let reply = server.ask("reader", "POST", &path, &headers, b"this is no pkt-line");
    assert_eq!(reply.status, 400, "{reply:?}");
    let gzip = [headers[0], ("content-encoding", "gzip")];
    assert_eq!(server.ask("reader", "POST", &path, &gzip, b"this is no gzip").status, 400);
}

#[test]
fn a_push_is_bounded() {
    let server = Server::with(ServeOptions { max_push_bytes: 2000, ..ServeOptions::default() });
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "maintainer", dir.path());
    let before = tip(&server);
    let noise: Vec<u8> = (0..6000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    commit(&work, "data/noise.bin", &noise);
    for buffer in ["1048576", "65536", "1000"] {
        let (well, said) = git(&work, &["-c", &format!("http.postBuffer={buffer}"), "push", "origin", "HEAD:main"]);
        assert!(!well, "{said}");
    }
    assert_eq!(tip(&server), before);
    let headers = [("content-type", "application/x-git-receive-pack-request")];
    let reply = server.ask(
        "maintainer",
        "POST",
        &format!("/orgs/a5c/{REPOSITORY}.git/git-receive-pack"),
        &headers,
        &[b'0'; 3000],
    );
    assert_eq!(reply.status, 413, "{reply:?}");
}

#[test]
fn a_narrowed_token_does_not_fetch() {
    let server = Server::start();
    let reply = server.get("scoped", &info_refs("git-upload-pack"));
    assert_eq!(reply.status, 403);
    assert!(reply.text.contains("SCOPED_TOKEN"), "{}", reply.text);
}

#[test]
fn a_repository_that_is_not_there_is_not_found() {
    let server = Server::start();
    for name in ["none.git", "brain", "brain.git.git", "..%2f..%2frival%2fbrain.git", ".git", "-x.git"] {
        let reply = server.get("reader", &format!("/orgs/a5c/{name}/info/refs?service=git-upload-pack"));
        assert_eq!(reply.status, 404, "{name}: {reply:?}");
    }
}

#[test]
fn git_that_is_busy_says_so() {
    let server = Server::with(ServeOptions { max_git_per_repository: 0, ..ServeOptions::default() });
    let reply = server.get("reader", &info_refs("git-upload-pack"));
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("retry-after"), Some("1"));
}

#[test]
fn a_push_whose_body_stands_still_is_ended_and_moves_nothing() {
    let git_idle = std::time::Duration::from_millis(50);
    let server = Server::with(ServeOptions { git_idle, ..ServeOptions::default() });
    let before = tip(&server);
    let head = format!(
        "POST /orgs/a5c/{REPOSITORY}.git/git-receive-pack HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-git-receive-pack-request\r\nContent-Length: 1000\r\n\r\n0094",
        server.token("maintainer")
    );
    let answer = server.raw(head.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(tip(&server), before);
}

#[test]
fn a_push_is_finished_although_its_client_goes_away() {
    let mut server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "maintainer", dir.path());
    let old = tip(&server);
    commit(&work, "notes/learned.md", NOTE.as_bytes());
    let new = run(&work, &["rev-parse", "HEAD"]).trim().to_owned();
    send_and_leave(&server, &work, &old, &new);
    // The end of the server waits for the push.
    server.stop();
    server.wait();
    let (_, tip) = git(&server.data_dir().join("orgs/a5c/brain.git"), &["rev-parse", "refs/heads/main"]);
    assert_eq!(tip.trim(), new);
}

/// Sends a whole push and hangs up before its answer.
fn send_and_leave(server: &Server, work: &Path, old: &str, new: &str) {
    use std::io::{Read, Write};
    let line = format!("{old} {new} refs/heads/main\0report-status\n");
    let mut body = format!("{:04x}{line}0000", line.len() + 4).into_bytes();
    body.extend(pack(work, old, new));
    let head = format!(
        "POST /orgs/a5c/{REPOSITORY}.git/git-receive-pack HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-git-receive-pack-request\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        server.token("maintainer"),
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body once git runs.
    stream.read_exact(&mut [0; 25]).unwrap();
    stream.write_all(&body).unwrap();
}

fn pack(work: &Path, old: &str, new: &str) -> Vec<u8> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut command = Command::new("git");
    command.current_dir(work).args(["pack-objects", "--stdout", "--revs", "--quiet"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{new}\n^{old}\n").as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

#[test]
fn many_clones_at_once_are_served() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for n in 0..6 {
            let (server, dir) = (&server, dir.path());
            scope.spawn(move || run(dir, &["clone", "--quiet", &url(server, "reader"), &format!("clone-{n}")]));
        }
    });
}

#[test]
fn a_push_that_breaks_a_rule_is_refused_with_its_findings() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "maintainer", dir.path());
    let before = tip(&server);
    commit(&work, "runbooks/broken.md", b"---\nid: runbook:broken\nkind: Rumbook\ntitle: x\nstatus: draft\nowners: [team:a]\nupdatedAt: 2026-05-10T12:00:00Z\n---\n");
    let (well, said) = git(&work, &["push", "origin", "HEAD:main"]);
    assert!(!well && said.contains("LK201") && said.contains("runbooks/broken.md"), "{said}");
    assert_eq!(tip(&server), before);
}

#[test]
fn a_push_is_decided_for_each_reference() {
    let server = Server::start();
    let dir = tempfile::tempdir().unwrap();
    let work = clone(&server, "proposer", dir.path());
    let before = tip(&server);
    commit(&work, "notes/learned.md", NOTE.as_bytes());
    let (well, said) = git(&work, &["push", "origin", "HEAD:main", "HEAD:krate/agent-memory/mine"]);
    assert!(!well && said.contains("main"), "{said}");
    assert_eq!(tip(&server), before);
    run(&work, &["push", "--quiet", "origin", "HEAD:krate/mine"]);
    let (well, said) = git(&work, &["push", "origin", "HEAD:refs/tags/memory/snapshots/mine"]);
    assert!(!well, "{said}");
}

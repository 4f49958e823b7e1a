//! Streams of changes, read from a real server.

use super::server::{API, JSON, ORG, OTHER, REPOSITORY, Server};
use lorekeep::access::Role;
use lorekeep::base::{Clock, OrgId, Principal, RepositoryName, Timestamp, time::SystemClock};
use lorekeep::face::http::ServeOptions;
use lorekeep::records::{CHANGES_KEPT_SECONDS, Records, RecordsError};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

const UPDATES: &str = "agentmemoryupdates";
const REPOSITORIES: &str = "agentmemoryrepositories";

/// A stream that a test reads.
struct Stream {
    lines: BufReader<Box<dyn Read + Send>>,
}

#[derive(Debug)]
struct Sent {
    event: String,
    id: Option<String>,
    data: Value,
}

impl Sent {
    fn sort(&self) -> &str {
        self.data["type"].as_str().unwrap()
    }

    fn name(&self) -> &str {
        self.data["object"]["metadata"]["name"].as_str().unwrap_or_else(|| panic!("{self:?}"))
    }

    fn phase(&self) -> &str {
        self.data["object"]["status"]["phase"].as_str().unwrap_or_else(|| panic!("{self:?}"))
    }

    fn names(&self) -> Vec<&str> {
        let items = self.data["object"]["items"].as_array().unwrap_or_else(|| panic!("{self:?}"));
        items.iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
    }
}

impl Stream {
    fn open(server: &Server, token: &str, of: &str, path: &str, since: Option<&str>) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.timeout_global(Some(std::time::Duration::from_secs(120))).build().into();
        let uri = format!("http://{}/api/watch/orgs/{of}/{path}", server.address);
        let mut request = ureq::http::Request::builder().uri(uri).header("authorization", format!("Bearer {token}"));
        if let Some(since) = since {
            request = request.header("last-event-id", since);
        }
        let response = agent.run(request.body(()).unwrap()).unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { lines: BufReader::new(Box::new(response.into_body().into_reader())) }
    }

    fn of(server: &Server, who: &str, path: &str) -> Self {
        Self::open(server, server.token(who), ORG, path, None)
    }

    /// The next event; `None` where the stream ends.
    fn try_next(&mut self) -> Option<Sent> {
        let (mut event, mut id, mut data) = (String::new(), None, Value::Null);
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", value)) => event = value.to_owned(),
                Some(("id", value)) => id = Some(value.to_owned()),
                Some(("data", value)) => data = serde_json::from_str(value).unwrap(),
                _ if line == "\n" => return Some(Sent { event, id, data }),
                _ => panic!("no field of an event: {line}"),
            }
        }
    }

    /// The next event that is no sign of life.
    fn next(&mut self) -> Sent {
        loop {
            let sent = self.try_next().expect("the stream goes on");
            if sent.sort() != "BOOKMARK" {
                return sent;
            }
        }
    }
}

fn propose(server: &Server, path: &str) -> Value {
    let content = "# A note\n\nWhat was learned.\n";
    let body = json!({"title": path, "reason": "it cost a day", "changes": [{"path": path, "action": "upsert", "content": content}]});
    server.post("proposer", &format!("{API}/updates"), body).expect(201)
}

fn id(update: &Value) -> &str {
    update["metadata"]["name"].as_str().unwrap()
}

fn act(server: &Server, who: &str, update: &Value, action: &str) -> Value {
    let mut body = json!({});
    if action == "comment" {
        body = json!({"body": "is it so?"});
    }
    if ["approve", "merge"].contains(&action) {
        body = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    }
    server.post(who, &format!("{API}/updates/{}/{action}", id(update)), body).expect(200)
}

#[test]
fn a_stream_begins_with_what_there_is_and_goes_on_with_each_change_in_order() {
    let server = Server::start();
    let first = propose(&server, "notes/a.md");
    let mut stream = Stream::of(&server, "reader", UPDATES);
    let sync = stream.next();
    assert_eq!((sync.event.as_str(), sync.sort(), sync.names()), ("krate", "SYNC", vec![id(&first)]));
    assert_eq!(sync.data["object"]["complete"], true);
    assert!(sync.id.is_some());
    assert_eq!(sync.data["resource"], UPDATES);
    let listed = server.get("reader", &format!("{API}/updates")).expect(200);
    assert_eq!(sync.data["object"]["items"][0], listed["items"][0], "things are shown as lists show them");

    let second = propose(&server, "notes/b.md");
    let added = stream.next();
    assert_eq!((added.sort(), added.name(), added.phase()), ("ADDED", id(&second), "AwaitingApproval"));
    for (who, action, phase) in [
        ("proposer", "comment", "AwaitingApproval"),
        ("reviewer", "approve", "Approved"),
        ("reviewer", "merge", "Merged"),
    ] {
        act(&server, who, &second, action);
        let modified = stream.next();
        assert_eq!((modified.sort(), modified.name(), modified.phase()), ("MODIFIED", id(&second), phase), "{action}");
    }
}

#[test]
fn a_list_comes_in_pages_and_its_cursor_with_the_last() {
    let server = Server::start();
    let mut all: Vec<String> = (0..23).map(|n| id(&propose(&server, &format!("notes/{n}.md"))).to_owned()).collect();
    all.reverse();
    let mut stream = Stream::of(&server, "reader", UPDATES);
    let (first, last) = (stream.next(), stream.next());
    assert_eq!([first.names(), last.names()].concat(), all);
    assert_eq!((first.id.is_some(), &first.data["object"]["complete"]), (false, &json!(false)));
    assert_eq!((last.id.is_some(), &last.data["object"]["complete"]), (true, &json!(true)));
}

#[test]
fn repositories_are_watched_and_a_landing_changes_one() {
    let server = Server::start();
    let mut stream = Stream::of(&server, "reader", REPOSITORIES);
    let sync = stream.next();
    assert_eq!(sync.names(), [REPOSITORY]);
    let update = propose(&server, "notes/a.md");
    act(&server, "reviewer", &update, "approve");
    let merged = act(&server, "reviewer", &update, "merge");
    let landed = stream.next();
    assert_eq!((landed.sort(), landed.name()), ("MODIFIED", REPOSITORY));
    assert_eq!(landed.data["object"]["status"]["tip"], merged["status"]["mergeCommit"]);
    server.post("admin", &format!("{API}/repositories"), json!({"name": "second"})).expect(201);
    let added = stream.next();
    assert_eq!((added.sort(), added.name()), ("ADDED", "second"));
}

#[test]
fn changes_of_another_org_never_show() {
    let server = Server::start();
    let mut stream = Stream::open(&server, server.token("outsider"), OTHER, UPDATES, None);
    let (mut repositories, mut own) = (
        Stream::open(&server, server.token("outsider"), OTHER, REPOSITORIES, None),
        Stream::of(&server, "reader", UPDATES),
    );
    assert!(stream.next().names().is_empty());
    assert_eq!(repositories.next().names(), [REPOSITORY]);
    own.next();
    for n in 0..3 {
        propose(&server, &format!("notes/{n}.md"));
    }
    (0..3).for_each(|_| drop(own.next()));
    let path = format!("/api/orgs/{OTHER}/agents/memory/updates");
    let body = json!({"title": "theirs", "reason": "r", "changes": [{"path": "notes/t.md", "action": "upsert", "content": "# T\n"}]});
    let theirs = server.post("outsider", &path, body).expect(201);
    let sent = stream.next();
    assert_eq!((sent.sort(), sent.name()), ("ADDED", id(&theirs)), "the first that comes is their own");
    let path = format!("/api/watch/orgs/{ORG}/{UPDATES}");
    server.get("outsider", &path).refused(404, "ORG_NOT_FOUND");
}

#[test]
fn a_narrowed_token_is_told_of_nothing_that_it_cannot_read() {
    let server = Server::start();
    propose(&server, "notes/hidden.md");
    let mut stream = Stream::of(&server, "scoped", UPDATES);
    assert!(stream.next().names().is_empty());
    propose(&server, "notes/hidden-too.md");
    let seen = propose(&server, "runbooks/seen.md");
    let sent = stream.next();
    assert_eq!((sent.sort(), sent.name()), ("ADDED", id(&seen)));
}

#[test]
fn a_stream_goes_on_where_another_was_left_also_after_a_restart() {
    let mut server = Server::start();
    let mut stream = Stream::of(&server, "reader", UPDATES);
    stream.next();
    let first = propose(&server, "notes/a.md");
    let second = propose(&server, "notes/b.md");
    let left = stream.next();
    assert_eq!(left.name(), id(&first));
    drop(stream);
    server.restart(ServeOptions::default());
    let third = propose(&server, "notes/c.md");
    let mut again = Stream::open(&server, server.token("reader"), ORG, UPDATES, left.id.as_deref());
    let (next, last) = (again.next(), again.next());
    assert_eq!((next.sort(), next.name()), ("ADDED", id(&second)), "nothing is lost, and nothing comes twice");
    assert_eq!((last.sort(), last.name()), ("ADDED", id(&third)));
    let mut end = Stream::open(&server, server.token("reader"), ORG, UPDATES, last.id.as_deref());
    let fourth = propose(&server, "notes/d.md");
    assert_eq!(end.next().name(), id(&fourth));
}

#[test]
fn what_is_not_kept_any_more_is_told_and_followed_by_what_there_is() {
    let server = Server::start();
    let mut stream = Stream::of(&server, "reader", UPDATES);
    let old = stream.next().id.unwrap();
    let update = propose(&server, "notes/a.md");
    let newest = stream.next().id.unwrap();
    let records = Records::open(&server.data_dir().join("records.sqlite3")).unwrap();
    let now = SystemClock.now();
    let later = Timestamp::from_seconds(now.seconds() + CHANGES_KEPT_SECONDS);
    for at in [now, later] {
        let purged: Result<usize, RecordsError> = records.write(|tx| tx.purge_changes(at));
        purged.unwrap();
    }
    let foreign = Stream::open(&server, server.token("outsider"), OTHER, UPDATES, None).next().id.unwrap();
    let of_another_resource = Stream::of(&server, "reader", REPOSITORIES).next().id.unwrap();
    for since in [old.as_str(), &foreign, &of_another_resource, "", "nonsense"] {
        let mut stream = Stream::open(&server, server.token("reader"), ORG, UPDATES, Some(since));
        let (gone, sync) = (stream.next(), stream.next());
        assert_eq!((gone.event.as_str(), gone.sort()), ("gone", "GONE"), "{since}");
        assert_eq!(gone.data["object"]["status"], 410);
        assert_eq!((sync.sort(), sync.names()), ("SYNC", vec![id(&update)]));
    }
    let mut resumed = Stream::open(&server, server.token("reader"), ORG, UPDATES, Some(&newest));
    let next = propose(&server, "notes/b.md");
    assert_eq!(resumed.next().name(), id(&next), "nothing is missing after the newest");
}

#[test]
fn filters_are_by_phase_name_and_repository() {
    let server = Server::start();
    server.post("admin", &format!("{API}/repositories"), json!({"name": "second"})).expect(201);
    let propose = |repository: &str, path: &str| {
        let changes = json!([{"path": path, "action": "upsert", "content": "# A\n"}]);
        let body = json!({"memoryRepository": repository, "title": path, "reason": "r", "changes": changes});
        server.post("proposer", &format!("{API}/updates"), body).expect(201)
    };
    let one = propose(REPOSITORY, "notes/a.md");
    let mut approved = Stream::of(&server, "reader", &format!("{UPDATES}?phase=Approved"));
    let mut named = Stream::of(&server, "reader", &format!("{UPDATES}?name={}", id(&one)));
    let mut second = Stream::of(&server, "reader", &format!("{UPDATES}?repository=second"));
    assert!(approved.next().names().is_empty());
    assert_eq!(named.next().names(), [id(&one)]);
    assert!(second.next().names().is_empty());

    let other = propose("second", "notes/b.md");
    act(&server, "reviewer", &one, "approve");
    act(&server, "proposer", &one, "comment");
    act(&server, "reviewer", &one, "merge");
    let sorts: Vec<String> = (0..3).map(|_| approved.next().sort().to_owned()).collect();
    assert_eq!(sorts[..2], ["ADDED", "MODIFIED"], "what comes into the phase is new there");
    assert_eq!(sorts[2], "DELETED", "and what leaves it is gone");
    assert_eq!([named.next().phase(), named.next().phase(), named.next().phase()][2], "Merged");
    assert_eq!(second.next().name(), id(&other));
}

#[test]
fn what_cannot_be_watched_is_refused_before_the_stream() {
    let server = Server::start();
    let path = |rest: &str| format!("/api/watch/orgs/{ORG}/{rest}");
    let unknown = server.get("reader", &path("agentsecrets"));
    unknown.refused(404, "NOT_FOUND");
    assert!(unknown.text.contains(UPDATES) && unknown.text.contains(REPOSITORIES), "{unknown:?}");
    server.get("", &path(UPDATES)).refused(401, "UNAUTHENTICATED");
    server.get("reader", &path("agentmemoryupdates?phase=Nowhere")).refused(400, "BAD_REQUEST");
    server.get("reader", &path("agentmemoryupdates?surprise=1")).refused(400, "BAD_REQUEST");
    server.get("reader", &path("agentmemoryupdates?repository=nobodys")).refused(403, "CROSS_ORG_REF_DENIED");
}

#[test]
fn a_token_that_is_taken_back_or_ends_ends_its_streams() {
    let server = Server::start();
    let operator = server.operator();
    let (org, who) = (OrgId::parse(ORG).unwrap(), Principal::parse("user:guest").unwrap());
    let revoked = operator.create_token(&org, "guest", &who, Role::Reader, None, None).unwrap();
    let ending = operator.create_token(&org, "guest", &who, Role::Reader, None, Some(2)).unwrap();
    let mut streams = [&revoked, &ending].map(|token| Stream::open(&server, &token.token, ORG, REPOSITORIES, None));
    streams.iter_mut().for_each(|stream| drop(stream.next()));
    operator.revoke_token(&revoked.id).unwrap();
    for stream in &mut streams {
        while let Some(sent) = stream.try_next() {
            assert_eq!(sent.sort(), "BOOKMARK");
        }
    }
    let mut other = Stream::of(&server, "reader", REPOSITORIES);
    other.next();
    operator.create_repository(&org, &RepositoryName::parse("third").unwrap(), None, &mut |_, _| ()).unwrap();
    assert_eq!(other.next().name(), "third", "what another process does is seen, and other streams go on");
}

#[test]
fn a_silent_stream_shows_that_it_lives_and_where_to_go_on() {
    let server =
        Server::with(ServeOptions { watch_heartbeat: std::time::Duration::from_millis(50), ..ServeOptions::default() });
    let mut stream = Stream::of(&server, "reader", UPDATES);
    stream.next();
    let bookmark = stream.try_next().unwrap();
    assert_eq!((bookmark.sort(), &bookmark.data["object"]), ("BOOKMARK", &json!({})));
    let update = propose(&server, "notes/a.md");
    let mut again = Stream::open(&server, server.token("reader"), ORG, UPDATES, bookmark.id.as_deref());
    assert_eq!(again.next().name(), id(&update));
}

#[test]
fn streams_are_counted_and_end_with_the_server() {
    let mut server = Server::with(ServeOptions { max_watchers: 1, ..ServeOptions::default() });
    let mut only = Stream::of(&server, "reader", UPDATES);
    only.next();
    server.get("reader", &format!("/api/watch/orgs/{ORG}/{UPDATES}")).refused(429, "RATE_LIMITED");
    server.stop();
    assert!(only.try_next().is_none_or(|sent| sent.sort() == "BOOKMARK"));
    server.wait();
}

#[test]
fn a_reader_that_does_not_read_is_dropped_and_nobody_else_is_held_up() {
    let stall = std::time::Duration::from_millis(200);
    let server = Server::with(ServeOptions { max_watchers: 2, write_stall: stall, ..ServeOptions::default() });
    let update = propose(&server, "notes/a.md");
    let mut reading = Stream::of(&server, "reader", UPDATES);
    reading.next();
    let mut deaf = TcpStream::connect(server.address).unwrap();
    let token = server.token("reader");
    write!(deaf, "GET /api/watch/orgs/{ORG}/{UPDATES} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
        .unwrap();
    let path = format!("{API}/updates/{}/comment", id(&update));
    // Each event is large, and none is too large to be sent whole.
    let (long, short) = (json!({"body": "word ".repeat(3000)}).to_string(), json!({"body": "word"}).to_string());
    let mut told = 0;
    // The place of the deaf one is free once the server has let go of it.
    while !is_free(&server) {
        assert!(told < 400, "the reader that does not read holds its place");
        let words = if told < 12 { &long } else { &short };
        server.ask("proposer", "POST", &path, &JSON, words.as_bytes()).expect(200);
        assert_eq!(reading.next().name(), id(&update));
        told += 1;
    }
    assert!(told > 1, "there was something that it did not read");
    drop(deaf);
}

/// Whether a second stream has room.
fn is_free(server: &Server) -> bool {
    let token = server.token("reader");
    let mut probe = TcpStream::connect(server.address).unwrap();
    write!(
        probe,
        "GET /api/watch/orgs/{ORG}/{REPOSITORIES} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    .unwrap();
    let mut head = [0; 12];
    probe.read_exact(&mut head).unwrap();
    match &head {
        b"HTTP/1.1 200" => true,
        b"HTTP/1.1 429" => false,
        other => panic!("{}", String::from_utf8_lossy(other)),
    }
}

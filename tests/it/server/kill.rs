//! kill -9 of the server in the middle of merges and pushes, again and again: what was acknowledged is there, once.
//!
//! `LOREKEEP_KILLS` says how many merges and how many pushes are interrupted.

use super::host::{API, Host, ORG, git};
use super::note;
use crate::support::{Client, TestRepo};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// How many merges and how many pushes are interrupted when nobody says otherwise: one for each moment.
const KILLS: usize = MOMENTS.len();

/// How often in a row a push may be overtaken by a merge.
const OVERTAKEN: usize = 20;

/// What a client is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Propose,
    Approve,
    Merge,
    Push,
}

/// When the server is killed, counted from the beginning of a step. The end of the step is the last moment of each.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// At once.
    Begun,
    /// When the objects of a push lie in their quarantine.
    Quarantined,
    /// When the hook has decided.
    Reported,
    /// When the records were written so many times.
    Written(usize),
    /// When the lock of the default branch is taken.
    Locked,
    /// When the default branch has moved.
    Moved,
    /// When the answer is there.
    Ended,
}

const MOMENTS: [Moment; 8] = [
    Moment::Begun,
    Moment::Written(1),
    Moment::Quarantined,
    Moment::Locked,
    Moment::Moved,
    Moment::Reported,
    Moment::Written(2),
    Moment::Ended,
];

/// What clients and the killer know of each other.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    client: Client,
    /// How many servers there were.
    lives: usize,
    begun: [usize; 4],
    ended: [usize; 4],
    stop: bool,
    /// Whether there will be no server any more, because the test has failed.
    gone: bool,
}

/// Tells the clients to stop when the killing is over.
struct Over<'a>(&'a Shared);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.change(|state| (state.stop, state.gone) = (true, std::thread::panicking()));
    }
}

impl Shared {
    fn new(client: Client) -> Self {
        let state = State { client, lives: 1, begun: [0; 4], ended: [0; 4], stop: false, gone: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
        changed
    }

    /// Does a step, seen by the killer: tries until a try gives something, each on the server that there is then.
    fn step<T>(&self, step: Step, mut attempt: impl FnMut(&Client) -> Option<T>) -> T {
        let (mut client, mut lives) = self.change(|state| {
            state.begun[step as usize] += 1;
            (state.client.clone(), state.lives)
        });
        loop {
            if let Some(done) = attempt(&client) {
                self.change(|state| state.ended[step as usize] += 1);
                return done;
            }
            (client, lives) = self.await_another(lives);
        }
    }

    /// Waits for another server than the one that went away; where none comes, gives the same again a little later.
    fn await_another(&self, than: usize) -> (Client, usize) {
        let state = self.state.lock().unwrap();
        let same = |state: &mut State| state.lives == than && !state.gone;
        let (state, _) = self.changed.wait_timeout_while(state, Duration::from_secs(2), same).unwrap();
        let (gone, another) = (state.gone, (state.client.clone(), state.lives));
        drop(state);
        assert!(!gone, "the server is gone for good");
        another
    }

    /// Waits until so many of a step have ended: nobody runs so far ahead that the other is overtaken without end.
    fn await_ended(&self, step: Step, times: usize) {
        let state = self.state.lock().unwrap();
        let behind = |state: &mut State| state.ended[step as usize] < times && !state.stop;
        drop(self.changed.wait_while(state, behind).unwrap());
    }

    /// Waits until a step begins, and gives how many of them had ended by then.
    fn await_begin(&self, step: Step) -> usize {
        let state = self.state.lock().unwrap();
        let before = state.begun[step as usize];
        let begins = |state: &mut State| state.begun[step as usize] == before;
        let (state, waited) = self.changed.wait_timeout_while(state, Duration::from_secs(60), begins).unwrap();
        let ended = state.ended[step as usize];
        drop(state);
        assert!(!waited.timed_out(), "no {step:?} has begun for a minute");
        ended
    }

    fn has_ended(&self, step: Step, before: usize) -> bool {
        self.state.lock().unwrap().ended[step as usize] > before
    }

    fn stopped(&self) -> bool {
        self.state.lock().unwrap().stop
    }

    /// Asks, with a key, until there is an answer of this status.
    fn insist(&self, step: Step, token: &str, path: &str, key: &str, body: &Value, status: u16) -> Value {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let (path, body) = (format!("{API}/{path}"), body.to_string());
        let reply = self.step(step, |client| {
            let reply = client.try_ask(token, "POST", &path, &headers, body.as_bytes());
            reply.ok().filter(|reply| reply.status < 500)
        });
        reply.expect(status)
    }
}

/// What a client was told has landed.
struct Landed {
    path: String,
    text: String,
    commit: String,
    /// The update, where it was merged.
    update: Option<String>,
}

/// Lands one update after the other until it is told to stop.
fn merge_on(shared: &Shared, proposer: &str, reviewer: &str) -> Vec<Landed> {
    let mut landed = Vec::new();
    while !shared.stopped() {
        let n = landed.len();
        shared.await_ended(Step::Push, n.saturating_sub(1));
        let (path, text) = (format!("terms/merged-{n}.md"), note(&format!("term:merged-{n}"), &format!("Merged {n}.")));
        let changes = json!([{"path": path, "action": "upsert", "content": text, "reason": "learned"}]);
        let body = json!({"title": format!("Merge {n}"), "reason": "It was learned.", "changes": changes});
        let update = shared.insist(Step::Propose, proposer, "updates", &format!("propose-{n}"), &body, 201);
        let id = update["metadata"]["name"].as_str().unwrap().to_owned();
        let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
        let at = |action: &str| (format!("updates/{id}/{action}"), format!("{action}-{n}"));
        let (approve, key) = at("approve");
        shared.insist(Step::Approve, reviewer, &approve, &key, &digest, 200);
        let (merge, key) = at("merge");
        let merged = shared.insist(Step::Merge, reviewer, &merge, &key, &digest, 200);
        let commit = merged["status"]["mergeCommit"].as_str().unwrap().to_owned();
        landed.push(Landed { path, text, commit, update: Some(id) });
    }
    landed
}

/// Pushes one commit after the other until it is told to stop.
fn push_on(shared: &Shared, clone: TestRepo, token: &str) -> Vec<Landed> {
    let url = |client: &Client| format!("http://any:{token}@{}/orgs/{ORG}/brain.git", client.address());
    let mut landed = Vec::new();
    while !shared.stopped() {
        let n = landed.len();
        let (path, text) = (format!("terms/pushed-{n}.md"), note(&format!("term:pushed-{n}"), &format!("Pushed {n}.")));
        clone.commit_files(&[(&path, &text)], &format!("Push {n}"));
        shared.step(Step::Push, |client| {
            let mut said = String::new();
            for _ in 0..OVERTAKEN {
                let (pushed, why) = git(&clone, &["push", "--quiet", &url(client), "HEAD:main"]);
                if pushed {
                    return Some(());
                }
                said = why;
                // Without a server there is nothing to catch up with.
                git(&clone, &["pull", "--quiet", "--rebase", &url(client), "main"]).0.then_some(())?;
            }
            panic!("a push is refused again and again: {said}");
        });
        // A push that was acknowledged to nobody may be below what was merged since.
        let commit = clone.git(&["rev-list", "--max-count=1", &format!("--grep=^Push {n}$"), "HEAD"]);
        landed.push(Landed { path, text, commit, update: None });
    }
    landed
}

/// What is looked at to know how far a step has come.
struct Watch {
    git_dir: PathBuf,
    hooks: PathBuf,
    wal: PathBuf,
    tip: Vec<u8>,
    written: (u64, Option<std::time::SystemTime>),
    writes: usize,
}

impl Watch {
    fn new(host: &Host) -> Self {
        let (git_dir, data) = (host.git_dir(), host.data_dir());
        let (hooks, wal) = (data.join("hooks"), data.join("records.sqlite3-wal"));
        let (tip, written) = (read(&git_dir.join("refs/heads/main")), size(&wal));
        Self { git_dir, hooks, wal, tip, written, writes: 0 }
    }

    fn has_come(&mut self, moment: Moment) -> bool {
        match moment {
            Moment::Begun => true,
            Moment::Quarantined => any_named(&self.git_dir.join("objects"), "tmp_objdir"),
            Moment::Reported => any_named(&self.hooks, "report-"),
            Moment::Written(times) => self.count_writes() >= times,
            Moment::Locked => self.git_dir.join("refs/heads/main.lock").exists(),
            Moment::Moved => read(&self.git_dir.join("refs/heads/main")) != self.tip,
            Moment::Ended => false,
        }
    }

    fn count_writes(&mut self) -> usize {
        let now = size(&self.wal);
        self.writes += usize::from(now != self.written);
        self.written = now;
        self.writes
    }
}

fn read(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap_or_default()
}

fn size(file: &Path) -> (u64, Option<std::time::SystemTime>) {
    std::fs::metadata(file).map_or((0, None), |data| (data.len(), data.modified().ok()))
}

fn any_named(folder: &Path, prefix: &str) -> bool {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.into_iter().any(|name| name.to_string_lossy().starts_with(prefix))
}

/// Kills the server in the middle of a step, and starts it again.
fn interrupt(host: &mut Host, shared: &Shared, step: Step, moment: Moment) {
    let before = shared.await_begin(step);
    let mut watch = Watch::new(host);
    while !watch.has_come(moment) && !shared.has_ended(step, before) {
        std::thread::yield_now();
    }
    host.kill();
    host.restart();
    shared.change(|state| (state.client, state.lives) = (host.client().clone(), state.lives + 1));
}

fn kills() -> usize {
    let said = std::env::var_os("LOREKEEP_KILLS").map(|text| text.to_string_lossy().parse().expect("it is a number"));
    said.unwrap_or(KILLS)
}

/// A server, and what its clients were told has landed while it was killed all the time.
fn survived() -> (Host, Vec<Landed>) {
    let mut host = Host::new();
    let [proposer, reviewer, maintainer] =
        [("agent:scribe", "proposer"), ("user:rae", "reviewer"), ("user:mia", "maintainer")]
            .map(|(who, role)| host.token(who, role));
    let clone = host.clone(&maintainer);
    let shared = Shared::new(host.client().clone());
    let landed = std::thread::scope(|scope| {
        let merging = scope.spawn(|| merge_on(&shared, &proposer, &reviewer));
        let pushing = {
            let (shared, token) = (&shared, &maintainer);
            scope.spawn(move || push_on(shared, clone, token))
        };
        let over = Over(&shared);
        for round in 0..kills() {
            let moment = MOMENTS[round % MOMENTS.len()];
            interrupt(&mut host, &shared, Step::Merge, moment);
            interrupt(&mut host, &shared, Step::Push, moment);
            if round % 4 == 1 {
                interrupt(&mut host, &shared, Step::Propose, moment);
                interrupt(&mut host, &shared, Step::Approve, moment);
            }
        }
        drop(over);
        let mut landed = merging.join().unwrap();
        landed.extend(pushing.join().unwrap());
        landed
    });
    host.kill();
    host.restart();
    (host, landed)
}

#[test]
fn what_was_acknowledged_is_there_once_whenever_the_server_is_killed() {
    let (mut host, landed) = survived();
    let token = host.token("user:rita", "reader");
    let (merges, pushes): (Vec<_>, Vec<_>) = landed.iter().partition(|one| one.update.is_some());
    assert!(merges.len() >= kills() && pushes.len() >= kills(), "{} {}", merges.len(), pushes.len());
    assert_line(&host, &merges, &pushes);
    assert_updates(&host, &token, &merges);
    assert_landing_times(&host, &token);
    assert_audit(&host, merges.len(), pushes.len());
    assert_eq!(host.git(&["fsck", "--full", "--strict", "--no-dangling"]), "");
    assert_eq!(host.operate(&["doctor"]), "");
    for one in &landed {
        let document = host.get(&token, &format!("{API}/documents?path={}", one.path)).expect(200);
        assert_eq!(document["document"]["text"], one.text, "{}", one.path);
    }
    assert_index_is_as_a_fresh_one(&mut host, &token, &landed);
}

/// Every acknowledged commit stands on the approved line once, and nothing else does.
fn assert_line(host: &Host, merges: &[&Landed], pushes: &[&Landed]) {
    let trailer = |key: &str| format!("%(trailers:key={key},valueonly,separator=%x2C)");
    let format = format!("--format=%H|%s|{}|{}", trailer("Update"), trailer("Approved-by"));
    let log = host.git(&["log", "--first-parent", &format, "main"]);
    let line: BTreeMap<&str, Vec<&str>> =
        log.lines().map(|row| row.split_once('|').unwrap()).map(|(id, rest)| (id, rest.split('|').collect())).collect();
    for merge in merges {
        let [_, update, approvals] = line.get(&*merge.commit).expect("an acknowledged merge is on the line")[..] else {
            panic!("{log}");
        };
        assert_eq!(Some(update), merge.update.as_deref());
        assert!(approvals.starts_with("user:rae ") && !approvals.contains(','), "{approvals}");
    }
    for push in pushes {
        assert!(line.contains_key(&*push.commit), "the acknowledged push of {} is not on the line", push.path);
    }
    assert_eq!(line.len(), 1 + merges.len() + pushes.len(), "what nobody was told of has landed:\n{log}");
    let subjects: std::collections::BTreeSet<_> = line.values().map(|row| row[0]).collect();
    assert_eq!(subjects.len(), line.len(), "something has landed twice:\n{log}");
}

/// Phases agree with git, and a retried proposal is one update with one branch and one approval.
fn assert_updates(host: &Host, token: &str, merges: &[&Landed]) {
    let mut updates = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = host.get(token, &format!("{API}/updates?limit=50{cursor}")).expect(200);
        updates.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let of: BTreeMap<_, _> = updates.iter().map(|u| (u["metadata"]["name"].as_str().unwrap(), &u["status"])).collect();
    for merge in merges {
        let status = of[merge.update.as_deref().unwrap()];
        assert_eq!((&status["phase"], &status["mergeCommit"]), (&json!("Merged"), &json!(merge.commit)), "{status}");
        assert_eq!(status["approvals"].as_array().unwrap().len(), 1, "{status}");
        assert_eq!(status["revision"], 1, "{status}");
    }
    assert_eq!(updates.len(), merges.len(), "an update was proposed twice");
    let branches = host.git(&["for-each-ref", "--format=%(refname)", "refs/heads/krate/agent-memory"]);
    assert_eq!(branches.lines().count(), updates.len(), "{branches}");
}

/// Every commit of the line has a landing time, and none landed before the one below it.
fn assert_landing_times(host: &Host, token: &str) {
    let mut before = String::new();
    for commit in host.git(&["rev-list", "--first-parent", "--reverse", "main"]).lines() {
        let resolved = host.post(token, &format!("{API}/resolve-ref"), json!({"requested": commit})).expect(200);
        assert_eq!(resolved["approved"], true, "{resolved}");
        let landed = resolved["landedAt"].as_str().expect("it has landed").to_owned();
        assert!(landed >= before, "{commit} landed at {landed}, and the one below it at {before}");
        before = landed;
    }
}

/// Each landing was audited once. That the chain holds, `doctor` says.
fn assert_audit(host: &Host, merges: usize, pushes: usize) {
    let db = rusqlite::Connection::open(host.data_dir().join("records.sqlite3")).unwrap();
    let count = |event: &str| -> usize {
        let sql = "SELECT count(*) FROM audit WHERE event = ?1";
        db.query_row(sql, [event], |row| row.get::<_, i64>(0)).unwrap().try_into().unwrap()
    };
    let counted = ["proposed", "approved", "merged"].map(|word| count(&format!("agent.memory.update.{word}")));
    assert_eq!(counted, [merges; 3]);
    assert_eq!(count("push.accepted"), pushes);
}

/// Questions are answered alike by the index that went through it all, and by a new one.
fn assert_index_is_as_a_fresh_one(host: &mut Host, token: &str, landed: &[Landed]) {
    let before = answers(host, token, landed);
    host.kill();
    std::fs::remove_dir_all(host.data_dir().join("index").join(ORG)).unwrap();
    host.restart();
    assert_eq!(answers(host, token, landed), before);
}

fn answers(host: &Host, token: &str, landed: &[Landed]) -> Vec<String> {
    let asked = ["merged", "pushed", "company brain", "merged-0", "pushed-1"];
    let mut answers: Vec<String> = asked
        .iter()
        .map(|text| {
            let body = json!({"query": {"text": text, "modes": ["graph", "grep"]}, "explain": true});
            let reply = host.post(token, &format!("{API}/query"), body);
            assert!(!reply.expect(200)["records"].as_array().unwrap().is_empty(), "nothing is found for {text}");
            reply.text
        })
        .collect();
    // An old commit is answered for as well.
    let body = json!({"resolvedCommit": landed[landed.len() / 2].commit, "query": {"text": "merged pushed"}});
    answers.push(host.post(token, &format!("{API}/query"), body).text);
    answers.push(host.get(token, &format!("{API}/records?kind=Term&limit=200")).text);
    answers
}

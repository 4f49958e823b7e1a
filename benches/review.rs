//! What review costs: a merge, and the time from its answer until a query shows it; and many clients at once.
//!
//! `cargo bench --bench review` makes a memory of 10,000 notes (`LOREKEEP_BENCH_NOTES`), lands 100 updates one by one
//! (`LOREKEEP_BENCH_MERGES`), then has 64 clients (`LOREKEEP_BENCH_CLIENTS`) propose, approve and merge for 60 seconds
//! (`LOREKEEP_BENCH_SECONDS`), and prints times in milliseconds. In process: no HTTP.

#[allow(dead_code, reason = "the other benches use the rest")]
mod corpus;
mod import;

use import::Import;
use lorekeep::base::time::SystemClock;
use lorekeep::base::{OrgId, Principal, RepositoryName};
use lorekeep::engine::{
    Ask, Caller, Code, Engine, EngineConfig, EngineError, Mode, NewChange, NewUpdate, Question, RefRequest, Role,
    UpdateAction, UpdateView,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let scratch = tempfile::tempdir().expect("a scratch folder can be made");
    let notes = number("LOREKEEP_BENCH_NOTES", 10_000);
    let bench = Bench::new(scratch.path(), notes);
    println!("{notes} notes, in process, milliseconds\n\n| step | p50 | p99 | n |\n| --- | ---: | ---: | ---: |");
    bench.one_by_one(number("LOREKEEP_BENCH_MERGES", 100));
    let seconds = Duration::from_secs(number("LOREKEEP_BENCH_SECONDS", 60) as u64);
    bench.many(number("LOREKEEP_BENCH_CLIENTS", 64), seconds);
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var_os(name).and_then(|text| text.to_str()?.parse().ok()).unwrap_or(usual)
}

/// A serving engine over a memory, and who uses it.
struct Bench {
    engine: Engine,
    proposer: Caller,
    reviewer: Caller,
}

/// What one client did: how long each round took, and how often it was refused, with why.
#[derive(Default)]
struct Rounds {
    times: Vec<f64>,
    refusals: Vec<Code>,
}

impl Bench {
    fn new(folder: &Path, notes: usize) -> Self {
        let source = folder.join("source.git");
        let (mut dice, mut import) = (corpus::dice(), Import::new_repository(&source));
        import.commit("all of it");
        for n in 0..notes {
            import.file(&path(n), &corpus::note(n, notes, 0, &mut dice));
        }
        import.end();
        let hook_program = std::env::current_exe().expect("this program has a path");
        let config = EngineConfig { data_dir: folder.join("data"), hook_program, clock: Arc::new(SystemClock) };
        let engine = Engine::serve(config).expect("the data directory opens");
        let (org, name) = (OrgId::parse("acme").expect("an org"), RepositoryName::parse("brain").expect("a name"));
        engine.create_org(&org).expect("it is new");
        let source = source.to_string_lossy();
        engine.create_repository(&org, &name, Some(&source), &mut |_, _| ()).expect("it is adopted");
        let caller = |who: &str, role| {
            let who = Principal::parse(who).expect("a principal");
            let token = engine.create_token(&org, "bench", &who, role, None, None).expect("a token is made");
            engine.authenticate(&token.token).expect("it is valid")
        };
        let (proposer, reviewer) = (caller("agent:writer", Role::Proposer), caller("user:reader", Role::Reviewer));
        let bench = Self { engine, proposer, reviewer };
        assert!(!bench.shows("queryablenowhere"));
        bench
    }

    /// Lands updates one after the other.
    fn one_by_one(&self, merges: usize) {
        let (mut proposed, mut merged, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..merges {
            let word = format!("queryable{n}x");
            let (update, time) = timed(|| self.propose(&format!("one/{n}.md"), &word).expect("it is taken"));
            proposed.push(time);
            self.act(&update, approve(&update)).expect("it is approved");
            let (landed, time) = timed(|| self.act(&update, merge(&update)).expect("it lands"));
            assert!(landed.merge_commit.is_some());
            merged.push(time);
            shown.push(timed(|| assert!(self.shows(&word), "{word} is queryable")).1);
        }
        for (name, times) in [("propose", proposed), ("merge", merged), ("merged until queried", shown)] {
            row(name, times);
        }
    }

    /// Has many clients land updates at once, each its own notes.
    fn many(&self, clients: usize, during: Duration) {
        let end = Instant::now() + during;
        let rounds: Vec<Rounds> = std::thread::scope(|scope| {
            let client = |n| scope.spawn(move || self.client(n, end));
            let running: Vec<_> = (0..clients).map(client).collect();
            running.into_iter().map(|thread| thread.join().expect("a client ends well")).collect()
        });
        let times: Vec<f64> = rounds.iter().flat_map(|r| r.times.iter().copied()).collect();
        let (landed, seconds) = (times.len(), during.as_secs_f64());
        row(&format!("{clients} clients: propose, approve, merge"), times);
        let refused: Vec<Code> = rounds.into_iter().flat_map(|r| r.refusals).collect();
        println!("\n{:.1} merges a second; {} refusals: {refused:?}", landed as f64 / seconds, refused.len());
        let found = (0..clients).filter(|n| self.shows(&format!("client{n}round0x"))).count();
        println!("the first update of {found} of {clients} clients is found");
    }

    fn client(&self, n: usize, end: Instant) -> Rounds {
        let mut rounds = Rounds::default();
        for round in 0.. {
            if Instant::now() >= end {
                break;
            }
            let word = format!("client{n}round{round}x");
            let (done, time) = timed(|| {
                let update = self.propose(&format!("many/{n}-{round}.md"), &word)?;
                self.act(&update, approve(&update))?;
                self.act(&update, merge(&update))
            });
            match done {
                Ok(_) => rounds.times.push(time),
                Err(error) => rounds.refusals.push(error.code),
            }
        }
        rounds
    }

    fn propose(&self, path: &str, word: &str) -> Result<UpdateView, EngineError> {
        let id = path.replace(['/', '.'], "-");
        let content = format!(
            "---\nid: runbook:{id}\nkind: Runbook\ntitle: {id}\nstatus: approved\nowners: [team:platform]\n\
             updatedAt: 2026-05-01T00:00:00Z\n---\n# {id}\n\nIt says {word}.\n"
        );
        let change = NewChange {
            path: path.to_owned(),
            action: "upsert".to_owned(),
            content: Some(content),
            from: None,
            reason: None,
        };
        let update = NewUpdate { title: format!("Write {path}"), changes: vec![change], ..NewUpdate::default() };
        self.engine.propose(&self.proposer, &update)
    }

    fn act(&self, update: &UpdateView, action: UpdateAction) -> Result<UpdateView, EngineError> {
        self.engine.act(&self.reviewer, &update.id, &action)
    }

    /// Whether a query at the tip finds a word.
    fn shows(&self, word: &str) -> bool {
        let question = Question { text: Some(word.to_owned()), mode: Mode::GraphOnly, ..Question::default() };
        let ask = Ask { question, at: RefRequest::default(), ..Ask::default() };
        !self.engine.query(&self.reviewer, &ask).expect("it answers").outcome.records.is_empty()
    }
}

fn approve(update: &UpdateView) -> UpdateAction {
    let expected_diff_digest = update.diff_digest.to_string();
    UpdateAction::Approve { expected_diff_digest, comment: None, signature: None }
}

fn merge(update: &UpdateView) -> UpdateAction {
    UpdateAction::Merge { expected_diff_digest: update.diff_digest.to_string() }
}

fn path(n: usize) -> String {
    format!("runbooks/area-{}/note-{n}.md", n / 100)
}

fn timed<T>(action: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = action();
    (value, start.elapsed().as_secs_f64() * 1e3)
}

fn row(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    println!("| {name} | {:.1} | {:.1} | {} |", at(0.5), at(0.99), times.len());
}

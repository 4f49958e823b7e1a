//! What a memory costs: parse, validate, index, query now and 500 landings ago, grep, merge.
//!
//! `cargo bench` prints the figures for a generated repository of 2,000 notes and 601 landings;
//! `LOREKEEP_BENCH_REPO=path/to/repo.git cargo bench` for a real one.

mod corpus;

use criterion::{BatchSize, Criterion, Throughput};
use lorekeep::base::time::FixedClock;
use lorekeep::base::{RepoPath, Timestamp};
use lorekeep::engine::{Ask, LocalGrep, Memory, Mode, Question, RefRequest, ValidateTarget};
use lorekeep::note::{self, Limits};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at(Timestamp::parse("2026-11-01T00:00:00Z").expect("it is a time")))
}

fn open(repository: &Path) -> Memory {
    Memory::local(repository, clock()).expect("the repository opens")
}

fn back(landings: usize) -> RefRequest {
    RefRequest { requested: Some(format!("HEAD~{landings}")), ..RefRequest::default() }
}

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch folder can be made");
    let repository = corpus::repository(scratch.path());
    let mut c = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(5)).configure_from_args();
    parse(&mut c);
    validate(&mut c, &repository);
    index(&mut c, &repository);
    let memory = open(&repository);
    memory.index(&mut |_, _| ()).expect("it can be indexed");
    query(&mut c, &memory);
    grep(&mut c, &memory);
    merge::bench(&mut c, scratch.path());
    c.final_summary();
}

fn parse(c: &mut Criterion) {
    let text = corpus::note(1, corpus::NOTES, 1, &mut corpus::dice());
    let path = RepoPath::parse("runbooks/note-1.md").expect("it is a path");
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("one note", |b| b.iter(|| note::read(black_box(&path), text.as_bytes(), &Limits::default())));
    group.finish();
}

fn validate(c: &mut Criterion, repository: &Path) {
    let mut group = c.benchmark_group("validate");
    group.sample_size(10);
    let target = ValidateTarget::Commit(RefRequest::default());
    group.bench_function("the tip, cold", |b| {
        b.iter_batched(
            || open(repository),
            |m| m.validate(&target, None, &[]).expect("it validates"),
            BatchSize::PerIteration,
        )
    });
    group.finish();
}

fn index(c: &mut Criterion, repository: &Path) {
    let mut group = c.benchmark_group("index");
    group.sample_size(10);
    group.bench_function("the whole line", |b| {
        b.iter_batched(
            || {
                Memory::forget_index(repository).expect("it can be forgotten");
                open(repository)
            },
            |m| m.index(&mut |_, _| ()).expect("it can be indexed"),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn ask(at: RefRequest) -> Ask {
    let question =
        Question { text: Some("playwright retry budget".to_owned()), mode: Mode::GraphAndGrep, ..Question::default() };
    Ask { at, question, explain: true, ..Ask::default() }
}

fn query(c: &mut Criterion, memory: &Memory) {
    let mut group = c.benchmark_group("query");
    for (name, at) in [("at the tip", RefRequest::default()), ("500 landings ago", back(500))] {
        let ask = ask(at);
        group.bench_function(name, |b| b.iter(|| memory.query(black_box(&ask)).expect("it answers")));
    }
    group.finish();
}

fn grep(c: &mut Criterion, memory: &Memory) {
    let mut group = c.benchmark_group("grep");
    let patterns = [("literal", "flaky checks", false), ("regex", r"retry\s+(budget|quota)", true)];
    for (name, pattern, regex) in patterns {
        for (when, at) in [("tip", RefRequest::default()), ("500 ago", back(500))] {
            let question = LocalGrep { pattern: pattern.to_owned(), regex, ..LocalGrep::default() };
            group.bench_function(format!("{name}, {when}"), |b| {
                b.iter(|| memory.grep(black_box(&question), &at).expect("it answers"))
            });
        }
    }
    group.finish();
}

/// A proposal, its approval and its signed merge through the engine, each durable.
mod merge {
    use super::{Criterion, Path, clock};
    use lorekeep::access::Role;
    use lorekeep::base::{OrgId, Principal, RepositoryName};
    use lorekeep::engine::{Caller, Engine, EngineConfig, NewChange, NewUpdate, UpdateAction};

    pub fn bench(c: &mut Criterion, scratch: &Path) {
        let data_dir = scratch.join("data");
        let engine = Engine::serve(EngineConfig { data_dir, hook_program: "/bin/true".into(), clock: clock() })
            .expect("it opens");
        let org = OrgId::parse("bench").expect("it is an org");
        engine.create_org(&org).expect("it is made");
        engine
            .create_repository(&org, &RepositoryName::parse("brain").expect("it is a name"), None, &mut |_, _| ())
            .expect("it is made");
        let (agent, reviewer) =
            (caller(&engine, &org, "agent:claude", Role::Proposer), caller(&engine, &org, "user:ada", Role::Reviewer));
        let mut n = 0;
        let mut group = c.benchmark_group("merge");
        group.sample_size(20);
        group.bench_function("propose, approve, merge", |b| {
            b.iter(|| {
                n += 1;
                land(&engine, &agent, &reviewer, n);
            });
        });
        group.finish();
    }

    fn caller(engine: &Engine, org: &OrgId, principal: &str, role: Role) -> Caller {
        let principal = Principal::parse(principal).expect("it is a principal");
        let token = engine.create_token(org, "bench", &principal, role, None, None).expect("it is made");
        engine.authenticate(&token.token).expect("it is good")
    }

    fn land(engine: &Engine, agent: &Caller, reviewer: &Caller, n: usize) {
        let change = NewChange {
            path: format!("notes/n-{n}.md"),
            action: "upsert".to_owned(),
            content: Some(format!("# Note {n}\n\nText {n}.\n")),
            from: None,
            reason: None,
        };
        let new = NewUpdate { title: format!("note {n}"), changes: vec![change], ..NewUpdate::default() };
        let update = engine.propose(agent, &new).expect("it is proposed");
        let expected_diff_digest = update.diff_digest.to_string();
        engine
            .act(
                reviewer,
                &update.id,
                &UpdateAction::Approve {
                    expected_diff_digest: expected_diff_digest.clone(),
                    comment: None,
                    signature: None,
                },
            )
            .expect("it is approved");
        let merged =
            engine.act(reviewer, &update.id, &UpdateAction::Merge { expected_diff_digest }).expect("it is merged");
        assert_eq!(merged.phase, "Merged");
    }
}

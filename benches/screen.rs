//! What the screens find, and how fast: precision and recall on the labelled corpus, MiB a second of processor time on prose,
//! and with a repository every hit in it.
//!
//! `cargo bench --bench screen`; `LOREKEEP_BENCH_REPO=path/to/repo.git cargo bench --bench screen` measures on the files of the tip
//! of a real repository and lists what is found there, for somebody to judge.

#[path = "../tests/it/screen/corpus/mod.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod corpus;
#[path = "corpus.rs"]
#[allow(dead_code, reason = "only its notes are needed")]
mod generated;
#[path = "../tests/it/screen/tokens.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod tokens;

use lorekeep::base::time::FixedClock;
use lorekeep::base::{BlobStore, Timestamp};
use lorekeep::engine::{Memory, RefRequest, ValidateTarget};
use lorekeep::git::{At, ReadRepository, RefSpec, Repository};
use lorekeep::screen::{find_injections, find_secrets_in_bytes, find_suspects};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// How often each scan is measured; the best is told.
const RUNS: usize = 9;
/// The largest blob that is read.
const MAX_BLOB: u64 = 64 << 20;

/// Goes through a text: how many hits.
type Scan = fn(&str) -> usize;

fn main() {
    found_in_the_corpus();
    match std::env::var_os("LOREKEEP_BENCH_REPO") {
        None => speed("generated prose", &generated_prose()),
        Some(repository) => {
            let repository = Path::new(&repository);
            speed(&repository.display().to_string(), &texts_of(repository));
            found_in(repository);
        }
    }
}

fn found_in_the_corpus() {
    println!("| family | to be found | found | harmless | found there | precision | recall |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for set in corpus::sets() {
        let (families, all) = set.scores();
        row(&format!("**{} ({})**", set.rule, set.name), all);
        families.into_iter().for_each(|(family, score)| row(&family, score));
    }
}

fn row(name: &str, score: corpus::Score) {
    let (bad, good) = (score.found + score.missed, score.wrong + score.left_alone);
    let (precision, recall) = (score.precision(), score.recall());
    println!("| {name} | {bad} | {} | {good} | {} | {precision:.3} | {recall:.3} |", score.found, score.wrong);
}

fn generated_prose() -> Vec<String> {
    let mut dice = generated::dice();
    (0..5_000).map(|n| generated::note(n, 5_000, 1, &mut dice)).collect()
}

/// The files of the tip that are text.
fn texts_of(repository: &Path) -> Vec<String> {
    let repo = Repository::open(repository).expect("the repository opens");
    let tip = repo.default_branch().expect("it has a default branch");
    let (tip, _) = repo.resolve(&RefSpec::Named(tip)).expect("it has a commit");
    let entries = repo.files(At::Commit(tip)).expect("its tree can be read");
    let blobs = entries.iter().filter_map(|entry| repo.blob(entry.oid, MAX_BLOB).ok());
    blobs.filter_map(|blob| String::from_utf8(blob.to_vec()).ok()).collect()
}

fn speed(of: &str, texts: &[String]) {
    let mebibytes = texts.iter().map(String::len).sum::<usize>() as f64 / f64::from(1 << 20);
    println!("\n{of}: {} texts, {mebibytes:.1} MiB; the best of {RUNS} runs, MiB a second of one core", texts.len());
    let scans: [(&str, Scan); 4] = [
        ("secrets (LK501)", |text| find_secrets_in_bytes(text.as_bytes()).len()),
        ("suspicious strings (LK502)", |text| find_suspects(text.as_bytes()).len()),
        ("injections (LK503)", |text| find_injections(text).len()),
        ("all three", |text| {
            let bytes = text.as_bytes();
            find_secrets_in_bytes(bytes).len() + find_suspects(bytes).len() + find_injections(text).len()
        }),
    ];
    for (name, scan) in scans {
        let (mut best, mut hits) = (f64::MAX, 0);
        for _ in 0..RUNS {
            let begun = Stopwatch::start();
            hits = texts.iter().map(|text| scan(black_box(text))).sum();
            best = best.min(begun.seconds());
        }
        println!("{name:28} {:8.0} MiB/s   {hits} hits", mebibytes / best);
    }
}

/// Every finding of the three rules at the tip, one a line.
fn found_in(repository: &Path) {
    let now = Timestamp::parse("2026-11-01T00:00:00Z").expect("it is a time");
    let memory = Memory::local(repository, Arc::new(FixedClock::at(now))).expect("the repository opens");
    let target = ValidateTarget::Commit(RefRequest::default());
    let report = memory.validate(&target, None, &[]).expect("it validates").report;
    for code in ["LK501", "LK502", "LK503"] {
        let findings: Vec<_> = report.findings.iter().filter(|finding| finding.code == code).collect();
        println!("\n{code}: {} findings", findings.len());
        for finding in findings {
            println!("{}:{}:{}: {}", finding.place.path, finding.place.line, finding.place.column, finding.message);
        }
    }
}

/// The time of the processor where the system tells it, so that a busy machine does not count; else the time of the wall.
struct Stopwatch {
    processor: Option<f64>,
    wall: Instant,
}

impl Stopwatch {
    fn start() -> Self {
        Self { processor: processor_seconds(), wall: Instant::now() }
    }

    fn seconds(&self) -> f64 {
        let processor = self.processor.zip(processor_seconds()).map(|(start, end)| end - start);
        processor.unwrap_or_else(|| self.wall.elapsed().as_secs_f64())
    }
}

/// How long this thread has run, as Linux counts it.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

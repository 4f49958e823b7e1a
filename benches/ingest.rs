//! How fast a session is read, screened, and told, and how much memory that takes: MiB of JSON lines a second of processor time.
//!
//! `cargo bench --bench ingest`; `LOREKEEP_BENCH_MIB=1024` chooses how large the generated session of Claude Code is (64 without
//! it). Beside it: reading the bytes, digesting them, parsing each line with serde_json, screening each line as one text, and
//! `jq -c .` where it is installed.

#[path = "ingest/session.rs"]
mod session;

use lorekeep::base::Digest;
use lorekeep::ingest::{Bundle, BundleLimits, Moment, SourceKind, StepKind, source};
use lorekeep::screen::Scrubber;
use serde_json::Value;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

/// What `jq` is given at most: it is slow.
const JQ_MIB: usize = 64;

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let given = std::env::var_os("LOREKEEP_BENCH_MIB").and_then(|mib| mib.into_string().ok());
    let mib: usize = given.and_then(|mib| mib.parse().ok()).unwrap_or(64);
    let scratch = tempfile::tempdir().expect("a scratch folder can be made");
    let path = scratch.path().join("0b6f2f2e-7c1d-4c58-9a52-6f3f0c1f7a11.jsonl");
    let lines = session::write(&path, mib << 20);
    let size = std::fs::metadata(&path).expect("it was written").len();
    println!("a session of {} MiB, {lines} lines; MiB a second of processor time of one core\n", size >> 20);
    ours(&path, size);
    row("read alone", size, || read(&path));
    row("digest", size, || drop(Bundle::from_file(&path, &BundleLimits::default()).expect("it is a file")));
    row("serde_json::from_str of each line", size, || {
        each_line(&path, |line| drop(black_box(serde_json::from_str::<Value>(line).expect("it is JSON"))));
    });
    let mut scrubber = Scrubber::default();
    row("the screen alone, each line a text", size, || each_line(&path, |line| drop(black_box(scrubber.text(line)))));
    jq(&path);
}

/// The whole of it: digest, lines, parse, screen, tell.
fn ours(path: &Path, size: u64) {
    let before = peak();
    let mut scrubber = Scrubber::default();
    let (mut moments, mut commands, mut kept) = (0_u64, 0_u64, Vec::new());
    let begun = processor_seconds();
    let bundle = Bundle::from_file(path, &BundleLimits::default()).expect("it is a file");
    let told = source::read(&bundle, SourceKind::ClaudeCodeSession, &mut scrubber, &mut |moment| {
        moments += 1;
        if let Moment::Step(step) = &moment
            && let StepKind::Command { line, .. } = &step.kind
        {
            commands += 1;
            kept.extend_from_slice(Digest::of(line.as_bytes()).as_str().as_bytes());
            kept.truncate(64);
        }
    });
    let (_, counts) = told.expect("it can be read");
    show("digest, read, parse, screen, tell", size, processor_seconds() - begun);
    let taken: u64 = scrubber.report().by_rule.values().sum();
    println!("    {moments} moments, {commands} commands, {taken} places taken out, {} malformed", counts.malformed);
    println!("    peak of memory {:.1} MiB, {before:.1} before\n", peak());
}

fn row(name: &str, size: u64, run: impl FnOnce()) {
    let begun = processor_seconds();
    run();
    show(name, size, processor_seconds() - begun);
}

fn show(name: &str, size: u64, seconds: f64) {
    let mebibytes = size as f64 / f64::from(1 << 20);
    println!("{name:36} {:8.0} MiB/s  {seconds:7.2} s", mebibytes / seconds);
}

fn read(path: &Path) {
    let mut file = File::open(path).expect("it is there");
    let mut buffer = vec![0; 128 << 10];
    while file.read(&mut buffer).expect("it can be read") > 0 {
        black_box(&buffer);
    }
}

fn each_line(path: &Path, mut of: impl FnMut(&str)) {
    let mut reader = BufReader::with_capacity(128 << 10, File::open(path).expect("it is there"));
    let mut line = String::new();
    while reader.read_line(&mut line).expect("it is text") > 0 {
        of(&line);
        line.clear();
    }
}

/// Time of its own process, as the system counts that of children that ended.
fn jq(path: &Path) {
    let part = path.with_extension("part");
    let mut head = Vec::new();
    let file = File::open(path).expect("it is there");
    file.take((JQ_MIB as u64) << 20).read_to_end(&mut head).expect("it can be read");
    head.truncate(head.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
    std::fs::write(&part, &head).expect("there is room");
    let begun = children_seconds();
    let run = Command::new("jq").args(["-c", "."]).arg(&part).stdout(Stdio::null()).status();
    match run.ok().filter(std::process::ExitStatus::success).zip(begun.zip(children_seconds())) {
        Some((_, (begun, ended))) => show("jq -c . (of the beginning)", head.len() as u64, ended - begun),
        None => println!("jq -c .: not measured"),
    }
}

/// How long this thread has run, as Linux counts it.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells it");
    text.split(' ').next().and_then(|time| time.parse::<f64>().ok()).expect("it is a number") / 1e9
}

/// User and system time of children, in hundredths.
fn children_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?) / 100.0)
}

/// The most memory that was held at a time, in MiB.
fn peak() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux tells it");
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is told");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().expect("it is a number") / 1024.0
}

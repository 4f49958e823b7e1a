//! What hostile input costs: every case of the list is loaded, parsed, checked and written as JSON in a process of its own.
//!
//! `cargo bench --bench hostile` prints the time and the largest memory of each, and fails where one takes more than a
//! second or 256 MiB. A name as argument runs that case alone, in this process.

mod cases;

use cases::{Case, Files};
use lorekeep::base::{Digest, FileMode, Oid, TreeEntry};
use lorekeep::change::{ParseCache, load_entries};
use lorekeep::check::check;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// The most that a case may take.
const MOST_MILLISECONDS: u128 = 1_000;
const MOST_KIB: u64 = 256 << 10;

fn main() -> ExitCode {
    // Cargo passes `--bench`.
    match std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        Some(name) => one(&name),
        None => all(),
    }
}

fn all() -> ExitCode {
    let program = std::env::current_exe().expect("this program has a path");
    let mut failed = Vec::new();
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "case", "ms", "cpu ms", "MiB", "findings");
    for case in cases::all() {
        let output = Command::new(&program).arg(case.name).output().expect("this program can be started again");
        print!("{}", String::from_utf8_lossy(&output.stdout));
        if !output.status.success() {
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            failed.push(case.name);
        }
    }
    if failed.is_empty() {
        println!("every case is within {MOST_MILLISECONDS} ms and {} MiB", MOST_KIB >> 10);
        return ExitCode::SUCCESS;
    }
    println!("beyond {MOST_MILLISECONDS} ms or {} MiB: {}", MOST_KIB >> 10, failed.join(", "));
    ExitCode::FAILURE
}

fn one(name: &str) -> ExitCode {
    let Some(Case { make, .. }) = cases::all().into_iter().find(|case| case.name == name) else {
        eprintln!("there is no case {name}");
        return ExitCode::FAILURE;
    };
    let files = make();
    let (start, busy) = (Instant::now(), busy_milliseconds());
    let findings = judge(files);
    let (took, busy, memory) = (start.elapsed().as_millis(), busy_milliseconds() - busy, peak_kib());
    println!("{name:<44} {took:>9} {busy:>9} {:>9} {findings:>9}", memory >> 10);
    // On a machine that does other work too, the time on the processor is what the case took.
    if busy <= MOST_MILLISECONDS && memory <= MOST_KIB { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Loads a tree of files, checks it and writes the findings down.
fn judge(files: Files) -> usize {
    let entries = files.into_iter().map(|(path, bytes)| (entry(path, &bytes), bytes)).collect();
    let tree = load_entries(entries, &ParseCache::new(32 << 20)).expect("what is at hand can be read");
    let report = check(&tree.check_input());
    let json = serde_json::to_string(&report.findings).expect("findings are JSON");
    assert!(json.len() < 64 << 20, "what is said of {} findings is bounded", report.findings.len());
    report.findings.len()
}

/// An entry whose object is named after its content.
fn entry(path: String, bytes: &[u8]) -> TreeEntry {
    let digest = Digest::of(bytes);
    let hex = digest.as_str().trim_start_matches("blake3:");
    let oid = Oid::parse(&hex[..40]).expect("forty digits are an object id");
    TreeEntry { path: path.into_bytes(), mode: FileMode::File, oid }
}

/// How long this process was on a processor, as Linux counts it in hundredths of a second; elsewhere nothing.
fn busy_milliseconds() -> u128 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u128>().ok()).sum::<u128>() * 10
}

/// The most memory this process ever held, as Linux counts it; elsewhere nothing.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

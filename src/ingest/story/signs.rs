//! What the output of a command says: whether it failed, and which line tells why.

use crate::ingest::text::{one_line, without_escapes};

/// What a line of output holds where something failed, and it is sure.
const FAILED: &[&str] = &[
    "error[E",
    "error: ",
    "test result: FAILED",
    "Traceback (most recent call last)",
    "npm ERR!",
    "npm error",
    "BUILD FAILED",
    "panicked at ",
    "--- FAIL",
    "FAILED ",
    "error TS",
];
/// What it holds where all was well.
const PASSED: &[&str] = &[
    "test result: ok",
    " passed",
    "0 errors",
    "BUILD SUCCESS",
    "Finished ",
    "All checks passed",
    "ok  \t",
    "0 failures",
    "no issues found",
];
/// Lines that only repeat that something failed.
const ECHOES: &[&str] = &[
    "error: could not compile",
    "error: test failed",
    "error: aborting due to",
    "error: command failed",
    "error command failed",
    "error: process completed",
    "error: recipe ",
    "npm error a complete log",
    "npm err! a complete log",
    "test result: failed",
    "error: 1 target failed",
];
/// Words of lines that tell what went wrong, the weakest last.
const WEAK: &[&str] = &[
    "failed",
    "cannot",
    "can't",
    "could not",
    "not found",
    "undefined",
    "no such",
    "denied",
    "refused",
    "unable",
    "invalid",
    "expected",
    "missing",
    "timed out",
];

/// Whether a command that hides its status failed or passed by what it printed.
pub(super) fn verdict(output: &str) -> Option<bool> {
    let holds = |signs: &[&str]| output.lines().any(|line| signs.iter().any(|sign| line.contains(sign)));
    if holds(FAILED) {
        Some(false)
    } else if holds(PASSED) {
        Some(true)
    } else {
        None
    }
}

/// The line of an output that tells why something failed, and whether it names an error rather than being the last line.
pub(in crate::ingest) fn told_error(output: &str, most: usize) -> (String, bool) {
    let output = without_escapes(output);
    let lines: Vec<&str> = output.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut best: Option<(u8, usize)> = None;
    for (at, line) in lines.iter().enumerate() {
        let rank = rank(line);
        if rank > 0 && best.is_none_or(|(best, _)| rank > best) {
            best = Some((rank, at));
        }
    }
    match best {
        Some((rank, at)) => (one_line(&with_reason(&lines, at), most), rank >= 3),
        None => (lines.last().map(|line| one_line(line, most)).unwrap_or_default(), false),
    }
}

/// A line, with the next one where it only names the place.
fn with_reason(lines: &[&str], at: usize) -> String {
    match lines.get(at + 1) {
        Some(reason) if lines[at].contains("panicked at ") && lines[at].ends_with(':') => (*reason).to_owned(),
        _ => lines[at].to_owned(),
    }
}

fn rank(line: &str) -> u8 {
    let lower = line.to_ascii_lowercase();
    if ECHOES.iter().any(|echo| lower.starts_with(echo)) {
        return 0;
    }
    if lower.starts_with("error[")
        || lower.starts_with("error: ")
        || lower.contains(": error: ")
        || lower.contains("error ts")
    {
        5
    } else if names_exception(line)
        || lower.contains("assertion")
        || lower.starts_with("npm err")
        || lower.starts_with("fatal: ")
    {
        4
    } else if lower.contains("panicked at ")
        || lower.starts_with("--- fail")
        || lower.starts_with("failed ")
        || lower.contains("error:")
    {
        3
    } else if lower.contains("error") {
        2
    } else {
        u8::from(WEAK.iter().any(|word| lower.contains(word)))
    }
}

/// Whether a line begins with the name of an exception: `ValueError: ...`, `java.io.IOException: ...`.
fn names_exception(line: &str) -> bool {
    let name = line.trim_start_matches("E ").trim_start().split(':').next().unwrap_or_default();
    let named = name.ends_with("Error") || name.ends_with("Exception");
    named
        && name.len() > 5
        && line.contains(": ")
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b))
}

//! What is printed: one JSON object a line, a measure of one system.

use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// Prints the median and the 99th percentile of times in milliseconds.
pub fn times(measure: &str, system: &str, times: Vec<f64>) {
    let (p50, p99) = (percentile(&times, 0.50), percentile(&times, 0.99));
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    print(
        json!({"measure": measure, "system": system, "unit": "ms", "p50": p50, "p99": p99, "mean": mean, "n": times.len()}),
    );
}

/// Prints one number.
pub fn number(measure: &str, system: &str, unit: &str, value: f64) {
    print(json!({"measure": measure, "system": system, "unit": unit, "p50": value, "n": 1}));
}

/// Prints something that is not as it should be, or that a reader has to know.
pub fn note(level: &str, text: &str) {
    print(json!({level: text}));
}

fn print(value: Value) {
    println!("{value}");
}

/// What an action gives, and how many milliseconds it took.
pub fn timed<T>(action: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let given = action();
    (given, start.elapsed().as_secs_f64() * 1e3)
}

/// The most memory this process ever held, in MiB, as Linux counts it.
pub fn peak_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// How many MiB the files below a folder have.
pub fn size_mebibytes(folder: &Path) -> f64 {
    bytes_below(folder) as f64 / f64::from(1 << 20)
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes_below(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.map(|entry| size(entry.expect("the folder can be read"))).sum()
}

fn percentile(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

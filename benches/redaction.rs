//! What is taken out of imports: recall on planted secrets by kind and place, what is taken out wrongly of clean text, MiB a
//! second of processor time.
//!
//! `cargo bench --bench redaction`

#[path = "../tests/it/screen/planted/mod.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod planted;

use lorekeep::screen::Scrubber;
use planted::Score;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

/// How often speed is measured; the best is told.
const RUNS: usize = 9;
/// How much clean text there is.
const CLEAN: usize = 8 << 20;

fn main() {
    let measured = planted::measure(&planted::cases(1));
    table("kind", &measured.by_kind);
    table("place", &measured.by_place);
    table("file", &measured.by_shape);
    let all = measured.all;
    println!(
        "\nall: {} of {} found, recall {:.4}; ids harmed: {}",
        all.found,
        all.planted,
        all.recall(),
        measured.harmed.len()
    );
    measured.missed.iter().chain(&measured.harmed).for_each(|case| println!("{case}"));

    let texts = planted::clean::texts(CLEAN);
    let mebibytes = texts.iter().map(String::len).sum::<usize>() as f64 / f64::from(1 << 20);
    let (count, shown) = planted::wrong(&texts);
    println!(
        "\nclean text: {count} places in {mebibytes:.1} MiB taken out wrongly, {:.2} per MiB",
        count as f64 / mebibytes
    );
    shown.iter().for_each(|place| println!("{place}"));
    println!("clean text: {:.0} MiB a second of one core", mebibytes / best(&texts));
}

fn table(name: &str, scores: &BTreeMap<&'static str, Score>) {
    println!("\n| {name} | planted | found | recall |\n| --- | ---: | ---: | ---: |");
    for (name, score) in scores {
        println!("| {name} | {} | {} | {:.3} |", score.planted, score.found, score.recall());
    }
}

/// The shortest time that all texts took, in seconds.
fn best(texts: &[String]) -> f64 {
    let once = |_| {
        let begun = (processor_seconds(), Instant::now());
        let mut scrubber = Scrubber::default();
        texts.iter().for_each(|text| drop(black_box(scrubber.text(text))));
        let processor = begun.0.zip(processor_seconds()).map(|(start, end)| end - start);
        processor.unwrap_or_else(|| begun.1.elapsed().as_secs_f64())
    };
    (0..RUNS).map(once).fold(f64::MAX, f64::min)
}

/// How long this thread has run, as Linux counts it.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

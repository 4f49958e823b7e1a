//! Counts, durations, cost, and what was wrong with the source.

use super::outcome::duration;
use super::page::{Page, codes};
use crate::ingest::story::{Story, Wait};
use crate::ingest::text::{counted, grouped, span_of_time};
use crate::ingest::{ProblemKind, SourceKind, SourceRef};
use std::collections::BTreeMap;

/// How many tools and types are named.
const MOST: usize = 8;

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("Numbers");
    tell_time(story, page);
    for wait in &story.times.waits {
        tell_wait(wait, page);
    }
    tell_spent(story, page);
    tell_counts(story, page);
    tell_problems(story, page);
}

/// The most telling counts, in one sentence.
pub(super) fn brief(story: &Story) -> String {
    let failed = |count: u64| if count > 0 { format!(", {count} failed") } else { String::new() };
    let mut parts = Vec::new();
    if story.tasks.total > 0 {
        parts.push(format!("{}{}", counted(story.tasks.total, "task"), failed(story.task_outcomes.failed)));
    }
    if story.commands.run > 0 {
        parts.push(format!("{}{}", counted(story.commands.run, "command"), failed(story.commands.failed)));
    }
    if !story.files.is_empty() {
        parts.push(format!("{} changed", counted(story.files.touched.len() as u64, "file")));
    }
    parts.extend(duration(story).map(span_of_time));
    if parts.is_empty() { String::new() } else { format!("{}.", parts.join("; ")) }
}

fn tell_time(story: &Story, page: &mut Page) {
    let Some(began) = story.head.ran.started.or(story.times.first) else { return };
    let mut sentence = format!("Began {began}");
    if let Some(seconds) = duration(story) {
        sentence.push_str(&format!(", took {}", span_of_time(seconds)));
        let waited = story.times.waited;
        if waited > 0 && waited < seconds {
            let waits = counted(story.times.wait_count, "wait");
            sentence.push_str(&format!(", {} of it in {waits} of a quarter of an hour or more", span_of_time(waited)));
        }
    }
    page.item(&format!("{sentence}."), &[]);
}

fn tell_wait(wait: &Wait, page: &mut Page) {
    let what = if wait.for_person { "for a person" } else { "before it went on" };
    page.item(&format!("It waited {} {what}.", span_of_time(wait.seconds)), &[&wait.until]);
}

fn tell_spent(story: &Story, page: &mut Page) {
    let spent = &story.spent;
    let mut parts = Vec::new();
    if spent.tokens_in + spent.tokens_out > 0 {
        parts.push(format!("{} tokens read, {} written", grouped(spent.tokens_in), grouped(spent.tokens_out)));
    }
    if spent.micro_usd > 0 {
        parts.push(format!(
            "{}.{:02} US dollars",
            grouped(spent.micro_usd / 1_000_000),
            spent.micro_usd / 10_000 % 100
        ));
    }
    if !parts.is_empty() {
        page.item(&format!("Spent: {}.", parts.join(", ")), &[]);
    }
    let mut models: Vec<&str> = story.spent.models.keys().map(String::as_str).collect();
    models
        .extend(story.head.models.iter().map(String::as_str).filter(|model| !story.spent.models.contains_key(*model)));
    if !models.is_empty() {
        let total = models.len() as u64;
        page.item(&format!("Models: {}.", codes(models, MOST, total)), &[]);
    }
}

fn tell_counts(story: &Story, page: &mut Page) {
    if story.commands.run > 0 {
        let failed = story.commands.failed;
        let failed = if failed > 0 { format!(", {} of which failed", grouped(failed)) } else { String::new() };
        page.item(&format!("{} run{failed}.", counted(story.commands.run, "command")), &[]);
    }
    if !story.counts.tools.is_empty() {
        page.item(&format!("Tools used: {}.", most_of(&story.counts.tools)), &[]);
    }
    if story.kind == SourceKind::BabysitterRun && story.events.total > 0 {
        let types = most_of(&story.counts.by_type);
        let types = if types.is_empty() { types } else { format!(": {types}") };
        page.item(&format!("{}{types}.", counted(story.events.total, "event")), &[]);
    }
    if story.artifacts.total > 0 {
        let size = counted(story.artifact_bytes, "byte");
        page.item(&format!("{} of {size}.", counted(story.artifacts.total, "artifact")), &[]);
    }
}

/// The most frequent names, with their counts.
fn most_of(counts: &BTreeMap<String, u64>) -> String {
    let mut order: Vec<(&String, &u64)> = counts.iter().collect();
    order.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let shown: Vec<String> = order.iter().map(|(name, count)| format!("{name} {}", grouped(**count))).collect();
    codes(shown.iter().map(String::as_str), MOST, order.len() as u64)
}

fn tell_problems(story: &Story, page: &mut Page) {
    let mut parts: Vec<String> = Vec::new();
    for (kind, count) in &story.problem_counts {
        let (one, many) = described(*kind);
        parts.push(format!("{} {}", grouped(*count), if *count == 1 { one } else { many }));
    }
    if parts.is_empty() {
        return;
    }
    let first: Vec<&SourceRef> = story.problems.items.iter().map(|problem| &problem.at).take(3).collect();
    page.item(&format!("Left out of the source or doubtful in it: {}.", parts.join(", ")), &first);
}

/// What a problem is called, and several of them.
fn described(kind: ProblemKind) -> (&'static str, &'static str) {
    match kind {
        ProblemKind::Malformed => ("part that is not of its format", "parts that are not of their format"),
        ProblemKind::TooLarge => ("part over a limit", "parts over a limit"),
        ProblemKind::InvalidUtf8 => ("part that is not UTF-8", "parts that are not UTF-8"),
        ProblemKind::TooDeep => ("part nested too deep", "parts nested too deep"),
        ProblemKind::ChecksumMismatch => ("checksum that does not fit", "checksums that do not fit"),
        ProblemKind::OutsideRun => ("reference out of the run", "references out of the run"),
        ProblemKind::Link => ("link", "links"),
        ProblemKind::SpecialFile => ("file that is no ordinary one", "files that are no ordinary ones"),
        ProblemKind::Missing => ("missing file", "missing files"),
        ProblemKind::UnknownType => ("part of an unknown type", "parts of unknown types"),
        ProblemKind::Truncated => ("end in the middle", "ends in the middle"),
        ProblemKind::NotKept => ("file whose bytes are not kept", "files whose bytes are not kept"),
    }
}

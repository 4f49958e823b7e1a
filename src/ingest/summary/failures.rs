//! What failed on the way, and what made it pass.

use super::page::{Page, codes};
use crate::ingest::Outcome;
use crate::ingest::markdown::code;
use crate::ingest::story::{Failure, Match, Mend, Story, ToldTask};
use crate::ingest::text::counted;
use std::collections::BTreeMap;

/// How many mends, tasks and tools are told.
const MOST_MENDS: usize = 10;
const MOST_TASKS: usize = 8;
const MOST_TOOLS: usize = 5;
/// How many files of a mend are named.
const MOST_FILES: usize = 4;

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("What failed, and what made it pass");
    tell_mends(story, page);
    tell_tasks(story, page);
    tell_tools(story, page);
}

/// ` 3 times`, or nothing for once.
pub(super) fn times(times: u64) -> String {
    if times > 1 { format!(" {times} times") } else { String::new() }
}

/// What lay between a failure and the pass, as the end of a sentence.
pub(in crate::ingest) fn what_changed(mend: &Mend) -> String {
    let files = codes(mend.changed.items.iter().map(String::as_str), MOST_FILES, mend.changed.total);
    let commands = codes(mend.prepared.items.iter().map(String::as_str), 2, mend.prepared.total);
    match (mend.changed.items.is_empty(), mend.prepared.items.is_empty()) {
        (true, true) => "when it was run again, with no file changed in between".to_owned(),
        (true, false) => format!("after {commands}"),
        (false, true) => format!("after a change of {files}"),
        (false, false) => format!("after {commands} and a change of {files}"),
    }
}

fn tell_mends(story: &Story, page: &mut Page) {
    let mends = &story.commands.mended;
    let mut order: Vec<(usize, &Mend)> = mends.items.iter().enumerate().collect();
    // Those that name an error first, then those that took long; told in the order of the source.
    order.sort_by_key(|(i, mend)| (!mend.failure.names_error, std::cmp::Reverse(mend.failure.times), *i));
    order.truncate(MOST_MENDS);
    order.sort_by_key(|(i, _)| *i);
    for (_, mend) in &order {
        page.item(&sentence(mend), &[&mend.failure.first, &mend.failure.last, &mend.at]);
    }
    page.and_more(mends.total.saturating_sub(order.len() as u64), "command");
}

fn sentence(mend: &Mend) -> String {
    let Failure { line, times: count, error, .. } = &mend.failure;
    let last = if *count > 1 { ", at last" } else { "" };
    let with = if error.is_empty() { String::new() } else { format!("{last} with {}", code(error, 240)) };
    let it = match mend.matched {
        Match::Same => "it".to_owned(),
        Match::Broader => code(&mend.passed, 160),
    };
    format!("{} failed{}{with}; {it} passed {}.", code(line, 160), times(*count), what_changed(mend))
}

/// Tasks that failed and were carried out again until they passed.
fn tell_tasks(story: &Story, page: &mut Page) {
    let mut tries: BTreeMap<(&str, &str), Vec<&ToldTask>> = BTreeMap::new();
    for task in &story.tasks.items {
        tries.entry((&task.name, task.called())).or_default().push(task);
    }
    let retried = |tries: &&Vec<&ToldTask>| {
        let ended_well = tries.last().is_some_and(|task| task.outcome == Outcome::Completed);
        ended_well && tries.iter().any(|task| task.outcome == Outcome::Failed)
    };
    let mut retried: Vec<&Vec<&ToldTask>> = tries.values().filter(retried).collect();
    retried.sort_by_key(|tries| (tries[0].ran.started, &tries[0].id));
    for tries in retried.iter().take(MOST_TASKS) {
        let (Some(passed), Some(failed)) = (tries.last(), tries.iter().rfind(|task| task.outcome == Outcome::Failed))
        else {
            continue;
        };
        let count = tries.iter().filter(|task| task.outcome == Outcome::Failed).count() as u64;
        let error = failed.error.as_deref().map(|error| format!(" with {}", code(error, 240))).unwrap_or_default();
        let sentence =
            format!("The task {} failed{}{error}, and then passed.", code(passed.called(), 120), times(count));
        page.item(&sentence, &[&failed.source, &passed.source]);
    }
    page.and_more(retried.len().saturating_sub(MOST_TASKS) as u64, "task");
}

fn tell_tools(story: &Story, page: &mut Page) {
    let mut failures: Vec<_> = story.tool_failures.iter().collect();
    failures.sort_by_key(|(name, failure)| (std::cmp::Reverse(failure.times), *name));
    for (name, failure) in failures.iter().take(MOST_TOOLS) {
        let last = if failure.times > 1 { "the last time " } else { "" };
        let error = if failure.error.is_empty() {
            String::new()
        } else {
            format!(", {last}with {}", code(&failure.error, 200))
        };
        let name = code(name, 80);
        page.item(&format!("The tool {name} failed {}{error}.", counted(failure.times, "time")), &[&failure.at]);
    }
}

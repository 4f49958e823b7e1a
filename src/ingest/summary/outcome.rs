//! How it came out: what the source says, what its tasks say, and the agent's last word.

use super::page::Page;
use crate::ingest::markdown::code;
use crate::ingest::story::Story;
use crate::ingest::text::{counted, one_line, span_of_time};
use crate::ingest::{Outcome, SourceKind};

/// How much of the last word is quoted.
const QUOTED: usize = 900;

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("Outcome");
    let took = duration(story).map(|seconds| format!(" after {}", span_of_time(seconds))).unwrap_or_default();
    let word = word(story);
    let sentence = word.trim_end_matches('.');
    match &story.head.outcome_message {
        Some((message, at)) if !message.is_empty() && word.is_empty() => {
            page.say(&format!("{}.", code(message, 300)), &[at])
        }
        Some((message, at)) if !message.is_empty() => {
            page.say(&format!("{sentence}{took}: {}.", code(message, 300)), &[at])
        }
        _ if word.is_empty() => {}
        _ if story.head.outcome == Outcome::Running => page.say(&word, &[]),
        _ => page.say(&format!("{sentence}{took}."), &end_of(story)),
    }
    if let Some(sentence) = tasks(story) {
        page.say(&sentence, &[]);
    }
    if let Some(last) = &story.talk.last_word {
        page.say("The agent's last word:", &[]);
        page.quote(&last.said.text, QUOTED, &last.said.at);
    }
}

/// How it came out, in a sentence.
pub(super) fn word(story: &Story) -> String {
    let word = match story.head.outcome {
        Outcome::Completed => "Completed.",
        Outcome::Failed => "Failed.",
        Outcome::Cancelled => "Cancelled.",
        Outcome::Running if story.kind == SourceKind::BabysitterRun => {
            "Not ended: the source holds no event that ends it."
        }
        Outcome::Running => "",
    };
    word.to_owned()
}

/// How it came out and why, in a sentence of plain text.
pub(super) fn in_short(story: &Story) -> String {
    let word = word(story);
    let failed = story.tasks.items.iter().rfind(|task| task.outcome == Outcome::Failed);
    let message = story.head.outcome_message.as_ref().map(|(message, _)| message);
    let why = message.or_else(|| failed.and_then(|task| task.error.as_ref())).filter(|why| !why.is_empty());
    match why.filter(|_| story.head.outcome == Outcome::Failed) {
        Some(why) => format!("{}: {}.", word.trim_end_matches('.'), one_line(why, 160).trim_end_matches('.')),
        None => word,
    }
}

/// How long it took, in seconds.
pub(super) fn duration(story: &Story) -> Option<u64> {
    let of =
        |from: crate::base::Timestamp, to: crate::base::Timestamp| u64::try_from(to.seconds() - from.seconds()).ok();
    let told = story.head.ran.duration_ms.map(|ms| ms.div_ceil(1000));
    let seen = || of(story.times.first?, story.times.last?);
    told.or_else(seen).filter(|seconds| *seconds > 0)
}

/// Where the event stands that ended it.
fn end_of(story: &Story) -> Vec<&crate::ingest::SourceRef> {
    let ends = |name: &str| {
        ["RUN_COMPLETED", "RUN_FAILED", "RUN_HALTED", "RUN_END"].contains(&name.to_ascii_uppercase().as_str())
    };
    story
        .events
        .items
        .iter()
        .rev()
        .find(|event| ends(&event.event_type))
        .map(|event| &event.source)
        .into_iter()
        .collect()
}

fn tasks(story: &Story) -> Option<String> {
    let (all, outcomes) = (story.tasks.total, story.task_outcomes);
    let parts = [(outcomes.failed, "failed"), (outcomes.cancelled, "cancelled"), (outcomes.running, "not ended")];
    let bad: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    match (all, bad.is_empty()) {
        (0, _) => None,
        (_, true) => Some(format!("All of its {} completed.", counted(all, "task"))),
        (_, false) => {
            Some(format!("Of {}, {} completed, {}.", counted(all, "task"), outcomes.completed, bad.join(", ")))
        }
    }
}

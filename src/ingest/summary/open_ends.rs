//! What was left: open items, commands that never passed, tasks that failed for good, a question that nobody answered.

use super::page::{Page, said};
use crate::ingest::Outcome;
use crate::ingest::markdown::{code, plain};
use crate::ingest::story::{Failure, LastWord, Story, ToldTask};
use crate::ingest::text::one_line;
use std::collections::BTreeMap;

/// How many of each sort are told.
const MOST: usize = 8;

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("Open ends");
    tell_question(story, page);
    tell_tasks(story, page);
    tell_commands(story, page);
    tell_list(story, page);
}

/// The last word of the agent, where it asks and nobody answered.
fn tell_question(story: &Story, page: &mut Page) {
    let last = story.talk.last_word.as_ref().filter(|last| !last.answered && story.head.outcome != Outcome::Completed);
    if let Some((question, last)) = last.and_then(|last| Some((question_of(last)?, last))) {
        page.item(&format!("Nobody answered the agent's last question: {}", said(&question, 300)), &[&last.said.at]);
    }
}

/// The question that a text ends with.
fn question_of(last: &LastWord) -> Option<String> {
    let line = last.said.text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let bare = line.trim_end_matches(['*', '_', '`', ')', '"', '”']);
    if !bare.ends_with('?') {
        return None;
    }
    let body = &bare[..bare.len() - 1];
    let start = [". ", "! ", "? ", ": "].iter().filter_map(|end| Some(body.rfind(end)? + end.len())).max().unwrap_or(0);
    Some(bare[start..].to_owned())
}

fn tell_tasks(story: &Story, page: &mut Page) {
    let left: Vec<&ToldTask> = unresolved(story);
    for task in left.iter().take(MOST) {
        let name = code(task.called(), 120);
        let sentence = match (&task.outcome, &task.error) {
            (Outcome::Failed, Some(error)) => format!("The task {name} failed: {}.", code(error, 240)),
            (Outcome::Failed, None) => format!("The task {name} failed."),
            (Outcome::Cancelled, _) => format!("The task {name} was cancelled."),
            _ => format!("The task {name} was begun, and nothing says that it ended."),
        };
        page.item(&sentence, &[&task.source]);
    }
    page.and_more(left.len().saturating_sub(MOST) as u64, "task");
}

/// The last execution of each task that did not come out well.
fn unresolved(story: &Story) -> Vec<&ToldTask> {
    let mut last: BTreeMap<(&str, &str), &ToldTask> = BTreeMap::new();
    for task in &story.tasks.items {
        last.insert((&task.name, task.called()), task);
    }
    let is_last =
        |task: &&ToldTask| last.get(&(task.name.as_str(), task.called())).is_some_and(|last| last.id == task.id);
    story.tasks.items.iter().filter(|task| task.outcome != Outcome::Completed).filter(is_last).collect()
}

fn tell_commands(story: &Story, page: &mut Page) {
    let told: Vec<&Failure> =
        story.commands.unmended.items.iter().filter(|failure| is_worth_telling(failure)).collect();
    let from = told.len().saturating_sub(MOST);
    for failure in &told[from..] {
        let times = super::failures::times(failure.times);
        let error = match failure.error.as_str() {
            "" => String::new(),
            error => format!(", with {}", code(error, 240)),
        };
        let sentence = format!("{} failed{times}{error}, and did not pass later.", code(&failure.line, 160));
        page.item(&sentence, &[&failure.first, &failure.last]);
    }
    page.and_more(from as u64, "command");
}

/// One-off scripts that failed once, and say nothing of why, are no open ends.
fn is_worth_telling(failure: &Failure) -> bool {
    let inline = [" -c ", " -e ", " - ", " -lc "].iter().any(|flag| failure.line.contains(flag))
        && !failure.line.starts_with("cargo");
    let known_tool = failure.program.contains(' ');
    !inline && (known_tool || failure.names_error || failure.times > 1)
}

fn tell_list(story: &Story, page: &mut Page) {
    let Some(todo) = &story.todo else { return };
    for item in todo.open.items.iter().take(MOST) {
        page.item(&format!("On the list and not done: {}", plain(&one_line(item, 200))), &[&todo.at]);
    }
    page.and_more(todo.open.total.saturating_sub(MOST as u64), "item");
}

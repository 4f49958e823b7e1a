//! What was done, task by task.

use super::page::Page;
use crate::ingest::Outcome;
use crate::ingest::markdown::code;
use crate::ingest::names::slug;
use crate::ingest::story::{Story, ToldTask};
use crate::ingest::text::span_of_time;

/// How many tasks are told.
const MOST: usize = 30;

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("Tasks");
    let tasks: Vec<&ToldTask> = story.tasks.items.iter().filter(|task| !task.is_breakpoint()).collect();
    for task in tasks.iter().take(MOST) {
        page.item(&sentence(task), &[&task.source]);
    }
    let breakpoints = story.tasks.items.len() - tasks.len();
    page.and_more(story.tasks.total.saturating_sub((breakpoints + tasks.len().min(MOST)) as u64), "task");
}

/// How long a task took.
pub(super) fn how_long(task: &ToldTask) -> Option<String> {
    let ms = task.ran.duration_ms?;
    // What began and ended at once was not timed.
    (ms > 0).then(|| if ms < 1_000 { format!("{ms} ms") } else { span_of_time(ms / 1_000) })
}

fn sentence(task: &ToldTask) -> String {
    let came_out = match task.outcome {
        Outcome::Completed => None,
        Outcome::Failed => Some("failed".to_owned()),
        Outcome::Cancelled => Some("cancelled".to_owned()),
        Outcome::Running => Some("not ended".to_owned()),
    };
    let kind = task.kind.as_deref().filter(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric())).map(str::to_owned);
    let is_named_so = slug(task.called(), 200) == slug(&task.name, 200);
    let name = (!is_named_so).then(|| code(&task.name, 160));
    let about: Vec<String> = [name, kind, how_long(task), came_out].into_iter().flatten().collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    format!("{}{about}", code(task.called(), 160))
}

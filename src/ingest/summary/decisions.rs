//! What was decided: answers to questions, plans that were approved, breakpoints.

use super::page::{Page, said};
use super::tasks::how_long;
use crate::ingest::Outcome;
use crate::ingest::markdown::code;
use crate::ingest::story::{Story, ToldTask};

/// How many are told.
const MOST: usize = 12;

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("Decisions");
    let decided = &story.talk.decided;
    for decision in decided.items.iter().take(MOST) {
        page.item(&said(&decision.text, 300), &[&decision.at]);
    }
    page.and_more(decided.total.saturating_sub(MOST as u64), "decision");
    let breakpoints: Vec<&ToldTask> = story.tasks.items.iter().filter(|task| task.is_breakpoint()).collect();
    for task in breakpoints.iter().take(MOST) {
        let came_out = match task.outcome {
            Outcome::Completed => "was passed",
            Outcome::Failed => "was refused",
            Outcome::Cancelled => "was cancelled",
            Outcome::Running => "is not decided",
        };
        let after = how_long(task).map(|time| format!(" after {time}")).unwrap_or_default();
        page.item(&format!("The breakpoint {} {came_out}{after}.", code(task.called(), 160)), &[&task.source]);
    }
    page.and_more(breakpoints.len().saturating_sub(MOST) as u64, "breakpoint");
}

//! What was asked for, in the asker's words.

use super::page::{Page, said};
use crate::ingest::SourceRef;
use crate::ingest::markdown::code;
use crate::ingest::story::{Said, Story};
use crate::ingest::text::one_line;

/// How much of the goal is quoted, and how much of what was asked later.
const QUOTED: usize = 900;
const LATER: usize = 240;
/// How many later questions are told.
const MOST_LATER: usize = 8;
/// What only says that it may go on.
const NODS: &[&str] = &[
    "yes",
    "yep",
    "yeah",
    "ok",
    "okay",
    "sure",
    "go",
    "go on",
    "go ahead",
    "continue",
    "proceed",
    "thanks",
    "thank",
    "great",
    "good",
    "nice",
    "perfect",
    "please continue",
    "done",
    "no",
    "next",
    "keep going",
    "lgtm",
    "approved",
];

pub(super) fn tell(story: &Story, page: &mut Page) {
    page.section("Goal");
    match (in_words(story), &story.head.process) {
        (Some((text, at)), _) => page.quote(&text, QUOTED, &at),
        (None, Some(process)) => {
            page.say(&format!("Nobody said it in words; what ran was {}.", code(process, 160)), &[])
        }
        (None, None) => {}
    }
    let later: Vec<&Said> = later(story).collect();
    let (shown, cut) = later.split_at(later.len().min(MOST_LATER));
    if !shown.is_empty() {
        page.say("Later it was asked:", &[]);
    }
    for asked in shown {
        page.item(&said(&asked.text, LATER), &[&asked.at]);
    }
    page.and_more(cut.len() as u64 + story.talk.asked.cut(), "question");
}

/// The goal in somebody's words, and where it stands: what the source calls so, else what was asked first, else the last sum
/// that the source made of itself.
pub(super) fn in_words(story: &Story) -> Option<(String, SourceRef)> {
    let named = story.head.goal.as_ref().filter(|(text, _)| is_in_words(story, text)).cloned();
    let of = |said: &Said| (said.text.clone(), said.at.clone());
    named.or_else(|| story.talk.asked.items.first().map(of)).or_else(|| story.talk.recap.as_ref().map(of))
}

/// The title of a summary.
pub(super) fn title(story: &Story) -> String {
    let own = story.head.title.clone().filter(|title| !title.is_empty());
    let goal = || in_words(story).map(|(text, _)| first_line(&text, 100).trim_end_matches('.').to_owned());
    let goal = || goal().filter(|goal| !goal.is_empty());
    let process = || story.head.process.as_ref().map(|process| format!("{process}{}", on_day(story)));
    own.or_else(goal).or_else(process).unwrap_or_else(|| format!("Session {}", story.session()))
}

/// `, 2026-05-10`: what tells runs of one process apart.
fn on_day(story: &Story) -> String {
    let began = story.head.ran.started.or(story.times.first);
    began.map(|began| format!(", {}", began.to_string().chars().take(10).collect::<String>())).unwrap_or_default()
}

/// The first line of a text that says something, or its first sentence where the line is longer.
pub(super) fn first_line(text: &str, most: usize) -> String {
    let line = text.lines().map(str::trim).find(|line| says_words(line)).unwrap_or_default();
    let line = line.trim_start_matches(['#', '>', '-', '*', ' ']);
    let fits = line.chars().count() <= most;
    let end = ["! ", "? ", ". "].iter().filter_map(|end| line.find(end)).filter(|at| *at > 12).min();
    one_line(end.filter(|_| !fits).map_or(line, |end| &line[..=end]), most)
}

/// Whether a line is more than signs, and more than the mark of what was taken out.
fn says_words(line: &str) -> bool {
    let taken_out = line.starts_with("[REDACTED:") && line.find(']') == Some(line.len() - 1);
    !taken_out && line.chars().any(char::is_alphanumeric)
}

/// A goal that only repeats the name of what ran is none.
fn is_in_words(story: &Story, text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && story.head.process.as_deref() != Some(text) && text != story.head.run_id
}

/// What was asked later and says more than that it may go on.
fn later(story: &Story) -> impl Iterator<Item = &Said> {
    let has_goal = story.head.goal.as_ref().is_some_and(|(text, _)| is_in_words(story, text));
    let goal = story.head.goal.as_ref().map(|(text, _)| text.trim());
    let rest = story.talk.asked.items.iter().skip(usize::from(!has_goal));
    rest.filter(move |said| says_something(&said.text) && goal != Some(said.text.trim()))
}

fn says_something(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let words = lower.split_whitespace().count();
    let nod = NODS.contains(&lower.trim_end_matches(['.', '!', ',']));
    let first = lower.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    !nod && (words >= 6 || (words >= 3 && !NODS.contains(&first)))
}

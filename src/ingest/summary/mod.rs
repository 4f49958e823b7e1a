//! The sum of a run for somebody who was not there, made by rule: the same story gives the same bytes.
//!
//! Each part is one file and says nothing where the story has nothing to say. What comes first is what a colleague asks
//! first: what it was for, how it came out, what is left to do.

mod decisions;
mod failures;
mod files;
mod goal;
mod numbers;
mod open_ends;
mod outcome;
mod page;
mod tasks;

pub(super) use failures::what_changed;
pub use page::Summary;

use super::story::Story;
use page::Page;

/// Sums a story up.
pub fn summarize(story: &Story) -> Summary {
    let mut page = Page::default();
    goal::tell(story, &mut page);
    outcome::tell(story, &mut page);
    open_ends::tell(story, &mut page);
    failures::tell(story, &mut page);
    decisions::tell(story, &mut page);
    files::tell(story, &mut page);
    tasks::tell(story, &mut page);
    numbers::tell(story, &mut page);
    page.finish(goal::title(story), brief(story))
}

/// What a source is of which nothing but its numbers is to be told.
pub(super) fn numbers_only(story: &Story) -> Summary {
    let mut page = Page::default();
    numbers::tell(story, &mut page);
    page.finish(format!("Session {}", story.session()), numbers::brief(story))
}

/// One or two sentences: what it was for, and how it came out.
fn brief(story: &Story) -> String {
    let goal = goal::in_words(story).map(|(text, _)| ended(goal::first_line(&text, 200)));
    let came_out = format!("{} {}", outcome::in_short(story), numbers::brief(story));
    let sentences = [goal.unwrap_or_default(), came_out.trim().to_owned()];
    sentences.iter().filter(|sentence| !sentence.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

/// A sentence that ends as one.
fn ended(mut sentence: String) -> String {
    if sentence.ends_with(char::is_alphanumeric) {
        sentence.push('.');
    }
    sentence
}

//! Slips with the fences of front matter: one that is missing, or is no `---`.
//!
//! Without its opening fence a page would silently be a note, and its record lost. A text is taken for front
//! matter only where it clearly is: lines of keys that records have, down to a line of dashes.

use super::front_matter::FRONT_MATTER_KEYS;
use super::shown::shown;
use crate::base::Span;

/// Where, what is wrong, how to mend it.
pub(super) type Slip = (Span, String, String);

/// How many lines are looked at.
const MOST_LINES: usize = 200;

/// What keeps the text that begins at an offset from being front matter, where it clearly was meant as such.
pub(super) fn unopened(text: &str, start: usize) -> Option<Slip> {
    let mut lines = lines(text, start).skip_while(|(_, line)| line.trim().is_empty());
    let (at, first) = lines.next()?;
    if has_known_key(first) {
        let mut rest = lines.skip_while(|(_, line)| is_yaml(line));
        let closed = rest.next().is_some_and(|(_, line)| is_dashes(line));
        let help = "put a line `---` above it, the first of the file".to_owned();
        return closed.then(|| (place(at, first), "the front matter has no opening fence".to_owned(), help));
    }
    if !is_dashes(first) || !lines.next().is_some_and(|(_, line)| has_known_key(line)) {
        return None;
    }
    let (message, help) = match first.trim_end() {
        "---" => ("the opening fence is not the first line of the file".to_owned(), "delete the lines above it"),
        other if other.trim() == "---" => {
            ("the opening fence does not begin its line".to_owned(), "delete the spaces before it")
        }
        other => (format!("the front matter opens with `{}`", shown(other.trim())), "write exactly `---`"),
    };
    Some((place(at, first), message, help.to_owned()))
}

/// Where front matter that a fence opens should have been closed.
pub(super) fn unclosed(text: &str, fence: Span) -> Slip {
    let after =
        lines(text, fence.start).skip(1).find(|(_, line)| is_dashes(line) || !is_yaml(line) || is_heading(line));
    match after {
        Some((at, line)) if line.trim() == "---" => {
            let message = "the front matter is not closed: this fence does not begin its line".to_owned();
            (place(at, line), message, "delete the spaces before it".to_owned())
        }
        Some((at, line)) if is_dashes(line) => {
            let message = format!("the front matter is not closed: this line is `{}`", shown(line.trim()));
            (place(at, line), message, "write exactly `---`".to_owned())
        }
        Some((_, line)) => {
            let help = format!("put a line `---` above `{}`", shown(line.trim()));
            (fence, "the front matter is not closed".to_owned(), help)
        }
        None => {
            let help = "put a line `---` below the last `key: value` line".to_owned();
            (fence, "the front matter is not closed".to_owned(), help)
        }
    }
}

/// A heading beside a blank line that a part of a text ends with: the page's own text, below a fence that is missing.
pub(super) fn swallowed_heading(text: &str, part: Span) -> Option<Slip> {
    let mut heading = None;
    let mut above_is_blank = false;
    for (at, line) in lines(text, part.start).take_while(|(at, _)| *at < part.end) {
        if is_heading(line) && above_is_blank | next_is_blank(text, at) {
            heading = heading.or(Some((at, line)));
        } else if line.contains(": ") {
            heading = None;
        }
        above_is_blank = line.trim().is_empty();
    }
    let (at, line) = heading?;
    let message = "the front matter is not closed before the text of the page".to_owned();
    Some((place(at, line), message, "put a line `---` above this heading".to_owned()))
}

/// The lines from an offset on, each with its own offset.
fn lines(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut next = start;
    let lines = text[start..].split_inclusive('\n').map(move |line| {
        let at = next;
        next += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    });
    lines.take(MOST_LINES)
}

fn next_is_blank(text: &str, at: usize) -> bool {
    lines(text, at).nth(1).is_none_or(|(_, line)| line.trim().is_empty())
}

fn place(at: usize, line: &str) -> Span {
    let start = at + line.len() - line.trim_start().len();
    Span::new(start, start + line.trim().len())
}

fn has_known_key(line: &str) -> bool {
    line.split_once(':')
        .is_some_and(|(key, value)| FRONT_MATTER_KEYS.contains(&key) && (value.is_empty() || value.starts_with(' ')))
}

/// Whether a line may stand in front matter: a key, an item, something indented, a comment, or nothing.
fn is_yaml(line: &str) -> bool {
    let is_key = |(key, _): (&str, &str)| !key.is_empty() && !key.contains([' ', '`', '*', '[', '(']);
    line.trim().is_empty()
        || line.starts_with([' ', '\t', '#'])
        || line.starts_with("- ")
        || line.split_once(':').is_some_and(is_key)
}

fn is_heading(line: &str) -> bool {
    let title = line.trim_start_matches('#');
    title.len() < line.len() && title.starts_with(' ') && !title.trim().is_empty()
}

/// Whether a line is nothing but dashes, long ones among them.
fn is_dashes(line: &str) -> bool {
    let line = line.trim();
    let is_long = line.starts_with(['—', '–']);
    (line.len() > 1 || is_long) && line.chars().all(|c| matches!(c, '-' | '—' | '–'))
}

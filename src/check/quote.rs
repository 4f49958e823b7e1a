//! What a stranger wrote, as a message may show it.

use crate::screen;

/// The most characters of a stranger's text that a message shows.
const MAX_CHARS: usize = 120;
/// The most characters of a sentence that somebody else made of a stranger's text.
const MAX_SENTENCE: usize = 500;

/// The text between backticks: secrets replaced, invisible characters escaped, and not too long.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", harmless(text, MAX_CHARS))
}

/// A sentence with a stranger's words in it, made harmless in the same way.
pub(super) fn sentence(text: &str) -> String {
    harmless(text, MAX_SENTENCE)
}

fn harmless(text: &str, most: usize) -> String {
    let safe = screen::redact(text).text;
    let mut shown = String::with_capacity(safe.len().min(most));
    for c in safe.chars().take(most) {
        if is_invisible(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if safe.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters, and those that change what is seen without being seen.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A list of words as a sentence shows them: the first dozen.
pub(super) fn listed<'a, W>(words: W) -> String
where
    W: IntoIterator<Item = &'a str, IntoIter: ExactSizeIterator>,
{
    let words = words.into_iter();
    let count = words.len();
    let mut shown: Vec<String> = words.take(12).map(quoted).collect();
    if count > shown.len() {
        shown.push(format!("{} more", count - shown.len()));
    }
    shown.join(", ")
}

//! The sentence around a phrase that addresses the reader.

use crate::base::Span;
use crate::screen::Injection;

/// How far a sentence goes on both sides of a phrase, in bytes.
const REACH: usize = 400;

/// What is taken out for a phrase: its sentence or line; markup that plays a part alone.
pub(super) fn around(text: &str, injection: &Injection) -> Span {
    let phrase = injection.span;
    if text.as_bytes()[phrase.start..].starts_with(b"<") || text.as_bytes()[phrase.start..].starts_with(b"[/") {
        return phrase;
    }
    let first = text.ceil_char_boundary(phrase.start.saturating_sub(REACH));
    let last = text.floor_char_boundary((phrase.end + REACH).min(text.len()));
    let start = begin(&text[first..phrase.start]).map_or(first, |at| first + at);
    let end = end(&text[phrase.end..last]).map_or(last, |at| phrase.end + at);
    let start = start + (text[start..phrase.start].len() - text[start..phrase.start].trim_start().len());
    Span::new(start, end)
}

/// Where the last sentence of a text begins.
fn begin(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = |at: &usize| matches!(&bytes[*at..], [b'\n', ..] | [b'.' | b'!' | b'?', b' ', ..] | [b'\\', b'n', ..]);
    let at = (0..bytes.len()).rev().find(ends)?;
    Some(at + if bytes[at] == b'\\' { 2 } else { 1 })
}

/// Where the first sentence of a text ends.
fn end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|at| match &bytes[at..] {
        [b'\n', ..] | [b'\\', b'n', ..] => Some(at),
        [b'.' | b'!' | b'?'] => Some(at + 1),
        [b'.' | b'!' | b'?', b' ' | b'\n' | b'"' | b'\\', ..] => Some(at + 1),
        _ => None,
    })
}

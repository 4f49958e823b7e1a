//! A text without what only terminals and machines see: colours, cursor movements, hidden characters.
//!
//! A secret that colours split in two is whole again, and hidden words are gone.

use crate::base::Span;
use crate::screen::hidden;
use memchr::{memchr2, memmem};
use std::borrow::Cow;

/// The longest command to a terminal, in bytes.
const LONGEST: usize = 2048;
/// How an escape is written in the strings of programs.
const WRITTEN: [&str; 5] = ["\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033"];

/// A text without commands to terminals and hidden characters, and how many runs of hidden characters there were.
pub(super) fn plain(text: &str) -> (Cow<'_, str>, usize) {
    let text = without_escapes(text);
    let hidden = hidden::scan(&text);
    if hidden.is_empty() {
        return (text, 0);
    }
    let spans: Vec<Span> = hidden.iter().map(|found| found.span).collect();
    (Cow::Owned(without(&text, &spans)), spans.len())
}

/// A text without some parts, which are in order.
fn without(text: &str, parts: &[Span]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    for part in parts {
        kept.push_str(&text[done..part.start]);
        done = part.end;
    }
    kept.push_str(&text[done..]);
    kept
}

fn without_escapes(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut parts: Vec<Span> = memchr::memchr_iter(0x1b, bytes).map(|at| command(bytes, at, at + 1)).collect();
    if memchr::memchr(b'\\', bytes).is_some() {
        for escape in WRITTEN {
            let found = memmem::find_iter(bytes, escape).filter(|at| bytes.get(at + escape.len()) == Some(&b'['));
            parts.extend(found.map(|at| command(bytes, at, at + escape.len())));
        }
        parts.sort_by_key(|part| part.start);
    }
    // What lies in a command that was found already is a part of it.
    let mut end = 0;
    parts.retain(|part| {
        let is_next = part.start >= end;
        end = if is_next { part.end } else { end };
        is_next
    });
    if parts.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(without(text, &parts)) }
}

/// The command whose escape lies between two places; the escape alone where nothing is commanded.
fn command(text: &[u8], start: usize, after: usize) -> Span {
    let rest = &text[after..text.len().min(after + LONGEST)];
    let len = match rest.first() {
        Some(b'[') => {
            let inner = rest[1..].iter().take_while(|byte| (0x20..0x40).contains(*byte)).count();
            rest.get(1 + inner).filter(|last| (0x40..0x7f).contains(*last)).map(|_| inner + 2)
        }
        Some(b']') => memchr2(0x07, 0x1b, rest).map(|end| if rest[end] == 0x07 { end + 1 } else { end }),
        Some(0x40..=0x5f) => Some(1),
        _ => None,
    };
    Span::new(start, after + len.unwrap_or_default())
}

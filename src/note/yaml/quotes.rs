//! Typographic quotes: what an editor or a chat window makes of the straight ones that YAML knows.
//!
//! YAML takes them as letters. A plain scalar that stands in a pair of them is read as though they were
//! straight, and reported, so that one mistake is one finding.

use super::Problem;
use crate::base::Span;
use crate::note::shown::shown;

/// Quotes that go together.
const PAIRS: [&[char]; 3] = [&['“', '”', '„', '‟'], &['‘', '’', '‚', '‛'], &['«', '»']];
/// The most characters of a value that a sentence repeats.
const MOST_REPEATED: usize = 60;

/// What stands between a pair of typographic quotes, where a text is nothing else.
pub(super) fn between(text: &str) -> Option<&str> {
    let pair = PAIRS.iter().find(|pair| text.starts_with(**pair))?;
    let inside = text.strip_prefix(*pair)?.strip_suffix(*pair)?;
    (!inside.contains(*pair)).then_some(inside)
}

/// Whether a text begins with one.
pub(super) fn begins(text: &str) -> bool {
    PAIRS.iter().any(|pair| text.starts_with(*pair))
}

/// The problem of a scalar that stands in typographic quotes, at its place in a file.
pub fn misquoted(file: &str, span: Span) -> Problem {
    let text = &file[span.start..span.end];
    let message = "typographic quotes are letters to YAML, and quote nothing";
    let help = match between(text) {
        Some(inside) => instead("write straight quotes", inside),
        None => "write straight quotes instead: `\"`".to_owned(),
    };
    Problem::new(span, message, &help)
}

/// A sentence that ends with the value as it should be quoted, where that is not too long.
pub(super) fn instead(what: &str, value: &str) -> String {
    if value.chars().count() > MOST_REPEATED {
        return what.to_owned();
    }
    let value = shown(value);
    match value.contains(['"', '\\']) {
        true => format!("{what}: `'{}'`", value.replace('\'', "''")),
        false => format!("{what}: `\"{value}\"`"),
    }
}

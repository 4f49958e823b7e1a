//! Finds the lines of a text that match, passing over it once.

use super::types::GrepPattern;
use memchr::{memchr, memchr_iter};

/// Calls `hit` with the index of each matching line, once for each, in order. Every line of the text ends with `\n`.
/// A match lies within one line, so after it the search goes on at the next.
pub fn scan(text: impl AsRef<[u8]>, pattern: &GrepPattern, hit: &mut dyn FnMut(usize)) {
    let bytes = text.as_ref();
    let (mut start, mut line) = (0, 0);
    while let Some(at) = pattern.find_from(bytes, start).filter(|at| *at < bytes.len()) {
        line += memchr_iter(b'\n', &bytes[start..at]).count();
        hit(line);
        let Some(rest) = memchr(b'\n', &bytes[at..]) else { return };
        start = at + rest + 1;
        line += 1;
    }
}

impl GrepPattern {
    /// A place in the first line that matches, at its end at most; looked for from a line's start on.
    fn find_from(&self, text: &[u8], start: usize) -> Option<usize> {
        match &self.literal {
            Some(literal) => literal.find(&text[start..]).map(|at| start + at),
            None => self.regex.shortest_match_at(text, start),
        }
    }
}

//! Finds the lines of a text that match, passing over it once.

use super::types::GrepPattern;
use memchr::{memchr, memchr_iter, memrchr};
use std::ops::Range;

/// Calls `hit` with the index of each matching line and where it stands, once for each, in order. Every line of the text
/// ends with `\n`. A match lies within one line, so after it the search goes on at the next.
pub fn scan(text: impl AsRef<[u8]>, pattern: &GrepPattern, hit: &mut dyn FnMut(usize, Range<usize>)) {
    let bytes = text.as_ref();
    let (mut start, mut line) = (0, 0);
    while let Some(at) = pattern.find_from(bytes, start).filter(|at| *at < bytes.len()) {
        line += memchr_iter(b'\n', &bytes[start..at]).count();
        let begin = memrchr(b'\n', &bytes[start..at]).map_or(start, |end| start + end + 1);
        let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |rest| at + rest);
        hit(line, begin..end);
        start = (end + 1).min(bytes.len());
        line += 1;
    }
}

impl GrepPattern {
    /// The matches in a line that are not empty.
    pub(super) fn spans(&self, line: &str) -> Vec<(usize, usize)> {
        self.regex
            .find_iter(line.as_bytes())
            .filter(|found| !found.is_empty())
            .map(|found| (found.start(), found.end()))
            .collect()
    }

    /// A place in the first line that matches, at its end at most; looked for from a line's start on.
    fn find_from(&self, text: &[u8], start: usize) -> Option<usize> {
        match &self.literal {
            Some(literal) => literal.find(&text[start..]).map(|at| start + at),
            None => self.regex.shortest_match_at(text, start),
        }
    }
}

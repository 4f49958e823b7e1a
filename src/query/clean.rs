//! The lines of a file with its secrets replaced, one line for one line.

use crate::base::{LineIndex, Span};
use crate::screen::{self, REPLACEMENT, SecretHit};

/// A longer line is shown in part: this many characters of it.
const LONGEST_LINE: usize = 1_000;
/// How many characters before the first match a part of a long line begins.
const LEAD: usize = 200;

/// A text whose secrets are known. Nothing of it is given but through here.
pub(super) struct CleanText {
    text: String,
    lines: LineIndex,
    secrets: Vec<SecretHit>,
}

/// A line as it may be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ShownLine {
    /// The line, its secrets replaced.
    pub(super) text: String,
    /// First column and column after the last of each match, in characters of `text`, from 1.
    pub(super) columns: Vec<(u32, u32)>,
}

impl CleanText {
    /// Looks for the secrets of a whole text: some are known only by what stands around them.
    pub(super) fn new(text: String) -> Self {
        let secrets = screen::find_secrets(&text);
        Self { lines: LineIndex::new(text.as_bytes()), text, secrets }
    }

    /// Takes a text in which the index found no secret.
    pub(super) fn without_secrets(text: String) -> Self {
        Self { lines: LineIndex::new(text.as_bytes()), text, secrets: Vec::new() }
    }

    /// How many lines the text has.
    pub(super) fn line_count(&self) -> u32 {
        self.lines.line_count(self.text.as_bytes())
    }

    /// The spans of a line that touch no secret.
    pub(super) fn clear_spans(&self, line: u32, spans: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let start = self.span(line).start;
        let clear = |&&(from, to): &&(usize, usize)| self.touching(Span::new(start + from, start + to)).is_empty();
        spans.iter().filter(clear).copied().collect()
    }

    /// A line with its secrets replaced, whole.
    pub(super) fn line(&self, line: u32) -> String {
        self.replaced(line, &[]).text
    }

    /// The line break that ends a line, as it is in the file.
    pub(super) fn line_break(&self, line: u32) -> &str {
        let rest = &self.text[self.span(line).end..];
        ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end)).unwrap_or("")
    }

    /// A line with its secrets replaced and the columns of its matches; a very long one in part.
    pub(super) fn shown(&self, line: u32, spans: &[(usize, usize)]) -> ShownLine {
        windowed(self.replaced(line, spans))
    }

    /// The categories of the secrets in a range of lines.
    pub(super) fn categories(&self, first: u32, last: u32) -> impl Iterator<Item = &'static str> + '_ {
        let range = Span::new(self.span(first).start, self.span(last).end);
        self.touching(range).iter().map(|secret| secret.category)
    }

    fn span(&self, line: u32) -> Span {
        let end = self.text.len();
        self.lines.line_span(self.text.as_bytes(), line).unwrap_or(Span::new(end, end))
    }

    /// The secrets that share a byte with a range. Secrets stand in order and do not overlap.
    fn touching(&self, range: Span) -> &[SecretHit] {
        let from = self.secrets.partition_point(|secret| secret.span.end <= range.start);
        let to = self.secrets.partition_point(|secret| secret.span.start < range.end);
        &self.secrets[from..to.max(from)]
    }

    fn replaced(&self, line: u32, spans: &[(usize, usize)]) -> ShownLine {
        let span = self.span(line);
        let mut out = ShownLine { text: String::with_capacity(span.end - span.start), columns: Vec::new() };
        let mut at = span.start;
        for secret in self.touching(span) {
            self.keep(Span::new(at, secret.span.start.max(at)), span.start, spans, &mut out);
            out.text.push_str(REPLACEMENT);
            at = secret.span.end.min(span.end);
        }
        self.keep(Span::new(at, span.end), span.start, spans, &mut out);
        out
    }

    /// Copies a part without secrets, and notes the columns of the matches that lie in it.
    fn keep(&self, part: Span, line_start: usize, spans: &[(usize, usize)], out: &mut ShownLine) {
        let base = out.text.chars().count();
        let column = |offset: usize| (base + self.text[part.start..offset].chars().count() + 1) as u32;
        for (from, to) in spans.iter().map(|(from, to)| (line_start + from, line_start + to)) {
            if from < to && part.start <= from && to <= part.end {
                out.columns.push((column(from), column(to)));
            }
        }
        out.text.push_str(&self.text[part.start..part.end]);
    }
}

/// Shortens a very long line to the part around its first match.
fn windowed(line: ShownLine) -> ShownLine {
    let length = line.text.chars().count();
    if length <= LONGEST_LINE {
        return line;
    }
    let first = line.columns.first().map_or(0, |(from, _)| *from as usize - 1);
    let start = first.saturating_sub(LEAD).min(length - LONGEST_LINE);
    let end = start + LONGEST_LINE;
    let window: String = line.text.chars().skip(start).take(LONGEST_LINE).collect();
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < length { "…" } else { "" });
    let shift = |column: u32| column - start as u32 + u32::from(start > 0);
    let inside = |&(from, to): &(u32, u32)| from as usize > start && to as usize <= end + 1;
    let columns = line.columns.into_iter().filter(inside).map(|(from, to)| (shift(from), shift(to))).collect();
    ShownLine { text: format!("{before}{window}{after}"), columns }
}

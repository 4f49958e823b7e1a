//! The lines around a place, as a person sees them: indentation, dashes, keys and values.

use crate::base::Span;

/// How far around a place lines are looked at, in bytes: enough for what people write, little for a bomb.
const REACH: usize = 4 << 10;

/// The part of a text around a place.
pub(super) struct Nearby<'a> {
    pub(super) text: &'a str,
    /// Where the part begins in the text.
    pub(super) base: usize,
}

/// One line, without its line break.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    start: usize,
    text: &'a str,
}

/// A `key: value` pair on one line. The value may be empty, and ends before a comment.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) colon: usize,
    pub(super) value: &'a str,
    pub(super) value_span: Span,
}

impl<'a> Nearby<'a> {
    /// What stands around an offset of a text.
    pub(super) fn new(text: &'a str, offset: usize) -> Self {
        let from = text.floor_char_boundary(offset.saturating_sub(REACH));
        // A line that is cut off says nothing of its indentation.
        let cut = if from == 0 { None } else { memchr::memchr(b'\n', &text.as_bytes()[from..offset]) };
        let base = cut.map_or(from, |line_break| from + line_break + 1);
        let until = text.floor_char_boundary((offset + REACH).min(text.len()));
        Self { text: &text[base..until], base }
    }

    /// The line that holds an offset of the part.
    pub(super) fn line(&self, offset: usize) -> Line<'a> {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..offset]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &bytes[offset..]).map_or(bytes.len(), |at| offset + at);
        Line { start, text: self.text[start..end].trim_end_matches('\r') }
    }

    /// The lines above one, nearest first, up to the start of its document. Blank lines and comments are left out.
    pub(super) fn above(&self, line: Line<'a>) -> impl Iterator<Item = Line<'a>> + use<'_, 'a> {
        let before = |line: &Line<'a>| Some(self.line(line.start.checked_sub(1)?));
        std::iter::successors(before(&line), before)
            .take_while(|line| !matches!(line.text.trim_end(), "---" | "..."))
            .filter(|line| !line.is_empty())
    }

    /// A line and the two below it.
    pub(super) fn three_from(&self, line: Line<'a>) -> impl Iterator<Item = Line<'a>> + use<'_, 'a> {
        let next = |line: &Line<'a>| {
            let end = line.start + line.text.len();
            let line_break = memchr::memchr(b'\n', &self.text.as_bytes()[end..])?;
            Some(self.line(end + line_break + 1))
        };
        std::iter::successors(Some(line), next).take(3)
    }

    /// What stands at a span of the part.
    pub(super) fn at(&self, span: Span) -> &'a str {
        &self.text[span.start..span.end]
    }
}

impl<'a> Line<'a> {
    /// How many blanks it begins with.
    pub(super) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// What it says, without the blanks around.
    pub(super) fn content(self) -> &'a str {
        self.text.trim()
    }

    /// Where that stands.
    pub(super) fn span(self) -> Span {
        let start = self.start + self.text.len() - self.text.trim_start().len();
        Span::new(start, start + self.content().len())
    }

    /// Where it ends, without the blanks at its end.
    pub(super) fn end(self) -> usize {
        self.start + self.text.trim_end().len()
    }

    /// The tabs among the blanks it begins with.
    pub(super) fn tabs(self) -> Option<Span> {
        let blanks = &self.text[..self.text.len() - self.text.trim_start_matches([' ', '\t']).len()];
        let first = blanks.find('\t')?;
        let count = blanks[first..].bytes().take_while(|byte| *byte == b'\t').count();
        Some(Span::new(self.start + first, self.start + first + count))
    }

    /// Whether it is an item of a list.
    pub(super) fn is_item(self) -> bool {
        self.content() == "-" || self.content().starts_with("- ")
    }

    /// The pair that it is, after the dashes of a list.
    pub(super) fn entry(self) -> Option<Entry<'a>> {
        let mut start = self.span().start - self.start;
        while self.text[start..].starts_with("- ") {
            start += 1 + self.text[start + 1..].len() - self.text[start + 1..].trim_start().len();
        }
        let pair = &self.text[start..];
        let colon = pair.match_indices(':').map(|(at, _)| at).find(|at| is_blank_or_end(&pair[at + 1..]))?;
        let key = pair[..colon].trim_end();
        let rest = &pair[colon + 1..];
        let value = rest.split(" #").next().unwrap_or(rest).trim();
        let at = self.start + start + colon + 1 + (rest.len() - rest.trim_start().len());
        let value_span = Span::new(at, at + value.len());
        (!key.is_empty()).then_some(Entry { key, colon: self.start + start + colon, value, value_span })
    }

    fn is_empty(self) -> bool {
        self.content().is_empty() || self.content().starts_with('#')
    }
}

fn is_blank_or_end(text: &str) -> bool {
    text.is_empty() || text.starts_with([' ', '\t'])
}

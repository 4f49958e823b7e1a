//! Where the front matter of a Markdown file begins and ends, to the byte.

use crate::base::Span;

/// The byte order mark that an editor may have put before the opening fence.
const BOM: char = '\u{feff}';

/// The keys that front matter of records has.
pub const FRONT_MATTER_KEYS: &[&str] = &[
    "id",
    "kind",
    "title",
    "status",
    "owners",
    "updatedAt",
    "summary",
    "tags",
    "aliases",
    "related",
    "repoRefs",
    "sensitivity",
    "sourceRefs",
];

/// How a Markdown file divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// There is no front matter; the body begins at an offset.
    Body(usize),
    /// A fence at this place opens front matter that is never closed.
    Unclosed(Span),
    /// Front matter between two fences.
    FrontMatter {
        /// The YAML, its last line break included.
        yaml: Span,
        /// Both fences and what is between them, the last line break left out.
        block: Span,
        /// Where the body begins: after the closing fence's line break.
        body: usize,
    },
}

impl Division {
    /// Where the body begins. Front matter that is never closed is body.
    pub(super) fn body(self) -> usize {
        match self {
            Self::Body(start) => start,
            Self::Unclosed(fence) => fence.start,
            Self::FrontMatter { body, .. } => body,
        }
    }
}

/// Divides a text. Front matter opens with a `---` line at the very start, after an optional byte
/// order mark, and closes with the next line that is `---` or `...`. A fence may have blanks after it.
pub fn divide(text: &str) -> Division {
    let start = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
    let opening = line_at(text, start);
    if fence(&text[start..opening.end]) != Some("---") {
        return Division::Body(start);
    }
    let mut line = Span::new(opening.end, opening.end);
    while line.end < text.len() {
        line = line_at(text, line.end);
        if fence(&text[line.start..line.end]).is_some() {
            let block = Span::new(start, line.start + "---".len());
            return Division::FrontMatter { yaml: Span::new(opening.end, line.start), block, body: line.end };
        }
    }
    Division::Unclosed(Span::new(start, start + "---".len()))
}

/// The line that begins at an offset, with its line break.
fn line_at(text: &str, start: usize) -> Span {
    let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |i| start + i + 1);
    Span::new(start, end)
}

/// The fence that a line is.
fn fence(line: &str) -> Option<&str> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches([' ', '\t']);
    matches!(line, "---" | "...").then_some(line)
}

//! Why a YAML document was refused, in words that say how to mend it.

use super::slip::recognise;
use crate::base::Span;
use granit_parser::{ErrorKind, ScanError};

/// Why a document was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: how to mend it.
    pub help: String,
    /// Another place that matters, and what is there.
    pub related: Option<(Span, String)>,
}

impl Problem {
    /// A problem at a place.
    pub(super) fn new(span: Span, message: impl Into<String>, help: &str) -> Self {
        Self { span, message: message.into(), help: help.to_owned(), related: None }
    }

    /// The same problem at another place.
    pub(super) fn moved_to(self, span: Span) -> Self {
        Self { span, ..self }
    }

    /// Nesting beyond the limit.
    pub(super) fn too_deep(span: Span, limit: usize) -> Self {
        Self::new(span, format!("the YAML is nested more than {limit} levels deep"), "make it flatter")
    }

    /// What the parser refused. `text` is what it was given, and begins `base` bytes into the file.
    pub(super) fn of_syntax(error: &ScanError, text: &str, base: usize, depth_limit: usize) -> Self {
        let offset = text.floor_char_boundary(error.marker().byte_offset().unwrap_or(text.len()));
        let span = character_at(text, offset).shifted(base);
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return Self::too_deep(span, depth_limit);
        }
        if let Some(slip) = recognise(error.kind(), text, offset) {
            let place = slip.span.shifted(base);
            return slip.moved_to(place);
        }
        Self::new(span, format!("the YAML does not parse: {}", error.kind()), help_for(error.kind()))
    }
}

/// The character at an offset, or nothing at the end of the text.
fn character_at(text: &str, start: usize) -> Span {
    let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
    Span::new(start, end)
}

fn help_for(kind: &ErrorKind) -> &'static str {
    use ErrorKind as E;
    match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabInPlainScalar => {
            "indent with spaces instead of tabs"
        }
        E::MappingValueNotAllowed => "put the value in quotes if it holds `: `, or indent the key under its parent",
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => "close the quote",
        E::UnclosedFlowCollection { .. } | E::UnexpectedEofFlowSequence | E::UnexpectedEofFlowMapping => {
            "close the bracket"
        }
        E::UnexpectedCharacter { .. } => "put the value in quotes, and write control characters as escapes",
        E::UnknownQuotedScalarEscape => "use single quotes, or double the backslash",
        E::SimpleKeyExpected | E::InvalidSimpleKey => "put a `:` and a space after the key, and keep it on one line",
        E::ExpectedBlockSequenceEntry | E::ExpectedBlockMappingKey | E::InvalidIndentation => {
            "line the entries of one list or map up in the same column"
        }
        _ => "indent with spaces, write `key: value` and `- item` lines, and put quotes around text that holds signs",
    }
}

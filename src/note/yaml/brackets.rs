//! Slips with the brackets of `[a, b]` and `{a: b}`.

use super::Problem;
use super::lines::{Line, Nearby};
use crate::base::Span;
use granit_parser::ErrorKind;

/// The slip behind an error in a list or map between brackets.
pub(super) fn bracket(kind: &ErrorKind, near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<Problem> {
    use ErrorKind as E;
    match kind {
        E::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("the `{open}` that opens here is closed by `{close}`");
            let help = format!("put `{}` before the `{close}`", closing(*open));
            Some(Problem::new(Span::new(at, at + 1), message, &help))
        }
        E::MisplacedFlowCollectionEnd => {
            let help = "delete it, or put quotes around the value if it belongs to the text";
            Some(Problem::new(Span::new(at, at + 1), "this bracket closes nothing", help))
        }
        E::UnclosedFlowCollection { open } => Some(unclosed(at, *open)),
        E::InvalidColonPlacement
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::InvalidFlowScalarIndent
        | E::BlockEntryInFlowCollection
        | E::InvalidIndentation => within(near, line, at),
        _ => None,
    }
}

/// A list or map between brackets that goes wrong before it ends. Where the next line begins no deeper than the one
/// with the bracket, that was meant to end there.
fn within(near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<Problem> {
    let (opened, (offset, open)) =
        std::iter::once(line).chain(near.above(line)).find_map(|above| Some((above, opening(near, above, at)?)))?;
    let is_later = line.span().start > opened.end();
    if is_later && line.indent() <= opened.indent() && !line.content().starts_with([']', '}']) {
        return Some(unclosed(offset, open));
    }
    let place = Span::new(line.span().start.max(offset), line.end());
    Some(Problem::new(place, "the entry before this has no comma after it", "put a `,` between the two"))
}

/// The innermost bracket that a line opens at the start of its value and that is still open at an offset.
fn opening(near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<(usize, char)> {
    let start = line.entry().map_or(line.span().start, |entry| entry.value_span.start);
    let part = near.at(Span::new(start, at.max(start)));
    if !part.starts_with(['[', '{']) {
        return None;
    }
    let (mut open, mut quote) = (Vec::new(), None);
    for (i, c) in part.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), _) if q == c => quote = None,
            (None, '[' | '{') => open.push((start + i, c)),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

fn unclosed(at: usize, open: char) -> Problem {
    let close = closing(open);
    let message = format!("the `{open}` that opens here is never closed");
    Problem::new(Span::new(at, at + 1), message, &format!("put `{close}` where the value ends"))
}

fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

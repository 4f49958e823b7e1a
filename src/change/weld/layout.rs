//! Puts parts together again, in the style of the collection that they go into.

use super::split::{Layout, Part};
use super::value::flow;
use crate::note::YamlNode;

/// A part of a merged collection, in the style and column of ours.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Which part of ours it is.
    pub(super) ours: Option<usize>,
    pub(super) key: String,
    pub(super) lead: String,
    pub(super) head: String,
    pub(super) gap: String,
    pub(super) body: String,
    pub(super) tail: String,
    pub(super) value: YamlNode,
}

impl Piece {
    /// A part as it stands.
    pub(super) fn of(part: &Part<'_>, ours: Option<usize>) -> Self {
        Self {
            ours,
            key: part.key.to_owned(),
            lead: part.lead.to_owned(),
            head: part.head.to_owned(),
            gap: part.gap.to_owned(),
            body: part.body().to_owned(),
            tail: part.tail.to_owned(),
            value: part.value.clone(),
        }
    }

    /// A part of a collection written one way, for a collection written another way.
    pub(super) fn adapted(part: &Part<'_>, from: &Layout<'_>, to: &Layout<'_>) -> Self {
        let plain = Self::of(part, None);
        let gap = if part.head.is_empty() { "" } else { " " };
        match (from, to) {
            (Layout::Block { column: from, .. }, Layout::Block { column: to, .. }) => plain.moved(part, *from, *to),
            (Layout::Block { .. }, Layout::Flow { .. }) => {
                let head = if part.key.is_empty() { String::new() } else { plain.head };
                let gap = if part.key.is_empty() { "" } else { " " };
                let (lead, tail) = (String::new(), String::new());
                Self { lead, head, gap: gap.to_owned(), body: flow(part.value), tail, ..plain }
            }
            (Layout::Flow { .. }, Layout::Block { .. }) if part.key.is_empty() => {
                Self { head: "-".to_owned(), gap: " ".to_owned(), tail: "\n".to_owned(), ..plain }
            }
            (Layout::Flow { .. }, Layout::Block { .. }) => Self { gap: gap.to_owned(), tail: "\n".to_owned(), ..plain },
            _ => plain,
        }
    }

    fn moved(self, part: &Part<'_>, from: usize, to: usize) -> Self {
        if from == to {
            return self;
        }
        let own_lines = part.gap.contains('\n');
        let (first, rest) = if own_lines { ("", &*self.body) } else { split_line(&self.body) };
        let body = format!("{first}{}", indented(rest, from, to));
        Self { lead: indented(&self.lead, from, to), body, ..self }
    }
}

fn split_line(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').map_or(text.len(), |at| at + 1))
}

/// Lines that were indented from one column on, indented from another one on.
fn indented(text: &str, from: usize, to: usize) -> String {
    let (old, new) = (" ".repeat(from), " ".repeat(to));
    let moved = |line: &str| match line.strip_prefix(&*old) {
        Some(rest) if !rest.trim().is_empty() => format!("{new}{rest}"),
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(moved).collect()
}

/// Puts pieces together.
pub(super) fn assemble(layout: &Layout<'_>, pieces: &[Piece]) -> String {
    match layout {
        Layout::Block { column, inline } => block(pieces, *column, *inline),
        Layout::Flow { open, between, close } => brackets(pieces, open, between, close),
        Layout::Stream => documents(pieces),
    }
}

fn block(pieces: &[Piece], column: usize, inline: bool) -> String {
    let mut out = String::new();
    for (n, piece) in pieces.iter().enumerate() {
        end_line(&mut out);
        let first = inline && n == 0;
        let lead = if first { piece.lead.trim_start() } else { &piece.lead };
        out.push_str(lead);
        if !first || !lead.is_empty() {
            out.push_str(&" ".repeat(column));
        }
        push_part(&mut out, piece);
    }
    out
}

fn documents(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for (n, piece) in pieces.iter().enumerate() {
        end_line(&mut out);
        out.push_str(&piece.lead);
        let marked = piece.lead.lines().any(|line| line.starts_with("---"));
        if n > 0 && !marked {
            out.push_str("---\n");
        }
        push_part(&mut out, piece);
    }
    out
}

fn brackets(pieces: &[Piece], open: &str, between: &[&str], close: &str) -> String {
    let usual = between.last().copied().filter(|text| !text.contains('#')).unwrap_or(", ");
    let mut out = open.to_owned();
    for (n, piece) in pieces.iter().enumerate() {
        if let Some(before) = n.checked_sub(1).map(|before| &pieces[before]) {
            let neighbours = before.ours.zip(piece.ours).filter(|(a, b)| a + 1 == *b);
            out.push_str(neighbours.map_or(usual, |(a, _)| between[a]));
        }
        push_part(&mut out, piece);
    }
    out.push_str(close);
    out
}

fn push_part(out: &mut String, piece: &Piece) {
    for text in [&piece.head, &piece.gap, &piece.body, &piece.tail] {
        out.push_str(text);
    }
}

fn end_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

//! Cuts the text of a YAML collection into its parts, so that every byte belongs to exactly one.
//!
//! What is written in a way that is not understood here (explicit keys, comments in odd places) gives `None`: it is
//! merged as one value then.

use super::value::is_absent;
use crate::base::Span;
use crate::note::{Yaml, YamlNode};

/// One entry of a map, item of a list, or document of a stream.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// The text that all spans are of.
    pub(super) text: &'a str,
    /// Its key in a map; empty elsewhere.
    pub(super) key: &'a str,
    /// Blank lines and comments above it.
    pub(super) lead: &'a str,
    /// `key:`, `-`, or nothing.
    pub(super) head: &'a str,
    /// What is between the head and the value.
    pub(super) gap: &'a str,
    /// Where the value stands; for a block collection, all of its lines.
    pub(super) place: Span,
    /// The value.
    pub(super) value: &'a YamlNode,
    /// The rest of the value's last line.
    pub(super) tail: &'a str,
}

impl<'a> Part<'a> {
    /// The value's text.
    pub(super) fn body(&self) -> &'a str {
        &self.text[self.place.start..self.place.end]
    }

    /// Whether two parts are the same byte for byte.
    pub(super) fn is_byte_for_byte(&self, other: &Part<'_>) -> bool {
        (self.lead, self.head, self.gap, self.body(), self.tail)
            == (other.lead, other.head, other.gap, other.body(), other.tail)
    }

    /// Whether the value is a collection of indented lines.
    pub(super) fn is_block(&self) -> bool {
        is_block(self.text, self.value)
    }
}

/// How the parts of a collection are put together.
#[derive(Clone, Debug)]
pub(super) enum Layout<'a> {
    /// On lines of their own, indented alike; the first may follow a dash.
    Block { column: usize, inline: bool },
    /// Between brackets.
    Flow { open: &'a str, between: Vec<&'a str>, close: &'a str },
    /// Documents one after the other.
    Stream,
}

/// A collection in parts.
#[derive(Clone, Debug)]
pub(super) struct Parts<'a> {
    pub(super) layout: Layout<'a>,
    pub(super) parts: Vec<Part<'a>>,
    /// Where the last part ends.
    pub(super) end: usize,
}

/// Cuts the collection that is a part's value.
pub(super) fn inside<'a>(part: &Part<'a>) -> Option<Parts<'a>> {
    if part.is_block() { block(part.text, part.place.start, part.value) } else { flow(part.text, part.value) }
}

/// Cuts a stream of documents, of which the roots are known.
pub(super) fn stream<'a>(text: &'a str, place: Span, roots: &'a [YamlNode]) -> Option<Parts<'a>> {
    let mut parts = Vec::new();
    let mut cursor = place.start;
    for value in roots {
        let above = text.get(cursor..value.span.start)?;
        let begin = if is_block(text, value) { cursor + end_of_marker(above)? } else { value.span.start };
        let (end, tail) = end_of_value(text, begin, value)?;
        let (head, gap, lead) = ("", "", text.get(cursor..begin)?);
        parts.push(Part { text, key: "", lead, head, gap, place: Span::new(begin, end), value, tail });
        cursor = end + tail.len();
    }
    (cursor <= place.end).then_some(Parts { layout: Layout::Stream, parts, end: cursor })
}

/// Where the line of the last `---` of some lines ends; `None` where something else follows it on that line.
fn end_of_marker(lines: &str) -> Option<usize> {
    let mut end = 0;
    let mut at = 0;
    for line in lines.split_inclusive('\n') {
        at += line.len();
        if let Some(rest) = line.strip_prefix("---") {
            (line.ends_with('\n') && is_blank_or_comment(rest)).then_some(())?;
            end = at;
        }
    }
    Some(end)
}

/// One child of a collection: its key and the key's place, and its value.
type Child<'a> = (&'a str, Option<Span>, &'a YamlNode);

fn children(node: &YamlNode) -> Vec<Child<'_>> {
    match &node.value {
        Yaml::Map(map) => map.entries.iter().map(|(key, span, value)| (key.as_str(), Some(*span), value)).collect(),
        Yaml::List(items) => items.iter().map(|item| ("", None, item)).collect(),
        Yaml::Scalar(_) => Vec::new(),
    }
}

fn block<'a>(text: &'a str, begin: usize, node: &'a YamlNode) -> Option<Parts<'a>> {
    let line_start = text.get(..begin)?.rfind('\n').map_or(0, |at| at + 1);
    let inline = line_start < begin;
    let mut column = inline.then_some(begin - line_start);
    let mut parts = Vec::new();
    let mut cursor = begin;
    for (key, key_span, value) in children(node) {
        let first_inline = inline && parts.is_empty();
        let lead = if first_inline { "" } else { lead_of(&text[cursor..]) };
        let line = cursor + lead.len();
        let indent = if first_inline { 0 } else { text[line..].bytes().take_while(|b| *b == b' ').count() };
        if !first_inline && *column.get_or_insert(indent) != indent {
            return None;
        }
        let start = line + indent;
        let head_end = match key_span {
            Some(span) => (span.start == start).then(|| after_colon(text, span.end)).flatten()?,
            None => text[start..].starts_with('-').then_some(start + 1)?,
        };
        let place_start = value_start(text, head_end, value)?;
        let (end, tail) = end_of_value(text, place_start, value)?;
        let (head, gap) = (&text[start..head_end], text.get(head_end..place_start)?);
        parts.push(Part { text, key, lead, head, gap, place: Span::new(place_start, end), value, tail });
        cursor = end + tail.len();
    }
    Some(Parts { layout: Layout::Block { column: column?, inline }, parts, end: cursor })
}

fn flow<'a>(text: &'a str, node: &'a YamlNode) -> Option<Parts<'a>> {
    let inner_end = node.span.end.checked_sub(1)?;
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut gaps = Vec::new();
    let mut cursor = node.span.start;
    for (key, key_span, value) in children(node) {
        let start = key_span.map_or(value.span.start, |span| span.start);
        let head_end = key_span.map_or(Some(start), |span| after_colon(text, span.end))?;
        let place = if is_absent(value) { Span::new(head_end, head_end) } else { value.span };
        gaps.push(text.get(cursor..start)?);
        let (head, gap) = (&text[start..head_end], text.get(head_end..place.start)?);
        parts.push(Part { text, key, lead: "", head, gap, place, value, tail: "" });
        cursor = place.end;
    }
    let (open, between) = match gaps.split_first() {
        Some((open, between)) => (*open, between.to_vec()),
        None => {
            cursor = node.span.start + 1;
            (&text[node.span.start..cursor], Vec::new())
        }
    };
    let close = text.get(cursor..=inner_end)?;
    Some(Parts { layout: Layout::Flow { open, between, close }, parts, end: node.span.end })
}

/// Whether a collection is written on indented lines, without brackets.
pub(super) fn is_block(text: &str, node: &YamlNode) -> bool {
    let opens = |bracket| text[node.span.start..].starts_with(bracket);
    match node.value {
        Yaml::Scalar(_) => false,
        Yaml::List(_) => !opens('['),
        Yaml::Map(_) => !opens('{'),
    }
}

/// Blank lines and comment lines at the beginning of a text.
fn lead_of(text: &str) -> &str {
    let lines = text.split_inclusive('\n').take_while(|line| line.ends_with('\n') && is_blank_or_comment(line));
    &text[..lines.map(str::len).sum()]
}

fn is_blank_or_comment(text: &str) -> bool {
    let words = text.trim();
    words.is_empty() || words.starts_with('#')
}

/// The place after the colon that follows a key.
fn after_colon(text: &str, key_end: usize) -> Option<usize> {
    let rest = text.get(key_end..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    rest[blanks..].starts_with(':').then_some(key_end + blanks + 1)
}

/// Where a value begins that follows a head: a block collection on lines of its own begins with their comments.
fn value_start(text: &str, head_end: usize, value: &YamlNode) -> Option<usize> {
    if is_absent(value) {
        return Some(head_end);
    }
    if !is_block(text, value) {
        return Some(value.span.start);
    }
    let line_break = text.get(head_end..value.span.start)?.find('\n');
    Some(line_break.map_or(value.span.start, |at| head_end + at + 1))
}

/// Where a value that begins at a place ends, and the rest of that line.
fn end_of_value<'a>(text: &'a str, begin: usize, value: &'a YamlNode) -> Option<(usize, &'a str)> {
    if is_block(text, value) {
        return block(text, begin, value).map(|parts| (parts.end, ""));
    }
    let end = if is_absent(value) { begin } else { value.span.end };
    let rest = text.get(end..)?;
    let tail = &rest[..rest.find('\n').map_or(rest.len(), |at| at + 1)];
    is_blank_or_comment(tail).then_some((end, tail))
}

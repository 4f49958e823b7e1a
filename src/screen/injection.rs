//! One search for the words that phrases begin with; only there a phrase is tried.

use super::Injection;
use super::phrases::{PHRASES, Phrase};
use super::starts::Starts;
use crate::base::Span;
use regex::bytes::{Regex, RegexBuilder};
use std::sync::{LazyLock, OnceLock};

/// What may stand between two words: white space, line breaks, quoting, emphasis.
const GAP: &str = r#"(?:(?:[ \t\r\n*_>"'`#/-]|\xc2\xa0){1,8})"#;
/// The farthest that a phrase reaches.
const REACH: usize = 320;

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// The phrases of a text that address its reader, in order, without overlaps.
pub(super) fn scan(text: &str) -> Vec<Injection> {
    let bytes = text.as_bytes();
    let mut found: Vec<Injection> = Vec::new();
    let mut from = 0;
    while let Some((start, word)) = TABLE.starts.find(bytes, from) {
        let hit = TABLE.families[word].iter().find_map(|family| TABLE.phrases[*family].try_at(bytes, start));
        from = start + 1;
        if let Some(hit) = hit.map(|hit| Injection { span: on_boundaries(text, hit.span), ..hit }) {
            from = hit.span.end.max(from);
            found.push(hit);
        }
    }
    found
}

fn on_boundaries(text: &str, span: Span) -> Span {
    Span::new(text.floor_char_boundary(span.start), text.ceil_char_boundary(span.end))
}

/// The families, ready to run.
struct Table {
    phrases: Vec<Ready>,
    starts: Starts,
    /// The families of each start, with those of shorter starts that begin it.
    families: Vec<Vec<usize>>,
}

/// A family whose pattern is compiled when it is first needed.
struct Ready {
    phrase: &'static Phrase,
    pattern: OnceLock<Regex>,
}

impl Table {
    fn new() -> Self {
        let mut starts: Vec<&str> = PHRASES.iter().flat_map(|phrase| phrase.starts).copied().collect();
        starts.sort_unstable();
        starts.dedup();
        let families = starts.iter().map(|start| families_of(start)).collect();
        let phrases = PHRASES.iter().map(|phrase| Ready { phrase, pattern: OnceLock::new() }).collect();
        Self { phrases, starts: Starts::new(starts), families }
    }
}

fn families_of(start: &str) -> Vec<usize> {
    let begins = |phrase: &Phrase| phrase.starts.iter().any(|known| start.starts_with(known));
    PHRASES.iter().enumerate().filter(|(_, phrase)| begins(phrase)).map(|(i, _)| i).collect()
}

impl Ready {
    /// The phrase that begins at a start, unless it is only mentioned.
    fn try_at(&self, text: &[u8], start: usize) -> Option<Injection> {
        let joins = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if self.phrase.word && text[..start].last().is_some_and(joins) {
            return None;
        }
        let regex = self.pattern.get_or_init(|| compile(self.phrase));
        let reach = &text[start..text.len().min(start + REACH)];
        let span = Span::new(start, start + regex.find(reach)?.end());
        (!is_mentioned(text, span)).then_some(Injection { reason: self.phrase.reason, span })
    }
}

/// Whether a phrase stands alone between quotes within a sentence: it is spoken of, not spoken.
fn is_mentioned(text: &[u8], span: Span) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let opening: [(&[u8], &[u8]); 5] = [
        (b"`", b"`"),
        (b"\"", b"\""),
        (b"'", b"'"),
        ("“".as_bytes(), "”".as_bytes()),
        ("‘".as_bytes(), "’".as_bytes()),
    ];
    let quote = opening.iter().find_map(|(open, close)| Some((before.strip_suffix(*open)?, close)));
    let Some((before, close)) = quote else { return false };
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    // A quoted value of a key, or an item of a list, is no sentence.
    let in_sentence = matches!(line, [.., b'a'..=b'z' | b',' | b')' | b'`' | b'"', b' '] | [.., b'(']);
    let tail = &after[..after.len().min(24)];
    let end = tail.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b" .,;:!?".contains(byte));
    in_sentence && end.is_some_and(|end| tail[end..].starts_with(close))
}

fn compile(phrase: &Phrase) -> Regex {
    let starts: Vec<String> = phrase.starts.iter().map(|start| regex::escape(start)).collect();
    let pattern = format!("^(?:{})(?:{})", starts.join("|"), phrase.pattern.replace('~', GAP));
    let built = RegexBuilder::new(&pattern).unicode(false).case_insensitive(true).build();
    built.expect("the patterns of the table are tested, each of them")
}

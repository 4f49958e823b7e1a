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
        from = start + 1;
        if let Some(hit) = at(text, start, word) {
            from = hit.span.end.max(from);
            found.push(hit);
        }
    }
    found
}

/// The words that phrases begin with; [`at`] knows them by their place here.
pub(super) fn words() -> &'static [&'static str] {
    TABLE.starts.words()
}

/// The phrase that begins with a word at a place.
pub(super) fn at(text: &str, start: usize, word: usize) -> Option<Injection> {
    let bytes = text.as_bytes();
    let mut families = TABLE.families[word].iter().filter(|family| family.may_follow(bytes, start));
    let hit = families.find_map(|family| TABLE.phrases[family.phrase].try_at(bytes, start))?;
    Some(Injection { span: on_boundaries(text, hit.span), ..hit })
}

fn on_boundaries(text: &str, span: Span) -> Span {
    Span::new(text.floor_char_boundary(span.start), text.ceil_char_boundary(span.end))
}

/// The families, ready to run.
struct Table {
    phrases: Vec<Ready>,
    starts: Starts,
    /// The families of each start, with those of shorter starts that begin it.
    families: Vec<Vec<Family>>,
}

/// A family that may begin with a start.
struct Family {
    phrase: usize,
    /// How long its own starts are that begin this one.
    lengths: Vec<usize>,
    /// Whether a gap has to follow.
    gap: bool,
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

fn families_of(start: &str) -> Vec<Family> {
    let family = |(i, phrase): (usize, &Phrase)| {
        let own = phrase.starts.iter().filter(|known| start.starts_with(**known));
        let gap = phrase.pattern.starts_with('~') || phrase.pattern.starts_with("(?:~");
        Family { phrase: i, lengths: own.map(|known| known.len()).collect(), gap }
    };
    PHRASES.iter().enumerate().map(family).filter(|family| !family.lengths.is_empty()).collect()
}

impl Family {
    /// Whether what follows can belong to the family, as far as one byte tells: most words of a text are passed over by it.
    fn may_follow(&self, text: &[u8], start: usize) -> bool {
        let is_gap = |byte: &u8| b" \t\r\n*_>\"'`#/-\xc2".contains(byte);
        !self.gap || self.lengths.iter().any(|len| text.get(start + len).is_some_and(is_gap))
    }
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
    // A quoted value of a key, or an item of a list, is no sentence.
    let in_sentence = matches!(before, [.., b'a'..=b'z' | b',' | b')' | b'`' | b'"', b' '] | [.., b'(']);
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

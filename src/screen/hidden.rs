//! Characters that nobody sees and that models read: tags, bidirectional controls, zero-width runs, control characters.
//!
//! What scripts and emoji need is let be: joiners in Indic, Arabic and Persian words and in emoji, direction marks beside
//! letters that run right to left, the tags of flags, one byte order mark at the beginning.

use super::Injection;
use crate::base::Span;

const TAGS: &str = "characters of the invisible tag block";
const BIDI: &str = "a control that turns the direction of text";
const ZERO_WIDTH: &str = "a run of characters without width";
const WITHIN_WORD: &str = "a character without width within a word";
const CONTROL: &str = "a control character";
const SELECTORS: &str = "a run of variation selectors";
/// How far from a direction mark letters are looked for that run right to left, in bytes.
const MARK_REACH: usize = 64;
/// How many bytes are passed over at once where there is nothing to see.
const BLOCK: usize = 64;

/// What sort of hidden character one is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Tag,
    Bidi,
    Mark,
    ZeroWidth,
    Selector,
    Control,
}

/// The hidden characters of a text, run by run, in order.
pub(super) fn scan(text: &str) -> Vec<Injection> {
    let mut found = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while let Some((start, sort)) = next(text, at) {
        let end = run_end(text, start, sort);
        at = end;
        if let Some(reason) = judge(text, Span::new(start, end), sort) {
            found.push(Injection { reason, span: Span::new(start, end) });
        }
    }
    found
}

/// The next hidden character.
fn next(text: &str, from: usize) -> Option<(usize, Sort)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if bytes[at..].len() >= BLOCK && bytes[at..at + BLOCK].iter().fold(true, |plain, byte| plain & is_plain(*byte))
        {
            at += BLOCK;
        } else if is_plain(bytes[at]) {
            at += 1;
        } else {
            let c = text[at..].chars().next().expect("a byte that is not plain begins a character");
            if let Some(sort) = sort_of(c) {
                return Some((at, sort));
            }
            at += c.len_utf8();
        }
    }
    None
}

/// Whether a byte is a visible character of ASCII, a space, a tab or part of a line break.
const fn is_plain(byte: u8) -> bool {
    ((byte >= b' ') & (byte < 0x7f)) | (byte == b'\n') | (byte == b'\t') | (byte == b'\r')
}

fn sort_of(c: char) -> Option<Sort> {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => None,
        c if c.is_control() => Some(Sort::Control),
        '\u{e0000}'..='\u{e007f}' => Some(Sort::Tag),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(Sort::Bidi),
        '\u{200e}' | '\u{200f}' | '\u{61c}' => Some(Sort::Mark),
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{180e}' => {
            Some(Sort::ZeroWidth)
        }
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Some(Sort::ZeroWidth),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Some(Sort::Selector),
        _ => None,
    }
}

/// Where a run of hidden characters of one sort ends.
fn run_end(text: &str, start: usize, sort: Sort) -> usize {
    let rest = &text[start..];
    rest.char_indices().find(|(_, c)| sort_of(*c) != Some(sort)).map_or(text.len(), |(at, _)| start + at)
}

/// Why a run is not let be.
fn judge(text: &str, run: Span, sort: Sort) -> Option<&'static str> {
    let (before, inside, after) = (&text[..run.start], &text[run.start..run.end], &text[run.end..]);
    let count = inside.chars().take(3).count();
    match sort {
        Sort::Control => Some(CONTROL),
        Sort::Bidi => Some(BIDI),
        Sort::Tag => (!is_flag(before, inside)).then_some(TAGS),
        // One that asks for an emoji does no harm when it is written twice.
        Sort::Selector => (count > 2 || (count > 1 && inside != "\u{fe0f}\u{fe0f}")).then_some(SELECTORS),
        Sort::Mark => (count > 2 || !runs_right_to_left_near(text, run)).then_some(BIDI),
        // A soft hyphen shows where a word may be broken.
        Sort::ZeroWidth if count > 1 => Some(ZERO_WIDTH),
        Sort::ZeroWidth if inside == "\u{ad}" => None,
        Sort::ZeroWidth => splits_a_word(before, after).then_some(WITHIN_WORD),
    }
}

/// Whether tags spell a flag: a black flag, a few letters, the end tag.
fn is_flag(before: &str, tags: &str) -> bool {
    let letters = tags.strip_suffix('\u{e007f}').unwrap_or_default();
    let spelled = letters.chars().all(|c| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}'));
    before.ends_with('\u{1f3f4}') && spelled && (3..=6).contains(&letters.chars().count())
}

/// Whether Latin letters stand on both sides: no script needs a joiner there.
fn splits_a_word(before: &str, after: &str) -> bool {
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
    is_latin(before.chars().next_back()) && is_latin(after.chars().next())
}

/// Whether a letter that runs right to left stands on the same line, not far away.
fn runs_right_to_left_near(text: &str, run: Span) -> bool {
    let from = text.ceil_char_boundary(run.start.saturating_sub(MARK_REACH));
    let until = text.floor_char_boundary((run.end + MARK_REACH).min(text.len()));
    let before = text[from..run.start].rsplit('\n').next().unwrap_or_default();
    let after = text[run.end..until].split('\n').next().unwrap_or_default();
    let is_rtl = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}') && c != '\u{61c}'
    };
    before.chars().chain(after.chars()).any(is_rtl)
}

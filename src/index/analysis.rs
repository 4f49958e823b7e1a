//! Text to words, the same for notes and questions.

pub(super) use super::language::english_stem;
pub(super) use crate::ontology::Language;

use std::ops::Range;

/// The longest word that is kept, in bytes.
const MAX_WORD_BYTES: usize = 40;

/// Calls with each word of a text in lower case and where it stands, in order: runs of letters and digits, and the
/// overlapping pairs of characters where a script puts no spaces between words. Words of over 40 bytes are left out.
pub(super) fn each_word(text: &str, word: &mut dyn FnMut(&str, Range<usize>)) {
    let mut folded = String::new();
    let mut at = 0;
    while at < text.len() {
        let (class, width) = class_at(text, at);
        let end = run_end(text, at + width, class);
        match class {
            Class::Gap => {}
            Class::Letter => give(text, at..end, &mut folded, word),
            Class::Unspaced => each_pair(text, at..end, &mut folded, word),
        }
        at = end;
    }
}

/// What a character is to the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Letter,
    /// A letter or mark of a script without spaces.
    Unspaced,
}

#[inline]
fn class_at(text: &str, at: usize) -> (Class, usize) {
    let byte = text.as_bytes()[at];
    if byte.is_ascii() {
        return (if byte.is_ascii_alphanumeric() { Class::Letter } else { Class::Gap }, 1);
    }
    let c = text[at..].chars().next().expect("a run ends within the text");
    let class = match c {
        c if is_unspaced(c) => Class::Unspaced,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Gap,
    };
    (class, c.len_utf8())
}

fn run_end(text: &str, mut at: usize, class: Class) -> usize {
    while at < text.len() {
        let (next, width) = class_at(text, at);
        if next != class {
            break;
        }
        at += width;
    }
    at
}

/// Whether a character is of a script that puts no spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E4E}' | '\u{0E81}'..='\u{0ECE}' // Thai, Lao
        | '\u{1000}'..='\u{103F}' | '\u{1050}'..='\u{108F}' | '\u{1780}'..='\u{17D3}' // Myanmar, Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' // Hiragana, Katakana
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn give(text: &str, place: Range<usize>, folded: &mut String, word: &mut dyn FnMut(&str, Range<usize>)) {
    let written = &text[place.clone()];
    folded.clear();
    if written.is_ascii() {
        folded.push_str(written);
        folded.make_ascii_lowercase();
    } else {
        folded.extend(written.chars().flat_map(char::to_lowercase));
    }
    if folded.len() <= MAX_WORD_BYTES {
        word(folded, place);
    }
}

/// The pairs of neighbouring characters of a run; a single character stays itself.
fn each_pair(text: &str, run: Range<usize>, folded: &mut String, word: &mut dyn FnMut(&str, Range<usize>)) {
    let starts = text[run.clone()].char_indices().map(|(at, _)| run.start + at);
    let ends = starts.clone().skip(2).chain([run.end]);
    starts.zip(ends).for_each(|(start, end)| give(text, start..end, folded, word));
}

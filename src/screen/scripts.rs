//! Words whose letters come from scripts that look alike.

/// The scripts whose letters pass for each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
    /// Letters that are made to look like Latin ones: mathematical, fullwidth.
    Styled,
}

/// Whether a word of an id mixes scripts whose letters look alike, such as a Cyrillic `а` among Latin letters.
pub(super) fn mixes(id: &str) -> bool {
    id.split(|c: char| !c.is_alphanumeric()).any(mixes_in_word)
}

fn mixes_in_word(word: &str) -> bool {
    let mut scripts = word.chars().filter_map(script_of);
    let Some(first) = scripts.next() else { return false };
    first == Script::Styled || scripts.any(|script| script != first)
}

/// The script of a letter; `None` for digits and for scripts that nobody takes for another.
fn script_of(c: char) -> Option<Script> {
    match c {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' => Some(Script::Cyrillic),
        '\u{531}'..='\u{58f}' => Some(Script::Armenian),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some(Script::Cherokee),
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}' => Some(Script::Styled),
        _ => None,
    }
}

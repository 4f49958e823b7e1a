//! Texts of strangers as a reader may be shown them: what hides or obeys is written out.

/// A text as one line.
pub(super) fn one_line(text: &str) -> String {
    shown(text, |_| false)
}

/// A text with its lines, without the breaks at its end.
pub(super) fn many_lines(text: &str) -> String {
    shown(&text.replace("\r\n", "\n"), |c| matches!(c, '\n' | '\t')).trim_end_matches('\n').to_owned()
}

/// Escapes what a terminal or a reader would not show as it is: control characters, and format
/// characters that hide text or turn it round.
fn shown(text: &str, kept: fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if (c.is_control() || hides(c)) && !kept(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The beginning of a text, with `…` where it was cut.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

//! What people see: safe text, and colour on a terminal only.

use std::borrow::Cow;
use std::io::IsTerminal;

/// Whether standard output takes colour: a terminal, and `NO_COLOR` is not set.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && !super::env::is_set("NO_COLOR")
}

/// Text of strangers without what a terminal would obey: control characters are shown escaped.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Safe text over several lines.
pub fn safe_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        out.push_str(&safe(line.strip_suffix('\r').unwrap_or(line)));
        out.push_str(end);
    }
    out
}

/// A character as it may be shown where each has to stay one character.
pub fn harmless(c: char) -> char {
    if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c }
}

/// A count with its noun.
pub fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\t') || is_invisible(c)
}

/// Characters that change how their neighbours look without being seen themselves.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

//! A stranger's text, shortened and made safe to print in a message.

/// At most 80 characters of a text, with control and invisible characters escaped.
pub(super) fn shown(text: &str) -> String {
    let plain = |c: char| matches!(c, '\'' | '"' | '\\');
    let mut shown = String::new();
    for c in text.chars().take(80) {
        if plain(c) { shown.push(c) } else { shown.extend(c.escape_debug()) }
    }
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}

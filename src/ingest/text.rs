//! Texts of a source, cut to what is kept and freed of what nobody sees.

/// A text of at most so many characters; where it was cut it ends in `…`.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A text on one line, blanks joined, of at most so many characters.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word: String = word.chars().filter(|c| !hides(*c)).take(most + 1).collect();
        if word.is_empty() {
            continue;
        }
        count += word.chars().count() + usize::from(!line.is_empty());
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
        if count > most {
            break;
        }
    }
    clipped(&line, most)
}

/// A text with its lines, without what hides, without blanks at its ends, of at most so many characters.
pub(super) fn lines_of(text: &str, most: usize) -> String {
    let text = without_escapes(text).replace("\r\n", "\n");
    let shown = |c: char| if c == '\t' || c == '\r' { ' ' } else { c };
    let kept = |c: &char| *c == '\n' || !(c.is_control() || hides(*c));
    let clean: String = text.chars().map(shown).filter(kept).collect();
    clipped(clean.trim(), most)
}

/// A text without the sequences by which terminals colour.
pub(super) fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 2..];
        let end = tail.find(|c: char| c.is_ascii_alphabetic()).map_or(tail.len(), |end| end + 1);
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// Whether a character shows as nothing, or turns the direction of text. Joiners stay: scripts need them.
pub(super) fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{180e}' | '\u{200b}'
        | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e01ef}')
}

/// A number with its noun, in the plural where it is not one: `3 tasks`.
pub(super) fn counted(count: u64, one: &str) -> String {
    let plural = match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    format!("{} {}", grouped(count), if count == 1 { one } else { &plural })
}

/// A number with its thousands apart: `12,345`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A span of time as people say it, in its two largest units: `2 h 5 min`.
pub(super) fn span_of_time(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let parts = match (days, hours, minutes) {
        (0, 0, 0) => return format!("{seconds} s"),
        (0, 0, minutes) if minutes < 10 => [(minutes, "min"), (seconds % 60, "s")],
        (0, 0, minutes) => [(minutes, "min"), (0, "s")],
        (0, hours, minutes) => [(hours, "h"), (minutes, "min")],
        (days, hours, _) => [(days, "d"), (hours, "h")],
    };
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    said.join(" ")
}

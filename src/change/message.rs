//! Commit messages: a title, a reason, and trailers that no stranger's text can forge.

/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;
/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 16 << 10;
/// What stands where a text was cut.
const CUT: &str = "[...]";

/// A commit message: the title, the reason as its own paragraphs, the trailers as the last one.
///
/// The trailers given here are the only ones that git reads from the message: title and reason are
/// cleaned of control and hidden characters, and a line that git could take for a trailer, a
/// comment or the end of the message is indented.
pub fn compose(title: &str, reason: &str, fallback: &str, trailers: &[(&str, String)]) -> String {
    let mut message = clean_title(title);
    if message.is_empty() {
        message = clean_title(fallback);
    }
    let reason = clean_reason(reason);
    if !reason.is_empty() {
        message.push_str("\n\n");
        message.push_str(&reason);
    }
    message.push_str("\n\n");
    for (key, value) in trailers {
        message.push_str(&format!("{key}: {}\n", one_line(value, MAX_TITLE_CHARS)));
    }
    message
}

/// The trailers of a message: the lines of its last paragraph, where each of them is one.
pub fn trailers(message: &str) -> Vec<(String, String)> {
    let body = message.trim_end();
    let Some((_, last)) = body.rsplit_once("\n\n") else { return Vec::new() };
    let parsed: Option<Vec<_>> = last.lines().map(trailer).collect();
    parsed.unwrap_or_default()
}

/// A text as one line: no control or hidden characters, no runs of space, at most so many characters.
pub fn one_line(text: &str, max_chars: usize) -> String {
    let visible: String = text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    cut(&words.join(" "), max_chars)
}

fn trailer(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once(':')?;
    is_token(key).then(|| (key.to_owned(), value.trim().to_owned()))
}

fn is_token(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A line of dashes would end the message for `git interpret-trailers`.
fn clean_title(title: &str) -> String {
    let line = one_line(title, MAX_TITLE_CHARS);
    if line.starts_with("---") { line.trim_start_matches(['-', ' ']).to_owned() } else { line }
}

fn clean_reason(reason: &str) -> String {
    let reason = reason.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = reason.split('\n').map(clean_line).collect();
    cut(lines.join("\n").trim_matches('\n'), MAX_REASON_CHARS)
}

fn clean_line(line: &str) -> String {
    let visible: String = line.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let line = visible.trim_end();
    if could_mislead(line.trim_start()) { format!("    {}", line.trim_start()) } else { line.to_owned() }
}

/// Whether git gives the line a meaning when it stands at the left edge.
fn could_mislead(line: &str) -> bool {
    let key = line.split([':', '=']).next().unwrap_or(line).trim_end();
    let like_trailer = line.len() > key.len() && is_token(key);
    like_trailer || line.starts_with("---") || line.starts_with('#') || line.starts_with("(cherry picked from")
}

fn cut(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}{CUT}", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Characters that change how a line is read without being seen: controls, line separators,
/// directional marks, zero-width characters and tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

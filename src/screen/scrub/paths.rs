//! Absolute paths below the roots where people's files lie.
//!
//! A path of the run itself becomes relative to its root; any other is taken out. Paths of systems (`/usr`, `/tmp`) and
//! routes of addresses are let be.

use crate::base::Span;

/// What such paths begin with, as they are written.
pub(super) const WORDS: &[&str] = &[
    "/home/",
    "/Users/",
    "/root/",
    "/var/folders/",
    "/private/var/",
    "/mnt/",
    "/srv/",
    "/Volumes/",
    ":\\Users\\",
    ":\\\\Users\\\\",
    ":/Users/",
    "-home-",
    "-Users-",
];
/// The longest path that is looked at.
const LONGEST: usize = 4096;

/// The path whose beginning was found at a place.
pub(super) fn at(text: &[u8], start: usize, word: &str) -> Option<Span> {
    if !text[start..].starts_with(word.as_bytes()) {
        return None;
    }
    let begin = if word.starts_with(':') { drive(text, start)? } else { start };
    let begins = if word.starts_with('-') { is_folder_name(text, start) } else { may_begin(text, begin) };
    let end = end(text, start + word.len());
    (begins && end > start + word.len()).then(|| Span::new(begin, end))
}

/// Where the letter of a drive stands before its colon.
fn drive(text: &[u8], colon: usize) -> Option<usize> {
    let letter = colon.checked_sub(1)?;
    text[letter].is_ascii_alphabetic().then_some(letter)
}

/// Whether a path that is written as the name of a folder begins here: `projects/-home-alice-app`.
fn is_folder_name(text: &[u8], start: usize) -> bool {
    text[..start].ends_with(b"projects/")
}

/// Whether nothing stands before a path that it would go on from.
pub(super) fn may_begin(text: &[u8], start: usize) -> bool {
    let before = &text[..start];
    // `\n/home/...` in the string of a program, `file:///home/...`, `/c/Users/...`.
    let escape = matches!(before, [.., b'\\', b'n' | b'r' | b't']);
    let address = before.ends_with(b"file://");
    let joins = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b"._-~/\\}%$".contains(byte);
    escape || address || !before.last().is_some_and(joins)
}

/// Where a path ends that goes on at a place.
pub(super) fn end(text: &[u8], from: usize) -> usize {
    let reach = &text[from..text.len().min(from + LONGEST)];
    let mut at = 0;
    while at < reach.len() {
        match &reach[at..] {
            // A space that is escaped, a backslash of Windows; not the `\n` of a string.
            [b'\\', b' ', ..] => at += 2,
            [b'\\', b'\\', c, ..] if c.is_ascii_alphanumeric() || *c == b'.' => at += 2,
            [b'\\', b'n' | b'r' | b't' | b'"' | b'\'' | b'u', ..] if !text[..from].ends_with(b"\\") => break,
            [b'\\', c, ..] if c.is_ascii_alphanumeric() || *c == b'.' => at += 1,
            [c, ..] if ends(*c) => break,
            _ => at += 1,
        }
    }
    let kept = reach[..at].iter().rposition(|byte| !b".,!?/".contains(byte)).map_or(0, |last| last + 1);
    from + kept
}

fn ends(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\\\"'`:,;()<>[]{}|*?#&=$!".contains(&byte)
}

/// A root as it is compared: without a slash at its end; `None` where it holds more than one run.
pub(super) fn root(root: &str) -> Option<String> {
    let root = root.trim().trim_end_matches(['/', '\\']);
    let parts: Vec<&str> = root.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    let absolute = root.starts_with('/') || root.as_bytes().get(1) == Some(&b':');
    let climbs = parts.iter().any(|part| matches!(*part, "." | ".."));
    let system = [
        "home", "Users", "root", "mnt", "srv", "var", "usr", "etc", "tmp", "bin", "dev", "opt", "private", "Volumes",
        "lib", "api",
    ];
    let wide = parts.len() < 2 && parts.first().is_none_or(|first| system.contains(first));
    (absolute && !climbs && !wide && root.len() <= LONGEST).then(|| root.to_owned())
}

//! Private key blocks, closed or cut off.

use crate::base::Span;
use memchr::memmem;

/// The longest first or last line of a block, in bytes.
const MAX_LINE: usize = 100;
/// The fewest characters of base64 that are taken for a part of a key.
const LEAST_RUN: usize = 16;
/// What the header lines of a block begin with.
const HEADERS: &[&[u8]] = &[b"Proc-Type:", b"DEK-Info:", b"Version:", b"Comment:", b"Hash:", b"Charset:"];

/// The private key block that begins at a place.
///
/// A closed block is a key when its body stands on lines of its own, or holds base64; a block that is cut off
/// ends with its last line of base64, and must have one.
pub(super) fn find(text: &[u8], start: usize) -> Option<Span> {
    let body_start = start + opening(&text[start..])?;
    let rest = &text[body_start..];
    // No block goes on behind dashes: what follows the next ones is looked at from there.
    let (body, next) = rest.split_at(memmem::find(rest, b"----").unwrap_or(rest.len()));
    let end = closed(body, next).or_else(|| cut_off(body))?;
    Some(Span::new(start, body_start + end))
}

/// The length of `-----BEGIN ... PRIVATE KEY ...-----`.
fn opening(text: &[u8]) -> Option<usize> {
    let line = &text[..text.len().min(MAX_LINE)];
    let dashes = line.iter().take_while(|byte| **byte == b'-').count();
    let label = line[dashes..].split(|byte| *byte == b'-').next().unwrap_or_default();
    let plain = label.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ');
    let closing = line[dashes + label.len()..].iter().take_while(|byte| **byte == b'-').count();
    let is_private = plain && memmem::find(label, b"PRIVATE KEY").is_some();
    (is_private && closing >= 4).then_some(dashes + label.len() + closing)
}

/// The length of a body and its closing line, where what comes next is one.
fn closed(body: &[u8], next: &[u8]) -> Option<usize> {
    let line = &next[..next.len().min(MAX_LINE)];
    let dashes = line.iter().take_while(|byte| **byte == b'-').count();
    let label = line[dashes..].split(|byte| matches!(byte, b'-' | b'\n')).next().unwrap_or_default();
    let closes = label.trim_ascii_start().starts_with(b"END ");
    let own_lines = matches!(body, [b'\n', ..] | [b'\r', b'\n', ..] | [b'\\', b'n' | b'r', ..]);
    let letters = body.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let is_key = (own_lines && letters > 4) || body.split(|b| !is_base64(b)).any(|run| run.len() >= LEAST_RUN);
    let tail = line[dashes + label.len()..].iter().take_while(|byte| **byte == b'-').count();
    (closes && is_key).then_some(body.len() + dashes + label.len() + tail)
}

/// The length up to the end of the last line of base64.
fn cut_off(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut end = None;
    while at < rest.len() {
        let (line, next) = line_at(rest, at);
        let bare = bare(line);
        if !bare.is_empty() && bare.iter().all(is_base64) {
            if bare.len() >= LEAST_RUN || end.is_some() {
                end = Some(at + line.len());
            }
        } else if !bare.is_empty() && !HEADERS.iter().any(|header| bare.starts_with(header)) {
            return last_run(line).map(|len| at + len).or(end);
        }
        at = next;
    }
    end
}

/// How far the base64 goes that a line begins with, where a quote ends it.
fn last_run(line: &[u8]) -> Option<usize> {
    let start = line.iter().position(is_base64)?;
    let run = line[start..].iter().take_while(|byte| is_base64(byte)).count();
    let quoted = matches!(line.get(start + run), Some(b'"' | b'\'' | b'`' | b'\\'));
    (run >= LEAST_RUN && quoted && bare(line).starts_with(&line[start..start + run])).then_some(start + run)
}

/// The line at a place, and where the next one begins. A line ends at a line break, real or written `\n`.
fn line_at(text: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &text[at..];
    for i in memchr::memchr2_iter(b'\n', b'\\', rest) {
        match &rest[i..] {
            [b'\n', ..] => return (&rest[..i], at + i + 1),
            [b'\\', b'n' | b'r', ..] => return (&rest[..i], at + i + 2),
            _ => {}
        }
    }
    (rest, text.len())
}

/// A line without indentation, quotes, and what joins strings.
fn bare(line: &[u8]) -> &[u8] {
    let joins = |byte: &u8| byte.is_ascii_whitespace() || b"\"',>|\\".contains(byte);
    let start = line.iter().position(|byte| !joins(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !joins(byte)).map_or(start, |last| last + 1);
    &line[start..end]
}

fn is_base64(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

//! Bytes to text and JSON, within bounds of depth and number that hold before anything is built.

use crate::ingest::ProblemKind;
use serde_json::Value;

/// The deepest nesting.
const DEPTH: usize = 64;
/// The most values in one text: each takes memory, however short it is written.
const VALUES: usize = 50_000;

/// Why bytes are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) kind: ProblemKind,
    pub(super) message: &'static str,
}

const fn unfit(kind: ProblemKind, message: &'static str) -> Unfit {
    Unfit { kind, message }
}

/// What is longer than the limit.
pub(super) const TOO_LONG: Unfit = unfit(ProblemKind::TooLarge, "it is longer than the limit and left out");

/// Text, without the mark that some editors begin a file with.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Unfit> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| unfit(ProblemKind::InvalidUtf8, "it is not UTF-8 and left out"))
}

/// JSON.
pub(super) fn json(bytes: &[u8]) -> Result<Value, Unfit> {
    let text = text(bytes)?;
    bounded(text.as_bytes())?;
    serde_json::from_str(text).map_err(|_| unfit(ProblemKind::Malformed, "it is not JSON and left out"))
}

/// Goes through the structure of a text that should be JSON, without reading what stands in strings.
fn bounded(bytes: &[u8]) -> Result<(), Unfit> {
    let (mut depth, mut values, mut at) = (0_usize, 1_usize, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = behind_string(bytes, at),
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => continue,
        }
        if depth > DEPTH {
            return Err(unfit(ProblemKind::TooDeep, "it is nested too deeply and left out"));
        }
        if values > VALUES {
            return Err(unfit(ProblemKind::TooLarge, "it holds too many values and is left out"));
        }
    }
    Ok(())
}

/// Where the string ends that begins here.
fn behind_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

//! Runs of base64, which can hold what would be found if it were not encoded.

use crate::base::Span;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// The shortest run that is decoded.
const SHORTEST: usize = 24;
/// How much of a run is decoded, and how much of it says whether it holds text.
const LONGEST: usize = 64 << 10;
const TASTE: usize = 48;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const URL_BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// A run, and what it holds.
pub(super) struct Encoded {
    pub(super) span: Span,
    pub(super) holds: String,
}

/// The tokens of a text that long runs and points between them make: of Discord and Airtable.
pub(super) fn dotted(text: &str) -> Vec<(Span, &'static str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(span) = next_run(bytes, from) {
        from = span.end + 1;
        let at =
            |start: usize| bytes.get(start..).map_or(0, |rest| rest.iter().take_while(|byte| is_word(**byte)).count());
        let run = &bytes[span.start..span.end];
        let middle = span.end + 1;
        if (24..=28).contains(&run.len()) && b"MNO".contains(&run[0]) && at(middle) == 6 && at(middle + 7) >= 27 {
            let joined = bytes.get(span.end) == Some(&b'.') && bytes.get(middle + 6) == Some(&b'.');
            found
                .extend(joined.then(|| (Span::new(span.start, middle + 7 + at(middle + 7)), "provider-token:discord")));
        }
        if run.len() == 64 && run.iter().all(u8::is_ascii_hexdigit) && span.start >= 18 {
            let before = &bytes[span.start - 18..span.start];
            let is_pat =
                before.starts_with(b"pat") && before[3..17].iter().all(u8::is_ascii_alphanumeric) && before[17] == b'.';
            found.extend(is_pat.then(|| (Span::new(span.start - 18, span.end), "provider-token:airtable")));
        }
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The runs of a text that hold text, in order.
pub(super) fn runs(text: &str) -> Vec<Encoded> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(span) = next_run(bytes, from) {
        from = span.end + 1;
        if let Some(holds) = decode(&bytes[span.start..span.end]) {
            // What fills up the last group belongs to it.
            let filling = bytes[span.end..].iter().take(2).take_while(|byte| **byte == b'=').count();
            found.push(Encoded { span: Span::new(span.start, span.end + filling), holds });
        }
    }
    found
}

/// The next run that is long enough. Every so many bytes one is looked at, and what stands before it only where that one fits.
fn next_run(text: &[u8], from: usize) -> Option<Span> {
    let mut begin = from;
    loop {
        let window = text.get(begin..begin + SHORTEST)?;
        match window.iter().rposition(|byte| !IS_RUN[usize::from(*byte)]) {
            Some(breaks) => begin += breaks + 1,
            None => {
                let rest = text[begin + SHORTEST..].iter().take_while(|byte| IS_RUN[usize::from(**byte)]).count();
                return Some(Span::new(begin, begin + SHORTEST + rest));
            }
        }
    }
}

static IS_RUN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'+' | b'/' | b'-' | b'_');
        byte += 1;
    }
    table
};

/// The text that a run holds.
fn decode(run: &[u8]) -> Option<String> {
    // Words and paths are of one case or have no digits where base64 has both.
    if !run[..SHORTEST].iter().any(u8::is_ascii_uppercase) || !run[..SHORTEST].iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    let engine = if run.iter().any(|byte| matches!(byte, b'-' | b'_')) { &URL_BASE64 } else { &STANDARD_BASE64 };
    let taste = engine.decode(&run[..run.len().min(TASTE) / 4 * 4]).ok()?;
    if !is_text(&taste) {
        return None;
    }
    let mut len = run.len().min(LONGEST);
    if len % 4 == 1 || len < run.len() {
        len = len / 4 * 4;
    }
    Some(String::from_utf8_lossy(&engine.decode(&run[..len]).ok()?).into_owned())
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t'))
}

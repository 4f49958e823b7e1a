//! The paths that a bundle takes.

use super::BundleLimits;
use crate::ingest::ProblemKind;

/// So many characters of a path that is refused are shown.
const SHOWN: usize = 120;

/// Why a path is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) kind: ProblemKind,
    pub(super) message: &'static str,
}

/// A path without `.` and empty components, if nothing in it leads out of the run or misleads a reader. Nothing is left of `./`.
pub(super) fn checked(raw: &[u8], limits: &BundleLimits) -> Result<String, Refused> {
    let refused = |kind, message| Err(Refused { kind, message });
    if raw.len() > limits.path_bytes {
        return refused(ProblemKind::TooLarge, "a path that is longer than the limit is left out");
    }
    let Ok(text) = std::str::from_utf8(raw) else {
        return refused(ProblemKind::InvalidUtf8, "a path that is not UTF-8 is left out");
    };
    if text.starts_with('/') {
        return refused(ProblemKind::OutsideRun, "an absolute path is left out");
    }
    if text.chars().any(|c| c.is_control() || c == '\\' || misleads(c)) {
        return refused(ProblemKind::OutsideRun, "a path with a control character or a backslash is left out");
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return refused(ProblemKind::OutsideRun, "a path that climbs out of the run is left out");
    }
    if parts.len() > limits.depth {
        return refused(ProblemKind::TooLarge, "a path that is deeper than the limit is left out");
    }
    Ok(parts.join("/"))
}

/// A path that may be anything, short and in printable characters.
pub(super) fn shown(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(&raw[..raw.len().min(4 * SHOWN)]);
    text.chars().take(SHOWN).map(|c| if c.is_control() || misleads(c) { '\u{fffd}' } else { c }).collect()
}

/// Bidirectional controls and tag characters.
fn misleads(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

//! Moments, and the clock they come from.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment, to the second, written as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// 0000-01-01T00:00:00Z: RFC 3339 writes no year before it.
const YEAR_ZERO: i64 = -62_167_219_200;

/// The text is not an RFC 3339 timestamp.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{0}` is not an RFC 3339 timestamp such as 2026-05-10T12:00:00Z")]
pub struct BadTimestamp(String);

impl Timestamp {
    /// A moment given in seconds since 1970-01-01T00:00:00Z, brought into the range that can be written.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(YEAR_ZERO, jiff::Timestamp::MAX.as_second()))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339: a date, `T`, a time, and `Z` or an offset. A fraction of a second is dropped.
    pub fn parse(text: &str) -> Result<Self, BadTimestamp> {
        let bad = || BadTimestamp(text.chars().take(80).flat_map(char::escape_debug).collect());
        if !looks_like_rfc3339(text) {
            return Err(bad());
        }
        let moment: jiff::Timestamp = text.parse().map_err(|_| bad())?;
        Ok(Self::from_seconds(moment.as_second() - i64::from(moment.subsec_nanosecond() < 0)))
    }
}

/// RFC 3339 is narrower than what calendars libraries read: the shape is checked first.
fn looks_like_rfc3339(text: &str) -> bool {
    let b = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| b[range].iter().all(u8::is_ascii_digit);
    if b.len() < 20 || b.len() > 40 || !text.is_ascii() {
        return false;
    }
    let date = digits(0..4) && b[4] == b'-' && digits(5..7) && b[7] == b'-' && digits(8..10);
    let time = matches!(b[10], b'T' | b't' | b' ')
        && digits(11..13)
        && b[13] == b':'
        && digits(14..16)
        && b[16] == b':'
        && digits(17..19);
    if !date || !time {
        return false;
    }
    let mut rest = &b[19..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let n = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
        if n == 0 {
            return false;
        }
        rest = &fraction[n..];
    }
    match rest {
        b"Z" | b"z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|c| c.is_ascii_digit()),
        _ => false,
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_second(self.0).expect("the constructors keep the range");
        write!(f, "{moment}")
    }
}

impl TryFrom<String> for Timestamp {
    type Error = BadTimestamp;
    fn try_from(text: String) -> Result<Self, BadTimestamp> {
        Self::parse(&text)
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> String {
        moment.to_string()
    }
}

/// Where the present moment comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_second())
    }
}

/// A clock that tests move by hand.
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    /// A clock that stands at a moment.
    pub fn at(moment: Timestamp) -> Self {
        Self(moment.seconds().into())
    }

    /// Moves the clock on by seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

//! Moments to the millisecond, for durations.

use crate::base::Timestamp;
use crate::ingest::Ran;
use serde_json::Value;

/// Numbers from here on are milliseconds: as seconds they would be of the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When {
    /// To the second.
    pub(super) at: Timestamp,
    /// Milliseconds since 1970.
    pub(super) ms: i64,
}

impl When {
    /// Reads RFC 3339, or seconds or milliseconds since 1970.
    pub(super) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => {
                let number = number.as_i64().or_else(|| number.as_f64().map(|float| float as i64))?;
                let ms = if number.abs() < MILLISECONDS { number.checked_mul(1000)? } else { number };
                Some(Self { at: Timestamp::from_seconds(ms.div_euclid(1000)), ms })
            }
            _ => None,
        }
    }

    /// The moment under the first of the keys that has one.
    pub(super) fn of(value: &Value, keys: &[&str]) -> Option<Self> {
        keys.iter().find_map(|key| Self::read(value.get(key)?))
    }

    fn parse(text: &str) -> Option<Self> {
        let at = Timestamp::parse(text).ok()?;
        let fraction = text.get(19..).and_then(|rest| rest.strip_prefix('.')).unwrap_or("");
        let mut digits = fraction.bytes().take_while(u8::is_ascii_digit).map(|digit| i64::from(digit - b'0'));
        let ms = (0..3).fold(0, |sum, _| 10 * sum + digits.next().unwrap_or(0));
        Some(Self { at, ms: at.seconds() * 1000 + ms })
    }
}

/// From one moment to another.
pub(super) fn ran(started: Option<When>, ended: Option<When>) -> Ran {
    let took = started.zip(ended).and_then(|(start, end)| u64::try_from(end.ms - start.ms).ok());
    Ran { started: started.map(|when| when.at), ended: ended.map(|when| when.at), duration_ms: took }
}

/// The first and the last moment of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch(Option<(When, When)>);

impl Stretch {
    /// Takes in a moment.
    pub(super) fn add(&mut self, when: Option<When>) {
        if let Some(when) = when {
            self.0 = Some(self.0.map_or((when, when), |(first, last)| (first.min(when), last.max(when))));
        }
    }

    pub(super) fn first(&self) -> Option<When> {
        self.0.map(|(first, _)| first)
    }

    pub(super) fn ran(&self) -> Ran {
        ran(self.first(), self.0.map(|(_, last)| last))
    }
}

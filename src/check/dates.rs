//! What moment a date that is not RFC 3339 may have been meant as.

use crate::base::Timestamp;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// The longest text that is taken for a date, in bytes.
const LONGEST: usize = 40;

/// The RFC 3339 readings of a text, most likely first: a day, a time without its offset or seconds, a day in another
/// order or in words.
pub(super) fn readings(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.len() > LONGEST || !text.is_ascii() {
        return Vec::new();
    }
    let mut readings: Vec<String> = days(text).iter().map(|day| format!("{day}T00:00:00Z")).collect();
    let timed = text.replacen(' ', "T", 1);
    readings.extend(["Z", ":00Z"].map(|end| format!("{timed}{end}")));
    readings.retain(|reading| Timestamp::parse(reading).is_ok());
    readings.dedup();
    readings
}

/// The days that a text may name, as `yyyy-mm-dd`; some of them may not exist.
fn days(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts.as_slice() else { return Vec::new() };
    let (first, last) = match (a.len(), c.len()) {
        (4, _) => (day(a, b, c), None),
        (_, 4) => (day(c, a, b), day(c, b, a)),
        _ => (None, None),
    };
    [first, last].into_iter().flatten().collect()
}

fn day(year: &str, month: &str, day: &str) -> Option<String> {
    let year: u16 = year.parse().ok()?;
    let month = month.parse().ok().or_else(|| month_named(month))?;
    let day: u8 = day.trim_end_matches(char::is_alphabetic).parse().ok()?;
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

fn month_named(word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    u8::try_from(at + 1).ok()
}

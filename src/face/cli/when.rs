//! Times as people write them. The API takes RFC 3339 only; this is for the command line.

use crate::base::Timestamp;

/// Reads RFC 3339, a date (its last second, in UTC), or words such as `2 days ago` and `yesterday`.
pub fn read(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(moment) = Timestamp::parse(text) {
        return Ok(moment);
    }
    if let Ok(moment) = Timestamp::parse(&format!("{text}T23:59:59Z")) {
        return Ok(moment);
    }
    relative(text, now).ok_or_else(|| {
        format!("`{text}` is no time: write 2026-05-09T08:00:00Z, 2026-05-09, \"yesterday\" or \"2 days ago\"")
    })
}

/// Reads a length of time: a number and `s`, `m`, `h`, `d` or `w`. In seconds.
pub fn read_length(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no length of time: write a number and m, h, d or w, such as 30d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    count.checked_mul(seconds).filter(|s| *s > 0).ok_or_else(wrong)
}

fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let seconds = match words[..] {
        ["now"] => 0,
        ["yesterday"] => 86_400,
        [count, unit, "ago"] => read_count(count)?.checked_mul(unit_seconds(unit)?)?,
        _ => return None,
    };
    Some(Timestamp::from_seconds(now.seconds().saturating_sub(seconds)))
}

fn read_count(word: &str) -> Option<i64> {
    if matches!(word, "a" | "an" | "one") { Some(1) } else { word.parse().ok().filter(|n| *n >= 0) }
}

fn unit_seconds(word: &str) -> Option<i64> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        "month" => 30 * 86_400,
        "year" => 365 * 86_400,
        _ => return None,
    })
}

//! Looks fields of structures up by name.

use super::text::one_line;
use serde_json::Value;

/// The first text under one of the keys that says something.
pub(super) fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    keys.iter().filter_map(|key| value.get(key)?.as_str()).find(|text| !text.trim().is_empty())
}

/// The same, in one short line.
pub(super) fn line(value: &Value, keys: &[&str]) -> Option<String> {
    text(value, keys).map(one_line)
}

/// The first number under one of the keys.
pub(super) fn number(value: &Value, keys: &[&str]) -> Option<u64> {
    keys.iter().find_map(|key| value.get(key)?.as_u64())
}

/// The first amount of money under one of the keys, in millionths.
pub(super) fn micros(value: &Value, keys: &[&str]) -> Option<u64> {
    let amount = keys.iter().find_map(|key| value.get(key)?.as_f64())?;
    Some((amount.clamp(0.0, 1e9) * 1e6).round() as u64)
}

/// An error in one line: a text, or a name and a message.
pub(super) fn error(value: &Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(one_line(text)).filter(|line| !line.is_empty());
    }
    match (line(value, &["name", "code", "type"]), line(value, &["message", "reason"])) {
        (Some(name), Some(message)) => Some(one_line(&format!("{name}: {message}"))),
        (name, message) => message.or(name),
    }
}

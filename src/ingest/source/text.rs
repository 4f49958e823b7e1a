//! Cuts texts and structures to what is kept of them.

use serde_json::{Map, Value};

/// What is kept of one text, in bytes.
pub(super) const KEPT: usize = 8 << 10;
/// What is kept of a structure, in bytes of its texts and keys.
const STRUCTURE: usize = 32 << 10;
/// What is kept of a text in a structure.
const IN_STRUCTURE: usize = 4 << 10;
/// What stands where something was cut.
const CUT: &str = "…";
/// The longest single line, in characters.
const LINE: usize = 400;

/// The beginning of a text.
pub(super) fn head(text: &str) -> String {
    head_of(text, KEPT)
}

fn head_of(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    [&text[..text.floor_char_boundary(most - CUT.len())], CUT].concat()
}

/// The end of a text, from the beginning of a line where that is near.
pub(super) fn tail(text: &str) -> String {
    let text = text.trim_end();
    if text.len() <= KEPT {
        return text.to_owned();
    }
    let kept = &text[text.ceil_char_boundary(text.len() - KEPT + CUT.len() + 1)..];
    let line = kept.find('\n').filter(|at| *at < KEPT / 8).map_or(0, |at| at + 1);
    [CUT, "\n", &kept[line..]].concat()
}

/// A text in one line, short.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * LINE {
            break;
        }
    }
    match line.char_indices().nth(LINE) {
        Some((at, _)) => [&line[..at], CUT].concat(),
        None => line,
    }
}

/// A structure, cut to so much as is kept.
pub(super) fn bounded(value: &Value) -> Value {
    let mut left = STRUCTURE;
    within(value, &mut left)
}

fn within(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(8);
    match value {
        Value::String(text) => {
            let kept = head_of(text, IN_STRUCTURE.min(*left).max(CUT.len()));
            *left = left.saturating_sub(kept.len());
            Value::String(kept)
        }
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items {
                if *left == 0 {
                    kept.push(Value::String(CUT.to_owned()));
                    break;
                }
                kept.push(within(item, left));
            }
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (key, item) in fields {
                if *left == 0 {
                    kept.insert(CUT.to_owned(), Value::Null);
                    break;
                }
                *left = left.saturating_sub(key.len());
                kept.insert(head_of(key, IN_STRUCTURE), within(item, left));
            }
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

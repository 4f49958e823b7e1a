//! Structures of a source, made small enough to be kept. What is cut says how much there was.

use crate::ingest::text::{lines_of, one_line};
use serde_json::{Map, Value};

/// How much of a structure is kept: characters of a text, items of a list or map, levels.
#[derive(Clone, Copy)]
struct Room {
    text: usize,
    items: usize,
    depth: usize,
}

/// From generous to narrow.
const ROOMS: [Room; 4] = [
    Room { text: 2_000, items: 64, depth: 8 },
    Room { text: 400, items: 16, depth: 5 },
    Room { text: 120, items: 8, depth: 4 },
    Room { text: 60, items: 4, depth: 2 },
];

/// The structure in the most generous form that has at most so many bytes of JSON.
pub(in crate::ingest) fn bounded(value: &Value, most: usize) -> Value {
    let fits = |value: &Value| value.to_string().len() <= most;
    let forms = ROOMS.iter().map(|room| shrunk(value, *room));
    forms.into_iter().find(fits).unwrap_or_else(|| said(format!("{} bytes are left out", value.to_string().len())))
}

fn shrunk(value: &Value, room: Room) -> Value {
    match value {
        Value::String(text) => Value::String(text_within(text, room.text)),
        Value::Array(items) if room.depth == 0 => said(format!("{} items are left out", items.len())),
        Value::Object(fields) if room.depth == 0 => said(format!("{} fields are left out", fields.len())),
        Value::Array(items) => {
            let mut kept: Vec<Value> = items.iter().take(room.items).map(|item| shrunk(item, deeper(room))).collect();
            if let Some(cut) = items.len().checked_sub(room.items).filter(|cut| *cut > 0) {
                kept.push(said(format!("{cut} more items are left out")));
            }
            Value::Array(kept)
        }
        Value::Object(fields) => Value::Object(fields_within(fields, room)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn fields_within(fields: &Map<String, Value>, room: Room) -> Map<String, Value> {
    let shown = |key: &str| match one_line(key, 80) {
        key if key.is_empty() => "(no name)".to_owned(),
        key => key,
    };
    let mut kept: Map<String, Value> =
        fields.iter().take(room.items).map(|(key, value)| (shown(key), shrunk(value, deeper(room)))).collect();
    if let Some(cut) = fields.len().checked_sub(room.items).filter(|cut| *cut > 0) {
        kept.insert("…".to_owned(), said(format!("{cut} more fields are left out")));
    }
    kept
}

fn text_within(text: &str, most: usize) -> String {
    let kept = lines_of(text, most);
    match text.chars().count().checked_sub(most).filter(|cut| *cut > 0) {
        Some(cut) => format!("{kept} ({cut} more characters are left out)"),
        None => kept,
    }
}

fn said(text: String) -> Value {
    Value::String(format!("({text})"))
}

const fn deeper(room: Room) -> Room {
    Room { depth: room.depth - 1, ..room }
}

//! Drops from a line what nothing looks at, and what the program wrote into the words of a person.
//!
//! What is dropped is not kept, so it need not be screened: half of a session is such text.

use super::asked::by_a_person;
use serde_json::{Map, Value};

/// What is looked at of the result that stands beside a message.
const RESULT: &[&str] = &["answers", "interrupted", "type"];
/// What the tools that change files are given besides a path.
const BODIES: &[&str] = &["old_string", "new_string", "content", "edits", "new_source"];
/// What lines hold that are only counted.
const PAYLOADS: &[&str] = &["data", "snapshot", "attachment", "message", "toolUseResult", "content"];

/// Drops from a line what nothing looks at.
pub(super) fn drop_unused(line: &mut Value) {
    let Some(fields) = line.as_object_mut() else { return };
    match fields.get("type").and_then(Value::as_str) {
        Some("user") => {
            only(fields, "toolUseResult", RESULT);
            line.pointer_mut("/message/content").into_iter().for_each(words);
        }
        Some("assistant") => {
            let blocks = line.pointer_mut("/message/content").and_then(Value::as_array_mut);
            blocks.into_iter().flatten().filter_map(Value::as_object_mut).for_each(block);
        }
        _ => fields.retain(|key, _| !PAYLOADS.contains(&key.as_str())),
    }
}

fn only(fields: &mut Map<String, Value>, key: &str, kept: &[&str]) {
    match fields.get_mut(key) {
        Some(Value::Object(result)) => result.retain(|key, _| kept.contains(&key.as_str())),
        Some(other) => *other = Value::Null,
        None => {}
    }
}

fn words(content: &mut Value) {
    match content {
        Value::String(text) => *text = by_a_person(text),
        Value::Array(blocks) => {
            for block in blocks.iter_mut().filter(|block| block["type"] == "text") {
                if let Some(Value::String(text)) = block.get_mut("text") {
                    *text = by_a_person(text);
                }
            }
        }
        _ => {}
    }
}

fn block(fields: &mut Map<String, Value>) {
    match fields.get("type").and_then(Value::as_str) {
        Some("thinking" | "redacted_thinking") => fields.retain(|key, _| key == "type"),
        Some("tool_use") => {
            let edits = matches!(
                fields.get("name").and_then(Value::as_str),
                Some("Edit" | "MultiEdit" | "Write" | "NotebookEdit")
            );
            if let Some(Value::Object(input)) = fields.get_mut("input").filter(|_| edits) {
                input.retain(|key, _| !BODIES.contains(&key.as_str()));
            }
        }
        _ => {}
    }
}

//! Drops from a line what nothing looks at, and texts that the program wrote in the name of the user.
//!
//! What is dropped is not kept, so it need not be screened.

use serde_json::Value;

/// Fields that nothing looks at.
const UNUSED: &[&str] =
    &["encrypted_content", "replacement_history", "instructions", "base_instructions", "user_instructions", "summary"];
/// How the texts begin that the program writes in the name of the user.
const NOT_ASKED: &[&str] = &[
    "<environment_context>",
    "<user_instructions>",
    "<permissions instructions>",
    "<turn_aborted>",
    "<skill>",
    "<INSTRUCTIONS>",
    "<subagent_notification>",
    "<collaboration_mode>",
    "<user_shell_command>",
    "# AGENTS.md instructions",
    "Warning: ",
];

/// Drops from a line what nothing looks at.
pub(super) fn drop_unused(line: &mut Value) {
    let item = if line.get("payload").is_some() { &mut line["payload"] } else { line };
    let Some(fields) = item.as_object_mut() else { return };
    fields.retain(|key, _| !UNUSED.contains(&key.as_str()));
    let role = fields.get("role").and_then(Value::as_str);
    if matches!(role, Some("developer" | "system")) {
        fields.shift_remove("content");
    } else if role == Some("user") {
        let blocks = fields.get_mut("content").and_then(Value::as_array_mut).into_iter().flatten();
        blocks.filter_map(|block| block.get_mut("text")).for_each(only_asked);
    }
    if fields.get("type").and_then(Value::as_str) == Some("user_message") {
        fields.get_mut("message").into_iter().for_each(only_asked);
    }
}

fn only_asked(text: &mut Value) {
    let written = text.as_str().is_some_and(|text| NOT_ASKED.iter().any(|begin| text.trim_start().starts_with(begin)));
    if written {
        *text = Value::Null;
    }
}

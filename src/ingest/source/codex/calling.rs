//! What the tools of Codex are used for.

use super::super::calls::Use;
use super::super::paths::named;
use super::super::text::{head, one_line};
use super::super::{look, patch};
use crate::ingest::StepKind;
use serde_json::Value;

/// So many lines of a plan are kept.
const ITEMS: usize = 100;
/// What a patch begins with.
const PATCH: &str = "*** Begin Patch";
/// Tools that run a command.
const SHELLS: &[&str] =
    &["shell", "shell_command", "exec_command", "container.exec", "local_shell_call", "unified_exec"];

/// What a tool is used for.
pub(super) fn use_of(tool: &str, given: &str, arguments: &Value) -> Use {
    if tool == "apply_patch" {
        let patch = look::text(arguments, &["input", "patch"]).unwrap_or(given);
        return edits(patch);
    }
    if SHELLS.contains(&tool) {
        let line = command_line(arguments);
        let patches = line.trim_start().starts_with("apply_patch") || line.starts_with("*** Begin");
        return if patches && line.contains(PATCH) { edits(&line) } else { Use::Command(head(line.trim())) };
    }
    if tool == "request_user_input" {
        let questions = arguments.get("questions").and_then(Value::as_array).into_iter().flatten();
        let asked: Vec<String> =
            questions.filter_map(|question| look::line(question, &["question", "header"])).collect();
        return Use::Question(head(&asked.join(" ")));
    }
    Use::Other
}

fn edits(patch: &str) -> Use {
    Use::Edits(patch::files(patch).into_iter().map(|(path, created)| (named(&path), created)).collect())
}

/// The command as it would be typed: without the shell that it is handed to.
fn command_line(arguments: &Value) -> String {
    let given = ["command", "cmd"].iter().find_map(|key| arguments.get(key));
    match given {
        Some(Value::String(line)) => line.clone(),
        Some(Value::Array(words)) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            match words.as_slice() {
                [shell, flag, line] if is_shell(shell) && matches!(*flag, "-c" | "-lc" | "-Command") => {
                    (*line).to_owned()
                }
                words => words.join(" "),
            }
        }
        _ => String::new(),
    }
}

fn is_shell(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    matches!(name.trim_end_matches(".exe"), "sh" | "bash" | "zsh" | "dash" | "pwsh" | "powershell")
}

/// The plan, where the tool writes one.
pub(super) fn plan(tool: &str, arguments: &Value) -> Option<StepKind> {
    let items = arguments.get("plan").filter(|_| tool == "update_plan")?.as_array()?;
    let (mut open, mut done) = (Vec::new(), Vec::new());
    for item in items.iter().take(ITEMS) {
        let list = if look::text(item, &["status"]) == Some("completed") { &mut done } else { &mut open };
        list.extend(look::text(item, &["step"]).map(one_line));
    }
    Some(StepKind::Todo { open, done })
}

//! What the tools of Claude Code are used for.

use super::super::calls::Use;
use super::super::look;
use super::super::paths::named;
use super::super::text::{head, one_line};
use crate::ingest::StepKind;
use serde_json::Value;

/// So many lines of a list of what is to be done are kept.
const ITEMS: usize = 100;

/// What a tool is used for.
pub(super) fn use_of(tool: &str, input: &Value) -> Use {
    match tool {
        "Bash" => Use::Command(head(look::text(input, &["command"]).unwrap_or(""))),
        "Edit" | "MultiEdit" | "Write" | "NotebookEdit" => {
            let path = look::text(input, &["file_path", "notebook_path", "path"]).unwrap_or("");
            Use::Edits(vec![(named(path), false)])
        }
        "ExitPlanMode" => Use::Question(match look::text(input, &["plan"]) {
            Some(plan) => format!("Plan: {}:", head(plan.trim())),
            None => "Plan:".to_owned(),
        }),
        "AskUserQuestion" => Use::Question(head(&questions(input))),
        _ => Use::Other,
    }
}

fn questions(input: &Value) -> String {
    let questions = input.get("questions").and_then(Value::as_array).into_iter().flatten();
    questions.filter_map(|question| look::line(question, &["question"])).collect::<Vec<_>>().join(" ")
}

/// A list of what is to be done, where the tool writes one.
pub(super) fn todo(tool: &str, input: &Value) -> Option<StepKind> {
    let items = input.get("todos").filter(|_| tool == "TodoWrite")?.as_array()?;
    let (mut open, mut done) = (Vec::new(), Vec::new());
    for item in items.iter().take(ITEMS) {
        let list = if look::text(item, &["status"]) == Some("completed") { &mut done } else { &mut open };
        list.extend(look::text(item, &["content", "activeForm"]).map(one_line));
    }
    Some(StepKind::Todo { open, done })
}

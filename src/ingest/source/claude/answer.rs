//! What came of the use of a tool.

use super::super::calls::{Call, Came, Use};
use super::super::telling::Telling;
use super::super::text::one_line;
use serde_json::Value;
use std::borrow::Cow;

/// What a result says where a person did not let a tool be used.
const REFUSED: &str = "The user doesn't want to ";
/// What stands before their own words.
const WHAT_THEY_SAID: &str = "the user said:";
const EXIT_CODE: &str = "Exit code ";
const IN_BACKGROUND: &str = "Command running in background";

/// The text of a content: a text, or blocks of text.
pub(super) fn text_of(content: Option<&Value>) -> Cow<'_, str> {
    match content {
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(Value::Array(blocks)) => {
            let mut texts = blocks.iter().filter_map(|block| block.get("text")?.as_str());
            match (texts.next(), texts.next()) {
                (None, _) => Cow::Borrowed(""),
                (Some(only), None) => Cow::Borrowed(only),
                (Some(first), Some(second)) => {
                    Cow::Owned([first, second].into_iter().chain(texts).collect::<Vec<_>>().join("\n"))
                }
            }
        }
        _ => Cow::Borrowed(""),
    }
}

/// Tells the use with its result.
pub(super) fn settle(call: Call, output: &str, block: &Value, line: &Value, telling: &mut Telling<'_>) {
    let failed = block.get("is_error").and_then(Value::as_bool).unwrap_or(false);
    if failed && output.starts_with(REFUSED) {
        return refused(call, output, telling);
    }
    let interrupted = line.pointer("/toolUseResult/interrupted").and_then(Value::as_bool).unwrap_or(false);
    let status = exit_code(output);
    let ok = match () {
        () if interrupted || output.starts_with(IN_BACKGROUND) => None,
        () => Some(!failed && status.is_none_or(|status| status == 0)),
    };
    let came = Came { ok, status: status.or((ok == Some(true)).then_some(0)), output };
    match &call.what {
        Use::Question(_) => question(call, failed, output, line, telling),
        Use::Edits(_) if output.starts_with("File created") || is_created(line) => {
            let what = match call.what {
                Use::Edits(files) => Use::Edits(files.into_iter().map(|(path, _)| (path, true)).collect()),
                other => other,
            };
            Call { what, ..call }.settle(came, telling);
        }
        _ => call.settle(came, telling),
    }
}

fn is_created(line: &Value) -> bool {
    line.pointer("/toolUseResult/type").and_then(Value::as_str) == Some("create")
}

fn exit_code(output: &str) -> Option<i64> {
    let digits = output.strip_prefix(EXIT_CODE)?;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A person did not let it happen: that is a decision.
fn refused(call: Call, output: &str, telling: &mut Telling<'_>) {
    let what = match &call.what {
        Use::Command(line) => format!("`{}`", one_line(line)),
        Use::Edits(files) => files.first().map_or_else(|| call.tool.clone(), |(path, _)| format!("a change of {path}")),
        Use::Question(_) => "the plan".to_owned(),
        Use::Other => call.tool.clone(),
    };
    let words = output.split_once(WHAT_THEY_SAID).map_or("", |(_, words)| words).trim();
    let text = if words.is_empty() { format!("refused {what}") } else { format!("refused {what}: {words}") };
    Call { what: Use::Question(String::new()), ..call }.settle(Came { output: &text, ..Came::default() }, telling);
}

fn question(call: Call, failed: bool, output: &str, line: &Value, telling: &mut Telling<'_>) {
    let answers = line.pointer("/toolUseResult/answers").and_then(Value::as_object);
    let text = match answers.filter(|answers| !answers.is_empty()) {
        Some(answers) => answers.iter().map(|(asked, answer)| said(asked, answer)).collect::<Vec<_>>().join("; "),
        None if call.tool == "ExitPlanMode" && !failed => "approved".to_owned(),
        None => one_line(output),
    };
    let what = if answers.is_some() { Use::Question(String::new()) } else { call.what };
    Call { what, ..call }.settle(Came { output: &text, ..Came::default() }, telling);
}

fn said(asked: &str, answer: &Value) -> String {
    let answer = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
    format!("{} {}", one_line(asked), one_line(&answer))
}

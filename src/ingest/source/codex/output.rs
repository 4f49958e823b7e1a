//! What came of the use of a tool: JSON with the exit status beside the output, or a text with a line that says it.

use super::super::calls::Came;
use super::super::look;
use serde_json::Value;
use std::borrow::Cow;

/// Lines that say an exit status, before the output.
const STATUS: &[&str] = &["Process exited with code ", "Exit code: ", "exit code: "];
/// How an output begins that has no status and did not work.
const FAILED: &[&str] = &["failed to parse", "apply_patch verification failed", "execution error"];
/// What stands before the output in such a text.
const OUTPUT: &str = "\nOutput:\n";
/// So many bytes of it are looked at for such a line.
const PREFACE: usize = 600;

/// The text of a content or an output: a text, blocks of text, or an object with one of them.
pub(super) fn text_of(content: Option<&Value>) -> Cow<'_, str> {
    match content {
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(Value::Array(blocks)) => {
            let texts: Vec<&str> = blocks.iter().filter_map(|block| block.get("text")?.as_str()).collect();
            match texts.as_slice() {
                [only] => Cow::Borrowed(only),
                many => Cow::Owned(many.join("\n")),
            }
        }
        Some(Value::Object(fields)) => text_of(fields.get("content").or_else(|| fields.get("output"))),
        _ => Cow::Borrowed(""),
    }
}

/// What an output says; `nested` is the same text as JSON, where it is.
pub(super) fn came<'t>(text: &'t str, nested: Option<&'t Value>, success: Option<bool>, is_told: bool) -> Came<'t> {
    let told = nested.and_then(|nested| nested.pointer("/metadata/exit_code")?.as_i64());
    let begin = &text[..text.floor_char_boundary(PREFACE)];
    let (preface, rest) = match begin.find(OUTPUT) {
        Some(at) => (&begin[..at], &text[at + OUTPUT.len()..]),
        None => (begin.lines().next().unwrap_or(""), text),
    };
    let status = told.or_else(|| status_in(preface));
    let output = nested.and_then(|nested| look::text(nested, &["output"])).unwrap_or(rest);
    let worded = match () {
        () if !is_told => None,
        () if output.starts_with("Success. Updated") => Some(true),
        () if FAILED.iter().any(|begin| output.starts_with(begin)) => Some(false),
        () => None,
    };
    let ok = success.or(status.map(|status| status == 0)).or(worded);
    Came { ok, status, output }
}

fn status_in(preface: &str) -> Option<i64> {
    preface.lines().find_map(|line| {
        let rest = STATUS.iter().find_map(|begin| line.strip_prefix(begin))?;
        rest.trim().parse().ok()
    })
}

/// What the status of a call says that has no output of its own.
pub(super) fn of_status(status: &str) -> Came<'static> {
    let ok = match status {
        "completed" => Some(true),
        "incomplete" | "failed" => Some(false),
        _ => None,
    };
    Came { ok, ..Came::default() }
}

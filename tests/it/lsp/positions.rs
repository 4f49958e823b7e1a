//! Columns in the unit that was agreed on, with characters that take more than one.

use super::client::{Editor, memory, page};
use serde_json::{Value, json};

const FILE: &str = "runbooks/wide.md";

/// A record whose edge leads nowhere, behind characters of one, two, three and four bytes.
fn wide(target: &str) -> String {
    page("runbook:wide", "Runbook", "Wide", &format!("related: {{depends_on: [\"é€𝒳🙂\", {target}]}}\n"))
}

/// The columns of the second target, `from` and `to`, in an encoding.
fn columns(encoding: Option<&str>) -> (Value, Value, String) {
    let repo = memory();
    let capabilities = encoding.map_or(json!({}), |name| json!({"general": {"positionEncodings": [name]}}));
    let (mut editor, offer) = Editor::with_capabilities(repo.path(), &capabilities);
    let found = editor.show(FILE, &wide("service:no"));
    let is_it = |f: &&Value| f["message"].as_str().is_some_and(|m| m.contains("service:no"));
    let range = found.iter().find(is_it).expect("it dangles")["range"].clone();
    let agreed = offer["capabilities"]["positionEncoding"].as_str().unwrap_or_default().to_owned();
    (range["start"]["character"].clone(), range["end"]["character"].clone(), agreed)
}

#[test]
fn a_column_counts_what_was_agreed_on() {
    // `related: {depends_on: ["` is 24 wide, `", ` is 3, and what is between them 12, 6 or 4.
    assert_eq!(columns(None), (json!(24 + 6 + 3), json!(24 + 6 + 3 + 10), "utf-16".to_owned()));
    assert_eq!(columns(Some("utf-16")), (json!(33), json!(43), "utf-16".to_owned()));
    assert_eq!(columns(Some("utf-8")), (json!(24 + 13 + 3), json!(24 + 13 + 3 + 10), "utf-8".to_owned()));
    assert_eq!(columns(Some("utf-32")), (json!(24 + 4 + 3), json!(24 + 4 + 3 + 10), "utf-32".to_owned()));
    assert_eq!(columns(Some("utf-99")).2, "utf-16");
}

#[test]
fn edits_behind_wide_characters_hit_what_they_mean() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(FILE, &wide("service:no"));
    let at = |from: u32, to: u32| json!({"start": {"line": 7, "character": from}, "end": {"line": 7, "character": to}});
    // Two edits in one message, the second one in the text that the first one made.
    let edits = json!([{"range": at(33, 43), "text": "service:gateway"}, {"range": at(23, 33), "text": ""}]);
    editor.change(FILE, 2, &edits);
    assert_eq!(editor.findings(FILE, 2), Vec::<Value>::new());
    let completion = editor.at("completion", FILE, (7, 23 + 15));
    assert_eq!(completion["items"][0]["label"], "service:gateway", "{completion}");
}

#[test]
fn places_that_are_not_there_are_the_nearest_that_are() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(FILE, "one\r\ntwo\rthree\n");
    let far = json!({"start": {"line": 0, "character": 900}, "end": {"line": 900, "character": 5}});
    editor.change(FILE, 2, &json!([{"range": far, "text": "\r\n[[runbook:res"}]));
    editor.findings(FILE, 2);
    let completion = editor.at("completion", FILE, (1, 4000));
    assert_eq!(completion["items"][0]["label"], "runbook:restart", "{completion}");
    // Within a character of two units is before it; an end before its start is no end.
    editor.write(FILE, 3, "🙂[[x\n");
    let inside = json!({"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 0}});
    editor.change(FILE, 4, &json!([{"range": inside, "text": "[[queue d"}]));
    editor.findings(FILE, 4);
    let completion = editor.at("completion", FILE, (0, 9));
    assert_eq!(completion["items"][0]["label"], "queue decision", "{completion}");
}

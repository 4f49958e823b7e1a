//! The protocol itself: order, unknown methods, what is no message.

use super::client::{Editor, memory};
use serde_json::{Value, json};

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_default()
}

#[test]
fn an_unknown_method_is_answered_as_such() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    assert_eq!(code(&editor.answer("textDocument/inventMe", &json!({}))), -32601);
    editor.tell("$/setTrace", &json!({"value": "off"}));
    editor.tell("workspace/didInventThings", &json!([1, 2]));
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn what_comes_out_of_order_is_refused() {
    let repo = memory();
    let mut editor = Editor::silent(repo.path());
    assert_eq!(code(&editor.answer("textDocument/hover", &json!({}))), -32002);
    editor.tell("textDocument/didOpen", &json!({}));
    editor.ask("initialize", &json!({"capabilities": {}}));
    assert_eq!(code(&editor.answer("initialize", &json!({}))), -32600);
    editor.ask("shutdown", &Value::Null);
    assert_eq!(code(&editor.answer("textDocument/hover", &json!({}))), -32600);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn an_editor_that_leaves_without_a_word_is_a_failure() {
    let repo = memory();
    assert_eq!(Editor::open(repo.path()).end(), Some(1));
    let mut editor = Editor::open(repo.path());
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.end(), Some(1));
}

#[test]
fn what_is_no_message_is_refused_and_the_session_goes_on() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    for (bytes, expected) in [
        (&b"Content-Length: 5\r\n\r\n{oops"[..], -32700),
        (b"Content-Length: 2\r\n\r\n[]", -32700),
        (b"Content-Length: 4\r\n\r\n\xff\xfe\xff\xfe", -32700),
        (b"Content-Length: 2\r\n\r\n{}", -32600),
        (b"Content-Length: minus one\r\n\r\n", -32600),
        (b"Greetings\r\n\r\n", -32600),
    ] {
        editor.send_raw(bytes);
        assert_eq!(code(&editor.answer_to(&Value::Null)), expected, "{}", String::from_utf8_lossy(bytes));
    }
    let deep = format!("{{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\",\"params\":{}1", "[".repeat(200_000));
    editor.send_raw(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes());
    assert_eq!(code(&editor.answer_to(&Value::Null)), -32700);
    editor.send(&json!({"jsonrpc": "2.0", "id": 5_000_000_000_i64, "method": "textDocument/hover", "params": "?"}));
    assert_eq!(code(&editor.answer_to(&json!(5_000_000_000_i64))), -32602);
    editor.send(&json!({"jsonrpc": "2.0", "id": "a word", "method": 12}));
    assert_eq!(code(&editor.answer_to(&json!("a word"))), -32600);
    editor.send(&json!({"jsonrpc": "2.0", "id": 4711, "result": null}));
    editor.tell("textDocument/didChange", &json!({"contentChanges": 5}));
    let told = editor.told("window/showMessage", |_| true);
    assert!(told["message"].as_str().is_some_and(|text| text.contains("the parameters cannot be read")), "{told}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn a_length_that_nobody_sends_costs_nothing() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.send_raw(b"Content-Length: 18446744073709551615\r\n\r\n{}");
    assert_eq!(editor.end(), Some(1));
}

#[test]
fn a_request_that_is_taken_back_is_answered_once() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    let place = json!({"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}});
    // In one write, so that the server finds both when it looks; it may still answer before it reads the second.
    let ask = json!({"jsonrpc": "2.0", "id": 900, "method": "textDocument/hover", "params": place}).to_string();
    let cancel = json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 900}}).to_string();
    let both = [ask, cancel].map(|text| format!("Content-Length: {}\r\n\r\n{text}", text.len())).concat();
    editor.send_raw(both.as_bytes());
    let answer = editor.answer_to(&json!(900));
    assert!(code(&answer) == -32800 || answer.get("result") == Some(&Value::Null), "{answer}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn questions_about_documents_that_are_not_open_have_no_answer() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    for what in ["hover", "completion", "definition", "references"] {
        assert_eq!(editor.at(what, "runbooks/restart.md", (1, 5)), Value::Null, "{what}");
    }
    editor.change("runbooks/restart.md", 2, &json!([{"text": "x"}]));
    editor.did("didSave", "runbooks/restart.md");
    editor.did("didClose", "runbooks/restart.md");
    assert_eq!(editor.leave(), Some(0));
}

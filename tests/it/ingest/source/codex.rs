//! Sessions of Codex.

use super::told::{Told, bundle, fixture};
use lorekeep::ingest::{Outcome, SourceKind, source};

fn told() -> Told {
    let bundle = fixture("codex");
    assert_eq!(source::detect(&bundle), Some(SourceKind::CodexSession));
    Told::of(&bundle, SourceKind::CodexSession)
}

#[test]
fn a_session_tells_its_own_lines_and_each_text_once() {
    assert_eq!(
        told().lines(),
        [
            "ask Let the parser take empty input.",
            "todo [\"Mend it\"] [\"Find the parser\"]",
            "run cargo test parser -> Some(false) Some(101) test parser::empty ... FAILED",
            "edit src/parser.rs created=false Some(true)",
            "edit tests/empty.txt created=true Some(true)",
            "run cargo test parser -> Some(true) Some(0) test result: ok. 9 passed",
            "spent 1000 200 0",
            "spent 600 50 0",
            "recap The parser takes empty input now.",
            "say The parser takes empty input; nine tests pass.",
        ]
    );
}

#[test]
fn the_head_names_the_parent_and_the_repository() {
    let told = told();
    let head = &told.head;
    assert_eq!((head.run_id.as_str(), head.parent.as_deref()), ("019f-child", Some("019f-parent")));
    assert_eq!(head.repository.as_deref(), Some("git@example.com:acme/krate.git"));
    assert_eq!((head.branch.as_deref(), head.outcome), (Some("main"), Outcome::Completed));
    assert_eq!(head.commit.as_deref(), Some("4be9c0ffee4be9c0ffee4be9c0ffee4be9c0ffee"));
    assert_eq!((head.models.join(","), head.ran.duration_ms), ("gpt-5-codex".into(), Some(39_000)));
    assert_eq!((told.counts.by_type["copied from the parent"], told.counts.unknown), (2, 1));
}

#[test]
fn old_sessions_of_bare_items_are_read() {
    let lines = [
        r#"{"id":"old-1","timestamp":"2025-06-01T10:00:00Z","instructions":null}"#,
        r#"{"record_type":"state"}"#,
        r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}"#,
        r#"{"type":"function_call","name":"shell","arguments":"{\"command\":[\"ls\",\"-l\"]}","call_id":"c"}"#,
        r#"{"type":"function_call_output","call_id":"c","output":"{\"output\":\"a\",\"metadata\":{\"exit_code\":0}}"}"#,
    ];
    let bundle = bundle(&[("rollout-old.jsonl", lines.join("\n").as_bytes())]);
    assert_eq!(source::detect(&bundle), Some(SourceKind::CodexSession));
    let told = Told::of(&bundle, SourceKind::CodexSession);
    assert_eq!(told.lines(), ["ask hello", "run ls -l -> Some(true) Some(0) a"]);
    assert_eq!((told.head.run_id.as_str(), told.counts.unknown), ("old-1", 0));
}

#[test]
fn a_turn_that_was_stopped_says_so() {
    let lines = [
        r#"{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"s"}}"#,
        r#"{"timestamp":"2026-01-01T00:00:01Z","type":"event_msg","payload":{"type":"turn_aborted","reason":"interrupted"}}"#,
    ];
    let told = Told::of(&bundle(&[("r.jsonl", lines.join("\n").as_bytes())]), SourceKind::CodexSession);
    assert_eq!(told.head.outcome, Outcome::Cancelled);
    assert_eq!(told.head.outcome_message.as_ref().map(|(said, _)| said.as_str()), Some("interrupted"));
}

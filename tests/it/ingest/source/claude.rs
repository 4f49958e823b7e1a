//! Sessions of Claude Code.

use super::told::{Told, bundle, session};
use lorekeep::ingest::{Moment, Outcome, ProblemKind, SourceKind, source};

fn told() -> Told {
    let bundle = session("claude/5b1f0a52-3f52-4d0e-9d0f-6a2f1c7b9e01.jsonl");
    assert_eq!(source::detect(&bundle), Some(SourceKind::ClaudeCodeSession));
    Told::of(&bundle, SourceKind::ClaudeCodeSession)
}

#[test]
fn a_session_tells_what_somebody_who_watched_would() {
    let lines: Vec<String> = told().lines().into_iter().filter(|line| !line.contains("spent ")).collect();
    assert_eq!(
        lines,
        [
            "ask Make the login checks stop failing now and then.",
            "say I run the checks first.",
            "run npx playwright test login -> Some(false) Some(1) Exit code 1\nlogin.spec.ts:40 timed out",
            "todo [\"Raise the wait\"] [\"Run the checks\"]",
            "edit tests/login.spec.ts created=false Some(true)",
            "edit docs/waits.md created=true Some(true)",
            "decide refused `rm -rf node_modules`: leave the modules alone",
            "decide Which wait? ten seconds",
            "tool mcp__lorekeep__memory_record_read Some(true)",
            "run npx playwright test login -> Some(true) Some(0) 14 passed",
            "recap This session is continued: the wait was raised and the checks pass.",
            "say The checks pass: the wait is ten seconds now.",
            "aside say It is set in tests/login.spec.ts.",
        ]
    );
}

#[test]
fn tokens_of_a_message_count_once() {
    let spent: Vec<String> = told().lines().into_iter().filter(|line| line.starts_with("spent ")).collect();
    assert_eq!(&spent[..3], ["spent 1103 2 0", "spent 0 7 0", "spent 0 31 0"], "one message on three lines");
    let total: u64 =
        spent.iter().map(|line| line.split(' ').nth(1).expect("a number").parse::<u64>().expect("one")).sum();
    assert_eq!(total, 9 * 1103);
}

#[test]
fn the_head_says_what_the_session_was() {
    let told = told();
    let head = &told.head;
    assert_eq!(head.run_id, "5b1f0a52-3f52-4d0e-9d0f-6a2f1c7b9e01");
    assert_eq!(head.title.as_deref(), Some("Login checks that fail now and then"));
    assert_eq!((head.branch.as_deref(), head.process.as_deref()), (Some("fix/login"), Some("claude-code 2.0.1")));
    assert_eq!((head.outcome, head.ran.duration_ms), (Outcome::Completed, Some(44_000)));
    assert_eq!(
        (head.snapshots.join(","), head.records_read.join(",")),
        ("ams-77aa01".into(), "practice:wait-for-cookie".into())
    );
}

#[test]
fn what_is_wrong_or_repeated_is_counted() {
    let told = told();
    assert_eq!(told.kinds(), [ProblemKind::Malformed, ProblemKind::UnknownType]);
    assert_eq!(told.problems()[0].at.line, Some(22));
    assert_eq!((told.counts.by_type["repeated"], told.counts.malformed, told.counts.unknown), (1, 1, 1));
    assert_eq!((told.counts.tools["Bash"], told.counts.files), (3, 3));
    let artifacts = told.moments.iter().filter(|moment| matches!(moment, Moment::Artifact(_))).count();
    assert_eq!(artifacts, 1);
}

#[test]
fn what_the_program_writes_is_no_ask() {
    let asks = |said: &str| {
        let line = serde_json::json!({"type": "user", "sessionId": "s", "message": {"role": "user", "content": said}});
        Told::of(&bundle(&[("s.jsonl", line.to_string().as_bytes())]), SourceKind::ClaudeCodeSession).lines()
    };
    assert!(asks("<system-reminder>never ends").is_empty());
    assert!(asks("<bash-input>ls</bash-input>\n<bash-stdout>a</bash-stdout>").is_empty());
    assert_eq!(asks("a <system-reminder>b</system-reminder> c"), ["ask a  c"]);
    assert_eq!(asks("<bash-inputs> is a tag"), ["ask <bash-inputs> is a tag"]);
    assert_eq!(
        asks("<command-name>/plan</command-name><command-args>mend the login checks</command-args>"),
        ["ask mend the login checks"]
    );
}

#[test]
fn a_call_without_a_result_is_told_at_the_end() {
    let line = br#"{"type":"assistant","sessionId":"s","message":{"stop_reason":"tool_use","content":[{"type":"tool_use","id":"a","name":"Bash","input":{"command":"make"}}]}}"#;
    let told = Told::of(&bundle(&[("s.jsonl", line)]), SourceKind::ClaudeCodeSession);
    assert_eq!(
        (told.lines().as_slice(), told.head.outcome),
        (["run make -> None None ".to_owned()].as_slice(), Outcome::Running)
    );
}

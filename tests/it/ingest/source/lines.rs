//! Lines at the limit.

use super::told::{Told, bundle};
use lorekeep::ingest::SourceKind;

fn ask(length: usize) -> String {
    let (begin, end) = (r#"{"type":"user","message":{"role":"user","content":""#, r#""}}"#);
    format!("{begin}{}{end}", "a".repeat(length - begin.len() - end.len()))
}

#[test]
fn a_line_of_one_mebibyte_is_read_and_one_byte_more_is_not() {
    let text = format!("{}\n{}\r\n\n{}", ask(1 << 20), ask((1 << 20) + 1), ask(100));
    let told = Told::of(&bundle(&[("s.jsonl", text.as_bytes())]), SourceKind::ClaudeCodeSession);
    assert_eq!(told.steps().iter().map(|step| step.source.line).collect::<Vec<_>>(), [Some(1), Some(4)]);
    assert_eq!(told.problems().iter().map(|problem| problem.at.line).collect::<Vec<_>>(), [Some(2)]);
}

#[test]
fn what_is_kept_of_a_text_is_bounded_and_ends_at_a_character() {
    let text = format!(r#"{{"type":"user","message":{{"role":"user","content":"{}"}}}}"#, "ä".repeat(50_000));
    let told = Told::of(&bundle(&[("s.jsonl", text.as_bytes())]), SourceKind::ClaudeCodeSession);
    let kept = told.lines()[0].strip_prefix("ask ").expect("it is one").to_owned();
    assert!(kept.len() <= 8 << 10 && kept.len() > 8_000);
    assert_eq!(kept.trim_end_matches('…').trim_matches('ä'), "");
}

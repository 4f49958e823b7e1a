//! Secrets never leave, wherever they stand and wherever a text is cut.

use super::support::*;
use lorekeep::query::{GraphQuestion, GrepQuestion, Question};
use lorekeep::screen::REPLACEMENT;

/// A token of a provider, put together here so that no file of the project holds one.
fn token() -> String {
    format!("ghp{}{}", "_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")
}

fn key_block() -> String {
    let body = "MIIEpAIBAAKCAQEA0000abcdEFGH5678ijklMNOP9012qrstUVWX3456yzAB7890\n".repeat(4);
    format!("-----BEGIN {0} PRIVATE KEY-----\n{body}-----END {0} PRIVATE KEY-----", "RSA")
}

#[test]
fn a_committed_secret_is_redacted_in_every_text_of_an_answer() {
    let token = token();
    let note = format!(
        "---\nid: decision:leak\nkind: Decision\ntitle: Use {token}\nstatus: approved\nowners: [team:a]\n\
         tags: [\"{token}\"]\nupdatedAt: 2026-01-01T00:00:00Z\nsummary: It is {token}.\n---\n# Leak\n\nleaking {token} here\n"
    );
    let mut asked = about("leaking");
    asked.render_prompt = true;
    let memory = Memory::default().with("decisions/leak.md", note);
    let outcome = memory.asking().ask(&asked);
    let json = serde_json::to_string(&outcome).expect("an answer is JSON");
    assert!(!json.contains(&token) && json.contains(REPLACEMENT), "{json}");
    let hit = hit(&outcome, "decision:leak");
    assert_eq!(hit.title, format!("Use {REPLACEMENT}"));
    assert_eq!(hit.tags, [REPLACEMENT]);
    assert_eq!(outcome.redaction.status, "redacted");
    assert_eq!(outcome.redaction.replacement, REPLACEMENT);
    assert!(outcome.redaction.secret_pattern_count >= 4);
    assert_eq!(outcome.redaction.categories.values().sum::<usize>(), outcome.redaction.secret_pattern_count);
    let read = memory.asking().ask(&read(&["decision:leak"]));
    assert!(!serde_json::to_string(&read).expect("JSON").contains(&token));
}

#[test]
fn an_answer_without_secrets_is_clean() {
    let outcome = Memory::fixture().asking().ask(&about("playwright"));
    assert_eq!((outcome.redaction.status, outcome.redaction.secret_pattern_count), ("clean", 0));
    assert!(outcome.redaction.categories.is_empty());
}

#[test]
fn columns_are_right_after_a_secret_was_replaced() {
    let memory = Memory::default().with("notes/a.md", format!("ü {} then the needle\n", token()));
    let outcome = memory.asking().ask(&grep(pattern("needle")));
    assert_eq!(outcome.excerpts[0].text, format!("ü {REPLACEMENT} then the needle"));
    assert_eq!(marked(&outcome.excerpts[0]), ["needle"]);
}

#[test]
fn a_match_inside_a_secret_is_no_match() {
    let memory = Memory::default().with("notes/a.md", format!("key {}\n", token()));
    for guess in ["ghp_a1B2", "J0k1L2", "key ghp"] {
        let outcome = memory.asking().ask(&grep(pattern(guess)));
        assert_eq!((outcome.plan.total_matches, outcome.excerpts.len()), (0, 0), "{guess}");
    }
    assert_eq!(memory.asking().ask(&grep(pattern("key"))).plan.total_matches, 1);
}

#[test]
fn a_secret_of_several_lines_is_gone_from_an_excerpt_that_shows_some_of_them() {
    let memory = Memory::default().with("notes/a.md", format!("before\n{}\nafter\n", key_block()));
    let outcome = memory.asking().ask(&grep(GrepQuestion { context_lines: 3, ..pattern("after") }));
    let excerpt = &outcome.excerpts[0];
    assert_eq!((excerpt.line_start, excerpt.line_end), (5, 8), "lines keep their numbers");
    assert_eq!(excerpt.text, format!("{REPLACEMENT}\n{REPLACEMENT}\n{REPLACEMENT}\nafter"));
    let outcome = memory.asking().ask(&read(&["notes/a.md:3-4"]));
    assert_eq!(outcome.records[0].text.as_deref(), Some(format!("{REPLACEMENT}\n{REPLACEMENT}\n").as_str()));
}

#[test]
fn a_secret_at_the_limit_is_redacted_before_the_text_is_cut() {
    let token = token();
    let memory = Memory::default().with("notes/a.md", format!("{}{token} tail\n", "x".repeat(40)));
    for most in 0..120 {
        let mut asked = read(&["notes/a.md"]);
        asked.limits.max_bytes = most;
        let json = serde_json::to_string(&memory.asking().ask(&asked)).expect("JSON");
        assert!(!json.contains(&token[..8]), "{most}: {json}");
    }
}

#[test]
fn of_a_secret_metadata_record_only_metadata_is_given() {
    let asking = Memory::fixture().asking();
    let outcome = asking.ask(&question(Question {
        text: Some("vault".to_owned()),
        graph: GraphQuestion { kinds: strings(&["Tool"]), ..GraphQuestion::default() },
        ..Question::default()
    }));
    assert_eq!(ids(&outcome), ["tool:vault"]);
    assert_eq!(outcome.records[0].title, "The vault and where it stands");
    assert_eq!(outcome.records[0].summary, "");
    assert!(outcome.excerpts.is_empty());
    assert_eq!(outcome.redaction.status, "blocked");
    assert_eq!(outcome.redaction.categories.get("secret-metadata"), Some(&1));

    let outcome = asking.ask(&read(&["tool:vault"]));
    assert_eq!((outcome.records.len(), outcome.records[0].text.as_deref()), (1, None));
    assert_eq!(outcome.redaction.status, "blocked");

    let outcome = asking.ask(&read(&["tool:vault", "notes/standup.md"]));
    assert_eq!(outcome.redaction.status, "redacted");
}

#[test]
fn the_body_of_a_secret_metadata_record_is_not_searched() {
    let asking = Memory::fixture().asking();
    for asked in [graph(Some("quokka"), GraphQuestion::default()), grep(pattern("quokka"))] {
        let outcome = asking.ask(&asked);
        assert!(outcome.records.is_empty() && outcome.excerpts.is_empty());
        assert_eq!(outcome.plan.total_matches, 0);
    }
}

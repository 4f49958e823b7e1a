//! The order of records, and reasons that add up to it.

use super::support::*;
use lorekeep::query::{GraphQuestion, QueryOutcome, Question};

fn adds_up(outcome: &QueryOutcome) {
    for hit in &outcome.records {
        let sum: f64 = hit.why.iter().map(|why| why.weight).sum();
        assert!((sum - hit.score).abs() < 1e-9, "{}: {} is not {sum}", hit.id, hit.score);
        let rounded = |weight: f64| ((weight * 10_000.0).round() - weight * 10_000.0).abs() < 1e-6;
        assert!(hit.why.iter().all(|why| rounded(why.weight)), "{:?}", hit.why);
    }
}

/// Whether the first comes before the second.
fn before(outcome: &QueryOutcome, first: &str, second: &str) -> bool {
    let place = |id: &str| ids(outcome).iter().position(|i| *i == id).unwrap_or_else(|| panic!("{id} is there"));
    place(first) < place(second)
}

fn text(text: &str) -> QueryOutcome {
    Memory::fixture().asking().ask(&graph(Some(text), GraphQuestion::default()))
}

#[test]
fn weights_add_up_to_the_score() {
    let asked = question(Question {
        text: Some("playwright flaky checks queue deploy retry".to_owned()),
        select: strings(&["decision:retry-archived"]),
        associations: strings(&["repository:krate", "service:queue"]),
        graph: GraphQuestion { edge_depth: 3, include_archived: true, ..GraphQuestion::default() },
        grep: pattern("queue"),
        ..Question::default()
    });
    let outcome = Memory::fixture().asking().ask(&asked);
    assert!(outcome.records.len() > 8);
    adds_up(&outcome);
    assert!(outcome.records.is_sorted_by(|a, b| a.score >= b.score));
}

#[test]
fn selection_comes_before_association_before_distance_before_text() {
    let asked = question(Question {
        text: Some("standup monday".to_owned()),
        select: strings(&["decision:retry-draft"]),
        associations: strings(&["service:runner"]),
        graph: GraphQuestion { edge_depth: 2, edge_kinds: strings(&["depends_on"]), ..GraphQuestion::default() },
        ..Question::default()
    });
    let outcome = Memory::fixture().asking().ask(&asked);
    let expected = ["decision:retry-draft", "service:queue", "service:runner", "service:disk", "notes/standup.md"];
    assert_eq!(ids(&outcome), expected);
    assert_eq!(details(hit(&outcome, "service:disk"), "edge-distance").len(), 1);
}

#[test]
fn approved_ranks_above_draft_above_deprecated_above_archived() {
    let note = |status: &str| {
        format!(
            "---\nid: decision:{status}\nkind: Decision\ntitle: Same\nstatus: {status}\nupdatedAt: 2026-01-01T00:00:00Z\n---\nSame words.\n"
        )
    };
    let statuses = ["archived", "deprecated", "draft", "approved"];
    let memory = statuses
        .iter()
        .fold(Memory::default(), |memory, status| memory.with(&format!("decisions/{status}.md"), note(status)));
    let asked = graph(Some("same words"), GraphQuestion { include_archived: true, ..GraphQuestion::default() });
    let outcome = memory.asking().ask(&asked);
    let expected = ["decision:approved", "decision:draft", "decision:deprecated", "decision:archived"];
    assert_eq!(ids(&outcome), expected);
    adds_up(&outcome);
}

#[test]
fn the_newer_of_two_equals_comes_first_whatever_the_clock_says() {
    let note = |id: &str, day: &str| {
        format!(
            "---\nid: decision:{id}\nkind: Decision\ntitle: Same\nstatus: approved\nupdatedAt: {day}T00:00:00Z\n---\nSame words.\n"
        )
    };
    let memory = Memory::default()
        .with("decisions/a.md", note("a", "1999-01-01"))
        .with("decisions/b.md", note("b", "1999-03-01"));
    let outcome = memory.asking().ask(&graph(Some("same words"), GraphQuestion::default()));
    assert_eq!(ids(&outcome), ["decision:b", "decision:a"]);
    assert_eq!(details(hit(&outcome, "decision:b"), "recency"), ["0 days before the newest"]);
    assert_eq!(details(hit(&outcome, "decision:a"), "recency"), ["59 days before the newest"]);
}

#[test]
fn a_superseded_record_ranks_below_what_supersedes_it() {
    let outcome = text("playwright flake triage the old way");
    assert!(before(&outcome, "runbook:ci-playwright-flake", "runbook:ci-old"));
    let old = hit(&outcome, "runbook:ci-old");
    assert_eq!(details(old, "superseded"), ["superseded by runbook:ci-playwright-flake"]);
    let text_worth: f64 = old.why.iter().filter(|why| why.reason == "text").map(|why| why.weight).sum();
    let new_text: f64 = hit(&outcome, "runbook:ci-playwright-flake")
        .why
        .iter()
        .filter(|why| why.reason == "text")
        .map(|why| why.weight)
        .sum();
    assert!(text_worth > new_text, "the text alone would have the old one first");
}

#[test]
fn a_draft_does_not_supersede() {
    let draft = "---\nid: decision:new\nkind: Decision\ntitle: New\nstatus: draft\nrelated: {supersedes: [decision:old]}\n---\nWords.\n";
    let old = "---\nid: decision:old\nkind: Decision\ntitle: Old\nstatus: approved\n---\nWords.\n";
    let memory = Memory::default().with("decisions/new.md", draft).with("decisions/old.md", old);
    let outcome = memory.asking().ask(&graph(Some("words"), GraphQuestion::default()));
    assert!(details(hit(&outcome, "decision:old"), "superseded").is_empty());
}

#[test]
fn summaries_rank_above_raw_journal_events_unless_a_replay_is_asked_for() {
    let mut asked = graph(Some("deploy rolled back"), GraphQuestion::default());
    let asking = Memory::fixture().asking();
    let (session, event) = ("babysitter-session:s1", "run-journal-event:r1-1");
    assert!(before(&asking.ask(&asked), session, event));
    asked.query.task = Some("replay".to_owned());
    let replay = asking.ask(&asked);
    assert!(before(&replay, event, session));
    assert!(details(hit(&replay, event), "journal-event").is_empty());
}

#[test]
fn an_id_ranks_above_a_field() {
    let outcome = text("service:queue");
    assert_eq!(ids(&outcome)[0], "service:queue");
}

#[test]
fn text_reasons_name_field_and_term() {
    let outcome = text("playwright");
    let reasons = details(hit(&outcome, "runbook:ci-playwright-flake"), "text");
    assert!(reasons.contains(&"title: playwright") && reasons.contains(&"body: playwright"), "{reasons:?}");
}

#[test]
fn a_more_specific_allow_list_entry_ranks_higher() {
    let note = "---\nkind: Decision\nstatus: approved\n---\nSame words.\n";
    let memory = Memory::default().with("a/x/one.md", note).with("b/x/one.md", note);
    let sight = lorekeep::query::Visibility {
        include_paths: Some(globs(&["**", "b/x/**"])),
        ..lorekeep::query::Visibility::default()
    };
    let outcome = memory.asking().seeing(sight).ask(&graph(Some("same words"), GraphQuestion::default()));
    assert_eq!(ids(&outcome), ["b/x/one.md", "a/x/one.md"]);
    assert_eq!(details(&outcome.records[0], "scope"), ["b/x/**"]);
}

#[test]
fn a_record_with_matching_lines_ranks_above_one_without() {
    let asked = question(Question {
        graph: GraphQuestion { kinds: strings(&["Service"]), ..GraphQuestion::default() },
        grep: pattern("Where the work"),
        ..Question::default()
    });
    let outcome = Memory::fixture().asking().ask(&asked);
    assert_eq!(ids(&outcome)[0], "service:disk");
    assert_eq!(details(hit(&outcome, "service:disk"), "pattern"), ["matching lines: 1"]);
}

#[test]
fn without_explain_the_order_and_the_scores_stay() {
    let mut asked = graph(Some("queue"), GraphQuestion { edge_depth: 1, ..GraphQuestion::default() });
    let asking = Memory::fixture().asking();
    let explained = asking.ask(&asked);
    asked.explain = false;
    let bare = asking.ask(&asked);
    let scores = |outcome: &QueryOutcome| -> Vec<(String, f64)> {
        outcome.records.iter().map(|hit| (hit.id.clone(), hit.score)).collect()
    };
    assert_eq!(scores(&explained), scores(&bare));
    assert!(bare.records.iter().all(|hit| hit.why.is_empty()));
    assert_eq!(explained.selected_records_digest, bare.selected_records_digest);
}

//! What the text of a question brings: sections, what is linked, what is not wanted, and a ranking of one's own.

use super::support::*;
use lorekeep::query::{GraphQuestion, Mode, QueryOutcome, Question, Visibility};

fn guide() -> Memory {
    Memory::default()
        .with("a.md", "---\nid: runbook:a\nkind: Runbook\ntitle: Guide\n---\nIntro.\n\n## Deploy\n\nDeploy the queue.\n\n## Other\n\nNothing.\n\n## Retry\n\nThe queue.\n")
        .with("b.md", "---\nid: runbook:b\nkind: Runbook\ntitle: Other\n---\nThe queue, once.\n")
}

fn with_sections(text: &str, sections: usize) -> lorekeep::query::QueryRequest {
    question(Question { text: Some(text.to_owned()), mode: Mode::GraphOnly, sections, ..Question::default() })
}

fn weight(outcome: &QueryOutcome, id: &str, reason: &str) -> f64 {
    hit(outcome, id).why.iter().filter(|why| why.reason == reason).map(|why| why.weight).sum()
}

#[test]
fn sections_are_given_where_they_are_asked_for_best_first() {
    let asking = guide().asking();
    let outcome = asking.ask(&with_sections("deploy queue", 2));
    let sections = hit(&outcome, "runbook:a").sections.as_deref().expect("they were asked for");
    let named: Vec<(Option<&str>, u32, u32)> =
        sections.iter().map(|s| (s.heading.as_deref(), s.line_start, s.line_end)).collect();
    assert_eq!(named, [(Some("Deploy"), 8, 11), (Some("Retry"), 16, 18)]);
    assert!(sections[0].score > sections[1].score);
    assert!(asking.ask(&with_sections("deploy queue", 0)).records.iter().all(|hit| hit.sections.is_none()));
    let most = asking.try_ask(&with_sections("deploy", 51)).map(|_| ());
    assert_eq!(most.unwrap_err().to_string(), "query.sections may be at most 50");
}

#[test]
fn a_reason_names_the_best_section() {
    let outcome = guide().asking().ask(&with_sections("deploy queue", 0));
    assert!(details(hit(&outcome, "runbook:a"), "text").contains(&"section: Deploy"));
}

#[test]
fn of_a_body_kept_back_no_section_is_named() {
    let note = "---\nid: term:kept\nkind: Term\ntitle: Queue\nsensitivity: secret-metadata\n---\n## Password queue\n\nThe queue.\n";
    let memory = guide().with("kept.md", note);
    let outcome = memory.asking().ask(&with_sections("queue", 5));
    let kept = hit(&outcome, "term:kept");
    assert_eq!(kept.sections.as_deref(), Some(&[][..]));
    assert_eq!(details(kept, "text"), ["title: queue"]);
    let outcome = memory.asking().ask(&with_sections("queue -password", 0));
    assert!(ids(&outcome).contains(&"term:kept"), "nor is it told by what is left out");
}

#[test]
fn a_heading_is_redacted() {
    let token = format!("ghp{}{}", "_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let memory = Memory::default().with("a.md", format!("# The queue {token}\n\nThe queue.\n"));
    let outcome = memory.asking().ask(&with_sections("queue", 1));
    let heading = outcome.records[0].sections.as_ref().unwrap()[0].heading.clone().unwrap();
    assert_eq!(heading, "The queue [REDACTED:secret]");
}

#[test]
fn what_is_not_wanted_brings_no_record_and_no_line() {
    let asking = guide().asking();
    let outcome = asking.ask(&about("queue -deploy"));
    assert_eq!(ids(&outcome), ["runbook:b"]);
    assert!(outcome.excerpts.iter().all(|excerpt| excerpt.path == "b.md"));
    let outcome = asking.ask(&about("\"queue once\""));
    assert_eq!(ids(&outcome), ["runbook:b"]);
}

fn linked_pair() -> Memory {
    let note = |id: &str, related: &str, text: &str| {
        format!("---\nid: runbook:{id}\nkind: Runbook\ntitle: T\nrelated: {related}\n---\n{text}\n")
    };
    Memory::default()
        .with("a.md", note("a", "{}", "zebra here"))
        .with("b.md", note("b", "{documents: [runbook:best]}", "zebra here"))
        .with("best.md", note("best", "{}", "zebra zebra zebra here"))
        .with("silent.md", note("silent", "{documents: [runbook:best]}", "nothing"))
}

#[test]
fn a_match_gains_by_a_better_match_one_edge_away() {
    let outcome = linked_pair().asking().ask(&with_sections("zebra", 0));
    assert_eq!(ids(&outcome), ["runbook:best", "runbook:b", "runbook:a"]);
    assert_eq!(details(hit(&outcome, "runbook:b"), "linked"), ["one edge from runbook:best"]);
    let lent = weight(&outcome, "runbook:b", "linked");
    assert!((lent - 0.25 * weight(&outcome, "runbook:best", "text")).abs() < 1e-4, "{lent}");
    assert!(weight(&outcome, "runbook:a", "linked").abs() < 1e-9);
}

#[test]
fn what_only_a_link_leads_to_comes_where_the_ranking_brings_it() {
    let asking = linked_pair().asking().ranking(|ranking| ranking.linked_brings = 0.2);
    let outcome = asking.ask(&with_sections("zebra", 0));
    assert_eq!(details(hit(&outcome, "runbook:silent"), "linked"), ["one edge from runbook:best"]);
    let asking = linked_pair().asking().ranking(|ranking| ranking.linked_share = 0.0);
    let outcome = asking.ask(&with_sections("zebra", 0));
    assert!(outcome.records.iter().all(|hit| details(hit, "linked").is_empty()));
}

#[test]
fn what_is_hidden_lends_nothing() {
    let sight = Visibility { exclude_paths: globs(&["best.md"]), ..Visibility::default() };
    let outcome = linked_pair().asking().seeing(sight).ask(&with_sections("zebra", 0));
    assert!(outcome.records.iter().all(|hit| details(hit, "linked").is_empty()));
    assert_eq!(outcome.denied_scopes[0].omitted, 1);
}

#[test]
fn followed_edges_stand_instead_of_links() {
    let graph = GraphQuestion { edge_depth: 1, ..GraphQuestion::default() };
    let outcome = linked_pair().asking().ask(&super::support::graph(Some("zebra"), graph));
    assert!(outcome.records.iter().all(|hit| details(hit, "linked").is_empty()));
    assert!(!details(hit(&outcome, "runbook:b"), "edge-distance").is_empty());
}

#[test]
fn a_ranking_of_one_s_own_turns_the_order() {
    let memory = Memory::default()
        .with("a.md", "---\ntitle: zebra\n---\nOnly the title.\n")
        .with("b.md", "---\ntitle: Other\n---\nOnly a zebra in the text.\n");
    assert_eq!(ids(&memory.asking().ask(&with_sections("zebra", 0)))[0], "a.md");
    let asking = memory.asking().ranking(|ranking| ranking.text.title.weight = 0.1);
    assert_eq!(ids(&asking.ask(&with_sections("zebra", 0)))[0], "b.md");
}

#[test]
fn the_few_best_are_the_same_as_of_all() {
    let text = "playwright flaky checks queue deploy retry";
    let mut asked = with_sections(text, 0);
    let asking = Memory::fixture().asking();
    let all = asking.ask(&asked);
    asked.limits.max_records = 3;
    let few = asking.ask(&asked);
    assert_eq!(ids(&few), ids(&all)[..3]);
    assert_eq!(few.plan.candidates, all.plan.candidates);
    assert_eq!(few.limits.omitted_records, all.records.len() - 3);
}

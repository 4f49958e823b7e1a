//! What a caller may not see is left out everywhere, counted, and never named.

use super::support::*;
use lorekeep::query::{
    DeniedScope, GraphQuestion, GrepQuestion, Mode, QueryOutcome, QueryRequest, Question, Visibility,
};

fn without_paths(paths: &[&str]) -> Visibility {
    Visibility { exclude_paths: globs(paths), ..Visibility::default() }
}

fn without_kinds(kinds: &[&str]) -> Visibility {
    Visibility { exclude_kinds: strings(kinds), ..Visibility::default() }
}

fn denied(kind: &'static str, scope: &str, omitted: usize) -> DeniedScope {
    DeniedScope { kind, scope: scope.to_owned(), omitted }
}

/// Asks, and holds that nothing of an answer tells of the breach.
fn silent(sight: Visibility, request: &QueryRequest) -> QueryOutcome {
    let mut request = request.clone();
    request.render_prompt = true;
    let outcome = Memory::fixture().asking().seeing(sight).ask(&request);
    let json = serde_json::to_string(&outcome).expect("an answer is JSON");
    for word in ["incident:breach", "breach.md", "xylophone", "stranger", "Playwright runner breach"] {
        assert!(!json.contains(word), "{word} in {json}");
    }
    outcome
}

fn everything() -> QueryRequest {
    question(Question {
        text: Some("playwright runner account".to_owned()),
        associations: strings(&["repository:krate", "runbook:ci-playwright-flake"]),
        graph: GraphQuestion { edge_depth: 4, ..GraphQuestion::default() },
        ..Question::default()
    })
}

#[test]
fn an_excluded_path_is_neither_ranked_nor_reached_nor_searched() {
    let outcome = silent(without_paths(&["incidents/security/**"]), &everything());
    assert!(outcome.records.len() > 3);
    assert_eq!(outcome.denied_scopes, [denied("path", "incidents/security/**", 1)]);
}

#[test]
fn an_excluded_kind_is_neither_ranked_nor_reached_nor_searched() {
    let mut asked = everything();
    asked.query.grep = GrepQuestion { context_lines: 20, ..pattern("queue") };
    let outcome = silent(without_kinds(&["Incident"]), &asked);
    assert!(
        outcome.excerpts.iter().any(|e| e.path == "graph/services.yaml"),
        "the other records of the file are there"
    );
    assert!(outcome.excerpts.iter().all(|e| !e.text.contains("queue-stall") && !e.text.contains("poisoned")));
    assert!(!ids(&outcome).contains(&"incident:queue-stall"));
    assert_eq!(outcome.denied_scopes, [denied("kind", "Incident", 2)]);
}

#[test]
fn what_is_outside_an_allow_list_is_hidden_and_exclusion_wins() {
    let sight = Visibility {
        include_paths: Some(globs(&["runbooks/**", "incidents/**"])),
        ..without_paths(&["incidents/security/**"])
    };
    let outcome = silent(sight, &everything());
    assert!(outcome.records.iter().all(|hit| hit.path.starts_with("runbooks/")), "{:?}", ids(&outcome));
    assert_eq!(outcome.denied_scopes[0], denied("path", "incidents/security/**", 1));
    assert_eq!(outcome.denied_scopes[1].scope, "outside runbooks/**, incidents/**");
    let both = Visibility { include_kinds: Some(strings(&["Incident"])), ..without_kinds(&["Incident"]) };
    assert!(silent(both, &everything()).records.is_empty());
}

#[test]
fn nothing_that_would_not_have_answered_is_counted() {
    let mut asked = about("standup");
    asked.query.grep = pattern("Somebody");
    let outcome = Memory::fixture().asking().seeing(without_paths(&["incidents/**"])).ask(&asked);
    assert_eq!(ids(&outcome), ["notes/standup.md"]);
    assert!(outcome.denied_scopes.is_empty());
}

#[test]
fn an_edge_to_a_hidden_record_is_left_out_and_counted() {
    let asked =
        question(Question { select: strings(&["service:runner"]), mode: Mode::GraphOnly, ..Question::default() });
    let sight = Visibility { include_kinds: Some(strings(&["Service"])), ..without_paths(&["graph/nothing/**"]) };
    let all = Memory::fixture().asking().ask(&asked);
    assert!(all.records[0].edges.iter().any(|edge| edge.target == "service:queue"));
    let some = Memory::fixture().asking().seeing(sight).ask(&asked);
    assert!(some.records[0].edges.iter().any(|edge| edge.target == "service:queue"));

    let memory = Memory::default()
        .with("open/a.md", "---\nid: decision:a\nkind: Decision\ntitle: A\nrelated: {mentions: [decision:b]}\n---\n")
        .with("shut/b.md", "---\nid: decision:b\nkind: Decision\ntitle: B\n---\n");
    let asked = question(Question {
        select: strings(&["decision:a"]),
        graph: GraphQuestion { edge_depth: 2, ..GraphQuestion::default() },
        mode: Mode::GraphOnly,
        ..Question::default()
    });
    let outcome = memory.asking().seeing(without_paths(&["shut/**"])).ask(&asked);
    assert_eq!(ids(&outcome), ["decision:a"]);
    assert!(outcome.records[0].edges.is_empty());
    assert_eq!(outcome.denied_scopes, [denied("path", "shut/**", 1)]);
}

#[test]
fn no_walk_goes_through_a_hidden_record() {
    let record = |id: &str, to: &str| {
        format!("---\nid: decision:{id}\nkind: Decision\ntitle: {id}\nrelated: {{supersedes: [decision:{to}]}}\n---\n")
    };
    let memory = Memory::default()
        .with("open/a.md", record("a", "b"))
        .with("shut/b.md", record("b", "c"))
        .with("open/c.md", "---\nid: decision:c\nkind: Decision\ntitle: c\n---\n");
    let asked = question(Question {
        select: strings(&["decision:a"]),
        graph: GraphQuestion { edge_depth: 4, ..GraphQuestion::default() },
        mode: Mode::GraphOnly,
        ..Question::default()
    });
    assert_eq!(memory.asking().ask(&asked).records.len(), 3);
    assert_eq!(ids(&memory.asking().seeing(without_paths(&["shut/**"])).ask(&asked)), ["decision:a"]);
}

#[test]
fn a_hidden_name_and_no_name_answer_alike() {
    let notes = |name: &str| {
        let asked = question(Question { select: strings(&[name]), mode: Mode::DocumentRead, ..Question::default() });
        let outcome = silent_about(name, &asked);
        outcome.plan.notes.into_iter().map(|note| note.replace(name, "X")).collect::<Vec<_>>()
    };
    assert_eq!(notes("incident:unknown"), ["select: nothing here is named `X`"]);
    for name in ["incident:breach", "incidents/security/breach.md", "incidents/security/breach.md:1-2"] {
        assert_eq!(notes(name), notes("incident:unknown"), "{name}");
    }
}

fn silent_about(name: &str, asked: &QueryRequest) -> QueryOutcome {
    let outcome = Memory::fixture().asking().seeing(without_paths(&["incidents/security/**"])).ask(asked);
    assert!(outcome.records.is_empty(), "{name}");
    outcome
}

#[test]
fn what_a_visible_record_says_of_a_hidden_name_can_be_asked_for() {
    let memory = Memory::fixture().with(
        "graph/repositories.yaml",
        "nodeKind: Repository\nid: repository:krate\nattributes:\n  title: Krate\n  status: approved\n",
    );
    let sight = Visibility { include_kinds: Some(strings(&["Runbook"])), ..Visibility::default() };
    let asked = question(Question {
        associations: strings(&["repository:krate"]),
        mode: Mode::GraphOnly,
        ..Question::default()
    });
    let outcome = memory.asking().seeing(sight).ask(&asked);
    assert_eq!(ids(&outcome), ["runbook:ci-playwright-flake"]);
}

#[test]
fn what_a_hidden_sidecar_says_is_not_told() {
    let sight = without_paths(&["graph/sidecars.yaml"]);
    let asking = Memory::fixture().asking().seeing(sight);
    let outcome = asking.ask(&graph(Some("zymurgical"), GraphQuestion::default()));
    assert!(outcome.records.is_empty());
    let asked = question(Question { select: strings(&["service:disk"]), mode: Mode::GraphOnly, ..Question::default() });
    let outcome = asking.ask(&asked);
    assert_eq!(outcome.records[0].summary, "Where the work ends up.");
    assert!(outcome.records[0].edges.iter().all(|edge| edge.target != "repository:krate"));
}

#[test]
fn a_hidden_record_supersedes_nothing() {
    let asked = graph(Some("playwright"), GraphQuestion::default());
    let sight = without_paths(&["runbooks/ci-playwright-flake.md"]);
    let outcome = Memory::fixture().asking().seeing(sight).ask(&asked);
    assert!(details(hit(&outcome, "runbook:ci-old"), "superseded").is_empty());
}

#[test]
fn hidden_lines_are_counted_by_whole_words_and_never_by_an_expression() {
    let count = |question| {
        let sight = without_paths(&["incidents/security/**"]);
        Memory::fixture().asking().seeing(sight).ask(&grep(question)).denied_scopes
    };
    assert_eq!(count(pattern("xylophone account")), [denied("path", "incidents/security/**", 1)]);
    assert!(count(pattern("xyloph")).is_empty(), "no letter by letter");
    assert!(count(GrepQuestion { regex: true, ..pattern("xylophon[a-z]") }).is_empty());
}

#[test]
fn the_policy_narrows_the_bytes() {
    let sight = Visibility { max_context_bytes: Some(60), ..Visibility::default() };
    let outcome = Memory::fixture().asking().seeing(sight).ask(&graph(Some("queue"), GraphQuestion::default()));
    assert!(outcome.limits.bytes <= 60 && outcome.limits.truncated);
}

#[test]
fn a_file_of_several_records_is_read_without_the_hidden_ones() {
    let asking = Memory::fixture().asking().seeing(without_kinds(&["Incident"]));
    let outcome = asking.ask(&read(&["graph/services.yaml"]));
    let text = outcome.records[0].text.as_deref().expect("the file has text");
    assert!(text.contains("service:disk") && text.contains("[WITHHELD]"));
    assert!(!text.contains("incident:queue-stall") && !text.contains("poisoned"));
    assert_eq!(outcome.denied_scopes, [denied("kind", "Incident", 1)]);
}

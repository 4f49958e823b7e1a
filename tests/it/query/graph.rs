//! Selection, associations, filters, text and edges: which records come back.

use super::support::*;
use lorekeep::index::EntryId;
use lorekeep::ontology::Direction;
use lorekeep::query::{GraphQuestion, Mode, QueryRequest, Question};

fn kinds(kinds: &[&str]) -> GraphQuestion {
    GraphQuestion { kinds: strings(kinds), ..GraphQuestion::default() }
}

fn joined_to(name: &str, graph: GraphQuestion) -> QueryRequest {
    question(Question { associations: strings(&[name]), mode: Mode::GraphOnly, graph, ..Question::default() })
}

fn selecting(names: &[&str], graph: GraphQuestion) -> QueryRequest {
    question(Question { select: strings(names), mode: Mode::GraphOnly, graph, ..Question::default() })
}

#[test]
fn filters_alone_list_every_match_in_a_fixed_order() {
    let outcome = Memory::fixture().asking().ask(&graph(None, kinds(&["Service", "Runbook"])));
    let mut sorted = ids(&outcome);
    assert_eq!(outcome.plan.candidates, 5);
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        ["runbook:ci-old", "runbook:ci-playwright-flake", "service:disk", "service:queue", "service:runner"]
    );
    assert_eq!(details(hit(&outcome, "service:disk"), "filter"), ["passes the filters"]);
}

#[test]
fn a_kind_filter_returns_only_that_kind_for_neighbours_too() {
    let both_ways = GraphQuestion { edge_depth: 4, ..kinds(&["Service"]) };
    for asked in [graph(Some("playwright queue"), both_ways.clone()), joined_to("repository:krate", both_ways)] {
        let outcome = Memory::fixture().asking().ask(&asked);
        assert!(!outcome.records.is_empty());
        assert!(outcome.records.iter().all(|hit| hit.kind == "Service"), "{:?}", ids(&outcome));
    }
}

#[test]
fn every_filter_narrows() {
    let asking = Memory::fixture().asking();
    let found = |graph_question| {
        let outcome = asking.ask(&graph(None, graph_question));
        ids(&outcome).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let statuses = GraphQuestion { statuses: strings(&["draft"]), ..GraphQuestion::default() };
    assert_eq!(found(statuses), ["decision:retry-draft"]);
    let owners = GraphQuestion { owners: strings(&["team:security"]), ..kinds(&["Incident"]) };
    assert_eq!(found(owners), ["incident:breach"]);
    let tags = GraphQuestion { tags: strings(&["playwright", "nothing"]), ..GraphQuestion::default() };
    assert_eq!(found(tags), ["runbook:ci-playwright-flake"]);
    let repos = GraphQuestion { repo_refs: strings(&["krate"]), ..kinds(&["Runbook"]) };
    assert_eq!(found(repos), ["runbook:ci-playwright-flake"]);
}

#[test]
fn archived_records_come_back_only_where_they_are_asked_for() {
    let asking = Memory::fixture().asking();
    let archived = |asked: &QueryRequest| ids(&asking.ask(asked)).contains(&"decision:retry-archived");
    assert!(!archived(&graph(Some("retry policy"), GraphQuestion::default())));
    let including = GraphQuestion { include_archived: true, ..GraphQuestion::default() };
    assert!(archived(&graph(Some("retry policy"), including)));
    let by_status = GraphQuestion { statuses: strings(&["archived"]), ..GraphQuestion::default() };
    assert!(archived(&graph(None, by_status)));
    assert!(archived(&selecting(&["decision:retry-archived"], GraphQuestion::default())));
}

#[test]
fn a_note_without_an_id_is_a_hit_of_kind_note_named_by_its_path() {
    let outcome = Memory::fixture().asking().ask(&graph(Some("standup monday"), GraphQuestion::default()));
    let note = hit(&outcome, "notes/standup.md");
    assert_eq!((note.kind.as_str(), note.title.as_str()), ("Note", "Standup of Monday"));
    let outcome = Memory::fixture().asking().ask(&graph(None, kinds(&["Note"])));
    assert_eq!(ids(&outcome), ["notes/standup.md"]);
}

#[test]
fn depth_one_gives_direct_targets_and_depth_two_transitive_ones() {
    let asking = Memory::fixture().asking();
    let reached = |edge_depth, direction| {
        let graph = GraphQuestion { edge_depth, direction, edge_kinds: strings(&["depends_on"]), ..kinds(&[]) };
        let outcome = asking.ask(&selecting(&["service:runner"], graph));
        ids(&outcome).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(reached(0, Direction::Both), ["service:runner"]);
    assert_eq!(reached(1, Direction::Out), ["service:runner", "service:queue"]);
    assert_eq!(reached(2, Direction::Out), ["service:runner", "service:queue", "service:disk"]);
    assert_eq!(reached(4, Direction::In), ["service:runner"], "nothing depends on the runner");
}

#[test]
fn edges_are_followed_inwards_too() {
    let graph = GraphQuestion { edge_depth: 1, direction: Direction::In, ..GraphQuestion::default() };
    let outcome = Memory::fixture().asking().ask(&selecting(&["service:queue"], graph));
    for id in ["service:runner", "decision:retry-policy", "incident:queue-stall"] {
        hit(&outcome, id);
    }
    assert!(!ids(&outcome).contains(&"service:disk"));
}

#[test]
fn parallel_edges_of_different_kinds_are_kept_apart() {
    let outcome = Memory::fixture().asking().ask(&selecting(&["service:queue"], GraphQuestion::default()));
    let edges: Vec<(&str, &str)> =
        hit(&outcome, "service:queue").edges.iter().map(|e| (e.kind.as_str(), e.target.as_str())).collect();
    assert!(
        edges.contains(&("depends_on", "service:disk")) && edges.contains(&("mentions", "service:disk")),
        "{edges:?}"
    );
    let along = |kind: &str| {
        let graph = GraphQuestion {
            edge_depth: 1,
            direction: Direction::Out,
            edge_kinds: strings(&[kind]),
            ..GraphQuestion::default()
        };
        let outcome = Memory::fixture().asking().ask(&selecting(&["service:queue"], graph));
        details(hit(&outcome, "service:disk"), "edge-distance").concat()
    };
    assert_eq!(along("depends_on"), "service:queue -depends_on- (1)");
    assert_eq!(along("mentions"), "service:queue -mentions- (1)");
}

#[test]
fn a_breadcrumb_tells_the_root_the_edges_and_the_distance() {
    let graph = GraphQuestion {
        edge_depth: 2,
        direction: Direction::Out,
        edge_kinds: strings(&["depends_on"]),
        ..GraphQuestion::default()
    };
    let outcome = Memory::fixture().asking().ask(&selecting(&["service:runner"], graph));
    let crumbs = details(hit(&outcome, "service:disk"), "edge-distance");
    assert_eq!(crumbs, ["service:runner -depends_on- service:queue -depends_on- (2)"]);
}

#[test]
fn an_association_to_a_name_that_is_no_record_finds_what_points_to_it() {
    let graph = GraphQuestion { edge_depth: 1, ..GraphQuestion::default() };
    let outcome = Memory::fixture().asking().ask(&joined_to("repository:krate", graph));
    let mut found = ids(&outcome);
    found.sort_unstable();
    // service:disk is joined by a sidecar only.
    assert_eq!(found, ["incident:breach", "runbook:ci-playwright-flake", "service:disk", "service:runner"]);
    let runbook = hit(&outcome, "runbook:ci-playwright-flake");
    assert_eq!(details(runbook, "association"), ["applies_to_repo repository:krate"]);
    assert_eq!(details(runbook, "edge-distance"), ["repository:krate -applies_to_repo- (1)"]);
}

#[test]
fn an_association_brings_its_neighbours_whatever_the_depth() {
    let outcome = Memory::fixture().asking().ask(&joined_to("service:disk", GraphQuestion::default()));
    assert_eq!(details(hit(&outcome, "service:queue"), "association"), ["depends_on, mentions service:disk"]);
    assert_eq!(details(hit(&outcome, "service:disk"), "association"), ["names service:disk"]);
    assert!(outcome.records.iter().all(|hit| details(hit, "edge-distance").is_empty()));
}

#[test]
fn an_association_that_joins_nothing_says_so() {
    let outcome = Memory::fixture().asking().ask(&joined_to("repository:none", GraphQuestion::default()));
    assert!(outcome.records.is_empty());
    assert_eq!(outcome.plan.notes, ["associations: no record here is joined to the names given"]);
}

#[test]
fn edges_are_followed_from_what_the_text_finds() {
    let graph_question =
        GraphQuestion { edge_depth: 1, edge_kinds: strings(&["documents"]), ..GraphQuestion::default() };
    let outcome = Memory::fixture().asking().ask(&graph(Some("quarantine the test"), graph_question));
    let runner = hit(&outcome, "service:runner");
    assert_eq!(details(runner, "edge-distance"), ["runbook:ci-playwright-flake -documents- (1)"]);
    assert!(runner.score < hit(&outcome, "runbook:ci-playwright-flake").score);
}

#[test]
fn what_a_sidecar_or_a_patch_says_counts_for_the_declared_record() {
    let outcome = Memory::fixture().asking().ask(&graph(Some("zymurgical"), GraphQuestion::default()));
    assert_eq!(ids(&outcome), ["service:disk"]);
    let disk = hit(&outcome, "service:disk");
    assert_eq!(disk.path, "graph/services.yaml");
    assert_eq!(disk.summary, "A zymurgical store of finished work.");
    assert!(disk.edges.iter().any(|edge| edge.target == "repository:krate"));
    assert!(!details(disk, "text").is_empty());
}

#[test]
fn names_of_attributes_are_no_text() {
    let outcome =
        Memory::fixture().asking().ask(&graph(Some("updatedAt nodeKind attributes"), GraphQuestion::default()));
    assert!(outcome.records.is_empty(), "{:?}", ids(&outcome));
}

#[test]
fn a_selection_is_by_id_path_or_alias_and_what_is_missing_is_said() {
    let asking = Memory::fixture().asking();
    for name in ["runbook:ci-playwright-flake", "runbooks/ci-playwright-flake.md", "flake guide"] {
        let outcome = asking.ask(&selecting(&[name], GraphQuestion::default()));
        assert_eq!(ids(&outcome), ["runbook:ci-playwright-flake"], "{name}");
        assert_eq!(details(&outcome.records[0], "selection"), ["runbook:ci-playwright-flake"]);
    }
    let outcome = asking.ask(&selecting(&["runbook:none", "service:disk"], GraphQuestion::default()));
    assert_eq!(ids(&outcome), ["service:disk"]);
    assert_eq!(outcome.plan.notes, ["select: nothing here is named `runbook:none`"]);
}

#[test]
fn a_selected_path_takes_all_its_records_and_lines_take_those_they_touch() {
    let asking = Memory::fixture().asking();
    let outcome = asking.ask(&selecting(&["graph/services.yaml"], GraphQuestion::default()));
    assert_eq!(outcome.records.len(), 4);
    let outcome = asking.ask(&selecting(&["graph/services.yaml:15-16"], GraphQuestion::default()));
    assert_eq!(ids(&outcome), ["service:queue"]);
    assert_eq!(places(&outcome), ["graph/services.yaml:15-16"]);
    assert_eq!(outcome.excerpts[0].text, "id: service:queue\nattributes:");
    assert_eq!(outcome.excerpts[0].record_id.as_deref(), Some("service:queue"));
}

#[test]
fn a_selected_file_without_a_record_is_said_and_its_lines_are_given() {
    let asking = Memory::fixture().asking();
    let outcome = asking.ask(&selecting(&["data/settings.txt"], GraphQuestion::default()));
    assert!(outcome.records.is_empty() && outcome.excerpts.is_empty());
    assert_eq!(outcome.plan.notes, ["select: `data/settings.txt` holds no record: document-read gives its text"]);
    let outcome = asking.ask(&selecting(&["data/settings.txt:2"], GraphQuestion::default()));
    assert_eq!(outcome.excerpts[0].text, "flaky = no");
    assert!(outcome.plan.notes.is_empty());
}

#[test]
fn a_selection_outside_the_filters_is_left_out_and_said() {
    let outcome = Memory::fixture().asking().ask(&selecting(&["service:disk"], kinds(&["Runbook"])));
    assert!(outcome.records.is_empty());
    assert_eq!(outcome.plan.notes, ["select: 1 of the selected records do not pass the filters"]);
}

#[test]
fn a_listing_of_ten_thousand_records_takes_no_quadratic_time() {
    let record = |n: usize| {
        format!(
            "nodeKind: Service\nid: service:s{n}\nattributes:\n  title: S{n}\n  status: approved\n  owners: [team:a]\n---\n"
        )
    };
    let memory = (0..100).fold(Memory::default(), |memory, file| {
        memory.with(&format!("graph/{file:03}.yaml"), (0..100).map(|n| record(file * 100 + n)).collect::<String>())
    });
    let asking = memory.asking();
    let asked = graph(None, kinds(&["Service"]));
    asking.ask(&asked);
    let start = std::time::Instant::now();
    let outcome = asking.ask(&asked);
    assert_eq!((outcome.plan.candidates, outcome.records.len(), outcome.limits.omitted_records), (10_000, 40, 9_960));
    assert!(start.elapsed().as_secs() < 3, "{:?}", start.elapsed());
}

#[test]
fn entry_ids_are_not_what_orders_an_answer() {
    // A later landing gives higher entry numbers to earlier paths.
    let memory = Memory::fixture();
    let (first, last): (Vec<String>, Vec<String>) =
        memory.paths().into_iter().partition(|path| path.as_str() > "graph");
    assert!(EntryId(0) < EntryId(1));
    let asked = graph(None, kinds(&["Service", "Decision", "Tool", "Runbook"]));
    assert_eq!(ids(&memory.landed(&[first, last]).ask(&asked)), ids(&memory.asking().ask(&asked)));
}

#[test]
fn the_documented_question_is_answered_in_every_part() {
    let asked = question(Question {
        text: Some("playwright flaky checks in krate".to_owned()),
        select: strings(&["runbook:ci-playwright-flake", "decisions/x.md"]),
        associations: strings(&["repository:krate"]),
        graph: GraphQuestion {
            kinds: strings(&["Runbook"]),
            statuses: strings(&["approved"]),
            edge_depth: 2,
            ..GraphQuestion::default()
        },
        grep: lorekeep::query::GrepQuestion { paths: strings(&["runbooks/**"]), ..Default::default() },
        ..Question::default()
    });
    let outcome = Memory::fixture().asking().ask(&asked);
    assert_eq!(ids(&outcome), ["runbook:ci-playwright-flake", "runbook:ci-old"]);
    let first = &outcome.records[0];
    for reason in ["selection", "association", "edge-distance", "text", "recency", "status", "size"] {
        assert!(!details(first, reason).is_empty(), "{reason} in {:?}", first.why);
    }
    assert_eq!((outcome.plan.modes.as_slice(), outcome.plan.grep_scope), (&["graph", "grep"][..], "graph-candidates"));
    assert!(outcome.excerpts.iter().all(|e| e.path.starts_with("runbooks/")) && !outcome.excerpts.is_empty());
    assert_eq!(outcome.plan.notes, ["select: nothing here is named `decisions/x.md`"]);
}

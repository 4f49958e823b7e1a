//! What is around a record, and the shortest path between two.

use super::support::*;
use lorekeep::ontology::Direction;
use lorekeep::query::{
    Crumb, DeniedScope, GraphError, GraphRequest, MOST_GRAPH_DEPTH, MOST_GRAPH_NODES, MOST_PATH_EDGES, Neighbourhood,
    Visibility,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn nodes(graph: &Neighbourhood) -> Vec<String> {
    graph.nodes.iter().map(|node| format!("{}@{}", node.id, node.distance)).collect()
}

fn edges(graph: &Neighbourhood) -> Vec<String> {
    let mark = |derived| if derived { " (derived)" } else { "" };
    graph.edges.iter().map(|e| format!("{} {} {}{}", e.from, e.kind, e.to, mark(e.derived))).collect()
}

fn steps(crumbs: &[Crumb]) -> String {
    let arrow =
        |c: &Crumb| if c.outgoing { format!("-{}-> {}", c.edge, c.id) } else { format!("<-{}- {}", c.edge, c.id) };
    crumbs.iter().map(arrow).collect::<Vec<_>>().join(" ")
}

fn of(asking: &Asking, request: &GraphRequest) -> Neighbourhood {
    asking.graph(request).expect("the request is valid")
}

fn path(asking: &Asking, request: &GraphRequest) -> Option<String> {
    of(asking, request).path.map(|crumbs| steps(&crumbs))
}

/// A memory of pages `x:a` with edges, each `from kind to`.
fn world(edges: &[&str]) -> Memory {
    let mut of_page: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for edge in edges {
        let [from, kind, to] = edge.split(' ').collect::<Vec<_>>()[..] else { panic!("{edge}") };
        of_page.entry(to.to_owned()).or_default();
        of_page.entry(from.to_owned()).or_default().push(format!("{kind} x:{to}"));
    }
    of_page.iter().fold(Memory::default(), |memory, (name, edges)| {
        let edges: Vec<&str> = edges.iter().map(String::as_str).collect();
        memory.with(&format!("notes/{name}.md"), page(&format!("x:{name}"), name, &edges))
    })
}

#[test]
fn records_come_nearest_first_with_their_edges_and_the_way_there() {
    let asking = Memory::fixture().asking();
    let graph = of(&asking, &around("service:queue", 1));
    assert_eq!(
        nodes(&graph),
        ["service:queue@0", "decision:retry-policy@1", "incident:queue-stall@1", "service:disk@1", "service:runner@1"]
    );
    assert_eq!(
        edges(&graph),
        [
            "service:queue depends_on service:disk",
            "service:queue mentions service:disk",
            "decision:retry-policy documents service:queue",
            "incident:queue-stall mentions service:queue",
            "service:runner depends_on service:queue",
        ]
    );
    let disk = &graph.nodes[3];
    assert_eq!(
        (disk.kind.as_deref(), disk.title.as_str(), disk.status.as_deref(), disk.path.as_deref()),
        (Some("Service"), "Disk", Some("approved"), Some("graph/services.yaml"))
    );
    let graph = of(&asking, &around("service:disk", 3));
    let runbook = graph.nodes.iter().find(|node| node.id == "runbook:ci-playwright-flake").expect("it is reached");
    assert_eq!(
        steps(&runbook.breadcrumbs),
        "<-depends_on- service:queue <-documents- decision:retry-policy -mentions-> runbook:ci-playwright-flake"
    );
    assert_eq!(nodes(&of(&asking, &around("service:disk", 0))), ["service:disk@0"]);
}

#[test]
fn an_edge_that_only_a_link_makes_is_derived() {
    let graph = of(&Memory::fixture().asking(), &around("decision:retry-policy", 1));
    let link = "decision:retry-policy mentions runbook:ci-playwright-flake (derived)";
    assert!(edges(&graph).contains(&link.to_owned()), "{:?}", edges(&graph));
}

#[test]
fn every_edge_between_two_records_given_is_given() {
    let asking = world(&["a x b", "a x c", "b y c", "c z a"]).asking();
    let graph = of(&asking, &GraphRequest { direction: Direction::Out, ..around("x:a", 1) });
    assert_eq!(edges(&graph), ["x:a x x:b", "x:a x x:c", "x:b y x:c", "x:c z x:a"]);
    let only = GraphRequest { edge_kinds: strings(&["x"]), ..around("x:a", 1) };
    assert_eq!(edges(&of(&asking, &only)), ["x:a x x:b", "x:a x x:c"]);
}

#[test]
fn direction_edge_kinds_and_kinds_say_where_it_goes() {
    let asking = Memory::fixture().asking();
    let to = |direction| nodes(&of(&asking, &GraphRequest { direction, ..around("service:queue", 2) }));
    assert_eq!(to(Direction::Out), ["service:queue@0", "service:disk@1"]);
    assert_eq!(
        to(Direction::In),
        [
            "service:queue@0",
            "decision:retry-policy@1",
            "incident:queue-stall@1",
            "service:runner@1",
            "runbook:ci-playwright-flake@2"
        ]
    );
    let along = GraphRequest { edge_kinds: strings(&["depends_on"]), ..around("service:disk", 4) };
    assert_eq!(nodes(&of(&asking, &along)), ["service:disk@0", "service:queue@1", "service:runner@2"]);
    let only = GraphRequest { kinds: strings(&["Decision", "Runbook"]), ..around("service:queue", 2) };
    assert_eq!(
        nodes(&of(&asking, &only)),
        ["service:queue@0", "decision:retry-policy@1", "runbook:ci-playwright-flake@2"],
        "the root is given, and nothing is passed that is not"
    );
}

#[test]
fn a_record_is_named_by_path_or_alias_too() {
    let asking = Memory::fixture().asking();
    for name in ["runbook:ci-playwright-flake", "runbooks/ci-playwright-flake.md", "flake guide"] {
        assert_eq!(of(&asking, &around(name, 1)).root, "runbook:ci-playwright-flake", "{name}");
    }
    assert_eq!(nodes(&of(&asking, &around("notes/standup.md", 2))), ["notes/standup.md@0"]);
    let first = of(&asking, &around("graph/services.yaml", 0));
    assert_eq!((first.root.as_str(), first.notes.len()), ("service:runner", 1), "{:?}", first.notes);
    let sight = Visibility { exclude_kinds: strings(&["Service"]), ..Visibility::default() };
    let incident = of(&Memory::fixture().asking().seeing(sight), &around("graph/services.yaml", 0));
    assert_eq!((incident.root.as_str(), incident.notes), ("incident:queue-stall", vec![]));
}

#[test]
fn a_name_that_records_refer_to_has_neighbours_though_it_is_no_record() {
    let asking = Memory::fixture().asking();
    let graph = of(&asking, &around("repository:krate", 1));
    let root = &graph.nodes[0];
    assert_eq!((root.id.as_str(), &root.kind, &root.path), ("repository:krate", &None, &None));
    assert!(edges(&graph).contains(&"service:runner applies_to_repo repository:krate".to_owned()), "{graph:?}");
    assert!(graph.nodes.len() > 3);
    let found = path(&asking, &between("repository:krate", "service:disk"));
    assert_eq!(found.as_deref(), Some("<-applies_to_repo- service:disk"));
    let back = GraphRequest { direction: Direction::Out, ..between("service:queue", "repository:krate") };
    assert_eq!(path(&asking, &back).as_deref(), Some("-depends_on-> service:disk -applies_to_repo-> repository:krate"));
    let one = GraphRequest { depth: Some(1), ..back.clone() };
    assert_eq!(path(&asking, &one), None);
    assert_eq!(path(&asking, &GraphRequest { direction: Direction::In, ..back }), None);
    assert_eq!(path(&asking, &between("repository:krate", "repository:krate")).as_deref(), Some(""));
}

#[test]
fn what_is_left_out_at_the_limit_is_counted_exactly() {
    let spokes: Vec<String> = (0..12).map(|n| format!("hub x s{n:02}")).collect();
    let mut all: Vec<&str> = spokes.iter().map(String::as_str).collect();
    all.extend(["s03 x far", "s11 y s00"]);
    let asking = world(&all).asking();
    let graph = of(&asking, &GraphRequest { limit: Some(5), ..around("x:hub", 2) });
    assert_eq!(nodes(&graph), ["x:hub@0", "x:s00@1", "x:s01@1", "x:s02@1", "x:s03@1"]);
    assert_eq!((graph.omitted_nodes, graph.omitted_edges), (9, 0));
    assert_eq!(graph.edges.len(), 4, "edges to what is left out are not there");
    let whole = of(&asking, &GraphRequest { limit: Some(14), ..around("x:hub", 2) });
    assert_eq!((whole.nodes.len(), whole.edges.len(), whole.omitted_nodes), (14, 14, 0));
}

#[test]
fn bytes_are_a_limit_too() {
    let memory = world(&["a x b", "b x c"]);
    let sight = |most| Visibility { max_context_bytes: Some(most), ..Visibility::default() };
    for most in 0..200 {
        let graph = of(&memory.asking().seeing(sight(most)), &around("x:a", 2));
        let text = |n: &lorekeep::query::NearNode| {
            let options = [&n.kind, &n.status, &n.path].into_iter().flatten().map(String::len).sum::<usize>();
            n.id.len()
                + n.title.len()
                + options
                + n.breadcrumbs.iter().map(|c| c.edge.len() + c.id.len()).sum::<usize>()
        };
        let of_edges: usize = graph.edges.iter().map(|e| e.kind.len() + e.from.len() + e.to.len()).sum();
        assert!(graph.nodes.iter().map(text).sum::<usize>() + of_edges <= most, "{most}: {graph:?}");
        assert_eq!(graph.nodes.len() + graph.omitted_nodes, 3);
        let between = graph.nodes.len().saturating_sub(1);
        assert_eq!(graph.edges.len() + graph.omitted_edges, between, "{most}");
        assert_eq!(graph.nodes.is_empty(), !graph.notes.is_empty(), "{most}");
    }
}

#[test]
fn no_walk_passes_what_is_hidden_and_nothing_of_it_is_named() {
    let memory = Memory::default()
        .with("open/a.md", page("x:a", "A", &["y x:secret", "y x:b"]))
        .with("shut/secret.md", page("x:secret", "Xylophone", &["y x:c", "y x:a"]))
        .with("open/b.md", page("x:b", "B", &[]))
        .with("open/c.md", page("x:c", "C", &[]));
    let sight = Visibility { exclude_paths: globs(&["shut/**"]), ..Visibility::default() };
    let asking = memory.asking().seeing(sight);
    let graph = of(&asking, &around("x:a", 4));
    assert_eq!(nodes(&graph), ["x:a@0", "x:b@1"]);
    assert_eq!(graph.denied_scopes, [DeniedScope { kind: "path", scope: "shut/**".to_owned(), omitted: 1 }]);
    let told = format!("{graph:?}{}{}", lorekeep::query::dot(&graph, "x:a"), lorekeep::query::svg(&graph, "x:a"));
    assert!(!told.contains("x:secret") && !told.contains("secret.md") && !told.contains("Xylophone"), "{told}");
    let none = of(&asking, &between("x:a", "x:c"));
    assert_eq!((none.path, none.nodes.len()), (None, 0));
    // Its name answers as that of nothing.
    let said = |name: &str| match asking.graph(&around(name, 1)) {
        Ok(graph) => format!("{:?}", (nodes(&graph), edges(&graph))).replace(name, "NAME"),
        Err(error) => error.to_string().replace(name, "NAME"),
    };
    let bare = Memory::default().with("shut/secret.md", page("x:alone", "Alone", &["y x:a"]));
    let sight = Visibility { exclude_paths: globs(&["shut/**"]), ..Visibility::default() };
    let alone = bare.asking().seeing(sight).graph(&around("x:alone", 1)).expect_err("it is hidden");
    assert_eq!(alone.to_string().replace("x:alone", "NAME"), said("x:nobody"));
    assert_eq!(said("x:secret"), "([\"NAME@0\", \"x:a@1\"], [\"x:a y NAME\"])", "what a visible record says is to see");
}

#[test]
fn the_path_is_the_shortest_and_of_several_the_first() {
    let asking = world(&["a x b", "b x d", "a w c", "c x d", "a v e", "e x f", "f x d", "d y a"]).asking();
    let out = |from: &str, to: &str| path(&asking, &GraphRequest { direction: Direction::Out, ..between(from, to) });
    assert_eq!(out("x:a", "x:d").as_deref(), Some("-w-> x:c -x-> x:d"), "by edge kind first");
    assert_eq!(out("x:d", "x:f").as_deref(), Some("-y-> x:a -v-> x:e -x-> x:f"));
    assert_eq!(path(&asking, &between("x:a", "x:d")).as_deref(), Some("<-y- x:d"));
    assert_eq!(path(&asking, &between("x:d", "x:a")).as_deref(), Some("-y-> x:a"));
    let along = GraphRequest { edge_kinds: strings(&["x"]), ..between("x:a", "x:e") };
    assert_eq!(path(&asking, &along).as_deref(), Some("-x-> x:b -x-> x:d <-x- x:f <-x- x:e"));
    let graph = of(&asking, &along);
    assert_eq!(nodes(&graph), ["x:a@0", "x:b@1", "x:d@2", "x:f@3", "x:e@4"]);
    assert_eq!(edges(&graph), ["x:a x x:b", "x:b x x:d", "x:f x x:d", "x:e x x:f"]);
    assert_eq!((graph.root.as_str(), graph.to.as_deref()), ("x:a", Some("x:e")));
    let same = world(&["a x b", "a x c", "c x d", "b x d"]).asking();
    assert_eq!(path(&same, &between("x:a", "x:d")).as_deref(), Some("-x-> x:b -x-> x:d"), "then by id");
    assert_eq!(path(&same, &between("x:a", "x:a")).as_deref(), Some(""));
}

#[test]
fn no_path_is_an_answer() {
    let asking = world(&["a x b", "b x c", "d x c"]).asking();
    let graph = of(&asking, &GraphRequest { direction: Direction::Out, ..between("x:a", "x:d") });
    assert_eq!((graph.path, graph.notes), (None, vec!["no path of at most 32 edges leads there".to_owned()]));
    let short = GraphRequest { depth: Some(2), ..between("x:a", "x:d") };
    assert_eq!(path(&asking, &short), None);
    assert!(path(&asking, &GraphRequest { depth: Some(3), ..short.clone() }).is_some());
    let others = GraphRequest { kinds: strings(&["y"]), ..between("x:a", "x:c") };
    assert_eq!(path(&asking, &others), None, "nothing of another kind is passed");
    assert!(path(&asking, &GraphRequest { kinds: strings(&["y"]), ..between("x:b", "x:c") }).is_some(), "the ends are");
}

#[test]
fn what_cannot_be_answered_says_which_field() {
    let asking = world(&["a x b"]).asking();
    let refused = |request: &GraphRequest| asking.graph(request).expect_err("it is refused");
    let unknown = |field, name: &str| GraphError::Unknown { field, name: name.to_owned() };
    assert_eq!(refused(&around("x:none", 1)), unknown("root", "x:none"));
    assert_eq!(refused(&between("x:none", "x:a")), unknown("from", "x:none"));
    assert_eq!(refused(&between("x:a", "x:none")), unknown("to", "x:none"));
    let most = |field, most| GraphError::Limit { field, most };
    assert_eq!(refused(&around("x:a", MOST_GRAPH_DEPTH + 1)), most("depth", usize::from(MOST_GRAPH_DEPTH)));
    let deep = GraphRequest { depth: Some(MOST_PATH_EDGES + 1), ..between("x:a", "x:b") };
    assert_eq!(refused(&deep), most("depth", usize::from(MOST_PATH_EDGES)));
    let many = |limit| GraphRequest { limit: Some(limit), ..around("x:a", 1) };
    assert_eq!(refused(&many(MOST_GRAPH_NODES + 1)), most("limit", MOST_GRAPH_NODES));
    for (field, request) in [
        ("limit", many(0)),
        ("root", around(" ", 1)),
        ("to", between("x:a", "")),
        ("kinds", GraphRequest { kinds: strings(&[""]), ..around("x:a", 1) }),
        ("edgeKinds", GraphRequest { edge_kinds: vec!["e".to_owned(); 65], ..around("x:a", 1) }),
    ] {
        assert!(matches!(refused(&request), GraphError::Invalid { field: found, .. } if found == field), "{field}");
    }
}

#[test]
fn names_and_titles_leave_without_their_secrets() {
    let secret = "AKIAQ3EGRUP5ZJ4TQ2XW";
    let memory = Memory::default()
        .with("notes/a.md", page("x:a", &format!("Key {secret}"), &["uses x:b"]))
        .with("notes/b.md", page("x:b", "B", &[]));
    let graph = of(&memory.asking(), &around("x:b", 1));
    assert!(!format!("{graph:?}").contains(secret), "{graph:?}");
    assert_eq!((graph.redaction.status, graph.redaction.secret_pattern_count), ("redacted", 1));
}

/// Small graphs: edges between eight records, of three kinds.
fn graphs() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0..8_usize, 0..3_usize, 0..8_usize), 1..20)
}

/// The distances from one record, found by trying every edge again and again.
fn distances(edges: &[(usize, usize, usize)], from: usize, direction: Direction) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::from([(from, 0)]);
    for _ in 0..8 {
        for (a, _, b) in edges {
            let ways = [(direction != Direction::In, a, b), (direction != Direction::Out, b, a)];
            for (_, a, b) in ways.into_iter().filter(|(open, _, _)| *open) {
                if let Some(near) = found.get(a).map(|d| d + 1) {
                    let known = found.entry(*b).or_insert(near);
                    *known = near.min(*known);
                }
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn distances_and_paths_are_those_of_a_plain_search(edges in graphs(), way in 0..3_usize, to in 0..8_usize) {
        let direction = [Direction::Out, Direction::In, Direction::Both][way];
        let written: Vec<String> = edges.iter().map(|(a, k, b)| format!("n{a} k{k} n{b}")).collect();
        let asking = world(&written.iter().map(String::as_str).collect::<Vec<_>>()).asking();
        let from = edges[0].0;
        let plain = distances(&edges, from, direction);
        let graph = of(&asking, &GraphRequest { direction, ..around(&format!("x:n{from}"), MOST_GRAPH_DEPTH) });
        let found: BTreeSet<String> = nodes(&graph).into_iter().collect();
        prop_assert_eq!(found, plain.iter().map(|(n, d)| format!("x:n{n}@{d}")).collect::<BTreeSet<_>>());
        for node in &graph.nodes {
            prop_assert_eq!(node.breadcrumbs.len(), usize::from(node.distance));
        }
        let Ok(between) = asking.graph(&GraphRequest { direction, ..between(&format!("x:n{from}"), &format!("x:n{to}")) }) else {
            return Ok(());
        };
        prop_assert_eq!(between.path.map(|path| path.len()), plain.get(&to).copied());
    }

    #[test]
    fn the_answer_does_not_depend_on_the_order_of_landings(edges in graphs(), cut in 0..8_usize) {
        let written: Vec<String> = edges.iter().map(|(a, k, b)| format!("n{a} k{k} n{b}")).collect();
        let memory = world(&written.iter().map(String::as_str).collect::<Vec<_>>());
        let (mut early, mut late) = (memory.paths(), memory.paths());
        late.truncate(cut.min(late.len()));
        early.retain(|path| !late.contains(path));
        let request = around(&format!("x:n{}", edges[0].0), 3);
        let at_once = format!("{:?}", of(&memory.asking(), &request));
        prop_assert_eq!(at_once, format!("{:?}", of(&memory.landed(&[early, late]), &request)));
    }
}

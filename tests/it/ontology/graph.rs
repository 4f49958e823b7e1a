//! The typed graph: what is kept, and how it is walked.

use lorekeep::ontology::{Direction, GraphEdge, GraphNode, Step, TypedGraph, Walk};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A graph of edges `from kind to`; every end is a node.
fn graph(edges: &[&str]) -> TypedGraph {
    let edges: Vec<GraphEdge> = edges.iter().map(|edge| parsed(edge)).collect();
    let ids: BTreeSet<&String> = edges.iter().flat_map(|edge| [&edge.from, &edge.to]).collect();
    let nodes = ids.into_iter().map(|id| GraphNode { id: id.clone(), kind: "K".into() }).collect();
    TypedGraph::new(nodes, edges)
}

fn parsed(edge: &str) -> GraphEdge {
    let [from, kind, to] = edge.split(' ').collect::<Vec<_>>()[..] else { panic!("{edge}") };
    GraphEdge { from: from.into(), kind: kind.into(), to: to.into() }
}

fn walk(direction: Direction, depth: u8) -> Walk {
    Walk { direction, edge_kinds: Vec::new(), depth, max_nodes: 100 }
}

/// The steps of a walk as `id@distance`.
fn reached(graph: &TypedGraph, roots: &[&str], walk: &Walk) -> Vec<String> {
    steps(graph, roots, walk).iter().map(|step| format!("{}@{}", step.id, step.distance)).collect()
}

fn steps(graph: &TypedGraph, roots: &[&str], walk: &Walk) -> Vec<Step> {
    graph.walk(&roots.iter().map(|root| (*root).to_owned()).collect::<Vec<_>>(), walk)
}

#[test]
fn parallel_edges_of_different_kinds_are_kept_and_equal_ones_are_one() {
    let graph = graph(&["a x b", "a y b", "a x b", "b x a", "a z a"]);
    assert_eq!(graph.edge_count(), 4);
    let seen: Vec<String> =
        graph.edges_of("a").iter().map(|(e, out)| format!("{} {} {} {out}", e.from, e.kind, e.to)).collect();
    assert_eq!(seen, ["a x b true", "b x a false", "a y b true", "a z a true"]);
    assert_eq!(graph.edges_of("nowhere"), []);
}

#[test]
fn edges_without_an_end_are_left_out_and_the_first_node_of_an_id_wins() {
    let node = |kind: &str| GraphNode { id: "a".into(), kind: kind.into() };
    let graph = TypedGraph::new(vec![node("First"), node("Second")], vec![parsed("a x missing")]);
    assert_eq!((graph.node_count(), graph.edge_count()), (1, 0));
    assert_eq!(graph.kind_of("a"), Some("First"));
    assert!(graph.contains("a") && !graph.contains("missing"));
}

#[test]
fn depth_one_gives_direct_targets_and_depth_two_transitive_ones() {
    let graph = graph(&["a x b", "b x c", "c x d", "e x a"]);
    assert_eq!(reached(&graph, &["a"], &walk(Direction::Out, 0)), ["a@0"]);
    assert_eq!(reached(&graph, &["a"], &walk(Direction::Out, 1)), ["a@0", "b@1"]);
    assert_eq!(reached(&graph, &["a"], &walk(Direction::Out, 2)), ["a@0", "b@1", "c@2"]);
    assert_eq!(reached(&graph, &["c"], &walk(Direction::In, 9)), ["c@0", "b@1", "a@2", "e@3"]);
    assert_eq!(reached(&graph, &["b"], &walk(Direction::Both, 1)), ["b@0", "a@1", "c@1"]);
}

#[test]
fn only_the_edge_kinds_asked_for_are_followed() {
    let graph = graph(&["a x b", "a y c", "c x d"]);
    let only =
        |kinds: &[&str]| Walk { edge_kinds: kinds.iter().map(|k| (*k).into()).collect(), ..walk(Direction::Out, 9) };
    assert_eq!(reached(&graph, &["a"], &only(&["x"])), ["a@0", "b@1"]);
    assert_eq!(reached(&graph, &["a"], &only(&["x", "y"])), ["a@0", "b@1", "c@1", "d@2"]);
    assert_eq!(reached(&graph, &["a"], &only(&["z"])), ["a@0"]);
}

#[test]
fn the_nearest_nodes_are_kept_when_there_are_too_many() {
    let graph = graph(&["a x d", "a x c", "a x b", "b x e"]);
    let few = |max_nodes| Walk { max_nodes, ..walk(Direction::Out, 9) };
    assert_eq!(reached(&graph, &["a"], &few(3)), ["a@0", "b@1", "c@1"]);
    assert_eq!(reached(&graph, &["a"], &few(0)), [""; 0]);
    assert_eq!(reached(&graph, &["a", "b"], &few(1)), ["a@0"]);
}

#[test]
fn breadcrumbs_are_the_edges_of_the_shortest_path() {
    let graph = graph(&["a x b", "b y c", "a z d", "d z e", "e z c", "f w c"]);
    let all = steps(&graph, &["a"], &walk(Direction::Both, 9));
    let path = |id: &str| all.iter().find(|step| step.id == id).unwrap().path.clone();
    let edge = |from: &str, kind: &str, out, to: &str| (from.to_owned(), kind.to_owned(), out, to.to_owned());
    assert_eq!(path("a"), []);
    assert_eq!(path("f"), [edge("a", "x", true, "b"), edge("b", "y", true, "c"), edge("c", "w", false, "f")]);
}

#[test]
fn roots_that_are_no_node_are_left_out_and_cycles_end() {
    let graph = graph(&["a x b", "b x a"]);
    assert_eq!(reached(&graph, &["nowhere", "b", "a", "b"], &walk(Direction::Out, 255)), ["a@0", "b@0"]);
}

#[test]
fn a_hub_of_many_edges_is_walked_in_linear_time() {
    let edges: Vec<GraphEdge> =
        (0..100_000).map(|i| GraphEdge { from: format!("n{i}"), kind: "x".into(), to: "hub".into() }).collect();
    let mut nodes: Vec<GraphNode> = edges.iter().map(|e| GraphNode { id: e.from.clone(), kind: "K".into() }).collect();
    nodes.push(GraphNode { id: "hub".into(), kind: "K".into() });
    let begun = std::time::Instant::now();
    let graph = TypedGraph::new(nodes, edges);
    let few = Walk { max_nodes: 50, ..walk(Direction::Both, 3) };
    assert_eq!(steps(&graph, &["n7"], &few).len(), 50);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// Edges between eight nodes.
fn any_edges() -> impl Strategy<Value = Vec<GraphEdge>> {
    let edge = ("[a-h]", "[xyz]", "[a-h]").prop_map(|(from, kind, to)| GraphEdge { from, kind, to });
    prop::collection::vec(edge, 0..40)
}

/// Distances by relaxing every edge until nothing changes.
fn distances(edges: &[GraphEdge], root: &str, direction: Direction) -> BTreeMap<String, u8> {
    let mut known = BTreeMap::from([(root.to_owned(), 0)]);
    for _ in 0..8 {
        for edge in edges {
            for (from, to, allowed) in [
                (&edge.from, &edge.to, direction != Direction::In),
                (&edge.to, &edge.from, direction != Direction::Out),
            ] {
                if let Some(distance) = known.get(from).copied().filter(|_| allowed) {
                    let best = known.entry(to.clone()).or_insert(u8::MAX);
                    *best = (*best).min(distance + 1);
                }
            }
        }
    }
    known
}

proptest! {
    #[test]
    fn a_walk_reaches_what_there_is_at_its_shortest_distance(edges in any_edges(), shuffled in any::<u64>()) {
        let nodes: Vec<GraphNode> = "abcdefgh".chars().map(|c| GraphNode { id: c.into(), kind: "K".into() }).collect();
        let mut other = edges.clone();
        if !other.is_empty() {
            let by = shuffled as usize % other.len();
            other.rotate_left(by);
        }
        let (graph, again) = (TypedGraph::new(nodes.clone(), edges.clone()), TypedGraph::new(nodes, other));
        for direction in [Direction::Out, Direction::In, Direction::Both] {
            let all = steps(&graph, &["a"], &walk(direction, 20));
            prop_assert_eq!(&all, &steps(&again, &["a"], &walk(direction, 20)));
            let found: BTreeMap<String, u8> = all.iter().map(|step| (step.id.clone(), step.distance)).collect();
            prop_assert_eq!(found, distances(&edges, "a", direction));
            prop_assert!(all.iter().all(|step| step.path.len() == usize::from(step.distance)));
            prop_assert!(all.windows(2).all(|pair| (pair[0].distance, &pair[0].id) < (pair[1].distance, &pair[1].id)));
        }
    }
}

#[test]
fn a_shortest_path_is_the_first_of_the_shortest_ones() {
    let graph = graph(&["a x b", "b x d", "a w c", "c x d", "d y a", "e z e"]);
    let path = |from: &str, to: &str, direction| {
        let steps = graph.shortest_path(from, to, direction)?;
        Some(steps.iter().map(|(e, out)| format!("{} {} {} {out}", e.from, e.kind, e.to)).collect::<Vec<_>>())
    };
    let out = ["a w c true", "c x d true"].map(str::to_owned).to_vec();
    assert_eq!(path("a", "d", Direction::Out), Some(out));
    let back = ["b x d false", "a x b false"].map(str::to_owned).to_vec();
    assert_eq!(path("d", "a", Direction::In), Some(back));
    assert_eq!(path("d", "a", Direction::Both), Some(vec!["d y a true".to_owned()]));
    assert_eq!(path("a", "a", Direction::Out), Some(Vec::new()));
    assert_eq!((path("a", "e", Direction::Both), path("a", "nowhere", Direction::Both)), (None, None));
}

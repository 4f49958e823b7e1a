//! The typed graph of one commit: nodes by id, edges by kind, walked breadth first.

mod path;

use petgraph::Direction as Way;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A node of the typed graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// The record's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
}

/// An edge of the typed graph between two known nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphEdge {
    /// The source's id.
    pub from: String,
    /// The edge kind.
    pub kind: String,
    /// The target's id.
    pub to: String,
}

/// Which way edges are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From source to target.
    Out,
    /// From target to source.
    In,
    /// Both ways.
    #[default]
    Both,
}

/// How far and along what a walk goes.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// Which way.
    pub direction: Direction,
    /// Only these edge kinds; empty: any.
    pub edge_kinds: Vec<String>,
    /// How many edges at most.
    pub depth: u8,
    /// How many nodes at most, roots included, nearest first.
    pub max_nodes: usize,
}

/// A node reached by a walk, with the edges that reached it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node's id.
    pub id: String,
    /// How many edges from the nearest root; 0 for a root itself.
    pub distance: u8,
    /// The seed it was reached from and the edges of the shortest path, seed first: `(from, kind, outgoing, to)`.
    pub path: Vec<(String, String, bool, String)>,
}

/// The typed graph of one commit. Parallel edges of different kinds are kept apart.
#[derive(Debug, Default)]
pub struct TypedGraph {
    graph: DiGraph<GraphNode, String>,
    by_id: HashMap<String, NodeIndex>,
}

/// An edge seen from one of its ends.
struct Seen<'a> {
    kind: &'a str,
    other: NodeIndex,
    outgoing: bool,
}

impl TypedGraph {
    /// Builds a graph. An edge whose end is no node is left out, and so is one that is there already;
    /// the first node of an id wins.
    pub fn new(nodes: Vec<GraphNode>, edges: Vec<GraphEdge>) -> Self {
        let mut built = Self::default();
        for node in nodes {
            built.add_node(node);
        }
        let edges: HashSet<GraphEdge> = edges.into_iter().collect();
        for edge in edges {
            built.add_edge(edge);
        }
        built
    }

    /// Whether there is a node of that id.
    pub fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The kind of a node.
    pub fn kind_of(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|node| self.graph[*node].kind.as_str())
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.graph.node_count()
    }

    /// How many edges there are.
    pub fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// The edges that leave and enter a node, in (kind, other end) order: `(edge, outgoing)`.
    /// An edge from a node to itself is listed once, as outgoing.
    pub fn edges_of(&self, id: &str) -> Vec<(GraphEdge, bool)> {
        let Some(node) = self.by_id.get(id) else { return Vec::new() };
        let seen = self.seen_from(*node, Direction::Both);
        seen.iter().map(|edge| (self.as_written(*node, edge), edge.outgoing)).collect()
    }

    /// Breadth first from roots, deterministic: nearest first, then by id. Roots that are no node are left out.
    pub fn walk(&self, roots: &[String], walk: &Walk) -> Vec<Step> {
        let mut visited = HashSet::new();
        let mut level: Vec<(NodeIndex, usize)> = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        for root in roots.iter().collect::<BTreeSet<_>>() {
            let Some(node) = self.by_id.get(root) else { continue };
            if steps.len() < walk.max_nodes && visited.insert(*node) {
                level.push((*node, steps.len()));
                steps.push(Step { id: root.clone(), distance: 0, path: Vec::new() });
            }
        }
        for distance in 1..=walk.depth {
            let found = self.next_level(&level, walk, &mut visited);
            let room = walk.max_nodes - steps.len();
            level = Vec::with_capacity(found.len().min(room));
            for (parent, edge) in found.into_iter().take(room) {
                let mut path = steps[parent].path.clone();
                let (from, to) = (steps[parent].id.clone(), self.id(edge.other).to_owned());
                path.push((from, edge.kind.to_owned(), edge.outgoing, to.clone()));
                level.push((edge.other, steps.len()));
                steps.push(Step { id: to, distance, path });
            }
            if level.is_empty() {
                break;
            }
        }
        steps
    }

    fn add_node(&mut self, node: GraphNode) {
        if !self.by_id.contains_key(&node.id) {
            let id = node.id.clone();
            self.by_id.insert(id, self.graph.add_node(node));
        }
    }

    fn add_edge(&mut self, edge: GraphEdge) {
        if let (Some(from), Some(to)) = (self.by_id.get(&edge.from), self.by_id.get(&edge.to)) {
            self.graph.add_edge(*from, *to, edge.kind);
        }
    }

    /// The nodes one edge further on, by id, each with the step it was reached from.
    fn next_level(
        &self,
        level: &[(NodeIndex, usize)],
        walk: &Walk,
        visited: &mut HashSet<NodeIndex>,
    ) -> Vec<(usize, Seen<'_>)> {
        let wanted: HashSet<&str> = walk.edge_kinds.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        for (node, step) in level {
            for edge in self.seen_from(*node, walk.direction) {
                if (wanted.is_empty() || wanted.contains(edge.kind)) && visited.insert(edge.other) {
                    found.push((*step, edge));
                }
            }
        }
        found.sort_by_key(|(_, edge)| self.id(edge.other));
        found
    }

    fn seen_from(&self, node: NodeIndex, direction: Direction) -> Vec<Seen<'_>> {
        let mut seen = Vec::new();
        if direction != Direction::In {
            let out = self.graph.edges_directed(node, Way::Outgoing);
            seen.extend(out.map(|e| Seen { kind: e.weight(), other: e.target(), outgoing: true }));
        }
        if direction != Direction::Out {
            let into = self.graph.edges_directed(node, Way::Incoming).filter(|e| e.source() != e.target());
            seen.extend(into.map(|e| Seen { kind: e.weight(), other: e.source(), outgoing: false }));
        }
        seen.sort_by_key(|e| (e.kind, self.id(e.other), Reverse(e.outgoing)));
        seen
    }

    fn as_written(&self, node: NodeIndex, edge: &Seen<'_>) -> GraphEdge {
        let (from, to) = if edge.outgoing { (node, edge.other) } else { (edge.other, node) };
        GraphEdge { from: self.id(from).to_owned(), kind: edge.kind.to_owned(), to: self.id(to).to_owned() }
    }

    fn id(&self, node: NodeIndex) -> &str {
        &self.graph[node].id
    }
}

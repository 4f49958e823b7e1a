//! Collecting a part of the graph, level by level, past nothing that the caller may not see.

use super::GraphRequest;
use crate::index::EntryId;
use crate::ontology::{Direction, GraphEdge, GraphNode, TypedGraph};
use crate::query::catalog::{Catalog, Node, name_of};
use crate::query::filter::kind_of;
use crate::query::sight::Denied;
use crate::query::types::GraphQuestion;
use crate::query::walk::neighbours;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most records that one walk goes through, whatever it gives.
const MOST_WALKED: usize = 50_000;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A record that the caller sees.
    Record(EntryId),
    /// No record here, but records refer to it.
    Outside,
}

/// Something that a walk came to.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its name in the graph.
    pub(super) name: String,
    /// What it is.
    pub(super) place: Place,
    /// How many edges away.
    pub(super) distance: u8,
    /// The edge that led there; `None` for a root.
    pub(super) via: Option<Via>,
}

/// The edge that led to something.
#[derive(Clone, Debug)]
pub(super) struct Via {
    /// Where from: a place in the list of what was found.
    pub(super) parent: usize,
    /// The edge's kind.
    pub(super) kind: String,
    /// Whether it was followed from source to target.
    pub(super) outgoing: bool,
}

/// The edges of a path, each with whether it is followed from source to target.
pub(super) type Steps = Vec<(GraphEdge, bool)>;

/// A walk under way.
pub(super) struct Collector<'c, 'v> {
    catalog: &'c Catalog<'v>,
    kinds: &'c [String],
    question: GraphQuestion,
    denied: &'c mut Denied,
    found: Vec<Found>,
    known: HashMap<String, usize>,
    notes: Vec<String>,
    /// Where a path leads: records that end the walk, of whatever kind.
    ends: BTreeSet<String>,
    /// The edges that were seen, where a path is looked for.
    seen: Option<Vec<GraphEdge>>,
}

impl<'c, 'v> Collector<'c, 'v> {
    /// A walk that has not begun.
    pub(super) fn new(catalog: &'c Catalog<'v>, request: &'c GraphRequest, denied: &'c mut Denied) -> Self {
        Self {
            catalog,
            kinds: &request.kinds,
            question: question(request),
            denied,
            found: Vec::new(),
            known: HashMap::new(),
            notes: Vec::new(),
            ends: BTreeSet::new(),
            seen: None,
        }
    }

    /// What a name means: a record by id, path or alias, or what records refer to by that name.
    pub(super) fn begin(&mut self, name: &str) -> Option<Found> {
        let place =
            self.record(name).map(Place::Record).or_else(|| self.is_referred_to(name).then_some(Place::Outside))?;
        let name = match place {
            Place::Record(entry) => name_of(self.catalog.record(entry)).to_owned(),
            Place::Outside => name.to_owned(),
        };
        Some(Found { name, place, distance: 0, via: None })
    }

    /// The record that the caller sees by a name.
    fn record(&mut self, name: &str) -> Option<EntryId> {
        let catalog = self.catalog;
        let seen = |entry| catalog.subject(entry).filter(|_| catalog.denial(entry).is_none());
        let seen = |entry| seen(entry).filter(|subject| catalog.denial(*subject).is_none());
        let of_path: BTreeSet<EntryId> =
            catalog.view.entries_of_path(name).iter().filter_map(|entry| seen(*entry)).collect();
        if of_path.len() > 1 {
            self.notes
                .push("the path has several records, and this begins at the first: name one by its id".to_owned());
        }
        of_path.first().copied().or_else(|| match catalog.node(name) {
            Node::Record(entry) => seen(entry),
            Node::Unknown => catalog.view.entry_of_name(name).and_then(seen),
            Node::Hidden(entry, denial) => {
                let hidden = catalog.view.entry(entry);
                self.denied.add(denial, hidden.path.as_str(), hidden.ordinal);
                None
            }
        })
    }

    fn is_referred_to(&self, name: &str) -> bool {
        let all = GraphQuestion { direction: Direction::Both, ..GraphQuestion::default() };
        !neighbours(self.catalog, name, &all, &mut Denied::default()).is_empty()
    }

    /// Walks from a root.
    pub(super) fn walk(&mut self, root: Found, depth: u8) {
        self.push(root);
        let mut level = 0..1;
        for distance in 1..=depth {
            if level.is_empty() || self.found[level.clone()].iter().any(|found| self.ends.contains(&found.name)) {
                break;
            }
            let start = self.found.len();
            for (name, (entry, via)) in self.next_level(level) {
                if self.found.len() == MOST_WALKED {
                    let note =
                        format!("the walk stopped after {MOST_WALKED} records: what is left out is at least that");
                    self.notes.push(note);
                    return;
                }
                self.push(Found { name, place: Place::Record(entry), distance, via: Some(via) });
            }
            level = start..self.found.len();
        }
    }

    /// The shortest path to an end: what is on it, and its edges with whether each is followed from source to target.
    pub(super) fn path(&mut self, root: Found, to: &Found, most: u8) -> Option<(Vec<Found>, Steps)> {
        let (from, is_outside) = (root.name.clone(), to.place == Place::Outside && root.name != to.name);
        let last = self.edges_into(to);
        self.ends = if is_outside { last.iter().map(|edge| edge.from.clone()).collect() } else { BTreeSet::new() };
        if !is_outside {
            self.ends.insert(to.name.clone());
        }
        self.seen = Some(if is_outside { last } else { Vec::new() });
        if most > 0 || !is_outside {
            self.walk(root, most - u8::from(is_outside));
        }
        let mut nodes: Vec<GraphNode> = self.found.iter().map(|found| node(&found.name)).collect();
        nodes.push(node(&to.name));
        let graph = TypedGraph::new(nodes, self.seen.take().unwrap_or_default());
        let steps = graph.shortest_path(&from, &to.name, self.question.direction)?;
        Some((self.on_path(&steps, to), steps))
    }

    /// What a reader should know.
    pub(super) fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// What was found: nearest first, then by name.
    pub(super) fn into_found(self) -> Vec<Found> {
        self.found
    }

    fn push(&mut self, found: Found) {
        self.known.insert(found.name.clone(), self.found.len());
        self.found.push(found);
    }

    /// The records one edge further on, by name, each with the first edge that leads there.
    fn next_level(&mut self, level: std::ops::Range<usize>) -> BTreeMap<String, (EntryId, Via)> {
        let mut next = BTreeMap::new();
        for parent in level {
            let name = self.found[parent].name.clone();
            for near in neighbours(self.catalog, &name, &self.question, self.denied) {
                let record = self.catalog.record(near.entry);
                let near_name = name_of(record);
                if !self.may_pass(kind_of(record)) && !self.ends.contains(near_name) {
                    continue;
                }
                if let Some(seen) = &mut self.seen {
                    seen.push(edge(&name, &near.kind, near_name, near.outgoing));
                }
                if !self.known.contains_key(near_name) {
                    let via = Via { parent, kind: near.kind, outgoing: near.outgoing };
                    next.entry(near_name.to_owned()).or_insert((near.entry, via));
                }
            }
        }
        next
    }

    fn may_pass(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|k| k == kind)
    }

    /// The edges by which a path can end at something that is no record.
    fn edges_into(&mut self, to: &Found) -> Vec<GraphEdge> {
        if to.place != Place::Outside {
            return Vec::new();
        }
        let direction = match self.question.direction {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        };
        let question = GraphQuestion { direction, ..self.question.clone() };
        let near = neighbours(self.catalog, &to.name, &question, self.denied);
        near.into_iter()
            .map(|near| edge(&to.name, &near.kind, name_of(self.catalog.record(near.entry)), false))
            .collect()
    }

    fn on_path(&self, steps: &[(GraphEdge, bool)], to: &Found) -> Vec<Found> {
        let mut path = vec![Found { via: None, ..self.found.first().unwrap_or(to).clone() }];
        for (edge, outgoing) in steps {
            let name = if *outgoing { &edge.to } else { &edge.from };
            let place = self.known.get(name).map_or(to.place, |at| self.found[*at].place);
            let via = Via { parent: path.len() - 1, kind: edge.kind.clone(), outgoing: *outgoing };
            let distance = u8::try_from(path.len()).unwrap_or(u8::MAX);
            path.push(Found { name: name.clone(), place, distance, via: Some(via) });
        }
        path
    }
}

/// The question by which the neighbours of a record are found.
pub(super) fn question(request: &GraphRequest) -> GraphQuestion {
    let edge_kinds = request.edge_kinds.clone();
    GraphQuestion { edge_kinds, direction: request.direction, ..GraphQuestion::default() }
}

fn edge(name: &str, kind: &str, near: &str, outgoing: bool) -> GraphEdge {
    let (from, to) = if outgoing { (name, near) } else { (near, name) };
    GraphEdge { from: from.to_owned(), kind: kind.to_owned(), to: to.to_owned() }
}

fn node(name: &str) -> GraphNode {
    GraphNode { id: name.to_owned(), kind: String::new() }
}

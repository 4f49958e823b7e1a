//! Following edges from named roots, nearest first, past nothing that the caller may not see.

use super::catalog::{Catalog, Node, name_of};
use super::filter::same_repository;
use super::sight::Denied;
use super::types::GraphQuestion;
use crate::index::EntryId;
use crate::ontology::Direction;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The most records that one walk reaches.
const MOST_REACHED: usize = 2_000;

/// How a record was reached.
pub(super) struct Reach {
    /// Which root the nearest one is, by its place in the list.
    pub(super) root: usize,
    /// How many edges away, from 1.
    pub(super) distance: u8,
    /// The root, and the edges and records passed: `repository:krate -applies_to_repo-`.
    pub(super) crumbs: String,
}

/// What a walk found.
#[derive(Default)]
pub(super) struct Walked {
    /// The records reached over at least one edge. A root is among them where another root leads to it.
    pub(super) reached: BTreeMap<EntryId, Reach>,
    /// Whether there was more to reach.
    pub(super) cut: bool,
}

/// Walks breadth first from roots: a nearer root wins, then an earlier one.
pub(super) fn walk(catalog: &Catalog<'_>, roots: &[String], graph: &GraphQuestion, denied: &mut Denied) -> Walked {
    let mut walked = Walked::default();
    let mut known: BTreeSet<String> = roots.iter().cloned().collect();
    let mut queue: VecDeque<(String, Reach)> =
        roots.iter().enumerate().map(|(root, name)| (name.clone(), start(root, name))).collect();
    while let Some((name, at)) = queue.pop_front() {
        if at.distance >= graph.edge_depth {
            continue;
        }
        for near in neighbours(catalog, &name, graph, denied) {
            let next = step(&at, &name, &near.kind);
            let near_name = name_of(catalog.record(near.entry)).to_owned();
            let is_own_root = roots.get(at.root) == Some(&near_name);
            if is_own_root || walked.reached.contains_key(&near.entry) {
                continue;
            }
            if walked.reached.len() == MOST_REACHED {
                walked.cut = true;
                return walked;
            }
            walked.reached.insert(near.entry, step(&at, &name, &near.kind));
            if known.insert(near_name.clone()) {
                queue.push_back((near_name, next));
            }
        }
    }
    walked
}

/// A record one edge away.
pub(super) struct Near {
    /// The edge's kind.
    pub(super) kind: String,
    /// The record.
    pub(super) entry: EntryId,
    /// Whether the edge leads from the name to the record.
    pub(super) outgoing: bool,
}

/// The records one edge away from a name, in (edge kind, id) order. The name may be no record itself.
pub(super) fn neighbours(catalog: &Catalog<'_>, name: &str, graph: &GraphQuestion, denied: &mut Denied) -> Vec<Near> {
    match catalog.node(name) {
        Node::Record(entry) => of_record(catalog, name, entry, graph, denied),
        // What a visible record says of a name is there to see, whether or not the name's own record is.
        Node::Unknown | Node::Hidden(..) => of_outside(catalog, name, graph, denied),
    }
}

fn of_record(
    catalog: &Catalog<'_>,
    name: &str,
    entry: EntryId,
    graph: &GraphQuestion,
    denied: &mut Denied,
) -> Vec<Near> {
    let mut found = Vec::new();
    for (edge, outgoing) in catalog.view.edges_of(name) {
        if !follows(graph, &edge.kind, outgoing) {
            continue;
        }
        let other = if outgoing { &edge.to } else { &edge.from };
        let Some(other) = seen(catalog, other, denied) else { continue };
        let source = if outgoing { entry } else { other };
        if catalog.shows_edge(source, &edge.kind, &edge.to) {
            found.push(Near { kind: edge.kind, entry: other, outgoing });
        }
    }
    found
}

/// The records with an edge to a name that is no record, such as a repository that the memory only refers to.
fn of_outside(catalog: &Catalog<'_>, name: &str, graph: &GraphQuestion, denied: &mut Denied) -> Vec<Near> {
    let mut kinds: BTreeSet<(String, EntryId)> = BTreeSet::new();
    let is_meant = |reference: &str| name.starts_with("repository:") && same_repository(name, reference);
    let pointing = catalog.view.entries_pointing_at(name, &is_meant);
    let subjects: BTreeSet<EntryId> = pointing.into_iter().filter_map(|entry| catalog.subject(entry)).collect();
    for entry in subjects {
        let record = catalog.record(entry);
        let edges = record.edges.iter().filter(|(_, target)| target == name).map(|(kind, _)| kind.as_str());
        let refs = record.repo_refs.iter().filter(|reference| is_meant(reference));
        for kind in edges.chain(refs.map(|_| "applies_to_repo")).filter(|kind| follows(graph, kind, false)) {
            match catalog.denial(entry) {
                Some(denial) => denied.add(denial, record.path.as_str(), record.ordinal),
                None => drop(kinds.insert((kind.to_owned(), entry))),
            }
        }
    }
    let mut found: Vec<Near> = kinds.into_iter().map(|(kind, entry)| Near { kind, entry, outgoing: false }).collect();
    let order = |near: &Near| {
        let record = catalog.record(near.entry);
        (near.kind.clone(), name_of(record).to_owned(), record.path.clone(), record.ordinal)
    };
    found.sort_by_cached_key(order);
    found
}

/// The record of an id, if the caller may see it; counted if not.
fn seen(catalog: &Catalog<'_>, id: &str, denied: &mut Denied) -> Option<EntryId> {
    match catalog.node(id) {
        Node::Record(entry) => Some(entry),
        Node::Hidden(entry, denial) => {
            let hidden = catalog.view.entry(entry);
            denied.add(denial, hidden.path.as_str(), hidden.ordinal);
            None
        }
        Node::Unknown => None,
    }
}

fn follows(graph: &GraphQuestion, kind: &str, outgoing: bool) -> bool {
    let direction = match graph.direction {
        Direction::Both => true,
        Direction::Out => outgoing,
        Direction::In => !outgoing,
    };
    direction && (graph.edge_kinds.is_empty() || graph.edge_kinds.iter().any(|k| k == kind))
}

fn start(root: usize, name: &str) -> Reach {
    Reach { root, distance: 0, crumbs: name.to_owned() }
}

fn step(at: &Reach, name: &str, kind: &str) -> Reach {
    let crumbs = if at.distance == 0 { format!("{name} -{kind}-") } else { format!("{} {name} -{kind}-", at.crumbs) };
    Reach { root: at.root, distance: at.distance + 1, crumbs }
}

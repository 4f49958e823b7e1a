//! Edge kinds: what they join, and whether they form cycles.

use super::InUse;
use super::notes::{LeftOut, Reason, counted};
use super::survey::{Counts, EdgeUse, Survey};
use super::words::{is_name, meant};
use crate::ontology::load::built_in;
use crate::ontology::types::{EdgeKind, NodeKind};
use petgraph::algo::is_cyclic_directed;
use petgraph::graph::DiGraph;
use std::collections::HashMap;

/// The most kinds that an end of an edge kind lists.
const MAX_ENDS: usize = 24;
/// Edge kinds that fields and links make: they belong to every ontology.
const IMPLIED: &[&str] = &["applies_to_repo", "mentions", "owned_by"];
/// How names of edge kinds begin that say that one thing takes the place of another.
const REPLACING: &[&str] = &["supersede", "replace"];

/// The edge kinds in use, by name, and those that fields and links make.
pub(super) fn infer(
    survey: &Survey<'_>,
    node_kinds: &[InUse<NodeKind>],
    left_out: &mut Vec<LeftOut>,
) -> Vec<InUse<EdgeKind>> {
    let mut kinds = Vec::new();
    for (name, use_of) in &survey.edges {
        if !is_name(name) {
            left_out.push(LeftOut::new(Reason::BadName, "edge kind", "its name is too long").at(&use_of.places.first));
            continue;
        }
        let others = survey.edges.iter().map(|(other, use_of)| (*other, use_of.count));
        match meant(name, use_of.count, others) {
            Some(other) => {
                let message = format!("an edge kind of {}: was `{other}` meant?", counted(use_of.count, "edge"));
                left_out.push(LeftOut::new(Reason::Misspelt, *name, message).at(&use_of.places.first));
            }
            None => kinds.push(InUse {
                name: (*name).to_owned(),
                count: use_of.count,
                kind: kind(name, use_of, node_kinds, left_out),
            }),
        }
    }
    for name in IMPLIED.iter().filter(|name| !survey.edges.contains_key(**name)) {
        let kind = EdgeKind { from: Vec::new(), to: Vec::new(), ..known(name) };
        kinds.push(InUse { name: (*name).to_owned(), count: 0, kind });
    }
    kinds.sort_by(|a, b| a.name.cmp(&b.name));
    kinds
}

fn kind(name: &str, use_of: &EdgeUse<'_>, node_kinds: &[InUse<NodeKind>], left_out: &mut Vec<LeftOut>) -> EdgeKind {
    let replacing = REPLACING.iter().any(|beginning| name.starts_with(beginning));
    let implied = IMPLIED.contains(&name);
    let mut ends = |end: &str, counts: &Counts<'_>| {
        if implied {
            return Vec::new();
        }
        if counts.len() > MAX_ENDS {
            let message = format!("`{end}` lists no kinds: its edges join {} different ones", counts.len());
            left_out.push(LeftOut::new(Reason::ManyEnds, name, message));
            return Vec::new();
        }
        let known = |kind: &&&str| node_kinds.iter().any(|known| known.name == **kind);
        counts.keys().filter(known).map(|kind| (*kind).to_owned()).collect()
    };
    let (from, to) = (ends("from", &use_of.from), ends("to", &use_of.to));
    let same_kind = replacing && !use_of.other_kind;
    EdgeKind { from, to, same_kind, acyclic: replacing && !has_cycle(use_of), ..known(name) }
}

/// What the built-in ontology says of an edge kind, for people.
fn known(name: &str) -> EdgeKind {
    let known = built_in().edge_kinds.get(name);
    EdgeKind {
        description: known.map(|kind| kind.description.clone()).unwrap_or_default(),
        inverse: known.and_then(|kind| kind.inverse.clone()),
        ..EdgeKind::default()
    }
}

fn has_cycle(use_of: &EdgeUse<'_>) -> bool {
    let mut graph = DiGraph::<(), ()>::new();
    let mut nodes = HashMap::new();
    for (from, to) in &use_of.pairs {
        let from = *nodes.entry(*from).or_insert_with(|| graph.add_node(()));
        let to = *nodes.entry(*to).or_insert_with(|| graph.add_node(()));
        graph.add_edge(from, to, ());
    }
    is_cyclic_directed(&graph)
}

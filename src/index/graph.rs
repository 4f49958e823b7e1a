//! The typed graph of one commit, out of its catalog.

use super::catalog::Catalog;
use super::types::Entry;
use crate::note::RecordForm;
use crate::ontology::{GraphEdge, GraphNode, TypedGraph};
use std::collections::HashSet;

/// The kind of an edge that only a link makes.
const MENTIONS: &str = "mentions";

/// Builds the graph: a node for each record, its edges with those of sidecars, and a `mentions` edge for each link
/// to a record that no declared edge leads to already.
pub(super) fn build(catalog: &Catalog) -> TypedGraph {
    let records: Vec<&Entry> =
        (0..catalog.len()).map(|place| catalog.written(place)).filter(|e| e.id.is_some()).collect();
    let mut edges: Vec<GraphEdge> = records.iter().flat_map(|entry| declared(entry)).collect();
    let linked: HashSet<(String, String)> = edges.iter().map(|e| (e.from.clone(), e.to.clone())).collect();
    let mentions = records.iter().flat_map(|entry| mentions(catalog, entry));
    edges.extend(mentions.filter(|edge| !linked.contains(&(edge.from.clone(), edge.to.clone()))));
    edges.sort();
    edges.dedup();
    TypedGraph::new(records.into_iter().filter_map(node).collect(), edges)
}

fn node(entry: &Entry) -> Option<GraphNode> {
    let id = entry.id.clone().filter(|_| entry.form.is_some_and(RecordForm::declares))?;
    Some(GraphNode { id, kind: entry.kind.clone().unwrap_or_default() })
}

fn declared(entry: &Entry) -> impl Iterator<Item = GraphEdge> + '_ {
    let from = entry.id.clone().unwrap_or_default();
    entry.edges.iter().map(move |(kind, to)| GraphEdge { from: from.clone(), kind: kind.clone(), to: to.clone() })
}

fn mentions<'a>(catalog: &'a Catalog, entry: &'a Entry) -> impl Iterator<Item = GraphEdge> + 'a {
    let from = entry.id.clone().unwrap_or_default();
    entry.links.iter().filter_map(move |link| {
        let place = catalog.place_of_link(link, entry.path.parent())?;
        let to = catalog.written(place).id.clone().filter(|to| *to != from)?;
        Some(GraphEdge { from: from.clone(), kind: MENTIONS.to_owned(), to })
    })
}

//! The typed graph of one commit.

use super::prose;
use super::types::Entry;
use super::view::View;
use crate::note::RecordForm;
use crate::ontology::{GraphEdge, GraphNode, TypedGraph};
use std::collections::{HashMap, HashSet};

/// The kind of an edge that only a link makes.
pub(super) const MENTIONS: &str = "mentions";

/// What links of a commit may call records by: made once, because a whole graph asks for all of them.
struct Names<'v> {
    ids: HashMap<&'v str, u32>,
    paths: HashMap<&'v str, u32>,
    aliases: HashMap<&'v str, u32>,
}

/// Builds the graph: a node for each record, its edges with those of sidecars, and a `mentions` edge for each link
/// to a record that no declared edge leads to already.
pub(super) fn build(view: &View) -> TypedGraph {
    let places = 0..view.entries().len() as u32;
    let records: Vec<&Entry> = places.map(|place| view.written(place)).filter(|e| e.id.is_some()).collect();
    let names = Names::of(view);
    let mut edges: Vec<GraphEdge> = records.iter().flat_map(|entry| declared(entry)).collect();
    edges.retain(|edge| names.ids.contains_key(edge.to.as_str()));
    let linked: HashSet<(String, String)> = edges.iter().map(|e| (e.from.clone(), e.to.clone())).collect();
    let mentions = records.iter().flat_map(|entry| mentions(view, &names, entry));
    edges.extend(mentions.filter(|edge| !linked.contains(&(edge.from.clone(), edge.to.clone()))));
    edges.sort();
    edges.dedup();
    TypedGraph::new(records.into_iter().filter_map(node).collect(), edges)
}

impl<'v> Names<'v> {
    fn of(view: &'v View) -> Self {
        let mut names = Self { ids: HashMap::new(), paths: HashMap::new(), aliases: HashMap::new() };
        for place in 0..view.entries().len() as u32 {
            let entry = view.written(place);
            if let Some(id) = entry.id.as_deref().filter(|_| entry.form.is_some_and(RecordForm::declares)) {
                names.ids.entry(id).or_insert(place);
            }
            names.paths.entry(entry.path.as_str()).or_insert(place);
            for alias in &view.entry(super::EntryId(place)).aliases {
                names.aliases.entry(alias).or_insert(place);
            }
        }
        names
    }

    fn path(&self, path: &str) -> Option<u32> {
        self.paths.get(path).or_else(|| self.paths.get(format!("{path}.md").as_str())).copied()
    }

    /// The same as `View::place_of_link`.
    fn link(&self, target: &str, folder: Option<&str>) -> Option<u32> {
        let id = self.ids.get(target).copied();
        id.or_else(|| self.path(target))
            .or_else(|| self.path(&prose::resolve(folder, target)?))
            .or_else(|| self.aliases.get(target).copied())
    }
}

fn node(entry: &Entry) -> Option<GraphNode> {
    let id = entry.id.clone().filter(|_| entry.form.is_some_and(RecordForm::declares))?;
    Some(GraphNode { id, kind: entry.kind.clone().unwrap_or_default() })
}

fn declared(entry: &Entry) -> impl Iterator<Item = GraphEdge> + '_ {
    let from = entry.id.clone().unwrap_or_default();
    entry.edges.iter().map(move |(kind, to)| GraphEdge { from: from.clone(), kind: kind.clone(), to: to.clone() })
}

fn mentions<'a>(view: &'a View, names: &'a Names<'a>, entry: &'a Entry) -> impl Iterator<Item = GraphEdge> + 'a {
    let from = entry.id.clone().unwrap_or_default();
    entry.links.iter().filter_map(move |link| {
        let place = names.link(link, entry.path.parent())?;
        let to = view.written(place).id.clone().filter(|to| *to != from)?;
        Some(GraphEdge { from: from.clone(), kind: MENTIONS.to_owned(), to })
    })
}

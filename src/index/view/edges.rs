//! The edges of one record, found by look-ups instead of building the graph of the whole commit.

use super::super::graph::MENTIONS;
use super::super::types::Entry;
use super::View;
use crate::note::RecordForm;
use crate::ontology::GraphEdge;
use std::cmp::Reverse;
use std::collections::BTreeSet;

impl View {
    /// The edges that leave and enter a record, in (kind, other end) order, and whether each leaves.
    pub(super) fn edges_seen(&self, id: &str) -> Vec<(GraphEdge, bool)> {
        if self.place_of_id(id).is_none() {
            return Vec::new();
        }
        let mut edges = self.leaving(id);
        edges.extend(self.entering(id));
        let mut seen: Vec<(GraphEdge, bool)> =
            edges.into_iter().map(|edge| (edge.from == id, edge)).map(|(out, edge)| (edge, out)).collect();
        seen.sort_by(|(a, a_out), (b, b_out)| order(a, *a_out).cmp(&order(b, *b_out)));
        seen
    }

    /// Everything written about an id: the records that declare it, and its sidecars.
    fn written_about(&self, id: &str) -> Vec<u32> {
        let mut places = self.live_rows(&|segment| segment.named(id));
        let sidecars = self.sidecars();
        places.extend(sidecars.all.iter().filter(|place| self.written(**place).id.as_deref() == Some(id)));
        places
    }

    /// The edges that leave a record, each once. What an edge leads to is a record.
    pub(super) fn leaving(&self, id: &str) -> BTreeSet<GraphEdge> {
        let places = self.written_about(id);
        let mut edges: BTreeSet<GraphEdge> = BTreeSet::new();
        for place in &places {
            edges.extend(
                self.written(*place)
                    .edges
                    .iter()
                    .filter(|(_, to)| self.place_of_id(to).is_some())
                    .map(|(kind, to)| GraphEdge { from: id.to_owned(), kind: kind.clone(), to: to.clone() }),
            );
        }
        let linked: BTreeSet<String> = edges.iter().map(|edge| edge.to.clone()).collect();
        for place in &places {
            let mentioned = self.mentioned_by(self.written(*place)).filter(|to| to != id && !linked.contains(to));
            edges.extend(mentioned.map(|to| GraphEdge { from: id.to_owned(), kind: MENTIONS.to_owned(), to }));
        }
        edges
    }

    /// The edges that enter a record from others, each once.
    fn entering(&self, id: &str) -> BTreeSet<GraphEdge> {
        let mut edges = BTreeSet::new();
        for place in self.live_rows(&|segment| segment.with_edge_to(id)) {
            let entry = self.written(place);
            let Some(from) = entry.id.as_deref().filter(|from| *from != id && self.is_declared(entry, from)) else {
                continue;
            };
            let kinds = entry.edges.iter().filter(|(_, to)| to == id).map(|(kind, _)| kind);
            edges.extend(kinds.map(|kind| GraphEdge { from: from.to_owned(), kind: kind.clone(), to: id.to_owned() }));
        }
        let mut linking: BTreeSet<String> = BTreeSet::new();
        for name in self.names_of(id) {
            for place in self.live_rows(&|segment| segment.with_link_to(&name)) {
                linking.extend(self.written(place).id.clone());
            }
        }
        let others = linking.into_iter().filter(|other| other != id && self.place_of_id(other).is_some());
        edges.extend(others.flat_map(|other| self.leaving(&other)).filter(|edge| edge.to == id));
        edges
    }

    fn is_declared(&self, entry: &Entry, id: &str) -> bool {
        entry.form.is_some_and(RecordForm::declares) || self.place_of_id(id).is_some()
    }

    /// The names that a link may call a record by.
    fn names_of(&self, id: &str) -> BTreeSet<String> {
        let declared = self.live_rows(&|segment| segment.named(id));
        let merged = declared.into_iter().map(|place| self.merged(place));
        let written = self.written_about(id).into_iter().map(|place| self.written(place));
        let mut names = BTreeSet::from([id.to_owned()]);
        for entry in merged.chain(written) {
            let path = entry.path.as_str();
            names.extend([path].into_iter().chain(path.strip_suffix(".md")).map(str::to_owned));
            names.extend(entry.aliases.iter().cloned());
        }
        names
    }

    /// The ids of the records that an entry links to.
    fn mentioned_by<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = String> + 'a {
        entry.links.iter().filter_map(|link| {
            let place = self.place_of_link(link, entry.path.parent())?;
            self.written(place).id.clone().filter(|to| self.place_of_id(to).is_some())
        })
    }
}

fn order(edge: &GraphEdge, outgoing: bool) -> (&str, &str, Reverse<bool>) {
    (&edge.kind, if outgoing { &edge.to } else { &edge.from }, Reverse(outgoing))
}

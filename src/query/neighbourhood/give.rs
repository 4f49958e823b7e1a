//! What was found of the graph as it may leave: redacted, shortened, within its bytes.

use super::collect::{Found, Place, question};
use super::{Crumb, GraphRequest, MOST_GRAPH_BYTES, MOST_GRAPH_EDGES, NearEdge, NearNode};
use crate::ontology::{Direction, GraphEdge};
use crate::query::budget::Budget;
use crate::query::catalog::{Catalog, name_of};
use crate::query::filter::kind_of;
use crate::query::redact::Redactor;
use crate::query::shown::shortened;
use crate::query::sight::Denied;
use crate::query::types::{GraphQuestion, RedactionSummary};
use crate::query::walk::neighbours;
use std::collections::HashMap;

/// The kind of an edge that only a link makes.
const MENTIONS: &str = "mentions";
/// The most characters of a title.
const LONGEST_TITLE: usize = 200;

/// Makes the nodes and edges of an answer.
pub(super) struct Giver<'c, 'v> {
    catalog: &'c Catalog<'v>,
    question: GraphQuestion,
    redactor: Redactor,
    budget: Budget,
}

impl<'c, 'v> Giver<'c, 'v> {
    /// A giver of nothing so far.
    pub(super) fn new(catalog: &'c Catalog<'v>, request: &GraphRequest) -> Self {
        let most = catalog.sight.max_context_bytes.unwrap_or(MOST_GRAPH_BYTES).min(MOST_GRAPH_BYTES);
        let question = GraphQuestion { direction: Direction::Both, ..question(request) };
        Self { catalog, question, redactor: Redactor::default(), budget: Budget::new(most) }
    }

    /// The name of something as it may leave.
    pub(super) fn name(&self, found: &Found) -> String {
        Redactor::default().text(&found.name)
    }

    /// What was hidden.
    pub(super) fn redaction(self) -> RedactionSummary {
        self.redactor.summary(true)
    }

    /// The first nodes, as many as the limits let through.
    pub(super) fn nodes(&mut self, found: &[Found], limit: usize) -> Vec<NearNode> {
        let mut nodes: Vec<NearNode> = Vec::new();
        for found in found.iter().take(limit) {
            let before = self.redactor.clone();
            let node = self.node(found, &nodes);
            if !self.budget.take(node_bytes(&node)) {
                self.redactor = before;
                break;
            }
            nodes.push(node);
        }
        nodes
    }

    /// The edges between nodes in their order, as many as the limits let through, and how many there are more.
    pub(super) fn edges(&mut self, found: &[Found], nodes: &[NearNode]) -> (Vec<NearEdge>, usize) {
        let places: HashMap<&str, usize> =
            found.iter().enumerate().map(|(at, found)| (found.name.as_str(), at)).collect();
        let mut all: Vec<(usize, String, usize)> = Vec::new();
        for (at, found) in found.iter().enumerate() {
            for near in neighbours(self.catalog, &found.name, &self.question, &mut Denied::default()) {
                let Some(other) = places.get(name_of(self.catalog.record(near.entry))) else { continue };
                if near.outgoing {
                    all.push((at, near.kind, *other));
                } else if found.place == Place::Outside {
                    all.push((*other, near.kind, at));
                }
            }
        }
        all.sort();
        self.fit(all, found, nodes)
    }

    /// The edges of a path.
    pub(super) fn steps(
        &mut self,
        found: &[Found],
        steps: &[(GraphEdge, bool)],
        nodes: &[NearNode],
    ) -> (Vec<NearEdge>, usize) {
        let ends = |at: usize, outgoing: bool| if outgoing { (at, at + 1) } else { (at + 1, at) };
        let edge = |(at, (edge, outgoing)): (usize, &(GraphEdge, bool))| {
            let (from, to) = ends(at, *outgoing);
            (from, edge.kind.clone(), to)
        };
        let all = steps.iter().enumerate().map(edge).filter(|(from, _, to)| *from.max(to) < nodes.len()).collect();
        self.fit(all, found, nodes)
    }

    fn fit(&mut self, all: Vec<(usize, String, usize)>, found: &[Found], nodes: &[NearNode]) -> (Vec<NearEdge>, usize) {
        let (count, mut edges) = (all.len(), Vec::new());
        for (from, kind, to) in all.into_iter().take(MOST_GRAPH_EDGES) {
            let before = self.redactor.clone();
            let edge = NearEdge {
                derived: kind == MENTIONS && !self.declares(&found[from], &found[to]),
                kind: self.redactor.text(&kind),
                from: nodes[from].id.clone(),
                to: nodes[to].id.clone(),
                ends: (from, to),
            };
            if !self.budget.take(edge.kind.len() + edge.from.len() + edge.to.len()) {
                self.redactor = before;
                break;
            }
            edges.push(edge);
        }
        let omitted = count - edges.len();
        (edges, omitted)
    }

    /// Whether a record declares that it mentions another.
    fn declares(&self, from: &Found, to: &Found) -> bool {
        let Place::Record(entry) = from.place else { return false };
        self.catalog.record(entry).edges.iter().any(|(kind, target)| kind == MENTIONS && *target == to.name)
    }

    fn node(&mut self, found: &Found, before: &[NearNode]) -> NearNode {
        let id = self.redactor.text(&found.name);
        let mut breadcrumbs = Vec::new();
        if let Some(via) = &found.via {
            breadcrumbs.clone_from(&before[via.parent].breadcrumbs);
            breadcrumbs.push(Crumb { edge: self.redactor.text(&via.kind), outgoing: via.outgoing, id: id.clone() });
        }
        let Place::Record(entry) = found.place else {
            let title = shortened(&id, LONGEST_TITLE);
            return NearNode { id, kind: None, title, status: None, path: None, distance: found.distance, breadcrumbs };
        };
        let record = self.catalog.record(entry);
        NearNode {
            id,
            kind: Some(self.redactor.text(kind_of(record))),
            title: shortened(&self.redactor.text(&record.title), LONGEST_TITLE),
            status: self.redactor.option(record.status.as_deref()),
            path: Some(self.redactor.text(record.path.as_str())),
            distance: found.distance,
            breadcrumbs,
        }
    }
}

fn node_bytes(node: &NearNode) -> usize {
    let crumbs: usize = node.breadcrumbs.iter().map(|crumb| crumb.edge.len() + crumb.id.len()).sum();
    let options = [&node.kind, &node.status, &node.path].into_iter().flatten().map(String::len).sum::<usize>();
    node.id.len() + node.title.len() + options + crumbs
}

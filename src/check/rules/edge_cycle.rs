//! Edges of an acyclic kind lead in a circle.
//!
//! Edge kinds are `acyclic` where `ontology/edge-kinds.yaml` says so. Records that lie on circles together give one finding, at the
//! first of their edges in path order; it shows the other edges of a shortest circle through that one.
//!
//! # Why
//!
//! Who follows `supersedes` wants to come to the newest record. In a circle there is none.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Decision
//! id: decision:use-postgres
//! edges:
//!   supersedes: [decision:use-mysql]
//! ---
//! nodeKind: Decision
//! id: decision:use-mysql
//! edges:
//!   supersedes: [decision:use-postgres]
//! ```
//!
//! # How to mend it
//!
//! Delete the edge that points the wrong way.

use super::{Rule, Run};
use crate::base::{Severity, Span};
use crate::check::cycles::{components, shortest};
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::Tree;
use crate::check::types::RuleInfo;
use crate::note::{Edge, Record};
use std::collections::{BTreeMap, HashMap};

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK206",
        name: "edge-cycle",
        severity: Severity::Error,
        adjustable: true,
        summary: "a cycle along an acyclic edge kind",
    },
    source: include_str!("edge_cycle.rs"),
    run: Run::Tree(look),
};

/// The most edges of a circle that are shown.
const MAX_SHOWN: usize = 20;

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    let mut graphs: BTreeMap<&str, Graph<'_>> = BTreeMap::new();
    for (file, record) in tree.records().filter(|(_, record)| !record.id.value.is_empty()) {
        for edge in &record.edges {
            let kind = edge.kind.value.as_str();
            if tree.ontology().edge_kinds.get(kind).is_some_and(|kind| kind.acyclic) {
                graphs.entry(kind).or_default().add(file, record, edge);
            }
        }
    }
    for graph in graphs.values() {
        graph.report(notes);
    }
}

/// The edges of one kind, in path and file order.
#[derive(Default)]
struct Graph<'a> {
    numbers: HashMap<&'a str, usize>,
    /// For each node the nodes that its edges lead to, and beside them the edges.
    next: Vec<Vec<usize>>,
    through: Vec<Vec<usize>>,
    edges: Vec<Arrow<'a>>,
}

struct Arrow<'a> {
    file: usize,
    record: &'a Record,
    edge: &'a Edge,
    from: usize,
    to: usize,
}

impl<'a> Graph<'a> {
    fn add(&mut self, file: usize, record: &'a Record, edge: &'a Edge) {
        let (from, to) = (self.number(&record.id.value), self.number(&edge.target.value));
        self.next[from].push(to);
        self.through[from].push(self.edges.len());
        self.edges.push(Arrow { file, record, edge, from, to });
    }

    fn number(&mut self, id: &'a str) -> usize {
        *self.numbers.entry(id).or_insert_with(|| {
            self.next.push(Vec::new());
            self.through.push(Vec::new());
            self.next.len() - 1
        })
    }

    fn report(&self, notes: &mut Notes<'_>) {
        let component = components(&self.next);
        let mut circles: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (i, arrow) in self.edges.iter().enumerate().filter(|(_, a)| component[a.from] == component[a.to]) {
            circles.entry(component[arrow.from]).or_default().push(i);
        }
        for (number, edges) in circles {
            let first = &self.edges[edges[0]];
            let circle = self.circle(first, |node| component[node] == number);
            let mut draft = first.draft(circle.len());
            draft.related = circle.iter().skip(1).take(MAX_SHOWN).map(|arrow| arrow.related()).collect();
            draft.parts = edges.iter().map(|edge| self.edges[*edge].place()).collect();
            notes.add(first.file, first.edge.target.span, draft);
        }
    }

    /// A shortest circle that begins with an edge.
    fn circle<'g>(&'g self, first: &'g Arrow<'a>, within: impl Fn(usize) -> bool) -> Vec<&'g Arrow<'a>> {
        let way = shortest(&self.next, first.to, first.from, within).unwrap_or_default();
        let rest = way.into_iter().map(|(node, step)| &self.edges[self.through[node][step]]);
        std::iter::once(first).chain(rest).collect()
    }
}

impl Arrow<'_> {
    fn place(&self) -> (usize, Span) {
        (self.file, self.edge.target.span)
    }

    fn related(&self) -> (usize, Span, String) {
        let (from, to) = (quoted(&self.record.id.value), quoted(&self.edge.target.value));
        (self.file, self.edge.target.span, format!("from {from} it goes on to {to}"))
    }

    fn draft(&self, steps: usize) -> Draft {
        let (id, target, kind) = (&self.record.id.value, &self.edge.target.value, &self.edge.kind.value);
        let message = match steps {
            1 => format!("{} leads from {} to itself", quoted(kind), quoted(id)),
            n => format!("{} leads from {} over {} back to it, in {n} steps", quoted(kind), quoted(id), quoted(target)),
        };
        let help = "delete the edge that points the wrong way: edges of this kind form no circle";
        Draft::new(message, help, format!("{id} -{kind}-> {target} circle"))
    }
}

//! The graph around a record, or the shortest path between two, at one commit: bounded, redacted, in one order.
//!
//! [`neighbourhood`] checks the request, walks past nothing that the caller may not see (`collect`), and gives what was
//! found with its text redacted and counted (`give`).

mod collect;
mod give;

use super::ask::{MOST_ITEM_BYTES, MOST_ITEMS};
use super::catalog::Catalog;
use super::sight::Denied;
use super::types::{DeniedScope, RedactionSummary, Visibility};
use crate::index::View;
use crate::ontology::{Direction, built_in};
use collect::{Collector, Found};
use give::Giver;

/// How many edges are followed where the request does not say.
pub const USUAL_GRAPH_DEPTH: u8 = 2;
/// The most edges that are followed from a root.
pub const MOST_GRAPH_DEPTH: u8 = 8;
/// The most edges of a path.
pub const MOST_PATH_EDGES: u8 = 32;
/// How many records come back where the request does not say.
pub const USUAL_GRAPH_NODES: usize = 100;
/// The most records that come back.
pub const MOST_GRAPH_NODES: usize = 500;
/// The most edges that come back.
pub const MOST_GRAPH_EDGES: usize = 5_000;
/// The most bytes of text that come back.
pub const MOST_GRAPH_BYTES: usize = 1 << 20;

/// What is asked of the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphRequest {
    /// The record to begin at, by id, path or alias; or a name that records refer to, such as `repository:krate`.
    pub root: String,
    /// Where the shortest path from the root leads; `None` asks for what is around the root.
    pub to: Option<String>,
    /// Only records of these kinds are given and passed; the ends always are.
    pub kinds: Vec<String>,
    /// Only these kinds of edges are followed and given.
    pub edge_kinds: Vec<String>,
    /// Which way edges are followed.
    pub direction: Direction,
    /// How many edges at most; `None`: [`USUAL_GRAPH_DEPTH`] around a root, [`MOST_PATH_EDGES`] of a path.
    pub depth: Option<u8>,
    /// How many records at most, nearest first; `None`: [`USUAL_GRAPH_NODES`].
    pub limit: Option<usize>,
}

/// A part of the graph: nearest records first, then by id.
#[derive(Clone, Debug, Default)]
pub struct Neighbourhood {
    /// The name of where it begins.
    pub root: String,
    /// The name of where a path leads, where one was asked for.
    pub to: Option<String>,
    /// The records; of a path, those on it, in order.
    pub nodes: Vec<NearNode>,
    /// Every edge between two of the records; of a path, those on it.
    pub edges: Vec<NearEdge>,
    /// The shortest path, where one was asked for and there is one.
    pub path: Option<Vec<Crumb>>,
    /// How many records within reach were left out at the limits.
    pub omitted_nodes: usize,
    /// How many edges between the records given were left out at the limits.
    pub omitted_edges: usize,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// What was left out because the caller may not see it.
    pub denied_scopes: Vec<DeniedScope>,
    /// What was hidden.
    pub redaction: RedactionSummary,
}

/// A record of the graph, or a name that records refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearNode {
    /// Its id.
    pub id: String,
    /// Its kind; `None` for a name that is no record here.
    pub kind: Option<String>,
    /// Its title, shortened.
    pub title: String,
    /// Its status.
    pub status: Option<String>,
    /// Where it is; `None` for a name that is no record here.
    pub path: Option<String>,
    /// How many edges away.
    pub distance: u8,
    /// The edges that lead there and the records passed, from the root on.
    pub breadcrumbs: Vec<Crumb>,
}

/// One edge of a way, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The edge's kind.
    pub edge: String,
    /// Whether the edge is followed from its source to its target.
    pub outgoing: bool,
    /// The record it leads to.
    pub id: String,
}

/// An edge of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearEdge {
    /// Its kind.
    pub kind: String,
    /// The id of its source.
    pub from: String,
    /// The id of its target.
    pub to: String,
    /// Whether a link in a text makes it, and no declaration.
    pub derived: bool,
    /// The places of source and target among the nodes.
    pub ends: (usize, usize),
}

/// Why the graph cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// No record that the caller sees has the name, and none refers to it.
    #[error("no record `{name}`, and no record refers to it")]
    Unknown {
        /// The field that names it.
        field: &'static str,
        /// The name.
        name: String,
    },
    /// A field is wrong.
    #[error("{field}: {message}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is wrong, and how to mend it.
        message: String,
    },
    /// A limit asks for more than is given.
    #[error("{field} may be at most {most}")]
    Limit {
        /// Which.
        field: &'static str,
        /// The most it may be.
        most: usize,
    },
}

/// Gives a part of the graph as far as a caller sees it. The same view, caller and request give the same answer.
pub fn neighbourhood(
    view: &View,
    visibility: &Visibility,
    request: &GraphRequest,
) -> Result<Neighbourhood, GraphError> {
    check(request)?;
    let catalog = Catalog::new(view, visibility, &built_in().ranking);
    let mut denied = Denied::default();
    let mut collector = Collector::new(&catalog, request, &mut denied);
    let mut giver = Giver::new(&catalog, request);
    let root = collector.begin(&request.root).ok_or_else(|| unknown(root_field(request), &request.root))?;
    let mut answer = match &request.to {
        None => around(collector, &mut giver, root, request),
        Some(to) => {
            let to = collector.begin(to).ok_or_else(|| unknown("to", to))?;
            between(collector, &mut giver, root, to, request)
        }
    };
    answer.denied_scopes = denied.scopes();
    answer.redaction = giver.redaction();
    Ok(answer)
}

fn around(
    mut collector: Collector<'_, '_>,
    giver: &mut Giver<'_, '_>,
    root: Found,
    request: &GraphRequest,
) -> Neighbourhood {
    collector.walk(root, request.depth.unwrap_or(USUAL_GRAPH_DEPTH));
    let mut notes = collector.notes();
    let found = collector.into_found();
    let nodes = giver.nodes(&found, request.limit.unwrap_or(USUAL_GRAPH_NODES));
    let (edges, omitted_edges) = giver.edges(&found[..nodes.len()], &nodes);
    let omitted_nodes = found.len() - nodes.len();
    if nodes.is_empty() {
        notes.push("the bytes of text that may come back are too few for the first record".to_owned());
    }
    let root = giver.name(&found[0]);
    Neighbourhood { root, nodes, edges, omitted_nodes, omitted_edges, notes, ..Neighbourhood::default() }
}

fn between(
    mut collector: Collector<'_, '_>,
    giver: &mut Giver<'_, '_>,
    root: Found,
    to: Found,
    request: &GraphRequest,
) -> Neighbourhood {
    let most = request.depth.unwrap_or(MOST_PATH_EDGES);
    let (from_name, to_name) = (giver.name(&root), giver.name(&to));
    let mut answer = Neighbourhood { root: from_name, to: Some(to_name), ..Neighbourhood::default() };
    let path = collector.path(root, &to, most);
    answer.notes = collector.notes();
    match path {
        None => answer.notes.push(format!("no path of at most {most} edges leads there")),
        Some((found, steps)) => {
            answer.nodes = giver.nodes(&found, usize::MAX);
            answer.omitted_nodes = found.len() - answer.nodes.len();
            (answer.edges, answer.omitted_edges) = giver.steps(&found, &steps, &answer.nodes);
            answer.path =
                answer.nodes.last().filter(|_| answer.omitted_nodes == 0).map(|last| last.breadcrumbs.clone());
        }
    }
    answer
}

fn check(request: &GraphRequest) -> Result<(), GraphError> {
    for (field, name) in [(root_field(request), Some(&request.root)), ("to", request.to.as_ref())] {
        let wrong = |name: &&String| name.trim().is_empty() || name.len() > MOST_ITEM_BYTES;
        if name.filter(wrong).is_some() {
            return Err(invalid(field, format!("name a record by 1 to {MOST_ITEM_BYTES} bytes")));
        }
    }
    for (field, items) in [("kinds", &request.kinds), ("edgeKinds", &request.edge_kinds)] {
        let wrong = |item: &String| item.trim().is_empty() || item.len() > MOST_ITEM_BYTES;
        if items.len() > MOST_ITEMS || items.iter().any(wrong) {
            let message = format!("give at most {MOST_ITEMS} kinds, each of 1 to {MOST_ITEM_BYTES} bytes");
            return Err(invalid(field, message));
        }
    }
    let deepest = if request.to.is_some() { MOST_PATH_EDGES } else { MOST_GRAPH_DEPTH };
    at_most("depth", request.depth.map(usize::from), usize::from(deepest))?;
    at_most("limit", request.limit, MOST_GRAPH_NODES)?;
    match request.limit {
        Some(0) => Err(invalid("limit", format!("ask for 1 to {MOST_GRAPH_NODES} records"))),
        _ => Ok(()),
    }
}

fn at_most(field: &'static str, asked: Option<usize>, most: usize) -> Result<(), GraphError> {
    if asked.is_some_and(|asked| asked > most) { Err(GraphError::Limit { field, most }) } else { Ok(()) }
}

fn invalid(field: &'static str, message: String) -> GraphError {
    GraphError::Invalid { field, message }
}

fn unknown(field: &'static str, name: &str) -> GraphError {
    GraphError::Unknown { field, name: name.to_owned() }
}

fn root_field(request: &GraphRequest) -> &'static str {
    if request.to.is_some() { "from" } else { "root" }
}

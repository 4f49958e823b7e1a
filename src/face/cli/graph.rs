//! `lorekeep graph`.

use super::answers::commit_text;
use super::args::AtArgs;
use super::show::{plural, safe};
use super::{Outcome, Verdict, at, memory, print, print_json};
use crate::engine::{AskGraph, Crumb, Direction, EngineError, GraphRequest, GraphView, NearNode, Neighbourhood};
use crate::face::wire;
use clap::{Args, ValueEnum};
use std::fmt::Write;
use std::path::Path;

/// What is asked, and how it is printed.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// The record to begin at: an id, a path or an alias; or a name that records refer to, such as `repository:krate`.
    pub root: String,
    /// Shows the shortest path to this record instead.
    #[arg(long, value_name = "ID")]
    pub to: Option<String>,
    /// How many edges at most: 0 to 8, by default 2; of a path 0 to 32, by default 32.
    #[arg(long, value_name = "N")]
    pub depth: Option<u8>,
    /// Only records of this kind are shown and passed.
    #[arg(long = "kind", value_name = "K")]
    pub kinds: Vec<String>,
    /// Only edges of this kind are followed and shown.
    #[arg(long = "edge-kind", value_name = "E")]
    pub edge_kinds: Vec<String>,
    /// Which way edges are followed.
    #[arg(long, value_enum, default_value_t = DirectionArg::Both)]
    pub direction: DirectionArg,
    /// How many records at most, nearest first: 1 to 500, by default 100.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = FormatArg::Human)]
    pub format: FormatArg,
    /// Short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    #[command(flatten)]
    pub at: AtArgs,
}

/// Which way edges are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DirectionArg {
    Out,
    In,
    Both,
}

/// How a graph is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// A tree.
    Human,
    /// Exactly the API's answer.
    Json,
    /// The language of Graphviz.
    Dot,
    /// A picture.
    Svg,
}

pub fn run(repo: &Path, args: GraphArgs) -> Outcome {
    let memory = memory::open_indexed(repo, &at(&args.at)?)?;
    let format = if args.json { FormatArg::Json } else { args.format };
    let view = memory.graph(&ask(args)?)?;
    let found = Verdict::from_yes(view.graph.to.is_none() || view.graph.path.is_some());
    match format {
        FormatArg::Json => print_json(&wire::GraphAnswer::new("local", view))?,
        FormatArg::Dot => print(&view.dot())?,
        FormatArg::Svg => print(&view.svg())?,
        FormatArg::Human => {
            print(&text(&view.graph))?;
            eprintln!("{}", foot(&view));
        }
    }
    Ok(found)
}

fn ask(args: GraphArgs) -> Result<AskGraph, EngineError> {
    let direction = match args.direction {
        DirectionArg::Out => Direction::Out,
        DirectionArg::In => Direction::In,
        DirectionArg::Both => Direction::Both,
    };
    let graph = GraphRequest {
        root: args.root,
        to: args.to,
        kinds: args.kinds,
        edge_kinds: args.edge_kinds,
        direction,
        depth: args.depth,
        limit: args.limit,
    };
    Ok(AskGraph { at: at(&args.at)?, graph })
}

/// The records as a tree, each below the one that it was reached from; then the edges that the tree does not show.
fn text(graph: &Neighbourhood) -> String {
    let mut out = String::new();
    for node in ordered(&graph.nodes) {
        let edge = node.breadcrumbs.last().map(arrow).unwrap_or_default();
        let _ = writeln!(out, "{}{edge}{}", "  ".repeat(usize::from(node.distance)), line(node));
    }
    let others: Vec<String> =
        graph.edges.iter().filter(|edge| !in_tree(graph, edge.ends, &edge.kind)).map(edge).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "also:\n{}", others.join("\n"));
    }
    for note in &graph.notes {
        let _ = writeln!(out, "note: {}", safe(note));
    }
    out
}

/// The nodes, each followed by those that were reached over it.
fn ordered(nodes: &[NearNode]) -> Vec<&NearNode> {
    let mut all: Vec<&NearNode> = nodes.iter().collect();
    all.sort_by_cached_key(|node| node.breadcrumbs.iter().map(|c| (c.id.clone(), c.edge.clone())).collect::<Vec<_>>());
    all
}

fn arrow(crumb: &Crumb) -> String {
    if crumb.outgoing { format!("-{}-> ", safe(&crumb.edge)) } else { format!("<-{}- ", safe(&crumb.edge)) }
}

fn line(node: &NearNode) -> String {
    let kind = node.kind.as_deref().map_or_else(
        || "  (no record here)".to_owned(),
        |kind| format!("  [{} {}]", safe(kind), safe(node.status.as_deref().unwrap_or("-"))),
    );
    let title = if node.title == node.id { String::new() } else { format!("  {}", safe(&node.title)) };
    let path = node.path.as_deref().map(|path| format!("  {}", safe(path))).unwrap_or_default();
    format!("{}{title}{kind}{path}", safe(&node.id))
}

fn in_tree(graph: &Neighbourhood, ends: (usize, usize), kind: &str) -> bool {
    let leads = |from: usize, to: usize, outgoing: bool| {
        let (from, to) = (&graph.nodes[from], &graph.nodes[to]);
        let last = to.breadcrumbs.last().filter(|last| last.edge == kind && last.outgoing == outgoing);
        last.is_some() && to.breadcrumbs[..to.breadcrumbs.len() - 1] == from.breadcrumbs[..]
    };
    leads(ends.0, ends.1, true) || leads(ends.1, ends.0, false)
}

fn edge(edge: &crate::engine::NearEdge) -> String {
    format!("  {} -{}-> {}", safe(&edge.from), safe(&edge.kind), safe(&edge.to))
}

fn foot(view: &GraphView) -> String {
    let graph = &view.graph;
    let (nodes, edges) = (plural(graph.nodes.len(), "record"), plural(graph.edges.len(), "edge"));
    let cut = match (graph.omitted_nodes, graph.omitted_edges) {
        (0, 0) => String::new(),
        (nodes, edges) => {
            let (nodes, edges) = (plural(nodes, "record"), plural(edges, "edge"));
            format!("; left out at the limits: {nodes}, {edges}")
        }
    };
    format!("{nodes}, {edges} at {}{cut}", commit_text(&view.resolution))
}

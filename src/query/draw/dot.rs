//! A part of the graph in the DOT language of Graphviz.

use super::colours::{Colours, OUTSIDE};
use crate::query::neighbourhood::{NearEdge, NearNode, Neighbourhood};
use crate::query::shown::{one_line, shortened};
use std::fmt::Write;

/// The most characters of a label's line.
const LONGEST: usize = 48;

/// Draws as DOT, under a caption.
pub fn dot(graph: &Neighbourhood, caption: &str) -> String {
    let colours = Colours::new(&graph.nodes);
    let mut out = String::from("digraph memory {\n");
    let _ = writeln!(out, "  graph [label={}, labelloc=t, rankdir=LR, fontname=\"sans-serif\"];", quoted(&[caption]));
    out.push_str("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n");
    out.push_str("  edge [fontname=\"sans-serif\", fontsize=9, color=\"#64748b\"];\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        let colour = colours.of(node);
        let _ = writeln!(
            out,
            "  n{at} [label={}, tooltip={}, color=\"{}\", fillcolor=\"{}\"{}];",
            quoted(&label(node)),
            quoted(&about(node)),
            colour.line,
            colour.fill,
            if node.distance == 0 { ", penwidth=2" } else { "" },
        );
    }
    graph.edges.iter().for_each(|edge| out.push_str(&drawn(edge)));
    out + "}\n"
}

fn drawn(edge: &NearEdge) -> String {
    let (from, to) = edge.ends;
    let style = if edge.derived { ", style=dashed" } else { "" };
    format!("  n{from} -> n{to} [label={}{style}];\n", quoted(&[edge.kind.as_str()]))
}

fn label(node: &NearNode) -> Vec<&str> {
    if node.title == node.id { vec![&node.id] } else { vec![&node.title, &node.id] }
}

fn about(node: &NearNode) -> Vec<&str> {
    let parts = [Some(node.kind.as_deref().unwrap_or(OUTSIDE)), node.status.as_deref(), node.path.as_deref()];
    parts.into_iter().flatten().collect()
}

/// Lines as one string of DOT: nothing in them ends it, is an escape of it, or an entity.
fn quoted(lines: &[&str]) -> String {
    let line = |line: &&str| {
        let shown = shortened(&one_line(line), LONGEST);
        shown.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"")
    };
    format!("\"{}\"", lines.iter().map(line).collect::<Vec<_>>().join("\\n"))
}

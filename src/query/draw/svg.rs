//! A part of the graph as an SVG picture: presentation attributes alone, no style, no script, no reference outside.

use super::colours::{Colours, OUTSIDE};
use super::layout::{BOX_WIDTH, Layout, MARGIN, Wire, layout};
use crate::query::neighbourhood::{NearNode, Neighbourhood};
use crate::query::shown::one_line;
use std::fmt::Write;

/// With more lines than this, what the edges are called is shown where one points at them.
const MOST_LABELS: usize = 150;
/// How many edge kinds a label names.
const MOST_NAMED: usize = 3;
/// The height of a line of the legend.
const LEGEND_LINE: f64 = 22.0;
/// What begins the text of things that no longer count.
const PAST: [&str; 2] = ["archived", "deprecated"];

/// Draws as SVG, under a caption.
pub fn svg(graph: &Neighbourhood, caption: &str) -> String {
    let (layout, colours) = (layout(graph), Colours::new(&graph.nodes));
    let width = layout.width.max(560.0);
    let (legend, bottom) = legend(graph, &colours, &layout, width);
    let mut out = head(width, bottom + MARGIN, caption);
    out.push_str("<g fill=\"none\" stroke=\"#64748b\" stroke-width=\"1.2\">\n");
    layout.wires.iter().for_each(|wire| out.push_str(&line(wire, graph)));
    out.push_str("</g>\n<g font-size=\"12\" fill=\"#0f172a\">\n");
    for (node, spot) in graph.nodes.iter().zip(&layout.spots) {
        out.push_str(&record(node, *spot, &layout, &colours));
    }
    out.push_str("</g>\n");
    if has_labels(&layout) {
        out.push_str(
            "<g font-size=\"10\" fill=\"#334155\" text-anchor=\"middle\" stroke=\"#ffffff\" stroke-width=\"3\" \
             stroke-linejoin=\"round\" paint-order=\"stroke\">\n",
        );
        layout.wires.iter().for_each(|wire| out.push_str(&label(wire, graph)));
        out.push_str("</g>\n");
    }
    out + &legend + "</svg>\n"
}

fn head(width: f64, height: f64, caption: &str) -> String {
    let (width, height, caption) = (n(width), n(height), text(caption, 120));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"system-ui, -apple-system, Segoe UI, sans-serif\" role=\"img\">\n\
         <title>{caption}</title>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.5 L8 4 L0 7.5 Z\" fill=\"#64748b\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"{MARGIN}\" y=\"34\" font-size=\"14\" font-weight=\"600\" fill=\"#0f172a\">{caption}</text>\n"
    )
}

fn line(wire: &Wire, graph: &Neighbourhood) -> String {
    let [from, a, b, to] = wire.curve.map(|(x, y)| format!("{} {}", n(x), n(y)));
    let is_derived = wire.edges.iter().all(|edge| graph.edges[*edge].derived);
    let dashes = if is_derived { " stroke-dasharray=\"4 3\" stroke=\"#94a3b8\"" } else { "" };
    let said = wire.edges.iter().map(|at| {
        let edge = &graph.edges[*at];
        format!("{} -{}-&gt; {}", text(&edge.from, 200), text(&edge.kind, 80), text(&edge.to, 200))
    });
    let said: Vec<String> = said.collect();
    format!(
        "<path d=\"M{from} C{a} {b} {to}\" marker-end=\"url(#arrow)\"{dashes}><title>{}</title></path>\n",
        said.join("\n")
    )
}

fn label(wire: &Wire, graph: &Neighbourhood) -> String {
    let mut kinds: Vec<String> = wire.edges.iter().map(|at| text(&graph.edges[*at].kind, 24)).collect();
    let more = kinds.len().saturating_sub(MOST_NAMED);
    kinds.truncate(MOST_NAMED);
    if more > 0 {
        kinds.push(format!("+{more}"));
    }
    let (x, y) = along(wire.curve, wire.label_at);
    format!("<text x=\"{}\" y=\"{}\">{}</text>\n", n(x), n(y - 3.0), kinds.join(", "))
}

fn record(node: &NearNode, (x, y): (f64, f64), layout: &Layout, colours: &Colours) -> String {
    let (colour, height) = (colours.of(node), layout.box_height);
    let status = node.status.as_deref();
    let faded = if status.is_some_and(|status| PAST.contains(&status)) { " opacity=\"0.55\"" } else { "" };
    let dashes = if status == Some("draft") || node.kind.is_none() { " stroke-dasharray=\"5 3\"" } else { "" };
    let weight = if node.distance == 0 { "2.5" } else { "1.2" };
    let top = y - height / 2.0;
    let mut out = format!(
        "<g{faded}><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{BOX_WIDTH}\" height=\"{height}\" rx=\"6\" \
         fill=\"{}\" stroke=\"{}\" stroke-width=\"{weight}\"{dashes}/>",
        about(node),
        n(x),
        n(top),
        colour.fill,
        colour.line
    );
    let is_low = height < 30.0;
    let (title, below) = words(node);
    let title_at = if is_low { y + 4.0 } else { y - 3.0 };
    let _ = write!(out, "<text x=\"{}\" y=\"{}\">{}</text>", n(x + 10.0), n(title_at), fitted(title, 12.0));
    if !is_low {
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" font-size=\"10\" fill=\"#64748b\">{}</text>",
            n(x + 10.0),
            n(y + 12.0),
            fitted(below, 10.0)
        );
    }
    out + "</g>\n"
}

/// What a box says: the title above the id, or an id without its kind above its kind.
fn words(node: &NearNode) -> (&str, &str) {
    match node.id.split_once(':') {
        Some((_, rest)) if node.title == node.id && !rest.is_empty() => (rest, node.kind.as_deref().unwrap_or(OUTSIDE)),
        _ => (&node.title, &node.id),
    }
}

/// What a record is, shown where one points at it.
fn about(node: &NearNode) -> String {
    let kind = node.kind.as_deref().unwrap_or(OUTSIDE);
    let parts = [Some(node.title.as_str()), Some(&node.id), Some(kind), node.status.as_deref(), node.path.as_deref()];
    parts.into_iter().flatten().map(|part| text(part, 200)).collect::<Vec<_>>().join("\n")
}

/// What the colours and lines mean, and down to where that goes.
fn legend(graph: &Neighbourhood, colours: &Colours, layout: &Layout, width: f64) -> (String, f64) {
    let mut out = String::from("<g font-size=\"11\" fill=\"#334155\">\n");
    let (mut x, mut y) = (MARGIN, layout.bottom + 36.0);
    for (kind, colour) in colours.legend(&graph.nodes) {
        let name = text(&kind, 32);
        let wide = 34.0 + room(&one_line(&kind), 11.0).min(260.0);
        if x > MARGIN && x + wide > width - MARGIN {
            (x, y) = (MARGIN, y + LEGEND_LINE);
        }
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"10\" rx=\"2\" fill=\"{}\" stroke=\"{}\"/>\
             <text x=\"{}\" y=\"{}\">{name}</text>",
            n(x),
            n(y - 9.0),
            colour.fill,
            colour.line,
            n(x + 20.0),
            n(y)
        );
        x += wide;
    }
    for note in notes(graph, layout) {
        y += LEGEND_LINE;
        let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"{}\">{note}</text>", n(y));
    }
    (out + "</g>\n", y)
}

fn notes(graph: &Neighbourhood, layout: &Layout) -> Vec<String> {
    let mut notes = Vec::new();
    if graph.edges.iter().any(|edge| edge.derived) {
        notes.push("dashed line: a link in the text, not a declared edge".to_owned());
    }
    if !has_labels(layout) {
        notes.push(format!("edges are named where one points at them: there are more than {MOST_LABELS}"));
    }
    if graph.omitted_nodes + graph.omitted_edges > 0 {
        let (nodes, edges) = (graph.omitted_nodes, graph.omitted_edges);
        notes.push(format!("left out at the limits: {nodes} records, {edges} edges"));
    }
    notes.extend(graph.notes.iter().map(|note| text(note, 160)));
    notes
}

fn has_labels(layout: &Layout) -> bool {
    layout.wires.len() <= MOST_LABELS
}

/// A point of a curve.
fn along([from, a, b, to]: [(f64, f64); 4], t: f64) -> (f64, f64) {
    let s = 1.0 - t;
    let mix = |from: f64, a: f64, b: f64, to: f64| {
        s * s * s * from + 3.0 * s * s * t * a + 3.0 * s * t * t * b + t * t * t * to
    };
    (mix(from.0, a.0, b.0, to.0), mix(from.1, a.1, b.1, to.1))
}

/// As much of a text as a box has room for.
fn fitted(words: &str, size: f64) -> String {
    let shown = one_line(words);
    let most = BOX_WIDTH - 20.0;
    if room(&shown, size) <= most {
        return xml(&shown);
    }
    let mut out = String::new();
    for c in shown.chars() {
        if room(&out, size) + wide(c, size) > most - wide('…', size) {
            break;
        }
        out.push(c);
    }
    xml(&(out.trim_end().to_owned() + "…"))
}

/// About how wide a text is.
fn room(text: &str, size: f64) -> f64 {
    text.chars().map(|c| wide(c, size)).sum()
}

fn wide(c: char, size: f64) -> f64 {
    match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => size * 0.34,
        'm' | 'w' | 'M' | 'W' | '@' | '…' => size * 0.9,
        c if c.is_ascii_uppercase() => size * 0.7,
        c if u32::from(c) < 0x1100 => size * 0.58,
        _ => size * 1.05,
    }
}

fn text(words: &str, most: usize) -> String {
    xml(&crate::query::shown::shortened(&one_line(words), most))
}

/// A text that is no markup, and holds no character that XML has not.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

/// A number with one digit behind the point, where it needs one.
fn n(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{:.1}", tenths as f64 / 10.0) }
}

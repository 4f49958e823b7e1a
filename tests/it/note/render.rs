//! A file as read, written down for snapshots: every value with the text at its span.

use lorekeep::base::Span;
use lorekeep::note::{Edge, Record, Scalar, SourceFile, Yaml, YamlMap, YamlNode};
use std::fmt::Write;

/// Writes down all that reading gave.
pub fn render(file: &SourceFile, bytes: &[u8]) -> String {
    let mut out = format!("{} {:?}, text: {}\n", file.path, file.class, file.text.is_some());
    let text = file.text.as_deref().unwrap_or_default();
    file.records.iter().for_each(|record| render_record(&mut out, text, record));
    if let Some(markdown) = &file.markdown {
        let body = &text[markdown.body_start..];
        let fields = markdown.front_matter.as_ref().map(|map| map.entries.len());
        writeln!(out, "title {:?}, {fields:?} fields, body {:?}", markdown.title, first_line(body)).unwrap();
        for h in &markdown.headings {
            writeln!(out, "  h{} {:?} at {}", h.level, h.text, at(text, h.span)).unwrap();
        }
        for l in &markdown.links {
            writeln!(out, "  {:?} link to {:?} at {}", l.form, l.target, at(text, l.span)).unwrap();
        }
    }
    for d in &file.diagnostics {
        let place = file.lines.position(bytes, d.span.start);
        writeln!(out, "{:?} at {}:{} {}", d.kind, place.line, place.column, at(text, d.span)).unwrap();
        writeln!(out, "  {}\n  help: {}", d.message, d.help).unwrap();
    }
    out
}

fn render_record(out: &mut String, text: &str, r: &Record) {
    let kind = r.kind.as_ref().map(|kind| format!("{:?} at {}", kind.value, at(text, kind.span)));
    writeln!(out, "{} {:?} {:?} at {}", r.ordinal, r.form, r.id.value, at(text, r.id.span)).unwrap();
    writeln!(out, "  kind {}", kind.as_deref().unwrap_or("none")).unwrap();
    writeln!(out, "  head {}, ends with {:?}", at(text, r.head), last_line(&text[r.span.start..r.span.end])).unwrap();
    render_map(out, text, &r.fields, 1);
    r.edges.iter().for_each(|edge| render_edge(out, text, edge));
}

fn render_edge(out: &mut String, text: &str, edge: &Edge) {
    let Edge { kind, target, origin, .. } = edge;
    writeln!(
        out,
        "  {origin:?} -{}-> {} at {}, {}",
        kind.value,
        target.value,
        at(text, kind.span),
        at(text, target.span)
    )
    .unwrap();
    render_map(out, text, &edge.attributes, 2);
}

fn render_map(out: &mut String, text: &str, map: &YamlMap, depth: usize) {
    for (key, span, value) in &map.entries {
        write!(out, "{}{key:?} at {}: ", "  ".repeat(depth), at(text, *span)).unwrap();
        render_node(out, text, value, depth);
    }
}

fn render_node(out: &mut String, text: &str, node: &YamlNode, depth: usize) {
    match &node.value {
        Yaml::Scalar(Scalar { text: value, kind }) => {
            writeln!(out, "{kind:?} {value:?} at {}", at(text, node.span)).unwrap();
        }
        Yaml::Map(map) => {
            writeln!(out, "map at {}", at(text, node.span)).unwrap();
            render_map(out, text, map, depth + 1);
        }
        Yaml::List(items) => {
            writeln!(out, "list at {}", at(text, node.span)).unwrap();
            for item in items {
                write!(out, "{}- ", "  ".repeat(depth + 1)).unwrap();
                render_node(out, text, item, depth + 1);
            }
        }
    }
}

/// The span and what it covers; the middle of a long text is left out.
fn at(text: &str, span: Span) -> String {
    let covered = text.get(span.start..span.end).unwrap_or("(no text)");
    let chars: Vec<char> = covered.chars().collect();
    let shown: String = match chars.len() {
        0..=32 => covered.to_owned(),
        n => format!("{}…{}", chars[..16].iter().collect::<String>(), chars[n - 8..].iter().collect::<String>()),
    };
    format!("{}..{} {shown:?}", span.start, span.end)
}

fn first_line(text: &str) -> &str {
    text.split_inclusive('\n').next().unwrap_or_default()
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

//! Entries: what a record or note says, in the form that lists, filters and ranking need.

use super::facts::line_range;
use super::fields::ENTRY_FIELDS;
use super::prose;
use super::types::{Entry, Section};
use crate::base::{Digest, LineIndex, Span};
use crate::note::{Markdown, Record, SourceFile, Yaml, YamlMap, YamlNode};

/// Keys with a place of their own; all others are `fields`.
const OWN_KEYS: [&str; 13] = [
    "id",
    "kind",
    "nodeKind",
    "title",
    "status",
    "owners",
    "tags",
    "repoRefs",
    "aliases",
    "sensitivity",
    "updatedAt",
    "summary",
    "related",
];
/// The most characters of a field's text that an entry carries; all of it is searched.
const MAX_FIELD_CHARS: usize = 1_000;

/// An entry and what is searched of it.
pub(super) struct Draft {
    pub(super) entry: Entry,
    /// The texts of each field but the body, in the order of the field table.
    pub(super) fields: [Vec<String>; ENTRY_FIELDS],
    /// The texts of each section of the body.
    pub(super) bodies: Vec<Vec<String>>,
}

/// The entry of a Markdown file, with or without an id.
pub(super) fn of_markdown(source: &SourceFile, text: &str) -> Draft {
    let none = YamlMap::default();
    let record = source.records.first();
    let markdown = source.markdown.as_ref();
    let front = markdown.and_then(|m| m.front_matter.as_ref()).or(record.map(|r| &r.fields)).unwrap_or(&none);
    let lines = LineIndex::new(text.as_bytes());
    let mut entry = base_entry(source, record, front, Span::new(0, text.len()), text, &lines);
    let mut bodies = vec![vec![text.to_owned()]];
    if let Some(markdown) = markdown {
        entry.title = first_text([front.text("title").unwrap_or_default(), &markdown.title, &entry.title]);
        entry.headings = markdown.headings.iter().map(|h| h.text.clone()).collect();
        entry.links = prose::links(&source.path, &markdown.links);
        let sections = sections(markdown, text, &lines);
        entry.sections = sections.iter().map(|(section, _)| *section).collect();
        bodies = sections.iter().map(|(_, span)| vec![text[span.start..span.end].to_owned()]).collect();
    }
    if entry.summary.is_empty() {
        entry.summary = prose::first_paragraph(markdown.and_then(|m| text.get(m.body_start..)).unwrap_or(text));
    }
    draft(entry, front, bodies)
}

/// The entry of one record of a graph file.
pub(super) fn of_graph_record(source: &SourceFile, record: &Record, text: &str, lines: &LineIndex) -> Draft {
    let mut entry = base_entry(source, Some(record), &record.fields, record.span, text, lines);
    if entry.summary.is_empty() {
        entry.summary = prose::shorten(record.fields.text("description").unwrap_or_default());
    }
    draft(entry, &record.fields, vec![Vec::new()])
}

/// The sections of a Markdown file, each with its bytes: what stands before the first heading, then one for each heading.
fn sections(markdown: &Markdown, text: &str, lines: &LineIndex) -> Vec<(Section, Span)> {
    let mut starts = vec![(markdown.body_start.min(text.len()), None)];
    for (heading, place) in markdown.headings.iter().zip(0..) {
        let start = text.floor_char_boundary(heading.span.start).max(starts[starts.len() - 1].0);
        starts.push((start, Some(place)));
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let section = |((start, heading), end): (&(usize, Option<u32>), usize)| {
        let span = Span::new(*start, end);
        let (first, last) = line_range(lines, span);
        (Section { first, last, heading: *heading }, span)
    };
    starts.iter().zip(ends).map(section).collect()
}

fn base_entry(
    source: &SourceFile,
    record: Option<&Record>,
    fields: &YamlMap,
    span: Span,
    text: &str,
    lines: &LineIndex,
) -> Entry {
    let id = record.map(|r| r.id.value.clone()).filter(|id| !id.is_empty());
    let edges: Vec<(String, String)> =
        record.iter().flat_map(|r| &r.edges).map(|e| (e.kind.value.clone(), e.target.value.clone())).collect();
    let (line_start, line_end) = line_range(lines, span);
    let own = |key: &str| fields.text(key).map(str::to_owned);
    Entry {
        path: source.path.clone(),
        ordinal: record.map_or(0, |r| r.ordinal),
        form: record.map(|r| r.form),
        kind: record.and_then(|r| r.kind.as_ref()).map(|k| k.value.clone()).or_else(|| own("kind")),
        title: first_text([
            fields.text("title").unwrap_or_default(),
            id.as_deref().unwrap_or_default(),
            source.path.file_name(),
        ]),
        status: own("status"),
        owners: with_targets(fields, "owners", &edges, "owned_by"),
        tags: distinct(fields.texts("tags")),
        repo_refs: with_targets(fields, "repoRefs", &edges, "applies_to_repo"),
        aliases: distinct(fields.texts("aliases")),
        sensitivity: own("sensitivity"),
        updated_at: own("updatedAt"),
        summary: prose::shorten(fields.text("summary").unwrap_or_default()),
        headings: Vec::new(),
        sections: vec![Section { first: line_start, last: line_end, heading: None }],
        links: Vec::new(),
        line_start,
        line_end,
        fields: other_fields(fields),
        digest: Digest::of(text.get(span.start..span.end).unwrap_or_default().as_bytes()),
        id,
        edges,
    }
}

/// What is searched. A title, heading or summary that is also in the body counts in both: that is what their weight means.
/// A summary that was only taken from the body is not searched twice, and a title that is only the id or file name counts as that.
/// The fields without a place of their own are searched with the first section.
fn draft(entry: Entry, fields: &YamlMap, mut bodies: Vec<Vec<String>>) -> Draft {
    let id = entry.id.clone().unwrap_or_else(|| entry.path.file_name().to_owned());
    let others = fields.entries.iter().filter(|(key, _, _)| !is_own(key));
    others.for_each(|(_, _, node)| scalars(node, &mut bodies[0]));
    let title = if entry.title == id { Vec::new() } else { vec![entry.title.clone()] };
    let summary = fields.text("summary").map(str::to_owned).into_iter().collect();
    let texts = [title, entry.aliases.clone(), vec![id], entry.tags.clone(), entry.headings.clone(), summary];
    Draft { entry, fields: texts, bodies }
}

fn is_own(key: &str) -> bool {
    OWN_KEYS.contains(&key)
}

fn first_text<const N: usize>(texts: [&str; N]) -> String {
    texts.into_iter().map(str::trim).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

fn distinct<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.into_iter().filter(|text| !text.is_empty() && seen.insert(*text)).map(str::to_owned).collect()
}

fn with_targets(fields: &YamlMap, key: &str, edges: &[(String, String)], edge_kind: &str) -> Vec<String> {
    let targets = edges.iter().filter(|(kind, _)| kind == edge_kind).map(|(_, target)| target.as_str());
    distinct(fields.texts(key).into_iter().chain(targets))
}

fn other_fields(fields: &YamlMap) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (key, _, node) in fields.entries.iter().filter(|(key, _, _)| !is_own(key)) {
        flatten(key, node, &mut out);
    }
    out
}

/// Nested keys are joined with dots; the scalars of a list with commas.
fn flatten(key: &str, node: &YamlNode, out: &mut Vec<(String, String)>) {
    match &node.value {
        Yaml::Map(map) => map.entries.iter().for_each(|(inner, _, node)| flatten(&format!("{key}.{inner}"), node, out)),
        Yaml::List(items) => {
            let texts: Vec<&str> = items.iter().filter_map(YamlNode::text).collect();
            if !texts.is_empty() {
                out.push((key.to_owned(), cut(&texts.join(", "))));
            }
            items.iter().filter(|item| item.text().is_none()).for_each(|item| flatten(key, item, out));
        }
        Yaml::Scalar(_) => out.extend(node.text().map(|text| (key.to_owned(), cut(text)))),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_FIELD_CHARS).collect()
}

/// The texts of all scalars: values are searched, the names of keys are not.
fn scalars(node: &YamlNode, out: &mut Vec<String>) {
    match &node.value {
        Yaml::Map(map) => map.entries.iter().for_each(|(_, _, node)| scalars(node, out)),
        Yaml::List(items) => items.iter().for_each(|item| scalars(item, out)),
        Yaml::Scalar(_) => out.extend(node.text().map(str::to_owned)),
    }
}

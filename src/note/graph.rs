//! Graph files: YAML documents to records, in every form that real graphs use.

use super::attributes::joined;
use super::edges::{declared, imply, into_id};
use super::report::Diagnostics;
use super::yaml::{Budget, Yaml, YamlMap, YamlNode, parse};
use super::{DiagnosticKind, EdgeOrigin, Limits, Record, RecordForm, Spanned};
use crate::base::Span;

/// How a graph document should look.
const RECORD_HELP: &str = "write a document as `nodeKind`, `id`, `attributes` and `edges`";

/// Reads every record of a graph file. A document that is refused hides no other.
pub(super) fn read(text: &str, limits: &Limits, found: &mut Diagnostics) -> Vec<Record> {
    let budget = Budget {
        depth: limits.max_depth,
        nodes: limits.max_graph_nodes,
        scalar_bytes: limits.max_file_bytes,
        problems: limits.max_diagnostics,
    };
    let mut parsed = parse(text, Span::new(0, text.len()), &budget);
    if let (Some(last), true) = (parsed.problems.last_mut(), parsed.stopped) {
        last.message.push_str(", and nothing after it was read");
    }
    for problem in parsed.problems {
        found.problem(DiagnosticKind::InvalidYaml, problem);
    }
    found.misquoted(text, &parsed.misquoted);
    let mut reader = Reader { text, records: Vec::new(), found };
    parsed.documents.into_iter().for_each(|document| reader.document(document));
    reader.records
}

struct Reader<'a> {
    text: &'a str,
    records: Vec<Record>,
    found: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn document(&mut self, node: YamlNode) {
        let Yaml::Map(map) = node.value else {
            self.found.wrong_shape(node.span, "a graph document is no map", RECORD_HELP);
            return;
        };
        if holds_records(&map) { self.several(map) } else { self.record(map, node.span, RecordForm::Node) }
    }

    /// `kind: NodeDocument` with `nodes`.
    fn several(&mut self, mut map: YamlMap) {
        let nodes = map.take("nodes");
        map.take("kind");
        for (key, span, _) in map.entries {
            let message = format!("`{}` beside `nodes` belongs to no record", super::shown::shown(&key));
            self.found.wrong_shape(span, message, "move it into the items of `nodes` that it is about");
        }
        let Some(nodes) = nodes.filter(|nodes| !nodes.is_null()) else { return };
        let Yaml::List(items) = nodes.value else {
            self.found.wrong_shape(nodes.span, "`nodes` is no list", "write `nodes` as a list of records");
            return;
        };
        for item in items.into_iter().filter(|item| !item.is_null()) {
            match item.value {
                Yaml::Map(map) => self.record(map, item.span, RecordForm::Item),
                _ => self.found.wrong_shape(item.span, "an item of `nodes` is no map", RECORD_HELP),
            }
        }
    }

    fn record(&mut self, mut map: YamlMap, span: Span, plain_form: RecordForm) {
        let head = self.first_line(span);
        let patch = self.is_patch(&mut map);
        let form = match map.get("extendsNode") {
            Some(_) => RecordForm::Extends,
            None if patch => RecordForm::Patch,
            None => plain_form,
        };
        let (id, kind) = match map.take("extendsNode") {
            Some(target) => self.extended(target, head),
            None => self.name(&mut map, head),
        };
        let mut edges = map.take("edges").map(|node| declared(node, self.found)).unwrap_or_default();
        let fields = joined(map, self.found);
        imply(&mut edges, &fields, "owners", "owned_by", EdgeOrigin::Owners, self.found);
        imply(&mut edges, &fields, "repoRefs", "applies_to_repo", EdgeOrigin::RepoRefs, self.found);
        let ordinal = u32::try_from(self.records.len()).expect("the node budget keeps the records few");
        self.records.push(Record { form, ordinal, id, kind, fields, edges, span, head });
    }

    /// Takes `patch`, which must be `true` or `false`. Real graphs write it among the attributes too,
    /// where it is a field like any other unless it is `true`.
    fn is_patch(&mut self, map: &mut YamlMap) -> bool {
        let attribute = map.get("attributes").and_then(YamlNode::as_map).and_then(|fields| fields.get("patch"));
        let inside = attribute.and_then(YamlNode::as_bool) == Some(true);
        let Some(node) = map.take("patch") else { return inside };
        if node.as_bool().is_none() {
            let help = "write `patch: true` or leave it out";
            self.found.wrong_shape(node.span, "`patch` is neither `true` nor `false`", help);
        }
        node.as_bool() == Some(true) || inside
    }

    /// The id and kind of the record that `extendsNode` names.
    fn extended(&mut self, node: YamlNode, head: Span) -> (Spanned<String>, Option<Spanned<String>>) {
        let span = node.span;
        if let Yaml::Map(mut map) = node.value {
            return self.name(&mut map, head);
        }
        self.found.wrong_shape(span, "`extendsNode` is no map", "write `extendsNode: {nodeKind: ..., id: ...}`");
        (missing(span), None)
    }

    /// Takes `id` and `nodeKind`; where there is no `nodeKind`, `kind`.
    fn name(&mut self, map: &mut YamlMap, head: Span) -> (Spanned<String>, Option<Spanned<String>>) {
        let id = self.text_of(map, "id").unwrap_or_else(|span| missing(span.unwrap_or(head)));
        let key = if map.get("nodeKind").is_some() { "nodeKind" } else { "kind" };
        (id, self.text_of(map, key).ok())
    }

    /// Takes a key's text; otherwise gives the place of what is there instead, where something is.
    fn text_of(&mut self, map: &mut YamlMap, key: &str) -> Result<Spanned<String>, Option<Span>> {
        let Some(node) = map.take(key) else { return Err(None) };
        let span = node.span;
        if !matches!(node.value, Yaml::Scalar(_)) {
            self.found.wrong_shape(span, format!("`{key}` is no text"), "write it as plain text");
        }
        into_id(node).ok_or(Some(span))
    }

    fn first_line(&self, span: Span) -> Span {
        let text = &self.text[span.start..span.end];
        let line = text.split('\n').next().unwrap_or(text);
        Span::new(span.start, span.start + line.trim_end().len())
    }
}

/// Whether a document holds several records.
fn holds_records(map: &YamlMap) -> bool {
    let named = map.text("kind") == Some("NodeDocument");
    let record = ["id", "nodeKind", "extendsNode"].iter().any(|key| map.get(key).is_some());
    named || (map.get("nodes").is_some() && !record)
}

fn missing(span: Span) -> Spanned<String> {
    Spanned { value: String::new(), span }
}

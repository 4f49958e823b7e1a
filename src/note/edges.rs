//! Edges in the forms people write them: a map by kind, a list, and those that fields imply.

use super::attributes::joined;
use super::report::Diagnostics;
use super::yaml::{Yaml, YamlMap, YamlNode};
use super::{Edge, EdgeOrigin, Spanned};
use std::collections::HashSet;

/// What an edge target may look like.
const TARGET_HELP: &str = "write the target as an id, `{target: id}` or `{target: id, attributes: {...}}`";

/// Reads `edges`: a map from kind to targets, or a list of `{kind, target, attributes}`.
pub(super) fn declared(node: YamlNode, found: &mut Diagnostics) -> Vec<Edge> {
    match node.value {
        _ if node.is_null() => Vec::new(),
        Yaml::Map(map) => by_kind(map, EdgeOrigin::Declared, found),
        Yaml::List(items) => items.into_iter().filter_map(|item| listed(item, found)).collect(),
        Yaml::Scalar(_) => {
            found.wrong_shape(
                node.span,
                "`edges` is neither a map nor a list",
                "write `edges` as a map from edge kind to targets, or as a list of `{kind, target}`",
            );
            Vec::new()
        }
    }
}

/// Reads a map from edge kind to targets.
pub(super) fn by_kind(map: YamlMap, origin: EdgeOrigin, found: &mut Diagnostics) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (kind, span, targets) in map.entries {
        let kind = Spanned { value: kind, span };
        let targets = match targets.value {
            Yaml::List(items) => items,
            _ if targets.is_null() => Vec::new(),
            _ => vec![targets],
        };
        edges.extend(targets.into_iter().filter_map(|target| towards(kind.clone(), target, origin, found)));
    }
    edges
}

/// Adds the edges that a list of ids implies, unless the same edge is there already.
pub(super) fn imply(
    edges: &mut Vec<Edge>,
    fields: &YamlMap,
    field: &str,
    kind: &str,
    origin: EdgeOrigin,
    found: &mut Diagnostics,
) {
    let Some(node) = fields.get(field) else { return };
    let items = match &node.value {
        Yaml::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    // The field's name is what says the kind.
    let field_span = fields.key_span(field).unwrap_or(node.span);
    let same_kind = edges.iter().filter(|edge| edge.kind.value == kind);
    let mut known: HashSet<String> = same_kind.map(|edge| edge.target.value.clone()).collect();
    for item in items.iter().filter(|item| !item.is_null()) {
        let Some(id) = item.text() else {
            found.wrong_shape(item.span, format!("an item of `{field}` is no id"), "write it as an id");
            continue;
        };
        if known.insert(id.to_owned()) {
            let kind = Spanned { value: kind.to_owned(), span: field_span };
            let target = Spanned { value: id.to_owned(), span: item.span };
            edges.push(Edge { kind, target, attributes: YamlMap::default(), origin });
        }
    }
}

fn towards(kind: Spanned<String>, node: YamlNode, origin: EdgeOrigin, found: &mut Diagnostics) -> Option<Edge> {
    let span = node.span;
    let (target, attributes) = match node.value {
        Yaml::Map(mut map) => (map.take("target").and_then(into_id), joined(map, found)),
        value => (into_id(YamlNode { value, span }), YamlMap::default()),
    };
    if target.is_none() {
        found.wrong_shape(span, "an edge has no target id", TARGET_HELP);
    }
    Some(Edge { kind, target: target?, attributes, origin })
}

fn listed(node: YamlNode, found: &mut Diagnostics) -> Option<Edge> {
    let span = node.span;
    let Yaml::Map(mut map) = node.value else {
        found.wrong_shape(span, "an item of `edges` is no map", "write it as `{kind: ..., target: ...}`");
        return None;
    };
    let Some(kind) = map.take("kind").and_then(into_id) else {
        found.wrong_shape(span, "an item of `edges` has no `kind`", "write it as `{kind: ..., target: ...}`");
        return None;
    };
    towards(kind, YamlNode { value: Yaml::Map(map), span }, EdgeOrigin::Declared, found)
}

/// A scalar other than null, as the text it was written as.
pub(super) fn into_id(node: YamlNode) -> Option<Spanned<String>> {
    match node.value {
        _ if node.is_null() => None,
        Yaml::Scalar(scalar) => Some(Spanned { value: scalar.text, span: node.span }),
        _ => None,
    }
}

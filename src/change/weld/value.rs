//! YAML values by what they say, wherever they stand; and written on one line.

use crate::base::Span;
use crate::note::{Scalar, ScalarKind, Yaml, YamlMap, YamlNode};

/// Whether two values say the same. The order of a map's keys says nothing.
pub(super) fn same(a: &YamlNode, b: &YamlNode) -> bool {
    match (&a.value, &b.value) {
        (Yaml::Scalar(_), Yaml::Scalar(_)) if a.is_null() || b.is_null() => a.is_null() && b.is_null(),
        (Yaml::Scalar(a), Yaml::Scalar(b)) => a == b,
        (Yaml::List(a), Yaml::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Yaml::Map(a), Yaml::Map(b)) => same_map(a, b),
        _ => false,
    }
}

fn same_map(a: &YamlMap, b: &YamlMap) -> bool {
    let (mut a, mut b) = (by_key(a), by_key(b));
    a.len() == b.len() && a.drain(..).zip(b.drain(..)).all(|((ka, a), (kb, b))| ka == kb && same(a, b))
}

fn by_key(map: &YamlMap) -> Vec<(&str, &YamlNode)> {
    let mut entries: Vec<_> = map.entries.iter().map(|(key, _, node)| (key.as_str(), node)).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// Whether a value is nothing and has no text either.
pub(super) fn is_absent(node: &YamlNode) -> bool {
    node.is_null() && node.span.start == node.span.end
}

/// One line that is the same for two values exactly where they say the same.
pub(super) fn exact(node: &YamlNode) -> String {
    match &node.value {
        Yaml::Scalar(_) if node.is_null() => "null".to_owned(),
        Yaml::Scalar(Scalar { kind: ScalarKind::Str, text }) => json(text),
        Yaml::Scalar(scalar) => scalar.text.clone(),
        Yaml::List(items) => format!("[{}]", joined(items.iter().map(exact))),
        Yaml::Map(map) => {
            let entries = by_key(map).into_iter().map(|(key, node)| format!("{}: {}", json(key), exact(node)));
            format!("{{{}}}", joined(entries))
        }
    }
}

/// A value in flow style, which stands wherever a value may stand.
pub(super) fn flow(node: &YamlNode) -> String {
    match &node.value {
        Yaml::Scalar(_) if node.is_null() => "null".to_owned(),
        Yaml::Scalar(Scalar { kind: ScalarKind::Str, text }) => word(text),
        Yaml::Scalar(scalar) => scalar.text.clone(),
        Yaml::List(items) => format!("[{}]", joined(items.iter().map(flow))),
        Yaml::Map(map) => {
            let entries = map.entries.iter().map(|(key, _, node)| format!("{}: {}", word(key), flow(node)));
            format!("{{{}}}", joined(entries))
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// A text as it is where nothing could take it for something else, quoted otherwise.
fn word(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c))
        && !matches!(text, "null" | "true" | "false");
    if plain { text.to_owned() } else { json(text) }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value that stands nowhere.
pub(super) fn nowhere(value: Yaml) -> YamlNode {
    YamlNode { value, span: Span::new(0, 0) }
}

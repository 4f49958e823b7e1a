//! Reads `node-kinds.yaml`.

use super::reader::{Reader, meant};
use super::types::{Field, FieldType, NodeKind, Ontology};
use crate::note::{YamlMap, YamlNode};
use std::collections::BTreeMap;

/// What a kind requires where it does not say.
pub(super) const REQUIRED: &[&str] = &["title", "status", "owners", "updatedAt"];
/// The statuses of a kind that does not list its own.
pub(super) const STATUSES: &[&str] = &["draft", "approved", "deprecated", "archived"];
const KEYS: &[&str] = &["description", "idPrefix", "idCharacters", "required", "statuses", "fields", "deprecated"];
pub(super) const FIELD_TYPES: &[(&str, FieldType)] = &[
    ("string", FieldType::String),
    ("text", FieldType::Text),
    ("integer", FieldType::Integer),
    ("number", FieldType::Number),
    ("boolean", FieldType::Boolean),
    ("date-time", FieldType::DateTime),
    ("enum", FieldType::Enum),
    ("ref", FieldType::Ref),
    ("list", FieldType::List),
];

/// Replaces the node kinds of an ontology by those of the file.
pub(super) fn read(reader: &mut Reader<'_>, map: &YamlMap, ontology: &mut Ontology) {
    reader.only_keys(map, &["version", "kinds"]);
    let entries = reader.entries(map, "kinds");
    let names: Vec<&str> = entries.iter().map(|(name, _, _)| name.as_str()).collect();
    ontology.node_kinds =
        entries.iter().map(|(name, _, node)| (name.clone(), read_kind(reader, name, node, &names))).collect();
}

fn read_kind(reader: &mut Reader<'_>, name: &str, node: &YamlNode, names: &[&str]) -> NodeKind {
    let map = reader.mapping(node, name);
    reader.only_keys(map, KEYS);
    let mut prefixes = read_prefixes(reader, map).into_iter();
    NodeKind {
        description: reader.text(map, "description").unwrap_or_default().to_owned(),
        id_prefix: prefixes.next().unwrap_or_else(|| kebab_case(name)),
        further_prefixes: prefixes.collect(),
        id_characters: reader.text(map, "idCharacters").unwrap_or_default().to_owned(),
        required: reader.words(map, "required").unwrap_or_else(|| owned(REQUIRED)),
        statuses: reader.words(map, "statuses").unwrap_or_else(|| owned(STATUSES)),
        fields: read_fields(reader, map, names),
        deprecated: reader.flag(map, "deprecated"),
    }
}

/// One prefix or a list of them; the first is the one that new ids should have.
fn read_prefixes(reader: &mut Reader<'_>, map: &YamlMap) -> Vec<String> {
    let Some(node) = map.get("idPrefix") else { return Vec::new() };
    let prefixes = match node.text() {
        Some(prefix) => vec![(prefix, node.span)],
        None => reader.texts(map, "idPrefix").unwrap_or_default(),
    };
    let mut good = Vec::new();
    for (prefix, span) in prefixes {
        if is_prefix(prefix) {
            good.push(prefix.to_owned());
        } else {
            let message = "an id prefix is letters, digits, `-`, `_` and `.`".into();
            reader.problem(span, message, "leave out the colon and what follows it");
        }
    }
    good
}

/// Whether ids may begin so.
pub(super) fn is_prefix(prefix: &str) -> bool {
    !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn read_fields(reader: &mut Reader<'_>, map: &YamlMap, names: &[&str]) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    for (name, _, node) in reader.entries(map, "fields") {
        if let Some(field) = read_field(reader, name, node, names) {
            fields.insert(name.clone(), field);
        }
    }
    fields
}

/// A field is a mapping with `type` and `values`, or the bare name of a type.
fn read_field(reader: &mut Reader<'_>, name: &str, node: &YamlNode, names: &[&str]) -> Option<Field> {
    if node.text().is_some() {
        return Some(Field { kind: field_type(reader, node)?, values: Vec::new() });
    }
    let map = reader.mapping(node, name);
    reader.only_keys(map, &["type", "values", "description"]);
    let Some(type_node) = map.get("type") else {
        reader.problem(
            node.span,
            format!("the field `{name}` has no type"),
            "write `type:` and one of the field types",
        );
        return None;
    };
    let kind = field_type(reader, type_node)?;
    let values = reader.texts(map, "values").unwrap_or_default();
    match kind {
        FieldType::Enum if values.is_empty() => {
            reader.problem(type_node.span, format!("the enum `{name}` has no values"), "list them under `values`");
            return None;
        }
        FieldType::Ref => {
            for (value, span) in values.iter().filter(|(value, _)| !names.contains(value)) {
                reader.problem(*span, format!("`{value}` is no node kind of this ontology"), meant(value, names));
            }
        }
        _ => {}
    }
    Some(Field { kind, values: values.into_iter().map(|(value, _)| value.to_owned()).collect() })
}

fn field_type(reader: &mut Reader<'_>, node: &YamlNode) -> Option<FieldType> {
    let word = node.text().unwrap_or_default();
    let found = FIELD_TYPES.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    if found.is_none() {
        let names: Vec<&str> = FIELD_TYPES.iter().map(|(name, _)| *name).collect();
        reader.problem(node.span, format!("`{word}` is no field type"), meant(word, &names));
    }
    found
}

/// `AgentPractice` is `agent-practice`, and `HTTPServer` is `http-server`.
pub(super) fn kebab_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut kebab = String::with_capacity(name.len() + 4);
    for (i, c) in chars.iter().enumerate() {
        let after_small = i > 0 && (chars[i - 1].is_lowercase() || chars[i - 1].is_ascii_digit());
        let before_small = i > 0 && chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|n| n.is_lowercase());
        if c.is_uppercase() && (after_small || before_small) {
            kebab.push('-');
        }
        match c {
            '_' | ' ' => kebab.push('-'),
            c => kebab.extend(c.to_lowercase()),
        }
    }
    kebab
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

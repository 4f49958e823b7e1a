//! JSON Schema (2020-12) of a repository's records, so that editors complete and check what is typed.
//!
//! A schema sees one document and nothing else: that an id is declared once and that an edge leads somewhere is
//! for validation.

use super::types::{Field, FieldType, NodeKind, Ontology};
use serde_json::{Map, Value, json};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// Prefixes of owners where the vocabulary lists none.
const OWNERS: &str = "^(team|user|group):.+";

/// The schema of a Markdown file's front matter. Without an `id` it may say anything.
pub fn front_matter(ontology: &Ontology) -> Value {
    let mut properties = common(ontology);
    properties.extend(object(json!({
        "id": {"type": "string", "description": "Names the record for good: `<prefix>:<slug>`."},
        "kind": names("What the record is.", ontology.node_kinds.keys()),
        "related": {"$ref": "#/$defs/edges", "description": "Edges by kind."},
    })));
    let conditions = ontology.node_kinds.iter().map(|(name, kind)| {
        let mut then = fields(kind);
        then.insert("id".to_owned(), id(kind));
        let required: Vec<&String> = kind.required.iter().collect();
        condition("kind", name, json!({"required": required, "properties": then}))
    });
    let record = json!({
        "anyOf": [{"required": ["kind"]}, {"required": ["nodeKind"]}, {"required": ["type"]}],
        "allOf": conditions.collect::<Vec<_>>(),
    });
    json!({
        "$schema": DRAFT,
        "title": "Front matter of a memory record",
        "type": "object",
        "properties": properties,
        "if": {"required": ["id"]},
        "then": record,
        "$defs": {"target": target(), "edges": edges_by_kind(ontology)},
    })
}

/// The schema of one YAML document below `graph/`.
pub fn graph(ontology: &Ontology) -> Value {
    json!({
        "$schema": DRAFT,
        "title": "A graph record",
        "type": ["object", "null"],
        "if": {"type": "object", "properties": {"kind": {"const": "NodeDocument"}}, "required": ["kind"]},
        "then": {
            "required": ["nodes"],
            "properties": {"nodes": {"type": ["array", "null"], "items": {"$ref": "#/$defs/record"}}},
        },
        "else": {"if": {"type": "object"}, "then": {"$ref": "#/$defs/record"}},
        "$defs": {
            "record": record(ontology),
            "node": node(ontology),
            "sidecar": sidecar(ontology),
            "edges": {"anyOf": [{"$ref": "#/$defs/edgesByKind"}, edge_list(ontology), {"type": "null"}]},
            "edgesByKind": edges_by_kind(ontology),
            "target": target(),
        },
    })
}

/// A record of its own, or one that adds to another.
fn record(ontology: &Ontology) -> Value {
    let mut attributes = common(ontology);
    attributes.remove("status");
    json!({
        "type": "object",
        "properties": {
            "nodeKind": names("What the record is.", ontology.node_kinds.keys()),
            "id": {"type": "string", "description": "Names the record for good: `<prefix>:<slug>`."},
            "attributes": {"type": ["object", "null"], "properties": attributes},
            "edges": {"$ref": "#/$defs/edges"},
            "patch": {"type": "boolean", "description": "Overrides fields of a record declared elsewhere."},
            "extendsNode": {"$ref": "#/$defs/sidecar", "description": "Adds edges to a record declared elsewhere."},
        },
        "if": {"required": ["extendsNode"]},
        "else": {"$ref": "#/$defs/node"},
    })
}

fn sidecar(ontology: &Ontology) -> Value {
    json!({
        "type": "object",
        "required": ["nodeKind", "id"],
        "properties": {"nodeKind": names("What the record is.", ontology.node_kinds.keys()), "id": {"type": "string"}},
    })
}

fn node(ontology: &Ontology) -> Value {
    let conditions = ontology.node_kinds.iter().map(|(name, kind)| {
        let mut then = json!({"properties": {"id": id(kind), "attributes": {"properties": fields(kind)}}});
        if !kind.required.is_empty() {
            let required: Vec<Value> = kind.required.iter().map(|field| required_somewhere(field)).collect();
            let is_patch = json!({"properties": {"patch": {"const": true}}, "required": ["patch"]});
            then["if"] = is_patch;
            then["else"] = json!({"allOf": required});
        }
        condition("nodeKind", name, then)
    });
    json!({
        "required": ["id"],
        "anyOf": [{"required": ["nodeKind"]}, {"required": ["kind"]}],
        "allOf": conditions.collect::<Vec<_>>(),
    })
}

/// A field stands among the attributes, or beside them.
fn required_somewhere(field: &str) -> Value {
    let inside =
        json!({"required": ["attributes"], "properties": {"attributes": {"type": "object", "required": [field]}}});
    json!({"anyOf": [inside, {"required": [field]}]})
}

fn condition(key: &str, name: &str, then: Value) -> Value {
    json!({"if": {"properties": {key: {"const": name}}, "required": [key]}, "then": then})
}

/// The fields that any record may have.
fn common(ontology: &Ontology) -> Map<String, Value> {
    let mut owner = json!({"type": "string", "pattern": OWNERS});
    if let Some(owners) = &ontology.vocabulary.owners {
        owner = json!({"enum": owners});
    }
    let tag = ontology.vocabulary.tags.as_ref().map_or_else(scalar, |tags| json!({"enum": tags}));
    let list = |items: Value| json!({"type": ["array", "null"], "items": items});
    object(json!({
        "title": scalar(),
        "status": scalar(),
        "summary": scalar(),
        "updatedAt": {"type": ["string", "null"], "format": "date-time"},
        "owners": list(owner),
        "tags": list(tag),
        "aliases": list(scalar()),
        "repoRefs": list(scalar()),
        "sensitivity": {"enum": ontology.vocabulary.sensitivity},
        "sourceRefs": {"type": ["array", "null"]},
    }))
}

/// What a kind says of its fields, its statuses among them.
fn fields(kind: &NodeKind) -> Map<String, Value> {
    let mut fields: Map<String, Value> =
        kind.fields.iter().map(|(name, field)| (name.clone(), field_schema(field))).collect();
    fields.insert("status".to_owned(), json!({"enum": kind.statuses}));
    fields
}

fn field_schema(field: &Field) -> Value {
    let or_null = |kind: &str| json!({"type": [kind, "null"]});
    match field.kind {
        FieldType::String => {
            let mut line = scalar();
            line["pattern"] = "^[^\\n]*$".into();
            line
        }
        FieldType::Text => scalar(),
        FieldType::Integer => or_null("integer"),
        FieldType::Number => or_null("number"),
        FieldType::Boolean => or_null("boolean"),
        FieldType::DateTime => json!({"type": ["string", "null"], "format": "date-time"}),
        FieldType::Enum => json!({"enum": field.values.iter().flat_map(|value| as_read(value)).collect::<Vec<_>>()}),
        FieldType::Ref => json!({"type": ["string", "null"], "pattern": "^[^:]+:.+"}),
        FieldType::List => json!({"type": ["array", "null"], "items": scalar()}),
    }
}

/// A value as text, and as what YAML reads where it is not quoted.
fn as_read(value: &str) -> Vec<Value> {
    let mut values = vec![Value::from(value)];
    values.extend(serde_json::from_str::<Value>(value).ok().filter(|read| read.is_number() || read.is_boolean()));
    values
}

fn scalar() -> Value {
    json!({"type": ["string", "number", "boolean", "null"]})
}

fn id(kind: &NodeKind) -> Value {
    let further = class(&kind.id_characters);
    let prefixes = std::iter::once(&kind.id_prefix).chain(&kind.further_prefixes);
    let prefixes: Vec<String> = prefixes.map(|prefix| prefix.replace('.', "\\.")).collect();
    let pattern = format!("^({}):[a-z0-9{further}][a-z0-9._:/\\-{further}]*$", prefixes.join("|"));
    json!({"type": "string", "pattern": pattern})
}

/// Characters and ranges such as `A-Z@` as the inside of a character class.
fn class(characters: &str) -> String {
    let mut class = String::new();
    let listed: Vec<char> = characters.chars().collect();
    let mut rest = listed.as_slice();
    while let [first, tail @ ..] = rest {
        push_escaped(&mut class, *first);
        rest = match tail {
            ['-', last, tail @ ..] => {
                class.push('-');
                push_escaped(&mut class, *last);
                tail
            }
            tail => tail,
        };
    }
    class
}

fn push_escaped(class: &mut String, c: char) {
    if matches!(c, '\\' | ']' | '[' | '^' | '-' | '/' | '{' | '}' | '(' | ')' | '|' | '.' | '*' | '+' | '?' | '$') {
        class.push('\\');
    }
    class.push(c);
}

fn edges_by_kind(ontology: &Ontology) -> Value {
    let targets = json!({"anyOf": [
        {"type": "null"},
        {"$ref": "#/$defs/target"},
        {"type": "array", "items": {"$ref": "#/$defs/target"}},
    ]});
    let kinds: Map<String, Value> = ontology
        .edge_kinds
        .iter()
        .map(|(name, kind)| {
            let mut targets = targets.clone();
            if !kind.description.is_empty() {
                targets["description"] = kind.description.clone().into();
            }
            (name.clone(), targets)
        })
        .collect();
    json!({"type": ["object", "null"], "properties": kinds, "additionalProperties": false})
}

fn edge_list(ontology: &Ontology) -> Value {
    json!({"type": "array", "items": {
        "type": "object",
        "required": ["kind", "target"],
        "properties": {"kind": names("What the edge says.", ontology.edge_kinds.keys()), "target": {"type": "string"}},
    }})
}

/// An id, or a map with one and the edge's own attributes.
fn target() -> Value {
    json!({"anyOf": [
        {"type": "string"},
        {"type": "object", "required": ["target"], "properties": {"target": {"type": "string"}}},
    ]})
}

fn names<'n>(description: &str, names: impl Iterator<Item = &'n String>) -> Value {
    json!({"description": description, "enum": names.collect::<Vec<_>>()})
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

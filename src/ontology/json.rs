//! An ontology as JSON, for machines.

use super::types::{Field, NodeKind, Ontology, RuleSetting};
use super::write::type_name;
use serde_json::{Map, Value, json};

/// Every part of an ontology, defaults written out.
pub fn to_json(ontology: &Ontology) -> Value {
    let node_kinds: Map<String, Value> =
        ontology.node_kinds.iter().map(|(name, kind)| (name.clone(), node_kind(kind))).collect();
    let edge_kinds = ontology.edge_kinds.iter().map(|(name, kind)| {
        let value = json!({
            "description": kind.description, "from": kind.from, "to": kind.to,
            "sameKind": kind.same_kind, "acyclic": kind.acyclic, "inverse": kind.inverse,
        });
        (name.clone(), value)
    });
    let rules = ontology.rules.iter().map(|(name, setting)| {
        let setting = match setting {
            RuleSetting::Off => json!("off"),
            RuleSetting::Severity(severity) => json!(severity),
        };
        (name.clone(), setting)
    });
    let allow = ontology.allow.iter().map(|entry| {
        json!({"rule": entry.rule, "path": entry.path.patterns(), "digest": entry.digest, "reason": entry.reason})
    });
    json!({
        "declared": ontology.declared,
        "digest": ontology.digest,
        "nodeKinds": node_kinds,
        "edgeKinds": edge_kinds.collect::<Map<_, _>>(),
        "vocabulary": {
            "tags": ontology.vocabulary.tags,
            "owners": ontology.vocabulary.owners,
            "sensitivity": ontology.vocabulary.sensitivity,
        },
        "rules": rules.collect::<Map<_, _>>(),
        "paths": {"allow": ontology.paths.allow.patterns(), "deny": ontology.paths.deny.patterns()},
        "limits": {
            "maxFileBytes": ontology.limits.max_file_bytes,
            "maxFrontMatterBytes": ontology.limits.max_front_matter_bytes,
        },
        "allow": allow.collect::<Vec<_>>(),
    })
}

fn node_kind(kind: &NodeKind) -> Value {
    let field = |field: &Field| json!({"type": type_name(field.kind), "values": field.values});
    let fields: Map<String, Value> = kind.fields.iter().map(|(name, f)| (name.clone(), field(f))).collect();
    let prefixes: Vec<&String> = std::iter::once(&kind.id_prefix).chain(&kind.further_prefixes).collect();
    json!({
        "description": kind.description, "idPrefix": prefixes, "idCharacters": kind.id_characters,
        "required": kind.required, "statuses": kind.statuses, "fields": fields, "deprecated": kind.deprecated,
    })
}

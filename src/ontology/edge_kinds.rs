//! Reads `edge-kinds.yaml`.

use super::reader::{Reader, meant};
use super::types::{EdgeKind, Ontology};
use crate::note::{YamlMap, YamlNode};

const KEYS: &[&str] = &["description", "from", "to", "sameKind", "acyclic", "inverse"];

/// Replaces the edge kinds of an ontology by those of the file.
pub(super) fn read(reader: &mut Reader<'_>, map: &YamlMap, ontology: &mut Ontology) {
    reader.only_keys(map, &["version", "kinds"]);
    let entries = reader.entries(map, "kinds");
    let node_kinds: Vec<&str> = ontology.node_kinds.keys().map(String::as_str).collect();
    let kinds = entries.iter().map(|(name, _, node)| (name.clone(), read_kind(reader, name, node, &node_kinds)));
    ontology.edge_kinds = kinds.collect();
}

fn read_kind(reader: &mut Reader<'_>, name: &str, node: &YamlNode, node_kinds: &[&str]) -> EdgeKind {
    let map = reader.mapping(node, name);
    reader.only_keys(map, KEYS);
    EdgeKind {
        description: reader.text(map, "description").unwrap_or_default().to_owned(),
        from: read_ends(reader, map, "from", node_kinds),
        to: read_ends(reader, map, "to", node_kinds),
        same_kind: reader.flag(map, "sameKind"),
        acyclic: reader.flag(map, "acyclic"),
        inverse: reader.text(map, "inverse").map(str::to_owned),
    }
}

fn read_ends(reader: &mut Reader<'_>, map: &YamlMap, key: &str, node_kinds: &[&str]) -> Vec<String> {
    let mut ends = Vec::new();
    for (kind, span) in reader.texts(map, key).unwrap_or_default() {
        if node_kinds.contains(&kind) {
            ends.push(kind.to_owned());
        } else {
            reader.problem(span, format!("`{kind}` is no node kind of this ontology"), meant(kind, node_kinds));
        }
    }
    ends
}

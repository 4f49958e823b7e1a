//! Which lists are sets, and what makes two of their items the same.

use super::value::exact;
use crate::note::{Yaml, YamlNode};

/// The fields whose order means nothing, of a record and of its `attributes`.
const SETS: &[&str] = &["tags", "owners", "aliases", "repoRefs", "sourceRefs"];

/// What the items of a list are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListRule {
    /// An order that means something.
    Sequence,
    /// A set of values.
    Values,
    /// A set of edge targets, each an id or `{target, attributes}`.
    Targets,
    /// A set of `{kind, target}`.
    Edges,
    /// A set of records.
    Records,
}

/// The rule of the list at a path of a record.
pub(super) fn rule_of(fields: &[String]) -> ListRule {
    let names: Vec<&str> = fields.iter().map(String::as_str).collect();
    match names[..] {
        ["nodes"] => ListRule::Records,
        ["edges"] => ListRule::Edges,
        ["edges" | "related", _] => ListRule::Targets,
        [name] | ["attributes", name] if SETS.contains(&name) => ListRule::Values,
        _ => ListRule::Sequence,
    }
}

/// What makes an item the one it is.
pub(super) fn identity(rule: ListRule, item: &YamlNode) -> String {
    let named = |keys: [&str; 2]| {
        let map = item.as_map()?;
        Some(format!("{} {}", map.text(keys[0]).unwrap_or_default(), map.text(keys[1])?))
    };
    match rule {
        ListRule::Sequence | ListRule::Values => None,
        ListRule::Targets => item.text().map(|id| format!(" {id}")).or_else(|| named(["", "target"])),
        ListRule::Edges => named(["kind", "target"]),
        ListRule::Records => record_key(item),
    }
    .unwrap_or_else(|| exact(item))
}

/// What makes a record the one it is: its id, and whether it declares it.
pub(super) fn record_key(node: &YamlNode) -> Option<String> {
    let Yaml::Map(map) = &node.value else { return None };
    let extends = map.get("extendsNode").and_then(YamlNode::as_map);
    match extends {
        Some(target) => Some(format!("extends {}", target.text("id")?)),
        None => Some(format!("record {}", map.text("id")?)),
    }
}

/// The id of a record, or of the one it extends.
pub(super) fn record_id(node: &YamlNode) -> Option<&str> {
    let map = node.as_map()?;
    map.get("extendsNode").and_then(YamlNode::as_map).unwrap_or(map).text("id")
}

/// Keys that are told apart where they repeat.
pub(super) fn numbered(keys: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashMap::<String, usize>::new();
    keys.map(|key| {
        let nth = seen.entry(key.clone()).or_default();
        *nth += 1;
        if *nth == 1 { key } else { format!("{key}#{nth}") }
    })
    .collect()
}

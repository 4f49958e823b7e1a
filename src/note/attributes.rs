//! `attributes` and the keys that people write beside it, as one map.

use super::report::Diagnostics;
use super::yaml::{Yaml, YamlMap};
use std::collections::HashSet;

/// Joins a map's `attributes` with what stands beside it. A key that is given in both places keeps
/// the value in `attributes`, and the other one is reported.
pub(super) fn joined(mut map: YamlMap, found: &mut Diagnostics) -> YamlMap {
    let Some(node) = map.take("attributes") else { return map };
    match node.value {
        Yaml::Map(attributes) => join(attributes, map, found),
        _ if node.is_null() => map,
        _ => {
            found.wrong_shape(node.span, "`attributes` is no map", "write `attributes` as `key: value` lines");
            map
        }
    }
}

fn join(attributes: YamlMap, beside: YamlMap, found: &mut Diagnostics) -> YamlMap {
    let known: HashSet<&str> = attributes.entries.iter().map(|(key, _, _)| key.as_str()).collect();
    let (again, new): (Vec<_>, Vec<_>) = beside.entries.into_iter().partition(|(key, _, _)| known.contains(&**key));
    for (key, span, _) in again {
        let message = format!("`{}` is given in `attributes` and again beside it", super::shown::shown(&key));
        found.wrong_shape(span, message, "keep the one in `attributes`");
    }
    let mut entries = attributes.entries;
    entries.extend(new);
    YamlMap { entries }
}

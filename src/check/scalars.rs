//! Every single value of a file that was parsed, with the key that it stands under.

use super::tree::FileView;
use crate::base::Span;
use crate::note::{Yaml, YamlMap, YamlNode};

/// Keys that say nothing of their own: what stands under them belongs to the name beside, or to the key above.
const GENERIC: &[&str] = &["value", "default", "data", "text", "plain", "literal", "stringValue"];

/// One value.
pub(super) struct Value<'a> {
    /// The key that says what it is.
    pub(super) key: &'a str,
    /// What it means: escapes and folding are resolved.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) span: Span,
}

/// The values of a file's front matter, of its records and of their edges, in file order within each.
pub(super) fn values<'a>(file: &FileView<'a>) -> Vec<Value<'a>> {
    let mut values = Vec::new();
    let front_matter = file.source().and_then(|source| source.markdown.as_ref()?.front_matter.as_ref());
    match front_matter {
        Some(map) => of_map(map, "", &mut values),
        None => file.records().iter().for_each(|record| of_map(&record.fields, "", &mut values)),
    }
    for edge in file.records().iter().flat_map(|record| &record.edges) {
        of_map(&edge.attributes, "", &mut values);
    }
    values
}

impl Value<'_> {
    /// Whether the file may write the value with escapes, so that its bytes do not show it.
    pub(super) fn is_escaped(&self, bytes: &[u8]) -> bool {
        let raw = bytes.get(self.span.start..self.span.end).unwrap_or_default();
        raw.contains(&b'\\')
    }
}

fn of_map<'a>(map: &'a YamlMap, above: &'a str, values: &mut Vec<Value<'a>>) {
    let beside = ["name", "key"].into_iter().find_map(|key| map.text(key));
    for (key, _, node) in &map.entries {
        let says = if GENERIC.contains(&key.as_str()) { beside.unwrap_or(above) } else { key.as_str() };
        of_node(node, says, values);
    }
}

/// The parser bounds how deep values nest.
fn of_node<'a>(node: &'a YamlNode, key: &'a str, values: &mut Vec<Value<'a>>) {
    match &node.value {
        Yaml::Scalar(scalar) => values.push(Value { key, text: &scalar.text, span: node.span }),
        Yaml::List(items) => items.iter().for_each(|item| of_node(item, key, values)),
        Yaml::Map(map) => of_map(map, key, values),
    }
}

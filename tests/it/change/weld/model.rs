//! Records as plain values, written in several styles, and what merging the values gives.

use lorekeep::note::{Limits, YamlMap, YamlNode, read};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A record: scalars that may be missing, sets, a nested map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub scalars: BTreeMap<String, String>,
    pub tags: Vec<String>,
    pub targets: Vec<String>,
    pub limits: BTreeMap<String, String>,
}

/// How a record is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub tags_in_lines: bool,
    pub limits_in_lines: bool,
    pub targets_in_lines: bool,
    pub quoted: bool,
    pub indent: usize,
}

pub fn styles() -> impl Strategy<Value = [Style; 3]> {
    let style = (any::<[bool; 4]>(), prop_oneof![Just(2_usize), Just(4)]).prop_map(|(flags, indent)| {
        let [tags_in_lines, limits_in_lines, targets_in_lines, quoted] = flags;
        Style { tags_in_lines, limits_in_lines, targets_in_lines, quoted, indent }
    });
    prop_oneof![style.clone().prop_map(|style| [style; 3]), [style.clone(), style.clone(), style]]
}

pub fn record() -> impl Strategy<Value = Record> {
    let values = |names: &'static [&'static str]| {
        let value = prop::sample::select(&["one", "two", "a: b, c", "true", "7"]);
        prop::collection::btree_map(
            prop::sample::select(names).prop_map(str::to_owned),
            value.prop_map(str::to_owned),
            0..4,
        )
    };
    let set = |items: &'static [&'static str]| {
        prop::sample::subsequence(items, 0..=items.len())
            .prop_map(|items| items.iter().map(|i| (*i).to_owned()).collect())
    };
    (
        values(&["title", "status", "summary", "zone"]),
        set(&["a", "b", "c, d", "true", "e"]),
        set(&["service:a", "service:b", "service:c"]),
        values(&["cpu", "memory", "disk"]),
    )
        .prop_map(|(scalars, tags, targets, limits)| Record { scalars, tags, targets, limits })
}

impl Record {
    /// The record as a graph file.
    pub fn yaml(&self, style: Style) -> String {
        let word = |text: &str| if style.quoted { format!("'{text}'") } else { format!("\"{text}\"") };
        let mut out = "nodeKind: Service\nid: service:x\nattributes:\n".to_owned();
        self.scalars.iter().for_each(|(key, value)| out.push_str(&format!("  {key}: {}\n", word(value))));
        out.push_str(&list("  tags:", &self.tags, style.tags_in_lines, 2 + style.indent, word));
        out.push_str("  limits:");
        let entries: Vec<String> = self.limits.iter().map(|(key, value)| format!("{key}: {}", word(value))).collect();
        match style.limits_in_lines && !entries.is_empty() {
            true => {
                let indent = " ".repeat(2 + style.indent);
                out.push('\n');
                entries.iter().for_each(|entry| out.push_str(&format!("{indent}{entry}\n")));
            }
            false => out.push_str(&format!(" {{{}}}\n", entries.join(", "))),
        }
        out.push_str("edges:\n");
        out + &list("  depends_on:", &self.targets, style.targets_in_lines, 2, str::to_owned)
    }

    /// The record that a graph file says first.
    pub fn read(text: &str) -> Self {
        let file = read(&crate::change::path("graph/x.yaml"), text.as_bytes(), &Limits::default());
        assert!(file.diagnostics.is_empty(), "{:?}\n{text}", file.diagnostics);
        let record = &file.records[0];
        let texts = |map: &YamlMap| -> BTreeMap<String, String> {
            map.entries.iter().filter_map(|(key, _, node)| Some((key.clone(), node.text()?.to_owned()))).collect()
        };
        let scalars = texts(&record.fields);
        let limits = record.fields.get("limits").and_then(YamlNode::as_map).map(texts).unwrap_or_default();
        let tags = record.fields.texts("tags").into_iter().map(str::to_owned).collect();
        let targets = record.edges.iter().map(|edge| edge.target.value.clone()).collect();
        Self { scalars, tags, targets, limits }
    }

    /// The same with its sets in order.
    pub fn in_order(mut self) -> Self {
        self.tags.sort();
        self.targets.sort();
        self
    }

    /// What merging the values gives, ours where they conflict; and the fields that do, in order.
    pub fn merge(base: &Self, ours: &Self, theirs: &Self) -> (Self, Vec<String>) {
        let mut conflicts = Vec::new();
        let merged = Self {
            scalars: values("attributes", &base.scalars, &ours.scalars, &theirs.scalars, &mut conflicts),
            tags: set(&base.tags, &ours.tags, &theirs.tags),
            targets: set(&base.targets, &ours.targets, &theirs.targets),
            limits: values("attributes.limits", &base.limits, &ours.limits, &theirs.limits, &mut conflicts),
        };
        conflicts.sort();
        (merged, conflicts)
    }
}

fn list(key: &str, items: &[String], in_lines: bool, indent: usize, word: impl Fn(&str) -> String) -> String {
    if in_lines && !items.is_empty() {
        let lines: String = items.iter().map(|item| format!("{}- {}\n", " ".repeat(indent), word(item))).collect();
        format!("{key}\n{lines}")
    } else {
        format!("{key} [{}]\n", items.iter().map(|item| word(item)).collect::<Vec<_>>().join(", "))
    }
}

fn values(
    above: &str,
    base: &BTreeMap<String, String>,
    ours: &BTreeMap<String, String>,
    theirs: &BTreeMap<String, String>,
    conflicts: &mut Vec<String>,
) -> BTreeMap<String, String> {
    let mut merged = BTreeMap::new();
    let mut keys: Vec<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (b, o, t) = (base.get(key), ours.get(key), theirs.get(key));
        let value = if o == b { t } else { o };
        if o != b && t != b && o != t {
            conflicts.push(format!("{above}.{key}"));
        }
        merged.extend(value.map(|value| (key.clone(), value.clone())));
    }
    merged
}

fn set(base: &[String], ours: &[String], theirs: &[String]) -> Vec<String> {
    let kept = ours.iter().filter(|item| theirs.contains(item) || !base.contains(item));
    let new = theirs.iter().filter(|item| !ours.contains(item) && !base.contains(item));
    kept.chain(new).cloned().collect()
}

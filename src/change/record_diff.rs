//! What changed between two trees as people think of it: records field by field, edges, files.

use super::compare::{FilePair, changed_files, records};
use super::diff::{FileDiff, file_diffs};
use super::tree::LoadedTree;
use crate::base::store::ShownBytes;
use crate::check::TreeFile;
use crate::note::{Record, RecordForm, Scalar, ScalarKind, Yaml, YamlMap, YamlNode};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that differs between two trees.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryDiff {
    /// Files, in path order.
    pub files: Vec<FileDiff>,
    /// Records, in id order.
    pub records: Vec<RecordChange>,
    /// Typed edges that are new. What links of bodies mention is not among them.
    pub edges_added: Vec<EdgeRef>,
    /// Typed edges that are gone.
    pub edges_removed: Vec<EdgeRef>,
}

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its fields, body or place are others.
    Changed,
}

/// A record that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordChange {
    /// Its id.
    pub id: String,
    /// What happened to it.
    pub change: RecordChangeKind,
    /// Its path: after, or before where it is gone.
    pub path: String,
    /// Its path before, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// Whether this is a document that adds to a record declared elsewhere (`extendsNode`, `patch`).
    pub supplement: bool,
    /// The fields that differ, in name order.
    pub fields: Vec<FieldChange>,
    /// Whether the Markdown body differs.
    pub body_changed: bool,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// Its value before; `None` where it was not there.
    pub before: Option<Value>,
    /// Its value after; `None` where it is gone.
    pub after: Option<Value>,
}

/// A typed edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeRef {
    /// The id it leaves.
    pub from: String,
    /// Its kind.
    pub kind: String,
    /// The id it leads to.
    pub to: String,
}

/// Everything that differs between two trees.
pub fn diff_trees(before: &LoadedTree, after: &LoadedTree) -> MemoryDiff {
    let pairs = changed_files(before, after);
    let (old, new) = (edges(&pairs, |pair| pair.before), edges(&pairs, |pair| pair.after));
    MemoryDiff {
        files: file_diffs(&pairs),
        records: record_changes(&pairs),
        edges_added: missing_from(before, new.difference(&old).cloned().collect()),
        edges_removed: missing_from(after, old.difference(&new).cloned().collect()),
    }
}

/// The records that differ among changed files, in id order.
pub(super) fn record_changes(pairs: &[FilePair<'_>]) -> Vec<RecordChange> {
    let (old, new) = (seats(pairs, |pair| pair.before), seats(pairs, |pair| pair.after));
    let keys: BTreeSet<&SeatKey<'_>> = old.keys().chain(new.keys()).collect();
    keys.into_iter().filter_map(|key| record_change(key, old.get(key), new.get(key))).collect()
}

/// A record in its file.
#[derive(Clone, Copy)]
struct Seat<'a> {
    file: &'a TreeFile,
    record: &'a Record,
}

/// What makes two records of two trees the same: the id and, for one that declares nothing, its
/// path; and which of several such it is.
type SeatKey<'a> = (&'a str, &'a [u8], usize);

fn seats<'a>(
    pairs: &[FilePair<'a>],
    side: impl Fn(&FilePair<'a>) -> Option<&'a TreeFile>,
) -> BTreeMap<SeatKey<'a>, Seat<'a>> {
    let mut seats = BTreeMap::new();
    let mut taken: BTreeMap<(&str, &[u8]), usize> = BTreeMap::new();
    for file in pairs.iter().filter_map(side) {
        for record in records(Some(file)).iter().filter(|record| !record.id.value.is_empty()) {
            let path: &[u8] = if record.form.declares() { b"" } else { &file.path };
            let nth = taken.entry((&record.id.value, path)).or_default();
            seats.insert((record.id.value.as_str(), path, *nth), Seat { file, record });
            *nth += 1;
        }
    }
    seats
}

fn record_change(key: &SeatKey<'_>, old: Option<&Seat<'_>>, new: Option<&Seat<'_>>) -> Option<RecordChange> {
    let at = new.or(old)?;
    let change = match (old, new) {
        (None, _) => RecordChangeKind::Added,
        (_, None) => RecordChangeKind::Removed,
        _ => RecordChangeKind::Changed,
    };
    let moved_from = old.filter(|old| old.file.path != at.file.path).map(|old| shown(old.file));
    let fields = field_changes(&fields_of(old), &fields_of(new));
    let body_changed = body(old) != body(new);
    let edges_differ = edges_of(old) != edges_of(new);
    let differs = moved_from.is_some() || !fields.is_empty() || body_changed || edges_differ;
    (change != RecordChangeKind::Changed || differs).then(|| RecordChange {
        id: key.0.to_owned(),
        change,
        path: shown(at.file),
        moved_from,
        supplement: !at.record.form.declares(),
        fields,
        body_changed,
    })
}

fn shown(file: &TreeFile) -> String {
    ShownBytes(&file.path).to_string()
}

/// The Markdown body of a record that has one.
fn body<'a>(seat: Option<&Seat<'a>>) -> Option<&'a str> {
    let Seat { file, record } = seat.filter(|seat| seat.record.form == RecordForm::Markdown)?;
    let source = file.source.as_deref()?;
    let start = source.markdown.as_ref()?.body_start;
    debug_assert!(record.span.start <= start, "front matter stands before the body");
    source.text.as_deref()?.get(start..)
}

/// The fields of a record as JSON. Edges are told apart from fields, and the id is the key.
fn fields_of(seat: Option<&Seat<'_>>) -> BTreeMap<String, Value> {
    let Some(Seat { record, .. }) = seat else { return BTreeMap::new() };
    let own = record.fields.entries.iter().filter(|(key, _, _)| !is_apart(record, key));
    let mut fields: BTreeMap<String, Value> = own.map(|(key, _, node)| (key.clone(), json(node))).collect();
    if let Some(kind) = &record.kind {
        fields.insert("kind".to_owned(), Value::String(kind.value.clone()));
    }
    fields
}

fn is_apart(record: &Record, key: &str) -> bool {
    record.form == RecordForm::Markdown && matches!(key, "id" | "kind" | "related")
}

fn field_changes(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    let change = |name: &String| FieldChange {
        field: name.clone(),
        before: before.get(name).cloned(),
        after: after.get(name).cloned(),
    };
    differing.map(change).collect()
}

fn json(node: &YamlNode) -> Value {
    match &node.value {
        Yaml::Scalar(scalar) => json_scalar(scalar),
        Yaml::List(items) => items.iter().map(json).collect(),
        Yaml::Map(map) => json_map(map),
    }
}

fn json_map(map: &YamlMap) -> Value {
    Value::Object(map.entries.iter().map(|(key, _, node)| (key.clone(), json(node))).collect())
}

fn json_scalar(scalar: &Scalar) -> Value {
    match scalar.kind {
        ScalarKind::Null => Value::Null,
        ScalarKind::Bool(value) => Value::Bool(value),
        ScalarKind::Int(value) => value.into(),
        ScalarKind::Float(value) => {
            serde_json::Number::from_f64(value).map_or_else(|| scalar.text.clone().into(), Value::Number)
        }
        ScalarKind::Str => scalar.text.clone().into(),
    }
}

fn edges<'a>(pairs: &[FilePair<'a>], side: impl Fn(&FilePair<'a>) -> Option<&'a TreeFile>) -> BTreeSet<EdgeRef> {
    pairs.iter().filter_map(side).flat_map(edges_in).collect()
}

fn edges_in(file: &TreeFile) -> impl Iterator<Item = EdgeRef> {
    records(Some(file)).iter().flat_map(edges_from)
}

fn edges_of(seat: Option<&Seat<'_>>) -> BTreeSet<EdgeRef> {
    seat.map(|seat| edges_from(seat.record).collect()).unwrap_or_default()
}

fn edges_from(record: &Record) -> impl Iterator<Item = EdgeRef> {
    let from = &record.id.value;
    let edge = |kind: &str, to: &str| EdgeRef { from: from.clone(), kind: kind.to_owned(), to: to.to_owned() };
    record.edges.iter().map(move |e| edge(&e.kind.value, &e.target.value))
}

/// The edges that no file of a tree holds: one declared twice is gone only when both are.
fn missing_from(tree: &LoadedTree, mut edges: BTreeSet<EdgeRef>) -> Vec<EdgeRef> {
    if !edges.is_empty() {
        tree.files.iter().flat_map(edges_in).for_each(|edge| {
            edges.remove(&edge);
        });
    }
    edges.into_iter().collect()
}

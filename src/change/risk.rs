//! Risk notes: what a reviewer should look at twice.

use super::compare::{FilePair, declared_by, records, text};
use crate::base::GlobSet;
use crate::base::store::ShownBytes;
use crate::note::Record;
use crate::screen::find_secrets;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why something deserves a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RiskKind {
    /// A file below `ontology/` is touched: what every record means may change.
    OntologyTouched,
    /// A record is declared nowhere any more.
    RecordDeleted,
    /// A path that the repository's policy restricts is touched.
    RestrictedPath,
    /// A record that is not for everybody is touched.
    SensitiveRecord,
}

/// One thing that deserves a second look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RiskNote {
    /// Why.
    pub kind: RiskKind,
    /// Where, for people.
    pub path: String,
    /// Which record, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// One sentence.
    pub message: String,
}

/// The risk notes of a change, by kind and path. Of the ids that the files declared before, `kept` are declared still.
pub(super) fn risks(pairs: &[FilePair<'_>], kept: &BTreeSet<&str>, restricted: &GlobSet) -> Vec<RiskNote> {
    let mut notes = deleted(pairs, kept);
    for pair in pairs {
        notes.extend(ontology_note(pair));
        notes.extend(restricted_note(pair, restricted));
        notes.extend(sensitive_notes(pair));
    }
    notes.sort();
    notes.dedup();
    notes
}

/// Whether a path is part of the ontology.
pub(super) fn is_ontology(path: &[u8]) -> bool {
    path.starts_with(b"ontology/")
}

/// How many secrets of each category the changed files hold, after the change.
pub(super) fn secrets(pairs: &[FilePair<'_>]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for text in pairs.iter().filter_map(|pair| text(pair.after?)) {
        for hit in find_secrets(&text) {
            *counts.entry(hit.category.to_owned()).or_default() += 1;
        }
    }
    counts
}

fn note(kind: RiskKind, path: &[u8], record: Option<&str>, message: String) -> RiskNote {
    RiskNote { kind, path: ShownBytes(path).to_string(), record: record.map(str::to_owned), message }
}

fn ontology_note(pair: &FilePair<'_>) -> Option<RiskNote> {
    let message = "the ontology is touched: what records mean may change".to_owned();
    is_ontology(pair.path).then(|| note(RiskKind::OntologyTouched, pair.path, None, message))
}

fn restricted_note(pair: &FilePair<'_>, restricted: &GlobSet) -> Option<RiskNote> {
    let path = ShownBytes(pair.path).to_string();
    let glob = restricted.matching(&path).first()?.to_string();
    let message = format!("the path is restricted by `{glob}`");
    Some(note(RiskKind::RestrictedPath, pair.path, None, message))
}

fn sensitive_notes(pair: &FilePair<'_>) -> Vec<RiskNote> {
    let all = records(pair.before).iter().chain(records(pair.after));
    let sensitive = all.filter_map(|record| Some((record, restricted_sensitivity(record)?)));
    sensitive
        .map(|(record, sensitivity)| {
            let id = record.id.value.as_str();
            let message = format!("`{id}` is of sensitivity `{sensitivity}`");
            note(RiskKind::SensitiveRecord, pair.path, Some(id), message)
        })
        .collect()
}

fn restricted_sensitivity(record: &Record) -> Option<&str> {
    record.fields.text("sensitivity").filter(|sensitivity| matches!(*sensitivity, "restricted" | "secret-metadata"))
}

fn deleted(pairs: &[FilePair<'_>], kept: &BTreeSet<&str>) -> Vec<RiskNote> {
    let mut gone: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for pair in pairs {
        gone.extend(declared_by(pair.before).map(|id| (id, pair.path)));
    }
    let missing = gone.into_iter().filter(|(id, _)| !kept.contains(id));
    missing
        .map(|(id, path)| note(RiskKind::RecordDeleted, path, Some(id), format!("`{id}` is declared nowhere any more")))
        .collect()
}

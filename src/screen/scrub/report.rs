//! What was taken out, in numbers.

use crate::base::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was taken out, by rule and by file, and how much text there was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedactionReport {
    /// How many places, by rule: a category, and behind a colon what found it (`secret:provider-token:github`).
    pub by_rule: BTreeMap<String, u64>,
    /// How many places, by file and rule.
    pub by_file: BTreeMap<String, BTreeMap<String, u64>>,
    /// Bytes that were looked at, by file.
    pub looked_at: BTreeMap<String, u64>,
    /// Bytes that were taken out, by file.
    pub taken_out: BTreeMap<String, u64>,
}

impl RedactionReport {
    /// The digest of its canonical JSON.
    pub fn digest(&self) -> Digest {
        Digest::of_json(self)
    }

    /// How many places there were in all.
    pub fn total(&self) -> u64 {
        self.by_rule.values().sum()
    }

    /// Whether more than half of the text of a file was taken out.
    pub fn is_too_broad(&self, file: &str) -> bool {
        let of = |counts: &BTreeMap<String, u64>| counts.get(file).copied().unwrap_or_default();
        of(&self.taken_out) > of(&self.looked_at) / 2
    }

    /// The files of which more than half of the text was taken out, in order.
    pub fn too_broad(&self) -> Vec<&str> {
        self.taken_out.keys().map(String::as_str).filter(|file| self.is_too_broad(file)).collect()
    }

    /// Counts bytes that are looked at.
    pub(super) fn look(&mut self, file: &str, bytes: usize) {
        match self.looked_at.get_mut(file) {
            Some(count) => *count += bytes as u64,
            None => drop(self.looked_at.insert(file.to_owned(), bytes as u64)),
        }
    }

    /// Counts a place that is taken out.
    pub(super) fn take(&mut self, file: &str, rule: &str, bytes: usize) {
        *self.by_rule.entry(rule.to_owned()).or_default() += 1;
        *self.by_file.entry(file.to_owned()).or_default().entry(rule.to_owned()).or_default() += 1;
        *self.taken_out.entry(file.to_owned()).or_default() += bytes as u64;
    }
}

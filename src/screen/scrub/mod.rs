//! Takes out of a stream of texts and structures what must not be kept, and counts what it took.
//!
//! A [`Scrubber`] lives as long as one import. The same secret gets the same number wherever it stands, so that a reader
//! can follow it without seeing it: `[REDACTED:secret:2]`.

use super::{find_secrets, secret_in_field};
use crate::base::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Takes out what must not be kept.
#[derive(Debug, Default)]
pub struct Scrubber {
    file: String,
    /// The number of each value that was taken out, by category and digest: values themselves are not held.
    numbers: HashMap<(&'static str, Digest), usize>,
    report: RedactionReport,
}

/// What was taken out, by category and by file, and how much text there was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedactionReport {
    /// How many places, by category.
    pub by_rule: BTreeMap<String, u64>,
    /// How many places, by file and category.
    pub by_file: BTreeMap<String, BTreeMap<String, u64>>,
    /// Bytes that were looked at, by file.
    pub looked_at: BTreeMap<String, u64>,
    /// Bytes that were taken out, by file.
    pub taken_out: BTreeMap<String, u64>,
}

impl Scrubber {
    /// Says which file what follows is of.
    pub fn begin_file(&mut self, file: &str) {
        file.clone_into(&mut self.file);
    }

    /// A text without what must not be kept.
    pub fn text<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        *self.report.looked_at.entry(self.file.clone()).or_default() += text.len() as u64;
        let hits = find_secrets(text);
        if hits.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for hit in hits {
            clean.push_str(&text[done..hit.span.start]);
            clean.push_str(&self.placeholder(hit.category, &text[hit.span.start..hit.span.end]));
            done = hit.span.end;
        }
        clean.push_str(&text[done..]);
        Cow::Owned(clean)
    }

    /// Takes out of a structure what must not be kept: by what its texts look like, and by the keys that they stand under.
    pub fn json(&mut self, value: &mut Value) {
        self.value(None, value);
    }

    fn value(&mut self, key: Option<&str>, value: &mut Value) {
        match value {
            Value::String(text) => {
                let clean = match key.and_then(|key| secret_in_field(key, text)) {
                    Some(category) => self.placeholder(category, text),
                    None => match self.text(text) {
                        Cow::Borrowed(_) => return,
                        Cow::Owned(clean) => clean,
                    },
                };
                *text = clean;
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(key, item)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, item)| self.value(Some(key), item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn placeholder(&mut self, category: &'static str, secret: &str) -> String {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry((category, Digest::of(secret.as_bytes()))).or_insert(next);
        *self.report.by_rule.entry(category.to_owned()).or_default() += 1;
        *self.report.by_file.entry(self.file.clone()).or_default().entry(category.to_owned()).or_default() += 1;
        *self.report.taken_out.entry(self.file.clone()).or_default() += secret.len() as u64;
        format!("[REDACTED:secret:{number}]")
    }

    /// What was done so far.
    pub fn report(&self) -> &RedactionReport {
        &self.report
    }
}

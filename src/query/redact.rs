//! Everything that leaves passes through here: secrets are replaced and counted.

use super::types::RedactionSummary;
use crate::screen::{self, REPLACEMENT};
use std::collections::BTreeMap;

/// The category under which bodies that are kept back are counted.
const SECRET_METADATA: &str = "secret-metadata";

/// Replaces secrets and counts what was replaced.
#[derive(Clone, Default)]
pub(super) struct Redactor {
    categories: BTreeMap<String, usize>,
    withheld: usize,
}

impl Redactor {
    /// A text as it may leave.
    pub(super) fn text(&mut self, text: &str) -> String {
        let redacted = screen::redact(text);
        for (category, n) in redacted.categories {
            *self.categories.entry(category.to_owned()).or_default() += n;
        }
        redacted.text
    }

    /// Texts as they may leave.
    pub(super) fn texts(&mut self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    /// A text as it may leave, where there is one.
    pub(super) fn option(&mut self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.text(text))
    }

    /// Counts secrets that were replaced elsewhere.
    pub(super) fn count(&mut self, categories: impl Iterator<Item = &'static str>) {
        for category in categories {
            *self.categories.entry(category.to_owned()).or_default() += 1;
        }
    }

    /// Counts a body that is kept back.
    pub(super) fn withhold(&mut self) {
        self.withheld += 1;
    }

    /// What was hidden. `has_text` says whether the answer holds any body text.
    pub(super) fn summary(mut self, has_text: bool) -> RedactionSummary {
        let secrets = self.categories.values().sum();
        let status = match (self.withheld, secrets) {
            (0, 0) => "clean",
            (1.., _) if !has_text => "blocked",
            _ => "redacted",
        };
        if self.withheld > 0 {
            self.categories.insert(SECRET_METADATA.to_owned(), self.withheld);
        }
        RedactionSummary {
            status,
            secret_pattern_count: secrets,
            categories: self.categories,
            replacement: REPLACEMENT,
        }
    }
}

//! Secrets and redaction. Pure.
//!
//! What a secret looks like stands in one table (`detectors`); one search for the words that secrets begin with
//! finds where to look, and only there a detector is tried. The cost is linear in the text.

mod detectors;
mod pem;
mod placeholder;
mod scan;

use crate::base::Span;

/// A secret that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHit {
    /// Which detector: `provider-token`, `private-key`, `auth-header`, `kubeconfig`, `url-credentials`,
    /// with the provider after a colon.
    pub category: &'static str,
    /// Where it stands.
    pub span: Span,
}

/// What redaction did to a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted {
    /// The text with each secret replaced.
    pub text: String,
    /// How many of each category.
    pub categories: std::collections::BTreeMap<&'static str, usize>,
}

/// What a redacted secret is replaced with.
pub const REPLACEMENT: &str = "[REDACTED:secret]";

/// Finds secrets in a text, in order, without overlaps.
pub fn find_secrets(text: &str) -> Vec<SecretHit> {
    let mut hits = find_secrets_in_bytes(text.as_bytes());
    for hit in &mut hits {
        hit.span = Span::new(text.floor_char_boundary(hit.span.start), text.ceil_char_boundary(hit.span.end));
    }
    hits
}

/// Finds secrets in bytes that need not be text, in order, without overlaps.
pub fn find_secrets_in_bytes(bytes: &[u8]) -> Vec<SecretHit> {
    scan::scan(bytes)
}

/// Replaces each secret with [`REPLACEMENT`].
pub fn redact(text: &str) -> Redacted {
    let mut redacted = Redacted { text: String::with_capacity(text.len()), ..Redacted::default() };
    let mut done = 0;
    for hit in find_secrets(text) {
        redacted.text.push_str(&text[done..hit.span.start]);
        redacted.text.push_str(REPLACEMENT);
        *redacted.categories.entry(hit.category).or_default() += 1;
        done = hit.span.end;
    }
    redacted.text.push_str(&text[done..]);
    redacted
}

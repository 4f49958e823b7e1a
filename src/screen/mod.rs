//! Secrets and redaction. Pure.

use crate::base::Span;

/// A secret that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHit {
    /// Which detector: `provider-token`, `private-key`, `auth-header`, with the provider after a colon.
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
    todo!("{}", text.len())
}

/// Replaces each secret with [`REPLACEMENT`].
pub fn redact(text: &str) -> Redacted {
    todo!("{}", text.len())
}

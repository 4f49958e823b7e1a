//! Secrets, redaction, and what addresses the reader of a text. Pure.
//!
//! What a secret looks like stands in one table (`detectors`); one search for the words that secrets begin with
//! finds where to look, and only there a detector is tried. What a key of a structure says (`keys`), what is
//! suspicious (`suspects`) and what tries to instruct a reader (`hidden`, `phrases`) are questions of their own.
//! The cost of each is linear in the text.

mod detectors;
mod hidden;
mod injection;
mod keys;
mod pem;
mod phrases;
mod placeholder;
mod rules;
mod scan;
mod scripts;
mod scrub;
mod starts;
mod suspects;
mod value;

pub use rules::rules_digest;
pub use scrub::{RedactionReport, Scrubber};

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

/// A place that tries to instruct whoever reads the text, or hides something from people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// What it is, as a message says it: `an order to ignore earlier instructions`.
    pub reason: &'static str,
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

/// Whether a value is a secret by the key that it stands under: the category, such as `secret-field:password`.
///
/// Placeholders, names, references, paths, ULIDs and UUIDs are none; neither is anything under `token_count`.
pub fn secret_in_field(key: &str, value: &str) -> Option<&'static str> {
    if !value::may_be_secret(value) {
        return None;
    }
    let named = keys::named(key)?;
    value::is_secret(value, named).then_some(match named {
        keys::Named::Password => "secret-field:password",
        keys::Named::Token => "secret-field:token",
    })
}

/// Finds strings that look like a credential by entropy and context, in order, without overlaps.
///
/// They are a question for review: `assigned-credential` is a value assigned to a name of a secret, `random-string` a random
/// run behind a word like `token`.
pub fn find_suspects(bytes: &[u8]) -> Vec<SecretHit> {
    suspects::scan(bytes)
}

/// Finds what tries to instruct the reader of a text: hidden characters and phrases, in order.
pub fn find_injections(text: &str) -> Vec<Injection> {
    let mut found = hidden::scan(text);
    found.extend(injection::scan(text));
    found.sort_by_key(|injection| (injection.span.start, injection.span.end));
    found
}

/// Whether a word of an id mixes scripts whose letters look alike, such as one Cyrillic letter among Latin ones.
pub fn has_mixed_scripts(id: &str) -> bool {
    scripts::mixes(id)
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

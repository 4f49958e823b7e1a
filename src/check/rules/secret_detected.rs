//! A secret: a provider's token, a private key, a credential in a kubeconfig, an authorization header or a URL; or a value
//! under a key that names a secret.
//!
//! Every file is looked at, whatever its class, and every path. Placeholders in headers and URLs (`<token>`, `${TOKEN}`, `xxxx`,
//! `YOUR_TOKEN`, `...`) are none.
//!
//! In front matter, graph records and edge attributes the keys count too: what stands under `password`, `clientSecret`, `apiKey`,
//! `DB_TOKEN` or `completionSecret` is a secret where it looks like one. A placeholder, a name, the id of a record
//! (`secret:billing`), the name of a variable, a path, a sentence, a number, a ULID or a UUID is none, and neither is anything under a key
//! that only says something of a secret (`token_count`, `secretName`, `requires_secret`).
//!
//! # Why
//!
//! Memory is cloned, searched and given to agents. A secret in it is known to all of them, and stays in the history.
//!
//! # Example
//!
//! ```markdown
//! Call it with `Authorization: Bearer` and the token itself.
//! ```
//!
//! # How to mend it
//!
//! Take the secret out of the file, name where it is kept instead (`requires_secret`), and revoke it if it was ever pushed. An example
//! token in a guide is let through by name: an `allow` entry in `ontology/validation-rules.yaml`.

use super::{Rule, Run, subject_of};
use crate::base::{Digest, Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::scalars::values;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::screen::{self, SecretHit};

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK501",
        name: "secret-detected",
        severity: Severity::Error,
        adjustable: false,
        summary: "a secret: provider token, private key, kubeconfig, auth header",
    },
    source: include_str!("secret_detected.rs"),
    run: Run::File(look),
};

const HELP: &str = "take it out, name where it is kept instead, and revoke it if it was ever pushed";

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for hit in secrets(file) {
        let message = format!("this looks like a secret ({})", hit.category);
        let digest = Digest::of(&file.file.bytes()[hit.span.start..hit.span.end]);
        notes.add(file.index, hit.span, Draft::new(message, HELP, digest.as_str()));
    }
    for hit in screen::find_secrets_in_bytes(&file.file.path) {
        let message = format!("the path holds what looks like a secret ({})", hit.category);
        notes.add(file.index, Span::default(), Draft::new(message, HELP, subject_of(file)));
    }
}

/// The secrets of a file: those of its bytes, and those that only its structure shows.
pub(super) fn secrets(file: &FileView<'_>) -> Vec<SecretHit> {
    let bytes = file.file.bytes();
    let mut hits = screen::find_secrets_in_bytes(bytes);
    let plain = hits.len();
    for value in values(file) {
        let escaped = || screen::find_secrets(value.text).first().map(|hit| hit.category);
        let named = screen::secret_in_field(value.key, value.text);
        let category = named.or_else(|| value.is_escaped(bytes).then(escaped).flatten());
        let fits = value.span.start < value.span.end && value.span.end <= bytes.len();
        if let Some(category) = category.filter(|_| fits && !overlaps(&hits[..plain], value.span)) {
            hits.push(SecretHit { category, span: value.span });
        }
    }
    hits
}

/// Whether a span shares a byte with one of some hits, which stand in order without overlaps.
pub(super) fn overlaps(hits: &[SecretHit], span: Span) -> bool {
    let after = hits.partition_point(|hit| hit.span.end <= span.start);
    hits.get(after).is_some_and(|hit| hit.span.start < span.end)
}

//! A secret: a provider's token, a private key, a credential in a kubeconfig, an authorization header or a URL.
//!
//! Every file is looked at, whatever its class, and every path. Placeholders in headers and URLs (`<token>`, `${TOKEN}`, `xxxx`,
//! `YOUR_TOKEN`, `...`) are none.
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
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::screen;

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
    let bytes = file.file.bytes();
    for hit in screen::find_secrets_in_bytes(bytes) {
        let message = format!("this looks like a secret ({})", hit.category);
        let digest = Digest::of(&bytes[hit.span.start..hit.span.end]);
        notes.add(file.index, hit.span, Draft::new(message, HELP, digest.as_str()));
    }
    for hit in screen::find_secrets_in_bytes(&file.file.path) {
        let message = format!("the path holds what looks like a secret ({})", hit.category);
        notes.add(file.index, Span::default(), Draft::new(message, HELP, subject_of(file)));
    }
}

//! A string that looks like a credential by how random it is and by what stands before it.
//!
//! Two ways: a value that is assigned to the name of a secret (`DB_PASSWORD=...`, `"clientSecret": "..."`), and a random run of letters of
//! both cases and digits behind a word like `token` on the same line. Git object ids, digests, ULIDs, UUIDs, paths, names, versions
//! and embedded images are none. What [LK501](#lk501-secret-detected) finds is not repeated.
//!
//! # Why
//!
//! Not every secret has a form that its provider publishes. What is only likely is a question for whoever reviews, not a refusal.
//!
//! # Example
//!
//! ```text
//! export DB_PASSWORD=the-real-one-2024!
//! ```
//!
//! # How to mend it
//!
//! Take a secret out, name where it is kept instead, and revoke it. Where it is none: an `allow` entry in
//! `ontology/validation-rules.yaml`.

use super::secret_detected::{overlaps, secrets};
use super::{Rule, Run};
use crate::base::{Digest, Severity};
use crate::check::draft::{Draft, Notes};
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::screen;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK502",
        name: "high-entropy-string",
        severity: Severity::Warning,
        adjustable: true,
        summary: "a string that looks like a credential by entropy and context",
    },
    source: include_str!("high_entropy_string.rs"),
    run: Run::File(look),
};

const HELP: &str = "if it is a secret, take it out, name where it is kept instead, and revoke it; if it is none, let it through by name";

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let bytes = file.file.bytes();
    let suspects = screen::find_suspects(bytes);
    if suspects.is_empty() {
        return;
    }
    let mut certain = secrets(file);
    certain.sort_by_key(|hit| hit.span.start);
    for hit in suspects.into_iter().filter(|hit| !overlaps(&certain, hit.span)) {
        let message = format!("this may be a credential ({})", hit.category);
        let digest = Digest::of(&bytes[hit.span.start..hit.span.end]);
        notes.add(file.index, hit.span, Draft::new(message, HELP, digest.as_str()));
    }
}

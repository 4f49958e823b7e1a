//! A sensitivity outside the vocabulary.
//!
//! The sensitivities stand under `sensitivity` in `ontology/controlled-vocabulary.yaml`; where it lists none they are
//! `public`, `internal`, `restricted` and `secret-metadata`. This looks at records, and at the front matter of notes
//! that are none.
//!
//! # Why
//!
//! The sensitivity decides who is shown a text. A word that nobody knows keeps nothing back.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   sensitivity: Internal
//! ```
//!
//! # How to mend it
//!
//! Use one of the sensitivities that are named, in lower case, or let a maintainer add the word to the vocabulary.

use super::{Rule, Run, field_subject, meant, subject_of};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::note::YamlMap;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK107",
        name: "unknown-sensitivity",
        severity: Severity::Error,
        adjustable: true,
        summary: "a sensitivity outside the vocabulary",
    },
    source: include_str!("unknown_sensitivity.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records() {
        look_at(file, &record.fields, field_subject(record, "sensitivity"), notes);
    }
    if let Some(fields) = front_matter_of_a_note(file) {
        look_at(file, fields, format!("{} sensitivity", subject_of(file)), notes);
    }
}

fn front_matter_of_a_note<'a>(file: &FileView<'a>) -> Option<&'a YamlMap> {
    let markdown = file.source().filter(|source| source.records.is_empty())?.markdown.as_ref();
    markdown?.front_matter.as_ref()
}

fn look_at(file: &FileView<'_>, fields: &YamlMap, subject: String, notes: &mut Notes<'_>) {
    let known = &file.ontology.vocabulary.sensitivity;
    let Some(node) = fields.get("sensitivity") else { return };
    let Some(word) = node.text().filter(|word| !word.trim().is_empty()) else { return };
    if !known.iter().any(|known| known == word) {
        let message = format!("{} is no sensitivity of the vocabulary", quoted(word));
        notes.add(file.index, node.span, Draft::new(message, meant(word, known), subject));
    }
}

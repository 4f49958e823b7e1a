//! A record of a kind that should no longer be used.
//!
//! A kind is deprecated where `ontology/node-kinds.yaml` says `deprecated: true`. Checked against a base commit only
//! records that are new or were touched are named: those that stand as they stood may stay.
//!
//! # Why
//!
//! A kind is given up step by step: its records are read as before, and nobody should add to them.
//!
//! # Example
//!
//! With `Note: {deprecated: true}` in the ontology:
//!
//! ```yaml
//! nodeKind: Note
//! id: note:restart
//! ```
//!
//! # How to mend it
//!
//! Give the record a kind that is in use: declare a new one that `supersedes` it, for an id never changes.

use super::{Rule, Run, field_subject};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::ontology::NodeKind;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK207",
        name: "deprecated-kind",
        severity: Severity::Warning,
        adjustable: true,
        summary: "a deprecated kind is used by a changed record",
    },
    source: include_str!("deprecated_kind.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records().iter().filter(|record| record.form.declares()) {
        let Some(name) = &record.kind else { continue };
        if let Some(kind) = file.kind_of(record).filter(|kind| kind.deprecated) {
            let message = format!("the kind {} is deprecated", quoted(&name.value));
            notes.add(file.index, name.span, Draft::new(message, help(kind), field_subject(record, "kind")));
        }
    }
}

/// What the ontology says of the kind is where a maintainer names the one to use instead.
fn help(kind: &NodeKind) -> String {
    match kind.description.trim() {
        "" => "use a kind that is not deprecated".to_owned(),
        said => format!("use a kind that is not deprecated; the ontology says of this one: {}", quoted(said)),
    }
}

//! A record's kind is not in the ontology.
//!
//! # Why
//!
//! The kind says which fields a record must have and which edges may lead to it. A kind that nobody declared
//! is most often a slip, and its record would be checked by no rule.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbok
//! id: runbook:restart
//! ```
//!
//! # How to mend it
//!
//! Use a kind of `ontology/node-kinds.yaml`, or let a maintainer declare the new one there.

use super::{Rule, Run, field_subject};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::ontology::nearest;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK201",
        name: "unknown-node-kind",
        severity: Severity::Error,
        adjustable: true,
        summary: "a kind that is not in the ontology",
    },
    source: include_str!("unknown_node_kind.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let known = &file.ontology.node_kinds;
    for record in file.records() {
        let Some(kind) = record.kind.as_ref().filter(|kind| !kind.value.trim().is_empty()) else { continue };
        if !known.contains_key(&kind.value) {
            let message = format!("{} is no node kind of the ontology", quoted(&kind.value));
            let names = known.keys().map(String::as_str);
            let near = notes.suggests(file.index).then(|| nearest(&kind.value, names)).flatten();
            let help = near.map_or_else(
                || "use a kind of `ontology/node-kinds.yaml`, or have a maintainer declare this one".to_owned(),
                |near| format!("did you mean {}?", quoted(near)),
            );
            notes.add(file.index, kind.span, Draft::new(message, help, field_subject(record, "kind")));
        }
    }
}

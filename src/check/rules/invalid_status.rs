//! A status outside the kind's list.
//!
//! The statuses of a kind stand in `ontology/node-kinds.yaml`; where it lists none they are `draft`, `approved`,
//! `deprecated` and `archived`.
//!
//! # Why
//!
//! Agents are given approved records and warned of deprecated ones. A status that nobody knows is neither.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   status: aproved
//! ```
//!
//! # How to mend it
//!
//! Use one of the statuses that are named, or let a maintainer add the status to the kind.

use super::{Rule, Run, field_subject, meant};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK103",
        name: "invalid-status",
        severity: Severity::Error,
        adjustable: true,
        summary: "a status outside the kind's list",
    },
    source: include_str!("invalid_status.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records() {
        let Some(kind) = file.kind_of(record) else { continue };
        let Some(node) = record.fields.get("status") else { continue };
        let Some(status) = node.text().filter(|text| !text.trim().is_empty()) else { continue };
        if kind.statuses.iter().any(|known| known == status) {
            continue;
        }
        let help = meant(status, &kind.statuses, notes.suggests(file.index));
        let message = format!("{} is no status of a {}", quoted(status), kind_name(record.kind.as_ref()));
        notes.add(file.index, node.span, Draft::new(message, help, field_subject(record, "status")));
    }
}

fn kind_name(kind: Option<&crate::note::Spanned<String>>) -> String {
    kind.map_or_else(String::new, |kind| quoted(&kind.value))
}

//! A record's status changes in a way that is not allowed.
//!
//! Only against a base: `validate --base`, a push, an update. Looked at are records of kinds with the statuses `draft`, `approved`,
//! `deprecated` and `archived`; a kind with statuses of its own, such as those of runs, is free. Allowed are:
//!
//! | from | to |
//! | --- | --- |
//! | `draft` | `approved`, `archived` |
//! | `approved` | `deprecated`, `archived` |
//! | `deprecated` | `approved`, `archived` |
//!
//! # Why
//!
//! What was approved was relied on. It is not unmade by calling it a draft, and what was archived is not brought back behind the
//! backs of those who stopped reading it.
//!
//! # Example
//!
//! A runbook that was `status: archived` at the base is `status: approved` now.
//!
//! # How to mend it
//!
//! Put the status back, or take one of the steps that are named. What comes back from the archive is a new record that `supersedes`
//! the old one.

use super::{Change, Rule, Run, field_subject};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::{listed, quoted};
use crate::check::tree::Declared;
use crate::check::types::RuleInfo;
use crate::note::{Record, YamlNode};
use crate::ontology::NodeKind;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK401",
        name: "forbidden-status-transition",
        severity: Severity::Error,
        adjustable: true,
        summary: "a status changes in a way that is not allowed",
    },
    source: include_str!("forbidden_status_transition.rs"),
    run: Run::Change(look),
};

/// Every status, and what may come after it.
const LIFE: &[(&str, &[&str])] = &[
    ("draft", &["approved", "archived"]),
    ("approved", &["deprecated", "archived"]),
    ("deprecated", &["approved", "archived"]),
    ("archived", &[]),
];

fn look(change: &Change<'_>, notes: &mut Notes<'_>) {
    for (file, record) in change.after.records().filter(|(_, record)| record.form.declares()) {
        let id = &record.id.value;
        let ([Declared { record: was, .. }], [_]) = (change.before.declarations(id), change.after.declarations(id))
        else {
            continue;
        };
        let leads_this_life = change.after.file(file).kind_of(record).is_some_and(leads_this_life);
        if let (Some(from), Some(to), true) = (status(was), status(record), leads_this_life) {
            judge(file, record, from, to, notes);
        }
    }
}

fn judge(file: usize, record: &Record, from: &YamlNode, to: &YamlNode, notes: &mut Notes<'_>) {
    let (Some(was), Some(is)) = (from.text().map(str::trim), to.text().map(str::trim)) else { return };
    let Some((_, allowed)) = LIFE.iter().find(|(status, _)| *status == was) else { return };
    if was == is || allowed.contains(&is) || LIFE.iter().all(|(status, _)| *status != is) {
        return;
    }
    let message = format!("the status changes from {} to {}", quoted(was), quoted(is));
    let help = match allowed {
        [] => format!("put {} back, and write a new record that `supersedes` this one", quoted(was)),
        allowed => format!("put {} back; it may become {}", quoted(was), listed(allowed.iter().copied())),
    };
    notes.add(file, to.span, Draft::new(message, help, field_subject(record, "status")));
}

fn status(record: &Record) -> Option<&YamlNode> {
    record.fields.get("status")
}

fn leads_this_life(kind: &NodeKind) -> bool {
    kind.statuses.len() == LIFE.len()
        && kind.statuses.iter().all(|status| LIFE.iter().any(|(known, _)| known == status))
}

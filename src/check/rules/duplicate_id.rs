//! Two records declare one id.
//!
//! The finding stands at each declaration after the first, in path order, and shows the first one too. `extendsNode` and
//! `patch: true` documents add to a record and declare none.
//!
//! # Why
//!
//! An id names one thing. Of two records with one id a reader is shown one and never learns of the other.
//!
//! # Example
//!
//! `graph/a.yaml` and `graph/b.yaml` both hold
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! ```
//!
//! # How to mend it
//!
//! Give one of them another id, delete it, or make it a `patch: true` or `extendsNode` document.

use super::{Rule, Run};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::{Declared, Tree};
use crate::check::types::RuleInfo;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK205",
        name: "duplicate-id",
        severity: Severity::Error,
        adjustable: true,
        summary: "two records with one id",
    },
    source: include_str!("duplicate_id.rs"),
    run: Run::Tree(look),
};

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    for (file, record) in tree.records().filter(|(_, record)| record.form.declares()) {
        let Some(first) = tree.first(&record.id.value) else { continue };
        if first.here.is_some_and(|first| std::ptr::eq(first.record, record)) {
            continue;
        }
        let message = format!("the id {} is declared more than once", quoted(&record.id.value));
        let help = "give one of the records another id, or make it a `patch: true` or `extendsNode` document";
        let mut draft = Draft::new(message, help, &record.id.value);
        let place = |first: Declared<'_>| (first.file, first.record.id.span, "it is declared here first".to_owned());
        draft.related.extend(first.here.map(place));
        notes.add(file, record.id.span, draft);
    }
}

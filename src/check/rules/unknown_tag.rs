//! A tag outside the vocabulary.
//!
//! The tags stand under `tags` in `ontology/controlled-vocabulary.yaml`; where it has no such list any tag is taken.
//!
//! # Why
//!
//! A filter on a tag finds the records that spell it alike. `k8s`, `kubernetes` and `Kubernetes` are three tags.
//!
//! # Example
//!
//! With `tags: [ci, kubernetes]` in the vocabulary:
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   tags: [ci, kubernets]
//! ```
//!
//! # How to mend it
//!
//! Use a tag of the vocabulary, or let a maintainer add this one.

use super::{Rule, Run, field_subject, items, meant};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use std::collections::HashSet;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK302",
        name: "unknown-tag",
        severity: Severity::Warning,
        adjustable: true,
        summary: "a tag outside the vocabulary",
    },
    source: include_str!("unknown_tag.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let Some(known) = &file.ontology.vocabulary.tags else { return };
    let names: HashSet<&str> = known.iter().map(String::as_str).collect();
    for record in file.records() {
        for (tag, span) in items(&record.fields, "tags").filter(|(tag, _)| !names.contains(tag)) {
            let message = format!("{} is no tag of the vocabulary", quoted(tag));
            notes.add(file.index, span, Draft::new(message, meant(tag, known), field_subject(record, "tags")));
        }
    }
}

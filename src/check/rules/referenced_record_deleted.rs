//! A record is deleted that edges still lead to.
//!
//! Only against a base: `validate --base`, a push, an update. The finding stands at the file in which the record was, though it may be
//! gone, and shows the edges that are left. They are what [LK204](#lk204-dangling-edge) looks at: ids of platform resources may
//! name what lives outside the memory.
//!
//! # Why
//!
//! Who deletes a record sees its own file, not those that rely on it.
//!
//! # Example
//!
//! `graph/importer.yaml` with `id: service:importer` is deleted, while `runbooks/restart.md` has
//!
//! ```yaml
//! related:
//!   documents: [service:importer]
//! ```
//!
//! # How to mend it
//!
//! Keep the record and make its status `deprecated` or `archived`, or delete the edges that are shown, too.

use super::dangling_edge::may_lie_outside;
use super::{Change, Rule, Run};
use crate::base::{Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::LooseEdge;
use crate::check::types::RuleInfo;
use std::collections::HashMap;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK403",
        name: "referenced-record-deleted",
        severity: Severity::Error,
        adjustable: true,
        summary: "a deleted record is still a target",
    },
    source: include_str!("referenced_record_deleted.rs"),
    run: Run::Change(look),
};

/// The most edges that are shown.
const MAX_SHOWN: usize = 20;

fn look(change: &Change<'_>, notes: &mut Notes<'_>) {
    let (before, after) = (change.before, change.after);
    let mut edges: HashMap<&str, Vec<&LooseEdge<'_>>> = HashMap::new();
    for loose in after.loose_edges().iter().filter(|(_, _, edge)| !may_lie_outside(edge)) {
        edges.entry(loose.2.target.value.as_str()).or_default().push(loose);
    }
    for (file, record) in before.records().filter(|(_, record)| record.form.declares()) {
        let id = record.id.value.as_str();
        let is_first = before.declarations(id).first().is_some_and(|first| std::ptr::eq(first.record, record));
        // What a loose edge leads to is declared nowhere after.
        if let (Some(edges), true) = (edges.get(id), is_first) {
            notes.add_at_path(after, &before.files()[file].path, Span::default(), draft(id, edges));
        }
    }
}

fn draft(id: &str, edges: &[&LooseEdge<'_>]) -> Draft {
    let lead =
        if edges.len() == 1 { "1 edge still leads".to_owned() } else { format!("{} edges still lead", edges.len()) };
    let message = format!("the record {} is deleted, and {lead} to it", quoted(id));
    let help = "keep it with the status `deprecated` or `archived`, or delete the edges that lead to it";
    let shown = |(file, record, edge): &&LooseEdge<'_>| {
        let message = format!("{} leads to it from {}", quoted(&edge.kind.value), quoted(&record.id.value));
        (*file, edge.target.span, message)
    };
    let mut draft = Draft::new(message, help, format!("{id} deleted"));
    draft.related = edges.iter().take(MAX_SHOWN).map(shown).collect();
    draft
}

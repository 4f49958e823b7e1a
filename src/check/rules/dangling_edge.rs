//! An edge leads to an id that no record of the repository has.
//!
//! This looks at `edges`, `related` and `repoRefs`, and at `extendsNode` and `patch: true` documents, whose record must be
//! declared somewhere. Three things do not dangle:
//!
//! - ids of platform resources (`org:` `team:` `user:` `group:` `repository:` `agent-stack:` `trigger:` `skill-grant:`), which may name
//!   what lives outside the memory: they are counted as unresolved;
//! - URLs and `issue:`, `pr:`, `dispatch-run:` and `artifact:` ids as targets of `derived_from` and `resolved_by`;
//! - links in the body of a page, which name a record or do not.
//!
//! # Why
//!
//! A broken edge is a promise of knowledge that is not there: often a slip in the id, or a record that was deleted
//! while others still lead to it.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! edges:
//!   depends_on: [service:no-such-service]
//! ```
//!
//! # How to mend it
//!
//! Mend the id, add the record that it names, or delete the edge.

use super::{Rule, Run};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::Tree;
use crate::check::types::RuleInfo;
use crate::ontology::{may_lie_outside, names_platform};
use std::collections::BTreeMap;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK204",
        name: "dangling-edge",
        severity: Severity::Error,
        adjustable: true,
        summary: "an edge to an id that is not in the repository at this commit",
    },
    source: include_str!("dangling_edge.rs"),
    run: Run::Tree(look),
};

/// Ids of platform resources that edges name and no record has, each with the number of such edges.
pub(in crate::check) fn unresolved(tree: &Tree<'_>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let targets = tree.loose_edges().iter().map(|(_, _, edge)| &edge.target.value);
    for id in targets.filter(|id| names_platform(id)) {
        *counts.entry(id.clone()).or_default() += 1;
    }
    counts
}

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    for (file, record, edge) in
        tree.loose_edges().iter().filter(|(_, _, edge)| !may_lie_outside(&edge.kind.value, &edge.target.value))
    {
        let (target, kind) = (&edge.target.value, &edge.kind.value);
        let message = format!("no record has the id {}, where {} leads", quoted(target), quoted(kind));
        let subject = format!("{} -{kind}-> {target}", record.id.value);
        notes.add(*file, edge.target.span, Draft::new(message, help(tree, target), subject));
    }
    for (file, record) in tree.records().filter(|(_, record)| !record.form.declares()) {
        let id = &record.id.value;
        if !id.is_empty() && tree.declarations(id).is_empty() {
            let message = format!("no record has the id {}, which this document adds to", quoted(id));
            notes.add(file, record.id.span, Draft::new(message, help(tree, id), format!("{id} extends")));
        }
    }
}

fn help(tree: &Tree<'_>, id: &str) -> String {
    tree.near_id(id).map_or_else(
        || "mend the id, add the record that it names, or delete it here".to_owned(),
        |near| format!("did you mean {}?", quoted(near)),
    )
}

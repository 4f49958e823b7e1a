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
use crate::note::{Edge, EdgeOrigin};
use crate::ontology::{self, names_platform};

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

const HELP: &str = "mend the id, add the record that it names, or delete it here";

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    for (file, record, edge) in tree.loose_edges().iter().filter(|(_, _, edge)| !may_lie_outside(edge)) {
        let (target, kind) = (&edge.target.value, &edge.kind.value);
        let message = format!("no record has the id {}, where {} leads", quoted(target), quoted(kind));
        let subject = format!("{} -{kind}-> {target}", record.id.value);
        notes.add(*file, edge.target.span, Draft::new(message, HELP, subject).for_unknown(target));
    }
    for (file, record) in tree.records().filter(|(_, record)| !record.form.declares()) {
        let id = &record.id.value;
        if !id.is_empty() && !tree.is_declared(id) {
            let message = format!("no record has the id {}, which this document adds to", quoted(id));
            let draft = Draft::new(message, HELP, format!("{id} extends")).for_unknown(id);
            notes.add(file, record.id.span, draft);
        }
    }
}

/// Whether an edge counts as unresolved while no record declares its target.
pub(in crate::check) fn may_be_unresolved(edge: &Edge) -> bool {
    edge.origin != EdgeOrigin::Owners && names_platform(&edge.target.value)
}

/// Whether an edge may lead to what no record declares.
pub(in crate::check) fn may_lie_outside(edge: &Edge) -> bool {
    ontology::may_lie_outside(&edge.kind.value, &edge.target.value)
}

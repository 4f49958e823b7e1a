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
/// Prefixes of ids that may name what lives outside the memory.
const PLATFORM: &[&str] = &["org", "team", "user", "group", "repository", "agent-stack", "trigger", "skill-grant"];
/// Edge kinds that may lead outside the memory, and the prefixes of what they may lead to.
const OUTWARD: &[&str] = &["derived_from", "resolved_by"];
const OUTSIDE: &[&str] = &["issue", "pr", "dispatch-run", "artifact"];

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
    names_platform(&edge.target.value) || leads_outside(edge)
}

/// Whether an id may name what lives outside the memory.
pub(in crate::check) fn names_platform(id: &str) -> bool {
    has_prefix(id, PLATFORM)
}

fn leads_outside(edge: &Edge) -> bool {
    let target = edge.target.value.as_str();
    OUTWARD.contains(&edge.kind.value.as_str()) && (has_prefix(target, OUTSIDE) || is_url(target))
}

fn has_prefix(id: &str, prefixes: &[&str]) -> bool {
    id.split_once(':').is_some_and(|(prefix, slug)| prefixes.contains(&prefix) && !slug.is_empty())
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

//! An edge between kinds of records that its own kind does not join.
//!
//! An edge kind says in `ontology/edge-kinds.yaml` which kinds it may start `from` and lead `to` (empty: any), and whether
//! both ends have the `sameKind`. `owners` and `repoRefs` are looked at too, as edges of the kinds `owned_by` and `applies_to_repo`.
//! An end whose record or kind is not known is not looked at: other rules say so. Of several declarations of an id the first counts.
//!
//! # Why
//!
//! Who asks for the owner of a service wants a team. An edge that leads to something else is written the wrong way round,
//! has the wrong kind or the wrong id.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   owners: [service:importer]
//! ```
//!
//! # How to mend it
//!
//! Write the id of a record of a kind that is named, use another edge kind, or let a maintainer allow the kinds in
//! `ontology/edge-kinds.yaml`.

use super::{Rule, Run};
use crate::base::{Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::quote::{listed, quoted};
use crate::check::tree::Tree;
use crate::check::types::RuleInfo;
use crate::note::{Edge, Record};
use crate::ontology::EdgeKind;
use std::borrow::Cow;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK203",
        name: "edge-endpoint",
        severity: Severity::Error,
        adjustable: true,
        summary: "the ontology does not allow this edge between these kinds",
    },
    source: include_str!("edge_endpoint.rs"),
    run: Run::Tree(look),
};

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    for (file, record) in tree.records() {
        let mut last = Span::default();
        for edge in &record.edges {
            let Some(kind) = tree.ontology().edge_kinds.get(&edge.kind.value).filter(|kind| is_bound(kind)) else {
                continue;
            };
            let Some(source) = source_kind(tree, record) else { break };
            if !takes(&kind.from, &source) {
                // A kind that is written once for several targets is reported once.
                if std::mem::replace(&mut last, edge.kind.span) != edge.kind.span {
                    notes.add(file, edge.kind.span, wrong_start(record, edge, kind, &source));
                }
            } else if let Some(target) = known_kind(tree, &edge.target.value) {
                let draft = wrong_end(record, edge, kind, &source, &target);
                draft.into_iter().for_each(|draft| notes.add(file, edge.target.span, draft));
            }
        }
    }
}

fn is_bound(kind: &EdgeKind) -> bool {
    kind.same_kind || !kind.from.is_empty() || !kind.to.is_empty()
}

fn takes(kinds: &[String], kind: &str) -> bool {
    kinds.is_empty() || kinds.iter().any(|other| other == kind)
}

/// The kind of the record that an edge starts from: where the record only adds to another one, that one's.
fn source_kind<'t>(tree: &Tree<'t>, record: &'t Record) -> Option<Cow<'t, str>> {
    let elsewhere = if record.form.declares() { None } else { tree.first(&record.id.value) };
    let kind = match elsewhere {
        Some(first) => first.kind,
        None => Cow::Borrowed(record.kind.as_ref()?.value.as_str()),
    };
    Some(kind).filter(|kind| tree.ontology().node_kinds.contains_key(kind.as_ref()))
}

fn known_kind<'t>(tree: &Tree<'t>, id: &str) -> Option<Cow<'t, str>> {
    let kind = tree.first(id)?.kind;
    Some(kind).filter(|kind| tree.ontology().node_kinds.contains_key(kind.as_ref()))
}

fn wrong_start(record: &Record, edge: &Edge, kind: &EdgeKind, source: &str) -> Draft {
    let name = &edge.kind.value;
    let message = format!("{} does not start from a {}", quoted(name), quoted(source));
    let help = format!("it starts from {}: use another edge kind, or {ALLOW}", any_of(&kind.from));
    Draft::new(message, help, format!("{} -{name}->", record.id.value))
}

fn wrong_end(record: &Record, edge: &Edge, kind: &EdgeKind, source: &str, found: &str) -> Option<Draft> {
    let name = &edge.kind.value;
    let (id, shown, target) = (quoted(&edge.target.value), quoted(name), quoted(found));
    let (message, help) = if !takes(&kind.to, found) {
        (
            format!("{shown} does not lead to a {target}, which {id} is"),
            format!("it leads to {}: name such a record, or {ALLOW}", any_of(&kind.to)),
        )
    } else if kind.same_kind && source != found {
        (
            format!("{shown} joins records of one kind, and {id} is a {target}"),
            format!("name a {}, use another edge kind, or {ALLOW}", quoted(source)),
        )
    } else {
        return None;
    };
    Some(Draft::new(message, help, format!("{} -{name}-> {}", record.id.value, edge.target.value)))
}

const ALLOW: &str = "have a maintainer allow it in `ontology/edge-kinds.yaml`";

fn any_of(kinds: &[String]) -> String {
    listed(kinds.iter().map(String::as_str))
}

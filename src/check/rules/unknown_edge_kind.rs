//! An edge's kind is not in the ontology.
//!
//! This looks at `edges` of graph records and at `related` of front matter. Kinds that are written once for several
//! targets are reported once.
//!
//! # Why
//!
//! Walks through the graph follow edges by kind. An edge of a kind that nobody declared is followed by no one.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! edges:
//!   depend_on: [service:importer]
//! ```
//!
//! # How to mend it
//!
//! Use an edge kind of `ontology/edge-kinds.yaml`, or let a maintainer declare the new one there.

use super::{Rule, Run};
use crate::base::{Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::note::EdgeOrigin;
use crate::ontology::nearest;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK202",
        name: "unknown-edge-kind",
        severity: Severity::Error,
        adjustable: true,
        summary: "an edge kind that is not in the ontology",
    },
    source: include_str!("unknown_edge_kind.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    let known = &file.ontology.edge_kinds;
    for record in file.records() {
        let written = record.edges.iter().filter(|e| matches!(e.origin, EdgeOrigin::Declared | EdgeOrigin::Related));
        let mut last = Span::default();
        for kind in written.map(|edge| &edge.kind).filter(|kind| !known.contains_key(&kind.value)) {
            if std::mem::replace(&mut last, kind.span) == kind.span {
                continue;
            }
            let message = format!("{} is no edge kind of the ontology", quoted(&kind.value));
            let names = known.keys().map(String::as_str);
            let near = notes.suggests(file.index).then(|| nearest(&kind.value, names)).flatten();
            let help = near.map_or_else(
                || "use a kind of `ontology/edge-kinds.yaml`, or have a maintainer declare this one".to_owned(),
                |near| format!("did you mean {}?", quoted(near)),
            );
            let subject = format!("{} -{}->", record.id.value, kind.value);
            notes.add(file.index, kind.span, Draft::new(message, help, subject));
        }
    }
}

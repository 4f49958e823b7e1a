//! An id whose prefix is not that of the record's kind.
//!
//! The prefix of a kind is its name in kebab case, unless `idPrefix` in `ontology/node-kinds.yaml` gives another, or a
//! list of them: the first is the one that new ids should have.
//!
//! # Why
//!
//! An id is read far from its record: in links, in logs, in answers. Its prefix says what it names, and must not lie.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Decision
//! id: runbook:use-postgres
//! ```
//!
//! # How to mend it
//!
//! Write the id with the kind's prefix, or give the record the kind that its id says.

use super::{Rule, Run, field_subject};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK106",
        name: "id-prefix-mismatch",
        severity: Severity::Error,
        adjustable: true,
        summary: "an id whose prefix is not the kind's",
    },
    source: include_str!("id_prefix_mismatch.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records().iter().filter(|record| record.form.declares()) {
        let (Some(kind), Some(name)) = (file.kind_of(record), record.kind.as_ref()) else { continue };
        let Some((prefix, slug)) = record.id.value.split_once(':') else { continue };
        if !kind.takes_prefix(prefix) {
            let message = format!(
                "the prefix {} is not that of the kind {}, which is {}",
                quoted(prefix),
                quoted(&name.value),
                quoted(&kind.id_prefix)
            );
            let help = format!("write {}", quoted(&format!("{}:{slug}", kind.id_prefix)));
            notes.add(file.index, record.id.span, Draft::new(message, help, field_subject(record, "id")));
        }
    }
}

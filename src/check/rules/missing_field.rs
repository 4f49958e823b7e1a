//! A required field is absent or empty.
//!
//! Every record has an id and a kind. What else it must have is what its kind lists under `required` in
//! `ontology/node-kinds.yaml`; where the kind lists nothing, that is `title`, `status`, `owners` and `updatedAt`.
//! Documents that only add to a record declared elsewhere (`extendsNode`, `patch: true`) need none.
//!
//! # Why
//!
//! A record without an owner is nobody's to keep right, and one without a date cannot be told from an
//! outdated one.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   title: Restart the importer
//!   status: approved
//!   owners: []
//!   updatedAt: 2026-05-10T12:00:00Z
//! ```
//!
//! # How to mend it
//!
//! Add the field to the record. If records of this kind do not need it, a maintainer changes the kind's
//! `required` list.

use super::{Rule, Run, field_subject};
use crate::base::{Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::note::{Record, RecordForm, Yaml, YamlNode};

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK101",
        name: "missing-field",
        severity: Severity::Error,
        adjustable: true,
        summary: "a required field is absent or empty",
    },
    source: include_str!("missing_field.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records() {
        look_at_name(file, record, notes);
        if record.form.declares() {
            look_at_fields(file, record, notes);
        }
    }
}

/// Looks at what every record has, whatever its kind: an id and a kind.
fn look_at_name(file: &FileView<'_>, record: &Record, notes: &mut Notes<'_>) {
    let kind_key = if record.form == RecordForm::Markdown { "kind" } else { "nodeKind" };
    if record.id.value.trim().is_empty() {
        let draft = Draft::new("the record has no id", "add `id: <prefix>:<slug>`", field_subject(record, "id"));
        notes.add(file.index, record.head, draft);
    }
    if record.kind.as_ref().is_none_or(|kind| kind.value.trim().is_empty()) {
        let help = format!("add `{kind_key}:` and one of the ontology's kinds");
        notes.add(file.index, record.head, Draft::new("the record has no kind", help, field_subject(record, "kind")));
    }
}

fn look_at_fields(file: &FileView<'_>, record: &Record, notes: &mut Notes<'_>) {
    let Some(kind) = file.kind_of(record) else { return };
    let named_elsewhere = |field: &&String| !matches!(field.as_str(), "id" | "kind" | "nodeKind");
    for field in kind.required.iter().filter(named_elsewhere) {
        let (span, state) = match record.fields.get(field) {
            None => (record.head, "is missing"),
            Some(node) if is_empty(node) => (record.fields.key_span(field).unwrap_or(node.span), "is empty"),
            Some(_) => continue,
        };
        let message = format!("the required field {} {state}", quoted(field));
        let help = match is_commented_out(file, span) {
            true => "put quotes around a value that begins with `#`: without them it is a comment".to_owned(),
            false => format!("add a value for {} to the record", quoted(field)),
        };
        notes.add(file.index, span, Draft::new(message, help, field_subject(record, field)));
    }
}

/// Whether all that stands after a key is a comment.
fn is_commented_out(file: &FileView<'_>, key: Span) -> bool {
    let text = file.source().and_then(|source| source.text.as_deref()).unwrap_or_default();
    let rest =
        text.get(key.end..).and_then(|rest| rest.lines().next()).and_then(|line| line.trim_start().strip_prefix(':'));
    rest.is_some_and(|rest| rest.trim_start().starts_with('#'))
}

fn is_empty(node: &YamlNode) -> bool {
    match &node.value {
        Yaml::Scalar(scalar) => node.is_null() || scalar.text.trim().is_empty(),
        Yaml::List(items) => items.iter().all(is_empty),
        Yaml::Map(map) => map.is_empty(),
    }
}

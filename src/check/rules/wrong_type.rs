//! A field of another type than the ontology's, or a part of a record of no form that is understood.
//!
//! `title`, `status`, `summary`, `sensitivity` and `updatedAt` are single values, `owners`, `tags`, `aliases` and
//! `repoRefs` lists of them. A kind may type further fields, or these otherwise, under `fields` in
//! `ontology/node-kinds.yaml`:
//!
//! | type | takes |
//! | --- | --- |
//! | `string` | one value on one line |
//! | `text` | one value |
//! | `integer`, `number`, `boolean` | what YAML reads as such, unquoted |
//! | `date-time` | one value; [LK104](#lk104-invalid-timestamp) looks at its form |
//! | `enum` | one of the listed `values` |
//! | `ref` | a record id; with `values`, of one of these kinds |
//! | `list` | a list of single values |
//!
//! # Why
//!
//! A filter on a field finds only what has the shape it asks for, and an edge of a form that is not
//! understood would be lost without a word.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   title: [Restart, the importer]
//!   owners: team:platform
//! ```
//!
//! # How to mend it
//!
//! Write the value in the form that is named, or let a maintainer change the field's type.

use super::{Rule, Run, field_subject, meant, pass_on};
use crate::base::{Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::quote::{listed, quoted};
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::note::{DiagnosticKind, Record, Scalar, ScalarKind, Yaml, YamlNode};
use crate::ontology::{COMMON_FIELDS, Field, FieldType, Ontology};
use std::collections::HashSet;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK102",
        name: "wrong-type",
        severity: Severity::Error,
        adjustable: true,
        summary: "a field of another type than the ontology's",
    },
    source: include_str!("wrong_type.rs"),
    run: Run::File(look),
};

/// What is wrong with a value, and how to mend it.
struct Wrong {
    span: Span,
    is: String,
    help: String,
}

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    pass_on(file, DiagnosticKind::WrongShape, notes);
    let reported = reported_places(file);
    for record in file.records() {
        for (name, _, node) in &record.fields.entries {
            let suggest = notes.suggests(file.index);
            let Some(wrong) =
                field_of(file, record, name).and_then(|field| judge(&field, node, file.ontology, suggest))
            else {
                continue;
            };
            if !reported.contains(&wrong.span) {
                let message = format!("the field {} {}", quoted(name), wrong.is);
                notes.add(file.index, wrong.span, Draft::new(message, wrong.help, field_subject(record, name)));
            }
        }
    }
}

/// Where reading the file has already found a wrong shape.
fn reported_places(file: &FileView<'_>) -> HashSet<Span> {
    let diagnostics = file.source().map_or(&[][..], |source| &source.diagnostics);
    let shapes = diagnostics.iter().filter(|diagnostic| diagnostic.kind == DiagnosticKind::WrongShape);
    shapes.map(|diagnostic| diagnostic.span).collect()
}

/// The type of a field: the kind's own, else the common one.
fn field_of(file: &FileView<'_>, record: &Record, name: &str) -> Option<Field> {
    let own = file.kind_of(record).and_then(|kind| kind.fields.get(name)).cloned();
    own.or_else(|| {
        let (_, kind) = COMMON_FIELDS.iter().find(|(common, _)| *common == name)?;
        Some(Field { kind: *kind, values: Vec::new() })
    })
}

fn judge(field: &Field, node: &YamlNode, ontology: &Ontology, suggest: bool) -> Option<Wrong> {
    match (&node.value, field.kind) {
        _ if node.is_null() => None,
        (Yaml::List(items), FieldType::List) => items.iter().find_map(judge_item),
        (_, FieldType::List) => wrong(node, "is not a list", help_for_list(node)),
        (Yaml::Scalar(scalar), _) => judge_scalar(field, node, scalar, ontology, suggest),
        _ => wrong(node, "is not a single value", "write one value, not a list or a map"),
    }
}

fn judge_item(item: &YamlNode) -> Option<Wrong> {
    let single = matches!(item.value, Yaml::Scalar(_));
    let help = "write each item as one value, in quotes where it holds `: `";
    if single { None } else { wrong(item, "holds an item that is not a single value", help) }
}

/// The list that a single value was meant as.
fn help_for_list(node: &YamlNode) -> String {
    match node.text() {
        Some(text) if text.starts_with('-') => "put a space after each dash: `- one`".to_owned(),
        Some(text) if !text.trim().is_empty() && !text.contains([',', '\n']) => {
            format!("write it as a list: {}", quoted(&format!("[{text}]")))
        }
        _ => "write it as a list: `[one, two]`".to_owned(),
    }
}

fn judge_scalar(field: &Field, node: &YamlNode, scalar: &Scalar, ontology: &Ontology, suggest: bool) -> Option<Wrong> {
    use ScalarKind::{Bool, Float, Int};
    match (field.kind, scalar.kind) {
        (FieldType::String, _) if scalar.text.contains('\n') => {
            wrong(node, "has more than one line", "write it on one line")
        }
        (FieldType::String | FieldType::Text | FieldType::DateTime | FieldType::List, _) => None,
        (FieldType::Integer, Int(_)) | (FieldType::Number, Int(_) | Float(_)) | (FieldType::Boolean, Bool(_)) => None,
        (FieldType::Integer, _) => wrong(node, "is not a whole number", "write digits only, without quotes"),
        (FieldType::Number, _) => wrong(node, "is not a number", "write a number, without quotes"),
        (FieldType::Boolean, _) => {
            wrong(node, "is neither `true` nor `false`", "write `true` or `false`, without quotes")
        }
        (FieldType::Enum, _) => judge_enum(field, node, &scalar.text, suggest),
        (FieldType::Ref, _) => judge_ref(field, node, &scalar.text, ontology),
    }
}

fn judge_enum(field: &Field, node: &YamlNode, text: &str, suggest: bool) -> Option<Wrong> {
    if field.values.iter().any(|value| value == text) {
        return None;
    }
    let help = meant(text, &field.values, suggest);
    wrong(node, &format!("is {}, which is none of its values", quoted(text)), help)
}

/// A ref is an id; where the field names kinds, one with the prefix of such a kind.
fn judge_ref(field: &Field, node: &YamlNode, text: &str, ontology: &Ontology) -> Option<Wrong> {
    let Some((prefix, _)) = text.split_once(':').filter(|(prefix, slug)| !prefix.is_empty() && !slug.is_empty()) else {
        return wrong(node, &format!("is {}, which is no record id", quoted(text)), "write `<prefix>:<slug>`");
    };
    let kinds = || field.values.iter().filter_map(|kind| ontology.node_kinds.get(kind));
    if field.values.is_empty() || kinds().any(|kind| kind.takes_prefix(prefix)) {
        return None;
    }
    let help = format!("name a record of kind {}", listed(field.values.iter().map(String::as_str)));
    wrong(node, &format!("names {}, a record of another kind", quoted(text)), help)
}

fn wrong(node: &YamlNode, is: &str, help: impl Into<String>) -> Option<Wrong> {
    Some(Wrong { span: node.span, is: is.to_owned(), help: help.into() })
}

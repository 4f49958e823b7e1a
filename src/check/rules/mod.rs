//! The table of rules: one rule, one file, whose doc is its manual page.

pub(super) mod dangling_edge;
mod duplicate_id;
mod high_entropy_string;
mod id_prefix_mismatch;
mod invalid_front_matter;
mod invalid_id;
mod invalid_status;
mod invalid_timestamp;
mod invalid_utf8;
mod invalid_yaml;
mod missing_field;
mod ontology_version;
mod path_policy;
mod prompt_injection;
mod secret_detected;
mod unknown_edge_kind;
mod unknown_node_kind;
mod unsafe_entry;
mod wrong_type;

use super::draft::{Draft, Notes};
use super::tree::{FileView, Tree};
use super::types::RuleInfo;
use crate::note::{DiagnosticKind, Record};
use crate::screen;

/// A rule: what the table says of it, its file, and how it looks.
pub(super) struct Rule {
    pub(super) info: RuleInfo,
    /// The text of the rule's own file, which begins with its manual page.
    pub(super) source: &'static str,
    pub(super) run: Run,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// One file at a time: a file that did not change need not be looked at again.
    File(fn(&FileView<'_>, &mut Notes<'_>)),
    /// The whole tree.
    Tree(fn(&Tree<'_>, &mut Notes<'_>)),
}

/// Every rule, in code order.
pub(super) static RULES: &[Rule] = &[
    invalid_utf8::RULE,
    invalid_yaml::RULE,
    invalid_front_matter::RULE,
    missing_field::RULE,
    wrong_type::RULE,
    invalid_status::RULE,
    invalid_timestamp::RULE,
    invalid_id::RULE,
    id_prefix_mismatch::RULE,
    unknown_node_kind::RULE,
    unknown_edge_kind::RULE,
    dangling_edge::RULE,
    duplicate_id::RULE,
    secret_detected::RULE,
    high_entropy_string::RULE,
    prompt_injection::RULE,
    path_policy::RULE,
    unsafe_entry::RULE,
    ontology_version::RULE,
];

/// Passes on what reading a file found.
fn pass_on(file: &FileView<'_>, kind: DiagnosticKind, notes: &mut Notes<'_>) {
    let diagnostics = file.source().map_or(&[][..], |source| &source.diagnostics);
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.kind == kind) {
        let message = screen::redact(&diagnostic.message).text;
        notes.add(file.index, diagnostic.span, Draft::new(message, &diagnostic.help, subject_of(file)));
    }
}

/// The subject of what concerns a file.
fn subject_of(file: &FileView<'_>) -> String {
    file.file.shown_path()
}

/// The subject of what concerns a field of a record.
fn field_subject(record: &Record, field: &str) -> String {
    format!("{} {field}", record.id.value)
}

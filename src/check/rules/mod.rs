//! The table of rules: one rule, one file, whose doc is its manual page.

pub(super) mod broken_expectation;
pub(super) mod dangling_edge;
mod deprecated_kind;
mod duplicate_id;
mod edge_cycle;
mod edge_endpoint;
mod file_too_large;
mod forbidden_status_transition;
mod high_entropy_string;
mod id_changed;
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
mod referenced_record_deleted;
mod secret_detected;
pub(super) mod stale_index;
mod unknown_edge_kind;
mod unknown_node_kind;
mod unknown_owner;
mod unknown_sensitivity;
mod unknown_tag;
mod unsafe_entry;
mod wrong_type;

use super::draft::{Draft, Notes};
use super::quote::{listed, quoted};
use super::tree::{FileView, Tree};
use super::types::RuleInfo;
use crate::base::Span;
use crate::note::{DiagnosticKind, Record, YamlMap, YamlNode};
use crate::ontology::nearest;
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
    /// A tree and the one before it: only where there is a base. What it finds is about the change, which always answers for it;
    /// files are those of the tree after.
    Change(fn(&Change<'_>, &mut Notes<'_>)),
    /// What saved queries find, which no tree alone says: whoever has an index asks them.
    Answers,
}

/// Two trees, or the parts of them that a change reaches.
pub(super) struct Change<'a> {
    pub(super) before: &'a Tree<'a>,
    pub(super) after: &'a Tree<'a>,
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
    unknown_sensitivity::RULE,
    unknown_node_kind::RULE,
    unknown_edge_kind::RULE,
    edge_endpoint::RULE,
    dangling_edge::RULE,
    duplicate_id::RULE,
    edge_cycle::RULE,
    deprecated_kind::RULE,
    unknown_owner::RULE,
    unknown_tag::RULE,
    forbidden_status_transition::RULE,
    id_changed::RULE,
    referenced_record_deleted::RULE,
    secret_detected::RULE,
    high_entropy_string::RULE,
    prompt_injection::RULE,
    path_policy::RULE,
    file_too_large::RULE,
    unsafe_entry::RULE,
    stale_index::RULE,
    ontology_version::RULE,
    broken_expectation::RULE,
];

/// Passes on what reading a file found.
fn pass_on(file: &FileView<'_>, kind: DiagnosticKind, notes: &mut Notes<'_>) {
    let diagnostics = file.source().map_or(&[][..], |source| &source.diagnostics);
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.kind == kind) {
        let safe = |sentence: &str| screen::redact(sentence).text;
        let mut draft = Draft::new(safe(&diagnostic.message), safe(&diagnostic.help), subject_of(file));
        draft.related.extend(diagnostic.related.iter().map(|(span, what)| (file.index, *span, what.clone())));
        notes.add(file.index, diagnostic.span, draft);
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

/// The items of a list field with their places. What is empty is left out; what is no list is LK102's business.
fn items<'a>(fields: &'a YamlMap, field: &str) -> impl Iterator<Item = (&'a str, Span)> + use<'a> {
    let nodes = fields.get(field).and_then(YamlNode::as_list).unwrap_or_default();
    let items = nodes.iter().filter_map(|node| Some((node.text()?, node.span)));
    items.filter(|(item, _)| !item.trim().is_empty())
}

/// The sentence that says which of the known words to use instead of one that is none of them; with `near` the
/// nearest one.
fn meant(word: &str, known: &[String], near: bool) -> String {
    let known = || known.iter().map(String::as_str);
    match near.then(|| nearest(word, known())).flatten() {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None if known().next().is_none() => "delete it: no such word is known".to_owned(),
        None => format!("use one of {}", listed(known())),
    }
}

//! The filters of a question: which records may come back.

use super::sight::NOTE;
use super::types::GraphQuestion;
use crate::index::Card;
use crate::index::Entry;

/// The kind of an entry; a note without one is a `Note`.
pub(super) fn kind_of(entry: &Entry) -> &str {
    entry.kind.as_deref().unwrap_or(NOTE)
}

/// Whether an entry passes every filter. Archived entries pass only where they were asked for.
pub(super) fn passes(graph: &GraphQuestion, entry: &Entry) -> bool {
    passes_named(graph, entry) && (entry.status.as_deref() != Some("archived") || wants_archived(graph))
}

/// Whether a card passes the filters that need no more than it.
pub(super) fn passes_card(graph: &GraphQuestion, card: &Card<'_>) -> bool {
    one_of(&graph.kinds, card.kind.unwrap_or(NOTE))
        && (graph.statuses.is_empty() || card.status.is_some_and(|status| one_of(&graph.statuses, status)))
        && (card.status != Some("archived") || wants_archived(graph))
}

/// Whether there are filters that need more than a card.
pub(super) fn needs_record(graph: &GraphQuestion) -> bool {
    [&graph.owners, &graph.tags, &graph.repo_refs].iter().any(|list| !list.is_empty())
}

/// Whether an entry that was named itself passes: being archived is no hindrance then.
pub(super) fn passes_named(graph: &GraphQuestion, entry: &Entry) -> bool {
    one_of(&graph.kinds, kind_of(entry))
        && (graph.statuses.is_empty() || entry.status.as_deref().is_some_and(|s| one_of(&graph.statuses, s)))
        && any_of(&graph.owners, &entry.owners)
        && any_of(&graph.tags, &entry.tags)
        && (graph.repo_refs.is_empty()
            || graph.repo_refs.iter().any(|asked| entry.repo_refs.iter().any(|has| same_repository(asked, has))))
}

/// Whether two references name one repository: `krate` is short for `repository:krate`.
pub(super) fn same_repository(a: &str, b: &str) -> bool {
    let bare = |name: &str| name.strip_prefix("repository:").unwrap_or(name).to_owned();
    bare(a) == bare(b)
}

fn wants_archived(graph: &GraphQuestion) -> bool {
    graph.include_archived || graph.statuses.iter().any(|s| s == "archived")
}

fn one_of(allowed: &[String], value: &str) -> bool {
    allowed.is_empty() || allowed.iter().any(|a| a == value)
}

fn any_of(allowed: &[String], values: &[String]) -> bool {
    allowed.is_empty() || values.iter().any(|value| allowed.contains(value))
}

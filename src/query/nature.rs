//! What a record's own nature adds to its score, whatever was asked.

use super::ask::Asked;
use super::catalog::{Catalog, name_of};
use super::weights::Weight;
use crate::index::EntryId;

/// The most literal components of a glob that count.
const MOST_COMPONENTS: usize = 4;

/// Takes a reason, its weight, and what writes its detail.
pub(super) type Give<'g> = dyn FnMut(&'static str, Weight, &dyn Fn() -> String) + 'g;

/// Gives each reason that a record's nature is.
pub(super) fn each(catalog: &Catalog<'_>, asked: &Asked<'_>, entry: EntryId, text: Weight, give: &mut Give<'_>) {
    let ranking = catalog.ranking;
    let card = catalog.card(entry);
    if let Some((glob, components)) = scope(catalog, entry) {
        let weight = Weight::of(ranking.scope * components.min(MOST_COMPONENTS) as f64);
        give("scope", weight, &|| glob.to_owned());
    }
    // Newness against the newest record of the commit: the clock has no say.
    if let (Some(updated), Some(newest)) = (card.updated, catalog.newest()) {
        let age = newest.saturating_sub(updated).max(0) as f64 / 86_400.0;
        let half = ranking.recency_half_days;
        let weight = Weight::of(ranking.recency * half / (half + age));
        give("recency", weight, &|| format!("{} days before the newest", age.floor()));
    }
    if let Some(status) = card.status {
        let weight = match status {
            "approved" => ranking.approved,
            "deprecated" => ranking.deprecated,
            "archived" => ranking.archived,
            _ => ranking.draft,
        };
        give("status", Weight::of(weight), &|| status.to_owned());
    }
    if let Some(by) = catalog.superseded_by(entry).filter(|by| *by != entry) {
        let weight = Weight::of(ranking.superseded - ranking.superseded_text * text.value());
        give("superseded", weight, &|| format!("superseded by {}", name_of(catalog.record(by))));
    }
    if card.kind == Some("RunJournalEvent") && !asked.is_replay() {
        let detail = || "a raw event ranks below summaries".to_owned();
        give("journal-event", Weight::of(ranking.journal_event), &detail);
    }
    let half = ranking.size_half_lines;
    let weight = Weight::of(ranking.size * half / (half + f64::from(card.lines) - 1.0));
    give("size", weight, &|| format!("{} lines", card.lines));
}

fn scope<'c>(catalog: &'c Catalog<'_>, entry: EntryId) -> Option<(&'c str, usize)> {
    catalog.sight.include_paths.as_ref()?;
    catalog.sight.allowing_glob(catalog.record(entry).path.as_str())
}

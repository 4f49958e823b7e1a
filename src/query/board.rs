//! The candidates of an answer and the reasons that speak for each.

use super::ask::Asked;
use super::catalog::{Catalog, name_of};
use super::filter::kind_of;
use super::weights::{self, Weight, Why};
use crate::base::Timestamp;
use crate::index::{Entry, EntryId};
use std::collections::BTreeMap;

/// The candidates, each with its reasons.
#[derive(Default)]
pub(super) struct Board {
    found: BTreeMap<EntryId, Vec<Why>>,
}

/// A candidate with its final score.
pub(super) struct Ranked {
    /// Which record.
    pub(super) entry: EntryId,
    /// The sum of the weights.
    pub(super) score: Weight,
    /// The reasons, strongest step of the ladder first.
    pub(super) whys: Vec<Why>,
}

impl Board {
    /// Adds a reason for a record, which becomes a candidate by it.
    pub(super) fn add(&mut self, entry: EntryId, why: Why) {
        self.found.entry(entry).or_default().push(why);
    }

    /// Adds a reason for a record that is a candidate already.
    pub(super) fn support(&mut self, entry: EntryId, why: Why) {
        if let Some(whys) = self.found.get_mut(&entry) {
            whys.push(why);
        }
    }

    /// Whether a record is a candidate.
    pub(super) fn has(&self, entry: EntryId) -> bool {
        self.found.contains_key(&entry)
    }

    /// The candidates, in no order that means anything.
    pub(super) fn entries(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.found.keys().copied()
    }

    /// How many candidates there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The candidates with what their own nature adds, best first; ties by path and place in the file.
    pub(super) fn ranked(self, catalog: &Catalog<'_>, asked: &Asked<'_>) -> Vec<Ranked> {
        let mut ranked: Vec<Ranked> = self.found.into_iter().map(|found| rank(catalog, asked, found)).collect();
        ranked.sort_by(|a, b| {
            let place = |r: &Ranked| {
                let entry = catalog.view.entry(r.entry);
                (&entry.path, entry.ordinal)
            };
            b.score.cmp(&a.score).then_with(|| place(a).cmp(&place(b)))
        });
        ranked
    }
}

fn rank(catalog: &Catalog<'_>, asked: &Asked<'_>, (entry, mut whys): (EntryId, Vec<Why>)) -> Ranked {
    let record = catalog.record(entry);
    let text: Weight = whys.iter().filter(|why| why.reason == "text").map(|why| why.weight).sum();
    whys.extend(scope(catalog, record));
    whys.extend(recency(catalog, record));
    whys.extend(status(record));
    whys.extend(superseded(catalog, record, text));
    whys.extend(journal(asked, record));
    whys.push(size(record));
    Ranked { entry, score: weights::score(&whys), whys }
}

fn scope(catalog: &Catalog<'_>, record: &Entry) -> Option<Why> {
    let (glob, components) = catalog.sight.allowing_glob(record.path.as_str())?;
    Some(Why::new("scope", glob, weights::SCOPE_COMPONENT.times(components.min(4))))
}

/// Newness against the newest record of the commit: the clock has no say.
fn recency(catalog: &Catalog<'_>, record: &Entry) -> Option<Why> {
    let updated = Timestamp::parse(record.updated_at.as_deref()?).ok()?;
    let age = catalog.newest()?.seconds().saturating_sub(updated.seconds()).max(0) as f64 / 86_400.0;
    let half = weights::RECENCY_HALF_DAYS;
    let detail = format!("{} days before the newest", age.floor());
    Some(Why::new("recency", detail, Weight::of(weights::RECENCY * half / (half + age))))
}

fn status(record: &Entry) -> Option<Why> {
    let status = record.status.as_deref()?;
    let weight = match status {
        "approved" => weights::APPROVED,
        "deprecated" => weights::DEPRECATED,
        "archived" => weights::ARCHIVED,
        _ => weights::DRAFT,
    };
    Some(Why::new("status", status, weight))
}

fn superseded(catalog: &Catalog<'_>, record: &Entry, text: Weight) -> Option<Why> {
    let by = catalog.superseded_by(name_of(record)).filter(|by| *by != name_of(record))?;
    Some(Why::new("superseded", format!("superseded by {by}"), weights::SUPERSEDED + -text.halved()))
}

fn journal(asked: &Asked<'_>, record: &Entry) -> Option<Why> {
    let raw = kind_of(record) == "RunJournalEvent" && !asked.is_replay();
    raw.then(|| Why::new("journal-event", "a raw event ranks below summaries", weights::JOURNAL_EVENT))
}

fn size(record: &Entry) -> Why {
    let lines = (record.line_end.saturating_sub(record.line_start) + 1) as f64;
    let half = weights::SIZE_HALF_LINES;
    Why::new("size", format!("{lines} lines"), Weight::of(weights::SIZE * half / (half + lines - 1.0)))
}

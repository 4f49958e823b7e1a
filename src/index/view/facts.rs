//! What few rows of a commit have to say to every question, and what every candidate is asked: read from columns.

use super::super::segment::{ADDS, NEVER, SUPERSEDES, WITHHELD};
use super::super::types::{Entry, EntryId, IndexError};
use super::View;
use super::numbers::LiveRow;
use crate::base::Timestamp;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The sensitivity that keeps a body back.
const KEPT_BACK: &str = "secret-metadata";
/// The kind of an edge to what a record takes the place of.
const REPLACES: &str = "supersedes";

/// What the records of a commit have to say to every question.
#[derive(Debug, Default)]
pub struct ViewFacts {
    /// What only adds to a record, each with that record where it is here; in order.
    pub sidecars: Vec<(EntryId, Option<EntryId>)>,
    /// The records whose body is kept back, by their own sensitivity or that of a sidecar; in order.
    pub withheld: Vec<EntryId>,
    /// The records that supersede others, each with what it supersedes; in order.
    pub superseding: Vec<(EntryId, String)>,
    /// The records with an `updatedAt`, each with its second, newest first.
    pub newest: Vec<(EntryId, i64)>,
}

/// What filters and ranking ask of every candidate.
#[derive(Clone, Copy, Debug)]
pub struct Card<'v> {
    /// Its kind.
    pub kind: Option<&'v str>,
    /// Its status.
    pub status: Option<&'v str>,
    /// The second it was updated.
    pub updated: Option<i64>,
    /// How many lines it has.
    pub lines: u32,
}

impl<'v> Card<'v> {
    /// The card of an entry.
    pub fn of(entry: &'v Entry) -> Self {
        let updated = entry.updated_at.as_deref().and_then(|text| Timestamp::parse(text).ok());
        Self {
            kind: entry.kind.as_deref(),
            status: entry.status.as_deref(),
            updated: updated.map(|moment| moment.seconds()),
            lines: entry.line_end.saturating_sub(entry.line_start) + 1,
        }
    }
}

impl View {
    /// What the records have to say to every question.
    pub fn facts(&self) -> &ViewFacts {
        self.facts.get_or_init(|| self.heeded(self.find_facts()))
    }

    /// The card of an entry, with what its sidecars say.
    pub fn card(&self, id: EntryId) -> Card<'_> {
        if self.sidecars().of.contains_key(&id.0) {
            return Card::of(self.entry(id));
        }
        let (part, card) = self.numbers().cards[id.0 as usize];
        let Ok(cards) = self.parts[part as usize].segment.cards() else { return Card::of(self.entry(id)) };
        let row = card as usize;
        Card {
            kind: cards.string(cards.kind[row]),
            status: cards.string(cards.status[row]),
            updated: Some(cards.updated[row]).filter(|at| *at != NEVER),
            lines: cards.lines[row],
        }
    }

    /// The entries that declare an id, in order.
    pub fn entries_of_id(&self, id: &str) -> Vec<EntryId> {
        self.live_rows(&|segment| segment.named(id)).into_iter().map(EntryId).collect()
    }

    /// The entries with an edge to a name, and those that apply to a repository that `is_meant` says is it; in order.
    pub fn entries_pointing_at(&self, name: &str, is_meant: &dyn Fn(&str) -> bool) -> Vec<EntryId> {
        let mut places: BTreeSet<u32> = self.live_rows(&|segment| segment.with_edge_to(name)).into_iter().collect();
        places.extend(self.heeded(self.applying_to(is_meant)));
        places.into_iter().map(EntryId).collect()
    }

    fn applying_to(&self, is_meant: &dyn Fn(&str) -> bool) -> Result<Vec<u32>, IndexError> {
        let mut places = Vec::new();
        for entry in self.live_entries() {
            let LiveRow { place, cards, row, .. } = entry?;
            if cards.repo_refs.get(row).iter().any(|code| is_meant(cards.strings.get(*code))) {
                places.push(place);
            }
        }
        Ok(places)
    }

    fn find_facts(&self) -> Result<ViewFacts, IndexError> {
        let sidecars = self.sidecars();
        let of = |place: &u32| (EntryId(*place), sidecars.subject.get(place).copied().map(EntryId));
        let mut facts = ViewFacts { sidecars: sidecars.all.iter().map(of).collect(), ..ViewFacts::default() };
        let mut withheld: BTreeSet<EntryId> = BTreeSet::new();
        for entry in self.live_entries() {
            let LiveRow { place, cards, row, .. } = entry?;
            let (id, flags) = (EntryId(place), cards.flags[row as usize]);
            if flags & ADDS != 0 {
                withheld.extend(sidecars.subject.get(&place).filter(|_| flags & WITHHELD != 0).map(|at| EntryId(*at)));
                continue;
            }
            let merged = sidecars.of.contains_key(&place).then(|| self.entry(id));
            let is_withheld = merged.map_or(flags & WITHHELD != 0, |e| e.sensitivity.as_deref() == Some(KEPT_BACK));
            withheld.extend(is_withheld.then_some(id));
            facts.newest.extend(self.card(id).updated.map(|seconds| (id, seconds)));
            if merged.is_some() || flags & SUPERSEDES != 0 {
                let edges = self.entry(id).edges.iter().filter(|(kind, _)| kind == REPLACES);
                facts.superseding.extend(edges.map(|(_, target)| (id, target.clone())));
            }
        }
        facts.withheld = withheld.into_iter().collect();
        facts.newest.sort_unstable_by_key(|(id, seconds)| (Reverse(*seconds), *id));
        Ok(facts)
    }
}

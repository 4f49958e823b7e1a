//! The records of a commit as a question sees them: sidecars counted for the record they add to,
//! and what the caller may not see told apart.

use super::filter::{self, kind_of};
use super::sight::Denial;
use super::types::{GraphQuestion, Visibility};
use crate::base::RepoPath;
use crate::index::{Card, Entry, EntryId, Openness, View, ViewFacts};
use crate::ontology::Ranking;
use std::collections::BTreeMap;

/// The records of a commit, seen by one caller.
pub(super) struct Catalog<'v> {
    /// The commit.
    pub(super) view: &'v View,
    /// What the caller may see.
    pub(super) sight: &'v Visibility,
    /// What counts in the order of an answer.
    pub(super) ranking: &'v Ranking,
    facts: &'v ViewFacts,
    without_hidden: BTreeMap<EntryId, Entry>,
    /// What is superseded, each with the first record that does it.
    superseded: BTreeMap<EntryId, EntryId>,
    newest: Option<i64>,
}

/// What an id of the graph stands for.
pub(super) enum Node {
    /// A record that the caller may see.
    Record(EntryId),
    /// A record that the caller may not see.
    Hidden(EntryId, Denial),
    /// No record here.
    Unknown,
}

impl<'v> Catalog<'v> {
    /// The records of a commit, for one caller.
    pub(super) fn new(view: &'v View, sight: &'v Visibility, ranking: &'v Ranking) -> Self {
        let mut catalog = Self {
            view,
            sight,
            ranking,
            facts: view.facts(),
            without_hidden: BTreeMap::new(),
            superseded: BTreeMap::new(),
            newest: None,
        };
        catalog.take_out_hidden();
        catalog.superseded = catalog.superseded_records();
        catalog.newest = catalog.newest_seen();
        catalog
    }

    /// An entry with what its sidecars say, those that the caller may see.
    pub(super) fn record(&self, id: EntryId) -> &Entry {
        self.without_hidden.get(&id).unwrap_or_else(|| self.view.entry(id))
    }

    /// What filters and ranking ask of a record.
    pub(super) fn card(&self, id: EntryId) -> Card<'_> {
        self.without_hidden.get(&id).map_or_else(|| self.view.card(id), Card::of)
    }

    /// Whether a record passes every filter.
    pub(super) fn passes(&self, graph: &GraphQuestion, id: EntryId) -> bool {
        filter::passes_card(graph, &self.card(id))
            && (!filter::needs_record(graph) || filter::passes(graph, self.record(id)))
    }

    /// The entry that an entry is about: itself, or the record it adds to. `None` where that is nowhere.
    pub(super) fn subject(&self, id: EntryId) -> Option<EntryId> {
        let sidecars = &self.facts.sidecars;
        sidecars.binary_search_by_key(&id, |(sidecar, _)| *sidecar).map_or(Some(id), |at| sidecars[at].1)
    }

    /// The records and notes, in (path, ordinal) order, the hidden ones among them.
    pub(super) fn subjects(&self) -> impl Iterator<Item = EntryId> + '_ {
        let is_sidecar = |id: EntryId| self.facts.sidecars.binary_search_by_key(&id, |(sidecar, _)| *sidecar).is_ok();
        self.view.entries().iter().copied().filter(move |id| !is_sidecar(*id))
    }

    /// What hides an entry, if anything does.
    pub(super) fn denial(&self, id: EntryId) -> Option<Denial> {
        if self.sight.is_open() {
            return None;
        }
        let path = self.view.entry(id).path.as_str();
        let kind = kind_of(self.record(self.subject(id).unwrap_or(id)));
        self.sight.path_denial(path).or_else(|| self.sight.kind_denial(Some(kind)))
    }

    /// What hides an entry or the record it is about, and which of the two it hides.
    pub(super) fn hidden(&self, id: EntryId) -> Option<(Denial, EntryId)> {
        let about = self.subject(id).filter(|subject| *subject != id);
        [Some(id), about].into_iter().flatten().find_map(|id| Some((self.denial(id)?, id)))
    }

    /// How much of an entry the caller may be told.
    pub(super) fn openness(&self, id: EntryId) -> Openness {
        if self.hidden(id).is_some() {
            Openness::Hidden
        } else if self.is_withheld(id) {
            Openness::Metadata
        } else {
            Openness::Open
        }
    }

    /// Whether everything of every entry may be told.
    pub(super) fn is_open(&self) -> bool {
        self.sight.is_open() && self.facts.withheld.is_empty()
    }

    /// What an id, or the path of a note, stands for in the graph: of several with that id the first that the caller may see.
    pub(super) fn node(&self, id: &str) -> Node {
        let found = self.view.entry_of_id(id).or_else(|| self.view.entries_of_path(id).first().copied());
        match found.map(|entry| (entry, self.denial(entry))) {
            Some((entry, Some(denial))) => match self.seen_of(id) {
                Some(seen) => Node::Record(seen),
                None => Node::Hidden(entry, denial),
            },
            Some((entry, None)) => Node::Record(entry),
            None => Node::Unknown,
        }
    }

    /// Whether the body of an entry is kept back: its sensitivity is `secret-metadata`.
    pub(super) fn is_withheld(&self, id: EntryId) -> bool {
        self.facts.withheld.binary_search(&self.subject(id).unwrap_or(id)).is_ok()
    }

    /// Whether an edge of the graph is told by a file that the caller may see.
    pub(super) fn shows_edge(&self, from: EntryId, kind: &str, to: &str) -> bool {
        let told = || self.record(from).edges.iter().any(|(k, t)| k == kind && t == to);
        !self.without_hidden.contains_key(&from) || kind == "mentions" || told()
    }

    /// The approved record that supersedes a record.
    pub(super) fn superseded_by(&self, id: EntryId) -> Option<EntryId> {
        self.superseded.get(&id).copied()
    }

    /// The second of the newest `updatedAt` of what the caller may see.
    pub(super) fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The entries of a path.
    pub(super) fn entries_of(&self, path: &RepoPath) -> &'v [EntryId] {
        self.view.entries_of_path(path.as_str())
    }

    /// Takes what hidden sidecars say out of the records they add to.
    fn take_out_hidden(&mut self) {
        let is_seen = |sidecar: &Entry| self.sight.path_denial(sidecar.path.as_str()).is_none();
        let about =
            |(sidecar, declared): &(EntryId, Option<EntryId>)| declared.filter(|_| !is_seen(self.view.entry(*sidecar)));
        if !self.sight.is_open() {
            let records = self.facts.sidecars.iter().filter_map(about);
            self.without_hidden = records.map(|record| (record, self.view.entry_with(record, &is_seen))).collect();
        }
    }

    fn newest_seen(&self) -> Option<i64> {
        let as_written = |id: &EntryId| !self.without_hidden.contains_key(id);
        let mut whole = self.facts.newest.iter().filter(|(id, _)| as_written(id));
        let newest = whole.find(|(id, _)| self.denial(*id).is_none()).map(|(_, seconds)| *seconds);
        let others = self.without_hidden.keys().filter(|id| self.denial(**id).is_none());
        others.filter_map(|id| self.card(*id).updated).chain(newest).max()
    }

    fn seen_of(&self, id: &str) -> Option<EntryId> {
        self.view.entries_of_id(id).into_iter().find(|entry| self.denial(*entry).is_none())
    }

    fn superseded_records(&self) -> BTreeMap<EntryId, EntryId> {
        let mut superseded = BTreeMap::new();
        for (by, target) in self.facts.superseding.iter().filter(|(by, _)| self.denial(*by).is_none()) {
            let says = self.card(*by).status == Some("approved") && self.shows_edge(*by, "supersedes", target);
            if let (true, Node::Record(target)) = (says, self.node(target)) {
                superseded.entry(target).or_insert(*by);
            }
        }
        superseded
    }
}

/// The name of an entry in the graph: its id, or the path of a note.
pub(super) fn name_of(entry: &Entry) -> &str {
    entry.id.as_deref().unwrap_or(entry.path.as_str())
}

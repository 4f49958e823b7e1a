//! The records of a commit as a question sees them: sidecars counted for the record they add to,
//! and what the caller may not see told apart.

use super::filter::kind_of;
use super::sight::Denial;
use super::types::Visibility;
use crate::base::{RepoPath, Timestamp};
use crate::index::{Entry, EntryId, View};
use crate::note::RecordForm;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The records of a commit, seen by one caller.
pub(super) struct Catalog<'v> {
    /// The commit.
    pub(super) view: &'v View,
    /// What the caller may see.
    pub(super) sight: &'v Visibility,
    additions: BTreeMap<EntryId, EntryId>,
    without_hidden: BTreeMap<EntryId, Entry>,
    withheld: BTreeSet<EntryId>,
    seen_ids: Option<HashMap<&'v str, EntryId>>,
    superseded: BTreeMap<String, String>,
    newest: Option<Timestamp>,
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
    /// Looks through the entries of a commit once.
    pub(super) fn new(view: &'v View, sight: &'v Visibility) -> Self {
        let mut catalog = Self {
            view,
            sight,
            additions: BTreeMap::new(),
            without_hidden: BTreeMap::new(),
            withheld: BTreeSet::new(),
            seen_ids: None,
            superseded: BTreeMap::new(),
            newest: None,
        };
        catalog.note_additions();
        catalog.seen_ids = (!sight.is_open()).then(|| catalog.index_seen_ids());
        catalog.look_through();
        catalog
    }

    /// An entry with what its sidecars say, those that the caller may see.
    pub(super) fn record(&self, id: EntryId) -> &Entry {
        self.without_hidden.get(&id).unwrap_or_else(|| self.view.entry(id))
    }

    /// The entry that an entry is about: itself, or the record it adds to. `None` where that is nowhere.
    pub(super) fn subject(&self, id: EntryId) -> Option<EntryId> {
        if declares(self.view.entry(id)) { Some(id) } else { self.additions.get(&id).copied() }
    }

    /// The records and notes, in (path, ordinal) order, the hidden ones among them.
    pub(super) fn subjects(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.view.entries().iter().copied().filter(|id| declares(self.view.entry(*id)))
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

    /// What an id, or the path of a note, stands for in the graph.
    pub(super) fn node(&self, id: &str) -> Node {
        if let Some(seen) = self.seen_ids.as_ref().and_then(|ids| ids.get(id)) {
            return Node::Record(*seen);
        }
        let found = self.view.entry_of_id(id).or_else(|| self.view.entries_of_path(id).first().copied());
        match found.map(|entry| (entry, self.denial(entry))) {
            Some((entry, Some(denial))) => Node::Hidden(entry, denial),
            Some((entry, None)) => Node::Record(entry),
            None => Node::Unknown,
        }
    }

    /// Whether the body of an entry is kept back: its sensitivity is `secret-metadata`.
    pub(super) fn is_withheld(&self, id: EntryId) -> bool {
        self.withheld.contains(&self.subject(id).unwrap_or(id))
    }

    /// Whether an edge of the graph is told by a file that the caller may see.
    pub(super) fn shows_edge(&self, from: EntryId, kind: &str, to: &str) -> bool {
        let told = || self.record(from).edges.iter().any(|(k, t)| k == kind && t == to);
        !self.without_hidden.contains_key(&from) || kind == "mentions" || told()
    }

    /// The approved record that supersedes an id.
    pub(super) fn superseded_by(&self, id: &str) -> Option<&str> {
        self.superseded.get(id).map(String::as_str)
    }

    /// The newest `updatedAt` of what the caller may see.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// The entries of a path.
    pub(super) fn entries_of(&self, path: &RepoPath) -> &'v [EntryId] {
        self.view.entries_of_path(path.as_str())
    }

    fn note_additions(&mut self) {
        for id in self.view.entries() {
            let entry = self.view.entry(*id);
            if entry.sensitivity.as_deref() == Some("secret-metadata") && declares(entry) {
                self.withheld.insert(*id);
            }
            let declared = (!declares(entry)).then(|| entry.id.as_deref().and_then(|name| self.view.entry_of_id(name)));
            if let Some(declared) = declared.flatten().filter(|found| declares(self.view.entry(*found))) {
                self.note(*id, declared);
            }
        }
    }

    /// Notes a sidecar's record. What a hidden sidecar says is taken out of it.
    fn note(&mut self, addition: EntryId, declared: EntryId) {
        let entry = self.view.entry(addition);
        self.additions.insert(addition, declared);
        if entry.sensitivity.as_deref() == Some("secret-metadata") {
            self.withheld.insert(declared);
        }
        if self.sight.path_denial(entry.path.as_str()).is_some() {
            let seen = |sidecar: &Entry| self.sight.path_denial(sidecar.path.as_str()).is_none();
            let without = self.view.entry_with(declared, &seen);
            self.without_hidden.insert(declared, without);
        }
    }

    fn index_seen_ids(&self) -> HashMap<&'v str, EntryId> {
        let mut ids = HashMap::new();
        for entry in self.subjects().filter(|entry| self.denial(*entry).is_none()) {
            if let Some(id) = self.view.entry(entry).id.as_deref() {
                ids.entry(id).or_insert(entry);
            }
        }
        ids
    }

    fn look_through(&mut self) {
        let mut superseded = BTreeMap::new();
        let mut newest = Newest::default();
        for id in self.subjects().filter(|id| self.denial(*id).is_none()) {
            let entry = self.record(id);
            newest.take(entry.updated_at.as_deref().unwrap_or_default());
            if entry.status.as_deref() != Some("approved") {
                continue;
            }
            for (_, target) in entry.edges.iter().filter(|(kind, _)| kind == "supersedes") {
                superseded.entry(target.clone()).or_insert_with(|| name_of(entry).to_owned());
            }
        }
        (self.superseded, self.newest) = (superseded, newest.moment);
    }
}

/// The name of an entry in the graph: its id, or the path of a note.
pub(super) fn name_of(entry: &Entry) -> &str {
    entry.id.as_deref().unwrap_or(entry.path.as_str())
}

fn declares(entry: &Entry) -> bool {
    entry.form.is_none_or(RecordForm::declares)
}

/// The newest of many moments, most of them compared as they are written.
#[derive(Default)]
struct Newest<'a> {
    moment: Option<Timestamp>,
    /// That moment as it was written, where it is in UTC and without a fraction.
    written: &'a str,
}

impl<'a> Newest<'a> {
    fn take(&mut self, text: &'a str) {
        let plain = text.len() == 20 && text.ends_with('Z');
        if plain && text <= self.written {
            return;
        }
        let moment = Timestamp::parse(text).ok();
        if moment > self.moment {
            *self = Self { moment, written: if plain { text } else { "" } };
        }
    }
}

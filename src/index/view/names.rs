//! Names to entries, and records with what their sidecars say.

use super::super::prose;
use super::super::segment::ADDS;
use super::super::types::{Entry, IndexError};
use super::numbers::LiveRow;
use super::{NOWHERE, View};
use crate::base::RepoPath;
use crate::note::RecordForm;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

/// The sidecars of a commit.
#[derive(Default)]
pub(super) struct Sidecars {
    /// All of them, in order.
    pub(super) all: Vec<u32>,
    /// The sidecars of each record.
    pub(super) of: HashMap<u32, Vec<u32>>,
    /// The record of each sidecar.
    pub(super) subject: HashMap<u32, u32>,
    /// Records put together with all their sidecars.
    merged: HashMap<u32, OnceLock<Box<Entry>>>,
}

/// What stands where an entry could not be read.
static NOTHING: LazyLock<Entry> = LazyLock::new(|| Entry {
    path: RepoPath::parse("damaged").expect("it is a path"),
    ordinal: 0,
    form: None,
    id: None,
    kind: None,
    title: String::new(),
    status: None,
    owners: Vec::new(),
    tags: Vec::new(),
    repo_refs: Vec::new(),
    aliases: Vec::new(),
    sensitivity: None,
    updated_at: None,
    summary: String::new(),
    headings: Vec::new(),
    sections: Vec::new(),
    edges: Vec::new(),
    links: Vec::new(),
    line_start: 1,
    line_end: 1,
    fields: Vec::new(),
    digest: crate::base::Digest::of(b""),
});

impl View {
    /// The entry at a place, as its own file has it.
    pub(in crate::index) fn written(&self, place: u32) -> &Entry {
        let numbers = self.numbers();
        let slot = &numbers.written[place as usize];
        if let Some(entry) = slot.get() {
            return entry;
        }
        let (part, card) = numbers.cards[place as usize];
        match self.parts[part as usize].segment.entry(card) {
            Ok(entry) => slot.get_or_init(|| entry),
            Err(error) => {
                self.heed(error);
                slot.get_or_init(|| Arc::new(NOTHING.clone()))
            }
        }
    }

    /// The entry at a place, with what sidecars say about it.
    pub(super) fn merged(&self, place: u32) -> &Entry {
        let sidecars = self.sidecars();
        let Some(slot) = sidecars.merged.get(&place) else { return self.written(place) };
        slot.get_or_init(|| Box::new(self.merged_with(place, &|_| true)))
    }

    /// The same with only those sidecars that `keep` lets through.
    pub(super) fn merged_with(&self, place: u32, keep: &dyn Fn(&Entry) -> bool) -> Entry {
        let mut entry = self.written(place).clone();
        for sidecar in self.sidecars().of.get(&place).into_iter().flatten().map(|place| self.written(*place)) {
            if keep(sidecar) {
                apply(sidecar, &mut entry);
            }
        }
        entry
    }

    /// The sidecars.
    pub(super) fn sidecars(&self) -> &Sidecars {
        self.sidecars.get_or_init(|| self.heeded(self.find_sidecars()))
    }

    fn find_sidecars(&self) -> Result<Sidecars, IndexError> {
        let mut sidecars = Sidecars::default();
        let mut by_id: HashMap<&str, Vec<u32>> = HashMap::new();
        for (place, adds, id) in self.names_of_records()? {
            if adds {
                sidecars.all.push(place);
                by_id.entry(id).or_default().push(place);
            }
        }
        if by_id.is_empty() {
            return Ok(sidecars);
        }
        for (place, adds, id) in self.names_of_records()? {
            // The first that declares an id has all its sidecars.
            if let Some(adding) = by_id.get(id).filter(|_| !adds).cloned() {
                by_id.remove(id);
                sidecars.subject.extend(adding.iter().map(|sidecar| (*sidecar, place)));
                sidecars.merged.insert(place, OnceLock::new());
                sidecars.of.insert(place, adding);
            }
        }
        Ok(sidecars)
    }

    /// The place, whether it is a sidecar, and the id of every record.
    pub(super) fn names_of_records(&self) -> Result<Vec<(u32, bool, &str)>, IndexError> {
        let mut names = Vec::new();
        for entry in self.live_entries() {
            let LiveRow { place, cards, row, .. } = entry?;
            if let Some(id) = cards.string(cards.id[row as usize]) {
                names.push((place, cards.flags[row as usize] & ADDS != 0, id));
            }
        }
        Ok(names)
    }

    /// The first entry that declares an id.
    pub(in crate::index) fn place_of_id(&self, id: &str) -> Option<u32> {
        let declares = |place: &u32| {
            let entry = self.written(*place);
            entry.id.as_deref() == Some(id) && entry.form.is_some_and(RecordForm::declares)
        };
        self.live_rows(&|segment| segment.named(id)).into_iter().find(declares)
    }

    /// The first entry with an alias.
    pub(super) fn place_of_alias(&self, alias: &str) -> Option<u32> {
        let rows = self.live_rows(&|segment| segment.with_alias(alias));
        let subject = |place: &u32| self.sidecars().subject.get(place).copied();
        let mut places: Vec<u32> = rows.iter().copied().chain(rows.iter().filter_map(subject)).collect();
        places.sort_unstable();
        places.into_iter().find(|place| self.merged(*place).aliases.iter().any(|known| known == alias))
    }

    /// The first entry of a path, which may be written without `.md`.
    pub(super) fn place_of_path(&self, path: &str) -> Option<u32> {
        let first = |path: &str| self.entries_of_path(path).first().map(|id| id.0);
        first(path).or_else(|| first(&format!("{path}.md")))
    }

    /// The entry that a link means: by id, by path from the root or from the folder, by alias.
    pub(in crate::index) fn place_of_link(&self, target: &str, folder: Option<&str>) -> Option<u32> {
        self.place_of_id(target)
            .or_else(|| self.place_of_path(target))
            .or_else(|| self.place_of_path(&prose::resolve(folder, target)?))
            .or_else(|| self.place_of_alias(target))
    }

    /// The places of those rows of all segments that are live, in order.
    pub(super) fn live_rows(&self, rows: &dyn Fn(&super::Segment) -> Result<Vec<u32>, IndexError>) -> Vec<u32> {
        let mut live = Vec::new();
        for (part, places) in self.parts.iter().zip(&self.numbers().places) {
            let found = self.heeded(rows(&part.segment));
            live.extend(
                found.into_iter().filter_map(|row| places.get(row as usize)).filter(|place| **place != NOWHERE),
            );
        }
        live.sort_unstable();
        live
    }
}

/// Adds what a sidecar says to the record it is about; a patch also overrides fields.
fn apply(sidecar: &Entry, entry: &mut Entry) {
    add_new(&mut entry.edges, &sidecar.edges);
    if sidecar.form == Some(RecordForm::Patch) {
        override_fields(sidecar, entry);
    }
    add_new(&mut entry.owners, &sidecar.owners);
    add_new(&mut entry.repo_refs, &sidecar.repo_refs);
}

fn override_fields(patch: &Entry, entry: &mut Entry) {
    if patch.id.as_ref() != Some(&patch.title) {
        entry.title.clone_from(&patch.title);
    }
    if !patch.summary.is_empty() {
        entry.summary.clone_from(&patch.summary);
    }
    for (from, to) in [
        (&patch.status, &mut entry.status),
        (&patch.sensitivity, &mut entry.sensitivity),
        (&patch.updated_at, &mut entry.updated_at),
    ] {
        if from.is_some() {
            to.clone_from(from);
        }
    }
    for (from, to) in [
        (&patch.owners, &mut entry.owners),
        (&patch.tags, &mut entry.tags),
        (&patch.repo_refs, &mut entry.repo_refs),
        (&patch.aliases, &mut entry.aliases),
    ] {
        if !from.is_empty() {
            to.clone_from(from);
        }
    }
    entry.fields.retain(|(key, _)| patch.fields.iter().all(|(new, _)| new != key));
    entry.fields.extend(patch.fields.iter().cloned());
}

fn add_new<T: PartialEq + Clone>(to: &mut Vec<T>, from: &[T]) {
    for item in from {
        if !to.contains(item) {
            to.push(item.clone());
        }
    }
}

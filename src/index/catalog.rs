//! What the entries of one commit say, and what they are called: records with their sidecars, and the names that lead to them.

use super::prose;
use super::types::Entry;
use super::version::Version;
use crate::note::RecordForm;
use std::collections::HashMap;
use std::sync::Arc;

/// The entries of one commit. A place is an entry's position in (path, ordinal) order.
pub(super) struct Catalog {
    /// The entries of each file, as they were written.
    files: Vec<Arc<[Entry]>>,
    /// The first place of each file.
    starts: Vec<u32>,
    /// Entries that others add to or override, put together.
    merged: HashMap<u32, Entry>,
    /// Places of entries that declare an id, by (id, place).
    by_id: Vec<u32>,
    /// Places and alias numbers, by (alias, place).
    by_alias: Vec<(u32, u32)>,
}

impl Catalog {
    /// Reads the entries of versions in path order.
    pub(super) fn new(versions: &[Arc<Version>]) -> Self {
        let files: Vec<Arc<[Entry]>> = versions.iter().map(|version| version.entries()).collect();
        let starts =
            files.iter().scan(0, |next, file| Some(std::mem::replace(next, *next + file.len() as u32))).collect();
        let mut catalog = Self { files, starts, merged: HashMap::new(), by_id: Vec::new(), by_alias: Vec::new() };
        catalog.by_id = catalog.sorted_ids();
        catalog.merged = catalog.merge_sidecars();
        catalog.by_alias = catalog.sorted_aliases();
        catalog
    }

    /// The entry at a place, with what sidecars say about it.
    pub(super) fn entry(&self, place: u32) -> &Entry {
        self.merged.get(&place).unwrap_or_else(|| self.written(place))
    }

    /// The entry at a place, with what those sidecars say about it that `keep` lets through.
    pub(super) fn entry_with(&self, place: u32, keep: &dyn Fn(&Entry) -> bool) -> Entry {
        let mut entry = self.written(place).clone();
        let about = |sidecar: &&Entry| is_sidecar(sidecar) && sidecar.id == entry.id && keep(sidecar);
        let sidecars: Vec<&Entry> = (0..self.len()).map(|place| self.written(place)).filter(about).collect();
        sidecars.into_iter().for_each(|sidecar| apply(sidecar, &mut entry));
        entry
    }

    /// The entry at a place, as its own file has it.
    pub(super) fn written(&self, place: u32) -> &Entry {
        // A file without entries starts where the next one does; the last that starts here has the entry.
        let file = self.starts.partition_point(|start| *start <= place) - 1;
        &self.files[file][(place - self.starts[file]) as usize]
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> u32 {
        self.files.iter().map(|file| file.len() as u32).sum()
    }

    /// The first entry that declares an id.
    pub(super) fn place_of_id(&self, id: &str) -> Option<u32> {
        let first = self.by_id.partition_point(|place| self.id(*place) < id);
        self.by_id.get(first).copied().filter(|place| self.id(*place) == id)
    }

    /// The first entry with an alias.
    pub(super) fn place_of_alias(&self, alias: &str) -> Option<u32> {
        let first = self.by_alias.partition_point(|key| self.alias(*key) < alias);
        self.by_alias.get(first).filter(|key| self.alias(**key) == alias).map(|(place, _)| *place)
    }

    /// The first entry of a path, which may be written without `.md`.
    pub(super) fn place_of_path(&self, path: &str) -> Option<u32> {
        self.file_place(path).or_else(|| self.file_place(&format!("{path}.md")))
    }

    /// The entry that a link means: by id, by path from the root or from the folder, by alias.
    pub(super) fn place_of_link(&self, target: &str, folder: Option<&str>) -> Option<u32> {
        self.place_of_id(target)
            .or_else(|| self.place_of_path(target))
            .or_else(|| self.place_of_path(&prose::resolve(folder, target)?))
            .or_else(|| self.place_of_alias(target))
    }

    fn file_place(&self, path: &str) -> Option<u32> {
        let first = self.places_before(path);
        (first < self.len() && self.written(first).path.as_str() == path).then_some(first)
    }

    fn places_before(&self, path: &str) -> u32 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.written(middle).path.as_str() < path { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn sorted_ids(&self) -> Vec<u32> {
        let mut places: Vec<u32> = (0..self.len()).filter(|place| declares(self.written(*place))).collect();
        places.sort_by(|a, b| self.id(*a).cmp(self.id(*b)).then(a.cmp(b)));
        places
    }

    fn sorted_aliases(&self) -> Vec<(u32, u32)> {
        let of = |place: u32| (0..self.entry(place).aliases.len() as u32).map(move |alias| (place, alias));
        let mut keys: Vec<(u32, u32)> = (0..self.len()).flat_map(of).collect();
        keys.sort_by(|a, b| self.alias(*a).cmp(self.alias(*b)).then(a.cmp(b)));
        keys
    }

    fn id(&self, place: u32) -> &str {
        self.written(place).id.as_deref().unwrap_or_default()
    }

    fn alias(&self, (place, alias): (u32, u32)) -> &str {
        &self.entry(place).aliases[alias as usize]
    }

    fn merge_sidecars(&self) -> HashMap<u32, Entry> {
        let mut merged: HashMap<u32, Entry> = HashMap::new();
        for sidecar in (0..self.len()).map(|place| self.written(place)).filter(|entry| is_sidecar(entry)) {
            let Some(place) = sidecar.id.as_deref().and_then(|id| self.place_of_id(id)) else { continue };
            apply(sidecar, merged.entry(place).or_insert_with(|| self.written(place).clone()));
        }
        merged
    }
}

fn declares(entry: &Entry) -> bool {
    entry.id.is_some() && entry.form.is_some_and(RecordForm::declares)
}

fn is_sidecar(entry: &Entry) -> bool {
    entry.form.is_some_and(|form| !form.declares())
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

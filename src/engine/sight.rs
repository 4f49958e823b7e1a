//! What a caller sees of the records of one commit: hidden files and kinds are not there, and what a hidden sidecar
//! says of a record is not said.

use crate::change::LoadedTree;
use crate::index::{Entry, EntryId, View};
use crate::note::RecordForm;
use crate::query::Visibility;
use std::borrow::Cow;
use std::collections::HashSet;

/// The sensitivity of a record whose text is kept back: what it is called may be known, what it says may not.
const WITHHELD: &str = "secret-metadata";

/// The records of one commit as one caller sees them.
pub(super) struct Sight<'v> {
    view: &'v View,
    visibility: &'v Visibility,
    /// The records that a hidden sidecar speaks of.
    spoken_of: HashSet<&'v str>,
}

impl<'v> Sight<'v> {
    /// Looks once for sidecars that the caller does not see.
    pub(super) fn new(view: &'v View, visibility: &'v Visibility) -> Self {
        let entries = view.entries().iter().map(|id| view.entry(*id));
        let hidden = entries.filter(|e| is_sidecar(e) && !sees_path(visibility, e.path.as_str()));
        Self { view, visibility, spoken_of: hidden.filter_map(|e| e.id.as_deref()).collect() }
    }

    /// An entry, where the caller sees it, with what the sidecars they see say of it.
    pub(super) fn entry(&self, id: EntryId) -> Option<Cow<'v, Entry>> {
        let entry = self.view.entry(id);
        if !sees_path(self.visibility, entry.path.as_str()) {
            return None;
        }
        let touched = !is_sidecar(entry) && entry.id.as_deref().is_some_and(|id| self.spoken_of.contains(id));
        let keep = |sidecar: &Entry| sees_path(self.visibility, sidecar.path.as_str());
        let shown = if touched { Cow::Owned(self.view.entry_with(id, &keep)) } else { Cow::Borrowed(entry) };
        sees_kind(self.visibility, shown.kind.as_deref()).then_some(shown)
    }

    /// The record of an id that the caller sees: another one may be declared first where they see nothing.
    pub(super) fn record(&self, id: &str) -> Option<(EntryId, Cow<'v, Entry>)> {
        let first = self.view.entry_of_id(id)?;
        let declares = |e: &EntryId| {
            let entry = self.view.entry(*e);
            entry.id.as_deref() == Some(id) && !is_sidecar(entry)
        };
        let others = self.view.entries().iter().copied().filter(declares);
        std::iter::once(first).chain(others).find_map(|e| Some((e, self.entry(e)?)))
    }

    /// Whether a caller may be told that a record is the other end of an edge: it is one they see, or none at all.
    pub(super) fn may_name(&self, id: &str) -> bool {
        self.view.entry_of_id(id).is_none() || self.record(id).is_some()
    }

    /// Whether a file that the caller sees tells of an edge.
    pub(super) fn tells(&self, from: &str, kind: &str, to: &str) -> bool {
        self.record(from).is_some_and(|(_, entry)| {
            !self.spoken_of.contains(from)
                || kind == "mentions"
                || entry.edges.iter().any(|(k, t)| k == kind && t == to)
        })
    }

    /// Whether the text of an entry is kept back. A hidden sidecar that says so counts, too.
    pub(super) fn is_withheld(&self, id: EntryId) -> bool {
        let entry = self.view.entry(id);
        let about = entry.id.as_deref().filter(|_| is_sidecar(entry)).and_then(|id| self.view.entry_of_id(id));
        let says = |entry: &Entry| entry.sensitivity.as_deref() == Some(WITHHELD);
        says(entry) || about.is_some_and(|about| says(self.view.entry(about)))
    }
}

/// Whether a caller sees a path.
pub(super) fn sees_path(visibility: &Visibility, path: &str) -> bool {
    visibility.include_paths.as_ref().is_none_or(|globs| globs.matches(path)) && !visibility.exclude_paths.matches(path)
}

/// Takes out of a tree what a caller does not see; how many files that is.
pub(super) fn see_part(visibility: &Visibility, tree: &mut LoadedTree) -> usize {
    if visibility.include_paths.is_none() && visibility.exclude_paths.is_empty() {
        return 0;
    }
    let all = tree.files.len();
    let sees = |path: &str| sees_path(visibility, path);
    // What is derived speaks of the whole tree.
    tree.files.retain(|file| !file.path.starts_with(b"indexes/") && std::str::from_utf8(&file.path).is_ok_and(sees));
    tree.problems.retain(|problem| sees(&problem.path));
    all - tree.files.len()
}

fn sees_kind(visibility: &Visibility, kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or("Note");
    let named = |kinds: &[String]| kinds.iter().any(|k| k == kind);
    visibility.include_kinds.as_ref().is_none_or(|k| named(k)) && !named(&visibility.exclude_kinds)
}

fn is_sidecar(entry: &Entry) -> bool {
    entry.form.is_some_and(|form: RecordForm| !form.declares())
}

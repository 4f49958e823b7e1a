//! What is known of a tree that differs from another by a few files.

use super::{FileFacts, Known, KnownFiles, KnownRecord, Spelling, Totals};
use crate::ontology::names_platform;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one tree, from what is known of another, the files that it no longer has as they were there,
/// and the files that it has instead. A file that was edited is among both.
pub struct Overlay<'a> {
    under: &'a dyn Known,
    removed: KnownFiles,
    added: KnownFiles,
}

impl<'a> Overlay<'a> {
    /// Lays a change over a tree.
    pub fn new(
        under: &'a dyn Known,
        removed: impl IntoIterator<Item = FileFacts>,
        added: impl IntoIterator<Item = FileFacts>,
    ) -> Self {
        Self { under, removed: KnownFiles::new(removed), added: KnownFiles::new(added) }
    }

    /// The edges to an id that are unresolved, before and after.
    fn unresolved(&self, id: &str) -> Option<(usize, usize)> {
        let (removed, added) = (self.removed.counted(id), self.added.counted(id));
        let (was, is) = (declares(&self.under.records(id)?), declares(&self.records(id)?));
        // Where nothing changes but these files, those that stay are the same in both.
        let stays = if was == is { 0 } else { total(&self.under.referrers(id)?).checked_sub(removed)? };
        let unless = |declared: bool, count: usize| if declared { 0 } else { count };
        Some((unless(was, stays + removed), unless(is, stays + added)))
    }
}

impl Known for Overlay<'_> {
    fn records(&self, id: &str) -> Option<Vec<KnownRecord>> {
        let mut records = self.under.records(id)?;
        records.retain(|record| !self.removed.holds(&record.path));
        records.extend(self.added.records(id)?);
        records.sort();
        Some(records)
    }

    fn referrers(&self, id: &str) -> Option<Vec<(Vec<u8>, u32)>> {
        let mut referrers = self.under.referrers(id)?;
        referrers.retain(|(path, _)| !self.removed.holds(path));
        referrers.extend(self.added.referrers(id)?);
        referrers.sort();
        Some(referrers)
    }

    fn spellings(&self, folded: &str) -> Option<Vec<Spelling>> {
        let under = self.under.spellings(folded)?;
        let mut spellings: BTreeMap<Vec<u8>, Spelling> = under.into_iter().map(|s| (s.spelled.clone(), s)).collect();
        for (name, files) in self.removed.spelled(folded).into_iter().flatten() {
            let gone = files.iter().filter(|path| !self.added.holds(path));
            gone.for_each(|path| leave(&mut spellings, name, path));
        }
        for (name, files) in self.added.spelled(folded).into_iter().flatten() {
            let new: BTreeSet<&Vec<u8>> = files.iter().filter(|path| !self.removed.holds(path)).collect();
            join(&mut spellings, name, &new);
        }
        Some(spellings.into_values().collect())
    }

    fn totals(&self) -> Option<Totals> {
        let mut totals = self.under.totals()?.plus(&self.added.sums()).minus(&self.removed.sums())?;
        let ids: BTreeSet<&str> = self.removed.ids().chain(self.added.ids()).collect();
        for id in ids.into_iter().filter(|id| names_platform(id)) {
            let (were, are) = self.unresolved(id)?;
            totals.unresolved = (totals.unresolved + are).checked_sub(were)?;
        }
        Some(totals)
    }

    fn ids_with_prefix(&self, prefix: &str) -> Option<Vec<String>> {
        let mut ids: BTreeSet<String> = self.under.ids_with_prefix(prefix)?.into_iter().collect();
        for id in self.removed.ids_with_prefix(prefix)? {
            if !declares(&self.records(&id)?) {
                ids.remove(&id);
            }
        }
        ids.extend(self.added.ids_with_prefix(prefix)?);
        Some(ids.into_iter().collect())
    }
}

fn leave(spellings: &mut BTreeMap<Vec<u8>, Spelling>, name: &[u8], path: &[u8]) {
    let Some(spelling) = spellings.get_mut(name) else { return };
    spelling.files = spelling.files.saturating_sub(1);
    if spelling.files == 0 {
        spellings.remove(name);
    } else if spelling.first.as_deref() == Some(path) {
        spelling.first = None;
    }
}

fn join(spellings: &mut BTreeMap<Vec<u8>, Spelling>, name: &[u8], paths: &BTreeSet<&Vec<u8>>) {
    let Some(first) = paths.first() else { return };
    let files = u32::try_from(paths.len()).unwrap_or(u32::MAX);
    match spellings.get_mut(name) {
        Some(spelling) => {
            spelling.files = spelling.files.saturating_add(files);
            spelling.first = spelling.first.take().map(|was| was.min((*first).clone()));
        }
        None => {
            let first = Some((*first).clone());
            spellings.insert(name.to_vec(), Spelling { spelled: name.to_vec(), files, first });
        }
    }
}

fn declares(records: &[KnownRecord]) -> bool {
    records.iter().any(|record| record.declares)
}

fn total(referrers: &[(Vec<u8>, u32)]) -> usize {
    referrers.iter().map(|(_, counted)| *counted as usize).sum()
}

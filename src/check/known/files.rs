//! A tree known in full from the facts of its files.

use super::{FileFacts, Known, KnownRecord, Spelling, Totals};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a tree from the facts of every file of it, in memory: for small trees, and for what changes in large ones.
#[derive(Debug, Default)]
pub struct KnownFiles {
    records: BTreeMap<String, Vec<KnownRecord>>,
    referrers: BTreeMap<String, BTreeMap<Vec<u8>, u32>>,
    spellings: BTreeMap<String, BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>>,
    /// All but the edges that are unresolved.
    sums: Totals,
    /// How many edges to an id count while no record declares it.
    counted: BTreeMap<String, usize>,
    paths: BTreeSet<Vec<u8>>,
}

impl KnownFiles {
    /// Puts the facts of files together.
    pub fn new(facts: impl IntoIterator<Item = FileFacts>) -> Self {
        let mut known = Self::default();
        facts.into_iter().for_each(|facts| known.add(facts));
        known.records.values_mut().for_each(|records| records.sort());
        known
    }

    fn add(&mut self, facts: FileFacts) {
        for (folded, name) in facts.spelled() {
            let files = self.spellings.entry(folded).or_default().entry(name).or_default();
            files.insert(facts.path.clone());
        }
        for (id, record) in facts.records {
            self.records.entry(id).or_default().push(record);
        }
        for (id, counted) in facts.refers {
            *self.counted.entry(id.clone()).or_default() += counted as usize;
            self.referrers.entry(id).or_default().insert(facts.path.clone(), counted);
        }
        self.sums = self.sums.plus(&facts.totals);
        self.paths.insert(facts.path);
    }

    /// The sums of the files, each by itself.
    pub(super) fn sums(&self) -> Totals {
        self.sums
    }

    /// How many edges of these files to an id count while no record declares it.
    pub(super) fn counted(&self, id: &str) -> usize {
        self.counted.get(id).copied().unwrap_or_default()
    }

    /// The ids that such edges lead to, and those that a record has.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let counted = self.counted.iter().filter(|(_, count)| **count > 0).map(|(id, _)| id.as_str());
        counted.chain(self.records.keys().map(String::as_str))
    }

    /// The files at or below a component, by its spelling.
    pub(super) fn spelled(&self, folded: &str) -> Option<&BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>> {
        self.spellings.get(folded)
    }

    pub(super) fn holds(&self, path: &[u8]) -> bool {
        self.paths.contains(path)
    }
}

impl Known for KnownFiles {
    fn records(&self, id: &str) -> Option<Vec<KnownRecord>> {
        Some(self.records.get(id).cloned().unwrap_or_default())
    }

    fn referrers(&self, id: &str) -> Option<Vec<(Vec<u8>, u32)>> {
        let referrers = self.referrers.get(id).into_iter().flatten();
        Some(referrers.map(|(path, counted)| (path.clone(), *counted)).collect())
    }

    fn spellings(&self, folded: &str) -> Option<Vec<Spelling>> {
        let spellings = self.spellings.get(folded).into_iter().flatten();
        let spelling = |(name, files): (&Vec<u8>, &BTreeSet<Vec<u8>>)| Spelling {
            spelled: name.clone(),
            files: u32::try_from(files.len()).unwrap_or(u32::MAX),
            first: files.first().cloned(),
        };
        Some(spellings.map(spelling).collect())
    }

    fn totals(&self) -> Option<Totals> {
        let declared = |id: &str| self.records.get(id).is_some_and(|records| records.iter().any(|r| r.declares));
        let unresolved = self.counted.iter().filter(|(id, _)| !declared(id)).map(|(_, count)| count).sum();
        Some(Totals { unresolved, ..self.sums })
    }

    fn ids_with_prefix(&self, prefix: &str) -> Option<Vec<String>> {
        let start = format!("{prefix}:");
        let from = self.records.range(start.clone()..).take_while(|(id, _)| id.starts_with(&start));
        Some(from.filter(|(_, records)| records.iter().any(|r| r.declares)).map(|(id, _)| id.clone()).collect())
    }
}

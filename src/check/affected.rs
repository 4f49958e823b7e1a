//! Which unchanged files a change reaches: those in which it may bring a finding, and those that its findings show.

use super::circles::circles;
use super::draft::MAX_PER_FILE;
use super::fold::spelled;
use super::incremental::{KnownChange, path_of};
use super::known::{FileFacts, Known, KnownRecord};
use super::types::TreeFile;
use std::collections::BTreeSet;

/// The most files that are read besides those that changed.
const MAX_FILES: usize = 2_000;
/// Derived files that are compared with all of the tree.
const DERIVED: &[&[u8]] =
    &[b"indexes/graph-index.json", b"indexes/ontology-report.json", b"indexes/search-manifest.json"];

/// Reads the unchanged files that a change reaches. `None`: too many, or what is known does not say.
pub(super) fn affected_files(
    change: &KnownChange<'_>,
    after: &dyn Known,
    removed: &[FileFacts],
    added: &[FileFacts],
) -> Option<Vec<TreeFile>> {
    let mut reach = Reach { before: change.before, after, paths: BTreeSet::new() };
    for id in ids(removed).chain(ids(added)).collect::<BTreeSet<&str>>() {
        reach.id(id)?;
    }
    reach.paths.extend(circles(change.before, ids(removed))?);
    reach.paths.extend(circles(after, ids(added))?);
    for pair in change.changed {
        reach.names(path_of(pair))?;
    }
    reach.derived()?;
    for pair in change.changed {
        reach.paths.remove(path_of(pair));
    }
    if reach.paths.len() > MAX_FILES {
        return None;
    }
    let files: Option<Vec<TreeFile>> = reach.paths.iter().map(|path| (change.load)(path)).collect();
    files.filter(|files| files.iter().all(|file| has_few_acyclic_edges(change, file)))
}

fn ids(facts: &[FileFacts]) -> impl Iterator<Item = &str> {
    facts.iter().flat_map(|facts| &facts.records).map(|(id, _)| id.as_str())
}

/// Of the cycles in a file only those that the change reaches are found. Where a rule leaves findings out because a file has
/// too many, that would be another number.
fn has_few_acyclic_edges(change: &KnownChange<'_>, file: &TreeFile) -> bool {
    let edges = file.records().iter().flat_map(|record| &record.edges);
    let kind = |kind: &str| change.ontology.edge_kinds.get(kind).is_some_and(|kind| kind.acyclic);
    edges.filter(|edge| kind(&edge.kind.value)).count() <= MAX_PER_FILE
}

struct Reach<'a> {
    before: &'a dyn Known,
    after: &'a dyn Known,
    paths: BTreeSet<Vec<u8>>,
}

impl Reach<'_> {
    /// Other declarations of an id that a changed file has; where its first kind changes, whoever names it.
    fn id(&mut self, id: &str) -> Option<()> {
        let (were, are) = (self.before.records(id)?, self.after.records(id)?);
        let changes = first_kind(&were) != first_kind(&are);
        let named = were.iter().chain(&are).filter(|record| record.declares || changes);
        self.paths.extend(named.map(|record| record.path.clone()));
        if changes {
            let referrers = self.before.referrers(id)?.into_iter().chain(self.after.referrers(id)?);
            self.paths.extend(referrers.map(|(path, _)| path));
        }
        Some(())
    }

    /// The first files of every spelling of a path's names.
    fn names(&mut self, path: &[u8]) -> Option<()> {
        for (folded, _) in spelled(path) {
            let (were, are) = (self.before.spellings(&folded)?, self.after.spellings(&folded)?);
            for spellings in [were, are].into_iter().filter(|spellings| spellings.len() > 1) {
                for spelling in spellings {
                    self.paths.insert(spelling.first?);
                }
            }
        }
        Some(())
    }

    fn derived(&mut self) -> Option<()> {
        for path in DERIVED {
            let (folded, name) = spelled(path).last()?;
            if self.after.spellings(&folded)?.iter().any(|spelling| spelling.spelled == name) {
                self.paths.insert(path.to_vec());
            }
        }
        Some(())
    }
}

fn first_kind(records: &[KnownRecord]) -> Option<&str> {
    records.iter().find(|record| record.declares).map(|record| record.kind.as_str())
}

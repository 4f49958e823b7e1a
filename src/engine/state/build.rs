//! Writes the base of a state from the facts of every file.

use super::base::{FACTS, Note, RECORDS, REFERRERS, Referrers, SPELLINGS, key};
use crate::base::{CommitId, Digest};
use crate::check::{FileFacts, KnownRecord, Spelling, Totals};
use crate::index::{TableError, TableWriter};
use std::collections::BTreeMap;
use std::path::Path;

/// The most files that refer to one id and are listed. Who asks for more looks at the whole tree.
const MOST_REFERRERS: usize = 1_000;
/// The most bytes that their paths have.
const MOST_REFERRER_BYTES: usize = 256 << 10;

/// Writes a base from the facts of every file of a commit, in path order.
pub(super) fn write(path: &Path, commit: CommitId, ontology: Digest, facts: &[FileFacts]) -> Result<(), TableError> {
    let mut table = TableWriter::create(path)?;
    for facts in facts {
        table.put(&key(FACTS, &facts.path), facts)?;
    }
    let records = records(facts);
    for (id, records) in &records {
        table.put(&key(RECORDS, id.as_bytes()), records)?;
    }
    let mut totals = facts.iter().fold(Totals::default(), |sum, facts| sum.plus(&facts.totals));
    for (id, referrers) in referrers(facts) {
        if !records.get(id).is_some_and(|records| records.iter().any(|record| record.declares)) {
            totals.unresolved += referrers.iter().map(|(_, counted)| *counted as usize).sum::<usize>();
        }
        table.put(&key(REFERRERS, id.as_bytes()), &listed(&referrers))?;
    }
    for (folded, spellings) in spellings(facts) {
        table.put(&key(SPELLINGS, folded.as_bytes()), &spellings)?;
    }
    table.finish(&Note::new(commit, ontology, totals))
}

fn records(facts: &[FileFacts]) -> BTreeMap<&str, Vec<&KnownRecord>> {
    let mut records: BTreeMap<&str, Vec<&KnownRecord>> = BTreeMap::new();
    for (id, record) in facts.iter().flat_map(|facts| &facts.records) {
        records.entry(id).or_default().push(record);
    }
    records
}

fn referrers(facts: &[FileFacts]) -> BTreeMap<&str, Vec<(&[u8], u32)>> {
    let mut referrers: BTreeMap<&str, Vec<(&[u8], u32)>> = BTreeMap::new();
    for facts in facts {
        for (id, counted) in &facts.refers {
            referrers.entry(id).or_default().push((&facts.path, *counted));
        }
    }
    referrers
}

fn listed(referrers: &[(&[u8], u32)]) -> Referrers {
    let bytes: usize = referrers.iter().map(|(path, _)| path.len()).sum();
    let few = referrers.len() <= MOST_REFERRERS && bytes <= MOST_REFERRER_BYTES;
    few.then(|| referrers.iter().map(|(path, counted)| (path.to_vec(), *counted)).collect())
}

/// The spellings of every component. The facts come in path order: the first file that is met is the first there is.
fn spellings(facts: &[FileFacts]) -> BTreeMap<String, Vec<Spelling>> {
    let mut spellings: BTreeMap<String, Vec<Spelling>> = BTreeMap::new();
    for facts in facts {
        for (folded, spelled) in facts.spelled() {
            let known = spellings.entry(folded).or_default();
            match known.binary_search_by(|known| known.spelled.cmp(&spelled)) {
                Ok(at) => known[at].files = known[at].files.saturating_add(1),
                Err(at) => known.insert(at, Spelling { spelled, files: 1, first: Some(facts.path.clone()) }),
            }
        }
    }
    spellings
}

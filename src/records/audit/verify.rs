//! Whether a chain is whole: nothing altered, removed or put elsewhere.

use super::{AuditEntry, AuditHead};
use crate::base::{Digest, OrgId};
use crate::records::columns::count;
use crate::records::{RecordsError, View};
use rusqlite::Row;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong at a place of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The entry is not what its digest was made of.
    Altered,
    /// An entry of another place or org stands here.
    Misplaced,
    /// There is no entry here.
    Missing,
    /// The entry does not follow the one before it.
    Unlinked,
    /// The chain does not end here as it was written down.
    WrongEnd,
    /// The chain does not hold the entry that was anchored elsewhere.
    NotAnchored,
}

/// One thing that is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditProblem {
    /// The number of the entry.
    pub sequence: u64,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What reading a whole chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries there are.
    pub entries: u64,
    /// The end of the chain, as it was read.
    pub head: Option<AuditHead>,
    /// What is wrong, in order; the first hundred.
    pub problems: Vec<AuditProblem>,
}

const MAX_PROBLEMS: usize = 100;

impl View<'_> {
    /// Reads the whole chain of an org, one entry at a time, and says what is wrong with it.
    ///
    /// `anchors` are heads that were written down elsewhere, such as in a signed commit: whoever can change
    /// the database can make a new chain, but not one that holds them.
    pub fn verify_audit(&self, org: &OrgId, anchors: &[AuditHead]) -> Result<AuditReport, RecordsError> {
        let mut walk = Walk { org, anchors: by_sequence(anchors), report: AuditReport::default() };
        let sql = "SELECT sequence, entry, digest FROM audit WHERE org = ?1 ORDER BY sequence";
        self.each(sql, [org], |row| walk.step(&Stored::read(row)?))?;
        let written = self.audit_head(org)?;
        Ok(walk.end(written))
    }
}

/// A row as it is, believed in nothing.
struct Stored {
    sequence: u64,
    entry: Vec<u8>,
    digest: Vec<u8>,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let bytes = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_bytes()?.to_vec());
        Ok(Self { sequence: count(row, "sequence")?, entry: bytes("entry")?, digest: bytes("digest")? })
    }
}

/// The digests that are anchored for each number: more than one, where a chain was made anew between two anchors.
fn by_sequence(anchors: &[AuditHead]) -> BTreeMap<u64, BTreeSet<&Digest>> {
    let mut all: BTreeMap<u64, BTreeSet<&Digest>> = BTreeMap::new();
    for anchor in anchors {
        all.entry(anchor.sequence).or_default().insert(&anchor.digest);
    }
    all
}

struct Walk<'a> {
    org: &'a OrgId,
    anchors: BTreeMap<u64, BTreeSet<&'a Digest>>,
    report: AuditReport,
}

impl Walk<'_> {
    fn step(&mut self, row: &Stored) -> rusqlite::Result<()> {
        let before = self.report.head.take();
        let wanted = before.as_ref().map_or(1, |head| head.sequence + 1);
        if row.sequence != wanted {
            self.problem(wanted, Flaw::Missing);
        }
        let digest = Digest::of(&row.entry);
        let entry = serde_json::from_slice::<AuditEntry>(&row.entry).ok();
        match entry.filter(|_| digest.as_str().as_bytes() == row.digest) {
            None => self.problem(row.sequence, Flaw::Altered),
            Some(entry) if entry.sequence != row.sequence || entry.organization_ref != *self.org => {
                self.problem(row.sequence, Flaw::Misplaced);
            }
            Some(entry) if entry.previous != before.map(|head| head.digest) => {
                self.problem(row.sequence, Flaw::Unlinked)
            }
            Some(_) => {}
        }
        if self.anchors.get(&row.sequence).is_some_and(|held| held.iter().any(|anchored| **anchored != digest)) {
            self.problem(row.sequence, Flaw::NotAnchored);
        }
        self.report.entries += 1;
        self.report.head = Some(AuditHead { sequence: row.sequence, digest });
        Ok(())
    }

    fn end(mut self, written: Option<AuditHead>) -> AuditReport {
        let last = self.report.head.as_ref().map_or(0, |head| head.sequence);
        if written != self.report.head {
            self.problem(written.map_or(last, |head| head.sequence), Flaw::WrongEnd);
        }
        let beyond: Vec<u64> = self.anchors.keys().copied().filter(|at| *at > last || *at == 0).collect();
        beyond.into_iter().for_each(|sequence| self.problem(sequence, Flaw::NotAnchored));
        self.report
    }

    fn problem(&mut self, sequence: u64, flaw: Flaw) {
        if self.report.problems.len() < MAX_PROBLEMS {
            self.report.problems.push(AuditProblem { sequence, flaw });
        }
    }
}

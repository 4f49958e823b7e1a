//! Landings to versions: what is new is read, analysed on two threads, and gathered into batches that are published whole.

use super::analysis::Analyzer;
use super::facts::{self, FileFacts, MAX_FILE_BYTES};
use super::lines::{Interner, Lines};
use super::postings::PostingsWriter;
use super::state::State;
use super::timeline::Step;
use super::types::{IndexError, Landing, Pace};
use super::version::Version;
use crate::base::store::BlobError;
use crate::base::{BlobStore, Oid, RepoPath};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A path and its blob: what a version is known by.
type Key = (RepoPath, Oid);

/// What the writer knows so that it stores nothing twice.
pub(super) struct Memo {
    versions: HashMap<Key, u32>,
    interner: Interner,
}

/// What was gathered since the last batch was published.
pub(super) struct Batch {
    /// The versions, numbered from `first_version`.
    pub(super) versions: Vec<Arc<Version>>,
    /// The number of the first version.
    pub(super) first_version: u32,
    /// All lines, those of the batch included.
    pub(super) lines: Lines,
    /// The id of the batch's first line.
    pub(super) first_line: u32,
    /// The number after the last entry.
    pub(super) end_entry: u32,
    /// The landings.
    pub(super) steps: Vec<Step>,
}

/// Gathers landings.
pub(super) struct Gatherer<'a> {
    blobs: &'a dyn BlobStore,
    pace: Pace,
    analyzers: [Analyzer; 2],
    memo: Memo,
    batch: Batch,
    pending: Vec<Landing>,
    pending_files: usize,
    bytes: usize,
}

impl Memo {
    /// Knows what a state holds.
    pub(super) fn of(state: &State) -> Self {
        let key = |version: &Arc<Version>| (version.path.clone(), version.blob);
        let versions = state.versions.iter().map(key).zip(0..).collect();
        Self { versions, interner: Interner::of(&state.lines) }
    }
}

impl Batch {
    /// The empty batch after a state. Entries are numbered from `end_entry`.
    fn after(state: &State, end_entry: u32) -> Self {
        Self {
            versions: Vec::new(),
            first_version: state.versions.len() as u32,
            lines: state.lines.clone(),
            first_line: state.lines.len(),
            end_entry,
            steps: Vec::new(),
        }
    }

    fn next_version(&self) -> u32 {
        self.first_version + self.versions.len() as u32
    }
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(state: &State, memo: Memo, end_entry: u32, pace: Pace, blobs: &'a dyn BlobStore) -> Self {
        let analyzers = [Analyzer::new(), Analyzer::new()];
        Self {
            blobs,
            pace,
            analyzers,
            memo,
            batch: Batch::after(state, end_entry),
            pending: Vec::new(),
            pending_files: 0,
            bytes: 0,
        }
    }

    /// Takes the next landing; gives whether there is enough to publish.
    pub(super) fn take(&mut self, landing: Landing, postings: &mut PostingsWriter<'_>) -> Result<bool, IndexError> {
        self.pending_files += landing.changes.len();
        self.pending.push(landing);
        if self.pending_files >= self.pace.files_at_once {
            self.absorb(postings)?;
        }
        Ok(self.bytes >= self.pace.batch_bytes)
    }

    /// Gives what was gathered, and begins the next batch after it.
    pub(super) fn finish(&mut self, postings: &mut PostingsWriter<'_>) -> Result<Batch, IndexError> {
        self.absorb(postings)?;
        self.bytes = 0;
        let next = Batch {
            versions: Vec::new(),
            first_version: self.batch.next_version(),
            lines: self.batch.lines.clone(),
            first_line: self.batch.lines.len(),
            end_entry: self.batch.end_entry,
            steps: Vec::new(),
        };
        Ok(std::mem::replace(&mut self.batch, next))
    }

    /// What is known, for the next time.
    pub(super) fn into_memo(self) -> Memo {
        self.memo
    }

    fn absorb(&mut self, postings: &mut PostingsWriter<'_>) -> Result<(), IndexError> {
        let pending = std::mem::take(&mut self.pending);
        self.pending_files = 0;
        for files in self.unseen(&pending).chunks(self.pace.files_at_once.max(1)) {
            let facts = analyse_all(files, self.blobs, &mut self.analyzers)?;
            for (key, facts) in files.iter().zip(facts) {
                self.add(key, &facts, postings)?;
            }
        }
        self.batch.steps.extend(pending.into_iter().map(|landing| step(landing, &self.memo.versions)));
        Ok(())
    }

    fn unseen(&self, landings: &[Landing]) -> Vec<Key> {
        let changes = landings.iter().flat_map(|landing| &landing.changes);
        let keys = changes.filter_map(|change| Some((change.path.clone(), change.blob?)));
        let mut seen = HashSet::new();
        keys.filter(|key| !self.memo.versions.contains_key(key) && seen.insert(key.clone())).collect()
    }

    fn add(&mut self, key: &Key, facts: &FileFacts, postings: &mut PostingsWriter<'_>) -> Result<(), IndexError> {
        let number = self.batch.next_version();
        let lines = (&mut self.memo.interner, &mut self.batch.lines);
        let version = Version::store(key.clone(), facts, self.batch.end_entry, lines);
        for (entry, facts) in (self.batch.end_entry..).zip(&facts.entries) {
            postings.add(entry, &facts.terms)?;
        }
        self.bytes += facts.text.as_ref().map_or(0, String::len);
        self.batch.end_entry = version.end_entry();
        self.batch.versions.push(Arc::new(version));
        self.memo.versions.insert(key.clone(), number);
        Ok(())
    }
}

fn step(landing: Landing, versions: &HashMap<Key, u32>) -> Step {
    let change = |change: super::types::PathChange| {
        let version = change.blob.map(|blob| versions[&(change.path.clone(), blob)]);
        (change.path, version)
    };
    Step { commit: landing.commit, changes: landing.changes.into_iter().map(change).collect() }
}

fn analyse_all(
    files: &[Key],
    blobs: &dyn BlobStore,
    [here, there]: &mut [Analyzer; 2],
) -> Result<Vec<FileFacts>, IndexError> {
    let (left, right) = files.split_at(files.len() / 2);
    if left.is_empty() {
        return analyse_some(right, blobs, here);
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(|| analyse_some(right, blobs, there));
        let mut facts = analyse_some(left, blobs, here)?;
        facts.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(facts)
    })
}

fn analyse_some(files: &[Key], blobs: &dyn BlobStore, analyzer: &mut Analyzer) -> Result<Vec<FileFacts>, IndexError> {
    let mut one = |(path, blob): &Key| match blobs.blob(*blob, MAX_FILE_BYTES) {
        Ok(bytes) => Ok(facts::analyse(path, Some(&bytes), analyzer)),
        Err(BlobError::TooLarge { .. }) => Ok(facts::analyse(path, None, analyzer)),
        Err(error) => Err(error.into()),
    };
    files.iter().map(&mut one).collect()
}

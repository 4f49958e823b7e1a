//! The derived index of one repository over its approved line: versions with validity intervals,
//! so that a question at an old commit reads the same structures as one at the tip.
//! The only user of tantivy.

mod analysis;
mod bits;
mod catalog;
#[allow(dead_code, reason = "ranking is moved over to it")]
mod corpus;
mod entry;
mod facts;
mod fields;
mod gram_needs;
mod gram_plan;
mod grams;
mod graph;
mod grep;
mod layout;
mod line_diff;
mod lines;
mod load;
mod log;
mod pattern;
mod places;
mod postings;
mod prose;
mod rank;
mod runs;
mod scan;
mod state;
mod store;
mod table;
mod timeline;
mod types;
mod varint;
mod verify;
mod version;
mod view;
mod weave;
mod writer;

#[doc(hidden)]
pub use gram_plan::{LookUp, Plan};
#[doc(hidden)]
pub use grams::{BUCKETS, Grams};
pub use prose::resolve as resolve_link;
#[doc(hidden)]
pub use scan::scan;
pub use table::{Rows, Table, TableError, TableWriter};
pub use types::{
    Entry, EntryId, FileMatches, GrepPattern, IndexError, IndexedFile, Landing, LineMatch, Pace, PathChange,
    PatternError, Section, TextMatch, TextQuery,
};
pub use view::View;
#[doc(hidden)]
pub use weave::{OPEN, Run, Weave, live_in};

use crate::base::{BlobStore, CommitId};
use layout::Layout;
use load::Loaded;
use postings::{Postings, PostingsWriter};
use state::State;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::Store;
use writer::{Batch, Gatherer, Memo};

/// The version of the format on disk, part of every index digest.
pub const FORMAT: u32 = 1;

/// How many views are kept.
const VIEWS: usize = 8;

/// A repository's index. Readers take a [`View`] and keep it; one writer advances.
pub struct Index {
    state: RwLock<State>,
    writer: Mutex<Writer>,
    views: Mutex<VecDeque<Arc<View>>>,
    pace: Pace,
}

/// What only the one who writes needs.
#[derive(Default)]
struct Writer {
    memo: Option<Memo>,
    /// The folder; `None` in memory.
    dir: Option<PathBuf>,
    /// The folder with its lock; `None` in memory, or while another process has the lock.
    store: Option<Store>,
}

impl Index {
    /// Opens the index in a folder, or makes an empty one. An index of another format, or one that is damaged,
    /// is thrown away and an empty one made: whoever asks sees it by [`Index::tip`].
    /// Where another process writes it, it is opened for reading, as the last manifest has it.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let (store, state) = match Store::open(dir)? {
            Some((store, state)) => (Some(store), state),
            None => (None, store::read_only(dir)?),
        };
        Ok(Self::over(state, Writer { memo: None, dir: Some(dir.to_owned()), store }))
    }

    /// An index that lives in memory, for a single commit off the approved line.
    pub fn in_memory() -> Result<Self, IndexError> {
        Ok(Self::over(State::empty(Postings::in_memory()?)?, Writer::default()))
    }

    fn over(state: State, writer: Writer) -> Self {
        Self { state: RwLock::new(state), writer: Mutex::new(writer), views: Mutex::default(), pace: Pace::default() }
    }

    /// The same index, which does another amount at once.
    pub fn with_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// The last commit that was indexed.
    pub fn tip(&self) -> Option<CommitId> {
        self.read().timeline.tip()
    }

    /// How many commits are indexed.
    pub fn len(&self) -> usize {
        self.read().timeline.len()
    }

    /// Whether no commit is indexed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a commit is indexed.
    pub fn contains(&self, commit: CommitId) -> bool {
        self.read().timeline.seq(commit).is_some()
    }

    /// Indexes landings, oldest first, each with the paths it changed against the one before (all paths, for the first).
    /// What is indexed when this returns survives a crash; a crash on the way leaves what was there before, or a part of
    /// the landings from the oldest on. `progress` is called after each landing. A landing that is indexed already is passed over.
    pub fn advance(
        &self,
        landings: &mut dyn Iterator<Item = Landing>,
        blobs: &dyn BlobStore,
        progress: &mut dyn FnMut(),
    ) -> Result<(), IndexError> {
        let mut landings = landings.peekable();
        if landings.peek().is_none() {
            return Ok(());
        }
        let mut writer = self.writer()?;
        let postings = Arc::clone(&self.read().postings);
        let memo = writer.memo.take().unwrap_or_else(|| Memo::of(&self.read()));
        // What a failed advance left in the postings keeps its numbers.
        let end_entry = postings.end_entry()?.max(self.read().end_entry);
        let mut gatherer = Gatherer::new(&self.read(), memo, end_entry, self.pace, blobs);
        let mut additions = postings.writer()?;
        for landing in landings.filter(|landing| !self.contains(landing.commit)) {
            if gatherer.take(landing, &mut additions)? {
                self.publish(&mut writer, gatherer.finish(&mut additions)?, &mut additions)?;
            }
            progress();
        }
        self.publish(&mut writer, gatherer.finish(&mut additions)?, &mut additions)?;
        writer.memo = Some(gatherer.into_memo());
        Ok(())
    }

    /// The writer, with the folder's lock where there is a folder. A lock that comes late finds what others wrote meanwhile.
    fn writer(&self) -> Result<MutexGuard<'_, Writer>, IndexError> {
        let mut writer = lock(&self.writer);
        if let (Some(dir), None) = (&writer.dir, &writer.store) {
            let (store, state) = Store::open(dir)?.ok_or_else(|| IndexError::Locked(dir.clone()))?;
            *writer = Writer { memo: None, dir: Some(dir.clone()), store: Some(store) };
            *self.write() = state;
            lock(&self.views).clear();
        }
        Ok(writer)
    }

    /// Makes a batch durable, then visible.
    fn publish(&self, writer: &mut Writer, batch: Batch, additions: &mut PostingsWriter<'_>) -> Result<(), IndexError> {
        if batch.steps.is_empty() && batch.versions.is_empty() {
            return Ok(());
        }
        let manifest = writer.store.as_mut().map(|store| store.write(&batch)).transpose()?;
        additions.commit(batch.end_entry)?;
        if let (Some(store), Some(manifest)) = (&mut writer.store, manifest) {
            store.seal(manifest)?;
        }
        let terms = {
            let state = self.read();
            state.postings.view(Some(&state.terms))?
        };
        self.write().publish(batch, terms);
        Ok(())
    }

    /// Forgets every commit after `commit`, or all of them: the approved line was rewritten. A commit that is not
    /// indexed is on no line that is known, and all are forgotten.
    pub fn truncate(&self, commit: Option<CommitId>) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        let known = commit.and_then(|commit| self.read().timeline.seq(commit));
        let len = known.map_or(0, |seq| seq as usize + 1);
        if let Some(store) = &mut writer.store {
            store.rewind(len, commit.filter(|_| known.is_some()))?;
        }
        self.write().timeline.rewind(len);
        Ok(())
    }

    /// Compares what is on disk with its checksums, and a sample of views with a fresh index of that commit alone.
    /// Gives a sentence for each difference: an index without one can be believed.
    pub fn verify(&self, blobs: &dyn BlobStore) -> Result<Vec<String>, IndexError> {
        let dir = lock(&self.writer).dir.clone();
        let mut problems = match dir.map(|dir| load::load(&Layout::new(&dir))).transpose()? {
            Some(Loaded::Missing) => vec!["there is no index on disk".to_owned()],
            Some(Loaded::Damaged(reason)) => vec![reason],
            Some(Loaded::Whole(..)) | None => Vec::new(),
        };
        let commits = self.read().timeline.commits().to_vec();
        problems.extend(verify::compare(self, &commits, blobs)?);
        Ok(problems)
    }

    /// The view at an indexed commit; `None` where it is not indexed. Views are cached.
    pub fn view(&self, commit: CommitId) -> Result<Option<Arc<View>>, IndexError> {
        if !self.contains(commit) {
            return Ok(None);
        }
        let cached = lock(&self.views).iter().find(|view| view.commit() == commit).cloned();
        let view = cached.or_else(|| self.read().view(commit).map(Arc::new));
        if let Some(view) = &view {
            self.keep(view);
        }
        Ok(view)
    }

    /// Puts a view first among those that are kept.
    fn keep(&self, view: &Arc<View>) {
        let mut views = lock(&self.views);
        views.retain(|kept| kept.commit() != view.commit());
        views.push_front(Arc::clone(view));
        views.truncate(VIEWS);
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A panic elsewhere leaves nothing half done behind these locks: state changes only when a batch is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

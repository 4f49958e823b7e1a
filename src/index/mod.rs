//! The derived index of one repository over its approved line: versions with validity intervals,
//! so that a question at an old commit reads the same structures as one at the tip.
//! The only user of tantivy.

mod analysis;
mod bits;
mod catalog;
mod entry;
mod facts;
mod fields;
mod graph;
mod grep;
mod lines;
mod pattern;
mod places;
mod postings;
mod prose;
mod rank;
mod runs;
mod state;
mod timeline;
mod types;
mod version;
mod view;
mod writer;

pub use types::{
    Entry, EntryId, FileMatches, GrepPattern, IndexError, IndexedFile, Landing, LineMatch, PathChange, PatternError,
    TextMatch, TextQuery,
};
pub use view::View;

use crate::base::{BlobStore, CommitId};
use postings::{Postings, PostingsWriter};
use state::State;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
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
}

/// What only the one who writes needs.
#[derive(Default)]
struct Writer {
    memo: Option<Memo>,
}

impl Index {
    /// Opens the index in a folder, or makes an empty one. An index of another format, or one that is damaged,
    /// is thrown away and an empty one made: whoever asks sees it by [`Index::tip`].
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        todo!("{}", dir.display())
    }

    /// An index that lives in memory, for a single commit off the approved line.
    pub fn in_memory() -> Result<Self, IndexError> {
        Ok(Self::over(State::empty(Postings::in_memory()?)?, Writer::default()))
    }

    fn over(state: State, writer: Writer) -> Self {
        Self { state: RwLock::new(state), writer: Mutex::new(writer), views: Mutex::default() }
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
        let mut writer = lock(&self.writer);
        let postings = Arc::clone(&self.read().postings);
        let memo = writer.memo.take().unwrap_or_else(|| Memo::of(&self.read()));
        let mut gatherer = Gatherer::new(&self.read(), memo, blobs);
        let mut additions = postings.writer()?;
        let mut landings = landings.filter(|landing| !self.contains(landing.commit));
        while let Some(landing) = landings.next() {
            if gatherer.take(landing, &mut additions)? {
                self.publish(gatherer.finish(&mut additions)?, &mut additions)?;
            }
            progress();
        }
        self.publish(gatherer.finish(&mut additions)?, &mut additions)?;
        writer.memo = Some(gatherer.into_memo());
        Ok(())
    }

    fn publish(&self, batch: Batch, additions: &mut PostingsWriter<'_>) -> Result<(), IndexError> {
        additions.commit(batch.end_entry)?;
        let terms = { let state = self.read(); state.postings.view(Some(&state.terms))? };
        self.state.write().unwrap_or_else(PoisonError::into_inner).publish(batch, terms);
        Ok(())
    }

    /// Forgets every commit after `commit`, or all of them: the approved line was rewritten. A commit that is not
    /// indexed is on no line that is known, and all are forgotten.
    pub fn truncate(&self, commit: Option<CommitId>) -> Result<(), IndexError> {
        let _writer = lock(&self.writer);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let len = commit.and_then(|commit| state.timeline.seq(commit)).map_or(0, |seq| seq as usize + 1);
        state.timeline.rewind(len);
        Ok(())
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

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A panic elsewhere leaves nothing half done behind these locks: state changes only when a batch is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

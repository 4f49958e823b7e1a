//! The derived index of one repository over its approved line: versions with validity intervals,
//! so that a question at an old commit reads the same structures as one at the tip.
//! The only user of tantivy.

mod analysis;
mod bits;
mod bm25;
mod corpus;
mod cursor;
mod entry;
mod facts;
mod fields;
mod finder;
mod forms;
mod gram_needs;
mod gram_plan;
mod grams;
mod graph;
mod language;
mod line;
mod line_diff;
mod lines;
mod lines_at;
mod names;
mod pattern;
mod phrase;
mod prose;
mod question;
mod rank;
mod scan;
mod scores;
mod segment;
mod state;
mod store;
mod table;
mod tally;
mod types;
mod varint;
mod verify;
mod view;
mod weave;

pub use bm25::ln;
#[doc(hidden)]
pub use gram_plan::{LookUp, Plan};
#[doc(hidden)]
pub use grams::{BUCKETS, Grams};
pub use names::folded_words;
pub use prose::resolve as resolve_link;
pub use question::wanted_text;
#[doc(hidden)]
pub use scan::scan;
pub use scores::{Matching, TextPart, TextScores};
pub use table::{BlockCache, ByteRows, RowBytes, Rows, Table, TableError, TableWriter};
pub use types::{
    Entry, EntryId, FileMatches, GrepPattern, IndexError, IndexedFile, Landing, LineMatch, Openness, PathChange,
    PatternError, Section, TextMatch, TextQuery,
};
pub use view::{Card, LineOrigin, Spoken, View, ViewFacts};
#[doc(hidden)]
pub use weave::{OPEN, Run, Weave, live_in};

use crate::base::{BlobStore, CommitId};
use segment::{Segment, build, build_in_memory};
use state::{Job, Part, State};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use store::{Hold, Lock};

/// The version of what an index digest is made of.
pub const FORMAT: u32 = 2;

/// A segment of at most so many paths is soon made again: nobody waits until it is durable.
const FEW_PATHS: usize = 64;
/// How many views are kept.
const VIEWS: usize = 16;

/// A repository's index. Readers take a [`View`] and keep it; one writer advances.
pub struct Index {
    /// The folder; `None` in memory.
    dir: Option<PathBuf>,
    state: RwLock<Arc<State>>,
    writer: Mutex<Writer>,
    /// The last one asked for comes first.
    views: Mutex<VecDeque<Arc<View>>>,
}

/// What only the one who writes needs.
#[derive(Default)]
struct Writer {
    /// The folder's lock; `None` in memory, and before the first write.
    lock: Option<Lock>,
    generation: u64,
}

/// Is told how many of how many files are done.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

impl Index {
    /// Opens the index in a folder. An index of another format, or one that is damaged, is an empty one: whoever asks sees it by [`Index::tip`].
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let (state, manifest) = store::load(dir)?;
        let writer = Writer { lock: None, generation: manifest.generation };
        Ok(Self { dir: Some(dir.to_owned()), ..Self::over(state, writer) })
    }

    /// An index that lives in memory.
    pub fn in_memory() -> Self {
        Self::over(State::default(), Writer::default())
    }

    fn over(state: State, writer: Writer) -> Self {
        Self { dir: None, state: RwLock::new(Arc::new(state)), writer: Mutex::new(writer), views: Mutex::default() }
    }

    /// The last commit that was indexed.
    pub fn tip(&self) -> Option<CommitId> {
        self.state().line.tip()
    }

    /// The position on the approved line of the oldest commit that is indexed; `None` where none is.
    pub fn first(&self) -> Option<u32> {
        let state = self.state();
        state.line.tip().map(|_| state.line.first())
    }

    /// How many commits are indexed.
    pub fn len(&self) -> usize {
        self.state().line.commits().len()
    }

    /// Whether no commit is indexed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a commit is indexed.
    pub fn contains(&self, commit: CommitId) -> bool {
        self.state().line.position(commit).is_some()
    }

    /// Indexes landings that follow those there are, oldest first, each with the paths it changed against the one before (all
    /// paths, for the first of an empty index). Whatever a crash leaves, on the way or after, is what was there before or a later state
    /// of it: landings that were lost are indexed again when they come again. A landing that is indexed already is passed over.
    pub fn advance(
        &self,
        landings: &mut dyn Iterator<Item = Landing>,
        blobs: &dyn BlobStore,
        progress: Progress<'_>,
    ) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        let state = self.state();
        let landings: Vec<Landing> = landings.filter(|landing| state.line.position(landing.commit).is_none()).collect();
        if landings.is_empty() {
            return Ok(());
        }
        let job = state.plan(&landings)?;
        drop(landings);
        let mut parts = state.parts[..job.keep].to_vec();
        parts.push(self.build(&job, writer.generation + 1, blobs, progress)?);
        let is_little = job.keep > 0 && job.keep == state.parts.len() && job.steps.len() <= FEW_PATHS;
        self.publish(&mut writer, State::of(parts), if is_little { Hold::Recent } else { Hold::Durable })
    }

    /// Indexes a longer stretch of the line anew, oldest landing first and that one with all its paths, in place of the segments it
    /// covers; what landed meanwhile stays. This takes long, and hinders neither readers nor [`Index::advance`].
    pub fn refill(
        &self,
        landings: &[Landing],
        blobs: &dyn BlobStore,
        progress: Progress<'_>,
    ) -> Result<(), IndexError> {
        let Some(last) = landings.last() else { return Ok(()) };
        let job = State::default().plan(landings)?;
        let generation = {
            let mut writer = self.writer()?;
            writer.generation += 1;
            writer.generation
        };
        let part = self.build(&job, generation, blobs, progress)?;
        let mut writer = self.writer()?;
        let state = self.state();
        if state.line.position(last.commit) != Some(part.limit) {
            // The line was rewritten meanwhile; what was built is of another one.
            return Ok(());
        }
        let newer = state.parts.iter().filter(|newer| newer.limit > part.limit).cloned();
        let parts = std::iter::once(part.clone()).chain(newer).collect();
        self.publish(&mut writer, State::of(parts), Hold::Durable)
    }

    fn build(
        &self,
        job: &Job,
        generation: u64,
        blobs: &dyn BlobStore,
        progress: Progress<'_>,
    ) -> Result<Part, IndexError> {
        let total = job.steps.len();
        let done = &mut |done| progress(done, total);
        let limit = job.range.low + job.range.commits.len() as u32 - 1;
        let Some(dir) = &self.dir else {
            let table = build_in_memory(&job.range, &job.steps, blobs, done)?;
            return Ok(Part { segment: Arc::new(Segment::over(table)?), limit, file: String::new() });
        };
        let file = store::segment_file(generation);
        let path = dir.join(&file);
        build(&job.range, &job.steps, blobs, TableWriter::create(&path)?, done)?.finish_unsynced(&())?;
        Ok(Part { segment: Arc::new(store::open(&path)?), limit, file })
    }

    /// The writer, with the folder's lock where there is a folder. A lock that comes late finds what others wrote meanwhile.
    fn writer(&self) -> Result<MutexGuard<'_, Writer>, IndexError> {
        let mut writer = lock(&self.writer);
        let Some(dir) = self.dir.as_ref().filter(|_| writer.lock.is_none()) else { return Ok(writer) };
        writer.lock = Some(store::lock(dir)?.ok_or_else(|| IndexError::Locked(dir.clone()))?);
        if store::generation(dir).unwrap_or(0) != writer.generation {
            let (state, manifest) = store::load(dir)?;
            writer.generation = manifest.generation;
            self.swap(state);
        }
        Ok(writer)
    }

    /// Keeps a state on disk, then makes it visible.
    fn publish(&self, writer: &mut Writer, state: State, hold: Hold) -> Result<(), IndexError> {
        writer.generation += 1;
        if let Some(dir) = &self.dir {
            store::publish(dir, writer.generation, &state, hold)?;
        }
        self.swap(state);
        Ok(())
    }

    fn swap(&self, state: State) {
        let mut views = lock(&self.views);
        // A view that was made before history was filled in answers alike, and does not know as far back where lines come from.
        views.retain(|view| state.line.position(view.commit()).is_some() && view.first() == state.line.first());
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
    }

    /// Forgets every commit after `commit`, or all of them: the approved line was rewritten. A commit that is not
    /// indexed is on no line that is known, and all are forgotten.
    pub fn truncate(&self, commit: Option<CommitId>) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        let state = self.state();
        let end = commit.and_then(|commit| state.line.position(commit)).map_or(0, |position| position + 1);
        if end < state.line.end() {
            self.publish(&mut writer, State::of(state.rewound(end)), Hold::Durable)?;
        }
        Ok(())
    }

    /// Throws everything away: what is there is damaged.
    pub fn discard(&self) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        self.publish(&mut writer, State::default(), Hold::Durable)
    }

    /// Compares what is on disk with its checksums, and a sample of views with a fresh index of that commit alone.
    /// Gives a sentence for each difference: an index without one can be believed.
    pub fn verify(&self, blobs: &dyn BlobStore) -> Result<Vec<String>, IndexError> {
        let mut problems = Vec::new();
        if let Some(dir) = &self.dir {
            match store::try_load(dir) {
                Ok((state, _)) if state.parts.is_empty() => problems.push("there is no index on disk".to_owned()),
                Ok((state, _)) => problems.extend(verify::read_through(&state)),
                Err(IndexError::Damaged(reason)) => problems.push(reason),
                Err(error) => return Err(error),
            }
        }
        let commits = self.state().line.commits().to_vec();
        problems.extend(verify::compare(self, &commits, blobs)?);
        Ok(problems)
    }

    /// The paths that a segment speaks for, oldest segment first.
    #[doc(hidden)]
    pub fn paths_of_segment(&self, number: usize) -> Vec<String> {
        let state = self.state();
        let paths = &state.parts[number].segment.files().paths;
        (0..paths.len()).map(|path| paths.get(path).to_owned()).collect()
    }

    /// The view at an indexed commit; `None` where it is not indexed. Views are cached.
    pub fn view(&self, commit: CommitId) -> Result<Option<Arc<View>>, IndexError> {
        let cached = lock(&self.views).iter().find(|view| view.commit() == commit).cloned();
        let view = cached.or_else(|| self.state().view(commit).map(Arc::new));
        if let Some(view) = &view {
            self.keep(view);
        }
        Ok(view)
    }

    /// The view at a commit that is not indexed: that of another commit, and what is otherwise in this one. `is_new` says that what is
    /// otherwise was brought by this commit, and not taken away since.
    pub fn view_over(
        below: &View,
        commit: CommitId,
        changes: Vec<PathChange>,
        is_new: bool,
        blobs: &dyn BlobStore,
    ) -> Result<View, IndexError> {
        state::view_over(below, commit, changes, is_new, blobs)
    }

    /// Puts a view first among those that are kept.
    fn keep(&self, view: &Arc<View>) {
        let mut views = lock(&self.views);
        views.retain(|kept| kept.commit() != view.commit());
        views.push_front(Arc::clone(view));
        views.truncate(VIEWS);
    }

    fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A panic elsewhere leaves nothing half done behind these locks: state changes only when a batch is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

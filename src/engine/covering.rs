//! What the index of a repository covers: the tip first, history behind it, and views of commits that it does not hold.

use super::line::Line;
use super::memory::{Memory, keep, kept, locked, path_changes};
use super::{EngineError, Progress, RefRequest};
use crate::base::CommitId;
use crate::git::{At, ReadRepository};
use crate::index::{Index, IndexError, Landing, View};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How many landings the first step into history covers; each further step covers this and eight times what the last one did.
const FIRST_STEP: usize = 512;
/// How far back an approved ancestor of a proposal is looked for before the tip is taken instead.
const NEAREST: usize = 1_000;

/// How much of the approved line the index covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many landings there are.
    pub landings: usize,
    /// How many of them the index holds: the newest ones, as far as it was brought up.
    pub indexed: usize,
}

impl Coverage {
    /// Whether all of history is filled in.
    pub fn is_whole(&self) -> bool {
        self.indexed == self.landings
    }
}

impl Memory {
    /// How much of the approved line the index covers.
    pub fn coverage(&self) -> Result<Coverage, EngineError> {
        let line = self.line()?;
        Ok(Coverage { landings: line.len(), indexed: self.indexed_of(&line) })
    }

    /// How many landings of a line the index holds. It may be behind the line, or further already.
    fn indexed_of(&self, line: &Line) -> usize {
        let (first, tip) = (self.index.first(), self.index.tip().and_then(|tip| line.position(tip)));
        match (first, tip) {
            (Some(first), Some(tip)) => (tip + 1).saturating_sub(first as usize),
            _ if self.holds(line) => self.index.len().min(line.len()),
            _ => 0,
        }
    }

    /// Makes what a read at `at` needs: the tip is indexed, and for anything older all of the line.
    pub fn prepare(&self, at: &RefRequest, progress: Progress<'_>) -> Result<(), EngineError> {
        let line = self.line()?;
        self.catch_up(&line, progress)?;
        let is_current = at.requested.is_none() && at.requested_at.is_none();
        if !is_current && self.commit_named(at).is_ok_and(|commit| !self.index.contains(commit)) {
            self.fill_whole(&line, progress)?;
        }
        Ok(())
    }

    /// Indexes the tip and then all of the line behind it.
    pub(super) fn cover(&self) -> Result<(), EngineError> {
        let line = self.line()?;
        self.catch_up_whole(&line, &mut |_, _| ())
    }

    /// Indexes the tip of a line, and then everything behind it.
    pub(super) fn catch_up_whole(&self, line: &Line, progress: Progress<'_>) -> Result<(), EngineError> {
        self.catch_up(line, progress)?;
        self.fill_whole(line, progress)
    }

    /// Reads from the view at a commit with all of history filled in before, so that lines are known by where they come from. Where it
    /// cannot be filled in (another process writes the index, the disk is full), what is not known stays open.
    pub(super) fn with_history<T>(
        &self,
        commit: CommitId,
        read: impl Fn(&View) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        // A failure is no reason not to read: the view says what it does not know.
        let _ = self.cover();
        let outcome = self.with_view(commit, &read);
        if outcome.is_err() || self.coverage()?.is_whole() {
            return outcome;
        }
        // The index was found damaged on the way, or more landed.
        let _ = self.cover();
        self.with_view(commit, read)
    }

    /// Whether the history of the index was lost since this was last asked.
    pub(super) fn lost_history(&self) -> bool {
        self.lost.swap(false, Ordering::AcqRel)
    }

    /// Indexes the tip, and what landed since the index was last brought up.
    pub(super) fn catch_up(&self, line: &Line, progress: Progress<'_>) -> Result<(), EngineError> {
        if self.holds(line) {
            return Ok(());
        }
        let _one = locked(&self.advancing);
        if self.holds(line) {
            return Ok(());
        }
        let shared = self.last_shared(line);
        if self.index.tip() != shared.map(|at| line.up_to(at)[at].commit) {
            self.index.truncate(shared.map(|at| line.up_to(at)[at].commit))?;
        }
        let Some(tip) = line.tip() else { return Ok(()) };
        let landings = match self.index.tip().and_then(|tip| line.position(tip)) {
            Some(from) => self.landings(line, from + 1)?,
            None => vec![self.whole(tip.commit, line.len() - 1)?],
        };
        match self.index.advance(&mut landings.into_iter(), &self.repo, progress) {
            // What is there cannot be carried on: the next one begins anew.
            Err(damage @ IndexError::Damaged(_)) => {
                self.discard_index()?;
                Err(damage.into())
            }
            advanced => Ok(advanced?),
        }
    }

    /// Fills in all of history behind what the index covers.
    fn fill_whole(&self, line: &Line, progress: Progress<'_>) -> Result<(), EngineError> {
        while self.fill_history(line, progress)? {}
        Ok(())
    }

    /// Fills in a stretch of history behind what the index covers; whether there is more to fill in.
    pub(super) fn fill_history(&self, line: &Line, progress: Progress<'_>) -> Result<bool, EngineError> {
        let _one = locked(&self.filling);
        let (Some(first), Some(_)) = (self.index.first(), line.tip()) else { return Ok(false) };
        if first == 0 || !self.holds(line) {
            return Ok(false);
        }
        let covered = line.len() - first as usize;
        let step = FIRST_STEP + 8 * covered;
        let start = if line.len() <= 2 * step { 0 } else { line.len() - step };
        let mut landings = vec![self.whole(line.up_to(start)[start].commit, start)?];
        landings.extend(self.landings(line, start + 1)?);
        self.index.refill(&landings, &self.repo, progress)?;
        Ok(start > 0)
    }

    /// Whether the index has the tip of the line; it may be further already.
    fn holds(&self, line: &Line) -> bool {
        line.tip().is_none_or(|tip| self.index.contains(tip.commit))
    }

    /// The last position of the line that the index has too.
    fn last_shared(&self, line: &Line) -> Option<usize> {
        let tip = self.index.tip().and_then(|tip| line.position(tip));
        tip.or_else(|| (0..line.len()).rev().find(|at| self.index.contains(line.up_to(*at)[*at].commit)))
    }

    /// A landing with all its paths.
    fn whole(&self, commit: CommitId, position: usize) -> Result<Landing, EngineError> {
        let changes = path_changes(&self.repo.changes(None, At::Commit(commit))?);
        Ok(Landing { commit, position: position as u32, changes })
    }

    /// The landings from a position on, each with what it changed.
    fn landings(&self, line: &Line, from: usize) -> Result<Vec<Landing>, EngineError> {
        let all = line.above(None);
        let change = |at: usize| {
            let changes = self.repo.changes(Some(At::Commit(all[at - 1].commit)), At::Commit(all[at].commit))?;
            Ok(Landing { commit: all[at].commit, position: at as u32, changes: path_changes(&changes) })
        };
        (from..all.len()).map(change).collect()
    }

    /// Reads from the view at a commit. What was read of a damaged index does not count: the index is thrown away, and what
    /// was asked is read again from a new one.
    pub(super) fn with_view<T>(
        &self,
        commit: CommitId,
        read: impl Fn(&View) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        match self.view(commit) {
            Err(error) if !is_damage(&error) => return Err(error),
            Err(_) => {}
            Ok(view) => {
                let outcome = read(&view);
                if view.check().is_ok() {
                    return outcome;
                }
            }
        }
        tracing::warn!(repository = %self.name, "the index is damaged; it is made anew");
        let view = if self.discard_index().is_ok() { self.view(commit)? } else { self.fresh_view(commit)? };
        let outcome = read(&view);
        view.check()?;
        outcome
    }

    fn discard_index(&self) -> Result<(), EngineError> {
        locked(&self.passing).clear();
        self.lost.store(true, Ordering::Release);
        Ok(self.index.discard()?)
    }

    /// The view at a commit, on the approved line or off it. Where the index cannot be advanced (another process
    /// writes it, the disk is full), a view is made without it: what is derived never stands in the way of a read.
    fn view(&self, commit: CommitId) -> Result<Arc<View>, EngineError> {
        if let Some(view) = self.index.view(commit)? {
            return Ok(view);
        }
        let line = self.line()?;
        let advanced = line.position(commit).is_some() && self.catch_up(&line, &mut |_, _| ()).is_ok();
        if let Some(view) = self.index.view(commit)?.filter(|_| advanced) {
            return Ok(view);
        }
        self.passing_view(&line, commit)
    }

    /// The view at a commit that the index does not hold: what it has otherwise than the nearest commit that the index holds.
    fn passing_view(&self, line: &Line, commit: CommitId) -> Result<Arc<View>, EngineError> {
        let knows_enough = |view: &Arc<View>| self.index.first().is_none_or(|first| view.first() <= first);
        if let Some(view) = kept(&self.passing, commit).filter(knows_enough) {
            return Ok(view);
        }
        let view = match self.nearest(line, commit)? {
            Some(below) => {
                let changes = self.repo.changes(Some(At::Commit(below.commit())), At::Commit(commit))?;
                let is_new = line.position(commit).is_none();
                Arc::new(Index::view_over(&below, commit, path_changes(&changes), is_new, &self.repo)?)
            }
            None => self.fresh_view(commit)?,
        };
        keep(&self.passing, commit, &view);
        Ok(view)
    }

    /// The view at a commit, made of nothing but git. Its place on the line is not the first: what was there before is not known.
    fn fresh_view(&self, commit: CommitId) -> Result<Arc<View>, EngineError> {
        let index = Index::in_memory();
        index.advance(&mut std::iter::once(self.whole(commit, 1)?), &self.repo, &mut |_, _| ())?;
        Ok(index.view(commit)?.expect("the commit was just indexed"))
    }

    /// The view of the nearest commit that is indexed: an approved ancestor, or the oldest there is for what is older.
    fn nearest(&self, line: &Line, commit: CommitId) -> Result<Option<Arc<View>>, EngineError> {
        let Some(first) = self.index.first() else { return Ok(None) };
        let mut at = commit;
        for _ in 0..NEAREST {
            if self.index.contains(at) {
                return Ok(self.index.view(at)?);
            }
            if line.position(at).is_some() {
                break;
            }
            let Some(parent) = self.repo.commit(at)?.parents.first().copied() else { break };
            at = parent;
        }
        let oldest = line.above(None).get(first as usize).map(|landed| landed.commit);
        Ok(oldest.map(|oldest| self.index.view(oldest)).transpose()?.flatten())
    }
}

fn is_damage(error: &EngineError) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<IndexError>());
    matches!(source, Some(IndexError::Damaged(_)))
}

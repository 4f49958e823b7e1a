//! What has been published: all that a view is made of.

use super::lines::Lines;
use super::postings::{Postings, PostingsView};
use super::timeline::Timeline;
use super::types::IndexError;
use super::version::Version;
use super::view::View;
use super::writer::Batch;
use crate::base::CommitId;
use std::sync::Arc;

/// The published state of an index.
pub(super) struct State {
    /// Which versions are live when.
    pub(super) timeline: Timeline,
    /// The versions, by number.
    pub(super) versions: Vec<Arc<Version>>,
    /// The lines.
    pub(super) lines: Lines,
    /// The number after the last entry: a number is never given twice.
    pub(super) end_entry: u32,
    /// The postings.
    pub(super) postings: Arc<Postings>,
    /// The postings as they were published.
    pub(super) terms: Arc<PostingsView>,
}

impl State {
    /// Nothing yet, over empty postings.
    pub(super) fn empty(postings: Postings) -> Result<Self, IndexError> {
        Ok(Self {
            timeline: Timeline::default(),
            versions: Vec::new(),
            lines: Lines::default(),
            end_entry: postings.end_entry()?,
            terms: Arc::new(postings.view(None)?),
            postings: Arc::new(postings),
        })
    }

    /// Takes a batch in.
    pub(super) fn publish(&mut self, batch: Batch, terms: PostingsView) {
        self.versions.extend(batch.versions);
        self.lines = batch.lines;
        self.end_entry = batch.end_entry;
        batch.steps.into_iter().for_each(|step| self.timeline.push(step));
        self.terms = Arc::new(terms);
    }

    /// The view at a commit; `None` where it is not indexed.
    pub(super) fn view(&self, commit: CommitId) -> Option<View> {
        let seq = self.timeline.seq(commit)?;
        let versions = self.timeline.live(seq).map(|version| Arc::clone(&self.versions[version as usize])).collect();
        Some(View::new(commit, versions, self.end_entry, self.lines.clone(), Arc::clone(&self.terms)))
    }
}

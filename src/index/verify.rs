//! Compares an index with its checksums and with what a fresh index would say.

use super::state::State;
use super::types::{EntryId, GrepPattern, Landing, PathChange, TextQuery};
use super::{Index, IndexError, View};
use crate::base::{BlobStore, CommitId};
use std::collections::HashMap;

/// How many commits are compared with a fresh index of them.
const SAMPLES: usize = 3;
/// How many questions are asked of each.
const QUESTIONS: usize = 16;

/// The differences between views of an index and fresh indexes of their commits, for a sample of its commits.
pub(super) fn compare(index: &Index, commits: &[CommitId], blobs: &dyn BlobStore) -> Result<Vec<String>, IndexError> {
    let mut problems = Vec::new();
    for commit in sample(commits) {
        let Some(view) = index.view(commit)? else { continue };
        let alone = Index::in_memory();
        alone.advance(&mut std::iter::once(landing(&view)), blobs, &mut |_, _| ())?;
        let fresh = alone.view(commit)?.expect("the commit was just indexed");
        problems.extend(differences(&view, &fresh).into_iter().map(|what| format!("{commit}: {what}")));
    }
    Ok(problems)
}

/// Reads every row of every segment, and says what cannot be read.
pub(super) fn read_through(state: &State) -> Vec<String> {
    let outcomes = state.parts.iter().map(|part| part.segment.read_through());
    outcomes.filter_map(|outcome| outcome.err().map(|error| error.to_string())).collect()
}

fn sample(commits: &[CommitId]) -> Vec<CommitId> {
    let last = commits.len().saturating_sub(1);
    let mut places: Vec<usize> = (0..SAMPLES).map(|n| last - n * last / (SAMPLES - 1)).collect();
    places.dedup();
    places.into_iter().filter_map(|place| commits.get(place).copied()).collect()
}

fn landing(view: &View) -> Landing {
    let changes = view.files().iter().map(|f| PathChange { path: f.path.clone(), blob: Some(f.blob) }).collect();
    Landing { commit: view.commit(), position: 0, changes }
}

fn differences(view: &View, fresh: &View) -> Vec<String> {
    let mut found = Vec::new();
    if view.digest() != fresh.digest() || view.files() != fresh.files() {
        found.push("the files are not those of a fresh index".to_owned());
    }
    for file in view.files().iter().filter(|file| view.text(&file.path) != fresh.text(&file.path)) {
        found.push(format!("the text of {} is not that of its blob", file.path));
    }
    if view.entries().len() != fresh.entries().len() {
        found.push("the entries are not those of a fresh index".to_owned());
        return found;
    }
    for (old, new) in view.entries().iter().zip(fresh.entries()).filter(|(a, b)| view.entry(**a) != fresh.entry(**b)) {
        found.push(format!("entry {} of {} is not what it says", fresh.entry(*new).ordinal, view.entry(*old).path));
    }
    let step = (view.entries().len() / QUESTIONS).max(1);
    for id in view.entries().iter().step_by(step) {
        found.extend(question_differs(view, fresh, &view.entry(*id).title));
    }
    found
}

fn question_differs(view: &View, fresh: &View, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if ranking(view, text) != ranking(fresh, text) {
        found.push(format!("the ranking for `{text}` is not that of a fresh index"));
    }
    if let Ok(pattern) = GrepPattern::literal(text, false)
        && view.grep(&pattern, &|_| true) != fresh.grep(&pattern, &|_| true)
    {
        found.push(format!("the lines with `{text}` are not those of a fresh index"));
    }
    found
}

/// The ranking by place in the view, with the bits of each score.
fn ranking(view: &View, text: &str) -> Vec<(Option<usize>, u64)> {
    let found = view.rank(&TextQuery { text: text.to_owned() }, &|_| true);
    let places: HashMap<EntryId, usize> = view.entries().iter().copied().zip(0..).collect();
    found.into_iter().map(|m| (places.get(&m.entry).copied(), m.score.to_bits())).collect()
}

//! What is published of an index: its segments, and which of them a commit is asked of.

use super::line::Line;
use super::segment::{Range, Segment, Steps, build_in_memory};
use super::types::{IndexError, Landing, PathChange};
use super::view::{Trouble, View};
use super::weave::OPEN;
use crate::base::{BlobStore, CommitId, Oid, RepoPath};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// As many segments of one size are made one; each size is this many times the one below.
const MERGE: usize = 8;

/// The published state of an index.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) line: Arc<Line>,
    trouble: Arc<Trouble>,
    /// Oldest first; each begins after the one before ends, or lies over it.
    pub(super) parts: Vec<Part>,
}

/// A segment and how far it is believed.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) segment: Arc<Segment>,
    /// The position of the last landing that counts: later ones were taken back.
    pub(super) limit: u32,
    /// The name of its file; empty in memory.
    pub(super) file: String,
}

/// What is to be built, and what it replaces.
pub(super) struct Job {
    pub(super) range: Range,
    pub(super) steps: Vec<Steps>,
    /// How many of the parts stay below it.
    pub(super) keep: usize,
}

type Events = BTreeMap<u32, Option<Oid>>;

impl State {
    /// The state of some parts.
    pub(super) fn of(parts: Vec<Part>) -> Self {
        let mut commits: Vec<CommitId> = Vec::new();
        let first = parts.first().map_or(0, |part| part.segment.low());
        for part in &parts {
            // A later part may lie over the end of the one before.
            let low = part.segment.low();
            commits.truncate((low - first) as usize);
            commits.extend(&part.segment.commits()[..=(part.limit - low) as usize]);
        }
        Self { line: Arc::new(Line::new(first, commits)), trouble: Arc::default(), parts }
    }

    /// The view at a commit; `None` where it is not covered.
    pub(super) fn view(&self, commit: CommitId) -> Option<View> {
        let position = self.line.position(commit)?;
        let asked = self.parts.iter().filter(|part| part.segment.low() <= position);
        let segments = asked.map(|part| (Arc::clone(&part.segment), position.min(part.limit))).collect();
        Some(View::new(commit, false, (Arc::clone(&self.line), Arc::clone(&self.trouble)), segments))
    }

    /// The parts that are left when every landing after the first `end` positions is taken back.
    pub(super) fn rewound(&self, end: u32) -> Vec<Part> {
        let before = self.parts.iter().filter(|part| part.segment.low() < end);
        before.map(|part| Part { limit: part.limit.min(end - 1), ..part.clone() }).collect()
    }

    /// What is to be built for new landings: a segment of them, together with the small ones before it when there are many.
    pub(super) fn plan(&self, landings: &[Landing]) -> Result<Job, IndexError> {
        let new = if self.parts.is_empty() { landings[0].position } else { self.line.end() };
        let keep = self.kept(landings.len());
        let merged = &self.parts[keep..];
        let low = merged.first().map_or(new, |part| part.segment.low());
        let mut commits: Vec<CommitId> = merged.iter().flat_map(|part| part.segment.commits()).copied().collect();
        commits.extend(landings.iter().map(|landing| landing.commit));
        let mut events: BTreeMap<RepoPath, Events> = BTreeMap::new();
        for part in merged {
            each_event(&part.segment, &mut |path, at, blob| {
                events.entry(path).or_default().insert(at, blob);
            })?;
        }
        self.restore(new, &mut events)?;
        for (at, landing) in (new..).zip(landings) {
            for change in &landing.changes {
                events.entry(change.path.clone()).or_default().insert(at, change.blob);
            }
        }
        let before = low.checked_sub(1).and_then(|at| self.line.commit(at)).and_then(|commit| self.view(commit));
        let steps = events.into_iter().map(|(path, events)| steps(path, events, before.as_ref()));
        Ok(Job { range: Range { low, commits }, steps: steps.collect::<Result<_, _>>()?, keep })
    }

    /// How many parts stay as they are when so many landings come: the base does, and those of other sizes.
    fn kept(&self, landings: usize) -> usize {
        let size = |n: usize| n.max(1).ilog(MERGE);
        let mut keep = self.parts.len();
        let mut total = landings;
        loop {
            let tail = &self.parts[..keep];
            let whole = |part: &&Part| part.limit == part.segment.high();
            let same = |part: &&Part| size(part.segment.commits().len()) <= size(total);
            let run = tail.iter().skip(1).rev().take_while(|part| whole(part) && same(part)).count();
            if run + 1 < MERGE {
                return keep;
            }
            total += tail[keep - run..].iter().map(|part| part.segment.commits().len()).sum::<usize>();
            keep -= run;
        }
    }

    /// What was taken back counts as changed again by the first landing after it: every path of a part whose later landings do not
    /// count any more. Landings after that one have a part before them that speaks for these paths.
    fn restore(&self, new: u32, events: &mut BTreeMap<RepoPath, Events>) -> Result<(), IndexError> {
        let taken_back = self.parts.iter().filter(|part| part.limit < part.segment.high() && part.limit + 1 == new);
        let mut paths: BTreeSet<RepoPath> = BTreeSet::new();
        for part in taken_back {
            each_event(&part.segment, &mut |path, at, _| {
                if at > part.limit {
                    paths.insert(path);
                }
            })?;
        }
        if paths.is_empty() {
            return Ok(());
        }
        let Some(tip) = self.line.tip().and_then(|tip| self.view(tip)) else { return Ok(()) };
        for path in paths {
            let blob = tip.file(path.as_str()).map(|file| file.blob);
            events.entry(path).or_default().entry(new).or_insert(blob);
        }
        Ok(())
    }
}

/// The view at a commit off the line: over the view of another one, a segment in memory of what is otherwise.
pub(super) fn view_over(
    below: &View,
    commit: CommitId,
    changes: Vec<PathChange>,
    is_new: bool,
    blobs: &dyn BlobStore,
) -> Result<View, IndexError> {
    let mut segments = below.segments();
    let shared = below.shared();
    let position = shared.0.end();
    let mut changed = Vec::new();
    for change in changes {
        let events = BTreeMap::from([(position, change.blob)]);
        changed.push(steps(change.path, events, Some(below))?);
    }
    changed.sort_by(|a, b| a.path.cmp(&b.path));
    let range = Range { low: position, commits: vec![commit] };
    let table = build_in_memory(&range, &changed, blobs, &mut |_| ())?;
    segments.push((Arc::new(Segment::over(table)?), position));
    Ok(View::new(commit, is_new, shared, segments))
}

/// Calls with each path, landing and blob that a segment knows of, as changes.
fn each_event(segment: &Segment, event: &mut dyn FnMut(RepoPath, u32, Option<Oid>)) -> Result<(), IndexError> {
    let files = segment.files();
    for number in 0..files.paths.len() {
        let path = RepoPath::parse(files.paths.get(number)).map_err(|_| super::segment::damaged("a path is none"))?;
        event(path.clone(), files.start[number as usize], None);
        for file in files.of_path(number) {
            let row = segment.file(file);
            event(path.clone(), row.from, Some(row.blob));
            if row.to < OPEN {
                event(path.clone(), row.to, None);
            }
        }
    }
    Ok(())
}

fn steps(path: RepoPath, events: Events, before: Option<&View>) -> Result<Steps, IndexError> {
    let lines_before = match before {
        Some(view) => view.lines_with_positions(path.as_str())?,
        None => Vec::new(),
    };
    Ok(Steps { path, steps: events.into_iter().collect(), lines_before })
}

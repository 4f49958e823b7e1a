//! Which snapshots, and through them which runs, selected what a commit, an update or a record brought in.
//!
//! A landing reaches a snapshot that holds it and selected something of a file it changed: through `lines`, where one
//! of the selected lines is one that the landing brought; through `version`, where the record is the only one of its
//! file and the file is as the landing left it (so that taking lines out counts, too). A record reaches each snapshot
//! that selected it, or lines of it.

use super::book::content_of;
use super::read::sees;
use super::{PinnedQuery, SnapshotContent};
use crate::access::{Action, Caller, decide};
use crate::base::id::{SnapshotId, UpdateId};
use crate::base::store::ShownBytes;
use crate::base::{CommitId, RepoPath, Timestamp};
use crate::change::verify::merge_facts;
use crate::engine::memory::Memory;
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError, Page, RefRequest};
use crate::git::{At, ReadRepository};
use crate::index::View;
use crate::records::{self, PageRequest};
use std::collections::BTreeSet;

/// How many landings are looked through for the one that merged an update, without a server.
const MOST_WALKED: usize = 100_000;

/// What is looked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImpactOf {
    /// What a commit brought: the landing that it is, or that it came with.
    Commit(String),
    /// What an update brought.
    Update(UpdateId),
    /// A record, by its id.
    Record(String),
}

/// What a snapshot holds of it.
#[derive(Clone, Debug)]
pub struct Impacted {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Its name, where it has a tag.
    pub name: Option<String>,
    /// The run that read it.
    pub source_run: Option<String>,
    /// Its commit.
    pub commit: CommitId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it is known to be bad.
    pub known_bad: bool,
    /// What it holds.
    pub reached: Reached,
}

/// What was selected of what was brought in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Records: id, path, and whether by `lines`, `version` or as the `record` itself.
    pub records: Vec<(String, String, &'static str)>,
    /// Lines: path, first, last.
    pub excerpts: Vec<(String, u32, u32)>,
}

/// What is looked for in what snapshots selected.
pub(super) enum Wanted {
    Record(String),
    Landing { commit: CommitId, paths: BTreeSet<String> },
}

/// A page of what was reached, and the landing that was looked after.
#[derive(Clone, Debug)]
pub struct Impact {
    /// The landing; `None` for a record.
    pub landing: Option<CommitId>,
    /// The snapshots.
    pub page: Page<Impacted>,
}

impl Wanted {
    pub(super) fn landing(&self) -> Option<CommitId> {
        match self {
            Self::Landing { commit, .. } => Some(*commit),
            Self::Record(_) => None,
        }
    }
}

impl Engine {
    /// Which snapshots selected what a commit, an update or a record brought in, newest first. A page may be short of
    /// its length, or empty, and still be followed by another.
    pub fn impact(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        of: &ImpactOf,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Impact, EngineError> {
        decide(caller, &Action::ReadSnapshots)?;
        let (row, served) = match of {
            ImpactOf::Update(id) => {
                self.require_visible(caller, id)?;
                let served = self.served_by_id(&self.stored(caller, id)?.0.repository)?;
                self.named(caller, Some(served.name.as_str()))?
            }
            _ => self.named(caller, repository)?,
        };
        let wanted = match of {
            ImpactOf::Update(id) => {
                let merged = self.stored(caller, id)?.0.merge_commit;
                served.memory.wanted_landing(merged.ok_or_else(|| not_landed(id))?)?
            }
            other => served.memory.wanted(other)?,
        };
        let page = PageRequest { cursor, limit: u32::try_from(limit).unwrap_or(u32::MAX) };
        let page = self.records.read(|view| match &wanted {
            Wanted::Record(_) => {
                let filter =
                    records::SnapshotFilter { repository: Some(&row.id), ..records::SnapshotFilter::default() };
                view.snapshots(&caller.org, filter, page)
            }
            Wanted::Landing { paths, .. } => {
                let paths: Vec<String> = paths.iter().cloned().collect();
                view.snapshots_reaching(&caller.org, &row.id, &paths, page)
            }
        })?;
        let mut items = Vec::new();
        for row in page.items {
            if sees(caller, &row)? {
                let reached = served.memory.reached(&content_of(&row)?, &wanted)?;
                items.extend(reached.map(|reached| impacted(row, reached)));
            }
        }
        Ok(Impact { landing: wanted.landing(), page: Page { items, total: None, next_cursor: page.next } })
    }
}

fn impacted(row: records::Snapshot, reached: Reached) -> Impacted {
    Impacted {
        snapshot: row.id,
        name: row.name.map(|name| name.to_string()),
        source_run: row.source_run,
        commit: row.commit,
        created_at: row.created_at,
        known_bad: row.mark.is_some(),
        reached,
    }
}

fn not_landed(id: &UpdateId) -> EngineError {
    EngineError::new(Code::Conflict, format!("the update `{id}` has not landed: nothing holds what it would bring"))
}

impl Memory {
    /// Which snapshots of this repository's tags selected what a commit, an update or a record brought in.
    pub fn impact(&self, of: &ImpactOf) -> Result<Impact, EngineError> {
        let wanted = self.wanted(of)?;
        let mut items = Vec::new();
        for view in self.snapshots()? {
            let Some(reached) = self.reached(&view.content, &wanted)? else { continue };
            let (snapshot, commit, known_bad) = (view.id, view.content.resolved_commit, view.mark.is_some());
            let (name, source_run, created_at) = (view.name, view.source_run, view.created_at);
            items.push(Impacted { snapshot, name, source_run, commit, created_at, known_bad, reached });
        }
        let total = Some(items.len());
        Ok(Impact { landing: wanted.landing(), page: Page { items, total, next_cursor: None } })
    }

    pub(super) fn wanted(&self, of: &ImpactOf) -> Result<Wanted, EngineError> {
        match of {
            ImpactOf::Record(id) => Ok(Wanted::Record(id.clone())),
            ImpactOf::Commit(name) => {
                let request = RefRequest { requested: Some(name.clone()), ..RefRequest::default() };
                self.wanted_landing(self.commit_named(&request)?)
            }
            ImpactOf::Update(id) => self.wanted_landing(self.landing_of_update(id)?),
        }
    }

    /// The landing that a commit is, or that it came with, and the files that it changed.
    pub(super) fn wanted_landing(&self, commit: CommitId) -> Result<Wanted, EngineError> {
        let line = self.line()?;
        let position = match line.position(commit) {
            Some(position) => position,
            None => {
                let all = line.above(None);
                let (mut low, mut high) = (0, all.len());
                while low < high {
                    let middle = low + (high - low) / 2;
                    if self.repo.is_ancestor(commit, all[middle].commit)? { high = middle } else { low = middle + 1 }
                }
                let refused =
                    || format!("commit {commit} has not landed: it is neither on the approved line nor below it");
                let landed = Some(low).filter(|at| *at < all.len());
                landed.ok_or_else(|| EngineError::new(Code::RefNotApproved, refused()))?
            }
        };
        let all = line.above(None);
        let below = position.checked_sub(1).map(|below| At::Commit(all[below].commit));
        let changes = self.repo.changes(below, At::Commit(all[position].commit))?;
        let paths = changes.iter().map(|change| ShownBytes(&change.path).to_string()).collect();
        Ok(Wanted::Landing { commit: all[position].commit, paths })
    }

    /// The landing whose commit says that it merged an update.
    fn landing_of_update(&self, id: &UpdateId) -> Result<CommitId, EngineError> {
        let line = self.line()?;
        for landed in line.above(None).iter().rev().take(MOST_WALKED) {
            let commit = self.repo.commit(landed.commit)?;
            if commit.parents.len() == 2 && merge_facts(&commit).is_ok_and(|facts| facts.update == *id) {
                return Ok(landed.commit);
            }
        }
        Err(not_landed(id))
    }

    /// What a snapshot selected of what was brought in; `None`: nothing.
    pub(super) fn reached(&self, content: &SnapshotContent, wanted: &Wanted) -> Result<Option<Reached>, EngineError> {
        let Some(query) = &content.query else { return Ok(None) };
        let reached = match wanted {
            Wanted::Record(id) => reached_by_record(query, id),
            Wanted::Landing { commit, paths } => {
                let touched = content.paths().iter().any(|path| paths.contains(path));
                if !touched || !self.repo.is_ancestor(*commit, content.resolved_commit)? {
                    return Ok(None);
                }
                self.with_history(content.resolved_commit, |view| self.reached_by_landing(view, query, *commit, paths))?
            }
        };
        Ok(Some(reached).filter(|reached| *reached != Reached::default()))
    }

    fn reached_by_landing(
        &self,
        view: &View,
        query: &PinnedQuery,
        landing: CommitId,
        paths: &BTreeSet<String>,
    ) -> Result<Reached, EngineError> {
        let mut reached = Reached::default();
        for record in query.records.iter().filter(|record| paths.contains(&record.path)) {
            let through = if brought_lines(view, &record.path, record.line_start, record.line_end, landing) {
                "lines"
            } else if self.is_as_left(view, &record.path, landing)? {
                "version"
            } else {
                continue;
            };
            reached.records.push((record.id.clone(), record.path.clone(), through));
        }
        for lines in query.excerpts.iter().filter(|lines| paths.contains(&lines.path)) {
            if brought_lines(view, &lines.path, lines.line_start, lines.line_end, landing) {
                reached.excerpts.push((lines.path.clone(), lines.line_start, lines.line_end));
            }
        }
        Ok(reached)
    }

    /// Whether a file of one record is as a landing left it.
    fn is_as_left(&self, view: &View, path: &str, landing: CommitId) -> Result<bool, EngineError> {
        let Ok(parsed) = RepoPath::parse(path) else { return Ok(false) };
        let (Some(file), 1) = (view.file(path), view.entries_of_path(path).len()) else { return Ok(false) };
        Ok(self.repo.entry(At::Commit(landing), &parsed)?.is_some_and(|entry| entry.oid == file.blob))
    }
}

/// Whether one of some lines is one that a landing brought.
fn brought_lines(view: &View, path: &str, first: u32, last: u32, landing: CommitId) -> bool {
    let origins = RepoPath::parse(path).ok().and_then(|path| view.origins(&path)).unwrap_or_default();
    origins.iter().any(|run| run.commit == Some(landing) && run.first <= last && run.last >= first)
}

fn reached_by_record(query: &PinnedQuery, id: &str) -> Reached {
    let records = query.records.iter().filter(|record| record.id == id);
    let excerpts = query.excerpts.iter().filter(|lines| lines.record_id.as_deref() == Some(id));
    Reached {
        records: records.map(|record| (record.id.clone(), record.path.clone(), "record")).collect(),
        excerpts: excerpts.map(|lines| (lines.path.clone(), lines.line_start, lines.line_end)).collect(),
    }
}

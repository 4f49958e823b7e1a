//! What changed between two commits: files, records, edges, and the lines where they are asked for.

use super::compare::redacted_json;
use super::memory::Memory;
use super::reads::visibility;
use super::server::Engine;
use super::sight::{see_part, sees_path};
use super::types::RefRequest;
use super::{Code, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::store::ShownBytes;
use crate::base::{CommitId, GlobSet, RepositoryName};
use crate::change::{self, MemoryDiff};
use crate::git::{At, ReadRepository};
use crate::query::Visibility;
use serde_json::{Value, json};

/// The most files, records and edges of each sort that a server gives back.
pub const MOST_DIFF_ITEMS: usize = 1_000;
/// The longest unified diff, in bytes.
const MAX_DIFF: usize = 8 << 20;

/// Which commits are compared, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskDiff {
    /// The older commit.
    pub from: RefRequest,
    /// The newer one.
    pub to: RefRequest,
    /// Whether the changed lines are given too.
    pub full: bool,
    /// Only these paths, as globs; none: all.
    pub paths: Vec<String>,
}

/// What changed between two commits.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffView {
    /// Files, records, edges, and with `full` the unified diff.
    pub json: Value,
    /// What of it was left out.
    pub omitted: DiffOmitted,
}

/// How much of a comparison was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffOmitted {
    /// Files.
    pub files: usize,
    /// Records.
    pub records: usize,
    /// Edges, of both sorts together.
    pub edges: usize,
}

impl Memory {
    /// What changed between two commits, all of it.
    pub fn diff(&self, ask: &AskDiff) -> Result<DiffView, EngineError> {
        self.diff_as(ask, &Visibility::default(), usize::MAX)
    }

    /// What changed between two commits, as if the files that are not seen were not there.
    pub(super) fn diff_as(&self, ask: &AskDiff, seen: &Visibility, most: usize) -> Result<DiffView, EngineError> {
        whole_files_only(seen)?;
        let globs = GlobSet::new(&ask.paths).map_err(|e| {
            EngineError::new(Code::BadRequest, e.to_string()).because("Malformed", Some("paths"), e.to_string())
        })?;
        let within = |path: &str| sees_path(seen, path) && (globs.is_empty() || globs.matches(path));
        let (from, to) = (self.commit_named(&ask.from)?, self.commit_named(&ask.to)?);
        let (mut before, mut after) = change::load_pair(&self.repo, At::Commit(from), At::Commit(to), &self.parsed)?;
        see_part(seen, &mut before);
        see_part(seen, &mut after);
        let mut diff = change::diff_trees(&before, &after);
        diff.files.retain(|f| within(&f.path));
        diff.records.retain(|r| within(&r.path));
        let omitted = cut(&mut diff, most);
        let lines = if ask.full { Some(self.lines_between(from, to, &within)?) } else { None };
        let mut json = redacted_json(&diff)?;
        json["from"] = json!(from);
        json["to"] = json!(to);
        json["diff"] = json!(lines);
        Ok(DiffView { json, omitted })
    }

    fn lines_between(
        &self,
        from: CommitId,
        to: CommitId,
        within: &dyn Fn(&str) -> bool,
    ) -> Result<String, EngineError> {
        let mut changes = self.repo.changes(Some(At::Commit(from)), At::Commit(to))?;
        changes.retain(|c| within(&ShownBytes(&c.path).to_string()));
        Ok(crate::screen::redact(&change::unified_diff(&self.repo, &changes, MAX_DIFF)?).text)
    }
}

impl Engine {
    /// What changed between two commits, as far as the caller sees it.
    pub fn diff(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        ask: &AskDiff,
    ) -> Result<(RepositoryName, DiffView), EngineError> {
        decide(caller, &Action::Diff)?;
        let (row, served) = self.named(caller, repository)?;
        Ok((row.name, served.memory.diff_as(ask, &visibility(caller), MOST_DIFF_ITEMS)?))
    }
}

/// Files are compared whole, and a file may hold records of any kind.
fn whole_files_only(seen: &Visibility) -> Result<(), EngineError> {
    if seen.include_kinds.is_none() && seen.exclude_kinds.is_empty() {
        return Ok(());
    }
    let message = "a comparison is not for a token that is narrowed by kinds of records";
    Err(EngineError::new(Code::ScopedToken, message).because("OutsideScope", Some("scope"), message))
}

/// Cuts each list, and counts what that leaves out.
fn cut(diff: &mut MemoryDiff, most: usize) -> DiffOmitted {
    fn shorten<T>(list: &mut Vec<T>, most: usize) -> usize {
        let left = list.len().saturating_sub(most);
        list.truncate(most);
        left
    }
    DiffOmitted {
        files: shorten(&mut diff.files, most),
        records: shorten(&mut diff.records, most),
        edges: shorten(&mut diff.edges_added, most) + shorten(&mut diff.edges_removed, most),
    }
}

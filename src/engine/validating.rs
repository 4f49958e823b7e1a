//! Validation of a commit, a worktree or what is staged.

use super::memory::Memory;
use super::types::{RefRequest, ValidateTarget, Validation};
use super::{Code, EngineError};
use crate::base::{BlobStore, CommitId, GlobSet, RepoPath, Severity};
use crate::change::{self, LoadedTree};
use crate::check::{Report, brought_by_change, check};
use crate::git::{At, ReadRepository, Repository};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest file whose lines are shown with a finding, in bytes.
const MAX_SHOWN: u64 = 4 << 20;

impl Memory {
    /// Whether the repository has a working tree.
    pub fn has_worktree(&self) -> bool {
        self.repo.worktree().is_some()
    }

    /// The repository's name, for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Validates a commit, the worktree or the staged files; with a base only what the change brings.
    pub fn validate(
        &self,
        target: &ValidateTarget,
        base: Option<&RefRequest>,
        paths: &[String],
    ) -> Result<Validation, EngineError> {
        let commit = match target {
            ValidateTarget::Commit(request) => Some(self.commit_named(request)?),
            _ => None,
        };
        let after = self.target_tree(target, commit)?;
        let base = base.map(|b| self.commit_named(b)).transpose()?;
        let mut report = match base {
            Some(base) => brought_by_change(&self.tree(At::Commit(base))?.check_input(), &after.check_input()),
            None => check(&after.check_input()),
        };
        keep_paths(&mut report, paths)?;
        let sources = sources(&report, &after);
        Ok(Validation { commit, base, report, sources })
    }

    pub(super) fn target_tree(
        &self,
        target: &ValidateTarget,
        commit: Option<CommitId>,
    ) -> Result<LoadedTree, EngineError> {
        let loose = match (target, commit) {
            (_, Some(commit)) => return self.tree(At::Commit(commit)),
            (ValidateTarget::Staged(index), _) => self.repo.read_staged(index.as_deref())?,
            _ => self.repo.read_worktree()?,
        };
        Ok(change::load_from(&loose, loose.files().to_vec(), &self.parsed)?)
    }
}

/// The JSON form of a validation.
pub(super) fn json(commit: Option<CommitId>, base: Option<CommitId>, report: &Report) -> serde_json::Value {
    serde_json::json!({ "commit": commit, "base": base, "findings": report.findings, "summary": report.summary })
}

impl Validation {
    /// The JSON form, for machines.
    pub fn json(&self) -> serde_json::Value {
        json(self.commit, self.base, &self.report)
    }
}

/// A report with the sources of its findings, read from a commit.
pub(super) fn shown(
    repo: &Repository,
    commit: CommitId,
    base: Option<CommitId>,
    report: Report,
) -> Result<Validation, EngineError> {
    let mut sources = Vec::new();
    for path in paths_of(&report) {
        let Ok(parsed) = RepoPath::parse(path) else { continue };
        let Some(entry) = repo.entry(At::Commit(commit), &parsed)? else { continue };
        if let Ok(bytes) = repo.blob(entry.oid, MAX_SHOWN) {
            sources.push((path.to_owned(), Arc::from(String::from_utf8_lossy(&bytes))));
        }
    }
    Ok(Validation { commit: Some(commit), base, report, sources })
}

fn paths_of(report: &Report) -> BTreeSet<&str> {
    report.findings.iter().map(|f| f.place.path.as_str()).collect()
}

fn sources(report: &Report, tree: &LoadedTree) -> Vec<(String, Arc<str>)> {
    let wanted = paths_of(report);
    let text = |f: &crate::check::TreeFile| f.source.as_ref().and_then(|s| s.text.clone());
    let path = |f: &crate::check::TreeFile| String::from_utf8_lossy(&f.path).into_owned();
    tree.files.iter().filter(|f| wanted.contains(path(f).as_str())).filter_map(|f| Some((path(f), text(f)?))).collect()
}

/// Keeps the findings of some files or folders; the counts of what was read stay those of the whole tree.
fn keep_paths(report: &mut Report, paths: &[String]) -> Result<(), EngineError> {
    if paths.is_empty() {
        return Ok(());
    }
    let plain: Vec<&str> = paths.iter().map(|p| p.trim_start_matches("./").trim_end_matches('/')).collect();
    let globs = GlobSet::new(&plain).map_err(|e| EngineError::new(Code::BadRequest, e.to_string()))?;
    let within = |path: &str| {
        plain.iter().any(|p| *p == "." || path == *p || path.strip_prefix(p).is_some_and(|rest| rest.starts_with('/')))
            || globs.matches(path)
    };
    report.findings.retain(|f| within(&f.place.path));
    let count = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    (report.summary.errors, report.summary.warnings) = (count(Severity::Error), count(Severity::Warning));
    Ok(())
}

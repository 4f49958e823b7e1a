//! Validation of a commit, a worktree or what is staged.

use super::memory::Memory;
use super::sources;
use super::types::{RefRequest, ValidateTarget, Validation};
use super::{Code, EngineError};
use crate::base::{CommitId, GlobSet, Severity};
use crate::change::{self, LoadedTree};
use crate::check::{Report, brought_by_change, check};
use crate::git::{At, LooseTree, ReadRepository, Repository};

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
        let base = base.map(|b| self.commit_named(b)).transpose()?;
        let (after, root, broken) = match commit {
            Some(commit) => {
                let at = At::Commit(commit);
                (self.tree(at)?, self.repo.memory_root(at)?, self.broken_at(base, commit)?)
            }
            None => {
                let loose = self.loose_tree(target)?;
                let tree = self.loaded(&loose)?;
                let broken = self.broken_among(base, &loose, &tree)?;
                (tree, loose.root().to_owned(), broken)
            }
        };
        let report = match base {
            Some(base) => brought_by_change(&self.tree(At::Commit(base))?.check_input(), &after.check_input()),
            None => check(&after.check_input()),
        };
        let mut report = report.with(broken);
        keep_paths(&mut report, paths)?;
        let sources = sources::of_tree(&report, &after);
        Ok(Validation { commit, base, root, report, sources })
    }

    /// The tree of a target.
    pub(super) fn target_tree(
        &self,
        target: &ValidateTarget,
        commit: Option<CommitId>,
    ) -> Result<LoadedTree, EngineError> {
        match commit {
            Some(commit) => self.tree(At::Commit(commit)),
            None => self.loaded(&self.loose_tree(target)?),
        }
    }

    /// The files of a target that is no commit.
    fn loose_tree(&self, target: &ValidateTarget) -> Result<LooseTree<'_>, EngineError> {
        Ok(match target {
            ValidateTarget::Staged(index) => self.repo.read_staged(index.as_deref())?,
            _ => self.repo.read_worktree()?,
        })
    }

    fn loaded(&self, loose: &LooseTree<'_>) -> Result<LoadedTree, EngineError> {
        Ok(change::load_from(loose, loose.files().to_vec(), &self.parsed)?)
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
    let at = At::Commit(commit);
    let (root, sources) = (repo.memory_root(at)?, sources::of_commit(repo, at, &report)?);
    Ok(Validation { commit: Some(commit), base, root, report, sources })
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

//! Every read resolves to one commit first, and every answer names it.

use super::line::Line;
use super::memory::Memory;
use super::snapshots::{KnownSnapshot, SNAPSHOT_TAGS};
use super::{Code, EngineError, RefRequest, Resolution, ResolveMode};
use crate::base::{CommitId, Timestamp};
use crate::git::{ReadRepository, RefSpec};

/// What a request names, before its conditions are checked.
struct Named {
    mode: ResolveMode,
    commit: CommitId,
    resolved_ref: Option<String>,
    requested_at: Option<Timestamp>,
    snapshot: Option<KnownSnapshot>,
}

impl Memory {
    /// Resolves a reference request.
    pub fn resolve(&self, request: &RefRequest) -> Result<Resolution, EngineError> {
        let line = self.line()?;
        let named = self.named(&line, request)?;
        let current = self.current(&line)?;
        let landed_at = line.landed_at(named.commit);
        self.require(request, &named, landed_at)?;
        let on_line = self.nearest_landed(&line, named.commit)?;
        Ok(Resolution {
            mode: named.mode,
            requested: request.requested.clone(),
            requested_at: named.requested_at,
            commit: named.commit,
            resolved_ref: named.resolved_ref,
            resolved_at: self.clock.now(),
            landed_at,
            approved: landed_at.is_some(),
            current_commit: current.commit,
            stale_by_seconds: on_line.map_or(0, |p| current.at.seconds() - line.up_to(p)[p].at.seconds()),
            stale_by_commits: on_line.map_or(0, |p| line.len() - 1 - p),
            ontology_digest: self.ontology(named.commit)?.ontology.digest.clone(),
            index_digest: self.with_view(named.commit, |view| Ok(view.digest().clone()))?,
            snapshot: named.snapshot.map(Into::into),
        })
    }

    /// The commit of a request, without asking the index for anything.
    pub(super) fn commit_named(&self, request: &RefRequest) -> Result<CommitId, EngineError> {
        Ok(self.named(&*self.line()?, request)?.commit)
    }

    fn named(&self, line: &Line, request: &RefRequest) -> Result<Named, EngineError> {
        match mode_of(request)? {
            ResolveMode::Current => self.current_named(line, request),
            ResolveMode::ExplicitRef => self.explicit(request),
            ResolveMode::RefAtTime => self.at_time(line, request),
            ResolveMode::SnapshotTag => self.snapshot(request),
        }
    }

    fn current_named(&self, line: &Line, request: &RefRequest) -> Result<Named, EngineError> {
        let branch = self.repo.default_branch()?;
        let asked = request.requested.as_deref();
        if asked.is_some_and(|r| r != branch && Some(r) != branch.strip_prefix("refs/heads/")) {
            return Err(EngineError::new(
                Code::BadRequest,
                "mode `current` is of the default branch: use `explicit-ref` for another reference",
            )
            .because("Conflict", Some("requested"), format!("the default branch is `{branch}`")));
        }
        let commit = self.current(line)?.commit;
        Ok(Named { mode: ResolveMode::Current, commit, resolved_ref: Some(branch), requested_at: None, snapshot: None })
    }

    fn explicit(&self, request: &RefRequest) -> Result<Named, EngineError> {
        let name = request.requested.as_deref().ok_or_else(|| missing("requested", "a branch, tag or commit"))?;
        let (commit, resolved_ref) = self.repo.resolve(&RefSpec::Named(name.to_owned()))?;
        Ok(Named { mode: ResolveMode::ExplicitRef, commit, resolved_ref, requested_at: None, snapshot: None })
    }

    fn at_time(&self, line: &Line, request: &RefRequest) -> Result<Named, EngineError> {
        let text = request.requested_at.as_deref().ok_or_else(|| missing("requestedAt", "an RFC 3339 time"))?;
        let moment = Timestamp::parse(text).map_err(|e| {
            EngineError::new(Code::BadTimestamp, e.to_string()).because(
                "Malformed",
                Some("requestedAt"),
                "write a time such as 2026-05-10T12:00:00Z",
            )
        })?;
        let landed = line.at(moment).ok_or_else(|| before_history(line, moment))?;
        let branch = self.repo.default_branch()?;
        Ok(Named {
            mode: ResolveMode::RefAtTime,
            commit: landed.commit,
            resolved_ref: Some(branch),
            requested_at: Some(moment),
            snapshot: None,
        })
    }

    fn snapshot(&self, request: &RefRequest) -> Result<Named, EngineError> {
        let name = request.requested.as_deref().ok_or_else(|| missing("requested", "the name of a snapshot"))?;
        let short = name.strip_prefix(SNAPSHOT_TAGS).unwrap_or(name);
        let mode = ResolveMode::SnapshotTag;
        if let Some(known) = self.book.find(&self.repo, short)? {
            let commit = self.repo.commit(known.content.resolved_commit)?.id;
            let resolved_ref = known.name.as_ref().map(|name| format!("{SNAPSHOT_TAGS}{name}"));
            return Ok(Named { mode, commit, resolved_ref, requested_at: None, snapshot: Some(known) });
        }
        // A tag that somebody else made there: it names a commit, and says no more.
        let (commit, resolved_ref) = self.repo.resolve(&RefSpec::Named(format!("{SNAPSHOT_TAGS}{short}")))?;
        Ok(Named { mode, commit, resolved_ref, requested_at: None, snapshot: None })
    }

    fn require(&self, request: &RefRequest, named: &Named, landed_at: Option<Timestamp>) -> Result<(), EngineError> {
        if request.require_approved_commit && landed_at.is_none() {
            return Err(EngineError::new(
                Code::RefNotApproved,
                format!("commit {} is not on the approved line", named.commit),
            ));
        }
        if request.require_valid_ontology {
            let errors = crate::check::check(&self.tree(named.commit.into())?.check_input()).summary.errors;
            if errors > 0 {
                let message = format!(
                    "commit {} has {errors} validation errors: `lorekeep validate --rev {}` lists them",
                    named.commit,
                    named.commit.short()
                );
                return Err(EngineError::new(Code::OntologyInvalid, message));
            }
        }
        Ok(())
    }

    /// The commit's own position, or that of the last landing it descends from.
    pub(super) fn nearest_landed(&self, line: &Line, commit: CommitId) -> Result<Option<usize>, EngineError> {
        if let Some(position) = line.position(commit) {
            return Ok(Some(position));
        }
        let Some(tip) = line.tip() else { return Ok(None) };
        let base = self.repo.merge_base(tip.commit, commit)?;
        match base.map(|base| line.position(base)) {
            Some(None) => {
                // A branch that was merged is its own best base: it left the line somewhere below.
                let below = self.repo.first_parents(commit, None)?;
                Ok(below.iter().find_map(|c| line.position(c.id)))
            }
            position => Ok(position.flatten()),
        }
    }
}

fn mode_of(request: &RefRequest) -> Result<ResolveMode, EngineError> {
    if request.requested.is_some() && request.requested_at.is_some() {
        return Err(EngineError::new(Code::BadRequest, "`requested` and `requestedAt` name two commits: give one")
            .because("Conflict", Some("requestedAt"), "a read is of one commit"));
    }
    Ok(request.mode.unwrap_or(match (&request.requested, &request.requested_at) {
        (_, Some(_)) => ResolveMode::RefAtTime,
        (Some(_), None) => ResolveMode::ExplicitRef,
        (None, None) => ResolveMode::Current,
    }))
}

fn missing(field: &str, what: &str) -> EngineError {
    EngineError::new(Code::BadRequest, format!("`{field}` is missing: give {what}")).because(
        "Required",
        Some(field),
        format!("give {what}"),
    )
}

fn before_history(line: &Line, moment: Timestamp) -> EngineError {
    let first = line
        .root()
        .map_or_else(|| "nothing has landed yet".to_owned(), |root| format!("the first landing was at {}", root.at));
    EngineError::new(Code::RefBeforeHistory, format!("nothing had landed by {moment}: {first}"))
}

//! What callers read. Every method decides access first; the org is the caller's own.

use super::operate::By;
use super::server::Engine;
use super::types::{
    Answer, Ask, Document, HistoryLine, Page, RecordFilter, RecordLine, RefRequest, RepositoryView, Resolution,
    SummaryView,
};
use super::{Code, EngineError};
use crate::access::{Action, Caller, RepositoryPolicy, SourceScope, decide};
use crate::base::RepositoryName;
use crate::query::Visibility;
use crate::records::Actor;

/// The most records a page holds.
const MAX_PAGE: usize = 500;

impl Engine {
    /// Who a token belongs to. One refusal for unknown, expired and revoked.
    pub fn authenticate(&self, token: &str) -> Result<Caller, EngineError> {
        let caller = self.records.authenticate(token, self.now())?;
        caller.map_err(|refusal| {
            EngineError::new(Code::Unauthenticated, "the token is unknown, expired or revoked").caused_by(refusal)
        })
    }

    /// Checks that the org of a path is the caller's: any other is not found.
    pub fn require_org(&self, caller: &Caller, org: &str) -> Result<(), EngineError> {
        if caller.org.as_str() == org {
            Ok(())
        } else {
            Err(EngineError::new(Code::OrgNotFound, "there is no such org"))
        }
    }

    /// The org at a glance.
    pub fn summary(&self, caller: &Caller) -> Result<SummaryView, EngineError> {
        let repositories = self.list_repositories(caller)?;
        let updates = self.records.read(|view| view.update_counts(&caller.org))?;
        let updates = updates.into_iter().map(|(phase, n)| (phase.to_string(), n)).collect();
        Ok(SummaryView { organization: caller.org.clone(), repositories, updates })
    }

    /// The repositories that the caller may see.
    pub fn list_repositories(&self, caller: &Caller) -> Result<Vec<RepositoryView>, EngineError> {
        decide(caller, &Action::ListRepositories)?;
        self.repositories(&caller.org)
    }

    /// One repository.
    pub fn repository(&self, caller: &Caller, name: &str) -> Result<RepositoryView, EngineError> {
        decide(caller, &Action::ListRepositories)?;
        let (row, served) = self.addressed(caller, name)?;
        self.view_of(&row, &served)
    }

    /// Makes a new repository with the default layout, as an admin over the API.
    pub fn add_repository(
        &self,
        caller: &Caller,
        name: &str,
        policy: Option<RepositoryPolicy>,
    ) -> Result<RepositoryView, EngineError> {
        decide(caller, &Action::CreateRepository)?;
        let name = RepositoryName::parse(name).map_err(|e| {
            EngineError::new(Code::BadRequest, e.to_string()).because("Malformed", Some("name"), e.to_string())
        })?;
        if super::once::done().is_some() {
            return self.repository(caller, name.as_str());
        }
        let by = By { actor: Actor::Principal(caller.principal.clone()), policy };
        self.make_repository(&caller.org, &name, None, &by, &mut |_, _| ())
    }

    /// Sets a repository's policy.
    pub fn set_policy(
        &self,
        caller: &Caller,
        name: &str,
        policy: RepositoryPolicy,
    ) -> Result<RepositoryView, EngineError> {
        decide(caller, &Action::ManagePolicies)?;
        let (row, _) = self.addressed(caller, name)?;
        self.records.write(|tx| {
            tx.set_policy(&row.id, &policy)?;
            super::audit::policy_set(tx, caller, &row, self.now())
        })?;
        let (row, served) = self.addressed(caller, name)?;
        self.view_of(&row, &served)
    }

    /// Resolves a reference request.
    pub fn resolve(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        request: &RefRequest,
    ) -> Result<(RepositoryName, Resolution), EngineError> {
        decide(caller, &Action::ResolveRef)?;
        let (row, served) = self.named(caller, repository)?;
        let resolution = served.memory.resolve(request)?;
        self.audit_read(caller, &row, super::audit::REF_RESOLVED, &resolution, None)?;
        Ok((row.name, resolution))
    }

    /// Answers a query.
    pub fn query(&self, caller: &Caller, ask: &Ask) -> Result<Answer, EngineError> {
        decide(caller, &Action::Query)?;
        let (row, served) = self.named(caller, ask.repository.as_deref())?;
        let answer = served.memory.query_as(ask, &visibility(caller))?;
        let digest = answer.outcome.query_manifest_digest.clone();
        self.audit_read(caller, &row, super::audit::QUERY_EXECUTED, &answer.resolution, Some(digest))?;
        Ok(answer)
    }

    /// Reads a record by id.
    pub fn record(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        id: &str,
        at: &RefRequest,
    ) -> Result<Document, EngineError> {
        decide(caller, &Action::ReadRecords)?;
        let (_, served) = self.named(caller, repository)?;
        served.memory.record_as(id, at, &visibility(caller))
    }

    /// Lists records in (path, ordinal) order. A cursor belongs to one commit, and keeps to it.
    pub fn records(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        filter: &RecordFilter,
        at: &RefRequest,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Resolution, Page<RecordLine>), EngineError> {
        decide(caller, &Action::ReadRecords)?;
        let (_, served) = self.named(caller, repository)?;
        served.memory.records_as(filter, at, cursor, limit.clamp(1, MAX_PAGE), &visibility(caller))
    }

    /// Reads a document by path, whole or by lines.
    pub fn document(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        path: &str,
        lines: Option<(u32, u32)>,
        at: &RefRequest,
    ) -> Result<Document, EngineError> {
        decide(caller, &Action::ReadDocuments)?;
        let (_, served) = self.named(caller, repository)?;
        served.memory.document_as(path, lines, at, &visibility(caller))
    }

    /// Who brought each line of a document.
    pub fn blame(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        path: &str,
        lines: Option<(u32, u32)>,
        at: &RefRequest,
    ) -> Result<super::Blame, EngineError> {
        decide(caller, &Action::ReadHistory)?;
        let (_, served) = self.named(caller, repository)?;
        served.memory.blame_as(path, lines, at, &visibility(caller))
    }

    /// The versions of a record that the caller sees at a commit, along the approved line up to it. What commits say of
    /// themselves may speak of more than a narrowed token sees, and is left out for one.
    pub fn record_history(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        id: &str,
        at: &RefRequest,
        limit: usize,
    ) -> Result<Vec<HistoryLine>, EngineError> {
        decide(caller, &Action::ReadHistory)?;
        let (_, served) = self.named(caller, repository)?;
        if caller.scope.is_some() {
            served.memory.record_as(id, at, &visibility(caller))?;
        }
        let mut versions = served.memory.history(id, at, limit.clamp(1, MAX_PAGE))?;
        if caller.scope.is_some() {
            versions.retain(|version| caller.sees_path(&version.path));
            versions.iter_mut().for_each(|version| version.subject.clear());
        }
        Ok(versions)
    }

    /// The text of a git allowed-signers file for the org's signing keys.
    pub fn allowed_signers(&self, caller: &Caller) -> Result<String, EngineError> {
        decide(caller, &Action::ReadSigners)?;
        self.signers_text(&caller.org)
    }
}

/// What a caller's scope lets them see.
pub(super) fn visibility(caller: &Caller) -> Visibility {
    visibility_of(caller.scope.as_ref())
}

/// What a scope lets see.
pub(super) fn visibility_of(scope: Option<&SourceScope>) -> Visibility {
    let Some(scope) = scope else { return Visibility::default() };
    let kinds = scope.include_kinds();
    Visibility {
        include_paths: Some(scope.include_paths().clone()),
        exclude_paths: scope.exclude_paths().clone(),
        include_kinds: (!kinds.is_empty()).then(|| kinds.to_vec()),
        exclude_kinds: scope.exclude_kinds().to_vec(),
        max_context_bytes: scope.max_context_bytes().map(|n| usize::try_from(n).unwrap_or(usize::MAX)),
    }
}

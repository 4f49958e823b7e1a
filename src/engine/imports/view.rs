//! Imports as faces see them: the row, and what its update says.

use super::conditions::{self, Ground};
use super::store::tier_of;
use super::types::{ImportListFilter, ImportView, Redacted};
use crate::access::{Action, Caller, decide};
use crate::base::Digest;
use crate::base::id::ImportId;
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError, Page, updates};
use crate::ingest::SourceKind;
use crate::records::{Import, ImportFilter, ImportPhase, PageRequest, Revision, Update};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a row tells of what was collected.
#[derive(Clone, Debug, Default, serde::Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Summary {
    pub(super) kind: Option<SourceKind>,
    pub(super) redaction: Redacted,
    pub(super) injections: u64,
    pub(super) problem_counts: BTreeMap<String, u64>,
    pub(super) problems: Vec<(String, String, String)>,
    pub(super) counts: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    digest: Digest,
}

impl Engine {
    /// Lists imports, newest first.
    pub fn import_views(
        &self,
        caller: &Caller,
        filter: &ImportListFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<ImportView>, EngineError> {
        decide(caller, &Action::ReadImports)?;
        updates::require_all_kinds(caller)?;
        let repository = match &filter.repository {
            Some(name) => Some(self.named(caller, Some(name))?.0.id),
            None => None,
        };
        let phase = filter.phase.as_deref().map(phase_named).transpose()?;
        let wanted = ImportFilter { repository: repository.as_ref(), phase, run: filter.run.as_deref() };
        let page = PageRequest { cursor, limit: u32::try_from(limit).unwrap_or(u32::MAX) };
        let page = self.records.read(|view| view.imports(&caller.org, wanted, page))?;
        let seen = page.items.iter().filter(|import| sees(caller, import));
        let items = seen.map(|import| self.shown_import(caller, import)).collect::<Result<_, _>>()?;
        Ok(Page { items, total: None, next_cursor: page.next })
    }

    /// One import.
    pub fn import_view(&self, caller: &Caller, id: &ImportId) -> Result<ImportView, EngineError> {
        decide(caller, &Action::ReadImports)?;
        self.shown_import(caller, &self.seen_import(caller, id)?)
    }

    /// An import; `None` where the caller does not see one.
    pub fn watched_import(&self, caller: &Caller, id: &str) -> Result<Option<ImportView>, EngineError> {
        decide(caller, &Action::ReadImports)?;
        let Ok(id) = ImportId::parse(id) else { return Ok(None) };
        match self.import_view(caller, &id) {
            Err(error) if error.code == Code::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// An import of the caller's org that they see; any other is not there.
    pub(super) fn seen_import(&self, caller: &Caller, id: &ImportId) -> Result<Import, EngineError> {
        updates::require_all_kinds(caller)?;
        let found = self.records.read(|view| view.import(&caller.org, id))?;
        let found = found.filter(|import| sees(caller, import));
        found.ok_or_else(|| EngineError::new(Code::NotFound, "there is no such import in this org"))
    }

    pub(super) fn shown_import(&self, caller: &Caller, import: &Import) -> Result<ImportView, EngineError> {
        let update = self.update_of(import)?;
        let summary: Summary = read(&import.summary)?;
        let repository = self.records.read(|view| view.repository_by_id(&import.repository))?;
        let revision = update.as_ref().map(|(_, revision)| revision);
        let validation = revision.and_then(|revision| revision.validation_digest.clone());
        let merged = update.as_ref().and_then(|(update, _)| update.merge_commit);
        let ground = Ground { import, summary: &summary, update: update.as_ref(), validation: validation.as_ref() };
        let conditions = conditions::of(&ground);
        let files: Vec<File> = read(&import.files)?;
        Ok(ImportView {
            id: import.id.clone(),
            organization: caller.org.clone(),
            repository: repository.map(|row| row.name.to_string()).unwrap_or_default(),
            proposer: import.proposer.clone(),
            run: import.run.clone(),
            kind: summary.kind,
            phase: import.shown.to_string(),
            tier: tier_of(import),
            target: import.target.clone(),
            source_digest: import.source.clone(),
            redaction_digest: import.redaction.clone(),
            validation_digest: validation.clone(),
            target_branch: update.as_ref().and_then(|(update, _)| update.branch.clone()),
            update: import.update.clone(),
            diff_digest: revision.map(|revision| revision.diff_digest.clone()),
            merge_commit: merged.or(import.merged_commit),
            files: files.into_iter().map(|file| (file.path, file.digest)).collect(),
            conditions,
            redaction: summary.redaction,
            problem_counts: summary.problem_counts,
            problems: summary.problems,
            counts: summary.counts,
            created_at: import.created_at,
            updated_at: import.updated_at,
        })
    }

    fn update_of(&self, import: &Import) -> Result<Option<(Update, Revision)>, EngineError> {
        let Some(id) = &import.update else { return Ok(None) };
        self.records.read(|view| {
            let Some(update) = view.update(&import.org, id)? else { return Ok(None) };
            let revision = view.revision(&import.org, id, update.revision)?;
            Ok(revision.map(|revision| (update, revision)))
        })
    }
}

/// Whether a caller sees an import: the folder that it goes into, and every file of it.
fn sees(caller: &Caller, import: &Import) -> bool {
    let files: Vec<File> = read(&import.files).unwrap_or_default();
    caller.sees_path(&import.target) && files.iter().all(|file| caller.sees_path(&file.path))
}

fn read<T: serde::de::DeserializeOwned>(value: &serde_json::Value) -> Result<T, EngineError> {
    let failed = |e| EngineError::new(Code::Internal, "a stored import cannot be read").caused_by(e);
    T::deserialize(value).map_err(|e: serde_json::Error| failed(e))
}

fn phase_named(name: &str) -> Result<ImportPhase, EngineError> {
    ImportPhase::parse(name).map_err(|e| {
        let mend = "see the phases of an import";
        EngineError::new(Code::BadRequest, e.to_string()).because("Unknown", Some("phase"), mend)
    })
}

//! The files of an import as an update: on which commit, with which words, for whom to review.

use super::drafts::Around;
use super::import::Job;
use super::stop::Stop;
use crate::access::{Role, decide_paths};
use crate::base::store::BlobStore;
use crate::base::{CommitId, Digest, RepoPath};
use crate::engine::server::Engine;
use crate::engine::update_types::ForImport;
use crate::engine::{Code, EngineError, Memory, NewChange, NewUpdate};
use crate::git::{At, ReadRepository, Repository};
use crate::ingest::{DraftFile, MEMORY_PATH, RetentionTier, Story, Target};
use crate::records::{Import, ImportPhase, Review};
use serde_json::{Value, json};

/// The largest file of a memory that is read to be merged with, in bytes.
const LARGEST: u64 = 8 << 20;

/// The files of an import, and the commit that they are for.
pub(super) struct Files {
    base: CommitId,
    drafts: Vec<DraftFile>,
}

impl Engine {
    /// Makes the files of an import. Where the run names a snapshot of this memory they are for its commit: its `MEMORY.md` is
    /// then merged with what has landed since. Else, and where files of the import are in the memory already, they are for the
    /// tip, and what the run says is added to what the memory says.
    pub(super) fn files_of(&self, job: &Job<'_>, story: &Story, tier: RetentionTier) -> Result<Files, Stop> {
        let memory = &job.served.memory;
        let target = Target::parse(&job.import.target);
        let target = target.map_err(|e| Stop::server(EngineError::new(Code::Internal, e.to_string())))?;
        let bytes = self.kept_bytes(&job.import).map_err(Stop::server)?;
        let around = Around {
            memory,
            organization: job.caller.org.as_str(),
            new: job.new,
            tier,
            target: &target,
            source: &job.import.source,
            known_at: job.import.created_at,
            bytes: &bytes,
        };
        let tip = tip_of(memory).map_err(Stop::server)?;
        let drafts = around.files(story, tip, true)?;
        decide_paths(job.caller, drafts.iter().map(|draft| draft.path.as_str()))
            .map_err(|e| Stop::at("OrgScopeVerified", e.into()))?;
        match self.began_from(job, story, &drafts, tip).map_err(Stop::server)? {
            Some(base) => Ok(Files { base, drafts: around.files(story, base, false)? }),
            None => Ok(Files { base: tip, drafts }),
        }
    }

    /// Proposes files as the update of an import, or as another revision of it. Where the memory holds them already there
    /// is nothing to propose.
    pub(super) fn propose_import(
        &self,
        job: &Job<'_>,
        story: &Story,
        tier: RetentionTier,
        made: Files,
    ) -> Result<(), Stop> {
        let before = self.open_update(&job.import).map_err(Stop::server)?;
        let files = files_json(&made.drafts);
        if before.is_some() && tier.as_str() == job.import.tier && files == job.import.files {
            return self.import_phase(job, ImportPhase::AwaitingReview);
        }
        let tip = tip_of(&job.served.memory).map_err(Stop::server)?;
        if before.is_none() && holds_all(&job.served.memory.repo, tip, &made.drafts).map_err(Stop::server)? {
            return self.merged_already(job, tip, &files).map_err(Stop::server);
        }
        let update = NewUpdate {
            repository: Some(job.row.name.to_string()),
            base_commit: Some(made.base.to_string()),
            changes: made.drafts.into_iter().map(change).collect(),
            title: title(&job.import.run, story),
            reason: reason(job, story, tier),
            source_run: Some(job.import.run.clone()),
            revises: before,
            import: Some(self.for_import(job, tier, files)),
            ..NewUpdate::default()
        };
        let proposed = self.propose(job.caller, &update).map_err(|e| Stop::at("ReviewReady", e))?;
        match &*proposed.phase {
            "Invalid" => Err(Stop::at("OntologyValid", invalid(&proposed.findings))),
            _ => Ok(()),
        }
    }

    /// The update of an import that still takes a revision.
    fn open_update(&self, import: &Import) -> Result<Option<crate::base::id::UpdateId>, EngineError> {
        let Some(id) = &import.update else { return Ok(None) };
        let update = self.records.read(|view| view.update(&import.org, id))?;
        Ok(update.filter(|update| !update.phase.has_ended()).map(|update| update.id))
    }

    /// The commit that the run began from, where that matters: it has a `MEMORY.md`, names a snapshot of this memory, and
    /// nothing else of the import is in the memory yet.
    fn began_from(
        &self,
        job: &Job<'_>,
        story: &Story,
        drafts: &[DraftFile],
        tip: CommitId,
    ) -> Result<Option<CommitId>, EngineError> {
        let memory = &job.served.memory;
        let others = || drafts.iter().filter(|draft| draft.path.as_str() != MEMORY_PATH);
        if others().count() == drafts.len() {
            return Ok(None);
        }
        for draft in others() {
            if memory.repo.entry(At::Commit(tip), &draft.path)?.is_some() {
                return Ok(None);
            }
        }
        let line = memory.line()?;
        for name in story.head.snapshots.iter().rev() {
            let commit = self.snapshot_commit(job, name)?;
            if let Some(commit) = commit.filter(|commit| line.position(*commit).is_some()) {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    /// The commit of a snapshot of this repository, by its id or name; `None` for any other.
    fn snapshot_commit(&self, job: &Job<'_>, name: &str) -> Result<Option<CommitId>, EngineError> {
        use crate::base::id::{SnapshotId, SnapshotName};
        let name = name.strip_prefix("refs/tags/").unwrap_or(name);
        let name = name.strip_prefix("memory/snapshots/").unwrap_or(name);
        let found = self.records.read(|view| match (SnapshotId::parse(name), SnapshotName::parse(name)) {
            (Ok(id), _) => view.snapshot(&job.caller.org, &id),
            (_, Ok(name)) => view.snapshot_named(&job.row.id, &name),
            _ => Ok(None),
        })?;
        Ok(found.filter(|snapshot| snapshot.repository == job.row.id).map(|snapshot| snapshot.commit))
    }

    fn for_import(&self, job: &Job<'_>, tier: RetentionTier, files: Value) -> ForImport {
        let (id, n) = (job.import.id.clone(), job.import.updates_made);
        let branch = match n {
            0 => format!("krate/memory-import/{id}"),
            n => format!("krate/memory-import/{id}-{}", n + 1),
        };
        ForImport { id, branch, review: review(job, tier), tier: tier.as_str().to_owned(), files }
    }

    fn merged_already(&self, job: &Job<'_>, tip: CommitId, files: &Value) -> Result<(), EngineError> {
        let now = self.now();
        self.records.write(|tx| {
            let import = tx.set_import_merged(&job.caller.org, &job.import.id, tip, files, now)?;
            crate::engine::audit::import(tx, job.caller, job.row, &import, "merged", now)
        })
    }
}

/// Who has to look at it: a maintainer where bytes are kept that no maintainer asked for.
fn review(job: &Job<'_>, tier: RetentionTier) -> Review {
    match tier {
        RetentionTier::ArtifactBytesRetained if job.caller.role < Role::Maintainer => Review::Maintainer,
        RetentionTier::FullJournalRedacted | RetentionTier::ArtifactBytesRetained => Review::Reviewer,
        _ if job.new.require_review => Review::Reviewer,
        _ => Review::Policy,
    }
}

fn tip_of(memory: &Memory) -> Result<CommitId, EngineError> {
    Ok(memory.current(&*memory.line()?)?.commit)
}

pub(super) fn holds_all(repo: &Repository, tip: CommitId, made: &[DraftFile]) -> Result<bool, EngineError> {
    for draft in made {
        if content_at(repo, tip, &draft.path)?.as_ref() != Some(&draft.content) {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn content_at(repo: &Repository, commit: CommitId, path: &RepoPath) -> Result<Option<String>, EngineError> {
    let Some(entry) = repo.entry(At::Commit(commit), path)? else { return Ok(None) };
    Ok(String::from_utf8(repo.blob(entry.oid, LARGEST)?).ok())
}

fn files_json(made: &[DraftFile]) -> Value {
    made.iter().map(|draft| json!({"path": draft.path, "digest": Digest::of(draft.content.as_bytes())})).collect()
}

fn change(made: DraftFile) -> NewChange {
    let (path, action, content) = (made.path.to_string(), "upsert".to_owned(), Some(made.content));
    NewChange { path, action, content, from: None, reason: None }
}

pub(super) fn title(run: &str, story: &Story) -> String {
    let what = if story.run().is_some() { "run" } else { "session" };
    format!("Import the memory of {what} {run}")
}

fn reason(job: &Job<'_>, story: &Story, tier: RetentionTier) -> String {
    let process = story.head.process.as_deref().map(|process| format!(" of {process}")).unwrap_or_default();
    let (digest, tier) = (&job.import.source, tier.as_str());
    format!("What the run{process} left behind, screened, as far as `{tier}` keeps it.\n\nSource digest: {digest}")
}

/// The refusal of records that the memory does not take. The update stays, and cannot be merged.
pub(super) fn invalid(findings: &[crate::base::Finding]) -> EngineError {
    let message = "the records of the import are not valid in this memory: its update says where";
    let errors = findings.iter().filter(|finding| finding.severity == crate::base::Severity::Error).take(20);
    errors.fold(EngineError::new(Code::ImportValidationFailed, message), |error, finding| {
        error.because(&finding.code, Some(&finding.place.path), finding.message.clone())
    })
}

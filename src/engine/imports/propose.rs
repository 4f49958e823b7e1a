//! The files of an import as an update: on which commit, with which words, for whom to review.

use super::drafts::Made;
use super::import::Job;
use super::stop::Stop;
use crate::access::Role;
use crate::base::store::BlobStore;
use crate::base::{CommitId, Digest, RepoPath};
use crate::engine::server::Engine;
use crate::engine::update_types::ForImport;
use crate::engine::{Code, EngineError, NewChange, NewUpdate};
use crate::git::{At, ReadRepository, Repository};
use crate::ingest::{RetentionTier, Story, memory_merged};
use crate::records::{Import, ImportPhase, Review};
use serde_json::{Value, json};

/// The file that runs write for all of a memory.
pub(super) const MEMORY_MD: &str = "babysitter/MEMORY.md";
/// The largest file of a memory that is read to be merged with, in bytes.
const LARGEST: u64 = 8 << 20;

impl Engine {
    /// Proposes files as the update of an import, or as another revision of it. Where the memory holds them already there
    /// is nothing to propose.
    pub(super) fn propose_import(
        &self,
        job: &Job<'_>,
        story: &Story,
        tier: RetentionTier,
        made: Vec<Made>,
    ) -> Result<(), Stop> {
        let repo = &job.served.memory.repo;
        let line = job.served.memory.line().map_err(Stop::server)?;
        let tip = job.served.memory.current(&line).map_err(Stop::server)?.commit;
        let before = self.open_update(&job.import).map_err(Stop::server)?;
        let base = self.base_for(job, story, &made, tip).map_err(Stop::server)?;
        let made = on_base(repo, base, tip, made).map_err(Stop::server)?;
        let files = files_json(&made);
        if before.is_some() && tier.as_str() == job.import.tier && files == job.import.files {
            return self.import_phase(job, ImportPhase::AwaitingReview);
        }
        if holds_all(repo, tip, &made).map_err(Stop::server)? {
            return self.merged_already(job, tip, &files).map_err(Stop::server);
        }
        let update = NewUpdate {
            repository: Some(job.row.name.to_string()),
            base_commit: Some(base.to_string()),
            changes: made.into_iter().map(change).collect(),
            title: title(story),
            reason: reason(job, story, tier),
            source_run: Some(story.head.run_id.clone()),
            revises: before,
            import: Some(self.for_import(job, tier, files)),
            ..NewUpdate::default()
        };
        let proposed = self.propose(job.caller, &update).map_err(|e| Stop::at("ReviewReady", e))?;
        match &*proposed.phase {
            "Invalid" => Err(Stop::at("OntologyValid", invalid(&proposed.findings).about(proposed.id.as_str()))),
            _ => Ok(()),
        }
    }

    /// The update of an import that still takes a revision.
    fn open_update(&self, import: &Import) -> Result<Option<crate::base::id::UpdateId>, EngineError> {
        let Some(id) = &import.update else { return Ok(None) };
        let update = self.records.read(|view| view.update(&import.org, id))?;
        Ok(update.filter(|update| !update.phase.has_ended()).map(|update| update.id))
    }

    /// The commit that the run's `MEMORY.md` began from, where it names a snapshot of this memory: its changes are then
    /// merged with what has landed since. Else, and where files of the import are in the memory already, the tip.
    fn base_for(&self, job: &Job<'_>, story: &Story, made: &[Made], tip: CommitId) -> Result<CommitId, EngineError> {
        let repo = &job.served.memory.repo;
        let others = || made.iter().filter(|made| made.path.as_str() != MEMORY_MD);
        if others().count() == made.len() {
            return Ok(tip);
        }
        for draft in others() {
            if repo.entry(At::Commit(tip), &draft.path)?.is_some() {
                return Ok(tip);
            }
        }
        let line = job.served.memory.line()?;
        let named = story.head.snapshots.iter().rev();
        let of = |name: &String| self.snapshot_commit(job, name);
        for commit in named.filter_map(|name| of(name).transpose()) {
            let commit = commit?;
            if line.position(commit).is_some() {
                return Ok(commit);
            }
        }
        Ok(tip)
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

/// The files as they go onto a commit. On the commit that a run began from its `MEMORY.md` stands as it is: the merge knows
/// all three sides. On any other what the memory says is kept, and what the run says is added.
fn on_base(repo: &Repository, base: CommitId, tip: CommitId, made: Vec<Made>) -> Result<Vec<Made>, EngineError> {
    let placed = |draft: Made| {
        if draft.path.as_str() != MEMORY_MD || base != tip {
            return Ok(draft);
        }
        let content = match content_at(repo, tip, &draft.path)? {
            Some(present) => memory_merged(&present, &draft.content),
            None => draft.content,
        };
        Ok(Made { content, ..draft })
    };
    made.into_iter().map(placed).collect()
}

fn holds_all(repo: &Repository, tip: CommitId, made: &[Made]) -> Result<bool, EngineError> {
    for draft in made {
        if content_at(repo, tip, &draft.path)?.as_ref() != Some(&draft.content) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn content_at(repo: &Repository, commit: CommitId, path: &RepoPath) -> Result<Option<String>, EngineError> {
    let Some(entry) = repo.entry(At::Commit(commit), path)? else { return Ok(None) };
    Ok(String::from_utf8(repo.blob(entry.oid, LARGEST)?).ok())
}

fn files_json(made: &[Made]) -> Value {
    made.iter().map(|draft| json!({"path": draft.path, "digest": Digest::of(draft.content.as_bytes())})).collect()
}

fn change(made: Made) -> NewChange {
    let (path, action, content) = (made.path.to_string(), "upsert".to_owned(), Some(made.content));
    NewChange { path, action, content, from: None, reason: None }
}

fn title(story: &Story) -> String {
    let what = if story.run().is_some() { "run" } else { "session" };
    format!("Import the memory of {what} {}", story.head.run_id)
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

//! Notes made into records: a new file of the work tree, a branch of a bare repository, an update of a server.

use super::convert::io;
use super::memory::Memory;
use super::server::Engine;
use super::update_types::{NewChange, NewUpdate, UpdateView};
use super::updates::require_all_kinds;
use super::{Code, EngineError, once};
use crate::access::{Action, Caller, decide, decide_paths};
use crate::base::store::BlobStore;
use crate::base::{CommitId, RepoPath, TreeEntry};
use crate::change::message::compose;
use crate::change::{LoadedTree, load_from};
use crate::git::{At, CommitDraft, ReadRepository, RefEdit, WriteRepository};
use crate::ingest::{DraftFile, Promotion, promote};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// The largest note that is read, in bytes.
const LARGEST_NOTE: u64 = 1 << 20;
/// Where the branches of promotions are.
const BRANCHES: &str = "krate/memory-promote/";

/// A note to be made into a record, as a face hands it over.
#[derive(Clone, Debug, Default)]
pub struct NewPromotion {
    /// The repository; `None` where the org has one only.
    pub repository: Option<String>,
    /// The note.
    pub path: String,
    /// The kind of the record.
    pub kind: String,
    /// Its id; `None`: one made of the title.
    pub id: Option<String>,
    /// Its title; `None`: that of the note.
    pub title: Option<String>,
    /// Who answers for it; none: the owners of the note.
    pub owners: Vec<String>,
    /// Further fields, by name.
    pub fields: BTreeMap<String, String>,
    /// The key that a retry of the same request comes with.
    pub idempotency_key: Option<String>,
}

/// A record that was made of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promoted {
    /// Where it is, or would be, from the memory root.
    pub path: String,
    /// Its text.
    pub content: String,
    /// The branch that proposes it, where it is no file of a work tree.
    pub branch: Option<String>,
}

impl Memory {
    /// Makes a record of a note: of the work tree where there is one, else of the tip. A dry run writes nothing.
    pub fn promote(&self, new: &NewPromotion, dry_run: bool) -> Result<Promoted, EngineError> {
        if self.has_worktree() {
            let loose = self.repo.read_worktree()?;
            let tree = load_from(&loose, loose.files().to_vec(), &self.parsed).map_err(unreadable)?;
            let draft = self.draft(new, &loose, loose.files(), &tree)?;
            if !dry_run {
                self.write_new(loose.root(), &draft)?;
            }
            return Ok(promoted(draft, None));
        }
        let tip = self.current(&*self.line()?)?.commit;
        let draft = self.draft_at(new, tip)?;
        let branch = if dry_run { None } else { Some(self.promote_by_branch(new, &draft, tip)?) };
        Ok(promoted(draft, branch))
    }

    /// The record of a note of a commit.
    fn draft_at(&self, new: &NewPromotion, commit: CommitId) -> Result<DraftFile, EngineError> {
        self.draft(new, &self.repo, &self.repo.files(At::Commit(commit))?, &self.tree(At::Commit(commit))?)
    }

    fn draft(
        &self,
        new: &NewPromotion,
        store: &dyn BlobStore,
        entries: &[TreeEntry],
        tree: &LoadedTree,
    ) -> Result<DraftFile, EngineError> {
        let path = note_path(&new.path)?;
        let entry = entries.iter().find(|entry| entry.path == path.as_str().as_bytes()).ok_or_else(|| {
            EngineError::new(Code::NotFound, format!("there is no note `{path}`: name it from the root of the memory"))
        })?;
        let bytes = store.blob(entry.oid, LARGEST_NOTE).map_err(unreadable)?;
        let ids: BTreeSet<&str> = tree
            .files
            .iter()
            .filter_map(|file| file.source.as_ref())
            .flat_map(|source| &source.records)
            .map(|record| record.id.value.as_str())
            .collect();
        let promotion = Promotion {
            path: &path,
            bytes: &bytes,
            kind: &new.kind,
            id: new.id.as_deref(),
            title: new.title.as_deref(),
            owners: &new.owners,
            fields: &new.fields,
            at: self.clock.now(),
            ontology: &tree.ontology,
            exists: &|id| ids.contains(id),
        };
        let draft = promote(&promotion).map_err(|e| EngineError::new(Code::InvalidUpdate, e.to_string()))?;
        match entries.iter().any(|entry| entry.path == draft.path.as_str().as_bytes()) {
            true => Err(taken(&draft)),
            false => Ok(draft),
        }
    }

    /// Writes a file of the work tree that is not there yet.
    fn write_new(&self, root: &str, draft: &DraftFile) -> Result<(), EngineError> {
        let top = self.repo.worktree().expect("it was read");
        let file = top.join(root).join(draft.path.as_str());
        let failed = |e| io(format_args!("{} cannot be written", file.display()), e);
        std::fs::create_dir_all(file.parent().expect("a file is in a folder")).map_err(failed)?;
        let made = std::fs::File::options().write(true).create_new(true).open(&file);
        made.and_then(|mut file| file.write_all(draft.content.as_bytes())).map_err(failed)
    }

    fn promote_by_branch(&self, new: &NewPromotion, draft: &DraftFile, tip: CommitId) -> Result<String, EngineError> {
        let name = draft.path.as_str().rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
        let branch = format!("{BRANCHES}{name}");
        let blob = self.repo.write_blob(draft.content.as_bytes())?;
        let tree = self.repo.edit_tree(At::Commit(tip), &[(draft.path.clone(), Some(blob))])?;
        let message = compose(&title(new), &reason(new), "Promote a note", &[("Promoted-From", new.path.clone())]);
        let who = self.user()?;
        let commit = CommitDraft { tree, parents: vec![tip], author: who.clone(), committer: who.clone(), message };
        let commit = self.repo.write_commit(&commit, None)?;
        let edit = RefEdit { name: format!("refs/heads/{branch}"), expected: None, new: Some(commit.0) };
        let there = |e| {
            EngineError::new(Code::AlreadyExists, format!("the branch {branch} is there: land it or delete it"))
                .caused_by(e)
        };
        self.repo.update_refs(&[edit], &who, "promote").map_err(there)?;
        Ok(branch)
    }
}

impl Engine {
    /// Proposes to make a record of a note of the tip.
    pub fn promote(&self, caller: &Caller, new: &NewPromotion) -> Result<UpdateView, EngineError> {
        decide(caller, &Action::Propose)?;
        require_all_kinds(caller)?;
        let path = note_path(&new.path)?;
        decide_paths(caller, [path.as_str()])?;
        let (_, served) = self.named(caller, new.repository.as_deref())?;
        let tip = served.memory.current(&*served.memory.line()?)?.commit;
        // What an earlier try made is found by the key alone.
        let changes = match once::done() {
            Some(_) => vec![upsert(path.to_string(), String::new())],
            None => {
                let draft = served.memory.draft_at(new, tip)?;
                vec![upsert(draft.path.to_string(), draft.content)]
            }
        };
        let update = NewUpdate {
            repository: new.repository.clone(),
            base_commit: Some(tip.to_string()),
            changes,
            title: title(new),
            reason: reason(new),
            idempotency_key: new.idempotency_key.clone(),
            ..NewUpdate::default()
        };
        self.propose(caller, &update)
    }
}

fn note_path(text: &str) -> Result<RepoPath, EngineError> {
    let plain = text.trim_start_matches("./");
    let plain = plain.strip_prefix(".company-brain/").unwrap_or(plain);
    RepoPath::parse(plain).map_err(|e| {
        EngineError::new(Code::BadRequest, e.to_string()).because(
            "Malformed",
            Some("path"),
            "name a note from the root of the memory",
        )
    })
}

fn title(new: &NewPromotion) -> String {
    format!("Promote {} to a {}", short(&new.path), short(&new.kind))
}

fn reason(new: &NewPromotion) -> String {
    format!("A record made of the note {}, which stays as it is.", short(&new.path))
}

fn short(text: &str) -> String {
    crate::change::message::one_line(text, 100)
}

fn upsert(path: String, content: String) -> NewChange {
    NewChange { path, action: "upsert".to_owned(), content: Some(content), from: None, reason: None }
}

fn promoted(draft: DraftFile, branch: Option<String>) -> Promoted {
    Promoted { path: draft.path.to_string(), content: draft.content, branch }
}

fn taken(draft: &DraftFile) -> EngineError {
    let message = format!("`{}` is there already: give the record another title", draft.path);
    EngineError::new(Code::AlreadyExists, message)
}

fn unreadable(error: crate::base::store::BlobError) -> EngineError {
    EngineError::new(Code::InvalidUpdate, error.to_string())
}

//! Imports without a server: their files as a proposed branch of the repository at hand. The work tree and what is checked
//! out stay as they are.

use super::preview::ImportPreview;
use super::why;
use crate::base::id::ImportId;
use crate::base::{CommitId, Oid, RepoPath, Timestamp};
use crate::change::message::{compose, trailers};
use crate::change::{self, FileAction, FileChange};
use crate::check::brought_by_change;
use crate::engine::line::Landed;
use crate::engine::memory::Memory;
use crate::engine::types::Validation;
use crate::engine::{Code, EngineError, sources};
use crate::git::{At, CommitDraft, ReadRepository, RefEdit, WriteRepository};
use crate::ingest::{DraftFile, MEMORY_PATH};
use std::collections::{BTreeMap, BTreeSet};

/// Where the branches of imports are.
const BRANCHES: &str = "krate/memory-import/";
/// The trailer that names an import.
const IMPORT: &str = "Memory-Import";
/// So many commits are looked through for imports that were made before.
const MOST_LOOKED_AT: usize = 5_000;
/// The longest name of a branch that is asked for, in bytes.
const LONGEST_NAME: usize = 100;

/// Whether an import is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is new.
    New,
    /// It is proposed by a branch.
    Proposed(String),
    /// Its files are on the default branch.
    Landed,
}

/// Imports into the repository at hand, one after the other: each as a branch of its own, or all of them as one.
pub struct Importing<'m> {
    pub(super) memory: &'m Memory,
    pub(super) tip: Landed,
    /// What stands for the moment of a source that names none.
    pub(super) known_at: Timestamp,
    /// The one branch for all, and where it is.
    all: Option<(String, Option<CommitId>)>,
    /// The imports that the default branch has.
    landed: BTreeSet<String>,
    /// The imports of the one branch.
    proposed: BTreeSet<String>,
    /// The records that were written besides those of the tip.
    pub(super) ids: BTreeSet<String>,
    /// `MEMORY.md` as it is by now.
    pub(super) memory_md: Option<String>,
    /// The files of this time, by path.
    made: BTreeMap<RepoPath, String>,
}

/// A branch that proposes imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedBranch {
    /// Its name, such as `krate/memory-import/ami-...`.
    pub name: String,
    /// Its commit.
    pub commit: CommitId,
}

impl Memory {
    /// Begins imports into this repository; with a name, all of them as one branch.
    pub fn importing(&self, together: Option<&str>) -> Result<Importing<'_>, EngineError> {
        let line = self.line()?;
        let tip = self.current(&line)?;
        let mut importing = Importing {
            memory: self,
            tip,
            known_at: line.up_to(0).first().map_or(tip.at, |first| first.at),
            all: None,
            landed: self.imports_on(tip.commit)?,
            proposed: BTreeSet::new(),
            ids: BTreeSet::new(),
            memory_md: self.text_at(tip.commit, &memory_path())?,
            made: BTreeMap::new(),
        };
        if let Some(name) = together {
            importing.go_on(&branch_named(name)?)?;
        }
        Ok(importing)
    }

    /// The imports that commits name, from one back along its first parents.
    fn imports_on(&self, from: CommitId) -> Result<BTreeSet<String>, EngineError> {
        let (mut found, mut next) = (BTreeSet::new(), Some(from));
        for _ in 0..MOST_LOOKED_AT {
            let Some(id) = next else { break };
            let commit = self.repo.commit(id)?;
            let named = trailers(&commit.message).into_iter().filter(|(key, _)| key == IMPORT);
            found.extend(named.map(|(_, id)| id));
            next = commit.parents.first().copied();
        }
        Ok(found)
    }

    fn text_at(&self, commit: CommitId, path: &RepoPath) -> Result<Option<String>, EngineError> {
        super::propose::content_at(&self.repo, commit, path)
    }
}

impl Importing<'_> {
    /// The branch that all imports go on.
    pub fn branch(&self) -> Option<ProposedBranch> {
        let (name, commit) = self.all.as_ref()?;
        Some(ProposedBranch { name: name.clone(), commit: (*commit)? })
    }

    /// The short name of the default branch.
    pub fn default_branch(&self) -> Result<String, EngineError> {
        let full = self.memory.repo.default_branch()?;
        Ok(full.strip_prefix("refs/heads/").unwrap_or(&full).to_owned())
    }

    /// Goes on with a branch where it stands; one that has landed begins anew on the tip.
    fn go_on(&mut self, name: &str) -> Result<(), EngineError> {
        let repo = &self.memory.repo;
        let head = repo.reference(&full(name))?;
        let on_it = head.map(|head| self.memory.imports_on(head)).transpose()?.unwrap_or_default();
        match head {
            Some(head) if repo.is_ancestor(head, self.tip.commit)? => self.landed.extend(on_it),
            Some(head) => {
                self.proposed = on_it;
                self.memory_md = self.memory.text_at(head, &memory_path())?;
                let fork = repo.merge_base(head, self.tip.commit)?;
                for change in repo.changes(fork.map(At::Commit), At::Commit(head))? {
                    self.learn(head, &change.path)?;
                }
            }
            None => {}
        }
        self.all = Some((name.to_owned(), head));
        Ok(())
    }

    /// Notes the records of a file of the one branch.
    fn learn(&mut self, head: CommitId, path: &[u8]) -> Result<(), EngineError> {
        let Ok(path) = RepoPath::parse(path) else { return Ok(()) };
        if let Some(content) = self.memory.text_at(head, &path)? {
            self.ids.extend(why::ids_of(&DraftFile { path, content }));
        }
        Ok(())
    }

    /// Whether an import is there already, by its name or by its files.
    pub(super) fn found(&self, id: &ImportId, files: &[DraftFile]) -> Result<Found, EngineError> {
        let repo = &self.memory.repo;
        if self.landed.contains(id.as_str()) || super::propose::holds_all(repo, self.tip.commit, files)? {
            return Ok(Found::Landed);
        }
        if let Some((name, _)) = self.all.as_ref().filter(|_| self.proposed.contains(id.as_str())) {
            return Ok(Found::Proposed(name.clone()));
        }
        let own = format!("{BRANCHES}{id}");
        match repo.reference(&full(&own))? {
            Some(head) if repo.is_ancestor(head, self.tip.commit)? => Ok(Found::Landed),
            Some(_) if self.all.is_none() => Ok(Found::Proposed(own)),
            _ => Ok(Found::New),
        }
    }

    /// Whether the tip has a path.
    pub(super) fn has(&self, path: &RepoPath) -> Result<bool, EngineError> {
        Ok(self.memory.repo.entry(At::Commit(self.tip.commit), path)?.is_some())
    }

    /// Takes the files of an import for made, so that what follows is made beside them.
    pub fn take(&mut self, preview: &ImportPreview) {
        for file in &preview.files {
            let path = RepoPath::parse(&file.path).expect("a preview has plain paths");
            let draft = DraftFile { path: path.clone(), content: file.content.clone() };
            if self.all.is_some() {
                self.ids.extend(why::ids_of(&draft));
                if file.path == MEMORY_PATH {
                    self.memory_md = Some(file.content.clone());
                }
            }
            self.made.insert(path, draft.content);
        }
    }

    /// Writes the branch of an import that is new, or adds it to the one branch.
    pub fn write(&mut self, preview: &ImportPreview) -> Result<ProposedBranch, EngineError> {
        let repo = &self.memory.repo;
        let (name, head) = match &self.all {
            Some((name, head)) => (name.clone(), *head),
            None => (format!("{BRANCHES}{}", preview.id), None),
        };
        // A branch that has landed begins anew on the tip.
        let parent = match head {
            Some(head) if !repo.is_ancestor(head, self.tip.commit)? => head,
            _ => self.tip.commit,
        };
        let commit = self.commit(preview, parent)?;
        let edit = RefEdit { name: full(&name), expected: head.map(|head| head.0), new: Some(commit.0) };
        let moved = |e| EngineError::new(Code::Conflict, format!("{name} moved meanwhile: import again")).caused_by(e);
        repo.update_refs(&[edit], &self.memory.user()?, "import").map_err(moved)?;
        if let Some((_, head)) = &mut self.all {
            *head = Some(commit);
            self.proposed.insert(preview.id.to_string());
        }
        self.take(preview);
        Ok(ProposedBranch { name, commit })
    }

    fn commit(&self, preview: &ImportPreview, parent: CommitId) -> Result<CommitId, EngineError> {
        let repo = &self.memory.repo;
        let mut edits: Vec<(RepoPath, Option<Oid>)> = Vec::new();
        for file in &preview.files {
            let path = RepoPath::parse(&file.path).expect("a preview has plain paths");
            edits.push((path, Some(repo.write_blob(file.content.as_bytes())?)));
        }
        let tree = repo.edit_tree(At::Commit(parent), &edits)?;
        let tier = preview.tier.as_str();
        let reason = format!("What it left behind, screened, as far as `{tier}` keeps it.");
        let said = [
            (IMPORT, preview.id.to_string()),
            ("Source-Digest", preview.source_digest.to_string()),
            ("Retention-Tier", tier.to_owned()),
        ];
        let message = compose(&preview.title, &reason, "Import the memory of a run", &said);
        let who = self.memory.user()?;
        let draft = CommitDraft { tree, parents: vec![parent], author: who.clone(), committer: who, message };
        Ok(repo.write_commit(&draft, None)?)
    }

    /// What validation finds in the default branch with the files of this time, that it does not find without them.
    pub fn validate(&self) -> Result<Validation, EngineError> {
        let (memory, repo) = (self.memory, &self.memory.repo);
        let tip = At::Commit(self.tip.commit);
        let changes: Vec<FileChange> = self.made.iter().map(|(path, content)| upsert(path, content)).collect();
        let after = match change::trial(repo, tip, &changes, &memory.parsed) {
            // More files than one update takes: they are looked at where they are.
            Err(_) if changes.len() > change::edits::MAX_CHANGES => memory.tree(self.written().unwrap_or(tip))?,
            other => other?,
        };
        let report = brought_by_change(&memory.tree(tip)?.check_input(), &after.check_input());
        let sources = sources::of_tree(&report, &after);
        Ok(Validation { commit: None, base: Some(self.tip.commit), root: repo.memory_root(tip)?, report, sources })
    }

    fn written(&self) -> Option<At> {
        self.branch().map(|branch| At::Commit(branch.commit))
    }
}

fn upsert(path: &RepoPath, content: &str) -> FileChange {
    let action = FileAction::Upsert { content: content.as_bytes().to_vec() };
    FileChange { path: path.clone(), action, reason: String::new() }
}

fn memory_path() -> RepoPath {
    RepoPath::parse(MEMORY_PATH).expect("it is a plain path")
}

fn full(name: &str) -> String {
    format!("refs/heads/{name}")
}

/// The branch of a name that was asked for.
fn branch_named(name: &str) -> Result<String, EngineError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    let good =
        bytes.len() <= LONGEST_NAME && bytes.iter().copied().all(plain) && ends(bytes.first()) && ends(bytes.last());
    if good && !name.contains("..") && !name.ends_with(".lock") {
        return Ok(format!("{BRANCHES}{name}"));
    }
    let message = format!(
        "the name of a branch has 1 to {LONGEST_NAME} of `a-z 0-9 . _ -`, and begins and ends with a letter or digit"
    );
    Err(EngineError::new(Code::BadRequest, message))
}

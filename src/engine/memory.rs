//! One repository open for reading: git, the approved line, the index, and what is cached of them.

use super::convert::not_a_repository;
use super::line::{Landed, Line};
use super::line_file;
use super::snapshots::{SnapshotBook, TagBook};
use super::{EngineError, IndexReport, Progress, state};
use crate::base::FileMode;
use crate::base::{Clock, CommitId, Oid, RepoPath, Timestamp};
use crate::change::{KnownTree, LoadedTree, ParseCache};
use crate::git::{ApprovedCommit, At, Change, ReadRepository, Repository};
use crate::index::{Index, PathChange, View};
use crate::note::FileClass;
use crate::ontology::{Ontology, OntologyProblem};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// How many views off the approved line, and how many ontologies, are kept.
const KEPT: usize = 8;

/// Where a repository without a server keeps its index, in its git directory.
pub(super) const INDEX_FOLDER: &str = "lorekeep";

/// Where the moments of landings are kept.
pub(super) trait Landings: Send + Sync {
    /// Records what landed here and is not recorded yet, and gives every recorded moment of `newer` (newest first).
    fn settle(&self, repo: &Repository, newer: &[ApprovedCommit]) -> Result<HashMap<CommitId, Timestamp>, EngineError>;
}

/// Landings of a repository that no server keeps: committer dates are all there is.
pub(super) struct NoLandings;

impl Landings for NoLandings {
    fn settle(&self, _: &Repository, _: &[ApprovedCommit]) -> Result<HashMap<CommitId, Timestamp>, EngineError> {
        Ok(HashMap::new())
    }
}

/// One repository open for reading, with its index.
pub struct Memory {
    pub(super) repo: Repository,
    pub(super) index: Index,
    /// Where what is derived of it is kept.
    folder: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) organization: String,
    pub(super) name: String,
    pub(super) parsed: ParseCache,
    landings: Box<dyn Landings>,
    /// What is known of snapshots.
    pub(super) book: Box<dyn SnapshotBook>,
    line: RwLock<Arc<Line>>,
    /// Whether the line is kept beside the index: nobody else says when a commit landed.
    keeps_line: bool,
    /// Held by the one who settles landings, which is quick.
    settling: Mutex<()>,
    /// Held by the one who advances the index, which may take long. Never together with `settling`.
    pub(super) advancing: Mutex<()>,
    /// Held by the one who fills in history behind the tip.
    pub(super) filling: Mutex<()>,
    /// Whether the index was thrown away because it was damaged, and nobody has filled history in since.
    pub(super) lost: AtomicBool,
    pub(super) passing: Mutex<Vec<(CommitId, Arc<View>)>>,
    ontologies: Mutex<Vec<(CommitId, Arc<CommitOntology>)>>,
}

/// The ontology of one commit, and what is wrong with it.
pub(super) struct CommitOntology {
    pub(super) ontology: Ontology,
    pub(super) problems: Vec<OntologyProblem>,
    /// The files that it was read from.
    files: Vec<(RepoPath, Oid)>,
}

impl Memory {
    /// Opens the repository around a folder, without a server. Its index is in `<git-dir>/lorekeep/`.
    pub fn local(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, EngineError> {
        let repo = Repository::discover(folder).map_err(not_a_repository)?;
        let index = repo.git_dir().join(INDEX_FOLDER);
        let name = repository_name(&repo);
        let memory =
            Self::open(repo, &index, clock, "local".to_owned(), name, (Box::new(NoLandings), Box::new(TagBook)))?;
        let line = line_file::read(&memory.folder).unwrap_or_default();
        Ok(Self { line: RwLock::new(Arc::new(line)), keeps_line: true, ..memory })
    }

    pub(super) fn open(
        repo: Repository,
        folder: &Path,
        clock: Arc<dyn Clock>,
        organization: String,
        name: String,
        (landings, book): (Box<dyn Landings>, Box<dyn SnapshotBook>),
    ) -> Result<Self, EngineError> {
        Ok(Self {
            repo,
            index: Index::open(folder)?,
            folder: folder.to_owned(),
            clock,
            organization,
            name,
            parsed: ParseCache::default(),
            landings,
            book,
            line: RwLock::default(),
            keeps_line: false,
            settling: Mutex::default(),
            advancing: Mutex::default(),
            filling: Mutex::default(),
            lost: AtomicBool::default(),
            passing: Mutex::default(),
            ontologies: Mutex::default(),
        })
    }

    /// The folder git keeps its files in.
    pub fn git_dir(&self) -> &Path {
        self.repo.git_dir()
    }

    /// Throws away the index of the repository around a folder: the next read, or [`Memory::index`], makes it anew.
    pub fn forget_index(folder: &Path) -> Result<(), EngineError> {
        let index = Repository::discover(folder)?.git_dir().join(INDEX_FOLDER);
        match std::fs::remove_dir_all(&index) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(super::convert::io(format_args!("{} cannot be removed", index.display()), e))
            }
            _ => Ok(()),
        }
    }

    /// Brings the index up to the tip of the default branch, and fills in all history behind it. Reads do the first by
    /// themselves when it is missing or behind.
    pub fn index(&self, progress: Progress<'_>) -> Result<IndexReport, EngineError> {
        let before = self.index.len();
        let line = self.line()?;
        self.catch_up_whole(&line, progress)?;
        let view = line.tip().map(|tip| self.index.view(tip.commit)).transpose()?.flatten();
        Ok(IndexReport {
            commits: self.index.len(),
            added: self.index.len().saturating_sub(before),
            tip: line.tip().map(|tip| tip.commit.to_string()),
            entries: view.as_ref().map_or(0, |v| v.entry_count()),
            files: view.as_ref().map_or(0, |v| v.file_count()),
        })
    }

    /// Brings the validation state up to the tip of the default branch: pushes are checked by what they change.
    pub fn keep_state(&self) -> Result<(), EngineError> {
        Ok(state::keep_up(&self.repo, &self.folder).map(drop)?)
    }

    /// Works with what the validation state knows of a commit; with nothing, where there is no state that fits.
    pub(super) fn with_known<T>(&self, commit: CommitId, work: impl FnOnce(Option<&KnownTree<'_>>) -> T) -> T {
        state::with_known(&self.repo, &self.folder, commit, &self.parsed, work)
    }

    /// Compares the index with fresh ones of sampled commits, and the validation state with its commit; what is wrong.
    pub fn verify_index(&self) -> Result<Vec<String>, EngineError> {
        let mut problems = self.index.verify(&self.repo)?;
        problems.extend(state::verify(&self.repo, &self.folder)?);
        Ok(problems)
    }

    /// The approved line as it is now.
    pub(super) fn line(&self) -> Result<Arc<Line>, EngineError> {
        let tip = self.repo.tip()?;
        let held = self.held_line();
        if held.tip().map(|l| l.commit) == tip {
            return Ok(held);
        }
        let _one = locked(&self.settling);
        // Looked at again: whoever held the lock may have seen a later tip, and the line never goes back.
        let (tip, held) = (self.repo.tip()?, self.held_line());
        if held.tip().map(|l| l.commit) == tip {
            return Ok(held);
        }
        let fresh = Arc::new(tip.map_or(Ok(Line::default()), |tip| self.extend_line(&held, tip))?);
        if self.keeps_line && self.folder.is_dir() {
            line_file::write(&self.folder, &fresh);
        }
        *self.line.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }

    fn held_line(&self) -> Arc<Line> {
        Arc::clone(&self.line.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn extend_line(&self, held: &Line, tip: CommitId) -> Result<Line, EngineError> {
        let below = held.tip().map(|l| l.commit);
        let newer = self.repo.first_parents(tip, below)?;
        let joined = match (below, newer.last()) {
            (Some(below), Some(oldest)) => self.repo.commit(oldest.id)?.parents.first() == Some(&below),
            _ => true,
        };
        if joined {
            let times = self.landings.settle(&self.repo, &newer)?;
            return Ok(held.extended(&newer, &times));
        }
        let all = self.repo.first_parents(tip, None)?;
        let times = self.landings.settle(&self.repo, &all)?;
        Ok(Line::default().extended(&all, &times))
    }

    /// The ontology of a commit.
    pub(super) fn ontology(&self, commit: CommitId) -> Result<Arc<CommitOntology>, EngineError> {
        if let Some(ontology) = kept(&self.ontologies, commit) {
            return Ok(ontology);
        }
        let files = self.with_view(commit, |view| {
            let ontology = view.files_of(FileClass::Ontology);
            Ok(ontology.into_iter().map(|file| (file.path, file.blob)).collect::<Vec<_>>())
        })?;
        // Most landings leave it as it is.
        let same = locked(&self.ontologies).iter().map(|(_, known)| known).find(|known| known.files == files).cloned();
        let ontology = same.map_or_else(|| self.read_ontology(files).map(Arc::new), Ok)?;
        keep(&self.ontologies, commit, &ontology);
        Ok(ontology)
    }

    fn read_ontology(&self, files: Vec<(RepoPath, Oid)>) -> Result<CommitOntology, EngineError> {
        let read = files.iter().map(|(path, blob)| Ok((path.clone(), self.blob(*blob)?)));
        let (ontology, problems) = crate::ontology::load(&read.collect::<Result<Vec<_>, EngineError>>()?);
        Ok(CommitOntology { ontology, problems, files })
    }

    pub(super) fn blob(&self, oid: Oid) -> Result<Vec<u8>, EngineError> {
        use crate::base::BlobStore;
        Ok(self.repo.blob(oid, MAX_BLOB_BYTES)?)
    }

    /// Reads and parses a whole tree.
    pub(super) fn tree(&self, at: At) -> Result<LoadedTree, EngineError> {
        Ok(crate::change::load(&self.repo, at, &self.parsed)?)
    }

    /// The landing at the tip.
    pub(super) fn current(&self, line: &Line) -> Result<Landed, EngineError> {
        line.tip().ok_or_else(|| {
            EngineError::new(
                super::Code::RefNotFound,
                "the repository has no commit yet: push one to its default branch",
            )
        })
    }
}

/// The largest blob that is read whole.
const MAX_BLOB_BYTES: u64 = 16 << 20;

fn repository_name(repo: &Repository) -> String {
    let dir = repo.git_dir();
    let folder: PathBuf = if dir.ends_with(".git") { dir.parent().unwrap_or(dir).to_owned() } else { dir.to_owned() };
    let name = folder.file_name().map_or_else(|| "memory".to_owned(), |n| n.to_string_lossy().into_owned());
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}

/// What the index is told of a change: paths that name ordinary files. Anything else is gone for it.
pub(super) fn path_changes(changes: &[Change]) -> Vec<PathChange> {
    let file = |c: &Change| c.new.as_ref().filter(|e| e.mode == FileMode::File).map(|e| e.oid);
    changes.iter().filter_map(|c| Some(PathChange { path: RepoPath::parse(&c.path).ok()?, blob: file(c) })).collect()
}

pub(super) fn kept<T>(store: &Mutex<Vec<(CommitId, Arc<T>)>>, commit: CommitId) -> Option<Arc<T>> {
    let mut store = locked(store);
    let found = store.iter().position(|(c, _)| *c == commit)?;
    let item = store.remove(found);
    let value = Arc::clone(&item.1);
    store.push(item);
    Some(value)
}

pub(super) fn keep<T>(store: &Mutex<Vec<(CommitId, Arc<T>)>>, commit: CommitId, value: &Arc<T>) {
    let mut store = locked(store);
    store.retain(|(kept, _)| *kept != commit);
    if store.len() >= KEPT {
        store.remove(0);
    }
    store.push((commit, Arc::clone(value)));
}

/// A lock whose holders leave nothing half done, so that a panic of one of them harms nobody else.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

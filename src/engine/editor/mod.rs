//! A worktree open in an editor: the files on disk with unsaved text laid over them, validated as one tree.
//!
//! An edit parses the edited file and nothing else, and rules look at open files and at what is known of the others.
//! Where that does not say enough, and while an ontology is open, the whole tree is looked at. What stands at a place,
//! what may stand there and where it is declared is read from the tree whenever it is asked for.

mod about;
mod names;
mod offers;
mod slot;
mod suggest;
mod target;

pub use about::Card;
pub use names::Spot;
pub use suggest::{Suggestion, SuggestionKind, Suggestions};

use super::convert::not_a_repository;
use super::{Code, EngineError};
use crate::base::store::BlobError;
use crate::base::{BlobStore, FileMode, Finding, Oid, RepoPath, TreeEntry};
use crate::change::{self, LoadedTree, ParseCache};
use crate::check::{FileFacts, KnownFiles, Overlay, TreeFile, check_known, check_some};
use crate::git::{LooseTree, Repository, blob_id};
use crate::note::{FileClass, SourceFile, class_of};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A worktree open in an editor.
pub struct EditorSession {
    repo: Repository,
    parsed: ParseCache,
    /// The top of the worktree.
    top: PathBuf,
    /// The memory root.
    folder: PathBuf,
    tree: LoadedTree,
    /// What is known of the tree as it was when the disk was read.
    known: KnownFiles,
    /// What that has of the files that were edited since.
    edited: BTreeMap<RepoPath, Option<FileFacts>>,
    buffers: BTreeMap<RepoPath, Buffer>,
    /// Whether the files on disk have to be looked at again.
    stale: bool,
}

/// The text of an open file.
struct Buffer {
    text: Arc<str>,
    oid: Oid,
    /// What is on disk, as far as it is known.
    disk: Option<Oid>,
    /// Whether the file belongs to the memory: one that git ignores does not.
    counts: bool,
}

impl EditorSession {
    /// Opens the worktree around a folder.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        let repo = Repository::discover(folder).map_err(not_a_repository)?;
        let top = repo.worktree().map(Path::to_owned).ok_or_else(|| bare(&repo))?;
        let mut session = Self {
            repo,
            folder: top.clone(),
            top,
            parsed: ParseCache::default(),
            tree: LoadedTree::empty(),
            known: KnownFiles::new([]),
            edited: BTreeMap::new(),
            buffers: BTreeMap::new(),
            stale: true,
        };
        session.settle()?;
        Ok(session)
    }

    /// The memory root.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a file below the memory root; `None` for one outside, or of a name that no memory holds.
    pub fn path_of(&self, file: &Path) -> Option<RepoPath> {
        let inside = file.strip_prefix(&self.folder).map(Path::to_owned).ok().or_else(|| self.real_path_of(file))?;
        RepoPath::parse(inside.to_str()?).ok()
    }

    /// Takes the text of a file that was opened or edited.
    pub fn edit(&mut self, path: &RepoPath, text: &str) -> Result<(), EngineError> {
        let oid = blob_id(text.as_bytes())?;
        let text: Arc<str> = text.into();
        match self.buffers.get_mut(path) {
            Some(buffer) => (buffer.text, buffer.oid) = (text, oid),
            None => {
                let known = self.place_of(path).ok().map(|at| &self.tree.files[at]);
                let counts = known.is_some_and(|file| file.mode == FileMode::File);
                let disk = known.map(|file| file.oid);
                self.stale |= known.is_none();
                self.buffers.insert(path.clone(), Buffer { text, oid, disk, counts });
            }
        }
        // An ontology says what every other file means.
        self.stale |= class_of(path) == FileClass::Ontology;
        if !self.stale {
            self.lay_over(path);
        }
        Ok(())
    }

    /// Takes note that a file was written to disk as it is here.
    pub fn saved(&mut self, path: &RepoPath) {
        if let Some(buffer) = self.buffers.get_mut(path) {
            // A new file may be one that git ignores.
            self.stale |= buffer.disk.is_none();
            buffer.disk = Some(buffer.oid);
        }
    }

    /// Forgets the text of a file: what is on disk counts again.
    pub fn close(&mut self, path: &RepoPath) {
        if let Some(buffer) = self.buffers.remove(path) {
            self.stale |= buffer.disk != Some(buffer.oid);
        }
    }

    /// Takes note that files changed on disk; those that are open do not matter.
    pub fn changed_on_disk(&mut self, paths: &[RepoPath]) {
        self.stale |= paths.iter().any(|path| !self.buffers.contains_key(path));
    }

    /// The text of a file, as it is in the editor or on disk.
    pub fn text(&self, path: &RepoPath) -> Option<Arc<str>> {
        let open = self.buffers.get(path).map(|buffer| Arc::clone(&buffer.text));
        open.or_else(|| self.source(path)?.text.clone())
    }

    /// The findings in the open files: those that a check of the whole tree has there.
    pub fn findings(&mut self) -> Result<Vec<(RepoPath, Vec<Finding>)>, EngineError> {
        self.settle()?;
        let open: Vec<&RepoPath> = self.buffers.iter().filter(|(_, b)| b.counts).map(|(path, _)| path).collect();
        let places: HashSet<usize> = open.iter().filter_map(|path| self.place_of(path).ok()).collect();
        let whole = || check_some(&self.tree.check_input(), |at| places.contains(&at));
        let mut by_path: HashMap<String, Vec<Finding>> = HashMap::new();
        for finding in self.by_what_is_known(&places).unwrap_or_else(whole) {
            by_path.entry(finding.place.path.clone()).or_default().push(finding);
        }
        let shown =
            |path: &RepoPath| self.place_of(path).map(|at| self.tree.files[at].shown_path()).unwrap_or_default();
        Ok(open.into_iter().map(|path| (path.clone(), by_path.remove(&shown(path)).unwrap_or_default())).collect())
    }

    /// What may be written at a place of an open file.
    pub fn suggestions(&mut self, path: &RepoPath, offset: usize) -> Result<Suggestions, EngineError> {
        self.settle()?;
        let text = self.text(path).unwrap_or_default();
        Ok(suggest::suggestions(&self.tree, path, &text, offset))
    }

    /// Where that is declared which a place names.
    pub fn definitions(&mut self, path: &RepoPath, offset: usize) -> Result<Vec<Spot>, EngineError> {
        self.settle()?;
        Ok(self.source(path).map(|source| target::definitions(&self.tree, source, offset)).unwrap_or_default())
    }

    /// Where that is named which a place names, with its declarations where they are wanted.
    pub fn references(&mut self, path: &RepoPath, offset: usize, declared: bool) -> Result<Vec<Spot>, EngineError> {
        self.settle()?;
        Ok(self.source(path).map(|source| target::references(&self.tree, source, offset, declared)).unwrap_or_default())
    }

    /// What there is to say of that which a place names.
    pub fn about(&mut self, path: &RepoPath, offset: usize) -> Result<Option<Card>, EngineError> {
        self.settle()?;
        Ok(self.source(path).and_then(|source| about::card(&self.tree, source, offset)))
    }

    /// The findings in some files, without a look at all others; `None` where that cannot be.
    fn by_what_is_known(&self, places: &HashSet<usize>) -> Option<Vec<Finding>> {
        let file = |path: &RepoPath| self.place_of(path).ok().map(|at| &self.tree.files[at]);
        let files: Vec<TreeFile> = places.iter().map(|at| self.tree.files[*at].clone()).collect();
        if files.iter().any(|file| file.path.starts_with(b"ontology/")) {
            return None;
        }
        let ontology = &self.tree.ontology;
        let now = self.edited.keys().filter_map(file).map(|file| FileFacts::of(file, ontology));
        let known = Overlay::new(&self.known, self.edited.values().flatten().cloned(), now);
        let load = |path: &[u8]| Some(self.tree.files[place_at(&self.tree, path).ok()?].clone());
        check_known(ontology, &files, &known, &load)
    }

    fn source(&self, path: &RepoPath) -> Option<&SourceFile> {
        self.tree.files[self.place_of(path).ok()?].source.as_deref()
    }

    fn place_of(&self, path: &RepoPath) -> Result<usize, usize> {
        place_at(&self.tree, path.as_str().as_bytes())
    }

    /// The path of a file that is named through symbolic links.
    fn real_path_of(&self, file: &Path) -> Option<PathBuf> {
        let real = file.parent()?.canonicalize().ok()?.join(file.file_name()?);
        real.strip_prefix(self.folder.canonicalize().ok()?).map(Path::to_owned).ok()
    }

    /// Puts the text of an open file in the place of the file on disk.
    fn lay_over(&mut self, path: &RepoPath) {
        let Some(buffer) = self.buffers.get(path).filter(|buffer| buffer.counts) else { return };
        let entry = entry(path, buffer.oid);
        let file = change::load_file(&entry, buffer.text.as_bytes(), &self.tree.ontology.limits);
        let was = match self.place_of(path) {
            Ok(at) => Some(std::mem::replace(&mut self.tree.files[at], file)),
            Err(at) => {
                self.tree.files.insert(at, file);
                None
            }
        };
        let facts = || was.map(|was| FileFacts::of(&was, &self.tree.ontology));
        self.edited.entry(path.clone()).or_insert_with(facts);
    }

    /// Reads the files on disk again where they may have changed.
    fn settle(&mut self) -> Result<(), EngineError> {
        if !self.stale {
            return Ok(());
        }
        let loose = self.repo.read_worktree()?;
        self.folder = self.top.join(loose.root());
        let entries = overlaid(&loose, &mut self.buffers, &self.folder);
        let texts = self.buffers.values().map(|buffer| (buffer.oid, Arc::clone(&buffer.text))).collect();
        self.tree = change::load_from(&Overlaid { texts, under: &loose }, entries, &self.parsed)?;
        self.known = KnownFiles::new(self.tree.files.iter().map(|file| FileFacts::of(file, &self.tree.ontology)));
        self.edited.clear();
        self.stale = false;
        Ok(())
    }
}

fn bare(repo: &Repository) -> EngineError {
    let message = format!("{} is bare: open a clone that has its files", repo.git_dir().display());
    EngineError::new(Code::Unavailable, message)
}

/// Where a file stands in a tree, or would stand.
fn place_at(tree: &LoadedTree, path: &[u8]) -> Result<usize, usize> {
    tree.files.binary_search_by(|file| file.path.as_slice().cmp(path))
}

/// The files of a worktree, open ones with the text they have in the editor.
fn overlaid(loose: &LooseTree<'_>, buffers: &mut BTreeMap<RepoPath, Buffer>, folder: &Path) -> Vec<TreeEntry> {
    let mut entries: BTreeMap<Vec<u8>, TreeEntry> =
        loose.files().iter().map(|entry| (entry.path.clone(), entry.clone())).collect();
    for (path, buffer) in buffers {
        let listed = entries.get(path.as_str().as_bytes());
        buffer.disk = listed.map(|entry| entry.oid);
        buffer.counts = match listed {
            Some(entry) => entry.mode == FileMode::File,
            None => folder.join(path.as_str()).symlink_metadata().is_err(),
        };
        if buffer.counts {
            let entry = entry(path, buffer.oid);
            entries.insert(entry.path.clone(), entry);
        }
    }
    entries.into_values().collect()
}

fn entry(path: &RepoPath, oid: Oid) -> TreeEntry {
    TreeEntry { path: path.as_str().as_bytes().to_vec(), mode: FileMode::File, oid }
}

/// A worktree with the texts of open files.
struct Overlaid<'a> {
    texts: HashMap<Oid, Arc<str>>,
    under: &'a LooseTree<'a>,
}

impl BlobStore for Overlaid<'_> {
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError> {
        match self.texts.get(&oid).map(|text| text.as_bytes()) {
            Some(bytes) if bytes.len() as u64 > limit => {
                Err(BlobError::TooLarge { oid, size: bytes.len() as u64, limit })
            }
            Some(bytes) => Ok(bytes.to_vec()),
            None => self.under.blob(oid, limit),
        }
    }
}

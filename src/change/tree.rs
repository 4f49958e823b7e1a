//! Loads what validation looks at: every file of a tree, parsed under the tree's own ontology.

use super::cache::{ParseCache, Parsed};
use crate::base::store::BlobError;
use crate::base::{BlobStore, FileMode, Oid, RepoPath, Span, TreeEntry};
use crate::check::{CheckInput, TreeFile};
use crate::git::{At, GitError, ReadRepository};
use crate::note::{self, Limits};
use crate::ontology::{self, Ontology, OntologyProblem};
use std::collections::HashMap;
use std::sync::Arc;

/// The largest file kept as bytes for secret scanning where it is not parsed.
const MAX_RAW_BYTES: usize = 1 << 20;
/// The largest ontology file read; the ontology's own limits are not known yet.
const MAX_ONTOLOGY_BYTES: u64 = 1 << 20;
/// The most ontology files read.
const MAX_ONTOLOGY_FILES: usize = 256;
/// The folder of the ontology.
const ONTOLOGY: &str = "ontology";
/// How many files are held at once where only what is made of them is kept.
const AT_ONCE: usize = 4096;
/// From how many files on a second thread pays.
const PARALLEL_FROM: usize = 64;

/// A tree, read and parsed.
#[derive(Clone, Debug)]
pub struct LoadedTree {
    /// Every file, in path order.
    pub files: Vec<TreeFile>,
    /// The ontology of this tree.
    pub ontology: Arc<Ontology>,
    /// What is wrong with the ontology itself.
    pub problems: Vec<OntologyProblem>,
}

impl LoadedTree {
    /// A tree without a file, as the one before a repository's first commit.
    pub fn empty() -> Self {
        let (ontology, problems) = ontology::load(&[]);
        Self { files: Vec::new(), ontology: Arc::new(ontology), problems }
    }

    /// The tree as `check` takes it.
    pub fn check_input(&self) -> CheckInput<'_> {
        CheckInput { ontology: &self.ontology, ontology_problems: &self.problems, files: &self.files }
    }
}

/// Loads a tree of a repository.
pub fn load(repo: &dyn ReadRepository, at: At, cache: &ParseCache) -> Result<LoadedTree, GitError> {
    load_from(repo, repo.files(at)?, cache).map_err(unreadable)
}

/// Loads two trees; what they share is parsed once, whatever the cache holds.
pub fn load_pair(
    repo: &dyn ReadRepository,
    before: At,
    after: At,
    cache: &ParseCache,
) -> Result<(LoadedTree, LoadedTree), GitError> {
    let before = load(repo, before, cache)?;
    let after = load_beside(repo, repo.files(after)?, cache, Some(&before)).map_err(unreadable)?;
    Ok((before, after))
}

/// Loads a tree from a list of its entries and whatever holds their bytes: a worktree, a git index.
pub fn load_from(store: &dyn BlobStore, entries: Vec<TreeEntry>, cache: &ParseCache) -> Result<LoadedTree, BlobError> {
    load_beside(store, entries, cache, None)
}

/// Loads a tree from entries whose bytes are at hand.
pub fn load_entries(entries: Vec<(TreeEntry, Vec<u8>)>, cache: &ParseCache) -> Result<LoadedTree, BlobError> {
    let (entries, blobs) = entries.into_iter().map(|(entry, bytes)| (entry.clone(), (entry.oid, bytes))).unzip();
    load_from(&InMemory(blobs), entries, cache)
}

/// Reads one file whose bytes are at hand, as loading a tree of these limits would.
pub fn load_file(entry: &TreeEntry, bytes: &[u8], limits: &Limits) -> TreeFile {
    let size = bytes.len() as u64;
    let parsed = if bytes.len() > limits.max_file_bytes {
        Parsed { size, source: None, raw: None }
    } else {
        parse(&entry.path, bytes, limits)
    };
    let Parsed { size, source, raw } = parsed;
    TreeFile { path: entry.path.clone(), mode: entry.mode, oid: entry.oid, size, source, raw }
}

/// Loads the ontology of a tree and nothing else.
pub fn load_ontology(repo: &dyn ReadRepository, at: At) -> Result<(Ontology, Vec<OntologyProblem>), GitError> {
    read_ontology(repo, &repo.files_below(at, ONTOLOGY)?).map_err(unreadable)
}

/// The ontology of a tree, read once as long as its files stay what they are.
pub fn kept_ontology(repo: &dyn ReadRepository, at: At, cache: &ParseCache) -> Result<Arc<Ontology>, GitError> {
    let files = repo.files_below(at, ONTOLOGY)?;
    if let Some(ontology) = cache.ontology(&files) {
        return Ok(ontology);
    }
    let ontology = Arc::new(read_ontology(repo, &files).map_err(unreadable)?.0);
    cache.put_ontology(files, &ontology);
    Ok(ontology)
}

/// Reads some files of a tree under its ontology, in path order.
pub fn read_files(
    store: &dyn BlobStore,
    mut entries: Vec<TreeEntry>,
    ontology: &Ontology,
    cache: &ParseCache,
) -> Result<Vec<TreeFile>, GitError> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let reader = Reader { store, limits: ontology.limits, cache, known: HashMap::new() };
    reader.read_all(&entries).map_err(unreadable)
}

/// Reads every file of a tree under its ontology, and gives what is made of each, in path order. Few are held at once.
pub fn map_files<T>(
    repo: &dyn ReadRepository,
    at: At,
    ontology: &Ontology,
    make: impl Fn(&TreeFile) -> T,
) -> Result<Vec<T>, GitError> {
    let mut made = Vec::new();
    for entries in repo.files(at)?.chunks(AT_ONCE) {
        // Each file is read once: there is nothing to be found again.
        let files = read_files(repo, entries.to_vec(), ontology, &ParseCache::new(0))?;
        made.extend(files.iter().map(&make));
    }
    Ok(made)
}

/// Reads one file of a tree under given limits.
pub(super) fn read_file(
    store: &dyn BlobStore,
    entry: &TreeEntry,
    limits: Limits,
    cache: &ParseCache,
) -> Result<TreeFile, GitError> {
    Reader { store, limits, cache, known: HashMap::new() }.read(entry).map_err(unreadable)
}

/// The git error of a blob that cannot be read.
pub fn unreadable(error: BlobError) -> GitError {
    match error {
        BlobError::Unreadable { oid, reason } => GitError::Object { oid, reason },
        BlobError::TooLarge { oid, .. } => GitError::Object { oid, reason: error.to_string() },
    }
}

fn load_beside(
    store: &dyn BlobStore,
    mut entries: Vec<TreeEntry>,
    cache: &ParseCache,
    beside: Option<&LoadedTree>,
) -> Result<LoadedTree, BlobError> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let (ontology, problems) = read_ontology(store, &entries)?;
    let known = beside.filter(|tree| tree.ontology.limits == ontology.limits).map(by_place).unwrap_or_default();
    let files = Reader { store, limits: ontology.limits, cache, known }.read_all(&entries)?;
    Ok(LoadedTree { files, ontology: Arc::new(ontology), problems })
}

fn read_ontology(store: &dyn BlobStore, entries: &[TreeEntry]) -> Result<(Ontology, Vec<OntologyProblem>), BlobError> {
    let mut files = Vec::new();
    let mut unread = Vec::new();
    for (entry, path) in entries.iter().filter_map(ontology_path) {
        if files.len() == MAX_ONTOLOGY_FILES {
            unread.push(problem(&path, format!("an ontology has at most {MAX_ONTOLOGY_FILES} files")));
            break;
        }
        match store.blob(entry.oid, MAX_ONTOLOGY_BYTES) {
            Ok(bytes) => files.push((path, bytes)),
            Err(error @ BlobError::TooLarge { .. }) => unread.push(problem(&path, error.to_string())),
            Err(error) => return Err(error),
        }
    }
    let (ontology, mut problems) = ontology::load(&files);
    problems.append(&mut unread);
    Ok((ontology, problems))
}

fn ontology_path(entry: &TreeEntry) -> Option<(&TreeEntry, RepoPath)> {
    if entry.mode != FileMode::File || !entry.path.starts_with(b"ontology/") {
        return None;
    }
    let path = RepoPath::parse(&entry.path).ok()?;
    matches!(path.extension(), Some("yaml" | "yml")).then_some((entry, path))
}

fn problem(path: &RepoPath, message: String) -> OntologyProblem {
    let help = "make the ontology smaller: what is not read means nothing".to_owned();
    OntologyProblem { path: path.to_string(), span: Span::default(), message, help }
}

type Place<'a> = (&'a [u8], Oid);

fn by_place(tree: &LoadedTree) -> HashMap<Place<'_>, &TreeFile> {
    let files = tree.files.iter().filter(|file| file.mode == FileMode::File);
    files.map(|file| ((&file.path[..], file.oid), file)).collect()
}

/// Reads files under one set of limits.
struct Reader<'a> {
    store: &'a dyn BlobStore,
    limits: Limits,
    cache: &'a ParseCache,
    known: HashMap<Place<'a>, &'a TreeFile>,
}

impl Reader<'_> {
    fn read_all(&self, entries: &[TreeEntry]) -> Result<Vec<TreeFile>, BlobError> {
        if entries.len() < PARALLEL_FROM {
            return self.read_some(entries);
        }
        let (left, right) = entries.split_at(entries.len() / 2);
        std::thread::scope(|scope| {
            let right = scope.spawn(|| self.read_some(right));
            let mut files = self.read_some(left)?;
            files.append(&mut right.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            Ok(files)
        })
    }

    fn read_some(&self, entries: &[TreeEntry]) -> Result<Vec<TreeFile>, BlobError> {
        entries.iter().map(|entry| self.read(entry)).collect()
    }

    fn read(&self, entry: &TreeEntry) -> Result<TreeFile, BlobError> {
        if let Some(file) = self.known.get(&(&entry.path[..], entry.oid)).filter(|_| entry.mode == FileMode::File) {
            return Ok((*file).clone());
        }
        let Parsed { size, source, raw } = match entry.mode {
            FileMode::File => self.parsed(entry)?,
            FileMode::Symlink | FileMode::Submodule => Parsed { size: 0, source: None, raw: None },
        };
        Ok(TreeFile { path: entry.path.clone(), mode: entry.mode, oid: entry.oid, size, source, raw })
    }

    fn parsed(&self, entry: &TreeEntry) -> Result<Parsed, BlobError> {
        if let Some(parsed) = self.cache.get(&entry.path, entry.oid, &self.limits) {
            return Ok(parsed);
        }
        let parsed = match self.store.blob(entry.oid, self.limits.max_file_bytes as u64) {
            Ok(bytes) => parse(&entry.path, &bytes, &self.limits),
            Err(BlobError::TooLarge { size, .. }) => Parsed { size, source: None, raw: None },
            Err(error) => return Err(error),
        };
        self.cache.put(&entry.path, entry.oid, &self.limits, &parsed);
        Ok(parsed)
    }
}

fn parse(path: &[u8], bytes: &[u8], limits: &Limits) -> Parsed {
    let source = RepoPath::parse(path).ok().map(|path| Arc::new(note::read(&path, bytes, limits)));
    let has_text = source.as_ref().is_some_and(|source| source.text.is_some());
    let scanned = !has_text && bytes.len() <= MAX_RAW_BYTES && memchr::memchr(0, bytes).is_none();
    Parsed { size: bytes.len() as u64, source, raw: scanned.then(|| Arc::from(bytes)) }
}

/// Blobs that are at hand.
struct InMemory(HashMap<Oid, Vec<u8>>);

impl BlobStore for InMemory {
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError> {
        let bytes = self.0.get(&oid).ok_or_else(|| BlobError::Unreadable { oid, reason: "it was not given".into() })?;
        let size = bytes.len() as u64;
        if size > limit { Err(BlobError::TooLarge { oid, size, limit }) } else { Ok(bytes.clone()) }
    }
}

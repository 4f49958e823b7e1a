//! A new memory repository out of a folder of notes, which stays as it is.

use super::convert::io;
use super::inferring::{InferredOntology, infer_and_check};
use super::{Code, EngineError, Progress, layout};
use crate::base::{Clock, CommitId, FileMode, Finding, Oid, RepoPath, Severity, TreeEntry};
use crate::change::{LoadedTree, ParseCache, load_entries};
use crate::git::Repository;
use crate::note::{self, FileClass, Limits, SourceFile};
use crate::ontology::{Adopted, adopt, built_in_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The largest file that is brought over, and the most bytes of all of them.
const MAX_FILE: u64 = 1 << 20;
const MAX_BYTES: u64 = 128 << 20;
/// The most files and folders that are looked at, and how deep folders lie in each other.
const MAX_ENTRIES: usize = 100_000;
const MAX_DEPTH: usize = 32;

/// What was brought over into a new repository.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// The first commit.
    pub commit: Option<CommitId>,
    /// Concepts of an OKF bundle that became records.
    pub concepts: Vec<String>,
    /// Files of an agent's memory that became records.
    pub memory: Vec<String>,
    /// Files that are there as they were.
    pub as_they_were: Vec<String>,
    /// What a file says that was not mapped, by path.
    pub unmapped: Vec<(String, String)>,
    /// What was not brought over, and why.
    pub left_out: Vec<(String, String)>,
    /// The ontology.
    pub ontology: InferredOntology,
}

/// Makes a memory repository in a new folder out of the notes of another one.
pub fn init_from(
    source: &Path,
    folder: &Path,
    clock: &dyn Clock,
    progress: Progress<'_>,
) -> Result<Brought, EngineError> {
    super::local::must_be_free(folder)?;
    must_be_apart(source, folder)?;
    let mut brought = Brought::default();
    let originals = Walk::of(source, &mut brought.left_out, progress)?;
    let mut files = mapped(originals, &mut brought);
    leave_out_refused(&mut files, &mut brought)?;
    let now = clock.now();
    let texts = with_layout(files, &brought.ontology, now);
    let listed: Vec<(&str, String)> = texts.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let message =
        format!("Bring over {} files", brought.concepts.len() + brought.memory.len() + brought.as_they_were.len());
    brought.commit = Some(Repository::init_worktree(folder, &listed, &message, now)?);
    Ok(brought)
}

/// A new repository inside the folder it is made of would change that folder.
fn must_be_apart(source: &Path, folder: &Path) -> Result<(), EngineError> {
    let real = source
        .canonicalize()
        .map_err(|e| EngineError::new(Code::BadRequest, format!("{} cannot be read: {e}", source.display())))?;
    let above = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let above = above.ancestors().find_map(|path| path.canonicalize().ok());
    if above.is_some_and(|above| above.starts_with(&real)) {
        let message = format!("{} lies in {}, which must not change", folder.display(), source.display());
        return Err(EngineError::new(Code::BadRequest, format!("{message}: choose a folder beside it")));
    }
    Ok(())
}

/// A file to be: where it goes, its text, and the text that it was.
struct Coming {
    path: RepoPath,
    text: String,
}

/// Maps what can be mapped, and notes what came of each file.
fn mapped(originals: Vec<Coming>, brought: &mut Brought) -> Vec<Coming> {
    let read = |file: &Coming| note::read(&file.path, file.text.as_bytes(), &Limits::default());
    let sources: Vec<SourceFile> = originals.iter().map(read).collect();
    let adopted = adopt(&sources.iter().collect::<Vec<_>>());
    let mut files = Vec::new();
    for (file, adopted) in originals.into_iter().zip(adopted) {
        let path = file.path.to_string();
        let (text, unmapped) = match adopted {
            Adopted::Concept(text, unmapped) => {
                brought.concepts.push(path.clone());
                (text, unmapped)
            }
            Adopted::Memory(text, unmapped) => {
                brought.memory.push(path.clone());
                (text, unmapped)
            }
            Adopted::AsItIs(why) => {
                brought.as_they_were.push(path.clone());
                (file.text, why.into_iter().collect())
            }
        };
        brought.unmapped.extend(unmapped.into_iter().map(|what| (path.clone(), what)));
        files.push(Coming { path: file.path, text });
    }
    files
}

/// Leaves out what no repository takes, and turns the other rules that the notes break into warnings.
fn leave_out_refused(files: &mut Vec<Coming>, brought: &mut Brought) -> Result<(), EngineError> {
    let (inferred, report) = infer_and_check(&loaded(files)?, &[])?;
    brought.ontology = inferred;
    let errors: Vec<Finding> = report.findings.into_iter().filter(|f| f.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let fixed = |finding: &&Finding| crate::check::rules().iter().any(|r| r.code == finding.code && !r.adjustable);
    let mut refused: BTreeMap<&str, String> = BTreeMap::new();
    for finding in errors.iter().filter(fixed) {
        let why = format!("{} {}, line {}: {}", finding.code, finding.name, finding.place.line, finding.message);
        refused.entry(&finding.place.path).or_insert(why);
    }
    files.retain(|file| !refused.contains_key(file.path.as_str()));
    for list in [&mut brought.concepts, &mut brought.memory, &mut brought.as_they_were] {
        list.retain(|path| !refused.contains_key(path.as_str()));
    }
    brought.left_out.extend(refused.into_iter().map(|(path, why)| (path.to_owned(), why)));
    let (_, report) = infer_and_check(&loaded(files)?, &[])?;
    let warned: BTreeSet<String> =
        report.findings.into_iter().filter(|f| f.severity == Severity::Error).map(|finding| finding.name).collect();
    brought.ontology = infer_and_check(&loaded(files)?, &warned.into_iter().collect::<Vec<_>>())?.0;
    Ok(())
}

/// The files as a tree that can be checked.
fn loaded(files: &[Coming]) -> Result<LoadedTree, EngineError> {
    let entry = |(n, file): (usize, &Coming)| {
        let mut id = [0; 20];
        id[..8].copy_from_slice(&(n as u64 + 1).to_be_bytes());
        let path = file.path.as_str().as_bytes().to_vec();
        (TreeEntry { path, mode: FileMode::File, oid: Oid::from_bytes(id) }, file.text.clone().into_bytes())
    };
    Ok(load_entries(files.iter().enumerate().map(entry).collect(), &ParseCache::default())?)
}

/// The files with an ontology, and with the README of a new repository where they have none.
fn with_layout(
    files: Vec<Coming>,
    inferred: &InferredOntology,
    now: crate::base::Timestamp,
) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> =
        built_in_files().iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    texts.extend(
        layout::files(now).into_iter().filter(|(path, _)| *path == "README.md").map(|(p, t)| (p.to_owned(), t)),
    );
    texts.extend(files.into_iter().map(|file| (file.path.to_string(), file.text)));
    texts.extend(inferred.files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())));
    texts
}

/// Reads the files of a folder in path order, and follows no link.
struct Walk<'w, 'p> {
    top: &'w Path,
    left_out: &'w mut Vec<(String, String)>,
    progress: Progress<'p>,
    files: Vec<Coming>,
    seen: usize,
    bytes: u64,
}

impl<'w, 'p> Walk<'w, 'p> {
    fn of(
        top: &'w Path,
        left_out: &'w mut Vec<(String, String)>,
        progress: Progress<'p>,
    ) -> Result<Vec<Coming>, EngineError> {
        let mut walk = Walk { top, left_out, progress, files: Vec::new(), seen: 0, bytes: 0 };
        walk.folder(top, 0)?;
        walk.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(walk.files)
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> Result<(), EngineError> {
        let failed = |e| io(format_args!("{} cannot be read", folder.display()), e);
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            paths.push(entry.map_err(failed)?.path());
            if self.seen + paths.len() > MAX_ENTRIES {
                let message = format!("{} holds more than {MAX_ENTRIES} files and folders", self.top.display());
                return Err(EngineError::new(Code::LimitExceeded, message));
            }
        }
        paths.sort();
        for path in paths {
            self.seen += 1;
            (self.progress)(self.seen, 0);
            let inside = path.strip_prefix(self.top).unwrap_or(&path).to_owned();
            let outcome = self.entry(&path, &inside, depth)?;
            if let Some(why) = outcome {
                self.left_out.push((inside.to_string_lossy().into_owned(), why));
            }
        }
        Ok(())
    }

    /// Takes one file or folder; otherwise says why not.
    fn entry(&mut self, path: &Path, inside: &Path, depth: usize) -> Result<Option<String>, EngineError> {
        let metadata = match path.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) => return Ok(Some(format!("it cannot be read: {error}"))),
        };
        let hidden = inside.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            return Ok(Some("its name begins with a dot".to_owned()));
        }
        if metadata.is_dir() {
            if depth >= MAX_DEPTH {
                return Ok(Some(format!("it lies more than {MAX_DEPTH} folders deep")));
            }
            return self.folder(path, depth + 1).map(|()| None);
        }
        Ok(self.file(path, inside, &metadata).err())
    }

    fn file(&mut self, path: &Path, inside: &Path, metadata: &fs::Metadata) -> Result<(), String> {
        use std::os::unix::ffi::OsStrExt;
        if metadata.is_symlink() {
            return Err("it is a symlink".to_owned());
        }
        if !metadata.is_file() {
            return Err("it is no ordinary file".to_owned());
        }
        let name = RepoPath::parse(inside.as_os_str().as_bytes()).map_err(|e| e.to_string())?;
        if note::class_of(&name) == FileClass::Ontology {
            return Err("the ontology is inferred from the records".to_owned());
        }
        if metadata.len() > MAX_FILE || self.bytes + metadata.len() > MAX_BYTES {
            return Err(format!("it is larger than {MAX_FILE} bytes, or all are larger than {MAX_BYTES}"));
        }
        let bytes = read(path, metadata)?;
        let text = String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())?;
        self.bytes += text.len() as u64;
        self.files.push(Coming { path: name, text });
        Ok(())
    }
}

/// Reads the very file that was looked at, and no more of it than is taken.
fn read(path: &Path, looked_at: &fs::Metadata) -> Result<Vec<u8>, String> {
    let failed = |e: std::io::Error| format!("it cannot be read: {e}");
    let file = fs::File::open(path).map_err(failed)?;
    let opened = file.metadata().map_err(failed)?;
    if (opened.dev(), opened.ino()) != (looked_at.dev(), looked_at.ino()) {
        return Err("it changed while it was read".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE { Err("it grew while it was read".to_owned()) } else { Ok(bytes) }
}

//! Reads what is not committed yet: the staged index, or the files of the worktree.

use super::convert::{oid, other, shown};
use super::program::Git;
use super::repository::Repository;
use super::tree::{MOST_ENTRIES, memory_root_of};
use super::types::GitError;
use crate::base::store::BlobError;
use crate::base::{BlobStore, FileMode, Oid, TreeEntry};
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The largest file of a worktree whose bytes are kept; of a larger one only its size is known.
const LARGEST_FILE: u64 = 8 << 20;
/// The most bytes of a worktree that are kept.
const MOST_BYTES: u64 = 1 << 30;
/// The most bytes git may list.
const LONGEST_LIST: u64 = 512 << 20;

/// Files that no commit holds, with their bytes: it reads like a tree of the repository.
pub struct LooseTree<'r> {
    files: Vec<TreeEntry>,
    root: &'static str,
    kept: HashMap<Oid, Kept>,
    repository: &'r Repository,
}

enum Kept {
    Bytes(Vec<u8>),
    TooLarge(u64),
}

impl LooseTree<'_> {
    /// The files, in path order, below the memory root.
    pub fn files(&self) -> &[TreeEntry] {
        &self.files
    }

    /// The memory root below the top of the worktree: empty, or the folder it is in.
    pub fn root(&self) -> &'static str {
        self.root
    }
}

impl BlobStore for LooseTree<'_> {
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError> {
        match self.kept.get(&oid) {
            Some(Kept::TooLarge(size)) => Err(BlobError::TooLarge { oid, size: *size, limit: limit.min(LARGEST_FILE) }),
            Some(Kept::Bytes(bytes)) if bytes.len() as u64 > limit => {
                Err(BlobError::TooLarge { oid, size: bytes.len() as u64, limit })
            }
            Some(Kept::Bytes(bytes)) => Ok(bytes.clone()),
            None => self.repository.blob(oid, limit),
        }
    }
}

impl Repository {
    /// The files that are staged: what the next commit would hold.
    ///
    /// `index` is the index file that git named to its hook: with `git commit PATH` it is not the usual one.
    pub fn read_staged(&self, index: Option<&Path>) -> Result<LooseTree<'_>, GitError> {
        let listed = list(self, &["-z", "--stage"], index)?;
        let mut files = Vec::new();
        for line in lines(&listed) {
            files.extend(staged_entry(line)?);
        }
        let (root, files) = below_memory_root(files);
        Ok(LooseTree { files, root, kept: HashMap::new(), repository: self })
    }

    /// The files of the worktree as they are now, tracked or not, without those that `.gitignore` names.
    pub fn read_worktree(&self) -> Result<LooseTree<'_>, GitError> {
        let top = self.worktree().ok_or_else(|| no_worktree(self))?;
        let listed = list(self, &["-z", "--cached", "--others", "--exclude-standard"], None)?;
        let paths: BTreeSet<&[u8]> = lines(&listed).collect();
        let mut reader = Reader { top, files: Vec::new(), kept: HashMap::new(), bytes: 0 };
        paths.into_iter().try_for_each(|path| reader.read(path))?;
        let (root, files) = below_memory_root(reader.files);
        Ok(LooseTree { files, root, kept: reader.kept, repository: self })
    }
}

fn list(repository: &Repository, args: &[&str], index: Option<&Path>) -> Result<Vec<u8>, GitError> {
    let top = repository.worktree().ok_or_else(|| no_worktree(repository))?;
    let mut call = Git::at(repository.git_dir(), "ls-files").in_directory(top).env("GIT_WORK_TREE", top);
    if let Some(index) = index {
        call = call.env("GIT_INDEX_FILE", index);
    }
    call.args(args.iter().copied()).most_stdout(LONGEST_LIST).run()
}

fn no_worktree(repository: &Repository) -> GitError {
    let reason = "it has no worktree: it is bare".to_owned();
    GitError::NotARepository { path: repository.git_dir().to_owned(), reason }
}

fn lines(listed: &[u8]) -> impl Iterator<Item = &[u8]> {
    listed.split(|b| *b == 0).filter(|line| !line.is_empty())
}

/// Reads `mode id stage<TAB>path`; of a path that is being merged, our side.
fn staged_entry(line: &[u8]) -> Result<Option<TreeEntry>, GitError> {
    let unknown = || other_shape(line);
    let tab = line.iter().position(|b| *b == b'\t').ok_or_else(unknown)?;
    let words = std::str::from_utf8(&line[..tab]).map_err(|_| unknown())?;
    let [mode, id, stage] = words.split(' ').collect::<Vec<_>>()[..] else { return Err(unknown()) };
    let mode = match mode {
        "100644" | "100755" => FileMode::File,
        "120000" => FileMode::Symlink,
        "160000" => FileMode::Submodule,
        _ => return Err(unknown()),
    };
    let oid = Oid::parse(id).map_err(|_| unknown())?;
    Ok(matches!(stage, "0" | "2").then(|| TreeEntry { path: line[tab + 1..].to_vec(), mode, oid }))
}

fn other_shape(line: &[u8]) -> GitError {
    GitError::Program {
        operation: "ls-files",
        reason: format!("unknown line {}", shown(&String::from_utf8_lossy(line))),
    }
}

/// The memory root, and the files below it by their paths from there.
fn below_memory_root(files: Vec<TreeEntry>) -> (&'static str, Vec<TreeEntry>) {
    let root = memory_root_of(files.iter().map(|file| file.path.as_slice()));
    if root.is_empty() {
        return (root, files);
    }
    let below = |path: &[u8]| path.strip_prefix(root.as_bytes())?.strip_prefix(b"/").map(<[u8]>::to_vec);
    let files = files.into_iter().filter_map(|file| below(&file.path).map(|path| TreeEntry { path, ..file }));
    (root, files.collect())
}

/// Reads files of a worktree one after the other, and follows no link.
struct Reader<'t> {
    top: &'t Path,
    files: Vec<TreeEntry>,
    kept: HashMap<Oid, Kept>,
    bytes: u64,
}

impl Reader<'_> {
    fn read(&mut self, path: &[u8]) -> Result<(), GitError> {
        let full = self.top.join(OsStr::from_bytes(path));
        let failed = |source| GitError::Io { what: format!("cannot read {}", full.display()), source };
        let metadata = match fs::symlink_metadata(&full) {
            Ok(metadata) => metadata,
            // Deleted and not yet staged, or below what is a file by now.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(error) => return Err(failed(error)),
        };
        if self.files.len() == MOST_ENTRIES {
            return Err(failed(io::Error::other(format!("the worktree has more than {MOST_ENTRIES} files"))));
        }
        let kind = metadata.file_type();
        let (mode, oid) = if kind.is_symlink() {
            let target = fs::read_link(&full).map_err(failed)?;
            (FileMode::Symlink, self.keep(target.as_os_str().as_bytes().to_vec())?)
        } else if kind.is_dir() {
            (FileMode::Submodule, Oid::from_bytes([0; 20]))
        } else if kind.is_file() {
            (FileMode::File, self.file(&full, metadata.len()).map_err(failed)??)
        } else {
            // A socket or a pipe: git does not hold such things.
            return Ok(());
        };
        self.files.push(TreeEntry { path: path.to_vec(), mode, oid });
        Ok(())
    }

    fn file(&mut self, full: &Path, size: u64) -> io::Result<Result<Oid, GitError>> {
        use rustix::fs::{Mode, OFlags};
        let file = fs::File::from(rustix::fs::open(
            full,
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK,
            Mode::empty(),
        )?);
        if size > LARGEST_FILE {
            return Ok(self.keep_size(full, size));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        Ok(if bytes.len() as u64 > LARGEST_FILE {
            self.keep_size(full, size.max(LARGEST_FILE + 1))
        } else {
            self.keep(bytes)
        })
    }

    fn keep(&mut self, bytes: Vec<u8>) -> Result<Oid, GitError> {
        let id = blob_id(&bytes)?;
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_BYTES {
            let reason = format!("its files have more than {MOST_BYTES} bytes");
            return Err(GitError::Other { what: "reading the worktree", reason });
        }
        self.kept.insert(id, Kept::Bytes(bytes));
        Ok(id)
    }

    /// A file that is too large to be read gets an id of its path and size: enough to be told from others.
    fn keep_size(&mut self, full: &Path, size: u64) -> Result<Oid, GitError> {
        let id = blob_id(format!("{size} {}", full.display()).as_bytes())?;
        self.kept.insert(id, Kept::TooLarge(size));
        Ok(id)
    }
}

/// The id that git gives a file of these bytes.
pub fn blob_id(bytes: &[u8]) -> Result<Oid, GitError> {
    let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, bytes);
    Ok(oid(&id.map_err(other("reading the worktree"))?))
}

//! Makes the bare repositories of the server.

use super::durable;
use super::program::Git;
use super::repository::Repository;
use super::types::GitError;
use std::fs;
use std::io::Write;
use std::path::Path;

/// What every repository of the server says in its own configuration, for whichever git opens it.
///
/// Pushes are checked and made durable; nothing is collected but by [`Repository::maintain`]; references of the
/// server are not shown, but for the anchors of the audit chain, which are kept elsewhere by whoever fetches them. What may be forced or deleted is decided per reference, in the pre-receive hook.
const SETTINGS: &str = "\
[core]
\tlogAllRefUpdates = always
\tfsync = committed,reference
\tfsyncMethod = fsync
[receive]
\tfsckObjects = true
\tunpackLimit = 1
\tautogc = false
\tadvertisePushOptions = true
\tadvertiseAtomic = true
\tshallowUpdate = false
\tmaxInputSize = 268435456
\tupdateServerInfo = false
[transfer]
\tfsckObjects = true
\thideRefs = refs/lorekeep
\tunpackLimit = 1
[uploadpack]
\tallowFilter = true
\thideRefs = !refs/lorekeep/audit
[gc]
\tauto = 0
[maintenance]
\tauto = false
[protocol \"ext\"]
\tallow = never
[protocol \"file\"]
\tallow = never
";

/// An index with no entries: `DIRC`, version 2, no entry, and its SHA-1.
///
/// Without one, gix makes an index of the whole tree for each merge; with one, no `.gitattributes` that was
/// pushed has a say in a merge.
const EMPTY_INDEX: [u8; 32] = [
    b'D', b'I', b'R', b'C', 0, 0, 0, 2, 0, 0, 0, 0, 0x39, 0xd8, 0x90, 0x13, 0x9e, 0xe5, 0x35, 0x6c, 0x7e, 0xf5, 0x72,
    0x21, 0x6c, 0xeb, 0xcd, 0x27, 0xaa, 0x41, 0xf9, 0xdf,
];

impl Repository {
    /// Makes an empty bare repository with branch `main`, where nothing is yet. It appears whole or not at all.
    pub fn create_bare(path: &Path) -> Result<Self, GitError> {
        publish(path, |_| Ok(()))?;
        Self::open(path)
    }
}

/// Prepares a bare repository next to where it goes, fills it, makes it durable, and moves it into its place.
pub(super) fn publish(path: &Path, fill: impl FnOnce(&Path) -> Result<(), GitError>) -> Result<(), GitError> {
    let io = |source| GitError::Io { what: format!("cannot make a repository at {}", path.display()), source };
    if path.exists() {
        return Err(io(std::io::ErrorKind::AlreadyExists.into()));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(io)?;
    let draft = tempfile::Builder::new().prefix(".making-").suffix(".git").tempdir_in(parent).map_err(io)?;
    initialise(draft.path())?;
    fill(draft.path())?;
    durable::flush(draft.path())?;
    fs::rename(draft.path(), path).map_err(io)?;
    // It has another name now: there is nothing left to remove.
    _ = draft.keep();
    durable::flush(parent)
}

fn initialise(path: &Path) -> Result<(), GitError> {
    let args = ["--bare", "--quiet", "--initial-branch=main", "--object-format=sha1", "--template="];
    Git::new("init").args(args).arg("--end-of-options").arg(path).run()?;
    let io = |source| GitError::Io { what: "cannot write the configuration of a new repository".to_owned(), source };
    let mut config = fs::OpenOptions::new().append(true).open(path.join("config")).map_err(io)?;
    config.write_all(SETTINGS.as_bytes()).map_err(io)?;
    fs::write(path.join("index"), EMPTY_INDEX).map_err(io)
}

//! Keeps repositories in order: after a crash, in the background, and when somebody asks whether all is well.

use super::durable;
use super::program::Git;
use super::repository::Repository;
use super::types::GitError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long one step of maintenance may take.
const PATIENCE: Duration = Duration::from_secs(3600);
/// How often the sweep looks whether something left behind is still there, and how long it waits in between.
const LOOKS: usize = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// How deep references lie in folders at most, for the sweep.
const MOST_LEVELS: usize = 32;

/// From how many packs on looking up an object takes noticeably longer.
const MANY_PACKS: usize = 50;
/// How many loose objects in one of the 256 folders mean that there are thousands in all.
const MANY_LOOSE: usize = 16;

impl Repository {
    /// Whether packs or loose objects have piled up enough for [`Repository::maintain`].
    pub fn needs_maintenance(&self) -> bool {
        let objects = self.common_dir().join("objects");
        let count = |folder: &str, ending: &str| {
            let names = fs::read_dir(objects.join(folder)).into_iter().flatten().flatten();
            names.filter(|entry| entry.file_name().to_string_lossy().ends_with(ending)).count()
        };
        count("pack", ".pack") > MANY_PACKS || count("17", "") > MANY_LOOSE
    }

    /// Packs what came since the last time, and writes the commit-graph. Nothing that anything needs is removed.
    ///
    /// One caller at a time; readers and writers go on meanwhile.
    pub fn maintain(&self) -> Result<(), GitError> {
        let call =
            |operation| Git::at(self.git_dir(), operation).patience(PATIENCE).setting("core.fsync=committed,reference");
        call("repack").args(["-d", "--geometric=2", "--write-midx", "--quiet"]).run()?;
        let graph = ["write", "--reachable", "--changed-paths", "--split", "--no-progress"];
        call("commit-graph").args(graph).run()?;
        call("pack-refs").args(["--all"]).run()?;
        durable::flush(self.common_dir())?;
        self.reopen()
    }

    /// Checks every object and link; the problems found, in git's own words, none where all is well.
    pub fn fsck(&self) -> Result<Vec<String>, GitError> {
        let call = Git::at(self.git_dir(), "fsck").args(["--full", "--no-dangling", "--no-progress"]);
        let done = call.patience(PATIENCE).most_stdout(16 << 20).finish()?;
        let mut problems: Vec<String> =
            String::from_utf8_lossy(&done.stdout).lines().map(super::convert::shown).collect();
        if !done.success {
            problems.push(done.said);
        }
        Ok(problems)
    }
}

/// Removes what a git that was killed leaves behind, and says what it removed.
///
/// To be called at start, by whoever alone uses the repository: a lock that is held looks like one left behind.
/// A git process may outlive the server that started it, and soon ends by itself: it is given a moment to.
pub fn sweep(git_dir: &Path) -> Result<Vec<PathBuf>, GitError> {
    let mut stale = left_behind(git_dir)?;
    for _ in 0..LOOKS {
        if stale.is_empty() {
            break;
        }
        std::thread::sleep(BETWEEN_LOOKS);
        let still = left_behind(git_dir)?;
        stale.retain(|path| still.contains(path));
    }
    for path in &stale {
        remove(path)?;
    }
    Ok(stale)
}

fn left_behind(git_dir: &Path) -> Result<Vec<PathBuf>, GitError> {
    let mut stale = Vec::new();
    locks_below(&git_dir.join("refs"), 0, &mut stale)?;
    locks_below(&git_dir.join("logs"), 0, &mut stale)?;
    let ours = ["packed-refs.lock", "packed-refs.new", "HEAD.lock", "config.lock", "shallow.lock", "index.lock"];
    stale.extend(ours.iter().map(|name| git_dir.join(name)).filter(|path| path.is_file()));
    let objects = git_dir.join("objects");
    stale.extend(named(&objects, |name| name.starts_with("tmp_objdir-incoming-"))?);
    stale.extend(named(&objects.join("pack"), |name| name.starts_with("tmp_") || name.ends_with(".lock"))?);
    for folder in ["info", "info/commit-graphs"] {
        stale.extend(named(&objects.join(folder), |name| name.ends_with(".lock"))?);
    }
    Ok(stale)
}

fn locks_below(folder: &Path, level: usize, found: &mut Vec<PathBuf>) -> Result<(), GitError> {
    for path in named(folder, |_| true)? {
        // A link is never followed, and git makes none here.
        let is_folder = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
        if is_folder && level < MOST_LEVELS {
            locks_below(&path, level + 1, found)?;
        } else if !is_folder && path.extension().is_some_and(|extension| extension == "lock") {
            found.push(path);
        }
    }
    Ok(())
}

/// What lies directly in a folder, of a name that pleases; nothing where there is no such folder.
fn named(folder: &Path, pleases: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, GitError> {
    let failed = |source| GitError::Io { what: format!("cannot look into {}", folder.display()), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if pleases(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn remove(path: &Path) -> Result<(), GitError> {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    if removed.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    removed.map_err(|source| GitError::Io { what: format!("cannot remove {}", path.display()), source })
}

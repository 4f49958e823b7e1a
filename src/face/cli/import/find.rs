//! The runs and sessions below a folder, and what each of them is opened as.

use crate::base::Timestamp;
use crate::engine::{Bundle, BundleLimits, Code, EngineError};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// How deep, and among how many entries, runs are looked for.
const DEEPEST: usize = 24;
const MOST_LOOKED_AT: usize = 1_000_000;
/// Folders of files that belong to a session or run beside or around them.
const INNER: &[&str] = &["subagents", "tool-results", "node_modules", ".git"];
/// Files of lines that are no session.
const NO_SESSIONS: &[&str] = &["history.jsonl"];
/// Files by which a folder is a run.
const RUN_FILES: &[&str] = &["run.json", "journal.jsonl", "events.jsonl"];

/// A run or session that was found.
pub struct Source {
    pub path: PathBuf,
    /// When something in it was changed last.
    pub changed: Timestamp,
}

/// Opens what a path names: a run's directory, a session, an archive.
pub fn open(path: &Path) -> Result<Bundle, EngineError> {
    let limits = BundleLimits::default();
    let failed = |e: &dyn std::fmt::Display| {
        EngineError::new(Code::BadRequest, format!("{} cannot be imported: {e}", path.display()))
    };
    let of = path.metadata().map_err(|e| failed(&e))?;
    let bundle = if of.is_dir() {
        Bundle::from_folder(path, &limits)
    } else if is_archive(path).map_err(|e| failed(&e))? {
        let file = File::open(path).map_err(|e| failed(&e))?;
        Bundle::from_archive(file, &std::env::temp_dir(), &limits)
    } else {
        Bundle::from_file(path, &limits)
    };
    bundle.map_err(|e| failed(&e))
}

/// Every run and session below a folder, in path order. No link is followed.
pub fn below(folder: &Path) -> io::Result<Vec<Source>> {
    let mut looking = Looking { found: Vec::new(), left: MOST_LOOKED_AT };
    looking.folder(folder, 0)?;
    looking.found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(looking.found)
}

/// Whether a file is a tar or a compressed one, by how it begins.
fn is_archive(path: &Path) -> io::Result<bool> {
    const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    let mut file = File::open(path)?;
    let mut begin = Vec::new();
    file.by_ref().take(4).read_to_end(&mut begin)?;
    let mut mark = Vec::new();
    file.seek(io::SeekFrom::Start(257))?;
    file.take(5).read_to_end(&mut mark)?;
    Ok(begin == ZSTD || mark == b"ustar" || path.extension().is_some_and(|extension| extension == "tar"))
}

struct Looking {
    found: Vec<Source>,
    left: usize,
}

impl Looking {
    fn folder(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        let entries = self.entries(folder)?;
        if is_run(&entries) {
            let changed = self.latest(&entries, depth)?;
            self.found.push(Source { path: folder.to_owned(), changed });
            return Ok(());
        }
        for (path, of) in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if of.is_dir() && depth < DEEPEST && !INNER.contains(&&*name) {
                self.folder(&path, depth + 1)?;
            } else if of.is_file() && is_session(&name) {
                self.found.push(Source { changed: changed(&of), path });
            }
        }
        Ok(())
    }

    fn entries(&mut self, folder: &Path) -> io::Result<Vec<(PathBuf, Metadata)>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            self.left = self.left.checked_sub(1).ok_or_else(|| {
                io::Error::other(format!("there are more than {MOST_LOOKED_AT} files: name a folder further below"))
            })?;
            entries.push((entry.path(), entry.metadata()?));
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(entries)
    }

    /// When something in a run was changed last.
    fn latest(&mut self, entries: &[(PathBuf, Metadata)], depth: usize) -> io::Result<Timestamp> {
        let mut latest = Timestamp::from_seconds(0);
        for (path, of) in entries {
            latest = latest.max(changed(of));
            if of.is_dir() && depth < DEEPEST {
                let inner = self.entries(path)?;
                latest = latest.max(self.latest(&inner, depth + 1)?);
            }
        }
        Ok(latest)
    }
}

fn is_run(entries: &[(PathBuf, Metadata)]) -> bool {
    let named = |path: &Path, name: &str| path.file_name().is_some_and(|found| found == name);
    let has_events = |path: &Path| {
        let events = std::fs::read_dir(path).into_iter().flatten().flatten();
        events.into_iter().any(|entry| entry.path().extension().is_some_and(|e| e == "json" || e == "jsonl"))
    };
    entries.iter().any(|(path, of)| {
        let file = of.is_file() && RUN_FILES.iter().any(|name| named(path, name));
        file || (of.is_dir() && named(path, "journal") && has_events(path))
    })
}

/// A file of lines; those of subagents beside their session are told by it.
fn is_session(name: &str) -> bool {
    name.ends_with(".jsonl") && !name.starts_with("agent-") && !NO_SESSIONS.contains(&name)
}

fn changed(of: &Metadata) -> Timestamp {
    let since = of.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    Timestamp::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

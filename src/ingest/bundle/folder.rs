//! A folder, or one session file with what lies beside it.

use super::beneath::{Folder, Kind};
use super::collected::{Collected, digested};
use super::{Bundle, BundleError, BundleLimits, Place};
use crate::ingest::ProblemKind;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

/// Takes all files below a folder.
pub(super) fn take_all(root: Folder, limits: &BundleLimits) -> Result<Bundle, BundleError> {
    let root = Arc::new(root);
    let mut taking = Taking { found: Collected::new(limits), root: root.clone() };
    taking.folder(&root, b"", 1)?;
    Ok(taking.found.finish())
}

/// Takes a session file, and the folder of its name.
pub(super) fn take_session(path: &Path, limits: &BundleLimits) -> Result<Bundle, BundleError> {
    let name = path.file_name().ok_or(BundleError::NotA("a file"))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = Arc::new(Folder::open(parent)?);
    let mut taking = Taking { found: Collected::new(limits), root: root.clone() };
    match root.kind(name)? {
        Kind::File(size) if size > limits.file_bytes => return Err(BundleError::TooLarge(limits.file_bytes)),
        Kind::File(size) => taking.file(&root, name, name.as_bytes(), size)?,
        _ => return Err(BundleError::NotA("an ordinary file")),
    }
    let beside = path.extension().filter(|extension| *extension == "jsonl").and(path.file_stem());
    if let Some(stem) = beside.filter(|stem| matches!(root.kind(stem), Ok(Kind::Folder))) {
        taking.folder(&root.folder(stem)?, stem.as_bytes(), 2)?;
    }
    Ok(taking.found.finish())
}

struct Taking<'l> {
    found: Collected<'l>,
    root: Arc<Folder>,
}

impl Taking<'_> {
    fn folder(&mut self, folder: &Folder, prefix: &[u8], depth: usize) -> Result<(), BundleError> {
        for name in folder.names(self.found.limits.entries)? {
            self.found.count()?;
            let path = joined(prefix, &name);
            match folder.kind(&name) {
                Ok(Kind::File(size)) => self.file(folder, &name, &path, size)?,
                Ok(Kind::Folder) if depth >= self.found.limits.depth => {
                    self.found.problem(
                        ProblemKind::TooLarge,
                        &path,
                        "a folder that is deeper than the limit is left out",
                    );
                }
                Ok(Kind::Folder) => match folder.folder(&name) {
                    Ok(inner) => self.folder(&inner, &path, depth + 1)?,
                    Err(error) => self.unreadable(&path, &error),
                },
                Ok(Kind::Link) => self.found.problem(ProblemKind::Link, &path, "a link is left out"),
                Ok(Kind::Special) => {
                    self.found.problem(ProblemKind::SpecialFile, &path, "what is no ordinary file is left out");
                }
                Err(error) => self.unreadable(&path, &error),
            }
        }
        Ok(())
    }

    fn file(&mut self, folder: &Folder, name: &OsStr, raw: &[u8], size: u64) -> Result<(), BundleError> {
        let Some(path) = self.found.admit(raw, size) else { return Ok(()) };
        let (file, identity) = match folder.file(name) {
            Ok(opened) => opened,
            Err(error) => {
                self.unreadable(raw, &error);
                return Ok(());
            }
        };
        let (size, digest) = digested(file.take(identity.size()), |_| Ok(()))?;
        self.found.add(path, size, digest, Place::Folder(self.root.clone(), identity))
    }

    fn unreadable(&mut self, path: &[u8], error: &io::Error) {
        self.found.problem(ProblemKind::Missing, path, &format!("it cannot be read: {}", error.kind()));
    }
}

fn joined(prefix: &[u8], name: &OsStr) -> Vec<u8> {
    match prefix {
        b"" => name.as_bytes().to_vec(),
        _ => [prefix, b"/", name.as_bytes()].concat(),
    }
}

//! The folders that an operator lets an org import runs from, and how a request's path is found in one.

use super::asked::refused;
use crate::base::OrgId;
use crate::engine::convert::io;
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError, audit};
use std::path::{Component, Path, PathBuf};

/// The longest path of a run, in bytes.
const LONGEST: usize = 4096;

impl Engine {
    /// Lets an org import from a folder.
    pub fn add_import_root(&self, org: &OrgId, folder: &Path) -> Result<PathBuf, EngineError> {
        let failed = |e| io(format_args!("{} cannot be an import root", folder.display()), e);
        let path = folder.canonicalize().map_err(failed)?;
        if !path.is_dir() {
            return Err(EngineError::new(Code::BadRequest, format!("{} is no folder", path.display())));
        }
        let Some(text) = path.to_str() else {
            return Err(EngineError::new(Code::BadRequest, "the path of an import root is UTF-8"));
        };
        let now = self.now();
        self.records.write(|tx| match tx.add_import_root(org, text, now)? {
            true => audit::import_root(tx, org, "added", text, now),
            false => Ok(()),
        })?;
        Ok(path)
    }

    /// Lets an org import from a folder no more, and says whether it could.
    pub fn remove_import_root(&self, org: &OrgId, folder: &Path) -> Result<bool, EngineError> {
        // A folder that is gone has no other name than the one that was given.
        let path = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let (text, now) = (path.to_string_lossy().into_owned(), self.now());
        self.records.write(|tx| {
            let removed = tx.remove_import_root(org, &text)?;
            if removed {
                audit::import_root(tx, org, "removed", &text, now)?;
            }
            Ok(removed)
        })
    }

    /// The folders that an org may import from.
    pub fn import_roots(&self, org: &OrgId) -> Result<Vec<PathBuf>, EngineError> {
        Ok(self.records.read(|view| view.import_roots(org))?.into_iter().map(PathBuf::from).collect())
    }

    /// Where a path of a request leads: the root, and the path below it, checked.
    pub(super) fn beneath_a_root(&self, org: &OrgId, path: &str) -> Result<(PathBuf, PathBuf), EngineError> {
        let below = below(path)?;
        let roots = self.import_roots(org)?;
        if roots.is_empty() {
            let mend =
                "upload the run as the part `run`, or have the operator set one: lorekeep org import-root add ORG DIR";
            return Err(refused(
                "ImportRootUnset",
                "source.a5cRunPath",
                format!("this org has no import root: {mend}"),
            ));
        }
        let found = roots.into_iter().find(|root| root.join(&below).symlink_metadata().is_ok());
        let root = found.ok_or_else(|| {
            let message = "there is no such run in the import roots of this org";
            refused("SourceNotFound", "source.a5cRunPath", message)
        })?;
        require_no_link(&root, &below)?;
        Ok((root, below))
    }
}

/// A path that cannot lead out of the folder it is in.
fn below(path: &str) -> Result<PathBuf, EngineError> {
    let parsed = Path::new(path);
    let normal = |part| matches!(part, Component::Normal(_));
    let good = !path.is_empty() && path.len() <= LONGEST && !path.contains('\0') && parsed.components().all(normal);
    match good {
        true => Ok(parsed.to_owned()),
        false => Err(refused(
            "OutsideImportRoot",
            "source.a5cRunPath",
            "the path of a run is relative to an import root, without `.` and `..`",
        )),
    }
}

/// Follows no link between the root and the run.
fn require_no_link(root: &Path, below: &Path) -> Result<(), EngineError> {
    let mut path = root.to_owned();
    for part in below.components() {
        path.push(part);
        let found = path.symlink_metadata().map_err(|e| io("the source cannot be looked at", e))?;
        if found.is_symlink() {
            let message = "the path of the run leads over a symbolic link, and links are not followed";
            return Err(refused("OutsideImportRoot", "source.a5cRunPath", message));
        }
    }
    Ok(())
}

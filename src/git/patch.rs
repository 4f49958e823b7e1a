//! Applies a unified diff to a tree, with git's own idea of what applies.

use super::convert::shown;
use super::program::{Finished, Git};
use super::repository::Repository;
use super::tree;
use super::types::{At, GitError};
use crate::base::Oid;
use std::path::Path;

/// The largest patch taken, in bytes.
const LARGEST_PATCH: usize = 16 << 20;

/// The tree a patch makes of another, written to the object store. Paths are relative to the memory root.
pub(super) fn apply(repository: &Repository, at: At, patch: &[u8]) -> Result<Oid, GitError> {
    check(patch)?;
    let (top, root) = repository.with(|repo| {
        let top = tree::top(repo, at)?;
        Ok::<_, GitError>((top, tree::memory_root(repo, top)?))
    })?;
    let io = |source| GitError::Io { what: "cannot make a place to apply a patch in".to_owned(), source };
    let scratch = tempfile::Builder::new().prefix("lorekeep-patch-").tempdir().map_err(io)?;
    let index = scratch.path().join("index");
    let call =
        |operation| Git::at(repository.git_dir(), operation).in_directory(scratch.path()).env("GIT_INDEX_FILE", &index);
    call("read-tree").arg(top.to_string()).run()?;
    let mut apply = call("apply").args(["--cached", "--whitespace=nowarn"]);
    if !root.is_empty() {
        apply = apply.arg(format!("--directory={root}"));
    }
    let applied = apply.arg("-").input(patch.to_vec()).finish()?;
    if !applied.success {
        return Err(refused(in_git_words(&applied, scratch.path())));
    }
    let printed = call("write-tree").run()?;
    let text = String::from_utf8_lossy(&printed);
    Oid::parse(text.trim()).map_err(|_| GitError::Program { operation: "write-tree", reason: shown(&text) })
}

fn check(patch: &[u8]) -> Result<(), GitError> {
    if patch.len() > LARGEST_PATCH {
        return Err(refused(format!("it has {} bytes, more than the limit of {LARGEST_PATCH}", patch.len())));
    }
    // Its sizes are of the patch's own choosing: a few bytes could claim to be a gigabyte.
    if patch.split(|b| *b == b'\n').any(|line| line.starts_with(b"GIT binary patch")) {
        return Err(refused("a binary patch is not taken: memory is text".to_owned()));
    }
    Ok(())
}

fn refused(reason: String) -> GitError {
    GitError::PatchRefused { reason }
}

fn in_git_words(applied: &Finished, scratch: &Path) -> String {
    applied.said.replace(&*scratch.to_string_lossy(), "")
}

//! The merge of the engine for people's own git: a merge driver, and its settings.

use super::EngineError;
use super::convert::not_a_repository;
use crate::base::RepoPath;
use crate::change::{FieldConflict, Weld, weld};
use crate::git::Repository;
use std::path::{Path, PathBuf};

/// The folder that a memory may be in; paths that git names begin at the top of the repository.
const BRAIN: &str = ".company-brain/";
/// Which files the driver is for, as attributes.
pub(super) const ATTRIBUTES: &[&str] = &["*.md merge=lorekeep", "*.yaml merge=lorekeep", "*.yml merge=lorekeep"];

/// What merging a file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedFile {
    /// The text: ours with everything merged that merges.
    pub text: String,
    /// What does not merge; empty where all of it does.
    pub conflicts: Vec<FieldConflict>,
}

/// Merges the texts of one file, as updates are merged; `None` where one of them is no text. An empty base is a file
/// that both sides added.
pub fn merge_file(path: &str, base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<MergedFile> {
    let text = |bytes| std::str::from_utf8(bytes).ok().filter(|text: &&str| !text.contains('\0'));
    let (base, ours, theirs) = (text(base)?, text(ours)?, text(theirs)?);
    let path = RepoPath::parse(path.strip_prefix(BRAIN).unwrap_or(path)).ok()?;
    Some(match weld(&path, Some(base).filter(|base| !base.is_empty()), ours, theirs) {
        Weld::Merged(text) => MergedFile { text, conflicts: Vec::new() },
        Weld::Conflicts { fields, rest } => MergedFile { text: rest, conflicts: fields },
    })
}

/// Has git merge notes and records of a repository by this program; gives the file with the attributes.
pub fn install_merge_driver(repository: &Path, program: &Path) -> Result<PathBuf, EngineError> {
    let repo = Repository::open(repository).map_err(not_a_repository)?;
    install(&repo, program)
}

pub(super) fn install(repo: &Repository, program: &Path) -> Result<PathBuf, EngineError> {
    let driver = format!("{} merge-driver %O %A %B %P", super::local::quoted(program));
    let name = "merges memory by record and field";
    repo.configure(&[("merge.lorekeep.name", name), ("merge.lorekeep.driver", &driver)])?;
    Ok(repo.add_attributes(ATTRIBUTES)?)
}

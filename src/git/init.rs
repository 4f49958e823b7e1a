//! A new repository with a working tree and a first commit.

use super::program::Git;
use super::repository::Repository;
use super::types::{GitError, ReadRepository};
use crate::base::{CommitId, Timestamp};
use std::fs;
use std::path::Path;

/// Who makes the first commit of a repository that belongs to nobody yet.
const NAME: &str = "Lorekeep";
const EMAIL: &str = "lorekeep@localhost.invalid";

impl Repository {
    /// Makes a repository in an empty or new folder: writes the files, adds them all, commits them.
    pub fn init_worktree(
        folder: &Path,
        files: &[(&str, String)],
        message: &str,
        now: Timestamp,
    ) -> Result<CommitId, GitError> {
        for (path, text) in files {
            write(&folder.join(path), text)?;
        }
        Git::new("init")
            .args(["--quiet", "--initial-branch=main", "--template="])
            .arg("--end-of-options")
            .arg(folder)
            .run()?;
        Git::new("add").in_directory(folder).args(["--all"]).run()?;
        let date = format!("@{} +0000", now.seconds());
        let commit = Git::new("commit").in_directory(folder).args(["--quiet", "--no-gpg-sign", "-m", message]);
        let author =
            commit.env("GIT_AUTHOR_NAME", NAME).env("GIT_AUTHOR_EMAIL", EMAIL).env("GIT_AUTHOR_DATE", date.as_str());
        author
            .env("GIT_COMMITTER_NAME", NAME)
            .env("GIT_COMMITTER_EMAIL", EMAIL)
            .env("GIT_COMMITTER_DATE", date.as_str())
            .run()?;
        let tip = Self::open(folder)?.tip()?;
        tip.ok_or_else(|| GitError::Program {
            operation: "commit",
            reason: "it left the branch without a commit".to_owned(),
        })
    }
}

fn write(path: &Path, text: &str) -> Result<(), GitError> {
    let io = |source| GitError::Io { what: format!("cannot write {}", path.display()), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    fs::write(path, text).map_err(io)
}

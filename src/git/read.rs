//! The power to read, for [`Repository`].

use super::convert::{object_id, other, shown, unusable};
use super::repository::Repository;
use super::types::{ApprovedCommit, At, Change, Commit, GitError, ReadRepository, RefSpec, Reflog, ResolveError};
use super::{diff, history, refs, resolve, tree};
use crate::base::store::BlobError;
use crate::base::{BlobStore, CommitId, Oid, RepoPath, TreeEntry};

impl ReadRepository for Repository {
    fn default_branch(&self) -> Result<String, GitError> {
        self.with(|repo| refs::default_branch(repo))
    }

    fn tip(&self) -> Result<Option<CommitId>, GitError> {
        self.with(|repo| refs::reference(repo, &refs::default_branch(repo)?))
    }

    fn resolve(&self, spec: &RefSpec) -> Result<(CommitId, Option<String>), ResolveError> {
        self.with(|repo| resolve::resolve(repo, spec))
    }

    fn reference(&self, full_name: &str) -> Result<Option<CommitId>, GitError> {
        self.with(|repo| refs::reference(repo, full_name))
    }

    fn references(&self, prefix: &str) -> Result<Vec<(String, CommitId)>, GitError> {
        self.with(|repo| refs::references(repo, prefix))
    }

    fn commit(&self, id: CommitId) -> Result<Commit, GitError> {
        self.with(|repo| history::commit(repo, id))
    }

    fn first_parents(&self, from: CommitId, until: Option<CommitId>) -> Result<Vec<ApprovedCommit>, GitError> {
        self.with(|repo| history::first_parents(repo, from, until))
    }

    fn files(&self, at: At) -> Result<Vec<TreeEntry>, GitError> {
        self.with_trees(|repo| tree::files(repo, tree::root_tree(repo, at)?))
    }

    fn files_below(&self, at: At, folder: &str) -> Result<Vec<TreeEntry>, GitError> {
        self.with(|repo| tree::files_below(repo, at, folder))
    }

    fn entry(&self, at: At, path: &RepoPath) -> Result<Option<TreeEntry>, GitError> {
        self.with(|repo| tree::entry(repo, at, path))
    }

    fn changes(&self, from: Option<At>, to: At) -> Result<Vec<Change>, GitError> {
        self.with_trees(|repo| diff::changes(repo, from, to))
    }

    fn merge_base(&self, a: CommitId, b: CommitId) -> Result<Option<CommitId>, GitError> {
        Ok(self.merge_bases(a, b)?.first().copied())
    }

    fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<bool, GitError> {
        self.with(|repo| history::is_ancestor(repo, ancestor, descendant))
    }

    fn reflog(&self, full_name: &str) -> Result<Reflog, GitError> {
        self.with(|repo| refs::reflog(repo, full_name))
    }

    fn memory_root(&self, at: At) -> Result<String, GitError> {
        self.with(|repo| Ok(tree::memory_root(repo, tree::top(repo, at)?)?.to_owned()))
    }
}

impl BlobStore for Repository {
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError> {
        self.with(|repo| read_blob(repo, oid, limit)).map_err(|failure: Failure| failure.into_blob_error(oid))
    }
}

impl Repository {
    /// The size of a blob in bytes, from its header: nothing of it is read.
    pub fn blob_size(&self, oid: Oid) -> Result<u64, GitError> {
        self.with(|repo| Ok(repo.find_header(object_id(oid)).map_err(unusable(oid))?.size()))
    }
}

fn read_blob(repo: &gix::Repository, oid: Oid, limit: u64) -> Result<Vec<u8>, Failure> {
    let header = repo.find_header(object_id(oid)).map_err(other("looking it up"))?;
    if header.kind() != gix::objs::Kind::Blob {
        return Err(Failure::Blob(BlobError::Unreadable { oid, reason: format!("it is a {}", header.kind()) }));
    }
    if header.size() > limit {
        return Err(Failure::Blob(BlobError::TooLarge { oid, size: header.size(), limit }));
    }
    let mut blob = repo.find_blob(object_id(oid)).map_err(other("reading it"))?;
    Ok(blob.take_data())
}

/// Either a blob's own trouble, or the repository's.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Blob(BlobError),
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Failure {
    fn into_blob_error(self, oid: Oid) -> BlobError {
        match self {
            Self::Blob(error) => error,
            Self::Git(error) => BlobError::Unreadable { oid, reason: shown(&error.to_string()) },
        }
    }
}

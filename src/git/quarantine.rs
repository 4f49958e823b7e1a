//! Reads what a push brought before git takes it in, and which of its commits are new.

use super::convert::{commit_id, object_id, other};
use super::repository::{Repository, open_shared};
use super::types::GitError;
use super::{history, refs};
use crate::base::CommitId;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// An object store of nothing but pointers: to what a push brought, and to what was there.
///
/// gix does not read the variables git passes to its hooks. The pointers lie in a directory of our own:
/// what is written into git's quarantine would be taken into the repository with the push.
pub(super) struct Quarantine {
    shadow: tempfile::TempDir,
}

impl Repository {
    /// Opens a repository as git's pre-receive hook sees it, with the objects of the push that is being checked.
    ///
    /// `objects` and `alternates` are the values git gives as `GIT_OBJECT_DIRECTORY` and
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES` (split at its colons). What this handle writes is kept in memory.
    pub fn open_quarantined(path: &Path, objects: &Path, alternates: &[PathBuf]) -> Result<Self, GitError> {
        let shared = open_shared(path)?;
        let main = shared.to_thread_local().common_dir().join("objects");
        let stores: Vec<PathBuf> = [objects.to_owned(), main].into_iter().chain(alternates.iter().cloned()).collect();
        Self::from_shared(shared, Some(Quarantine::over(&stores)?))
    }

    /// Opens a repository of which nothing changes: what this handle writes is kept in memory.
    pub fn open_unchanged(path: &Path) -> Result<Self, GitError> {
        let shared = open_shared(path)?;
        let main = shared.to_thread_local().common_dir().join("objects");
        Self::from_shared(shared, Some(Quarantine::over(&[main])?))
    }

    /// The commits that a new tip brings: from it back to, and without, those the repository itself holds.
    /// Newest first as they are met; refused beyond `most`.
    pub fn new_commits(&self, tip: CommitId, most: usize) -> Result<Vec<CommitId>, GitError> {
        let (seen_by_all, held) = (self.handle()?, self.plain_handle());
        let mut found = Vec::new();
        let mut queue = std::collections::VecDeque::from([object_id(tip.0)]);
        let mut met: HashSet<gix::ObjectId> = queue.iter().copied().collect();
        while let Some(id) = queue.pop_front() {
            if held.has_object(id) {
                continue;
            }
            if found.len() == most {
                let reason = format!("it brings more than {most} new commits: push them in parts");
                return Err(GitError::Object { oid: tip.0, reason });
            }
            found.push(commit_id(&id));
            let parents = history::commit(&seen_by_all, commit_id(&id))?.parents;
            queue.extend(parents.into_iter().map(|parent| object_id(parent.0)).filter(|parent| met.insert(*parent)));
        }
        Ok(found)
    }

    /// The bytes of the annotated tag that is pushed, and of those it names; none where no tag is pushed.
    pub fn pushed_tags(&self, pushed: CommitId) -> Result<Vec<Vec<u8>>, GitError> {
        self.with(|repo| refs::tags(repo, pushed.0))
    }
}

impl Quarantine {
    fn over(stores: &[PathBuf]) -> Result<Self, GitError> {
        let io = |source| GitError::Io { what: "cannot look into the quarantine of a push".to_owned(), source };
        let shadow = tempfile::Builder::new().prefix("lorekeep-push-").tempdir().map_err(io)?;
        std::fs::create_dir(shadow.path().join("info")).map_err(io)?;
        let mut list = std::fs::File::create(shadow.path().join("info/alternates")).map_err(io)?;
        for store in stores {
            let store = std::path::absolute(store).map_err(io)?;
            list.write_all(store.as_os_str().as_encoded_bytes()).and_then(|()| list.write_all(b"\n")).map_err(io)?;
        }
        Ok(Self { shadow })
    }

    /// Lets a handle read through the pointers, and write into memory.
    pub(super) fn show_to(&self, repo: &mut gix::Repository) -> Result<(), GitError> {
        let hash = repo.object_hash();
        let store = gix::odb::at(self.shadow.path(), hash)
            .map_err(|source| GitError::Io { what: "cannot open the quarantine of a push".to_owned(), source })?;
        repo.objects = gix::odb::memory::Proxy::new(store, hash);
        repo.objects.enable_object_memory();
        Ok(())
    }
}

/// The commit-graph of the repository itself: the shadow store has none.
pub(super) fn commit_graph(repo: &gix::Repository) -> Result<Option<gix::commitgraph::Graph>, GitError> {
    let info = repo.common_dir().join("objects/info");
    if !info.join("commit-graph").exists() && !info.join("commit-graphs").exists() {
        return Ok(None);
    }
    gix::commitgraph::Graph::at(&info, repo.object_hash(), None).map(Some).map_err(other("reading the commit-graph"))
}

//! A repository that threads share: opening it, finding it, and lending handles to it.

use super::bases::Bases;
use super::convert::reason;
use super::handle::{Handle, Idle};
use super::quarantine::Quarantine;
use super::types::GitError;
use gix::odb::store::init::Slots;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// The largest object that is decoded, in bytes; the sizes callers set are below it.
const ALLOCATION_LIMIT: &str = "gitoxide.objects.allocLimit=67108864";
/// What gix says when more packs came than it had room for when it opened the repository.
const OUT_OF_SLOTS: &str = "too few index slots";

/// A git repository, bare or with a worktree, that any number of threads may use at once.
pub struct Repository {
    git_dir: PathBuf,
    common_dir: PathBuf,
    worktree: Option<PathBuf>,
    shared: RwLock<gix::ThreadSafeRepository>,
    idle: Mutex<Idle>,
    quarantine: Option<Quarantine>,
    pub(super) bases: Bases,
}

impl Repository {
    /// Opens the repository at a path: a bare one, the top of a worktree, or its `.git`.
    ///
    /// Only the repository's own configuration counts: not the system's, not the user's, not the environment's.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        Self::from_shared(open_shared(path)?, None)
    }

    /// Finds the repository around a directory, as git does when it is called there.
    pub fn discover(directory: &Path) -> Result<Self, GitError> {
        let (found, _trust) = gix::discover::upwards(directory).map_err(|error| GitError::NotARepository {
            path: directory.to_owned(),
            reason: format!("neither it nor a folder above it is one ({})", reason(&error)),
        })?;
        let (git_dir, worktree) = found.into_repository_and_work_tree_directories();
        Self::open(&worktree.unwrap_or(git_dir))
    }

    pub(super) fn from_shared(
        shared: gix::ThreadSafeRepository,
        quarantine: Option<Quarantine>,
    ) -> Result<Self, GitError> {
        let local = shared.to_thread_local();
        check_ref_storage(&local)?;
        Ok(Self {
            git_dir: local.git_dir().to_owned(),
            common_dir: local.common_dir().to_owned(),
            worktree: local.workdir().map(Path::to_owned),
            shared: RwLock::new(shared),
            idle: Mutex::default(),
            quarantine,
            bases: Bases::default(),
        })
    }

    /// The directory git calls `GIT_DIR`.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The top of the worktree; `None` for a bare repository.
    pub fn worktree(&self) -> Option<&Path> {
        self.worktree.as_deref()
    }

    /// The directory that holds objects and references, shared by linked worktrees.
    pub(super) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Where the objects are.
    pub(super) fn objects_dir(&self) -> PathBuf {
        self.common_dir.join("objects")
    }

    /// Opens the object store anew: right after maintenance, and of itself when a store runs out of room for packs.
    pub fn reopen(&self) -> Result<(), GitError> {
        let fresh = open_shared(&self.git_dir)?;
        *self.shared.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        self.idle().renew();
        Ok(())
    }

    /// Does something with a handle; once more, on a reopened store, where the first try found no room for new packs.
    pub(super) fn with<T, E>(&self, work: impl Fn(&Handle<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: std::fmt::Display + From<GitError>,
    {
        match work(&self.handle()?) {
            Err(error) if error.to_string().contains(OUT_OF_SLOTS) => {
                self.reopen()?;
                work(&self.handle()?)
            }
            outcome => outcome,
        }
    }

    /// The same, with an object cache: for walks over trees.
    pub(super) fn with_trees<T>(&self, work: impl Fn(&gix::Repository) -> Result<T, GitError>) -> Result<T, GitError> {
        match work(&self.handle()?.with_tree_cache()) {
            Err(error) if error.to_string().contains(OUT_OF_SLOTS) => {
                self.reopen()?;
                work(&self.handle()?.with_tree_cache())
            }
            outcome => outcome,
        }
    }

    pub(super) fn handle(&self) -> Result<Handle<'_>, GitError> {
        Handle::lend(self, || self.fresh_handle())
    }

    pub(super) fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh_handle(&self) -> Result<gix::Repository, GitError> {
        let mut repo = self.plain_handle();
        if let Some(quarantine) = &self.quarantine {
            quarantine.show_to(&mut repo)?;
        }
        Ok(repo)
    }

    /// A handle that sees what the repository itself holds, and nothing of a quarantine.
    pub(super) fn plain_handle(&self) -> gix::Repository {
        self.shared.read().unwrap_or_else(PoisonError::into_inner).to_thread_local()
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("git_dir", &self.git_dir).finish_non_exhaustive()
    }
}

/// Opens a repository with nothing of the environment, the user or the system having a say.
pub(super) fn open_shared(path: &Path) -> Result<gix::ThreadSafeRepository, GitError> {
    let unusable = |reason: String| GitError::NotARepository { path: path.to_owned(), reason };
    let path = std::path::absolute(path).map_err(|error| unusable(error.to_string()))?;
    let options = gix::open::Options::isolated()
        .with(gix::sec::Trust::Full)
        .strict_config(true)
        .object_store_slots(Slots::AsNeededByDiskState { multiplier: 1.5, minimum: 512 })
        .config_overrides(["core.logAllRefUpdates=always", "core.useReplaceRefs=false", ALLOCATION_LIMIT]);
    let opened = gix::ThreadSafeRepository::open_opts(path, options).map_err(|error| unusable(reason(&error)))?;
    without_merge_settings(opened).map_err(|error| unusable(error.to_string()))
}

/// A merge is a function of the commits alone: what the repository's own settings say of merging (a driver, which is
/// a program to run) is for people's git.
fn without_merge_settings(opened: gix::ThreadSafeRepository) -> Result<gix::ThreadSafeRepository, gix::Error> {
    let mut repo = opened.to_thread_local();
    let ids = |config: &gix::config::File| -> Vec<_> {
        config.sections_and_ids_by_name("merge").into_iter().flatten().map(|(_, id)| id).collect()
    };
    if ids(repo.config_snapshot().plumbing()).is_empty() {
        return Ok(opened);
    }
    let mut config = repo.config_snapshot_mut();
    for id in ids(&config) {
        config.remove_section_by_id(id);
    }
    config.commit()?;
    Ok(repo.into_sync())
}

/// gix opens a repository with reftable and reads nothing from it: refuse it here.
fn check_ref_storage(repo: &gix::Repository) -> Result<(), GitError> {
    match repo.config_snapshot().string("extensions.refStorage") {
        Some(storage) if storage.as_slice() != b"files" => Err(GitError::NotARepository {
            path: repo.git_dir().to_owned(),
            reason: format!("its references are stored as {storage}; run `git refs migrate --ref-format=files`"),
        }),
        _ => Ok(()),
    }
}

//! Lends gix handles, which one thread uses at a time, out of a repository that many threads share.

use super::repository::Repository;
use std::ops::{Deref, DerefMut};

/// How many idle handles a repository keeps: each holds small caches only.
const MOST_IDLE: usize = 8;
/// The object cache of a handle that walks trees, in bytes.
const TREE_CACHE: usize = 32 << 20;

/// The handles nobody uses at the moment, of one generation of the repository.
#[derive(Default)]
pub(super) struct Idle {
    generation: u64,
    handles: Vec<gix::Repository>,
}

impl Idle {
    /// Throws the handles away, and those that are lent out when they come back.
    pub(super) fn renew(&mut self) {
        self.generation += 1;
        self.handles.clear();
    }
}

/// A gix handle lent to one thread; it goes back when it is dropped.
pub(super) struct Handle<'a> {
    home: &'a Repository,
    generation: u64,
    repo: Option<gix::Repository>,
}

impl<'a> Handle<'a> {
    /// Takes an idle handle, or makes one with `fresh`.
    pub(super) fn lend<E>(home: &'a Repository, fresh: impl FnOnce() -> Result<gix::Repository, E>) -> Result<Self, E> {
        let (generation, idle) = {
            let mut idle = home.idle();
            (idle.generation, idle.handles.pop())
        };
        let repo = idle.map_or_else(fresh, Ok)?;
        Ok(Self { home, generation, repo: Some(repo) })
    }

    /// Gives this handle the object cache that makes tree walks, diffs and merges fast.
    pub(super) fn with_tree_cache(mut self) -> Self {
        self.object_cache_size(TREE_CACHE);
        self
    }
}

impl Deref for Handle<'_> {
    type Target = gix::Repository;
    fn deref(&self) -> &gix::Repository {
        self.repo.as_ref().expect("the handle is there until it is dropped")
    }
}

impl DerefMut for Handle<'_> {
    fn deref_mut(&mut self) -> &mut gix::Repository {
        self.repo.as_mut().expect("the handle is there until it is dropped")
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        let Some(mut repo) = self.repo.take() else { return };
        repo.object_cache_size(None);
        let mut idle = self.home.idle();
        if idle.generation == self.generation && idle.handles.len() < MOST_IDLE {
            idle.handles.push(repo);
        }
    }
}

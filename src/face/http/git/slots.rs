//! Room for git processes, counted for each repository, so that a busy one does not starve the rest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many repositories are kept before those without a process are forgotten.
const KEPT: usize = 256;

/// The processes of each repository.
pub(in crate::face::http) struct Slots {
    most: usize,
    taken: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Slots {
    /// Room for so many processes for each repository.
    pub(in crate::face::http) fn new(most: usize) -> Self {
        Self { most, taken: Mutex::default() }
    }

    /// Takes a place for a process of a repository, where there is one.
    pub(super) fn take(&self, repository: &str) -> Option<OwnedSemaphorePermit> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= KEPT {
            taken.retain(|_, places| places.available_permits() < self.most);
        }
        let places = taken.entry(repository.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.most)));
        places.clone().try_acquire_owned().ok()
    }
}

//! What follows a landing beside the requests: the validation state is brought up, and a repository is packed when
//! objects have piled up.

use super::memory::locked;
use super::server::Served;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// The threads that bring validation states up. Dropping it waits for them: who stops an engine finds nobody at work.
#[derive(Default)]
pub(super) struct Upkeep {
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Upkeep {
    /// Brings up what a landing left behind, in threads of its own. A process that ends meanwhile leaves what was there.
    pub(super) fn after_landing(&self, served: &Arc<Served>) {
        self.keep_state(served);
        pack(served);
    }

    /// Brings the index of a repository up that is asked for the first time, or whose index was thrown away, and fills
    /// history in behind its tip. Reads do not wait for it.
    pub(super) fn after_asking(&self, served: &Arc<Served>) {
        let lost = served.memory.lost_history();
        if served.filled.swap(true, Ordering::AcqRel) && !lost {
            return;
        }
        let served = Arc::clone(served);
        self.spawn(move || {
            if let Err(error) = served.memory.cover() {
                tracing::warn!(%error, repository = %served.name, "the index could not be brought up; the next read tries again");
            }
        });
    }

    fn keep_state(&self, served: &Arc<Served>) {
        let served = Arc::clone(served);
        self.spawn(move || {
            if let Err(error) = served.memory.keep_state() {
                tracing::warn!(%error, repository = %served.name, "the validation state could not be brought up; pushes are checked without it");
            }
        });
    }

    fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = locked(&self.threads);
        threads.retain(|thread| !thread.is_finished());
        threads.push(std::thread::spawn(work));
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        for thread in std::mem::take(&mut *locked(&self.threads)) {
            // A panic there was told where it happened, and nothing waits for what it did.
            let _ = thread.join();
        }
    }
}

/// Packs a repository, where it is time and nobody does already.
fn pack(served: &Arc<Served>) {
    if !served.memory.repo.needs_maintenance() || served.packing.swap(true, Ordering::AcqRel) {
        return;
    }
    let served = Arc::clone(served);
    std::thread::spawn(move || {
        if let Err(error) = served.memory.repo.maintain() {
            tracing::warn!(%error, repository = %served.name, "a repository could not be packed; the next landing tries again");
        }
        served.packing.store(false, Ordering::Release);
    });
}

//! Packs repositories when objects have piled up: beside the requests, one repository once at a time.

use super::server::Served;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Packs a repository in a thread of its own, where it is time and nobody does already. A process that ends
/// meanwhile leaves the repository as it was.
pub(super) fn keep_up(served: &Arc<Served>) {
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

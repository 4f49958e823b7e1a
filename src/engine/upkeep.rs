//! What follows a landing beside the requests: the validation state is brought up, and a repository is packed when
//! objects have piled up.

use super::server::Served;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Brings up what a landing left behind, in threads of its own. A process that ends meanwhile leaves what was there.
pub(super) fn keep_up(served: &Arc<Served>) {
    keep_state(served);
    pack(served);
}

fn keep_state(served: &Arc<Served>) {
    let served = Arc::clone(served);
    std::thread::spawn(move || {
        if let Err(error) = served.memory.keep_state() {
            tracing::warn!(%error, repository = %served.name, "the validation state could not be brought up; pushes are checked without it");
        }
    });
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

//! Counts what must be finished before the server may end.

use std::future::Future;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Work that goes on whatever becomes of the client that began it.
#[derive(Clone, Debug)]
pub(super) struct Tasks(Arc<watch::Sender<usize>>);

/// Holds the end of the server off while it lives.
struct Running(Arc<watch::Sender<usize>>);

impl Tasks {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// Begins work of its own.
    pub(super) fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let running = Running::begin(&self.0);
        tokio::spawn(async move {
            let output = work.await;
            drop(running);
            output
        })
    }

    /// Waits until nothing is left.
    pub(super) async fn idle(&self) {
        self.0.subscribe().wait_for(|running| *running == 0).await.expect("the sender is ours");
    }
}

impl Running {
    fn begin(count: &Arc<watch::Sender<usize>>) -> Self {
        count.send_modify(|running| *running += 1);
        Self(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|running| *running -= 1);
    }
}

//! What every handler shares.

use super::fail::{Failure, Result};
use super::git::Slots;
use super::metrics::Metrics;
use super::options::ServeOptions;
use super::tasks::Tasks;
use crate::engine::{Engine, EngineError};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tracing::Span;

/// The state of a server.
#[derive(Clone)]
pub(super) struct App(Arc<Shared>);

/// What a server holds.
pub(super) struct Shared {
    /// The engine.
    pub(super) engine: Arc<Engine>,
    /// The limits.
    pub(super) options: ServeOptions,
    /// What is counted.
    pub(super) metrics: Metrics,
    /// Work that outlives its client.
    pub(super) tasks: Tasks,
    /// Room for requests of the API.
    pub(super) room: Arc<Semaphore>,
    /// Room for git processes.
    pub(super) slots: Slots,
}

impl App {
    /// The state of a server that begins.
    pub(super) fn new(engine: Arc<Engine>, options: ServeOptions) -> Self {
        let room = Arc::new(Semaphore::new(options.max_requests));
        let slots = Slots::new(options.max_git_per_repository);
        Self(Arc::new(Shared { engine, options, metrics: Metrics::new(), tasks: Tasks::new(), room, slots }))
    }

    /// Calls the engine from a thread that may block, in the span of the request.
    pub(super) async fn blocking<T, F>(&self, call: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Engine) -> std::result::Result<T, EngineError> + Send + 'static,
    {
        let (engine, span) = (self.engine.clone(), Span::current());
        let done = tokio::task::spawn_blocking(move || span.in_scope(|| call(&engine))).await;
        done.map_err(Failure::broken)?.map_err(Failure::from)
    }
}

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

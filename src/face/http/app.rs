//! What every handler shares.

use super::asker::Asker;
use super::correlation::Correlation;
use super::fail::{Failure, Result};
use super::git::Slots;
use super::metrics::Metrics;
use super::options::ServeOptions;
use super::tasks::Tasks;
use super::watch::Tail;
use crate::engine::{Caller, Code, Engine, EngineError, with_correlation};
use crate::face::wire::Readiness;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};
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
    /// Room for imports of runs.
    pub(super) imports: Arc<Semaphore>,
    /// What was last found about the parts of the server, and when.
    ready: Mutex<Option<(Instant, Readiness)>>,
    /// Room for git processes.
    pub(super) slots: Slots,
    /// What changed last.
    pub(super) tail: Arc<Tail>,
}

impl App {
    /// The state of a server that begins.
    pub(super) fn new(engine: Arc<Engine>, options: ServeOptions) -> Self {
        let room = Arc::new(Semaphore::new(options.max_requests));
        let imports = Arc::new(Semaphore::new(options.max_imports));
        let slots = Slots::new(options.max_git_per_repository);
        // Where the position is not known the log is read from its beginning.
        let tail = Arc::new(Tail::new(engine.last_change().unwrap_or(0), options.max_watchers));
        Self(Arc::new(Shared {
            engine,
            options,
            metrics: Metrics::new(),
            tasks: Tasks::new(),
            ready: Mutex::default(),
            room,
            imports,
            slots,
            tail,
        }))
    }

    /// Begins to follow the log of changes, once.
    pub(super) fn follow_changes(&self) {
        if self.tail.begins() {
            self.tasks.spawn(self.tail.clone().follow(self.engine.clone()));
        }
    }

    /// Whether each part of the server is ready. Anyone may ask, so it is looked at once a second at most.
    pub(super) async fn readiness(&self, correlation: &Correlation) -> Result<Readiness> {
        let mut last = self.ready.lock().await;
        if let Some((_, known)) = last.as_ref().filter(|(when, _)| when.elapsed() < FRESH) {
            return Ok(known.clone());
        }
        let look = |engine: &Engine| Ok(Readiness::of(engine.readiness(), engine.coverage()));
        let found = self.blocking(correlation, look).await?;
        *last = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    /// Calls the engine for a caller. A refusal by right is written to the audit log.
    pub(super) async fn ask<T, F>(&self, asker: &Asker, call: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Engine, &Caller) -> std::result::Result<T, EngineError> + Send + 'static,
    {
        let asker = asker.clone();
        self.blocking(&asker.correlation.clone(), move |engine| {
            let work = || call(engine, &asker.caller);
            engine
                .attempt(&asker.caller, asker.attempt.as_ref(), work)
                .inspect_err(|error| audit(engine, &asker, error))
        })
        .await
    }

    /// Calls the engine from a thread that may block, in the span and with the correlation id of the request.
    pub(super) async fn blocking<T, F>(&self, correlation: &Correlation, call: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Engine) -> std::result::Result<T, EngineError> + Send + 'static,
    {
        let (engine, span, correlation) = (self.engine.clone(), Span::current(), correlation.clone());
        let work = move || span.in_scope(|| with_correlation(correlation.as_str(), || call(&engine)));
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(Failure::broken)?.map_err(Failure::from)
    }
}

/// How long what was found about the parts of the server holds.
const FRESH: Duration = Duration::from_secs(1);

/// Writes a refusal by right to the audit log.
fn audit(engine: &Engine, asker: &Asker, error: &EngineError) {
    if BY_RIGHT.contains(&error.code) {
        let target = error.resource.as_deref().unwrap_or(&asker.target);
        engine.audit_denied(&asker.caller, target, error.code, asker.correlation.as_str());
    }
}

/// The codes of refusals by right.
const BY_RIGHT: [Code; 6] = [
    Code::PolicyDenied,
    Code::SelfApprovalDenied,
    Code::ScopedToken,
    Code::CrossOrgRefDenied,
    Code::OrgNotFound,
    Code::OrgNamespaceMismatch,
];

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

//! One request of the protocol: decided by the engine, done by a process, answered as a stream.

use super::door::Door;
use super::process::{Ended, Limits, run};
use crate::engine::{Caller, Code, Engine, EngineError, GitProcess, GitRequest, PushTicket};
use crate::face::http::app::App;
use crate::face::http::asker::Asker;
use crate::face::http::body::Reader;
use crate::face::http::correlation::Correlation;
use crate::face::http::fail::{Failure, Result};
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::io::Cursor;
use std::path::Path;
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::process::Child;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::io::ReaderStream;
use tracing::Instrument;

/// How many bytes of git's output wait for a slow client before git waits too.
const AHEAD: usize = 64 << 10;

/// What a request asks for.
pub(super) struct Asked {
    /// The repository, without `.git`.
    pub(super) repository: String,
    /// Whether it is a push.
    pub(super) push: bool,
    /// Whether it is the advertisement of references.
    pub(super) advertise: bool,
    /// The version of the protocol.
    pub(super) protocol: Option<String>,
}

/// A request that was allowed.
pub(super) struct Exchange {
    app: App,
    asker: Asker,
    place: OwnedSemaphorePermit,
    process: GitProcess,
    limits: Limits,
    door: Option<(Door, String)>,
}

/// A process on its way, and what is owed when it has ended.
struct Work {
    app: App,
    asker: Asker,
    place: OwnedSemaphorePermit,
    child: std::io::Result<Child>,
    ticket: Option<PushTicket>,
    limits: Limits,
    door: Option<(Door, String)>,
}

impl Exchange {
    /// Has the engine decide and prepare a request.
    pub(super) async fn begin(app: App, asker: Asker, asked: Asked) -> Result<Self> {
        let place = app.slots.take(&format!("{}/{}", asker.caller.org, asked.repository)).ok_or_else(busy)?;
        let most_input = if asked.push { app.options.max_push_bytes } else { app.options.max_fetch_request_bytes };
        let limits = Limits { most_input, idle: app.options.git_idle, to_the_end: asked.push && !asked.advertise };
        let correlation = asker.correlation.clone();
        let door = if limits.to_the_end { Some((Door::open()?, asked.repository.clone())) } else { None };
        let path = door.as_ref().map(|(door, _)| door.path());
        let call =
            move |engine: &Engine, caller: &Caller| prepare(engine, caller, &correlation, &asked, path.as_deref());
        let process = app.ask(&asker, call).await?;
        Ok(Self { app, asker, place, process, limits, door })
    }

    /// Starts the process and answers with what it prints, from the first byte on.
    pub(super) async fn answer(self, input: Option<Reader>) -> Result<Response> {
        let Self { app, asker, place, process, limits, door } = self;
        let GitProcess { command, preamble, content_type, push } = process;
        let child = tokio::process::Command::from(command).kill_on_drop(!limits.to_the_end).spawn();
        let (output, heard) = tokio::io::duplex(AHEAD);
        let (failed, failure) = oneshot::channel();
        let work = Work { app: app.clone(), asker, place, child, ticket: push, limits, door };
        app.tasks.spawn(work.run(input, output, failed).in_current_span());
        let body = first_bytes(preamble, heard, failure).await?;
        Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, NO_CACHE)], body).into_response())
    }
}

/// What git's own server says of its answers.
const NO_CACHE: &str = "no-cache, max-age=0, must-revalidate";

fn prepare(
    engine: &Engine,
    caller: &Caller,
    correlation: &Correlation,
    asked: &Asked,
    door: Option<&Path>,
) -> std::result::Result<GitProcess, EngineError> {
    engine.git(
        caller,
        &GitRequest {
            repository: &asked.repository,
            push: asked.push,
            advertise: asked.advertise,
            protocol: asked.protocol.as_deref(),
            correlation: correlation.as_str(),
            door,
        },
    )
}

fn busy() -> Failure {
    Failure::new(Code::RateLimited, "git is busy with this repository: try again")
}

/// Waits until git has printed something or has ended, so that a failure before that still has a status of its own.
async fn first_bytes(preamble: Vec<u8>, mut heard: DuplexStream, failure: oneshot::Receiver<Failure>) -> Result<Body> {
    let mut first = vec![0; 8 << 10];
    let read = tokio::select! {
        biased;
        Ok(failure) = failure => return Err(failure),
        read = heard.read(&mut first) => read.map_err(Failure::broken)?,
    };
    first.truncate(read);
    Ok(Body::from_stream(ReaderStream::new(Cursor::new(preamble).chain(Cursor::new(first)).chain(heard))))
}

impl Work {
    /// Sees the process through. What a push owes is done before its client hears the end of the answer.
    async fn run(self, input: Option<Reader>, mut output: DuplexStream, failed: oneshot::Sender<Failure>) {
        let Self { app, asker, place, child, ticket, limits, door } = self;
        let is_push = limits.to_the_end;
        let ended = match child {
            Ok(child) => {
                let running = run(child, input, &mut output, limits, failed);
                match door {
                    Some((door, repository)) => tokio::select! {
                        ended = running => ended,
                        never = door.attend(&app, &asker, &repository) => match never {},
                    },
                    None => running.await,
                }
            }
            Err(error) => {
                // The client may have gone: then nobody waits for the failure.
                _ = failed.send(Failure::broken(error));
                Ended::Failed
            }
        };
        if is_push {
            app.metrics.pushed(ended == Ended::Well);
        }
        if let Some(ticket) = ticket {
            finish(&app, &asker, ticket).await;
        }
        drop((output, place));
    }
}

async fn finish(app: &App, asker: &Asker, ticket: PushTicket) {
    if app.ask(asker, move |engine, _| engine.finish_push(ticket)).await.is_err() {
        tracing::error!("a push ended, but what it did was not recorded: the next start mends it");
    }
}

//! `lorekeep serve`: opens a data directory and serves it until it is told to stop.

use super::args::ServeArgs;
use super::{Outcome, Verdict, log, operate, print, settings};
use crate::engine::{Code, Engine, EngineError};
use crate::face::http::{self, ServeOptions};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub fn run(args: &ServeArgs) -> Outcome {
    let settings = settings::of(args)?;
    log::start(&settings.log)?;
    let engine = Arc::new(Engine::serve(operate::config(settings.data_dir)?)?);
    until_stopped(engine, &settings.listen, settings.options, |address| {
        print(&format!("listening on http://{address}\n"))
    })?;
    Ok(Verdict::Yes)
}

/// Serves until SIGTERM or SIGINT. `ready` is called once connections are accepted.
pub fn until_stopped(
    engine: Arc<Engine>,
    listen: &str,
    options: ServeOptions,
    ready: impl FnOnce(SocketAddr) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| failed("the runtime cannot start", e))?;
    runtime.block_on(async {
        let stop = Stop::listen()?;
        let listener = TcpListener::bind(listen).await;
        let listener = listener.map_err(|e| failed(&format!("cannot listen on `{listen}`"), e))?;
        let address = listener.local_addr().map_err(|e| failed("the address is not known", e))?;
        warn_if_open(address);
        ready(address)?;
        let served = http::serve(engine, listener, options, stop.asked()).await;
        served.map_err(|e| failed("the server failed", e))
    })
}

fn failed(what: &str, cause: std::io::Error) -> EngineError {
    EngineError::new(Code::Unavailable, format!("{what}: {cause}"))
}

fn warn_if_open(address: SocketAddr) {
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "tokens and memory travel in the clear: put a proxy that speaks TLS in front");
    }
}

/// The signals that end a server.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> Result<Self, EngineError> {
        let on = |kind| signal(kind).map_err(|e| failed("signals cannot be received", e));
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    async fn asked(mut self) {
        let name = tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "stopping");
    }
}

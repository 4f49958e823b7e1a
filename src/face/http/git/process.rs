//! A running git process: fed, heard out, and waited for.

use crate::engine::Code;
use crate::face::http::body::{Reader, too_large};
use crate::face::http::fail::Failure;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How much is moved at once, in bytes.
const CHUNK: usize = 32 << 10;
/// How much of what git says on standard error is kept for the log, in bytes.
const MOST_SAID: usize = 4 << 10;

/// What a process is held to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The most bytes it is fed.
    pub(super) most_input: u64,
    /// How long the client may stand still.
    pub(super) idle: Duration,
    /// Whether it is heard out when the client has gone, because what it has begun must not be cut short.
    pub(super) to_the_end: bool,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With status 0.
    Well,
    /// In any other way.
    Failed,
}

/// What came of passing on what a process prints.
#[derive(Clone, Copy, Debug, Default)]
struct Printed {
    bytes: usize,
    /// Whether the client has gone, or stood still for too long.
    gone: bool,
}

/// Feeds a process and passes on what it prints. What goes wrong before it prints anything is sent as a failure.
pub(super) async fn run(
    mut child: Child,
    input: Option<Reader>,
    output: &mut DuplexStream,
    limits: Limits,
    failed: oneshot::Sender<Failure>,
) -> Ended {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        _ = failed.send(Failure::broken("the git process has no pipes"));
        return Ended::Failed;
    };
    let asked = input.is_some();
    let mut printing = pin!(pass_on(stdout, output, limits));
    let mut others = pin!(async { tokio::join!(feed(input, stdin, limits, failed), drain(stderr)) });
    let (printed, others_done) = tokio::select! {
        printed = &mut printing => (printed, None),
        done = &mut others => (printing.await, Some(done)),
    };
    if printed.gone && !limits.to_the_end {
        // It may have ended by itself.
        _ = child.start_kill();
    }
    let (failed, said) = match others_done {
        Some(done) => done,
        None => others.await,
    };
    let well = child.wait().await.is_ok_and(|status| status.success());
    if !well {
        tracing::warn!(said = %String::from_utf8_lossy(&said).escape_debug(), "git failed");
    }
    if let Some(failed) = failed.filter(|_| !well && printed.bytes == 0) {
        // The client may have gone.
        _ = failed.send(silent(asked));
    }
    if well { Ended::Well } else { Ended::Failed }
}

/// The failure of a process that ended without a word to the client.
fn silent(asked: bool) -> Failure {
    match asked {
        true => Failure::new(Code::BadRequest, "git could not read the request"),
        false => Failure::broken("git ended without an advertisement"),
    }
}

/// Feeds a process to the end of the input. A failure is sent before the process hears that the input has ended;
/// without one the sender is given back.
async fn feed(
    input: Option<Reader>,
    mut stdin: ChildStdin,
    limits: Limits,
    failed: oneshot::Sender<Failure>,
) -> Option<oneshot::Sender<Failure>> {
    let Some(input) = input else { return Some(failed) };
    match copy(input, &mut stdin, limits).await {
        Ok(()) => Some(failed),
        Err(failure) => {
            _ = failed.send(failure);
            None
        }
    }
}

async fn copy(mut input: Reader, stdin: &mut ChildStdin, limits: Limits) -> Result<(), Failure> {
    let (mut chunk, mut all) = (vec![0; CHUNK], 0);
    loop {
        let read = timeout(limits.idle, input.read(&mut chunk)).await.map_err(|_| stood_still())?;
        let read =
            read.map_err(|error| Failure::new(Code::BadRequest, format!("the body cannot be read: {}", error.kind())))?;
        all += read as u64;
        if all > limits.most_input {
            return Err(too_large(limits.most_input));
        }
        // A process that stops reading says why in its output.
        if read == 0 || stdin.write_all(&chunk[..read]).await.is_err() {
            return Ok(());
        }
    }
}

fn stood_still() -> Failure {
    Failure::new(Code::BadRequest, "the body stood still for too long")
}

/// Passes on what a process prints, to its end, or to that of the client where the process may be cut short.
async fn pass_on(mut stdout: ChildStdout, output: &mut DuplexStream, limits: Limits) -> Printed {
    let (mut chunk, mut printed) = (vec![0; CHUNK], Printed::default());
    loop {
        let read = match timeout(patience(limits), stdout.read(&mut chunk)).await {
            Ok(Ok(read)) if read > 0 => read,
            Ok(_) => return printed,
            Err(_) => return Printed { gone: true, ..printed },
        };
        printed.bytes += read;
        if !printed.gone {
            printed.gone = !matches!(timeout(limits.idle, output.write_all(&chunk[..read])).await, Ok(Ok(())));
        }
        if printed.gone && !limits.to_the_end {
            return printed;
        }
    }
}

/// How long a process may say nothing: one that must not be cut short has its own limits.
fn patience(limits: Limits) -> Duration {
    if limits.to_the_end { Duration::MAX } else { limits.idle }
}

/// Reads standard error to its end, and keeps the beginning.
async fn drain(mut stderr: ChildStderr) -> Vec<u8> {
    let (mut chunk, mut kept) = (vec![0; CHUNK], Vec::new());
    while let Ok(read @ 1..) = stderr.read(&mut chunk).await {
        let room = MOST_SAID - kept.len();
        kept.extend_from_slice(&chunk[..read.min(room)]);
    }
    kept
}

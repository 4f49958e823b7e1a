//! The door by which git's proc-receive hook, a process of its own, reaches this server during a push.

use crate::engine::{MAX_PUSH_MESSAGE, PushMessage};
use crate::face::http::app::App;
use crate::face::http::asker::Asker;
use crate::face::http::fail::{Failure, Result};
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// A socket in a folder that only this user can look into. It goes with the push.
pub(super) struct Door {
    folder: tempfile::TempDir,
    listener: UnixListener,
}

impl Door {
    /// Opens one.
    pub(super) fn open() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("lorekeep-push-").tempdir().map_err(Failure::broken)?;
        let listener = UnixListener::bind(socket(folder.path())).map_err(Failure::broken)?;
        Ok(Self { folder, listener })
    }

    /// Where the hook finds it.
    pub(super) fn path(&self) -> PathBuf {
        socket(self.folder.path())
    }

    /// Answers until the push has ended, which is when nobody waits for this any more.
    pub(super) async fn attend(self, app: &App, asker: &Asker, repository: &str) -> std::convert::Infallible {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    if let Err(error) = answer(stream, app, asker, repository).await {
                        tracing::warn!(%error, "the hook of a push could not be answered");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the hook of a push cannot reach the server");
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("door")
}

async fn answer(mut stream: UnixStream, app: &App, asker: &Asker, repository: &str) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    (&mut stream).take(MAX_PUSH_MESSAGE).read_to_end(&mut bytes).await?;
    let message: PushMessage = serde_json::from_slice(&bytes)?;
    let (repository, asked) = (repository.to_owned(), message.clone());
    let done = app.ask(asker, move |engine, caller| engine.propose_pushed(caller, &repository, &asked)).await;
    let outcomes = done.unwrap_or_else(|failure| message.all_refused(&failure.message()));
    stream.write_all(&serde_json::to_vec(&outcomes)?).await?;
    stream.shutdown().await
}

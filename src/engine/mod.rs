//! The one facade that faces call.
//!
//! [`Engine`] is a server's: orgs, tokens, updates, one writer per repository. [`Memory`] is one
//! repository open for reading, with or without a server around it.

mod convert;
mod error;
mod layout;
mod line;
mod memory;
mod reading;
mod resolve;
mod types;

pub use error::{Code, EngineError, ErrorReason};
pub use memory::Memory;
pub use types::*;

use crate::access::{Caller, RepositoryPolicy, Role, SourceScope};
use crate::base::id::{TokenId, UpdateId};
use crate::base::{Clock, CommitId, OrgId, Principal, RepositoryName, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a server needs to open.
pub struct EngineConfig {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The program that git runs as its hooks: this binary.
    pub hook_program: PathBuf,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

/// A progress listener: done, and all (0 when not known).
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

/// What an idempotency key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// The first time: do it, then [`Engine::finish_once`].
    Fresh,
    /// Done before: this was the answer.
    Replay {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: Vec<u8>,
    },
}

/// One request of git's smart protocol. Authorised by what is routed, never by a query parameter.
#[derive(Clone, Copy, Debug)]
pub struct GitRequest<'a> {
    /// The repository, without `.git`.
    pub repository: &'a str,
    /// `true`: receive-pack (a push). `false`: upload-pack (a fetch).
    pub push: bool,
    /// Whether this is the advertisement (`info/refs`) of the service.
    pub advertise: bool,
    /// The `Git-Protocol` header.
    pub protocol: Option<&'a str>,
    /// The correlation id.
    pub correlation: &'a str,
}

/// A git process ready to be started by the face, which feeds the body in and streams the output back.
#[derive(Debug)]
pub struct GitProcess {
    /// The command, with a cleared environment.
    pub command: std::process::Command,
    /// What goes before its output.
    pub preamble: Vec<u8>,
    /// The content type of the answer.
    pub content_type: &'static str,
    /// For a push: hand it to [`Engine::finish_push`] when the process has ended, whatever became of the client.
    pub push: Option<PushTicket>,
}

/// A push on its way.
#[derive(Debug)]
pub struct PushTicket {
    pub(crate) org: OrgId,
    pub(crate) repository: RepositoryName,
    pub(crate) caller: Caller,
    pub(crate) report: PathBuf,
    pub(crate) correlation: String,
    pub(crate) tip_before: Option<CommitId>,
}


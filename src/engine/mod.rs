//! The one facade that faces call.
//!
//! [`Engine`] is a server's: orgs, tokens, updates, one writer per repository. [`Memory`] is one
//! repository open for reading, with or without a server around it.

mod error;
mod types;

pub use error::{Code, EngineError, ErrorReason};
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

/// The engine of a data directory. Cheap to share; every method blocks and is called from a blocking thread.
pub struct Engine;

impl Engine {
    /// Opens the data directory for serving: takes its lock (refused while another server has it), runs
    /// migrations, and mends what a crash left.
    pub fn serve(config: EngineConfig) -> Result<Self, EngineError> {
        todo!("{}", config.data_dir.display())
    }

    /// Opens the data directory for the operator's commands, beside a running server or without one.
    pub fn operate(config: EngineConfig) -> Result<Self, EngineError> {
        todo!("{}", config.data_dir.display())
    }

    // The operator's part (the CLI on the data directory).

    /// Makes an org with its signing key.
    pub fn create_org(&self, org: &OrgId) -> Result<(), EngineError> {
        todo!("{org}")
    }
    /// Every org.
    pub fn orgs(&self) -> Result<Vec<(OrgId, Timestamp)>, EngineError> {
        todo!()
    }
    /// Makes a repository: new with the default layout, or adopted from a git directory or URL. Indexes it.
    pub fn create_repository(
        &self,
        org: &OrgId,
        name: &RepositoryName,
        adopt: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<RepositoryView, EngineError> {
        progress(0, 0);
        todo!("{org} {name} {adopt:?}")
    }
    /// Every repository of an org.
    pub fn repositories(&self, org: &OrgId) -> Result<Vec<RepositoryView>, EngineError> {
        todo!("{org}")
    }
    /// Makes a token.
    #[allow(clippy::too_many_arguments, reason = "each is a flag of the command")]
    pub fn create_token(
        &self,
        org: &OrgId,
        name: &str,
        principal: &Principal,
        role: Role,
        scope: Option<SourceScope>,
        expires_in_seconds: Option<i64>,
    ) -> Result<NewToken, EngineError> {
        todo!("{org} {name} {principal} {role:?} {scope:?} {expires_in_seconds:?}")
    }
    /// Every token of an org.
    pub fn tokens(&self, org: &OrgId) -> Result<Vec<TokenView>, EngineError> {
        todo!("{org}")
    }
    /// Revokes a token.
    pub fn revoke_token(&self, id: &TokenId) -> Result<(), EngineError> {
        todo!("{id}")
    }
    /// What is wrong with the data directory and how to mend it; empty when nothing is.
    pub fn doctor(&self) -> Result<Vec<(String, String)>, EngineError> {
        todo!()
    }

    // The callers' part. Every method decides access first; the org is the caller's own.

    /// Who a token belongs to. One refusal for unknown, expired and revoked.
    pub fn authenticate(&self, token: &str) -> Result<Caller, EngineError> {
        todo!("{}", token.len())
    }
    /// Checks that the org of a path is the caller's: any other is not found.
    pub fn require_org(&self, caller: &Caller, org: &str) -> Result<(), EngineError> {
        todo!("{caller:?} {org}")
    }
    /// Each part of the server and whether it is ready.
    pub fn readiness(&self) -> Vec<ConditionView> {
        todo!()
    }
    /// The org at a glance.
    pub fn summary(&self, caller: &Caller) -> Result<SummaryView, EngineError> {
        todo!("{caller:?}")
    }
    /// The repositories that the caller may see.
    pub fn list_repositories(&self, caller: &Caller) -> Result<Vec<RepositoryView>, EngineError> {
        todo!("{caller:?}")
    }
    /// Makes a new repository with the default layout, as an admin over the API.
    pub fn add_repository(
        &self,
        caller: &Caller,
        name: &str,
        policy: Option<RepositoryPolicy>,
    ) -> Result<RepositoryView, EngineError> {
        todo!("{caller:?} {name} {policy:?}")
    }
    /// Sets a repository's policy.
    pub fn set_policy(
        &self,
        caller: &Caller,
        name: &str,
        policy: RepositoryPolicy,
    ) -> Result<RepositoryView, EngineError> {
        todo!("{caller:?} {name} {policy:?}")
    }
    /// Resolves a reference request.
    pub fn resolve(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        request: &RefRequest,
    ) -> Result<(RepositoryName, Resolution), EngineError> {
        todo!("{caller:?} {repository:?} {request:?}")
    }
    /// Answers a query.
    pub fn query(&self, caller: &Caller, ask: &Ask) -> Result<Answer, EngineError> {
        todo!("{caller:?} {ask:?}")
    }
    /// Reads a record by id.
    pub fn record(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        id: &str,
        at: &RefRequest,
    ) -> Result<Document, EngineError> {
        todo!("{caller:?} {repository:?} {id} {at:?}")
    }
    /// Lists records in (path, ordinal) order. A cursor belongs to one commit, and keeps to it.
    pub fn records(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        filter: &RecordFilter,
        at: &RefRequest,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Resolution, Page<RecordLine>), EngineError> {
        todo!("{caller:?} {repository:?} {filter:?} {at:?} {cursor:?} {limit}")
    }
    /// Reads a document by path, whole or by lines.
    pub fn document(
        &self,
        caller: &Caller,
        repository: Option<&str>,
        path: &str,
        lines: Option<(u32, u32)>,
        at: &RefRequest,
    ) -> Result<Document, EngineError> {
        todo!("{caller:?} {repository:?} {path} {lines:?} {at:?}")
    }
    /// Proposes an update, or a new revision of one.
    pub fn propose(&self, caller: &Caller, update: &NewUpdate) -> Result<UpdateView, EngineError> {
        todo!("{caller:?} {update:?}")
    }
    /// Lists updates, newest first.
    pub fn updates(
        &self,
        caller: &Caller,
        filter: &UpdateFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<UpdateView>, EngineError> {
        todo!("{caller:?} {filter:?} {cursor:?} {limit}")
    }
    /// An update with its diff, record changes and timeline.
    pub fn update(&self, caller: &Caller, id: &UpdateId) -> Result<UpdateView, EngineError> {
        todo!("{caller:?} {id}")
    }
    /// The unified diff of one revision.
    pub fn revision_diff(&self, caller: &Caller, id: &UpdateId, revision: u32) -> Result<String, EngineError> {
        todo!("{caller:?} {id} {revision}")
    }
    /// Approves, rejects, asks for changes, comments, merges, refreshes.
    pub fn act(&self, caller: &Caller, id: &UpdateId, action: &UpdateAction) -> Result<UpdateView, EngineError> {
        todo!("{caller:?} {id} {action:?}")
    }
    /// The text of a git allowed-signers file for the org's signing keys.
    pub fn allowed_signers(&self, caller: &Caller) -> Result<String, EngineError> {
        todo!("{caller:?}")
    }

    // Idempotency: what a POST with a key gave the first time, it gives again.

    /// Begins a request with an idempotency key. `digest` is that of method, path and body.
    pub fn begin_once(&self, caller: &Caller, key: &str, digest: &crate::base::Digest) -> Result<Once, EngineError> {
        todo!("{caller:?} {key} {digest}")
    }
    /// Keeps the answer of a request begun with a key. Server failures (5xx) are not kept: the key is free again.
    pub fn finish_once(&self, caller: &Caller, key: &str, status: u16, body: &[u8]) -> Result<(), EngineError> {
        todo!("{caller:?} {key} {status} {}", body.len())
    }

    // Git over HTTP.

    /// Decides and prepares one request of git's smart protocol.
    pub fn git(&self, caller: &Caller, request: &GitRequest<'_>) -> Result<GitProcess, EngineError> {
        todo!("{caller:?} {request:?}")
    }
    /// Records what a push did, once its process has ended: landings, audit, index. Safe to leave out: the next start mends it.
    pub fn finish_push(&self, push: PushTicket) -> Result<(), EngineError> {
        todo!("{push:?}")
    }
    /// Writes one audit entry for a refusal that happened before any method was called.
    pub fn audit_denied(&self, caller: &Caller, target: &str, code: Code, correlation: &str) {
        todo!("{caller:?} {target} {code:?} {correlation}")
    }
}

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

/// Makes a new memory repository in a folder: default layout, ontology, README, first commit.
pub fn init(folder: &Path, clock: &dyn Clock) -> Result<CommitId, EngineError> {
    todo!("{} {}", folder.display(), clock.now())
}

/// Puts the hooks into a bare repository that lives elsewhere; says what was written.
pub fn install_hooks(repository: &Path, program: &Path) -> Result<Vec<PathBuf>, EngineError> {
    todo!("{} {}", repository.display(), program.display())
}

/// What git gave the pre-receive hook: its environment and the lines of its standard input.
#[derive(Clone, Debug, Default)]
pub struct HookInput {
    /// `GIT_DIR`, or the working directory.
    pub git_dir: PathBuf,
    /// `GIT_OBJECT_DIRECTORY`, while objects are quarantined.
    pub object_directory: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
    pub alternates: Vec<PathBuf>,
    /// The payload of the server (`LOREKEEP_PUSH`), absent elsewhere.
    pub payload: Option<String>,
    /// Standard input: `old new ref` lines, size bounded by the caller.
    pub lines: String,
}

/// What the hook decided.
#[derive(Clone, Debug, Default)]
pub struct HookVerdict {
    /// Whether the push goes through.
    pub accepted: bool,
    /// References refused by right: name, reason.
    pub refused: Vec<(String, String)>,
    /// What validation found per reference.
    pub validations: Vec<(String, Validation)>,
}

/// Decides a push: each reference by right, then what it would land by validation. Fails closed.
pub fn review_push(input: &HookInput) -> Result<HookVerdict, EngineError> {
    todo!("{input:?}")
}

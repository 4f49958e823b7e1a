//! Git over HTTP: what a request may do, the process that does it, and what a push left to be recorded.

use super::convert::io;
use super::memory::locked;
use super::reads::visibility;
use super::review::{Payload, Push, Report, peeled};
use super::server::Engine;
use super::serving::REFLOG_DOMAIN;
use super::{Code, EngineError, audit};
use crate::access::{Action, Caller, decide};
use crate::base::fault;
use crate::base::id::fresh_ulid;
use crate::base::{CommitId, RepositoryName};
use crate::git::{ReadRepository, Repository, Signature, SmartRequest, SmartService};
use std::path::{Path, PathBuf};

/// The end of the name of the file that tells a hook whose keys sign now; it lies beside the report.
const SIGNERS: &str = "signers";

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
    /// The socket on which the hook of a push finds the server, for what is proposed.
    pub door: Option<&'a Path>,
}

/// A git process ready to be started by the face, which feeds the body in and streams the output back.
#[derive(Debug)]
pub struct GitProcess {
    /// The command, with a cleared environment.
    pub command: crate::git::Command,
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
    caller: Caller,
    repository: RepositoryName,
    report: PathBuf,
}

impl Engine {
    /// Decides and prepares one request of git's smart protocol.
    pub fn git(&self, caller: &Caller, request: &GitRequest<'_>) -> Result<GitProcess, EngineError> {
        decide(caller, if request.push { &Action::Push } else { &Action::Fetch })?;
        debug_assert!(visibility(caller).include_paths.is_none(), "a narrowed token was refused above");
        let (row, served) = self.addressed(caller, request.repository)?;
        let report = self.data_dir.join("hooks").join(format!("report-{}.json", fresh_ulid()));
        let state = self.index_path(&row.org, &row.name);
        let door = request.door.map(Path::to_owned);
        let known = Push {
            caller: caller.into(),
            repository: row.name.clone(),
            correlation: request.correlation.to_owned(),
            begun: self.now(),
        };
        let signers = report.with_extension(SIGNERS);
        if request.push && !request.advertise {
            let failed = |e| io("what the hook of a push is told cannot be written", e);
            std::fs::write(&signers, self.present_signers_text(&row.org)?).map_err(failed)?;
        }
        let payload = Payload { push: known, policy: row.policy.clone(), report: report.clone(), state, signers, door };
        let smart = SmartRequest {
            service: if request.push { SmartService::ReceivePack } else { SmartService::UploadPack },
            git_dir: served.memory.git_dir().to_owned(),
            advertise: request.advertise,
            protocol: request.protocol.map(str::to_owned),
            who: Signature {
                name: caller.principal.to_string(),
                email: format!("{}@{REFLOG_DOMAIN}", request.correlation),
                at: self.now(),
            },
            hooks: (request.push && !request.advertise).then(|| self.hooks_path()),
            hook_env: vec![(super::review::PAYLOAD_VARIABLE.to_owned(), payload.to_json().into())],
        };
        let push = (request.push && !request.advertise).then(|| PushTicket {
            caller: caller.clone(),
            repository: row.name,
            report,
        });
        let content_type = match (request.push, request.advertise) {
            (true, true) => "application/x-git-receive-pack-advertisement",
            (true, false) => "application/x-git-receive-pack-result",
            (false, true) => "application/x-git-upload-pack-advertisement",
            (false, false) => "application/x-git-upload-pack-result",
        };
        Ok(GitProcess { command: smart.command(), preamble: smart.preamble(), content_type, push })
    }

    /// Records what a push did, once its process has ended: landings, audit, index. Where it never runs, the next
    /// read or start records the landings, and the next start the rest.
    pub fn finish_push(&self, push: PushTicket) -> Result<(), EngineError> {
        fault::reached("push.ended");
        let (_, served) = self.addressed(&push.caller, push.repository.as_str())?;
        served.memory.line()?;
        fault::reached("push.settled");
        self.audit_report(&push.report, false)?;
        self.upkeep.after_landing(&served);
        served.memory.index(&mut |_, _| ()).map(drop)
    }

    /// Audits what a hook reported, and then removes the report. `again`: an earlier server may have audited it already.
    pub(super) fn audit_report(&self, path: &Path, again: bool) -> Result<(), EngineError> {
        if let Some(report) = Report::read(path) {
            let push = &report.push;
            let caller = push.caller.clone().into();
            let (_, served) = self.addressed(&caller, push.repository.as_str())?;
            let moved = moved(&report, &served.memory.repo)?;
            audit::with_correlation(&push.correlation, || self.audit_push(&caller, &report, moved, again))?;
            fault::reached("push.audited");
        }
        for path in [&path.with_extension(SIGNERS), path] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(io("the report of a hook cannot be removed", error));
                }
                _ => {}
            }
        }
        fault::reached("push.removed");
        Ok(())
    }

    fn audit_push(
        &self,
        caller: &Caller,
        Report { push, accepted, reasons, .. }: &Report,
        moved: Vec<String>,
        again: bool,
    ) -> Result<(), EngineError> {
        if *accepted && moved.is_empty() {
            return Ok(());
        }
        let now = self.now();
        self.records.write(|tx| match accepted {
            _ if again && audit::push_is_told(tx, caller, push, *accepted)? => Ok(()),
            true => audit::refs_pushed(tx, caller, &push.repository, moved, now),
            false => audit::push_refused(tx, caller, &push.repository, reasons.clone(), now),
        })
    }

    /// Each part of the server and whether it is ready.
    pub fn readiness(&self) -> Vec<super::ConditionView> {
        let condition = |kind: &str, result: Result<(), EngineError>| super::ConditionView {
            kind: kind.to_owned(),
            status: if result.is_ok() { "True" } else { "False" }.to_owned(),
            reason: if result.is_ok() { "Ok" } else { "Failed" }.to_owned(),
            message: result.err().map(|e| e.message).unwrap_or_default(),
        };
        let git = crate::git::git_version().map(drop).map_err(EngineError::from);
        vec![
            condition("Records", self.orgs().map(drop)),
            condition("Git", git),
            condition("DataDirectory", self.can_write()),
            self.repositories_condition(),
        ]
    }

    /// One repository that cannot be mended keeps no other from being served: it is told, and no more. Which one it
    /// is, is not for whoever asks whether the server is up.
    fn repositories_condition(&self) -> super::ConditionView {
        let unmended = locked(&self.unmended).len();
        let (reason, message) = match unmended {
            0 => ("Ok", String::new()),
            n => ("Degraded", format!("{n} could not be mended at the start: `lorekeep doctor` says which and why")),
        };
        super::ConditionView {
            kind: "Repositories".to_owned(),
            status: "True".to_owned(),
            reason: reason.to_owned(),
            message,
        }
    }

    fn can_write(&self) -> Result<(), EngineError> {
        let probe = tempfile::NamedTempFile::new_in(self.data_dir.join("index"));
        // What the system says of it names the folder.
        let failed = |e| EngineError::new(Code::Unavailable, "the data directory cannot be written").caused_by(e);
        probe.map(drop).map_err(failed)
    }
}

/// The references that a push moved. The default branch's own landing is audited where it is recorded.
fn moved(report: &Report, repo: &Repository) -> Result<Vec<String>, EngineError> {
    let default = repo.default_branch()?;
    let mut moved = Vec::new();
    for (name, new) in report.refs.iter().filter(|(name, _)| *name != default) {
        let there = repo.reference(name)?;
        let went_through = match new {
            // What git did not take it does not have: that is no deletion.
            Some(pushed) => there.is_some() && there == peeled(repo, *pushed)?,
            None => there.is_none(),
        };
        if went_through {
            moved.push(name.clone());
        }
    }
    Ok(moved)
}

/// The commit that a line of a push names; `None` for the null id.
pub(super) fn commit_or_null(text: &str) -> Result<Option<CommitId>, EngineError> {
    let id = CommitId::parse(text).map_err(|e| EngineError::new(Code::BadRequest, e.to_string()))?;
    Ok(if id.0.as_bytes() == &[0; 20] { None } else { Some(id) })
}

//! Proposals that are pushed, with `git push origin HEAD:refs/for/main`. Git's proc-receive hook is a process of its
//! own: it hands the server what git told it, and tells git what the server answered.

use super::review::{Payload, peeled};
use super::server::Engine;
use super::update_types::{NewUpdate, UpdateView};
use super::{Code, EngineError, audit, push::commit_or_null, updates::phase_named};
use crate::access::{Action, Caller, decide, is_proposal};
use crate::base::fault;
use crate::base::id::UpdateId;
use crate::base::{CommitId, Finding, Place, Severity};
use crate::change::message::trailers;
use crate::git::ReadRepository;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

/// The longest message between hook and server, in bytes.
pub const MAX_PUSH_MESSAGE: u64 = 4 << 20;
/// How many findings a push is answered with.
const MAX_FINDINGS: usize = 20;

/// What git told its hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushMessage {
    /// `old new ref`, one for each reference.
    pub commands: Vec<String>,
    /// What was given with `-o`.
    pub options: Vec<String>,
}

/// What the hook tells git of one reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushOutcome {
    /// The reference, as it was pushed.
    pub reference: String,
    /// What became of it.
    pub result: Result<ProposedRef, String>,
    /// What the person who pushes reads.
    pub said: Vec<String>,
}

/// The branch that a proposal was written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedRef {
    /// Its full name.
    pub branch: String,
    /// Where it was.
    pub old: Option<CommitId>,
    /// Where it is.
    pub new: CommitId,
}

impl PushMessage {
    /// Every reference refused for one reason.
    pub fn all_refused(&self, why: &str) -> Vec<PushOutcome> {
        self.commands.iter().map(|command| PushOutcome::refused(command, why.to_owned())).collect()
    }
}

impl PushOutcome {
    pub(super) fn refused(command: &str, why: String) -> Self {
        Self { reference: reference(command), said: vec![why.clone()], result: Err(why) }
    }
}

/// The reference of an `old new ref` line.
pub(super) fn reference(command: &str) -> String {
    command.splitn(3, ' ').nth(2).unwrap_or_default().to_owned()
}

/// What came with a push by `-o`.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) title: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) source_run: Option<String>,
    pub(super) update: Option<String>,
    pub(super) supersedes: Option<String>,
}

/// Hands the server what git told its hook, and waits for the answer.
pub fn hand_over(payload: &str, message: &PushMessage) -> Result<Vec<PushOutcome>, EngineError> {
    let failed =
        |e: &dyn std::fmt::Display| EngineError::new(Code::Unavailable, format!("the server does not answer: {e}"));
    let payload: Payload = serde_json::from_str(payload).map_err(|e| failed(&e))?;
    let door = payload.door.ok_or_else(|| failed(&"this push is not of a kind that proposes"))?;
    let mut stream = UnixStream::connect(door).map_err(|e| failed(&e))?;
    let bytes = serde_json::to_vec(message).expect("a message is plain JSON");
    stream.write_all(&bytes).and_then(|()| stream.shutdown(Shutdown::Write)).map_err(|e| failed(&e))?;
    let mut answer = Vec::new();
    stream.take(MAX_PUSH_MESSAGE).read_to_end(&mut answer).map_err(|e| failed(&e))?;
    serde_json::from_slice(&answer).map_err(|e| failed(&e))
}

impl Engine {
    /// Proposes what was pushed to `refs/for/`: each reference on its own.
    pub fn propose_pushed(
        &self,
        caller: &Caller,
        repository: &str,
        message: &PushMessage,
    ) -> Result<Vec<PushOutcome>, EngineError> {
        decide(caller, &Action::Propose)?;
        let options = Options::parse(&message.options);
        let options = match options {
            Ok(options) => options,
            Err(why) => return Ok(message.all_refused(&why)),
        };
        let propose = |command: &String| audit::by_git(|| self.propose_head(caller, repository, command, &options));
        let outcome = |command: &String| match propose(command) {
            Ok((branch, said)) => PushOutcome { reference: reference(command), result: Ok(branch), said },
            Err(error) => PushOutcome::refused(command, reasons(&error)),
        };
        Ok(message.commands.iter().map(outcome).collect())
    }

    fn propose_head(
        &self,
        caller: &Caller,
        repository: &str,
        command: &str,
        options: &Options,
    ) -> Result<(ProposedRef, Vec<String>), EngineError> {
        let (_, served) = self.addressed(caller, repository)?;
        let repo = &served.memory.repo;
        let mut parts = command.splitn(3, ' ').skip(1);
        let (new, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if !is_proposal(name, &repo.default_branch()?) {
            return Err(EngineError::new(Code::BadRequest, "updates are proposed for the default branch"));
        }
        let pushed = commit_or_null(new)?.map(|new| peeled(repo, new)).transpose()?.flatten();
        let head = pushed.ok_or_else(|| EngineError::new(Code::BadRequest, "it names no commit"))?;
        let tip = served.memory.current(&*served.memory.line()?)?.commit;
        let base = repo.merge_base(tip, head)?.filter(|base| *base != head).ok_or_else(nothing_new)?;
        let said = repo.commit(head)?.message;
        let revises = self.head_revised(caller, options, &said)?;
        let before = revises.as_ref().map(|(_, before)| *before);
        let revises = revises.map(|(id, _)| id);
        if let Some(id) = revises.as_ref().filter(|_| before == Some(head)) {
            return Ok(told(self.view(caller, id, false)?, before));
        }
        let (title, reason) = words(&said);
        let update = NewUpdate {
            repository: Some(repository.to_owned()),
            base_commit: Some(base.to_string()),
            head: Some(head),
            title: options.title.clone().unwrap_or(title),
            reason: options.reason.clone().unwrap_or(reason),
            source_run: options.source_run.clone(),
            revises,
            supersedes: options.supersedes.clone(),
            // The same commit pushed again is the same proposal. No key of a request holds a blank.
            idempotency_key: Some(format!("push {repository} {head}")),
            ..NewUpdate::default()
        };
        let shown = self.propose(caller, &update)?;
        fault::reached("propose.pushed");
        if phase_named(&shown.phase)?.has_ended() {
            let message =
                format!("this commit was proposed as {} before, which is {}: change it first", shown.id, shown.phase);
            return Err(EngineError::new(Code::Conflict, message));
        }
        Ok(told(shown, before))
    }

    /// The update that is revised, and its present head: the one that an option names, or else a trailer of the
    /// commit. A trailer may have come along with a commit of an update that has ended, or that this one takes the place
    /// of: then this is a new one.
    fn head_revised(
        &self,
        caller: &Caller,
        options: &Options,
        message: &str,
    ) -> Result<Option<(UpdateId, CommitId)>, EngineError> {
        let Some(id) = options.names(message)? else { return Ok(None) };
        let (update, revision) = self.stored(caller, &id)?;
        let ended = update.phase.has_ended() && options.update.is_none();
        Ok((!ended).then_some((id, revision.head_commit)))
    }
}

/// The branch for git, and what became of the proposal for people.
fn told(update: UpdateView, old: Option<CommitId>) -> (ProposedRef, Vec<String>) {
    let mut said = vec![format!("{} revision {}: {}", update.id, update.revision, update.phase)];
    said.extend(lines_of(&update.findings));
    said.extend(update.conflicts.iter().map(|c| format!("{}: both sides changed it", c.path)));
    said.push(format!("another revision: git push -o update={} origin HEAD:refs/for/<branch>", update.id));
    (ProposedRef { branch: format!("refs/heads/{}", update.branch), old, new: update.head_commit }, said)
}

/// The first findings, a line each.
pub(super) fn lines_of(findings: &[Finding]) -> Vec<String> {
    let line = |f: &Finding| {
        let severity = if f.severity == Severity::Error { "error" } else { "warning" };
        let Place { path, line, column, .. } = &f.place;
        format!("{path}:{line}:{column}: {severity} {}: {} ({})", f.code, f.message, f.help)
    };
    findings.iter().take(MAX_FINDINGS).map(line).collect()
}

impl Options {
    /// The update that is named: by an option, or else by a trailer of the commit.
    pub(super) fn names(&self, message: &str) -> Result<Option<UpdateId>, EngineError> {
        let trailer = || trailers(message).into_iter().rev().find(|(key, _)| key == "Update").map(|(_, id)| id);
        let anew = self.supersedes.is_some();
        let Some(named) = self.update.clone().or_else(|| trailer().filter(|_| !anew)) else { return Ok(None) };
        let wrong = |e| EngineError::new(Code::BadRequest, format!("`{}` is no update: {e}", named.escape_debug()));
        UpdateId::parse(&named).map(Some).map_err(wrong)
    }

    pub(super) fn parse(given: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        for option in given {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let place = match name {
                "title" => &mut options.title,
                "reason" => &mut options.reason,
                "source-run" => &mut options.source_run,
                "update" => &mut options.update,
                "supersedes" => &mut options.supersedes,
                _ => {
                    let known = "title, reason, source-run, update and supersedes";
                    return Err(format!("`-o {name}` is not known: {known} are"));
                }
            };
            *place = Some(value.to_owned());
        }
        Ok(options)
    }
}

pub(super) fn nothing_new() -> EngineError {
    EngineError::new(
        Code::InvalidUpdate,
        "it holds nothing that has not landed, or shares no commit with the default branch",
    )
}

/// An error in one line, with its reasons.
pub(super) fn reasons(error: &EngineError) -> String {
    let more = error.reasons.iter().take(4).map(|r| r.message.as_str()).filter(|m| *m != error.message);
    std::iter::once(error.message.as_str()).chain(more).collect::<Vec<_>>().join("; ")
}

/// The title and the reason that a commit message gives: its first line, and the rest without its trailers.
fn words(message: &str) -> (String, String) {
    let (title, rest) = message.trim().split_once('\n').unwrap_or((message.trim(), ""));
    let rest = rest.trim();
    let paragraphs = rest.rsplit_once("\n\n").map_or(("", rest), |(before, last)| (before, last));
    let only_trailers = !trailers(&format!("x\n\n{}", paragraphs.1)).is_empty();
    let reason = if only_trailers { paragraphs.0 } else { rest };
    (title.trim().to_owned(), reason.trim().to_owned())
}

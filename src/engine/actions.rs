//! What reviewers and proposers do to an update, short of landing it.

use super::server::Engine;
use super::types::{UpdateAction, UpdateView};
use super::{Code, EngineError, audit, update_view, updates};
use crate::access::{Action, Caller, decide};
use crate::base::id::UpdateId;
use crate::base::{Digest, RepoPath};
use crate::change::{self};
use crate::records::{Actor, NewComment, NewDecision, Phase, Revision, TimelineEvent, Tx, Update, Verdict};
use serde_json::{Value, json};

/// The longest comment, in bytes.
const MAX_COMMENT: usize = 16 << 10;

impl Engine {
    /// Approves, rejects, asks for changes, comments, merges, refreshes.
    pub fn act(&self, caller: &Caller, id: &UpdateId, action: &UpdateAction) -> Result<UpdateView, EngineError> {
        self.require_visible(caller, id)?;
        match action {
            UpdateAction::Approve { expected_diff_digest, comment } => {
                self.approve(caller, id, expected_diff_digest, comment.clone())?
            }
            UpdateAction::Reject { comment } => self.reject(caller, id, comment.clone())?,
            UpdateAction::RequestChanges { comment } => self.request_changes(caller, id, comment.clone())?,
            UpdateAction::Comment { path, line, body } => self.comment(caller, id, path.as_deref(), *line, body)?,
            UpdateAction::Merge { expected_diff_digest } => self.merge(caller, id, expected_diff_digest)?,
            UpdateAction::Refresh => self.refresh(caller, id)?,
        }
        self.view(caller, id, false)
    }

    fn approve(
        &self,
        caller: &Caller,
        id: &UpdateId,
        expected: &str,
        comment: Option<String>,
    ) -> Result<(), EngineError> {
        let (update, revision) = self.stored(caller, id)?;
        let (proposers, touches_ontology) = self.records.read(|view| {
            let paths = view.update_paths(&caller.org, id)?;
            Ok::<_, EngineError>((
                view.update_proposers(&caller.org, id)?,
                paths.iter().any(|p| p.starts_with("ontology/")),
            ))
        })?;
        decide(caller, &Action::Approve { proposers: &proposers, touches_ontology })?;
        require_digest(&revision, expected)?;
        require_phase(&update, &[Phase::AwaitingApproval, Phase::ChangesRequested, Phase::Approved])?;
        self.note(caller, &update, &revision, Verdict::Approve, comment, "approved")
    }

    fn request_changes(&self, caller: &Caller, id: &UpdateId, comment: Option<String>) -> Result<(), EngineError> {
        decide(caller, &Action::RequestChanges)?;
        let (update, revision) = self.stored(caller, id)?;
        require_open(&update)?;
        self.note(caller, &update, &revision, Verdict::RequestChanges, comment, "changes-requested")
    }

    fn reject(&self, caller: &Caller, id: &UpdateId, comment: Option<String>) -> Result<(), EngineError> {
        decide(caller, &Action::Reject)?;
        let (update, revision) = self.stored(caller, id)?;
        if update.phase == Phase::Rejected {
            return Ok(());
        }
        require_open(&update)?;
        self.note(caller, &update, &revision, Verdict::Reject, comment, "rejected")
    }

    /// Notes a decision and the phase it leads to, in one transaction with its audit entry.
    fn note(
        &self,
        caller: &Caller,
        update: &Update,
        revision: &Revision,
        verdict: Verdict,
        comment: Option<String>,
        kind: &str,
    ) -> Result<(), EngineError> {
        bounded(comment.as_deref())?;
        let policy = self.policy(&update.repository)?;
        let now = self.now();
        let findings: Vec<crate::base::Finding> = update_view::read(&revision.findings)?;
        let standing = update_view::standing(update, revision, &findings);
        let decision = NewDecision {
            diff_digest: revision.diff_digest.clone(),
            principal: caller.principal.clone(),
            verdict,
            comment,
            signature: None,
        };
        self.records.write(|tx| {
            let update = tx.add_decision(&caller.org, &update.id, update.version, &decision, now)?;
            let phase = match (verdict, standing) {
                (Verdict::Reject, _) => Phase::Rejected,
                (_, None) => update.phase,
                (_, Some(standing)) => {
                    let live = update_view::live(&tx.standing_decisions(&caller.org, &update.id)?);
                    updates::phase_named(
                        change::phase_after(standing, &live, policy.required_approvals() as usize).as_str(),
                    )?
                }
            };
            let update =
                tx.set_phase(&caller.org, &update.id, update.version, phase, update.conflicts.as_ref(), now)?;
            timeline(tx, caller, &update, kind, json!({"revision": update.revision}), now)?;
            audit::update_decided(tx, caller, &update, kind, &revision.diff_digest, now)
        })
    }

    fn comment(
        &self,
        caller: &Caller,
        id: &UpdateId,
        path: Option<&str>,
        line: Option<u32>,
        body: &str,
    ) -> Result<(), EngineError> {
        decide(caller, &Action::Comment)?;
        bounded(Some(body))?;
        if body.trim().is_empty() {
            return Err(EngineError::new(Code::BadRequest, "a comment says something").because(
                "Required",
                Some("body"),
                "write a body",
            ));
        }
        let path = path.map(RepoPath::parse).transpose();
        let path = path.map_err(|e| {
            EngineError::new(Code::BadRequest, e.to_string()).because(
                "Malformed",
                Some("path"),
                "name a path of the update",
            )
        })?;
        let comment = NewComment { principal: caller.principal.clone(), path, line, body: body.to_owned() };
        let (update, _) = self.stored(caller, id)?;
        let now = self.now();
        self.records.write(|tx| {
            tx.add_comment(&caller.org, id, &comment, now)?;
            timeline(tx, caller, &update, "commented", Value::Null, now)
        })
    }

    /// Checks an update again on the present tip.
    fn refresh(&self, caller: &Caller, id: &UpdateId) -> Result<(), EngineError> {
        decide(caller, &Action::Refresh)?;
        let (update, revision) = self.stored(caller, id)?;
        require_open(&update)?;
        let served = self.served_by_id(&update.repository)?;
        let policy = self.policy(&update.repository)?;
        let tip = served.memory.current(&*served.memory.line()?)?.commit;
        let verdict = change::validate_merge(
            &served.memory.repo,
            tip,
            revision.head_commit,
            &updates::validation_policy(&policy),
            &served.memory.parsed,
        )?;
        let now = self.now();
        self.records.write(|tx| {
            let update = updates::record_verdict(tx, &update, &verdict, tip, policy.required_approvals(), now)?;
            timeline(tx, caller, &update, "refreshed", json!({"tip": tip}), now)
        })
    }
}

pub(super) fn timeline(
    tx: &Tx<'_>,
    caller: &Caller,
    update: &Update,
    kind: &str,
    detail: Value,
    now: crate::base::Timestamp,
) -> Result<(), EngineError> {
    let actor = Actor::Principal(caller.principal.clone());
    Ok(tx.add_timeline(&caller.org, &update.id, &TimelineEvent { actor, kind: kind.to_owned(), detail, at: now })?)
}

pub(super) fn require_digest(revision: &Revision, expected: &str) -> Result<(), EngineError> {
    let expected = Digest::parse(expected).map_err(|e| {
        EngineError::new(Code::BadRequest, e.to_string()).because(
            "Malformed",
            Some("expectedDiffDigest"),
            e.to_string(),
        )
    })?;
    if expected == revision.diff_digest {
        return Ok(());
    }
    let message = format!("the present revision is {} with the diff digest {}", revision.number, revision.diff_digest);
    Err(EngineError::new(Code::DigestMismatch, "the diff is not the one that was read").because(
        "DigestMismatch",
        Some("expectedDiffDigest"),
        message,
    ))
}

fn require_open(update: &Update) -> Result<(), EngineError> {
    if update.phase.has_ended() {
        return Err(EngineError::new(
            Code::Conflict,
            format!("the update is {} and does not change any more", update.phase),
        ));
    }
    Ok(())
}

fn require_phase(update: &Update, phases: &[Phase]) -> Result<(), EngineError> {
    require_open(update)?;
    if phases.contains(&update.phase) {
        return Ok(());
    }
    let mend = match update.phase {
        Phase::Invalid => "a new revision has to mend its findings first",
        Phase::Conflicted => "a new revision has to be based on the present tip first",
        _ => "wait until it is checked, or refresh it",
    };
    Err(EngineError::new(Code::Conflict, format!("the update is {}: {mend}", update.phase)).because(
        "Phase",
        Some("status.phase"),
        mend,
    ))
}

fn bounded(comment: Option<&str>) -> Result<(), EngineError> {
    match comment.map_or(0, str::len) {
        n if n > MAX_COMMENT => {
            Err(EngineError::new(Code::BadRequest, format!("a comment has at most {MAX_COMMENT} bytes")))
        }
        _ => Ok(()),
    }
}

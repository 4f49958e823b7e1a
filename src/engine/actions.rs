//! What reviewers and proposers do to an update, short of landing it.

use super::memory::locked;
use super::need::LandingRules;
use super::server::Engine;
use super::update_types::{UpdateAction, UpdateView};
use super::{Code, EngineError, audit, once, update_view, updates};
use crate::access::{Action, Caller, decide};
use crate::base::fault;
use crate::base::id::UpdateId;
use crate::base::{Digest, RepoPath};
use crate::change::{self};
use crate::records::{
    Actor, Decision, NewComment, NewDecision, Phase, Review, Revision, TimelineEvent, Tx, Update, Verdict,
};
use serde_json::{Value, json};

/// The longest comment, in bytes.
const MAX_COMMENT: usize = 16 << 10;

impl Engine {
    /// Approves, rejects, asks for changes, comments, merges, refreshes.
    pub fn act(&self, caller: &Caller, id: &UpdateId, action: &UpdateAction) -> Result<UpdateView, EngineError> {
        self.require_visible(caller, id)?;
        if once::done().is_some() {
            return self.view(caller, id, false);
        }
        match action {
            UpdateAction::Approve { expected_diff_digest, comment, signature } => {
                self.approve(caller, id, expected_diff_digest, (comment.clone(), signature.as_deref()))?;
                fault::reached("approve.recorded");
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
        (comment, signature): (Option<String>, Option<&str>),
    ) -> Result<(), EngineError> {
        let (update, revision) = self.stored(caller, id)?;
        let (proposers, touches_ontology) = self.records.read(|view| {
            let paths = view.update_paths(&caller.org, id)?;
            Ok::<_, EngineError>((
                view.update_proposers(&caller.org, id)?,
                paths.iter().any(|p| p.starts_with("ontology/")),
            ))
        })?;
        let touches_ontology = touches_ontology || update.review == Review::Maintainer;
        decide(caller, &Action::Approve { proposers: &proposers, touches_ontology })?;
        require_digest(&revision, expected)?;
        let signature = self.require_signature(caller, (&update, &revision), signature)?;
        let phases = [Phase::AwaitingApproval, Phase::ChangesRequested, Phase::Approved];
        self.note(caller, id, revision.diff_digest, (Verdict::Approve, signature), comment, &phases)
    }

    /// Asks for another revision. It takes its turn with merges: none lands what was sent back meanwhile.
    fn request_changes(&self, caller: &Caller, id: &UpdateId, comment: Option<String>) -> Result<(), EngineError> {
        decide(caller, &Action::RequestChanges)?;
        let served = self.served_by_id(&self.stored(caller, id)?.0.repository)?;
        let _one = locked(&served.writing);
        self.settle_intents(&served)?;
        let (_, revision) = self.stored(caller, id)?;
        self.note(caller, id, revision.diff_digest, (Verdict::RequestChanges, None), comment, &OPEN)
    }

    /// Ends an update. It takes its turn with merges: a merge that is half way is finished first.
    fn reject(&self, caller: &Caller, id: &UpdateId, comment: Option<String>) -> Result<(), EngineError> {
        decide(caller, &Action::Reject)?;
        let served = self.served_by_id(&self.stored(caller, id)?.0.repository)?;
        let _one = locked(&served.writing);
        self.settle_intents(&served)?;
        let (update, revision) = self.stored(caller, id)?;
        if update.phase == Phase::Rejected {
            return Ok(());
        }
        self.note(caller, id, revision.diff_digest, (Verdict::Reject, None), comment, &OPEN)
    }

    /// Notes a decision about a diff and the phase it leads to, in one transaction with its audit entry. What the
    /// update is meanwhile is looked at in there: reviewers do not get into each other's way.
    fn note(
        &self,
        caller: &Caller,
        id: &UpdateId,
        diff_digest: Digest,
        (verdict, signature): (Verdict, Option<String>),
        comment: Option<String>,
        phases: &[Phase],
    ) -> Result<(), EngineError> {
        bounded(comment.as_deref())?;
        let principal = caller.principal.clone();
        let rules = self.landing_rules(&*self.served_by_id(&self.stored(caller, id)?.0.repository)?)?;
        let decision = NewDecision { diff_digest: diff_digest.clone(), principal, verdict, comment, signature };
        let now = self.now();
        self.records.write(|tx| {
            let update = present(tx, caller, id)?;
            require_phase(&update, phases)?;
            once::note(tx, id)?;
            if stands(tx, &update, &decision)? {
                return Ok(());
            }
            let update = tx.add_decision(&caller.org, id, update.version, &decision, now)?;
            let phase = phase_after(tx, &update, verdict, &rules)?;
            let update = tx.set_phase(&caller.org, id, update.version, phase, update.conflicts.as_ref(), now)?;
            timeline(tx, caller, &update, word(verdict), json!({"revision": update.revision}), now)?;
            audit::update_decided(tx, caller, &update, word(verdict), &diff_digest, now)
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
            once::note(tx, id)?;
            tx.add_comment(&caller.org, id, &comment, now)?;
            timeline(tx, caller, &update, "commented", Value::Null, now)?;
            audit::update_touched(tx, caller, &update, "commented", Decision::Allowed, now)
        })
    }

    /// Checks an update again on the present tip. It takes its turn with merges and revisions.
    fn refresh(&self, caller: &Caller, id: &UpdateId) -> Result<(), EngineError> {
        decide(caller, &Action::Refresh)?;
        let served = self.served_by_id(&self.stored(caller, id)?.0.repository)?;
        let _one = locked(&served.writing);
        self.settle_intents(&served)?;
        let (update, revision) = self.stored(caller, id)?;
        require_open(&update)?;
        let rules = self.landing_rules(&served)?;
        let tip = served.memory.current(&*served.memory.line()?)?.commit;
        let verdict = self.judge(&served, &rules.policy, tip, revision.head_commit)?;
        let now = self.now();
        self.records.write(|tx| {
            once::note(tx, id)?;
            let update = present(tx, caller, &update.id)?;
            let update = updates::record_verdict(tx, &update, &verdict, tip, &rules, now)?;
            timeline(tx, caller, &update, "refreshed", json!({"tip": tip}), now)?;
            audit::update_touched(tx, caller, &update, "refreshed", Decision::Allowed, now)
        })
    }
}

/// The phases of an update that can still change.
const OPEN: [Phase; 6] = [
    Phase::Validating,
    Phase::Invalid,
    Phase::AwaitingApproval,
    Phase::ChangesRequested,
    Phase::Approved,
    Phase::Conflicted,
];

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approved",
        Verdict::Reject => "rejected",
        Verdict::RequestChanges => "changes-requested",
    }
}

/// The update as it is now.
pub(super) fn present(tx: &Tx<'_>, caller: &Caller, id: &UpdateId) -> Result<Update, EngineError> {
    let found = tx.update(&caller.org, id)?;
    found.ok_or_else(|| EngineError::new(Code::NotFound, format!("there is no update `{id}`")))
}

/// Whether the same person has decided the same already: a retry after a crash decides nothing twice.
fn stands(tx: &Tx<'_>, update: &Update, new: &NewDecision) -> Result<bool, EngineError> {
    let standing = tx.standing_decisions(&update.org, &update.id)?;
    Ok(standing.iter().any(|d| {
        (&d.principal, d.verdict, &d.diff_digest, &d.comment, &d.signature)
            == (&new.principal, new.verdict, &new.diff_digest, &new.comment, &new.signature)
    }))
}

/// The phase that a decision, just noted, leads to.
fn phase_after(tx: &Tx<'_>, update: &Update, verdict: Verdict, rules: &LandingRules) -> Result<Phase, EngineError> {
    if verdict == Verdict::Reject {
        return Ok(Phase::Rejected);
    }
    let revision = tx.revision(&update.org, &update.id, update.revision)?;
    let Some(revision) = revision else { return Ok(update.phase) };
    let findings: Vec<crate::base::Finding> = update_view::read(&revision.findings)?;
    let Some(standing) = update_view::standing(update, &revision, &findings) else { return Ok(update.phase) };
    let live = rules.live(tx, update)?;
    updates::phase_named(change::phase_after(standing, &live, &rules.need(tx, update)?).as_str())
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
    let Some(comment) = comment else { return Ok(()) };
    let refused =
        |why: String| Err(EngineError::new(Code::BadRequest, why.clone()).because("Invalid", Some("comment"), why));
    if comment.len() > MAX_COMMENT {
        return refused(format!("a comment has at most {MAX_COMMENT} bytes"));
    }
    if updates::holds_secret(comment) {
        return refused("the comment holds a secret: take it out, and revoke it".to_owned());
    }
    Ok(())
}

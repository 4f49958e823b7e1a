//! Landing an update: an intent, a signed merge commit, the reference by compare-and-swap, the rows; and what a
//! crash between any two of them leaves to be finished.

use super::actions::{present, require_digest, timeline};
use super::memory::locked;
use super::need::LandingRules;
use super::operate::{engine_signature, principal_signature};
use super::server::{Engine, Served};
use super::{Code, EngineError, audit, signing, updates};
use crate::access::{Action, Caller, decide};
use crate::base::fault;
use crate::base::id::UpdateId;
use crate::base::{CommitId, Severity};
use crate::change::{self, Checked, MergeInfo, MergeVerdict};
use crate::git::{GitError, ReadRepository, RefEdit, SigningKey, WriteRepository};
use crate::records::{
    Actor, Decision, IntentId, IntentKind, IntentOutcome, LandingKind, NewIntent, NewLanding, OpenIntent, Phase,
    Revision, TimelineEvent, Update,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// How often a merge is tried again when the tip moves under it.
const TRIES: usize = 8;

/// What one try came to.
enum Try {
    Landed,
    TipMoved,
    /// Git could not move the branch, and it is where it was: another git may hold its lock.
    Busy(EngineError),
}

impl Engine {
    /// Lands an approved update.
    pub(super) fn merge(&self, caller: &Caller, id: &UpdateId, expected: &str) -> Result<(), EngineError> {
        let (update, _) = self.stored(caller, id)?;
        let paths = self.records.read(|view| view.update_paths(&caller.org, id))?;
        decide(caller, &Action::Merge { touches_ontology: paths.iter().any(|p| p.starts_with("ontology/")) })?;
        let served = self.served_by_id(&update.repository)?;
        self.land_update(caller, &served, id, expected)
    }

    /// Lands an update that needs nobody's approval, because the policy says so of all its paths. One that cannot land
    /// now stays open: what kept it back is in its phase.
    pub(super) fn land_by_itself(
        &self,
        caller: &Caller,
        served: &Arc<Served>,
        id: &UpdateId,
    ) -> Result<(), EngineError> {
        if self.policy(&served.id)?.auto_merge().is_empty() {
            return Ok(());
        }
        let rules = self.landing_rules(served)?;
        let (update, revision) = self.stored(caller, id)?;
        let need = self.records.read(|view| rules.need(view, &update))?;
        if update.phase == Phase::Approved && need.is_nothing() {
            let _ = self.land_update(caller, served, id, revision.diff_digest.as_str());
        }
        Ok(())
    }

    fn land_update(
        &self,
        caller: &Caller,
        served: &Arc<Served>,
        id: &UpdateId,
        expected: &str,
    ) -> Result<(), EngineError> {
        self.land_in_turn(caller, served, id, expected)?;
        // The landing is durable: an index that cannot follow now follows at the next read.
        let _ = served.memory.index(&mut |_, _| ());
        fault::reached("merge.indexed");
        self.upkeep.after_landing(served);
        Ok(())
    }

    fn land_in_turn(&self, caller: &Caller, served: &Served, id: &UpdateId, expected: &str) -> Result<(), EngineError> {
        let _one = locked(&served.writing);
        let mut failure = EngineError::new(Code::Conflict, "the default branch keeps moving: try again");
        for _ in 0..TRIES {
            self.settle_intents(served)?;
            match self.try_merge(caller, served, id, expected)? {
                Try::Landed => return Ok(()),
                Try::TipMoved => {}
                Try::Busy(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn try_merge(&self, caller: &Caller, served: &Served, id: &UpdateId, expected: &str) -> Result<Try, EngineError> {
        let (update, revision) = self.stored(caller, id)?;
        require_digest(&revision, expected)?;
        if update.phase == Phase::Merged {
            return Ok(Try::Landed);
        }
        let rules = self.landing_rules(served)?;
        let approvals = self.require_approved(&update, &rules)?;
        let tip = served.memory.current(&*served.memory.line()?)?.commit;
        let verdict = self.judge(served, &rules.policy, tip, revision.head_commit)?;
        let checked = match &verdict {
            MergeVerdict::Checked(checked) if checked.report.summary.errors == 0 => checked,
            _ => return self.refuse(caller, &update, &verdict, tip, &rules),
        };
        let key = self.signing_key(&served.org)?;
        let commit = self.write_merge(served, &key, (&update, &revision), checked, tip, (&approvals, &rules))?;
        fault::reached("merge.written");
        self.land(caller, served, &key, &update, checked, (tip, commit))
    }

    /// The approvals that count, where they are enough.
    fn require_approved(&self, update: &Update, rules: &LandingRules) -> Result<Vec<change::Approved>, EngineError> {
        let (live, need) = self.records.read(|view| {
            let live = rules.live(view, update)?;
            Ok::<_, EngineError>((live, rules.need(view, update)?))
        })?;
        let enough = need.is_met(&live) && live.changes_requested_by.is_empty();
        if update.phase == Phase::Approved && enough {
            return Ok(live.approvals);
        }
        let (phase, has, needed) = (update.phase, live.approvals.len(), need.approvals);
        let owners = need.missing_owners(&live);
        let owners =
            owners.iter().map(|need| format!(", and none of {} who own `{}`", need.owners.join(", "), need.path));
        let owners: String = owners.collect();
        let message =
            format!("the update is {phase}: it has {has} of {needed} approvals of its present revision{owners}");
        Err(EngineError::new(Code::Conflict, message).because(
            "NotApproved",
            Some("status.phase"),
            "approve the present revision first",
        ))
    }

    fn write_merge(
        &self,
        served: &Served,
        key: &SigningKey,
        (update, revision): (&Update, &Revision),
        checked: &Checked,
        tip: CommitId,
        (approvals, rules): (&[change::Approved], &LandingRules),
    ) -> Result<CommitId, EngineError> {
        let now = self.now();
        let info = MergeInfo {
            update: &update.id,
            title: &update.title,
            reason: &update.reason,
            diff_digest: &revision.diff_digest,
            validation_digest: &checked.validation_digest,
            source_run: update.source_run.as_deref(),
            approvals,
            auto_merge: &rules.policy.auto_merge().patterns().join(", "),
            author: principal_signature(&update.org, &update.proposer, now),
            committer: engine_signature(&update.org, now),
        };
        Ok(change::merge_commit(&served.memory.repo, (tip, revision.head_commit), checked.tree, &info, Some(key))?)
    }

    fn land(
        &self,
        caller: &Caller,
        served: &Served,
        key: &SigningKey,
        update: &Update,
        checked: &Checked,
        (tip, commit): (CommitId, CommitId),
    ) -> Result<Try, EngineError> {
        let now = self.now();
        let branch = served.memory.repo.default_branch()?;
        let new = NewIntent {
            kind: IntentKind::Merge,
            repository: served.id.clone(),
            update: Some(update.id.clone()),
            ref_name: branch.clone(),
            expected: Some(tip),
            new_commit: commit,
            tree: checked.tree,
            actor: Actor::Principal(caller.principal.clone()),
            detail: json!({"validationDigest": checked.validation_digest, "findings": checked.report.findings, "correlationId": audit::correlation()}),
        };
        // A key that was retired meanwhile signs nothing new: the merge is signed again.
        let intent = self.records.write(|tx| match signing::still_signs(tx, &served.org, key)? {
            true => Ok::<_, EngineError>(Some(tx.open_intent(&new, now)?)),
            false => Ok(None),
        })?;
        let Some(intent) = intent else { return Ok(Try::TipMoved) };
        fault::reached("merge.intent");
        let edit = RefEdit { name: branch, expected: Some(tip.0), new: Some(commit.0) };
        match served.memory.repo.update_refs(&[edit], &engine_signature(&update.org, now), "merge") {
            Ok(()) => {}
            Err(GitError::RefMoved { .. }) => {
                self.close(intent, IntentOutcome::Abandoned)?;
                return Ok(Try::TipMoved);
            }
            Err(error) if served.memory.repo.tip()? == Some(tip) => {
                self.close(intent, IntentOutcome::Abandoned)?;
                return Ok(Try::Busy(error.into()));
            }
            // It moved, or may have: the next merge or start looks.
            Err(error) => return Err(error.into()),
        }
        fault::reached("merge.ref");
        self.finish_merge(&OpenIntent { id: intent, intent: new, created_at: now, abandoned: false })?;
        fault::reached("merge.recorded");
        Ok(Try::Landed)
    }

    /// Records a merge whose reference has moved. Done twice, it has one effect.
    fn finish_merge(&self, open: &OpenIntent) -> Result<(), EngineError> {
        let intent = &open.intent;
        let Some(id) = &intent.update else { return self.close(open.id, IntentOutcome::Abandoned) };
        let row = self.records.read(|view| view.repository_by_id(&intent.repository))?;
        let row = row.ok_or_else(|| EngineError::new(Code::Internal, "an intent names a repository that is gone"))?;
        self.records.write(|tx| {
            if !tx.close_intent(open.id, IntentOutcome::Done, self.now())? {
                return Ok(());
            }
            let landing = NewLanding {
                commit: intent.new_commit,
                at: open.created_at,
                kind: LandingKind::Merge,
                actor: intent.actor.clone(),
                update: Some(id.clone()),
                correlation_id: correlation_of(intent).to_owned(),
            };
            let landed = tx.add_landing(&intent.repository, &landing, self.now())?.landed_at;
            let update = tx
                .update(&row.org, id)?
                .ok_or_else(|| EngineError::new(Code::Internal, "an intent names an update that is gone"))?;
            // One that was rejected while a git process was late stays so; that it landed is told all the same.
            let update = match update.phase.has_ended() {
                true => update,
                false => tx.set_merged(&row.org, id, update.version, intent.new_commit, landed)?,
            };
            let event = TimelineEvent {
                actor: intent.actor.clone(),
                kind: "merged".to_owned(),
                detail: json!({"commit": intent.new_commit}),
                at: landed,
            };
            tx.add_timeline(&row.org, id, &event)?;
            audit::update_merged(tx, &row, &update, intent, landed)
        })
    }

    pub(super) fn close(&self, intent: IntentId, outcome: IntentOutcome) -> Result<(), EngineError> {
        let now = self.now();
        self.records.write(|tx| Ok::<_, EngineError>(tx.close_intent(intent, outcome, now).map(drop)?))
    }

    /// Keeps what made a merge impossible, and says it.
    fn refuse(
        &self,
        caller: &Caller,
        update: &Update,
        verdict: &MergeVerdict,
        tip: CommitId,
        rules: &LandingRules,
    ) -> Result<Try, EngineError> {
        let now = self.now();
        self.records.write(|tx| {
            let update = present(tx, caller, &update.id)?;
            let update = updates::record_verdict(tx, &update, verdict, tip, rules, now)?;
            timeline(tx, caller, &update, "merge-refused", json!({"phase": update.phase}), now)?;
            audit::update_touched(tx, caller, &update, "merge-refused", Decision::Failed, now)
        })?;
        Err(match verdict {
            MergeVerdict::Conflicted(paths) => paths.iter().fold(
                EngineError::new(Code::Conflict, "the update no longer merges into the default branch"),
                |e, p| {
                    e.because(
                        "Conflicted",
                        Some(&p.path),
                        "both sides changed this: propose a revision on the present tip",
                    )
                },
            ),
            MergeVerdict::Checked(checked) => {
                checked.report.findings.iter().filter(|f| f.severity == Severity::Error).take(20).fold(
                    EngineError::new(Code::Conflict, "the merged memory would not be valid"),
                    |e, f| {
                        e.because(
                            &f.code,
                            Some(&f.place.path),
                            format!("{}:{}: {}", f.place.line, f.place.column, f.message),
                        )
                    },
                )
            }
        })
    }

    /// Finishes or abandons what an earlier try of a repository left open.
    pub(super) fn settle_intents(&self, served: &Served) -> Result<(), EngineError> {
        let unsettled = self.records.read(|view| view.unsettled_intents(&served.id, self.now()))?;
        for intent in &unsettled {
            match intent.intent.kind {
                // What was never recorded never happened: the reference goes back to where it was.
                IntentKind::Propose => self.settle_unrecorded(served, intent, "undo an unfinished proposal")?,
                IntentKind::Snapshot => self.settle_unrecorded(served, intent, "undo an unfinished snapshot")?,
                _ => self.settle_merge(served, intent)?,
            }
        }
        Ok(())
    }

    fn settle_merge(&self, served: &Served, open: &OpenIntent) -> Result<(), EngineError> {
        let on_line = match served.memory.repo.tip()? {
            Some(_) => served.memory.line()?.position(open.intent.new_commit).is_some(),
            None => false,
        };
        if on_line { self.finish_merge(open) } else { self.abandon(open) }
    }

    /// A proposal or snapshot whose rows were never written never happened: its reference goes back to where it was.
    fn settle_unrecorded(&self, served: &Served, open: &OpenIntent, why: &str) -> Result<(), EngineError> {
        let intent = &open.intent;
        let repo = &served.memory.repo;
        if repo.held(&intent.ref_name)? == Some(intent.new_commit.0) {
            let edit = RefEdit {
                name: intent.ref_name.clone(),
                expected: Some(intent.new_commit.0),
                new: intent.expected.map(|c| c.0),
            };
            repo.update_refs(&[edit], &engine_signature(&served.org, self.now()), why)?;
            fault::reached("undo.ref");
        }
        self.abandon(open)
    }

    fn abandon(&self, open: &OpenIntent) -> Result<(), EngineError> {
        if open.abandoned { Ok(()) } else { self.close(open.id, IntentOutcome::Abandoned) }
    }
}

/// The correlation id of the request that a merge was for.
pub(super) fn correlation_of(intent: &NewIntent) -> &str {
    intent.detail.get("correlationId").and_then(Value::as_str).unwrap_or_default()
}

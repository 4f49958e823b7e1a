//! Proposing updates, and showing them.

use super::line::Line;
use super::memory::locked;
use super::need::LandingRules;
use super::operate::{engine_signature, principal_signature};
use super::server::{Engine, Served};
use super::superseding::supersede;
use super::types::Page;
use super::update_types::{NewChange, NewUpdate, UpdateFilter, UpdateView};
use super::{Code, EngineError, audit, once, update_view};
use crate::access::{Action, Caller, RepositoryPolicy, SourceScope, decide, decide_paths};
use crate::base::digest::Digest;
use crate::base::fault;
use crate::base::id::UpdateId;
use crate::base::store::ShownBytes;
use crate::base::{CommitId, RepoPath};
use crate::change::{self, ChangeSpec, Checked, FileAction, FileChange, MergeVerdict, Proposed, ValidationPolicy};
use crate::git::{At, GitError, ReadRepository, RefEdit, RefSpec, WriteRepository};
use crate::records::{
    self, Actor, IntentId, IntentKind, IntentOutcome, NewIntent, NewRevision, PageRequest, Phase, Review,
    TimelineEvent, Tx, Update,
};
use serde_json::{Value, json};

/// The longest title, reason and name of a run, in bytes.
pub(super) const MAX_TITLE: usize = 300;
const MAX_REASON: usize = 16 << 10;
const MAX_SOURCE_RUN: usize = 200;
/// The longest description of an artifact, in bytes of JSON.
const MAX_ARTIFACT: usize = 64 << 10;
/// The longest unified diff that is given back, in bytes.
const MAX_DIFF: usize = 1 << 20;

/// A proposal whose commit is written and checked, and whose branch has not moved yet.
struct Ready<'a> {
    id: UpdateId,
    /// The update that this is a revision of.
    before: Option<(Update, CommitId)>,
    base: CommitId,
    tip: CommitId,
    proposed: Proposed,
    verdict: MergeVerdict,
    supersedes: Option<UpdateId>,
    update: &'a NewUpdate,
}

impl Engine {
    /// Proposes an update, or a new revision of one.
    pub fn propose(&self, caller: &Caller, update: &NewUpdate) -> Result<UpdateView, EngineError> {
        decide(caller, &Action::Propose)?;
        require_all_kinds(caller)?;
        check_words(update)?;
        let spec = spec_of(update)?;
        decide_spec(caller, &spec)?;
        let (row, served) = self.named(caller, update.repository.as_deref())?;
        let id = self.id_for(caller, update);
        if once::done().is_some() {
            return self.view(caller, &id, false);
        }
        if update.revises.is_some() || !self.is_there(caller, &id)? {
            let ready = self.make_ready(caller, &served, &row.policy, id.clone(), &spec, update)?;
            self.publish(caller, &served, &row, &ready)?;
        }
        self.land_by_itself(caller, &served, &id)?;
        self.view(caller, &id, false)
    }

    fn is_there(&self, caller: &Caller, id: &UpdateId) -> Result<bool, EngineError> {
        Ok(self.records.read(|view| view.update(&caller.org, id))?.is_some())
    }

    /// The id of the update: that of the update it revises, one made of the idempotency key, or a new one. A retry
    /// after a crash finds by it what the first try did.
    fn id_for(&self, caller: &Caller, update: &NewUpdate) -> UpdateId {
        match (&update.revises, &update.idempotency_key) {
            (Some(id), _) => id.clone(),
            (None, Some(key)) => UpdateId::of_key(&Digest::of_json(&(&caller.org, &caller.principal, key))),
            (None, None) => UpdateId::fresh(),
        }
    }

    fn make_ready<'a>(
        &self,
        caller: &Caller,
        served: &Served,
        policy: &RepositoryPolicy,
        id: UpdateId,
        spec: &ChangeSpec,
        update: &'a NewUpdate,
    ) -> Result<Ready<'a>, EngineError> {
        let repo = &served.memory.repo;
        let line = served.memory.line()?;
        let tip = served.memory.current(&line)?.commit;
        let base = base_of(repo, update.base_commit.as_deref(), &line, tip)?;
        let before = self.revised(caller, served, update)?;
        let supersedes = self.superseded(caller, served, update)?;
        let now = self.now();
        let proposal = change::Proposal {
            update: &id,
            base,
            spec,
            title: &update.title,
            reason: &update.reason,
            author: principal_signature(&caller.org, &caller.principal, now),
            committer: engine_signature(&caller.org, now),
        };
        let proposed = change::propose(repo, &proposal, Some(&*self.signing_key(&served.org)?))?;
        fault::reached("propose.written");
        decide_changes(caller, &proposed.changes)?;
        let verdict = self.judge(served, policy, tip, proposed.head)?;
        Ok(Ready { id, before, base, tip, proposed, verdict, supersedes, update })
    }

    /// The update that is revised, and the head of its present revision.
    fn revised(
        &self,
        caller: &Caller,
        served: &Served,
        update: &NewUpdate,
    ) -> Result<Option<(Update, CommitId)>, EngineError> {
        let Some(id) = &update.revises else { return Ok(None) };
        let (update, revision) = self.stored(caller, id)?;
        if update.repository != served.id || update.phase.has_ended() {
            return Err(EngineError::new(
                Code::Conflict,
                format!("the update is {} and takes no further revision", update.phase),
            ));
        }
        Ok(Some((update, revision.head_commit)))
    }

    /// Moves the branch of the update and records it: intent, reference, rows.
    fn publish(
        &self,
        caller: &Caller,
        served: &Served,
        row: &records::Repository,
        ready: &Ready<'_>,
    ) -> Result<(), EngineError> {
        let _one = locked(&served.writing);
        self.settle_intents(served)?;
        if ready.before.is_none() && self.is_there(caller, &ready.id)? {
            // Another try of the same request was faster.
            return Ok(());
        }
        let intent = proposal_intent(caller, served, ready);
        let open = self.records.write(|tx| Ok::<_, EngineError>(tx.open_intent(&intent, self.now())?))?;
        fault::reached("propose.intent");
        let edit =
            RefEdit { name: intent.ref_name, expected: intent.expected.map(|c| c.0), new: Some(intent.new_commit.0) };
        match served.memory.repo.update_refs(&[edit], &engine_signature(&caller.org, self.now()), "propose") {
            Ok(()) => {}
            Err(error @ GitError::RefMoved { .. }) => {
                self.close(open, IntentOutcome::Abandoned)?;
                return Err(error.into());
            }
            // Whether the branch moved is not known here; whoever settles the intent looks.
            Err(error) => return Err(error.into()),
        }
        fault::reached("propose.ref");
        let recorded = self.record_proposal(caller, served, row, ready, open);
        fault::reached("propose.recorded");
        if recorded.is_err() {
            // What cannot be recorded did not happen. Where this fails too, the next writer or start does it.
            let _ = self.settle_intents(served);
        }
        recorded
    }

    fn record_proposal(
        &self,
        caller: &Caller,
        served: &Served,
        row: &records::Repository,
        ready: &Ready<'_>,
        open: IntentId,
    ) -> Result<(), EngineError> {
        let now = self.now();
        let rules = self.landing_rules(served)?;
        let actor = Actor::Principal(caller.principal.clone());
        self.records.write(|tx| {
            once::note(tx, &ready.id)?;
            let update = record_revision(tx, caller, served, ready, now)?;
            let update = record_verdict(tx, &update, &ready.verdict, ready.tip, &rules, now)?;
            let kind = if ready.before.is_some() { "revised" } else { "proposed" };
            let event =
                TimelineEvent { actor, kind: kind.to_owned(), detail: json!({"revision": update.revision}), at: now };
            tx.add_timeline(&caller.org, &update.id, &event)?;
            if let Some(reverted) = &ready.update.reverts {
                let (kind, detail) = ("revert-proposed".to_owned(), json!({"update": update.id}));
                tx.add_timeline(&caller.org, reverted, &TimelineEvent { kind, detail, ..event })?;
            }
            if let Some(import) = &ready.update.import {
                super::imports::note_proposed(tx, caller, row, &update, import, now)?;
            }
            if let Some(old) = &ready.supersedes {
                supersede(tx, caller, old, &update, now)?;
            }
            audit::update_proposed(tx, caller, row, &update, kind, &ready.proposed.diff_digest, now)?;
            tx.close_intent(open, IntentOutcome::Done, now)?;
            Ok(())
        })
    }

    /// An update of the caller's org with its present revision.
    pub(super) fn stored(&self, caller: &Caller, id: &UpdateId) -> Result<(Update, records::Revision), EngineError> {
        let missing = || EngineError::new(Code::NotFound, format!("there is no update `{id}`"));
        self.records.read(|view| {
            let update = view.update(&caller.org, id)?.ok_or_else(missing)?;
            let revision = view.revision(&caller.org, id, update.revision)?.ok_or_else(missing)?;
            Ok((update, revision))
        })
    }

    /// Lists updates, newest first.
    pub fn updates(
        &self,
        caller: &Caller,
        filter: &UpdateFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<UpdateView>, EngineError> {
        decide(caller, &Action::ReadUpdates)?;
        require_all_kinds(caller)?;
        let repository = match &filter.repository {
            Some(name) => Some(self.named(caller, Some(name))?.0.id),
            None => None,
        };
        let phase = filter.phase.as_deref().map(phase_named).transpose()?;
        let wanted = records::UpdateFilter { repository: repository.as_ref(), phase, path: filter.path.as_deref() };
        let page = PageRequest { cursor, limit: u32::try_from(limit).unwrap_or(u32::MAX) };
        let page = self.records.read(|view| view.updates(&caller.org, wanted, page))?;
        let mut items = Vec::new();
        for update in &page.items {
            if self.sees_update(caller, &update.id)? {
                items.push(self.view(caller, &update.id, false)?);
            }
        }
        Ok(Page { items, total: None, next_cursor: page.next })
    }

    /// An update with its diff, record changes and timeline.
    pub fn update(&self, caller: &Caller, id: &UpdateId) -> Result<UpdateView, EngineError> {
        decide(caller, &Action::ReadUpdates)?;
        self.view(caller, id, true)
    }

    /// The unified diff of one revision, redacted.
    pub fn revision_diff(&self, caller: &Caller, id: &UpdateId, revision: u32) -> Result<String, EngineError> {
        decide(caller, &Action::ReadUpdates)?;
        self.require_visible(caller, id)?;
        let (update, _) = self.stored(caller, id)?;
        let revision = self.records.read(|view| view.revision(&caller.org, id, revision))?;
        let revision = revision.ok_or_else(|| EngineError::new(Code::NotFound, "there is no such revision"))?;
        self.diff_of(caller, &update, &revision)
    }

    /// An earlier revision may have touched what the present one does not: each answers for its own paths.
    fn diff_of(&self, caller: &Caller, update: &Update, revision: &records::Revision) -> Result<String, EngineError> {
        let served = self.served_by_id(&update.repository)?;
        let repo = &served.memory.repo;
        let changes = repo.changes(Some(At::Commit(revision.base_commit)), At::Commit(revision.head_commit))?;
        decide_changes(caller, &changes).map_err(|_| EngineError::new(Code::NotFound, "there is no such revision"))?;
        Ok(crate::screen::redact(&change::unified_diff(repo, &changes, MAX_DIFF)?).text)
    }

    pub(super) fn served_by_id(&self, id: &records::RepositoryId) -> Result<std::sync::Arc<Served>, EngineError> {
        let row = self.records.read(|view| view.repository_by_id(id))?;
        self.served(&row.ok_or_else(|| EngineError::new(Code::NotFound, "there is no such repository"))?)
    }

    /// A narrowed token sees an update only where it sees every path of it.
    fn sees_update(&self, caller: &Caller, id: &UpdateId) -> Result<bool, EngineError> {
        require_all_kinds(caller)?;
        if caller.scope.is_none() {
            return Ok(true);
        }
        let paths = self.records.read(|view| view.update_paths(&caller.org, id))?;
        Ok(paths.iter().all(|path| caller.sees_path(path)))
    }

    pub(super) fn require_visible(&self, caller: &Caller, id: &UpdateId) -> Result<(), EngineError> {
        if self.sees_update(caller, id)? {
            Ok(())
        } else {
            Err(EngineError::new(Code::NotFound, format!("there is no update `{id}`")))
        }
    }

    pub(super) fn view(&self, caller: &Caller, id: &UpdateId, detail: bool) -> Result<UpdateView, EngineError> {
        self.require_visible(caller, id)?;
        let (update, revision) = self.stored(caller, id)?;
        let served = self.served_by_id(&update.repository)?;
        let rules = self.landing_rules(&served)?;
        let approved_base = served.memory.line()?.position(revision.base_commit).is_some();
        let parts = self.records.read(|view| {
            let decisions = view.decisions(&caller.org, id)?;
            let comments = view.comments(&caller.org, id)?;
            let timeline = view.timeline(&caller.org, id)?;
            Ok::<_, EngineError>(update_view::Parts {
                decisions,
                comments,
                timeline,
                approved_base,
                need: rules.need(view, &update)?,
                live: rules.live(view, &update)?,
            })
        })?;
        let whole = detail.then(|| (update.clone(), revision.clone()));
        let mut shown = update_view::build(caller, &served.name, update, revision, parts)?;
        if let Some((update, revision)) = whole {
            shown.diff = Some(self.diff_of(caller, &update, &revision)?);
            shown.approval_statement = Some(self.statement(caller, &update, &revision)?);
            shown.record_changes = Some(self.record_changes(&served, &revision)?);
            self.follow_comments(&served, &update, &revision, &mut shown.comments)?;
            // What answers hold speaks of the whole memory.
            if caller.scope.is_none() {
                shown.queries = Some(self.query_changes(&served, &update, &revision)?);
            }
        }
        Ok(shown)
    }

    fn record_changes(&self, served: &Served, revision: &records::Revision) -> Result<Value, EngineError> {
        let (base, head) = (At::Commit(revision.base_commit), At::Commit(revision.head_commit));
        let (before, after) = change::load_pair(&served.memory.repo, base, head, &served.memory.parsed)?;
        super::compare::redacted_json(&change::diff_trees(&before, &after))
    }
}

fn proposal_intent(caller: &Caller, served: &Served, ready: &Ready<'_>) -> NewIntent {
    NewIntent {
        kind: IntentKind::Propose,
        repository: served.id.clone(),
        update: ready.before.as_ref().map(|(update, _)| update.id.clone()),
        ref_name: format!("refs/heads/{}", branch_of(ready)),
        expected: ready.before.as_ref().map(|(_, head)| *head),
        new_commit: ready.proposed.head,
        tree: ready.proposed.tree,
        actor: Actor::Principal(caller.principal.clone()),
        detail: json!({"update": ready.id}),
    }
}

/// The usual branch of an update.
pub(super) fn usual_branch(id: &UpdateId) -> String {
    format!("krate/agent-memory/{id}")
}

/// The usual reference of an update.
pub(super) fn branch_ref(id: &UpdateId) -> String {
    format!("refs/heads/{}", usual_branch(id))
}

/// The branch of a proposal: that of the update it revises, that of the import it is of, or the usual one.
fn branch_of(ready: &Ready<'_>) -> String {
    let revised = ready.before.as_ref().map(|(update, _)| update.branch.clone());
    let branch = revised.unwrap_or_else(|| ready.update.import.as_ref().map(|import| import.branch.clone()));
    branch.unwrap_or_else(|| usual_branch(&ready.id))
}

pub(super) fn validation_policy(policy: &RepositoryPolicy) -> ValidationPolicy {
    ValidationPolicy { require_clean: policy.require_clean(), ..ValidationPolicy::default() }
}

fn record_revision(
    tx: &Tx<'_>,
    caller: &Caller,
    served: &Served,
    ready: &Ready<'_>,
    now: crate::base::Timestamp,
) -> Result<Update, EngineError> {
    let (risks, secrets) = match &ready.verdict {
        MergeVerdict::Checked(checked) => (json!(checked.risks), json!(checked.secrets)),
        MergeVerdict::Conflicted(_) => (json!([]), json!({})),
    };
    let revision = NewRevision {
        proposer: caller.principal.clone(),
        base_commit: ready.base,
        head_commit: ready.proposed.head,
        diff_digest: ready.proposed.diff_digest.clone(),
        changes: shown_changes(ready),
        paths: ready.proposed.changes.iter().filter_map(|c| RepoPath::parse(&c.path).ok()).collect(),
        risk_notes: risks,
        redaction: secrets,
    };
    if let Some((update, _)) = &ready.before {
        return Ok(tx.add_revision(&caller.org, &ready.id, update.version, &revision, now)?);
    }
    let new = records::NewUpdate {
        id: ready.id.clone(),
        org: caller.org.clone(),
        repository: served.id.clone(),
        proposer: caller.principal.clone(),
        title: ready.update.title.clone(),
        reason: ready.update.reason.clone(),
        source_run: ready.update.source_run.clone(),
        artifact: ready.update.artifact.clone(),
        branch: ready.update.import.as_ref().map(|import| import.branch.clone()),
        review: ready.update.import.as_ref().map_or(Review::Policy, |import| import.review),
    };
    Ok(tx.create_update(&new, &revision, now)?)
}

/// The changes as they are shown: as they were asked for, or for a patch, as they came out.
fn shown_changes(ready: &Ready<'_>) -> Value {
    if !ready.update.changes.is_empty() {
        let shown = |c: &NewChange| json!({"path": c.path, "action": c.action, "reason": c.reason, "from": c.from});
        return ready.update.changes.iter().map(shown).collect();
    }
    let action = |c: &crate::git::Change| if c.new.is_some() { "upsert" } else { "delete" };
    ready
        .proposed
        .changes
        .iter()
        .map(|c| json!({"path": ShownBytes(&c.path).to_string(), "action": action(c)}))
        .collect()
}

/// Records what validation said of the present revision, and the phase that follows.
pub(super) fn record_verdict(
    tx: &Tx<'_>,
    update: &Update,
    verdict: &MergeVerdict,
    tip: CommitId,
    rules: &LandingRules,
    now: crate::base::Timestamp,
) -> Result<Update, EngineError> {
    let (org, id) = (&update.org, &update.id);
    let update = match verdict {
        MergeVerdict::Conflicted(_) => update.clone(),
        MergeVerdict::Checked(checked) => {
            tx.set_validation(org, id, update.version, &validation_of(checked, tip), now)?
        }
    };
    let conflicts = match verdict {
        MergeVerdict::Conflicted(paths) => Some(json!(paths)),
        MergeVerdict::Checked(_) => None,
    };
    let live = rules.live(tx, &update)?;
    let phase = change::phase_after(verdict.standing(), &live, &rules.need(tx, &update)?);
    Ok(tx.set_phase(org, id, update.version, phase_named(phase.as_str())?, conflicts.as_ref(), now)?)
}

fn validation_of(checked: &Checked, tip: CommitId) -> records::Validation {
    records::Validation {
        tip: Some(tip),
        digest: checked.validation_digest.clone(),
        findings: json!(checked.report.findings),
    }
}

pub(super) fn phase_named(name: &str) -> Result<Phase, EngineError> {
    Phase::parse(name).map_err(|e| {
        EngineError::new(Code::BadRequest, e.to_string()).because(
            "Unknown",
            Some("phase"),
            "see the phases of an update",
        )
    })
}

/// The commit that a proposal speaks of. One off the approved line would bring along what nobody approved.
fn base_of(
    repo: &dyn ReadRepository,
    asked: Option<&str>,
    line: &Line,
    tip: CommitId,
) -> Result<CommitId, EngineError> {
    let Some(text) = asked else { return Ok(tip) };
    let refused =
        |why: String| EngineError::new(Code::InvalidUpdate, why.clone()).because("Unresolved", Some("baseCommit"), why);
    let commit = CommitId::parse(text).map_err(|e| refused(e.to_string()))?;
    let (found, _) = repo.resolve(&RefSpec::Named(commit.to_string())).map_err(|e| refused(e.to_string()))?;
    if line.position(found).is_none() {
        return Err(refused(format!("commit {found} is not on the approved line: base the update on one that is")));
    }
    Ok(found)
}

fn check_words(update: &NewUpdate) -> Result<(), EngineError> {
    let bounds = [
        ("title", update.title.len(), MAX_TITLE),
        ("reason", update.reason.len(), MAX_REASON),
        ("sourceRun", update.source_run.as_ref().map_or(0, String::len), MAX_SOURCE_RUN),
    ];
    for (field, has, most) in bounds {
        if has > most {
            return Err(invalid(field, format!("{field} has {has} bytes, and may have {most}")));
        }
    }
    if update.title.trim().is_empty() {
        return Err(invalid("title", "a title is required: say in one line what changes"));
    }
    let artifact = update.artifact.as_ref().map(Value::to_string).unwrap_or_default();
    if artifact.len() > MAX_ARTIFACT {
        return Err(invalid("artifact", format!("artifact has {} bytes, and may have {MAX_ARTIFACT}", artifact.len())));
    }
    check_secrets(update, &artifact)
}

/// What is said of an update stands in commits and lists for ever: no secret is let in.
fn check_secrets(update: &NewUpdate, artifact: &str) -> Result<(), EngineError> {
    let source_run = update.source_run.as_deref().unwrap_or_default();
    let said =
        [("title", &*update.title), ("reason", &*update.reason), ("sourceRun", source_run), ("artifact", artifact)];
    let reasons = update.changes.iter().filter_map(|c| Some(("changes", c.reason.as_deref()?)));
    match said.into_iter().chain(reasons).find(|(_, text)| holds_secret(text)) {
        Some((field, _)) => Err(invalid(field, format!("{field} holds a secret: take it out, and revoke it"))),
        None => Ok(()),
    }
}

pub(super) fn holds_secret(text: &str) -> bool {
    !crate::screen::find_secrets(text).is_empty()
}

fn invalid(field: &str, message: impl Into<String>) -> EngineError {
    let message = message.into();
    EngineError::new(Code::InvalidUpdate, message.clone()).because("Invalid", Some(field), message)
}

fn spec_of(update: &NewUpdate) -> Result<ChangeSpec, EngineError> {
    match (&update.patch, update.changes.is_empty(), update.head, &update.reverts) {
        (None, true, Some(head), None) => Ok(ChangeSpec::Head(head)),
        (None, true, None, Some(_)) => Ok(ChangeSpec::Revert),
        (Some(patch), true, None, None) => Ok(ChangeSpec::Patch(patch.clone().into_bytes())),
        (None, false, None, None) => update
            .changes
            .iter()
            .enumerate()
            .map(|(n, c)| file_change(n, c))
            .collect::<Result<_, _>>()
            .map(ChangeSpec::Changes),
        _ => Err(invalid("changes", "give either `changes` or `patch`")),
    }
}

pub(super) fn file_change(n: usize, change: &NewChange) -> Result<FileChange, EngineError> {
    let field = |name: &str| format!("changes[{n}].{name}");
    let path = |name: &str, text: &str| RepoPath::parse(text).map_err(|e| invalid(&field(name), e.to_string()));
    let content = change.content.as_ref().map(|c| c.clone().into_bytes());
    let action = match (change.action.as_str(), content, &change.from) {
        ("upsert", Some(content), None) => FileAction::Upsert { content },
        ("delete", None, None) => FileAction::Delete,
        ("rename", content, Some(from)) => FileAction::Rename { from: path("from", from)?, content },
        ("upsert", _, _) => return Err(invalid(&field("content"), "`upsert` takes `content` and no `from`")),
        ("delete", _, _) => return Err(invalid(&field("action"), "`delete` takes neither `content` nor `from`")),
        ("rename", _, None) => return Err(invalid(&field("from"), "`rename` needs `from`")),
        _ => return Err(invalid(&field("action"), "an action is `upsert`, `delete` or `rename`")),
    };
    Ok(FileChange { path: path("path", &change.path)?, action, reason: change.reason.clone().unwrap_or_default() })
}

/// An update is whole files, and a file may hold records of any kind: a token narrowed by kinds has no part in updates.
pub(super) fn require_all_kinds(caller: &Caller) -> Result<(), EngineError> {
    let narrowed = |s: &SourceScope| !s.include_kinds().is_empty() || !s.exclude_kinds().is_empty();
    if !caller.scope.as_ref().is_some_and(narrowed) {
        return Ok(());
    }
    let message = "updates are not for a token that is narrowed by kinds of records";
    Err(EngineError::new(Code::ScopedToken, message).because("OutsideScope", Some("scope"), message))
}

/// Decides the paths that are named before anything is read of them. A patch would tell by whether it applies what a
/// hidden file holds.
pub(super) fn decide_spec(caller: &Caller, spec: &ChangeSpec) -> Result<(), EngineError> {
    if caller.scope.is_some() && !matches!(spec, ChangeSpec::Changes(_)) {
        let message = "a token that is narrowed by scopes proposes with `changes`, not with `patch`";
        return Err(EngineError::new(Code::ScopedToken, message).because("OutsideScope", Some("patch"), message));
    }
    Ok(decide_paths(caller, named_paths(spec))?)
}

fn decide_changes(caller: &Caller, changes: &[crate::git::Change]) -> Result<(), EngineError> {
    let paths: Vec<String> = changes.iter().map(|c| ShownBytes(&c.path).to_string()).collect();
    Ok(decide_paths(caller, paths.iter().map(String::as_str))?)
}

fn named_paths(spec: &ChangeSpec) -> Vec<&str> {
    let ChangeSpec::Changes(changes) = spec else { return Vec::new() };
    let mut paths = Vec::new();
    for change in changes {
        paths.push(change.path.as_str());
        if let FileAction::Rename { from, .. } = &change.action {
            paths.push(from.as_str());
        }
    }
    paths
}

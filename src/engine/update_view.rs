//! An update as faces show it, put together from its rows.

use super::types::ConditionView;
use super::update_types::{ApprovalView, CommentView, ConflictView, Told, UpdateView};
use super::{Code, EngineError};
use crate::access::Caller;
use crate::base::{Finding, Place, RepositoryName, Severity};
use crate::change::{self, ConditionStatus, Missing, Standing};
use crate::records::{Comment, Phase, Revision, TimelineEvent, Update, UpdateDecision, Verdict};
use serde_json::Value;

/// What belongs to an update besides its row and its present revision.
pub(super) struct Parts {
    pub(super) decisions: Vec<UpdateDecision>,
    pub(super) comments: Vec<Comment>,
    pub(super) timeline: Vec<TimelineEvent>,
    pub(super) approved_base: bool,
    pub(super) need: change::Need,
    pub(super) live: change::review::Live,
}

pub(super) fn build(
    caller: &Caller,
    repository: &RepositoryName,
    update: Update,
    revision: Revision,
    parts: Parts,
) -> Result<UpdateView, EngineError> {
    let findings: Vec<Finding> = read(&revision.findings)?;
    let conditions = conditions(&update, &revision, &findings, &parts)?;
    let findings = findings.into_iter().map(|f| shown_finding(caller, f)).collect();
    let branch = update.branch.unwrap_or_else(|| super::updates::usual_branch(&update.id));
    Ok(UpdateView {
        generation: update.version.0,
        repository: repository.clone(),
        created_at: update.created_at,
        base_commit: revision.base_commit,
        title: update.title,
        reason: update.reason,
        source_run: update.source_run,
        artifact: update.artifact,
        proposer: update.proposer,
        changes: shown_changes(&revision.changes),
        phase: update.phase.to_string(),
        revision: update.revision,
        branch,
        head_commit: revision.head_commit,
        diff_digest: revision.diff_digest,
        validation_digest: revision.validation_digest,
        findings,
        conflicts: update.conflicts.as_ref().map(conflicts).unwrap_or_default(),
        risks: risks(&revision.risk_notes),
        approvals: parts.decisions.into_iter().map(approval).collect(),
        comments: parts.comments.into_iter().map(comment).collect(),
        timeline: parts.timeline.into_iter().map(|event| told(caller, event)).collect(),
        merge_commit: update.merge_commit,
        conditions,
        approval_statement: None,
        diff: None,
        record_changes: None,
        queries: None,
        id: update.id,
        organization: update.org,
    })
}

fn told(caller: &Caller, event: TimelineEvent) -> Told {
    let update = event.detail["update"].as_str().filter(|_| caller.scope.is_none()).map(str::to_owned);
    Told { at: event.at, by: event.actor.to_string(), what: event.kind, update }
}

/// A finding that speaks of what a narrowed token does not see says only that it does.
fn shown_finding(caller: &Caller, finding: Finding) -> Finding {
    let hidden = |place: &Place| !caller.sees_path(&place.path);
    let other = hidden(&finding.place);
    if !other && !finding.related.iter().any(|r| hidden(&r.place)) {
        return finding;
    }
    Finding {
        place: if other { Place::whole("") } else { finding.place.clone() },
        message: "this concerns a part of the memory outside the scopes of this token".to_owned(),
        help: "ask somebody who sees all of the memory".to_owned(),
        related: Vec::new(),
        ..finding
    }
}

/// The decisions that stand, as the phase machine takes them.
pub(super) fn live<'d>(standing: impl IntoIterator<Item = &'d UpdateDecision>) -> change::review::Live {
    let mut live = change::review::Live::default();
    for decision in standing {
        match decision.verdict {
            Verdict::Approve => live.approvals.push(change::Approved {
                by: decision.principal.clone(),
                at: decision.at,
                signature: decision.signature.as_ref().map(|s| crate::base::Digest::of(s.as_bytes())),
            }),
            Verdict::RequestChanges => live.changes_requested_by.push(decision.principal.clone()),
            Verdict::Reject => {}
        }
    }
    live
}

/// What the last validation left of an update.
pub(super) fn standing(update: &Update, revision: &Revision, findings: &[Finding]) -> Option<Standing> {
    if update.conflicts.is_some() {
        return Some(Standing::Conflicted);
    }
    revision.validation_digest.as_ref()?;
    let errors = findings.iter().any(|f| f.severity == Severity::Error);
    Some(if errors { Standing::Invalid } else { Standing::Valid })
}

fn conditions(
    update: &Update,
    revision: &Revision,
    findings: &[Finding],
    parts: &Parts,
) -> Result<Vec<ConditionView>, EngineError> {
    let told = |f: &&Finding| f.severity == Severity::Error || f.code == change::PROMPT_INJECTION;
    let codes: Vec<String> = findings.iter().filter(told).map(|f| f.code.clone()).collect();
    let live = &parts.live;
    let missing = match (live.approvals.len() >= parts.need.approvals, parts.need.is_met(live)) {
        (_, true) => Missing::Nothing,
        (true, false) => Missing::Owners,
        (false, false) => Missing::Approvals,
    };
    let missing_owners = parts.need.missing_owners(live);
    let state = change::UpdateState {
        phase: phase(update.phase)?,
        base_resolved: parts.approved_base,
        standing: standing(update, revision, findings),
        codes: &codes,
        missing,
    };
    let mut conditions: Vec<ConditionView> = change::conditions(&state).into_iter().map(condition).collect();
    if let Some(approved) = conditions.iter_mut().find(|c| c.kind == "Approved" && c.status == "False") {
        let owners =
            missing_owners.iter().map(|need| format!("`{}` is owned by {}", need.path, need.owners.join(", ")));
        approved.message = owners.collect::<Vec<_>>().join("; ");
    }
    Ok(conditions)
}

fn phase(phase: Phase) -> Result<change::Phase, EngineError> {
    change::Phase::parse(phase.as_str())
        .ok_or_else(|| EngineError::new(Code::Internal, "an update has a phase that is not known"))
}

fn condition(c: change::Condition) -> ConditionView {
    let status = match c.status {
        ConditionStatus::True => "True",
        ConditionStatus::False => "False",
        ConditionStatus::Unknown => "Unknown",
    };
    ConditionView { kind: c.kind, status: status.to_owned(), reason: c.reason, message: String::new() }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, EngineError> {
    serde_json::from_value(value.clone())
        .map_err(|e| EngineError::new(Code::Internal, "a stored update cannot be read").caused_by(e))
}

fn shown_changes(value: &Value) -> Vec<(String, String, Option<String>)> {
    let text = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|c| (text(c, "path").unwrap_or_default(), text(c, "action").unwrap_or_default(), text(c, "reason")))
        .collect()
}

fn conflicts(value: &Value) -> Vec<ConflictView> {
    let side = |v: &Value, key: &str| {
        v.pointer(&format!("/{key}/text")).and_then(Value::as_str).map(|t| crate::screen::redact(t).text)
    };
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|c| ConflictView {
            path: c.get("path").and_then(Value::as_str).unwrap_or_default().to_owned(),
            base: side(c, "base"),
            ours: side(c, "ours"),
            theirs: side(c, "theirs"),
            fields: c.get("fields").and_then(fields).unwrap_or_default(),
            fields_left_out: c.get("fieldsLeftOut").and_then(Value::as_u64).unwrap_or_default() as usize,
        })
        .collect()
}

/// The fields that disagree, without secrets.
fn fields(value: &Value) -> Option<Vec<change::FieldConflict>> {
    let mut fields: Vec<change::FieldConflict> = serde_json::from_value(value.clone()).ok()?;
    for text in fields.iter_mut().flat_map(|f| [&mut f.base, &mut f.ours, &mut f.theirs]).flatten() {
        *text = crate::screen::redact(text).text;
    }
    Some(fields)
}

fn risks(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|r| r.get("message").and_then(Value::as_str).map(str::to_owned)).collect()
}

fn approval(d: UpdateDecision) -> ApprovalView {
    ApprovalView {
        principal: d.principal.to_string(),
        decision: d.verdict.to_string(),
        diff_digest: d.diff_digest,
        revision: d.revision,
        at: d.at,
        comment: d.comment,
        dismissed: d.dismissed_at.is_some(),
    }
}

fn comment(c: Comment) -> CommentView {
    CommentView {
        principal: c.principal.to_string(),
        at: c.at,
        path: c.path,
        line: c.line,
        revision: c.revision,
        present_line: None,
        body: c.body,
    }
}

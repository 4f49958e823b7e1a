//! The conditions of an update: what is known of it, each with its reason.

use super::phase::{Phase, Standing};
use serde::{Deserialize, Serialize};

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody looked yet.
    Unknown,
}

/// One thing that is known of an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What it is about, such as `MergesCleanly`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// Why, in one word.
    pub reason: String,
}

/// The rule that finds secrets.
const SECRET: &str = "LK501";
/// The rule that finds text that instructs its reader.
pub const PROMPT_INJECTION: &str = "LK503";

/// What the conditions of an update are computed from.
#[derive(Clone, Debug)]
pub struct UpdateState<'a> {
    /// Where it stands.
    pub phase: Phase,
    /// Whether its base commit was found on the approved line.
    pub base_resolved: bool,
    /// What the last validation left of it; `None` before the first.
    pub standing: Option<Standing>,
    /// The codes of the findings of that validation that are errors, and of those that tell of suspicious text.
    pub codes: &'a [String],
    /// What is missing before it may land.
    pub missing: Missing,
}

/// What an update lacks of what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing.
    Nothing,
    /// Approvals.
    Approvals,
    /// Approvals are enough, but none is of an owner of what is touched.
    Owners,
}

/// The conditions of an update, in their order.
pub fn conditions(state: &UpdateState<'_>) -> Vec<Condition> {
    vec![
        yes_or_no("BaseResolved", state.base_resolved, "CommitFound", "CommitNotApproved"),
        secrets_scanned(state),
        injection_scanned(state),
        ontology_valid(state),
        merges_cleanly(state),
        approved(state),
        yes_or_no("MemoryMerged", state.phase == Phase::Merged, "Landed", "NotLanded"),
        ready(state),
    ]
}

fn condition(kind: &str, status: ConditionStatus, reason: &str) -> Condition {
    Condition { kind: kind.to_owned(), status, reason: reason.to_owned() }
}

fn yes_or_no(kind: &str, holds: bool, when_true: &str, when_false: &str) -> Condition {
    if holds {
        condition(kind, ConditionStatus::True, when_true)
    } else {
        condition(kind, ConditionStatus::False, when_false)
    }
}

/// A conflicted update has no merged tree, so nothing that needs one was looked at.
fn checked(state: &UpdateState<'_>) -> bool {
    matches!(state.standing, Some(Standing::Valid | Standing::Invalid))
}

fn not_checked(kind: &str, state: &UpdateState<'_>) -> Condition {
    let reason = if state.standing.is_some() { "Conflicted" } else { "NotValidated" };
    condition(kind, ConditionStatus::Unknown, reason)
}

/// Scanning is what the condition tells; what it found stands in the reason.
fn secrets_scanned(state: &UpdateState<'_>) -> Condition {
    if !checked(state) {
        return not_checked("SecretsScanned", state);
    }
    yes_or_no("SecretsScanned", !state.codes.iter().any(|code| code == SECRET), "NoneFound", "SecretFound")
}

/// A text that instructs its reader does not make an update invalid: a reviewer is told.
fn injection_scanned(state: &UpdateState<'_>) -> Condition {
    if !checked(state) {
        return not_checked("PromptInjectionScanned", state);
    }
    let found = state.codes.iter().any(|code| code == PROMPT_INJECTION);
    yes_or_no("PromptInjectionScanned", !found, "NoneFound", "Suspected")
}

fn ontology_valid(state: &UpdateState<'_>) -> Condition {
    if !checked(state) {
        return not_checked("OntologyValid", state);
    }
    yes_or_no("OntologyValid", state.standing == Some(Standing::Valid), "NoErrors", "Errors")
}

fn merges_cleanly(state: &UpdateState<'_>) -> Condition {
    match state.standing {
        None => condition("MergesCleanly", ConditionStatus::Unknown, "NotValidated"),
        Some(standing) => yes_or_no("MergesCleanly", standing != Standing::Conflicted, "Clean", "Conflicted"),
    }
}

fn approved(state: &UpdateState<'_>) -> Condition {
    let reason = match state.missing {
        _ if state.phase == Phase::ChangesRequested => "ChangesRequested",
        Missing::Nothing => return condition("Approved", ConditionStatus::True, "EnoughApprovals"),
        Missing::Approvals => "ApprovalsMissing",
        Missing::Owners => "OwnerApprovalMissing",
    };
    condition("Approved", ConditionStatus::False, reason)
}

fn ready(state: &UpdateState<'_>) -> Condition {
    yes_or_no(
        "Ready",
        matches!(state.phase, Phase::Approved | Phase::Merged),
        state.phase.as_str(),
        state.phase.as_str(),
    )
}

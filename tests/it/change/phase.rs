//! Phases, reviews and conditions.

use lorekeep::base::{Digest, Principal, Timestamp};
use lorekeep::change::phase::PHASES;
use lorekeep::change::review::Live;
use lorekeep::change::{
    ConditionStatus, Missing, Need, Phase, Review, ReviewKind, Revision, Standing, UpdateState, conditions,
    live_approvals, phase_after,
};

fn principal(text: &str) -> Principal {
    Principal::parse(text).expect("a good principal")
}

fn revision(number: u32) -> Revision {
    Revision { number, diff_digest: Digest::of(&number.to_be_bytes()) }
}

fn review(by: &str, kind: ReviewKind, revision: Revision) -> Review {
    Review { by: principal(by), at: Timestamp::from_seconds(1), kind, revision, signature: None }
}

fn live(reviews: &[Review]) -> Live {
    live_approvals(reviews, &revision(2), &principal("agent:claude"))
}

#[test]
fn the_table_of_transitions() {
    let table: Vec<String> = PHASES
        .iter()
        .map(|from| {
            let next: Vec<&str> = PHASES.iter().filter(|to| from.may_become(**to)).map(|to| to.as_str()).collect();
            format!("{from}: {}", next.join(" "))
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    Validating: Invalid AwaitingApproval ChangesRequested Approved Conflicted Rejected Superseded
    Invalid: Validating Conflicted Rejected Superseded
    AwaitingApproval: Validating Invalid ChangesRequested Approved Conflicted Rejected Superseded
    ChangesRequested: Validating Invalid AwaitingApproval Approved Conflicted Rejected Superseded
    Approved: Validating Invalid AwaitingApproval ChangesRequested Conflicted Merged Rejected Superseded
    Conflicted: Validating Invalid Rejected Superseded
    Merged: 
    Rejected: 
    Superseded: 
    ");
}

#[test]
fn phases_are_read_back_from_their_names() {
    assert!(PHASES.iter().all(|phase| Phase::parse(phase.as_str()) == Some(*phase)));
    assert_eq!(Phase::parse("Done"), None);
}

#[test]
fn an_approval_of_another_revision_does_not_count() {
    let old = review("user:ada", ReviewKind::Approve, revision(1));
    assert!(live(&[old]).approvals.is_empty());
    let same_number = Revision { number: 2, diff_digest: Digest::of(b"another diff") };
    assert!(live(&[review("user:ada", ReviewKind::Approve, same_number)]).approvals.is_empty());
    assert_eq!(live(&[review("user:ada", ReviewKind::Approve, revision(2))]).approvals.len(), 1);
}

#[test]
fn an_approver_counts_once_and_the_newest_decision_wins() {
    let approve = || review("user:ada", ReviewKind::Approve, revision(2));
    let ask = || review("user:ada", ReviewKind::RequestChanges, revision(2));
    assert_eq!(live(&[approve(), approve()]).approvals.len(), 1);
    let after_ask = live(&[approve(), ask()]);
    assert_eq!((after_ask.approvals.len(), after_ask.changes_requested_by.len()), (0, 1));
    let after_approve = live(&[ask(), approve()]);
    assert_eq!((after_approve.approvals.len(), after_approve.changes_requested_by.len()), (1, 0));
}

#[test]
fn the_proposer_does_not_count_as_an_approver() {
    assert!(live(&[review("agent:claude", ReviewKind::Approve, revision(2))]).approvals.is_empty());
}

#[test]
fn approvals_stand_in_the_order_they_were_given() {
    let reviews = ["user:zoe", "user:ada"].map(|by| review(by, ReviewKind::Approve, revision(2)));
    let by: Vec<String> = live(&reviews).approvals.iter().map(|approval| approval.by.to_string()).collect();
    assert_eq!(by, ["user:zoe", "user:ada"]);
}

#[test]
fn a_verdict_and_reviews_come_to_a_phase() {
    let none = live(&[]);
    let one = live(&[review("user:ada", ReviewKind::Approve, revision(2))]);
    let asked = live(&[
        review("user:ada", ReviewKind::Approve, revision(2)),
        review("user:bob", ReviewKind::RequestChanges, revision(2)),
    ]);
    assert_eq!(phase_after(Standing::Valid, &none, &Need::approvals(1)), Phase::AwaitingApproval);
    assert_eq!(phase_after(Standing::Valid, &none, &Need::approvals(0)), Phase::Approved);
    assert_eq!(phase_after(Standing::Valid, &one, &Need::approvals(1)), Phase::Approved);
    assert_eq!(phase_after(Standing::Valid, &one, &Need::approvals(2)), Phase::AwaitingApproval);
    assert_eq!(phase_after(Standing::Valid, &asked, &Need::approvals(1)), Phase::ChangesRequested);
    assert_eq!(phase_after(Standing::Invalid, &one, &Need::approvals(1)), Phase::Invalid);
    assert_eq!(phase_after(Standing::Conflicted, &one, &Need::approvals(1)), Phase::Conflicted);
}

fn told(state: &UpdateState<'_>) -> String {
    let all = conditions(state);
    let line = |c: &lorekeep::change::Condition| format!("{} {:?} {}", c.kind, c.status, c.reason);
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn conditions_say_what_is_known_and_claim_nothing_else() {
    let state = UpdateState {
        phase: Phase::Approved,
        base_resolved: true,
        standing: Some(Standing::Valid),
        codes: &[],
        missing: Missing::Nothing,
    };
    insta::assert_snapshot!(told(&state), @r"
    BaseResolved True CommitFound
    SecretsScanned True NoneFound
    PromptInjectionScanned True NoneFound
    OntologyValid True NoErrors
    MergesCleanly True Clean
    Approved True EnoughApprovals
    MemoryMerged False NotLanded
    Ready True Approved
    ");
    let invalid = UpdateState {
        phase: Phase::Invalid,
        standing: Some(Standing::Invalid),
        codes: &["LK204".into(), "LK501".into()],
        missing: Missing::Approvals,
        ..state.clone()
    };
    insta::assert_snapshot!(told(&invalid), @r"
    BaseResolved True CommitFound
    SecretsScanned False SecretFound
    PromptInjectionScanned True NoneFound
    OntologyValid False Errors
    MergesCleanly True Clean
    Approved False ApprovalsMissing
    MemoryMerged False NotLanded
    Ready False Invalid
    ");
    let conflicted = UpdateState { phase: Phase::Conflicted, standing: Some(Standing::Conflicted), ..state };
    insta::assert_snapshot!(told(&conflicted), @r"
    BaseResolved True CommitFound
    SecretsScanned Unknown Conflicted
    PromptInjectionScanned Unknown Conflicted
    OntologyValid Unknown Conflicted
    MergesCleanly False Conflicted
    Approved True EnoughApprovals
    MemoryMerged False NotLanded
    Ready False Conflicted
    ");
}

#[test]
fn before_the_first_validation_nothing_is_claimed() {
    let state = UpdateState {
        phase: Phase::Validating,
        base_resolved: true,
        standing: None,
        codes: &[],
        missing: Missing::Approvals,
    };
    let unknown: Vec<String> =
        conditions(&state).into_iter().filter(|c| c.status == ConditionStatus::Unknown).map(|c| c.kind).collect();
    assert_eq!(unknown, ["SecretsScanned", "PromptInjectionScanned", "OntologyValid", "MergesCleanly"]);
}

#[test]
fn the_last_conditions_follow_the_phase() {
    let told = |phase, approvals, base_resolved| {
        let state = UpdateState {
            phase,
            base_resolved,
            standing: Some(Standing::Valid),
            codes: &[],
            missing: if approvals > 0 { Missing::Nothing } else { Missing::Approvals },
        };
        let all = conditions(&state).into_iter();
        let pick = |c: &lorekeep::change::Condition| !matches!(c.kind.as_str(), "SecretsScanned" | "OntologyValid");
        let line = |c: lorekeep::change::Condition| format!("{}={:?}:{}", c.kind, c.status, c.reason);
        all.filter(pick).map(line).collect::<Vec<_>>().join(" ")
    };
    let merged = told(Phase::Merged, 1, true);
    assert!(merged.ends_with("Approved=True:EnoughApprovals MemoryMerged=True:Landed Ready=True:Merged"), "{merged}");
    let asked = told(Phase::ChangesRequested, 1, false);
    assert!(asked.starts_with("BaseResolved=False:CommitNotApproved "), "{asked}");
    assert!(asked.contains(" Approved=False:ChangesRequested "), "{asked}");
}

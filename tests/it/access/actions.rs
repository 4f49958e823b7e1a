//! Who may do what: every role against every action.

use super::{caller, narrowed};
use lorekeep::access::{Action, Role, decide, decide_paths};
use lorekeep::base::Principal;

/// Each action, the least role that may, and whether a narrowed token may.
pub(super) fn table(proposers: &[Principal]) -> Vec<(Action<'_>, Role, bool)> {
    vec![
        (Action::ListRepositories, Role::Reader, true),
        (Action::ReadPolicy, Role::Reader, true),
        (Action::ResolveRef, Role::Reader, true),
        (Action::Query, Role::Reader, true),
        (Action::ReadRecords, Role::Reader, true),
        (Action::ReadDocuments, Role::Reader, true),
        (Action::ReadGraph, Role::Reader, true),
        (Action::ReadReport, Role::Reader, true),
        (Action::Diff, Role::Reader, true),
        (Action::ReadHistory, Role::Reader, true),
        (Action::Validate, Role::Reader, true),
        (Action::ReadUpdates, Role::Reader, true),
        (Action::ReadSnapshots, Role::Reader, true),
        (Action::CreateSnapshot, Role::Reader, true),
        (Action::ReadSigners, Role::Reader, true),
        (Action::Fetch, Role::Reader, false),
        (Action::Push, Role::Proposer, false),
        (Action::Propose, Role::Proposer, true),
        (Action::Comment, Role::Proposer, true),
        (Action::Refresh, Role::Proposer, false),
        (Action::Approve { proposers, touches_ontology: false }, Role::Reviewer, false),
        (Action::Approve { proposers, touches_ontology: true }, Role::Maintainer, false),
        (Action::ReadImports, Role::Reader, true),
        (Action::ImportRun, Role::Proposer, true),
        (Action::RetainBytes, Role::Maintainer, false),
        (Action::ReadBytes, Role::Maintainer, false),
        (Action::Reject, Role::Reviewer, false),
        (Action::RequestChanges, Role::Reviewer, false),
        (Action::Merge { touches_ontology: false }, Role::Reviewer, false),
        (Action::Merge { touches_ontology: true }, Role::Maintainer, false),
        (Action::Supersede { own: true }, Role::Proposer, true),
        (Action::Supersede { own: false }, Role::Reviewer, false),
        (Action::Revert, Role::Maintainer, false),
        (Action::MarkSnapshot, Role::Maintainer, false),
        (Action::CreateRepository, Role::Admin, false),
        (Action::ManagePolicies, Role::Admin, false),
        (Action::ManageTokens, Role::Admin, false),
        (Action::RegisterKey, Role::Proposer, false),
        (Action::RetireKey { own: true }, Role::Proposer, false),
        (Action::RetireKey { own: false }, Role::Admin, false),
        (Action::ReadAudit, Role::Admin, false),
    ]
}

pub(super) fn others() -> Vec<Principal> {
    vec![Principal::parse("agent:claude").unwrap()]
}

#[test]
fn each_role_may_what_the_table_says_and_nothing_else() {
    for (action, least, _) in table(&others()) {
        for role in Role::ALL {
            let decision = decide(&caller(role), &action);
            assert_eq!(decision.is_ok(), role >= least, "{role} and {action:?}");
            if let Err(denial) = decision {
                assert_eq!(denial.code, "POLICY_DENIED");
                assert_eq!(denial.reasons[0].code, "MissingRole");
                assert_eq!(denial.reasons[0].field, "role");
                assert!(denial.message.contains(least.as_str()), "{}", denial.message);
            }
        }
    }
}

#[test]
fn a_narrowed_token_may_only_what_can_be_held_to_its_scope() {
    for (action, least, narrow) in table(&others()) {
        for role in Role::ALL {
            let decision = decide(&narrowed(role), &action);
            assert_eq!(decision.is_ok(), narrow && role >= least, "{role} and {action:?}");
            if !narrow {
                assert_eq!(decision.unwrap_err().code, "SCOPED_TOKEN", "{role} and {action:?}");
            }
        }
    }
}

#[test]
fn nobody_approves_what_they_proposed_whatever_their_role() {
    let proposers = [Principal::parse("agent:claude").unwrap(), Principal::parse("user:mira").unwrap()];
    for role in Role::ALL {
        for touches_ontology in [false, true] {
            let denial =
                decide(&caller(role), &Action::Approve { proposers: &proposers, touches_ontology }).unwrap_err();
            assert_eq!(denial.code, "SELF_APPROVAL_DENIED", "{role}");
        }
    }
    assert_eq!(decide(&caller(Role::Reviewer), &Action::Merge { touches_ontology: false }), Ok(()));
}

#[test]
fn a_self_approval_without_the_role_gives_both_reasons() {
    let proposers = [Principal::parse("user:mira").unwrap()];
    let action = Action::Approve { proposers: &proposers, touches_ontology: false };
    let denial = decide(&caller(Role::Proposer), &action).unwrap_err();
    let codes: Vec<_> = denial.reasons.iter().map(|r| r.code).collect();
    assert_eq!(codes, ["SelfApproval", "MissingRole"]);
}

#[test]
fn the_case_of_a_name_makes_no_second_person_and_the_kind_does() {
    let approve = |text: &str| {
        let proposers = [Principal::parse(text).unwrap()];
        decide(&caller(Role::Reviewer), &Action::Approve { proposers: &proposers, touches_ontology: false })
    };
    assert_eq!(approve("user:MIRA").unwrap_err().code, "SELF_APPROVAL_DENIED");
    assert_eq!(approve("agent:mira"), Ok(()));
}

#[test]
fn paths_outside_the_scope_are_refused_and_a_whole_token_names_any() {
    assert_eq!(decide_paths(&narrowed(Role::Proposer), ["teams/a.md", "teams/b/c.md"]), Ok(()));
    for path in ["docs/a.md", "teams/secret/a.md", "teams"] {
        let denial = decide_paths(&narrowed(Role::Proposer), ["teams/a.md", path]).unwrap_err();
        assert_eq!((denial.code, denial.reasons[0].field), ("SCOPED_TOKEN", "path"));
    }
    assert_eq!(decide_paths(&caller(Role::Reader), ["docs/a.md"]), Ok(()));
}

#[test]
fn a_role_is_read_as_it_is_written_and_roles_are_ordered() {
    for pair in Role::ALL.windows(2) {
        assert!(pair[0] < pair[1]);
    }
    for role in Role::ALL {
        assert_eq!(role.to_string().parse(), Ok(role));
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
    }
    assert!("owner".parse::<Role>().is_err());
    assert!("Admin".parse::<Role>().is_err());
}

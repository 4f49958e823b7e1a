//! Who may move which reference: every role against every sort of reference and every move.

use super::{caller, narrowed};
use lorekeep::access::{RefMove, RepositoryPolicy, Role, decide_ref};

/// The least role to create, fast-forward, force and delete; `None`: nobody.
type Row = (&'static str, [Option<Role>; 4]);

const NOBODY: [Option<Role>; 4] = [None; 4];
const MAINTAINER: Option<Role> = Some(Role::Maintainer);
const PROPOSER: Option<Role> = Some(Role::Proposer);

const TABLE: &[Row] = &[
    ("refs/heads/main", [MAINTAINER, MAINTAINER, None, None]),
    ("refs/heads/feature", [MAINTAINER; 4]),
    ("refs/heads/krate-like", [MAINTAINER; 4]),
    ("refs/heads/krate/mine", [PROPOSER, PROPOSER, MAINTAINER, MAINTAINER]),
    ("refs/heads/krate/agent-memory-notes", [PROPOSER, PROPOSER, MAINTAINER, MAINTAINER]),
    ("refs/heads/krate/agent-memory/amu-01hx0000000000000000000000", NOBODY),
    ("refs/heads/krate/memory-import/x", NOBODY),
    ("refs/heads/krate/agent-memory", NOBODY),
    ("refs/heads/krate/memory-import", NOBODY),
    ("refs/heads/krate", NOBODY),
    ("refs/for/main", [PROPOSER, None, None, None]),
    ("refs/for/other", NOBODY),
    ("refs/for/main/sub", NOBODY),
    ("refs/for", NOBODY),
    ("refs/tags/v1", [MAINTAINER, None, None, None]),
    ("refs/tags/memory/other", [MAINTAINER, None, None, None]),
    ("refs/tags/memory/snapshots/release", NOBODY),
    ("refs/tags/memory/snapshots", NOBODY),
    ("refs/tags/memory", NOBODY),
    ("refs/lorekeep/audit", NOBODY),
    ("refs/lorekeep", NOBODY),
    ("refs/notes/commits", NOBODY),
    ("refs/replace/0123456789012345678901234567890123456789", NOBODY),
    ("refs/remotes/origin/main", NOBODY),
    ("refs/heads", NOBODY),
    ("refs/heads/--exec=x", NOBODY),
    ("refs/heads/krate/-x", NOBODY),
    ("refs/heads/krate//x", NOBODY),
    ("refs/heads/a\nb", NOBODY),
    ("HEAD", NOBODY),
    ("main", NOBODY),
    ("", NOBODY),
];

#[test]
fn each_role_may_move_what_the_table_says_and_nothing_else() {
    let policy = RepositoryPolicy::default();
    for (name, cells) in TABLE {
        for (change, least) in RefMove::ALL.into_iter().zip(cells) {
            for role in Role::ALL {
                let decision = decide_ref(&caller(role), name, change, &policy, "refs/heads/main");
                assert_eq!(decision.is_ok(), least.is_some_and(|l| role >= l), "{role}, {change:?} of {name:?}");
                if let Err(denial) = decision {
                    assert_eq!(denial.code, "POLICY_DENIED");
                    assert!(!denial.message.contains('\n'));
                }
            }
        }
    }
}

#[test]
fn a_narrowed_token_pushes_nothing() {
    for (name, _) in TABLE {
        for change in RefMove::ALL {
            let caller = narrowed(Role::Admin);
            let denial =
                decide_ref(&caller, name, change, &RepositoryPolicy::default(), "refs/heads/main").unwrap_err();
            assert_eq!(denial.code, "SCOPED_TOKEN");
        }
    }
}

#[test]
fn a_policy_without_direct_pushes_leaves_the_default_branch_to_merges() {
    let policy = RepositoryPolicy::new(1, false, false).unwrap();
    for change in RefMove::ALL {
        assert!(decide_ref(&caller(Role::Admin), "refs/heads/main", change, &policy, "refs/heads/main").is_err());
    }
    let denial = decide_ref(&caller(Role::Admin), "refs/heads/main", RefMove::FastForward, &policy, "refs/heads/main")
        .unwrap_err();
    assert_eq!(denial.reasons[0].field, "policy.allowDirectPush");
    assert_eq!(
        decide_ref(&caller(Role::Maintainer), "refs/heads/x", RefMove::Create, &policy, "refs/heads/main"),
        Ok(())
    );
}

#[test]
fn the_default_branch_is_what_the_repository_says_it_is() {
    let policy = RepositoryPolicy::default();
    let decide =
        |role, name, change| decide_ref(&caller(role), name, change, &policy, "refs/heads/krate/trunk").is_ok();
    assert!(!decide(Role::Proposer, "refs/heads/krate/trunk", RefMove::FastForward));
    assert!(decide(Role::Maintainer, "refs/heads/krate/trunk", RefMove::FastForward));
    assert!(!decide(Role::Admin, "refs/heads/krate/trunk", RefMove::Delete));
    assert!(decide(Role::Maintainer, "refs/heads/main", RefMove::Delete));
}

#[test]
fn what_is_proposed_for_another_branch_is_told_which_one_takes_proposals() {
    let policy = RepositoryPolicy::default();
    let decide = |branch| decide_ref(&caller(Role::Admin), "refs/for/main", RefMove::Create, &policy, branch);
    assert!(decide("refs/heads/main").is_ok());
    assert!(decide("refs/heads/krate/trunk").unwrap_err().message.contains("push to refs/for/<its name>"));
}

#[test]
fn the_move_follows_from_the_two_ends() {
    assert_eq!(RefMove::of(true, false, false), RefMove::Create);
    assert_eq!(RefMove::of(true, false, true), RefMove::Create);
    assert_eq!(RefMove::of(false, false, true), RefMove::FastForward);
    assert_eq!(RefMove::of(false, false, false), RefMove::Force);
    for (old, ff) in [(true, true), (true, false), (false, true), (false, false)] {
        assert_eq!(RefMove::of(old, true, ff), RefMove::Delete);
    }
}

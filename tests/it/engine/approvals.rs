//! Reviews: who may, of which diff, and where they leave an update.

use super::world::{World, revising, upsert};
use super::{code, note};
use lorekeep::base::Digest;
use lorekeep::change::APPROVAL_NAMESPACE;
use lorekeep::engine::{Caller, Code, RepositoryPolicy, Role, UpdateAction, UpdateView};
use lorekeep::git::{Signer, SigningKey};

fn proposal(world: &World) -> UpdateView {
    world.proposed(&world.caller("agent:claude", Role::Proposer), upsert("notes/a.md", &note("term:a", "one")))
}

fn decide(comment: &str) -> (UpdateAction, UpdateAction) {
    let comment = Some(comment.to_owned());
    (UpdateAction::Reject { comment: comment.clone() }, UpdateAction::RequestChanges { comment })
}

#[test]
fn the_proposer_cannot_approve_whatever_the_role_or_the_spelling() {
    let world = World::new();
    let update = proposal(&world);
    for who in ["agent:claude", "agent:Claude"] {
        let same = world.caller(who, Role::Admin);
        assert_eq!(code(world.approve(&same, &update)), Code::SelfApprovalDenied, "{who}");
    }
    let other = world.caller("user:rae", Role::Reviewer);
    let revised = world.proposed(&other, revising(&update.id, upsert("notes/a.md", &note("term:a", "two"))));
    assert_eq!(code(world.approve(&other, &revised)), Code::SelfApprovalDenied);
    assert_eq!(code(world.approve(&world.caller("agent:claude", Role::Admin), &revised)), Code::SelfApprovalDenied);
}

#[test]
fn roles_decide_who_may_do_what_to_an_update() {
    let world = World::new();
    let update = proposal(&world);
    let digest = update.diff_digest.to_string();
    let (reject, changes) = decide("no");
    let comment = UpdateAction::Comment { path: None, line: None, body: "hm".to_owned() };
    let approve = UpdateAction::Approve { expected_diff_digest: digest.clone(), comment: None, signature: None };
    let merge = UpdateAction::Merge { expected_diff_digest: digest };
    let refused = |role: Role, action: &UpdateAction| {
        let result = world.act(&world.caller("user:x", role), &update.id, action);
        result.err().is_some_and(|e| e.code == Code::PolicyDenied)
    };
    for action in [&approve, &merge, &reject, &changes] {
        assert!(refused(Role::Reader, action) && refused(Role::Proposer, action), "{action:?}");
    }
    for action in [&comment, &UpdateAction::Refresh] {
        assert!(refused(Role::Reader, action) && !refused(Role::Proposer, action), "{action:?}");
    }
    let shown = world.update(&world.caller("user:x", Role::Reader), &update.id).unwrap();
    assert_eq!((shown.phase.as_str(), shown.approvals.len()), ("AwaitingApproval", 0));
}

#[test]
fn an_approval_is_of_one_diff() {
    let world = World::new();
    let update = proposal(&world);
    let rae = world.caller("user:rae", Role::Reviewer);
    let of = |digest: String| UpdateAction::Approve { expected_diff_digest: digest, comment: None, signature: None };
    let wrong = Digest::of(b"something else").to_string();
    assert_eq!(code(world.act(&rae, &update.id, &of(wrong))), Code::DigestMismatch);
    assert_eq!(code(world.act(&rae, &update.id, &of("nonsense".to_owned()))), Code::BadRequest);
    let approved = world.approve(&rae, &update).unwrap();
    assert_eq!((approved.phase.as_str(), approved.approvals.len()), ("Approved", 1));
    assert_eq!(approved.approvals[0].principal, "user:rae");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let revised = world.proposed(&proposer, revising(&update.id, upsert("notes/a.md", &note("term:a", "two"))));
    assert_eq!(revised.phase, "AwaitingApproval");
    assert!(revised.approvals.iter().all(|a| a.dismissed));
    assert_eq!(code(world.approve(&rae, &update)), Code::DigestMismatch);
    assert_eq!(code(world.merge(&rae, &update)), Code::DigestMismatch);
    assert_eq!(code(world.merge(&rae, &revised)), Code::Conflict);
}

#[test]
fn a_request_for_changes_stands_until_its_reviewer_or_a_revision_takes_it_back() {
    let world = World::new();
    let update = proposal(&world);
    let (rae, sam) = (world.caller("user:rae", Role::Reviewer), world.caller("user:sam", Role::Reviewer));
    let (_, changes) = decide("say more");
    assert_eq!(world.act(&rae, &update.id, &changes).unwrap().phase, "ChangesRequested");
    assert_eq!(world.approve(&sam, &update).unwrap().phase, "ChangesRequested");
    assert_eq!(code(world.merge(&sam, &update)), Code::Conflict);
    assert_eq!(world.approve(&rae, &update).unwrap().phase, "Approved");
}

#[test]
fn a_rejected_update_is_over() {
    let world = World::new();
    let update = proposal(&world);
    let rae = world.caller("user:rae", Role::Reviewer);
    let (reject, changes) = decide("not this way");
    assert_eq!(world.act(&rae, &update.id, &reject).unwrap().phase, "Rejected");
    assert_eq!(world.act(&rae, &update.id, &reject).unwrap().phase, "Rejected", "twice is once");
    assert_eq!(code(world.approve(&rae, &update)), Code::Conflict);
    assert_eq!(code(world.act(&rae, &update.id, &changes)), Code::Conflict);
    assert_eq!(code(world.act(&rae, &update.id, &UpdateAction::Refresh)), Code::Conflict);
    assert_eq!(code(world.merge(&rae, &update)), Code::Conflict);
    let proposer = world.caller("agent:claude", Role::Proposer);
    let again = world.propose(&proposer, &revising(&update.id, upsert("notes/b.md", "x\n")));
    assert_eq!(code(again), Code::Conflict);
    let events = world.audited();
    assert_eq!(events.iter().filter(|e| *e == "agent.memory.update.rejected").count(), 1);
}

#[test]
fn comments_are_of_the_update_or_of_a_line_and_bounded() {
    let world = World::new();
    let update = proposal(&world);
    let ada = world.caller("user:ada", Role::Proposer);
    let say = |path: Option<&str>, line, body: &str| {
        let action = UpdateAction::Comment { path: path.map(str::to_owned), line, body: body.to_owned() };
        world.act(&ada, &update.id, &action)
    };
    say(None, None, "well done").unwrap();
    let shown = say(Some("notes/a.md"), Some(3), "why this kind").unwrap();
    let said: Vec<_> = shown.comments.iter().map(|c| (c.principal.as_str(), c.line, c.body.as_str())).collect();
    assert_eq!(said, [("user:ada", None, "well done"), ("user:ada", Some(3), "why this kind")]);
    for (path, body) in [(None, " "), (None, "x".repeat(20_000).as_str()), (Some("../x"), "x")] {
        assert_eq!(code(say(path, None, body)), Code::BadRequest);
    }
    let kinds: Vec<_> = shown.timeline.iter().map(|told| told.what.as_str()).collect();
    assert_eq!(kinds, ["proposed", "commented", "commented"]);
}

#[test]
fn a_change_of_the_ontology_needs_a_maintainer_to_approve_and_to_merge() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let words = "version: 1\nsensitivity: [public, internal, restricted, secret-metadata]\ntags: [memory]\n";
    let update = world.proposed(&proposer, upsert("ontology/controlled-vocabulary.yaml", words));
    assert_eq!(update.phase, "AwaitingApproval", "{:?}", update.findings);
    assert!(update.risks.iter().any(|r| r.contains("ontology")), "{:?}", update.risks);
    let (rae, mia) = (world.caller("user:rae", Role::Reviewer), world.caller("user:mia", Role::Maintainer));
    assert_eq!(code(world.approve(&rae, &update)), Code::PolicyDenied);
    world.approve(&mia, &update).unwrap();
    assert_eq!(code(world.merge(&rae, &update)), Code::PolicyDenied);
    assert_eq!(world.merge(&mia, &update).unwrap().phase, "Merged");
}

#[test]
fn a_policy_of_two_approvals_asks_for_two_people() {
    let world = World::new();
    let admin = world.caller("user:root", Role::Admin);
    world.set_policy(&admin, "brain", RepositoryPolicy::new(2, true, false).unwrap()).unwrap();
    let update = proposal(&world);
    let (rae, sam) = (world.caller("user:rae", Role::Reviewer), world.caller("user:sam", Role::Reviewer));
    assert_eq!(world.approve(&rae, &update).unwrap().phase, "AwaitingApproval");
    assert_eq!(world.approve(&rae, &update).unwrap().phase, "AwaitingApproval", "the same person twice is one");
    assert_eq!(code(world.merge(&rae, &update)), Code::Conflict);
    assert_eq!(world.approve(&sam, &update).unwrap().phase, "Approved");
    world.merge(&sam, &update).unwrap();
    let approvers = world.git(&["log", "-1", "--format=%(trailers:key=Approved-by,valueonly,separator=%x2C)", "main"]);
    assert!(approvers.contains("user:rae 2026") && approvers.contains("user:sam 2026"), "{approvers}");
}

#[test]
fn reviewers_who_decide_at_once_do_not_get_into_each_others_way() {
    let world = World::new();
    let admin = world.caller("user:root", Role::Admin);
    world.set_policy(&admin, "brain", RepositoryPolicy::new(4, true, false).unwrap()).unwrap();
    let update = proposal(&world);
    let reviewers: Vec<Caller> = (0..4).map(|n| world.caller(&format!("user:r{n}"), Role::Reviewer)).collect();
    std::thread::scope(|scope| {
        for reviewer in &reviewers {
            scope.spawn(|| world.approve(reviewer, &update).unwrap());
        }
    });
    let shown = world.update(&admin, &update.id).unwrap();
    assert_eq!((shown.phase.as_str(), shown.approvals.len()), ("Approved", 4));
    assert_eq!(world.audited().iter().filter(|e| *e == "agent.memory.update.approved").count(), 4);
}

#[test]
fn where_approvals_have_to_be_signed_only_the_approvers_own_signature_counts() {
    let world = World::new();
    let admin = world.caller("user:root", Role::Admin);
    let (rae, sam) = (world.caller("user:rae", Role::Reviewer), world.caller("user:sam", Role::Reviewer));
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate(&folder.path().join("rae")).unwrap();
    world.register_key(&rae, &key.public_key()).unwrap();
    let update = proposal(&world);
    assert_eq!(world.approve(&sam, &update).unwrap().phase, "Approved", "before the policy asks for more");
    let policy = RepositoryPolicy::default().with_signed_approvals(true);
    world.set_policy(&admin, "brain", policy).unwrap();
    assert_eq!(code(world.merge(&sam, &update)), Code::Conflict, "an unsigned approval does not count any more");
    let refused = world.approve(&sam, &update).unwrap_err();
    assert_eq!((refused.code, refused.reasons[0].code.as_str()), (Code::PolicyDenied, "SignatureRequired"));

    let statement = |by: &Caller| world.update(by, &update.id).unwrap().approval_statement.unwrap();
    let signed = |text: String| key.sign_in(APPROVAL_NAMESPACE, text.as_bytes()).unwrap();
    let approve = |by: &Caller, signature: String| {
        let expected_diff_digest = update.diff_digest.to_string();
        let action = UpdateAction::Approve { expected_diff_digest, comment: None, signature: Some(signature) };
        world.act(by, &update.id, &action)
    };
    assert_eq!(code(approve(&sam, signed(statement(&sam)))), Code::BadRequest, "by the key of somebody else");
    assert_eq!(code(approve(&rae, signed(statement(&sam)))), Code::BadRequest, "of another statement");
    assert_eq!(code(approve(&rae, "nonsense".to_owned())), Code::BadRequest);
    let signature = signed(statement(&rae));
    assert_eq!(approve(&rae, signature.clone()).unwrap().phase, "Approved");
    world.merge(&rae, &update).unwrap();
    let told = world.git(&["log", "-1", "--format=%(trailers:key=Approved-by,valueonly)", "main"]);
    let digest = Digest::of(signature.trim().as_bytes()).to_string();
    assert!(told.trim().starts_with("user:rae ") && told.trim().ends_with(&digest), "{told}");
}

//! What an update needs besides approvals: those of the owners of its paths; and what needs none at all.

use super::world::{World, change, upsert};
use super::{code, note};
use lorekeep::base::GlobSet;
use lorekeep::engine::{Caller, Code, NewUpdate, RepositoryPolicy, Role, UpdateView};

const OWNERS: &str = "ontology/owners.yaml";
const TEXT: &str = "version: 1\nteams:\n  team:words: [user:ada, user:bob]\npaths:\n  \
    - {glob: 'notes/**', owners: [team:words]}\n  - {glob: 'notes/free/**', owners: []}\n";

/// A world whose notes belong to a team.
fn owned() -> World {
    let world = World::new();
    land_owners(&world, TEXT);
    world
}

/// Lands a file of owners, as everything of the ontology does: by maintainers.
fn land_owners(world: &World, text: &str) {
    let (mia, max) = (world.caller("user:mia", Role::Maintainer), world.caller("user:max", Role::Maintainer));
    let update = world.proposed(&mia, upsert(OWNERS, text));
    world.approve(&max, &update).unwrap();
    world.merge(&max, &update).unwrap();
}

fn reviewer(world: &World, who: &str) -> Caller {
    world.caller(who, Role::Reviewer)
}

fn proposed(world: &World, by: &str, path: &str) -> UpdateView {
    world.proposed(&world.caller(by, Role::Reviewer), upsert(path, &note("term:a", "one")))
}

fn approved(update: &UpdateView) -> (&str, &str) {
    let condition = update.conditions.iter().find(|c| c.kind == "Approved").unwrap();
    (condition.reason.as_str(), condition.message.as_str())
}

#[test]
fn an_owner_has_to_approve() {
    let world = owned();
    let update = proposed(&world, "agent:claude", "notes/a.md");
    let shown = world.approve(&reviewer(&world, "user:rae"), &update).unwrap();
    assert_eq!(shown.phase, "AwaitingApproval");
    assert_eq!(approved(&shown), ("OwnerApprovalMissing", "`notes/a.md` is owned by team:words"));
    let refused = world.merge(&reviewer(&world, "user:rae"), &update).unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(
        refused
            .message
            .ends_with("1 of 1 approvals of its present revision, and none of team:words who own `notes/a.md`"),
        "{refused}"
    );
    let shown = world.approve(&reviewer(&world, "user:bob"), &update).unwrap();
    assert_eq!((shown.phase.as_str(), approved(&shown).0), ("Approved", "EnoughApprovals"));
    world.merge(&reviewer(&world, "user:rae"), &update).unwrap();
}

#[test]
fn an_owner_who_proposes_needs_another_owner_and_the_last_rule_counts() {
    let world = owned();
    let update = proposed(&world, "user:ada", "notes/a.md");
    assert_eq!(code(world.approve(&reviewer(&world, "user:ada"), &update)), Code::SelfApprovalDenied);
    assert_eq!(world.approve(&reviewer(&world, "user:rae"), &update).unwrap().phase, "AwaitingApproval");
    assert_eq!(world.approve(&reviewer(&world, "user:bob"), &update).unwrap().phase, "Approved");
    let free = proposed(&world, "agent:claude", "notes/free/a.md");
    assert_eq!(world.approve(&reviewer(&world, "user:rae"), &free).unwrap().phase, "Approved");
}

#[test]
fn an_owner_without_another_one_needs_anybody() {
    let world = World::new();
    land_owners(&world, "version: 1\npaths: [{glob: 'notes/**', owners: [user:ada]}]\n");
    let update = proposed(&world, "user:ada", "notes/a.md");
    assert_eq!(world.approve(&reviewer(&world, "user:rae"), &update).unwrap().phase, "Approved");
}

#[test]
fn a_proposal_does_not_choose_its_own_owners() {
    let world = owned();
    let mine = TEXT.replace("user:bob", "agent:claude, user:rae");
    let both = NewUpdate {
        changes: vec![
            change(OWNERS, "upsert", Some(&mine)),
            change("notes/a.md", "upsert", Some(&note("term:a", "one"))),
        ],
        ..upsert("x", "x")
    };
    let update = world.proposed(&world.caller("agent:claude", Role::Proposer), both);
    assert_eq!(code(world.approve(&reviewer(&world, "user:rae"), &update)), Code::PolicyDenied);
    let shown = world.approve(&world.caller("user:rae", Role::Maintainer), &update).unwrap();
    assert_eq!((shown.phase.as_str(), approved(&shown).0), ("AwaitingApproval", "OwnerApprovalMissing"));
}

#[test]
fn owners_that_landed_since_count_at_the_merge() {
    let world = World::new();
    let update = proposed(&world, "agent:claude", "notes/a.md");
    assert_eq!(world.approve(&reviewer(&world, "user:rae"), &update).unwrap().phase, "Approved");
    land_owners(&world, TEXT);
    assert_eq!(code(world.merge(&reviewer(&world, "user:rae"), &update)), Code::Conflict);
    assert_eq!(world.approve(&reviewer(&world, "user:bob"), &update).unwrap().phase, "Approved");
    world.merge(&reviewer(&world, "user:rae"), &update).unwrap();
}

#[test]
fn a_malformed_file_of_owners_is_an_error_with_its_place() {
    let world = World::new();
    let claude = world.caller("agent:claude", Role::Proposer);
    for (text, line, message) in [
        ("version: 1\npaths: [{glob: 'a/**', owners: [team:none]}]\n", 2, "`team:none` is not among the teams"),
        ("version: 1\npaths:\n  - {owners: [user:ada]}\n", 3, "a rule of `paths` has no glob"),
        ("version: 1\nteams: {words: [user:ada]}\n", 2, "`words` is no team"),
        ("version: 1\nteams: {'team:words': [ada]}\n", 2, "a principal"),
        ("version: 1\npaths: {a: b}\n", 2, "`paths` is not a list"),
    ] {
        let update = world.proposed(&claude, upsert(OWNERS, text));
        let found: Vec<_> =
            update.findings.iter().map(|f| (f.code.as_str(), f.place.line, f.message.as_str())).collect();
        assert_eq!(update.phase, "Invalid", "{text}");
        assert!(found.iter().any(|f| f.0 == "LK702" && f.1 == line && f.2.contains(message)), "{text}: {found:?}");
    }
}

#[test]
fn what_the_policy_says_lands_by_itself_and_says_why() {
    let world = World::new();
    let by_itself = GlobSet::new(&["indexes/**", "generated/**", "ontology/**"]).unwrap();
    let policy = RepositoryPolicy::default().with_auto_merge(by_itself);
    world.set_policy(&world.caller("user:root", Role::Admin), "brain", policy).unwrap();
    let claude = world.caller("agent:claude", Role::Proposer);
    let landed = world.proposed(&claude, upsert("generated/a.md", &note("term:a", "one")));
    assert_eq!((landed.phase.as_str(), landed.merge_commit), ("Merged", Some(world.tip())));
    let trailers = world.git(&["log", "-1", "--format=%(trailers:key=Auto-Merge)%(trailers:key=Approved-by)", "main"]);
    assert_eq!(trailers.trim(), "Auto-Merge: indexes/**, generated/**, ontology/**");
    let other = NewUpdate {
        changes: vec![
            change("generated/b.md", "upsert", Some(&note("term:b", "x"))),
            change("notes/c.md", "upsert", Some(&note("term:c", "x"))),
        ],
        ..upsert("x", "x")
    };
    assert_eq!(world.proposed(&claude, other).phase, "AwaitingApproval", "one path more needs a reviewer");
    assert_eq!(world.proposed(&claude, upsert("generated/d.md", "---\nid: [\n")).phase, "Invalid");
    let ontology = world.proposed(&claude, upsert(OWNERS, TEXT));
    assert_eq!(ontology.phase, "AwaitingApproval", "the ontology never lands by itself");
}

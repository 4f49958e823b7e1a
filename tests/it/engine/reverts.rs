//! Reverts: the inverse of what landed, proposed like any update.

use super::world::{World, upsert, with_key};
use super::{code, note};
use lorekeep::engine::{Code, RevertRequest, Role};

#[test]
fn a_revert_takes_back_what_landed_and_leaves_alone_what_came_since() {
    let world = World::new();
    let bad = world.land("notes/bad.md", &note("term:bad", "wrong"));
    world.land("notes/good.md", &note("term:good", "right"));
    let mia = world.caller("user:mia", Role::Maintainer);
    let revert = world.revert(&mia, &bad.id, &RevertRequest::default()).unwrap();
    assert_eq!(revert.title, format!("Revert \"{}\"", bad.title));
    assert!(revert.reason.contains(bad.id.as_str()) && revert.reason.contains(&bad.merge_commit.unwrap().to_string()));
    assert_eq!((revert.phase.as_str(), revert.changes.len()), ("AwaitingApproval", 1));
    assert_eq!(revert.changes[0].1, "delete");
    let told = world.update(&mia, &bad.id).unwrap();
    assert_eq!(told.timeline.last().unwrap().what, "revert-proposed");
    let rae = world.caller("user:rae", Role::Reviewer);
    world.approve(&rae, &revert).unwrap();
    world.merge(&rae, &revert).unwrap();
    assert_eq!(world.git(&["ls-tree", "--name-only", "main", "notes/"]).trim(), "notes/good.md");
}

#[test]
fn a_revert_of_what_was_changed_again_is_conflicted() {
    let world = World::new();
    let bad = world.land("notes/bad.md", &note("term:bad", "wrong"));
    world.land("notes/bad.md", &note("term:bad", "less wrong"));
    let revert = world.revert(&world.caller("user:mia", Role::Maintainer), &bad.id, &RevertRequest::default()).unwrap();
    assert_eq!(revert.phase, "Conflicted");
    assert_eq!(revert.conflicts[0].path, "notes/bad.md");
}

#[test]
fn a_revert_needs_a_maintainer_and_a_landing() {
    let world = World::new();
    let landed = world.land("notes/a.md", &note("term:a", "x"));
    let none = RevertRequest::default();
    let rae = world.caller("user:rae", Role::Reviewer);
    assert_eq!(code(world.revert(&rae, &landed.id, &none)), Code::PolicyDenied);
    let mia = world.caller("user:mia", Role::Maintainer);
    let open = world.proposed(&rae, upsert("notes/b.md", &note("term:b", "x")));
    assert_eq!(code(world.revert(&mia, &open.id, &none)), Code::Conflict);
    let keyed = RevertRequest { idempotency_key: Some("k".into()), ..RevertRequest::default() };
    let first = world.revert(&mia, &landed.id, &keyed).unwrap();
    assert_eq!(world.revert(&mia, &landed.id, &keyed).unwrap().id, first.id, "the same key is the same revert");
    let other = world.proposed(&mia, with_key(upsert("notes/c.md", &note("term:c", "x")), "other"));
    assert_ne!(other.id, first.id);
}

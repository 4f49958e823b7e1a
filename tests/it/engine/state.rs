//! The validation state of a served repository: it is there from the start, and a push is judged by it.

use super::note;
use super::pushes::Push;
use super::world::{World, clone, commit, upsert};
use lorekeep::engine::{Code, Role};

#[test]
fn a_push_reads_nothing_that_it_does_not_reach() {
    let world = World::new();
    let dir = clone(&world);
    let ada = world.caller("user:ada", Role::Maintainer);
    let old = world.tip().to_string();
    let new = commit(&world, dir.path(), "notes/x.md", &note("term:x", "X"), "a push").to_string();
    let push = Push::begin(&world, &ada).unwrap().bring(&world, dir.path(), "HEAD");
    let push = push.moving(&old, &new, "refs/heads/main");
    let readme = world.git(&["rev-parse", "main:README.md"]);
    std::fs::remove_file(world.git_dir().join("objects").join(&readme[..2]).join(&readme[2..])).unwrap();
    assert!(push.review().unwrap().accepted);
    std::fs::remove_file(world.path().join("index/a5c/brain/validation.base")).unwrap();
    assert_eq!(push.review().unwrap_err().code, Code::Internal, "without the state it is looked for");
}

#[test]
fn a_proposal_and_its_merge_read_nothing_that_they_do_not_reach() {
    let world = World::new();
    let (proposer, reviewer) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let readme = world.git(&["rev-parse", "main:README.md"]);
    std::fs::remove_file(world.git_dir().join("objects").join(&readme[..2]).join(&readme[2..])).unwrap();
    let update = world.proposed(&proposer, upsert("notes/a.md", &note("term:a", "A")));
    world.approve(&reviewer, &update).unwrap();
    let merged = world.merge(&reviewer, &update).unwrap();
    assert_eq!((merged.phase.as_str(), merged.validation_digest), ("Merged", update.validation_digest));
    let _ = std::fs::remove_file(world.path().join("index/a5c/brain/validation.base"));
    let refused = world.propose(&proposer, &upsert("notes/b.md", &note("term:b", "B"))).unwrap_err();
    assert_eq!(refused.code, Code::Internal, "without the state it is looked for");
}

#[test]
fn an_update_has_the_same_verdict_without_the_state() {
    let verdict = |with_state: bool| {
        let world = World::new();
        let proposer = world.caller("agent:claude", Role::Proposer);
        if !with_state {
            std::fs::remove_file(world.path().join("index/a5c/brain/validation.base")).unwrap();
        }
        let text = note("term:a", "A") + "\n[[term:nowhere]] {{TODO}}\n";
        let update = world.proposed(&proposer, upsert("notes/a.md", &text.replace("kind: Term", "kind: Nothing")));
        (update.phase, update.validation_digest, update.findings, update.risks)
    };
    let (with, without) = (verdict(true), verdict(false));
    assert!(!with.2.is_empty(), "it is worth comparing");
    assert_eq!(with, without);
}

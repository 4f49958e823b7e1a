//! The whole life of an update with a crash at every moment that the engine looks at the clock: after each, the next
//! start and a retry come to the same end.

use super::note;
use super::world::{Failing, World, config, unless_it_dies, upsert, with_key};
use lorekeep::engine::{Caller, Engine, NewUpdate, Role, UpdateAction, UpdateView};

/// What a client does, and does again after a crash.
fn land(engine: &Engine, proposer: &Caller, reviewer: &Caller, request: &NewUpdate) -> UpdateView {
    let update = engine.propose(proposer, request).unwrap();
    let expected_diff_digest = update.diff_digest.to_string();
    if update.phase == "AwaitingApproval" {
        let approve = UpdateAction::Approve {
            expected_diff_digest: expected_diff_digest.clone(),
            comment: None,
            signature: None,
        };
        engine.act(reviewer, &update.id, &approve).unwrap();
    }
    engine.act(reviewer, &update.id, &UpdateAction::Merge { expected_diff_digest }).unwrap()
}

#[test]
fn an_update_lands_once_wherever_its_first_try_crashed() {
    let mut world = World::new();
    let (proposer, reviewer) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let mut landed = 0;
    for n in 0.. {
        let request =
            with_key(upsert(&format!("notes/{n}.md"), &note(&format!("term:n{n}"), "text")), &format!("key-{n}"));
        world.stop();
        let clock = Failing::never(world.now());
        let engine = Engine::serve(config(world.path(), clock.clone())).unwrap();
        clock.fail_after(n);
        let crashed = unless_it_dies(|| land(&engine, &proposer, &reviewer, &request)).is_none();
        drop(engine);
        world.later(1);
        world.start();
        let update = land(world.as_engine(), &proposer, &reviewer, &request);
        landed += 1;
        assert_eq!((update.phase.as_str(), update.revision), ("Merged", 1), "crashed at {n}");
        assert_eq!(update.merge_commit, Some(world.tip()), "crashed at {n}");
        assert_eq!((world.landings(), world.open_intents()), (1 + landed, 0), "crashed at {n}");
        let events = world.audited();
        for what in ["proposed", "approved", "merged"] {
            let name = format!("agent.memory.update.{what}");
            assert_eq!(events.iter().filter(|e| **e == name).count() as u64, landed, "{what}, crashed at {n}");
        }
        assert!(!events.contains(&"push.accepted".to_owned()), "crashed at {n}");
        if !crashed {
            break;
        }
    }
    assert!(landed > 8, "there is something to crash in: {landed}");
    assert_eq!(world.git(&["fsck", "--strict", "--no-dangling"]), "");
    assert_eq!(world.doctor().unwrap(), []);
}

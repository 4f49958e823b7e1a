//! What a crash leaves between any two steps, put there by hand, and what the next start makes of it.

use super::note;
use super::world::{
    Failing, World, clone, commit, config, name, named, org, principal, push_by_hand, revising, unless_it_dies, upsert,
    with_key,
};
use lorekeep::base::{CommitId, Oid};
use lorekeep::engine::{Engine, RefRequest, Role, UpdateView};
use lorekeep::records::{Actor, IntentKind, LandingKind, NewIntent, RecordsError};
use serde_json::json;

/// An approved update and the merge commit that a merge of it would have written.
fn half_merged(world: &World) -> (UpdateView, CommitId) {
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let update = world.proposed(&proposer, upsert("notes/a.md", &note("term:a", "a fresh word")));
    world.approve(&rae, &update).unwrap();
    let (tip, head) = (world.tip().to_string(), update.head_commit.to_string());
    let tree = format!("{head}^{{tree}}");
    let merge = world.git(&["commit-tree", "-p", &tip, "-p", &head, "-m", "merge", &tree]);
    (update, CommitId::parse(&merge).unwrap())
}

fn open_merge_intent(world: &World, update: &UpdateView, merge: CommitId) {
    let tree = Oid::parse(&world.git(&["rev-parse", &format!("{merge}^{{tree}}")])).unwrap();
    let intent = NewIntent {
        kind: IntentKind::Merge,
        repository: world.row().id,
        update: Some(update.id.clone()),
        ref_name: "refs/heads/main".to_owned(),
        expected: Some(world.tip()),
        new_commit: merge,
        tree,
        actor: Actor::Principal(principal("user:rae")),
        detail: json!({"correlationId": "lk-77"}),
    };
    open(world, &intent);
}

fn open(world: &World, intent: &NewIntent) {
    let opened: Result<_, RecordsError> = world.database().write(|tx| tx.open_intent(intent, world.now()));
    opened.unwrap();
}

fn merged_events(world: &World) -> usize {
    world.audited().iter().filter(|e| *e == "agent.memory.update.merged").count()
}

#[test]
fn an_intent_whose_branch_did_not_move_is_abandoned_and_the_merge_can_be_done() {
    let mut world = World::new();
    let (update, merge) = half_merged(&world);
    world.stop();
    open_merge_intent(&world, &update, merge);
    world.start();
    let rae = world.caller("user:rae", Role::Reviewer);
    assert_eq!(world.open_intents(), 0);
    assert_eq!(world.update(&rae, &update.id).unwrap().phase, "Approved");
    assert_eq!((world.landings(), merged_events(&world)), (1, 0));
    assert_eq!(world.merge(&rae, &update).unwrap().phase, "Merged");
    assert_eq!((world.landings(), merged_events(&world)), (2, 1));
}

#[test]
fn a_merge_whose_branch_moved_is_finished_once() {
    let mut world = World::new();
    let (update, merge) = half_merged(&world);
    world.stop();
    open_merge_intent(&world, &update, merge);
    let moved_at = world.now();
    world.git(&["update-ref", "refs/heads/main", &merge.to_string()]);
    world.later(1_000);
    for _ in 0..2 {
        world.start();
        let rae = world.caller("user:rae", Role::Reviewer);
        let shown = world.update(&rae, &update.id).unwrap();
        assert_eq!((shown.phase.as_str(), shown.merge_commit), ("Merged", Some(merge)));
        assert_eq!(shown.timeline.iter().filter(|told| told.what == "merged").count(), 1);
        assert_eq!((world.landings(), merged_events(&world), world.open_intents()), (2, 1, 0));
        let id = world.row().id;
        let landing = world.database().read(|view| view.landing(&id, merge)).unwrap().unwrap();
        assert_eq!((landing.kind, landing.landed_at), (LandingKind::Merge, moved_at));
        assert_eq!((landing.actor.to_string().as_str(), landing.correlation_id.as_str()), ("user:rae", "lk-77"));
        assert!(world.finds(&rae, "fresh word").contains(&"term:a".to_owned()));
        assert!(!world.audited().contains(&"push.accepted".to_owned()), "a merge is no push");
    }
}

#[test]
fn a_reader_that_comes_before_the_rows_finds_the_landing_and_the_merge_is_finished_by_the_retry() {
    let world = World::new();
    let (update, merge) = half_merged(&world);
    open_merge_intent(&world, &update, merge);
    world.git(&["update-ref", "refs/heads/main", &merge.to_string()]);
    let rae = world.caller("user:rae", Role::Reviewer);
    assert!(world.finds(&rae, "fresh word").contains(&"term:a".to_owned()));
    assert_eq!((world.landings(), world.open_intents()), (2, 1));
    let shown = world.merge(&rae, &update).unwrap();
    assert_eq!((shown.phase.as_str(), shown.merge_commit), ("Merged", Some(merge)));
    assert_eq!((world.landings(), merged_events(&world), world.open_intents()), (2, 1, 0));
    assert!(!world.audited().contains(&"push.accepted".to_owned()));
}

#[test]
fn a_rejection_that_comes_before_the_rows_is_too_late() {
    let world = World::new();
    let (update, merge) = half_merged(&world);
    open_merge_intent(&world, &update, merge);
    world.git(&["update-ref", "refs/heads/main", &merge.to_string()]);
    let rae = world.caller("user:rae", Role::Reviewer);
    let reject = lorekeep::engine::UpdateAction::Reject { comment: None };
    assert_eq!(super::code(world.act(&rae, &update.id, &reject)), lorekeep::engine::Code::Conflict);
    assert_eq!(world.update(&rae, &update.id).unwrap().phase, "Merged");
}

#[test]
fn a_push_on_top_of_a_half_recorded_merge_loses_neither() {
    let mut world = World::new();
    let (update, merge) = half_merged(&world);
    world.stop();
    open_merge_intent(&world, &update, merge);
    world.git(&["update-ref", "refs/heads/main", &merge.to_string()]);
    let dir = clone(&world);
    let pushed = commit(&world, dir.path(), "notes/b.md", "pushed\n", "on top");
    world.later(60);
    push_by_hand(&world, dir.path(), "HEAD:refs/heads/main", "user:mia", "lk-9");
    world.start();
    let rae = world.caller("user:rae", Role::Reviewer);
    assert_eq!(world.update(&rae, &update.id).unwrap().merge_commit, Some(merge));
    let id = world.row().id;
    let kind = |c: CommitId| world.database().read(|view| view.landing(&id, c)).unwrap().unwrap().kind;
    assert_eq!((kind(merge), kind(pushed), world.landings()), (LandingKind::Merge, LandingKind::Push, 3));
    assert_eq!((merged_events(&world), world.open_intents()), (1, 0));
}

#[test]
fn a_proposal_without_its_rows_never_happened_and_its_retry_does_all_of_it() {
    let mut world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let request = with_key(upsert("notes/a.md", &note("term:a", "one")), "key-1");
    // The id and the branch that the first try would have had: those of a request that went through elsewhere.
    let twin = World::new();
    let id = twin.proposed(&twin.caller("agent:claude", Role::Proposer), request.clone()).id;
    for branch_moved in [false, true] {
        world.stop();
        let tip = world.tip().to_string();
        let head = world.git(&["commit-tree", "-p", &tip, "-m", "half", &format!("{tip}^{{tree}}")]);
        let branch = format!("refs/heads/krate/agent-memory/{id}");
        let intent = NewIntent {
            kind: IntentKind::Propose,
            repository: world.row().id,
            update: None,
            ref_name: branch.clone(),
            expected: None,
            new_commit: CommitId::parse(&head).unwrap(),
            tree: Oid::parse(&world.git(&["rev-parse", &format!("{tip}^{{tree}}")])).unwrap(),
            actor: Actor::Principal(principal("agent:claude")),
            detail: json!({"update": id}),
        };
        open(&world, &intent);
        if branch_moved {
            world.git(&["update-ref", &branch, &head]);
        }
        world.start();
        assert_eq!(world.open_intents(), 0);
        assert_eq!(world.git(&["for-each-ref", "refs/heads/krate"]), "");
        assert_eq!(super::code(world.update(&proposer, &id)), lorekeep::engine::Code::NotFound);
    }
    let update = world.proposed(&proposer, request);
    assert_eq!((update.id, update.phase.as_str()), (id, "AwaitingApproval"));
}

#[test]
fn a_revision_without_its_rows_leaves_the_branch_at_the_revision_before() {
    let mut world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = world.proposed(&proposer, upsert("notes/a.md", "one\n"));
    world.stop();
    let head = update.head_commit.to_string();
    let newer = world.git(&["commit-tree", "-p", &head, "-m", "half", &format!("{head}^{{tree}}")]);
    let intent = NewIntent {
        kind: IntentKind::Propose,
        repository: world.row().id,
        update: Some(update.id.clone()),
        ref_name: format!("refs/heads/{}", update.branch),
        expected: Some(update.head_commit),
        new_commit: CommitId::parse(&newer).unwrap(),
        tree: Oid::parse(&world.git(&["rev-parse", &format!("{head}^{{tree}}")])).unwrap(),
        actor: Actor::Principal(principal("agent:claude")),
        detail: json!({"update": update.id}),
    };
    open(&world, &intent);
    world.git(&["update-ref", &format!("refs/heads/{}", update.branch), &newer]);
    world.start();
    assert_eq!(world.git(&["rev-parse", &update.branch]), head);
    let revised = world.proposed(&proposer, revising(&update.id, upsert("notes/a.md", "two\n")));
    assert_eq!((revised.revision, revised.phase.as_str()), (2, "AwaitingApproval"));
}

#[test]
fn pushes_that_nobody_recorded_are_found_in_the_reflog_with_who_and_when() {
    let mut world = World::new();
    world.stop();
    let dir = clone(&world);
    let mut pushed = Vec::new();
    for (n, who) in ["user:mia", "service:ci"].iter().enumerate() {
        world.later(100);
        let first = commit(&world, dir.path(), &format!("notes/{n}.md"), "one\n", "first");
        let second = commit(&world, dir.path(), &format!("notes/{n}.md"), "two\n", "second");
        push_by_hand(&world, dir.path(), "HEAD:refs/heads/main", who, &format!("lk-{n}"));
        pushed.extend([(first, *who, n, world.now()), (second, *who, n, world.now())]);
    }
    world.later(5_000);
    for _ in 0..2 {
        world.start();
        let id = world.row().id;
        for (commit, who, n, at) in &pushed {
            let landing = world.database().read(|view| view.landing(&id, *commit)).unwrap().unwrap();
            assert_eq!((landing.kind, landing.landed_at), (LandingKind::Push, *at));
            assert_eq!((landing.actor.to_string(), landing.correlation_id), ((*who).to_owned(), format!("lk-{n}")));
        }
        assert_eq!(world.landings(), 5);
        assert_eq!(world.audited().iter().filter(|e| *e == "push.accepted").count(), 2, "one for each push");
    }
    let reader = world.caller("user:ada", Role::Reader);
    let found = world.resolve(&reader, None, &super::world::at(pushed[1].3)).unwrap().1;
    assert_eq!(found.commit, pushed[1].0);
}

#[test]
fn what_a_killed_git_left_is_swept_at_the_next_start() {
    let mut world = World::new();
    world.stop();
    let left = [
        world.git_dir().join("refs/heads/main.lock"),
        world.git_dir().join("packed-refs.lock"),
        world.path().join("hooks/report-01HZ.json"),
    ];
    left.iter().for_each(|path| std::fs::write(path, "left").unwrap());
    let quarantine = world.git_dir().join("objects/tmp_objdir-incoming-x");
    std::fs::create_dir_all(&quarantine).unwrap();
    world.start();
    assert!(left.iter().all(|path| !path.exists()) && !quarantine.exists());
    world.land("notes/a.md", "x\n");
}

#[test]
fn a_start_that_crashes_on_its_way_is_made_good_by_the_next() {
    let mut world = World::new();
    let (update, merge) = half_merged(&world);
    world.stop();
    open_merge_intent(&world, &update, merge);
    world.git(&["update-ref", "refs/heads/main", &merge.to_string()]);
    let mut crashes = 0;
    for n in 0.. {
        let served = unless_it_dies(|| Engine::serve(config(world.path(), Failing::after(n, world.now()))).unwrap());
        if served.is_some() {
            break;
        }
        crashes += 1;
    }
    assert!(crashes >= 3, "there is something to crash in: {crashes}");
    world.start();
    let rae = world.caller("user:rae", Role::Reviewer);
    assert_eq!(world.update(&rae, &update.id).unwrap().merge_commit, Some(merge));
    assert_eq!((world.landings(), merged_events(&world), world.open_intents()), (2, 1, 0));
}

#[test]
fn a_creation_that_crashes_on_its_way_leaves_the_name_free() {
    let mut world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    world.stop();
    let mut crashes = 0;
    for n in 0.. {
        let made = unless_it_dies(|| {
            let engine = Engine::operate(config(world.path(), Failing::after(n, world.now()))).unwrap();
            engine.create_repository(&org("a5c"), &name("brain"), None, &mut |_, _| ()).unwrap()
        });
        if made.is_some() {
            break;
        }
        crashes += 1;
        world.start();
        let made = !world.repositories(&org("a5c")).unwrap().is_empty();
        assert_eq!(made, world.git_dir().exists());
        world.stop();
        // What dies after the records say that it is made, dies too late.
        if made {
            break;
        }
    }
    assert!(crashes >= 3, "there is something to crash in: {crashes}");
    world.start();
    assert_eq!(world.landings(), 1);
    let reader = world.caller("user:ada", Role::Reader);
    assert!(world.resolve(&reader, None, &named("main")).unwrap().1.approved);
    let created = world.audited().iter().filter(|e| *e == "agent.memory.repository.created").count();
    assert_eq!((created, world.resolve(&reader, None, &RefRequest::default()).is_ok()), (1, true));
}

#[test]
fn a_branch_that_moves_after_its_intent_was_abandoned_is_a_merge_all_the_same() {
    let mut world = World::new();
    let (update, merge) = half_merged(&world);
    world.stop();
    open_merge_intent(&world, &update, merge);
    world.start();
    assert_eq!(world.open_intents(), 0);
    world.git(&["update-ref", "refs/heads/main", &merge.to_string()]);
    let rae = world.caller("user:rae", Role::Reviewer);
    let shown = world.merge(&rae, &update).unwrap();
    assert_eq!((shown.phase.as_str(), shown.merge_commit, world.tip()), ("Merged", Some(merge), merge));
    assert_eq!((world.landings(), merged_events(&world)), (2, 1));
    assert!(!world.audited().contains(&"push.accepted".to_owned()));
}

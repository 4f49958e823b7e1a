//! What is recorded of a push when its process has ended.

use super::note;
use super::pushes::Push;
use super::world::{World, clone, commit, push_by_hand};
use lorekeep::engine::{RefRequest, Role};
use lorekeep::records::LandingKind;

fn reports(world: &World) -> usize {
    let files = std::fs::read_dir(world.path().join("hooks")).unwrap();
    let names = files.map(|f| f.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("report-") && name.ends_with(".json")).count()
}

#[test]
fn an_accepted_push_is_a_landing_an_audit_entry_and_in_the_index() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let dir = clone(&world);
    let new = commit(&world, dir.path(), "notes/a.md", &note("term:a", "a pushed word"), "a push");
    let push = Push::begin(&world, &mia).unwrap().bring(&world, dir.path(), "HEAD");
    let push = push.moving(&world.tip().to_string(), &new.to_string(), "refs/heads/main");
    assert!(push.review().unwrap().accepted);
    assert_eq!(reports(&world), 1);
    world.later(30);
    push_by_hand(&world, dir.path(), "HEAD:refs/heads/main", "user:mia", "lk-5");
    world.finish_push(push.ticket).unwrap();
    assert_eq!(reports(&world), 0);
    let id = world.row().id;
    let landing = world.database().read(|view| view.landing(&id, new)).unwrap().unwrap();
    assert_eq!((landing.kind, landing.landed_at), (LandingKind::Push, world.now()));
    assert_eq!((landing.actor.to_string().as_str(), landing.correlation_id.as_str()), ("user:mia", "lk-5"));
    let view = world.repository(&mia, "brain").unwrap();
    assert_eq!((view.tip, view.indexed), (Some(new), (2, 2)));
    assert!(world.finds(&mia, "pushed word").contains(&"term:a".to_owned()));
    assert_eq!(world.audited().iter().filter(|e| e.starts_with("push.")).collect::<Vec<_>>(), ["push.accepted"]);
}

#[test]
fn a_refused_push_is_audited_and_lands_nothing() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let dir = clone(&world);
    let new = commit(&world, dir.path(), "notes/a.md", "---\nid: term:a\nkind: Nonsense\n---\n", "bad");
    let push = Push::begin(&world, &mia).unwrap().bring(&world, dir.path(), "HEAD");
    let push = push.moving(&world.tip().to_string(), &new.to_string(), "refs/heads/main");
    assert!(!push.review().unwrap().accepted);
    world.finish_push(push.ticket).unwrap();
    assert_eq!((reports(&world), world.landings()), (0, 1));
    assert_eq!(world.audited().iter().filter(|e| e.starts_with("push.")).collect::<Vec<_>>(), ["push.refused"]);
}

#[test]
fn a_push_of_another_branch_is_audited_where_it_went_through() {
    let world = World::new();
    let claude = world.caller("agent:claude", Role::Proposer);
    let dir = clone(&world);
    let new = commit(&world, dir.path(), "notes/a.md", "x\n", "mine").to_string();
    let push = || {
        let push = Push::begin(&world, &claude).unwrap().bring(&world, dir.path(), "HEAD");
        push.moving(&"0".repeat(40), &new, "refs/heads/krate/mine")
    };
    let lost = push();
    assert!(lost.review().unwrap().accepted);
    world.finish_push(lost.ticket).unwrap();
    assert!(!world.audited().iter().any(|e| e.starts_with("push.")), "git did not move the branch after all");
    let good = push();
    assert!(good.review().unwrap().accepted);
    push_by_hand(&world, dir.path(), "HEAD:refs/heads/krate/mine", "agent:claude", "lk-5");
    world.finish_push(good.ticket).unwrap();
    assert_eq!(world.audited().iter().filter(|e| e.starts_with("push.")).collect::<Vec<_>>(), ["push.accepted"]);
    assert_eq!(world.landings(), 1);
}

#[test]
fn a_push_whose_hook_never_ran_leaves_nothing_to_record() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let push = Push::begin(&world, &mia).unwrap();
    world.finish_push(push.ticket).unwrap();
    assert_eq!((world.landings(), reports(&world)), (1, 0));
}

#[test]
fn a_landing_that_a_reader_recorded_first_is_recorded_and_audited_once() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let dir = clone(&world);
    let new = commit(&world, dir.path(), "notes/a.md", "x\n", "a push");
    let push = Push::begin(&world, &mia).unwrap().bring(&world, dir.path(), "HEAD");
    let push = push.moving(&world.tip().to_string(), &new.to_string(), "refs/heads/main");
    assert!(push.review().unwrap().accepted);
    push_by_hand(&world, dir.path(), "HEAD:refs/heads/main", "user:mia", "lk-5");
    let first = world.resolve(&mia, None, &RefRequest::default()).unwrap().1;
    assert_eq!((first.commit, first.landed_at), (new, Some(world.now())));
    world.later(500);
    world.finish_push(push.ticket).unwrap();
    let again = world.resolve(&mia, None, &RefRequest::default()).unwrap().1;
    assert_eq!(again.landed_at, first.landed_at);
    assert_eq!(world.audited().iter().filter(|e| *e == "push.accepted").count(), 1);
}

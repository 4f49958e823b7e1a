//! Every read resolves to one commit: how, when it landed, and what is refused.

use super::world::{NOW, World, at, clone, commit, named, push_by_hand};
use super::{code, note};
use crate::support::TestRepo;
use lorekeep::base::Timestamp;
use lorekeep::engine::{Caller, Code, EngineError, RefRequest, Resolution, ResolveMode, Role};

fn resolve(world: &World, by: &Caller, request: &RefRequest) -> Result<Resolution, EngineError> {
    world.resolve(by, None, request).map(|(_, resolution)| resolution)
}

#[test]
fn a_merge_lands_at_the_servers_moment_and_times_find_what_was_there() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let first = world.tip();
    world.later(100);
    world.land("notes/a.md", &note("term:a", "one"));
    let second = world.tip();
    world.later(100);
    world.land("notes/a.md", &note("term:a", "two"));
    let third = world.tip();
    let found = |seconds: i64| resolve(&world, &reader, &at(Timestamp::from_seconds(seconds))).unwrap().commit;
    assert_eq!([found(NOW), found(NOW + 99), found(NOW + 100)], [first, first, second]);
    assert_eq!([found(NOW + 199), found(NOW + 200), found(NOW + 10_000)], [second, third, third]);
    let old = resolve(&world, &reader, &at(Timestamp::from_seconds(NOW + 150))).unwrap();
    assert_eq!((old.mode, old.stale_by_commits, old.stale_by_seconds), (ResolveMode::RefAtTime, 1, 100));
    assert_eq!((old.current_commit, old.landed_at), (third, Some(Timestamp::from_seconds(NOW + 100))));
    assert_eq!(old.resolved_ref.as_deref(), Some("refs/heads/main"));
}

#[test]
fn landing_times_survive_a_restart_and_a_new_index() {
    let mut world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    world.later(100);
    world.land("notes/a.md", &note("term:a", "one"));
    let before = resolve(&world, &reader, &RefRequest::default()).unwrap();
    world.stop();
    std::fs::remove_dir_all(world.path().join("index/a5c/brain")).unwrap();
    world.later(5_000);
    world.start();
    let after = resolve(&world, &reader, &RefRequest::default()).unwrap();
    assert_eq!((before.landed_at, before.commit), (after.landed_at, after.commit));
    assert_eq!((before.index_digest, before.ontology_digest), (after.index_digest, after.ontology_digest));
}

#[test]
fn names_resolve_to_the_commit_they_name() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let first = world.tip();
    world.land("notes/a.md", &note("term:a", "one"));
    let tip = world.tip();
    world.git(&["tag", "-a", "-m", "a tag", "v1", &first.to_string()]);
    for (asked, commit, full) in [
        ("main", tip, Some("refs/heads/main")),
        ("refs/heads/main", tip, Some("refs/heads/main")),
        ("v1", first, Some("refs/tags/v1")),
        ("main~1", first, Some("refs/heads/main")),
        ("main^", first, Some("refs/heads/main")),
        (&tip.to_string(), tip, None),
        (&tip.to_string()[..12], tip, None),
    ] {
        let found = resolve(&world, &reader, &named(asked)).unwrap();
        assert_eq!((found.mode, found.commit), (ResolveMode::ExplicitRef, commit), "{asked}");
        assert_eq!(found.resolved_ref.as_deref(), full, "{asked}");
    }
}

#[test]
fn a_snapshot_tag_resolves_by_its_name_and_in_full() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let first = world.tip();
    world.git(&["tag", "memory/snapshots/before", &first.to_string()]);
    world.land("notes/a.md", &note("term:a", "one"));
    for asked in ["before", "refs/tags/memory/snapshots/before"] {
        let request = RefRequest { mode: Some(ResolveMode::SnapshotTag), ..named(asked) };
        let found = resolve(&world, &reader, &request).unwrap();
        assert_eq!((found.commit, found.mode, found.stale_by_commits), (first, ResolveMode::SnapshotTag, 1));
    }
    let missing = RefRequest { mode: Some(ResolveMode::SnapshotTag), ..named("no") };
    assert_eq!(code(resolve(&world, &reader, &missing)), Code::RefNotFound);
}

#[test]
fn what_cannot_be_resolved_is_refused_with_its_code_and_a_reason() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    world.git(&["branch", "twice"]);
    world.git(&["tag", "twice"]);
    let timed = |text: &str| RefRequest { requested_at: Some(text.to_owned()), ..RefRequest::default() };
    let both = RefRequest { requested_at: Some("2026-01-01T00:00:00Z".to_owned()), ..named("main") };
    let of_mode = |mode| RefRequest { mode: Some(mode), ..RefRequest::default() };
    for (request, expected, field) in [
        (named("nowhere"), Code::RefNotFound, None),
        (named("twice"), Code::RefAmbiguous, Some("requested")),
        (named("--upload-pack=x"), Code::BadRequest, Some("requested")),
        (named("a..b"), Code::BadRequest, Some("requested")),
        (named(""), Code::BadRequest, Some("requested")),
        (named("refs/lorekeep/audit"), Code::RefNotFound, None),
        (timed("yesterday"), Code::BadTimestamp, Some("requestedAt")),
        (timed("2026-05-31T23:59:59Z"), Code::RefBeforeHistory, None),
        (both, Code::BadRequest, Some("requestedAt")),
        (of_mode(ResolveMode::ExplicitRef), Code::BadRequest, Some("requested")),
        (of_mode(ResolveMode::RefAtTime), Code::BadRequest, Some("requestedAt")),
        (of_mode(ResolveMode::SnapshotTag), Code::BadRequest, Some("requested")),
        (RefRequest { mode: Some(ResolveMode::Current), ..named("v1") }, Code::BadRequest, Some("requested")),
    ] {
        let error = resolve(&world, &reader, &request).unwrap_err();
        assert_eq!(error.code, expected, "{request:?}");
        assert_eq!(error.reasons.first().and_then(|r| r.field.as_deref()), field, "{request:?}");
    }
    let ambiguous = resolve(&world, &reader, &named("twice")).unwrap_err();
    let candidates: Vec<&str> = ambiguous.reasons.iter().map(|r| r.message.as_str()).collect();
    assert_eq!(candidates, ["refs/heads/twice", "refs/tags/twice"]);
    let early = resolve(&world, &reader, &timed("2020-01-01T00:00:00Z")).unwrap_err();
    assert!(early.message.contains("2026-06-01T00:00:00Z"), "{early}");
}

#[test]
fn a_side_branch_is_never_approved_whatever_its_dates_say() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let root = world.tip();
    let dir = clone(&world);
    let side = commit(&world, dir.path(), "notes/side.md", "beside\n", "beside");
    push_by_hand(&world, dir.path(), "HEAD:refs/heads/side", "user:mia", "lk-1");
    let found = resolve(&world, &reader, &named("side")).unwrap();
    assert_eq!((found.commit, found.approved, found.landed_at), (side, false, None));
    let strict = RefRequest { require_approved_commit: true, ..named("side") };
    assert_eq!(code(resolve(&world, &reader, &strict)), Code::RefNotApproved);
    assert_eq!(resolve(&world, &reader, &at(world.now())).unwrap().commit, root);
}

#[test]
fn the_head_of_a_merged_update_is_as_stale_as_the_commit_it_left_from() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    world.later(50);
    let merged = world.land("notes/a.md", &note("term:a", "one"));
    let found = resolve(&world, &reader, &named(&merged.head_commit.to_string())).unwrap();
    assert!(!found.approved);
    assert_eq!((found.stale_by_commits, found.stale_by_seconds), (1, 50));
}

#[test]
fn a_commit_with_errors_is_refused_where_a_valid_one_is_required() {
    let world = World::bare();
    world.create_org(&super::world::org("a5c")).unwrap();
    let old = TestRepo::with_files(&[("graph/bad.yaml", "nodeKind: Nonsense\nid: nonsense:x\n")]);
    let source = old.path().to_string_lossy().into_owned();
    world
        .create_repository(&super::world::org("a5c"), &super::world::name("brain"), Some(&source), &mut |_, _| ())
        .unwrap();
    let reader = world.caller("user:ada", Role::Reader);
    assert!(resolve(&world, &reader, &RefRequest::default()).is_ok());
    let strict = RefRequest { require_valid_ontology: true, ..RefRequest::default() };
    assert_eq!(code(resolve(&world, &reader, &strict)), Code::OntologyInvalid);
}

#[test]
fn a_branch_that_was_moved_by_hand_leaves_old_landing_times_alone() {
    let world = World::bare();
    world.create_org(&super::world::org("a5c")).unwrap();
    let old = TestRepo::new();
    let first = old.commit_files(&[("a.md", "one")], "first");
    let second = old.commit_files(&[("a.md", "two")], "second");
    let source = old.path().to_string_lossy().into_owned();
    world
        .create_repository(&super::world::org("a5c"), &super::world::name("brain"), Some(&source), &mut |_, _| ())
        .unwrap();
    let reader = world.caller("user:ada", Role::Reader);
    let times = |rev: &str| resolve(&world, &reader, &named(rev)).unwrap().landed_at;
    let (was_first, was_second) = (times(&first), times(&second));
    old.git(&["reset", "--quiet", "--hard", &first]);
    old.set_now(NOW + 50);
    let other = old.commit_files(&[("a.md", "other")], "another second");
    world.later(100);
    push_by_hand(&world, old.path(), "+HEAD:refs/heads/main", "user:mia", "lk-1");
    assert_eq!(times(&first), was_first);
    assert_eq!(times(&other), Some(world.now()));
    assert_eq!((times(&second), was_second.is_some()), (None, true));
    assert_eq!(world.landings(), 2, "adoption, and the one new commit");
}

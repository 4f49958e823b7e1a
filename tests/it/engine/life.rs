//! Orgs, repositories and tokens: how they begin, and what is refused.

use super::world::{World, at, name, org, principal, push_by_hand};
use super::{code, note};
use crate::support::repo::{git_command, run};
use crate::support::{START, TestRepo};
use lorekeep::engine::{Code, Engine, RefRequest, Role};

#[test]
fn a_new_repository_begins_with_a_signed_commit_that_git_verifies() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let signers = world.path().join("allowed");
    std::fs::write(&signers, world.allowed_signers(&reader).unwrap()).unwrap();
    let setting = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    let mut command = git_command(0);
    let verified = run(command.current_dir(world.git_dir()).args(["-c", &setting, "verify-commit", "main"]), b"");
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(verified.status.success() && said.contains("Good \"git\" signature"), "{said}");
    assert_eq!(world.git(&["log", "--format=%cn %ce", "main"]), "Lorekeep engine@a5c.lorekeep.invalid");
    assert_eq!(world.git(&["fsck", "--strict"]), "");
}

#[test]
fn a_new_repository_is_valid_and_its_one_landing_is_the_servers_moment() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let request = RefRequest { require_valid_ontology: true, require_approved_commit: true, ..RefRequest::default() };
    let (name, resolution) = world.resolve(&reader, Some("brain"), &request).unwrap();
    assert_eq!(name.as_str(), "brain");
    assert_eq!(resolution.landed_at, Some(world.now()));
    assert_eq!(resolution.commit, world.tip());
    assert!(resolution.approved);
    assert!(!world.finds(&reader, "company brain").is_empty());
}

#[test]
fn an_adopted_history_keeps_its_committer_dates_made_non_decreasing() {
    let world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    let old = TestRepo::new();
    let first = old.commit_files(&[("a.md", "one")], "first");
    old.set_now(START - 5_000);
    let back = old.commit_files(&[("a.md", "two")], "a clock that went back");
    old.set_now(START + 1_000);
    let last = old.commit_files(&[("a.md", "three")], "third");
    let source = old.path().to_string_lossy().into_owned();
    let view = world.create_repository(&org("a5c"), &name("brain"), Some(&source), &mut |_, _| ()).unwrap();
    assert!(view.adopted);
    assert_eq!((view.tip.unwrap().to_string(), view.indexed), (last, (3, 3)));
    let reader = world.caller("user:ada", Role::Reader);
    let landed = |rev: &str| {
        let request = RefRequest { requested: Some(rev.to_owned()), ..RefRequest::default() };
        world.resolve(&reader, None, &request).unwrap().1.landed_at.unwrap().seconds()
    };
    assert_eq!((landed(&first), landed(&back), landed("main")), (START, START, START + 1_000));
}

#[test]
fn a_committer_date_of_the_next_century_does_not_land_after_the_adoption() {
    let world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    let old = TestRepo::new();
    old.set_now(4_000_000_000);
    let future = old.commit_files(&[("a.md", "one")], "from the future");
    old.set_now(START);
    old.commit_files(&[("a.md", "two")], "second");
    let source = old.path().to_string_lossy().into_owned();
    world.create_repository(&org("a5c"), &name("brain"), Some(&source), &mut |_, _| ()).unwrap();
    let reader = world.caller("user:ada", Role::Reader);
    let request = RefRequest { requested: Some(future), ..RefRequest::default() };
    let resolution = world.resolve(&reader, None, &request).unwrap().1;
    assert!(resolution.landed_at.unwrap() <= world.now());
    let now = world.resolve(&reader, None, &at(world.now())).unwrap().1;
    assert_eq!(now.commit, world.tip());
}

#[test]
fn what_is_pushed_into_an_empty_adopted_repository_lands_at_the_servers_moment() {
    let world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    let empty = TestRepo::bare();
    let source = empty.path().to_string_lossy().into_owned();
    let view = world.create_repository(&org("a5c"), &name("brain"), Some(&source), &mut |_, _| ()).unwrap();
    assert_eq!(view.tip, None);
    let reader = world.caller("user:ada", Role::Reader);
    assert_eq!(code(world.resolve(&reader, None, &RefRequest::default())), Code::RefNotFound);
    let clone = TestRepo::new();
    clone.commit_files(&[("notes/a.md", "one")], "first");
    world.later(500);
    push_by_hand(&world, clone.path(), "HEAD:refs/heads/main", "user:mia", "lk-1");
    let resolution = world.resolve(&reader, None, &RefRequest::default()).unwrap().1;
    assert_eq!(resolution.landed_at, Some(world.now()));
    assert_eq!(world.landings(), 1);
    assert!(world.audited().contains(&"push.accepted".to_owned()));
}

#[test]
fn names_that_are_taken_or_unknown_are_refused() {
    let world = World::new();
    assert_eq!(code(world.create_org(&org("a5c"))), Code::AlreadyExists);
    let again = world.create_repository(&org("a5c"), &name("brain"), None, &mut |_, _| ());
    assert_eq!(code(again), Code::AlreadyExists);
    let nowhere = world.create_repository(&org("nobody"), &name("brain"), None, &mut |_, _| ());
    assert_eq!(code(nowhere), Code::OrgNotFound);
    let no_token = world.create_token(&org("nobody"), "x", &principal("user:x"), Role::Reader, None, None);
    assert_eq!(code(no_token), Code::OrgNotFound);
    let admin = world.caller("user:root", Role::Admin);
    for bad in ["../x", "A", "", "-x", "x.lock", "x/y"] {
        assert_eq!(code(world.add_repository(&admin, bad, None)), Code::BadRequest, "{bad}");
    }
    assert!(world.git(&["fsck"]).is_empty(), "a refused second creation leaves the first alone");
}

#[test]
fn a_failed_adoption_leaves_nothing_and_the_name_is_free_again() {
    let world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    let missing = world.path().join("nothing-here").to_string_lossy().into_owned();
    assert!(world.create_repository(&org("a5c"), &name("brain"), Some(&missing), &mut |_, _| ()).is_err());
    assert!(!world.git_dir().exists());
    world.create_repository(&org("a5c"), &name("brain"), None, &mut |_, _| ()).unwrap();
}

#[test]
fn a_half_made_repository_is_cleaned_at_the_next_start() {
    let mut world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    world.stop();
    let made = world.database().write(|tx| tx.create_repository(&org("a5c"), &name("brain"), false, world.now()));
    made.unwrap();
    std::fs::create_dir_all(world.git_dir().join("objects")).unwrap();
    world.start();
    assert!(!world.git_dir().exists());
    assert!(world.repositories(&org("a5c")).unwrap().is_empty());
    world.create_repository(&org("a5c"), &name("brain"), None, &mut |_, _| ()).unwrap();
}

#[test]
fn a_repository_that_an_operator_is_making_is_left_alone_by_a_start() {
    let mut world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    world.stop();
    world.database().write(|tx| tx.create_repository(&org("a5c"), &name("brain"), false, world.now())).unwrap();
    std::fs::create_dir_all(world.git_dir()).unwrap();
    let making = std::fs::File::create(world.path().join("orgs/a5c/brain.making")).unwrap();
    making.lock().unwrap();
    world.start();
    assert!(world.git_dir().exists());
}

#[test]
fn one_data_directory_has_one_server_and_any_number_of_operators() {
    let world = World::new();
    let second = Engine::serve(world.config()).map(drop).unwrap_err();
    assert_eq!(second.code, Code::Unavailable);
    assert!(second.message.contains("another server"), "{second}");
    let operator = Engine::operate(world.config()).unwrap();
    operator.create_repository(&org("a5c"), &name("second"), None, &mut |_, _| ()).unwrap();
    let token = operator.create_token(&org("a5c"), "t", &principal("user:new"), Role::Reader, None, None).unwrap();
    let caller = world.authenticate(&token.token).unwrap();
    assert_eq!(world.list_repositories(&caller).unwrap().len(), 2);
    // The operator's process still holds the new repository's index: the server answers all the same.
    let mut ask = super::world::ask("company brain", RefRequest::default());
    ask.repository = Some("second".to_owned());
    let beside = world.query(&caller, &ask).unwrap();
    drop(operator);
    let alone = world.query(&caller, &ask).unwrap();
    assert!(!alone.outcome.records.is_empty());
    assert_eq!(beside.outcome.selected_records_digest, alone.outcome.selected_records_digest);
    assert_eq!(beside.resolution.index_digest, alone.resolution.index_digest);
}

#[test]
fn a_stopped_server_gives_its_data_directory_free() {
    let mut world = World::new();
    world.start();
    world.start();
    assert_eq!(world.repositories(&org("a5c")).unwrap().len(), 1);
}

#[test]
fn tokens_are_refused_alike_whether_unknown_expired_or_revoked() {
    let world = World::new();
    let short = world.create_token(&org("a5c"), "s", &principal("user:s"), Role::Reader, None, Some(60)).unwrap();
    let gone = world.create_token(&org("a5c"), "g", &principal("user:g"), Role::Reader, None, None).unwrap();
    assert!(world.authenticate(&short.token).is_ok());
    world.later(61);
    world.revoke_token(&gone.id).unwrap();
    let refusals: Vec<_> = [short.token.as_str(), &gone.token, "lk_unknown", "", "x".repeat(10_000).as_str()]
        .iter()
        .map(|t| world.authenticate(t).unwrap_err())
        .map(|e| (e.code, e.message))
        .collect();
    assert!(refusals.iter().all(|r| *r == refusals[0]), "{refusals:?}");
    assert_eq!(refusals[0].0, Code::Unauthenticated);
    assert_eq!(world.audited().iter().filter(|e| e.starts_with("token.")).count(), 3);
}

#[test]
fn one_broken_repository_keeps_no_other_from_being_served() {
    let mut world = World::new();
    world.create_org(&org("other")).unwrap();
    world.create_repository(&org("other"), &name("brain"), None, &mut |_, _| ()).unwrap();
    world.stop();
    std::fs::remove_file(world.git_dir().join("HEAD")).unwrap();
    world.start();
    let there = world.caller_of("other", "user:x", Role::Reader, None);
    assert!(!world.finds(&there, "company brain").is_empty());
    let here = world.caller("user:y", Role::Reader);
    let error = world.resolve(&here, None, &RefRequest::default()).unwrap_err();
    assert_eq!(error.code, Code::Unavailable);
    assert!(!error.message.contains(&*world.path().to_string_lossy()), "{error}");
    let condition = world.readiness().into_iter().find(|c| c.kind == "Repositories").unwrap();
    assert_eq!((condition.status.as_str(), condition.reason.as_str()), ("True", "Degraded"));
    assert!(world.doctor().unwrap().iter().any(|(problem, _)| problem.starts_with("a5c/brain:")));
}

#[test]
fn a_data_directory_that_is_well_has_no_problems() {
    let world = World::new();
    world.land("notes/a.md", &note("term:a", "one"));
    assert_eq!(world.doctor().unwrap(), []);
    assert!(world.readiness().iter().all(|c| c.status == "True" && c.reason == "Ok"));
}

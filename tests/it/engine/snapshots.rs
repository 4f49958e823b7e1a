//! Snapshots: what a run read is pinned, read again and proved, whatever lands since.

use super::world::{Failing, World, ask, clone, config, name, named, org, unless_it_dies, upsert};
use super::{code, note};
use crate::support::repo::{git_command, run};
use lorekeep::engine::{
    Ask, Caller, Code, Engine, EngineError, GraphQuestion, NewSnapshot, Question, RefRequest, ResolveMode, Role,
    SnapshotFilter, SnapshotView,
};
use serde_json::json;

/// A request for a snapshot.
fn pinned_at(snapshot: &str) -> RefRequest {
    RefRequest { mode: Some(ResolveMode::SnapshotTag), requested: Some(snapshot.to_owned()), ..RefRequest::default() }
}

/// A snapshot of what a text selects at the tip.
fn of(text: &str) -> NewSnapshot {
    NewSnapshot { query: Some(ask(text, RefRequest::default())), ..NewSnapshot::default() }
}

fn tagged(text: &str, name: &str) -> NewSnapshot {
    NewSnapshot { name: Some(name.to_owned()), ..of(text) }
}

fn of_run(text: &str, run: &str) -> NewSnapshot {
    NewSnapshot { source_run: Some(run.to_owned()), ..of(text) }
}

fn selected(view: &SnapshotView) -> Vec<String> {
    view.content.query.iter().flat_map(|query| &query.records).map(|record| record.id.clone()).collect()
}

/// A world with two terms, a reader, and a maintainer.
fn world() -> (World, Caller, Caller) {
    let world = World::new();
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five."));
    world.land("notes/other.md", &note("term:other", "Nothing of that."));
    let reader = world.caller("agent:claude", Role::Reader);
    let maintainer = world.caller("user:mira", Role::Maintainer);
    (world, reader, maintainer)
}

#[test]
fn a_retry_that_names_its_snapshot_has_the_records_the_excerpts_and_the_digests_of_the_first_time() {
    let (world, reader, _) = world();
    let first = world.query(&reader, &ask("retry budget", RefRequest::default())).unwrap();
    let made = world.create_snapshot(&reader, &of("retry budget")).unwrap();
    world.later(3_600);
    world.land("notes/retry.md", &note("term:retry", "The retry budget is seven now."));
    world.land("notes/retry-more.md", &note("term:retry-more", "The retry budget is shared."));
    let again = world.query(&reader, &ask("retry budget", pinned_at(made.id.as_str()))).unwrap();
    let digests = |a: &lorekeep::engine::Answer| {
        let o = &a.outcome;
        (o.query_manifest_digest.clone(), o.selected_records_digest.clone(), o.selected_excerpts_digest.clone())
    };
    assert_eq!(digests(&first), digests(&again));
    assert_eq!(json!(first.outcome.records), json!(again.outcome.records));
    assert_eq!(json!(first.outcome.excerpts), json!(again.outcome.excerpts));
    let resolution = &again.resolution;
    assert_eq!((resolution.stale_by_commits, resolution.stale_by_seconds), (2, 3_600));
    assert_eq!(resolution.snapshot.as_ref().unwrap().id, made.id);
    let query = made.content.query.as_ref().unwrap();
    assert_eq!(query.query_manifest_digest, first.outcome.query_manifest_digest);
    assert_eq!(selected(&made), ["term:retry"]);
    assert!(!query.excerpts.is_empty());
    let now = world.query(&reader, &ask("retry budget", RefRequest::default())).unwrap();
    assert_ne!(now.outcome.selected_records_digest, first.outcome.selected_records_digest, "something did change");
}

#[test]
fn a_replay_gives_the_same_digests_today_and_says_which_differ() {
    let (world, reader, _) = world();
    let made = world.create_snapshot(&reader, &of("retry budget")).unwrap();
    world.land("notes/retry.md", &note("term:retry", "Seven."));
    let replay = world.replay_snapshot(&reader, &made.id).unwrap();
    let names: Vec<_> = replay.digests.iter().map(|digest| digest.name).collect();
    let all =
        ["ontologyDigest", "indexDigest", "queryManifestDigest", "selectedRecordsDigest", "selectedExcerptsDigest"];
    assert_eq!(names, all);
    assert!(replay.is_same(), "{replay:?}");
    let plain = world.create_snapshot(&reader, &NewSnapshot::default()).unwrap();
    assert_eq!(world.replay_snapshot(&reader, &plain.id).unwrap().digests.len(), 2);
}

#[test]
fn a_replay_of_an_altered_row_is_not_the_same() {
    let (mut world, reader, _) = world();
    let made = world.create_snapshot(&reader, &of("retry budget")).unwrap();
    world.stop();
    let other = made.content.query.as_ref().unwrap().selected_excerpts_digest.clone();
    let altered = |content: &str| {
        content.replace(&made.content.query.as_ref().unwrap().selected_records_digest.to_string(), other.as_str())
    };
    let db = rusqlite::Connection::open(world.path().join("records.sqlite3")).unwrap();
    db.execute_batch("DROP TRIGGER snapshots_never_change").unwrap();
    let content: String = db.query_row("SELECT content FROM snapshots", [], |row| row.get(0)).unwrap();
    db.execute("UPDATE snapshots SET content = ?1", [altered(&content)]).unwrap();
    drop(db);
    world.start();
    let replay = world.replay_snapshot(&reader, &made.id).unwrap();
    let differ: Vec<_> = replay.digests.iter().filter(|d| d.pinned != d.today).map(|d| d.name).collect();
    assert_eq!(differ, ["selectedRecordsDigest"]);
}

#[test]
fn the_same_run_and_digest_and_the_same_key_give_the_same_snapshot() {
    let (world, reader, _) = world();
    let made = world.create_snapshot(&reader, &of_run("retry", "run-1")).unwrap();
    assert_eq!(world.create_snapshot(&reader, &of_run("retry", "run-1")).unwrap().id, made.id);
    assert_ne!(world.create_snapshot(&reader, &of_run("retry", "run-2")).unwrap().id, made.id);
    assert_ne!(world.create_snapshot(&reader, &of_run("nothing", "run-1")).unwrap().id, made.id);
    let keyed = NewSnapshot { idempotency_key: Some("k".to_owned()), ..of("retry") };
    let first = world.create_snapshot(&reader, &keyed).unwrap();
    world.land("notes/more.md", &note("term:more", "A retry."));
    assert_eq!(world.create_snapshot(&reader, &keyed).unwrap().id, first.id);
    let fresh = world.create_snapshot(&reader, &of("retry")).unwrap();
    assert_ne!(fresh.id, first.id);
}

#[test]
fn a_name_makes_a_signed_tag_and_is_taken_once() {
    let (world, reader, _) = world();
    let made = world.create_snapshot(&reader, &tagged("retry", "run-1")).unwrap();
    let tag = "refs/tags/memory/snapshots/run-1";
    assert_eq!(world.git(&["rev-parse", &format!("{tag}^{{commit}}")]), made.content.resolved_commit.to_string());
    let signers = world.path().join("signers");
    std::fs::write(&signers, world.allowed_signers(&reader).unwrap()).unwrap();
    let allowed = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    world.git(&["-c", &allowed, "tag", "-v", "memory/snapshots/run-1"]);
    assert_eq!(world.create_snapshot(&reader, &tagged("retry", "run-1")).unwrap().id, made.id, "the same again");
    assert_eq!(code(world.create_snapshot(&reader, &tagged("other", "run-1"))), Code::AlreadyExists);
    let run = |name: &str| NewSnapshot { source_run: Some("run-9".to_owned()), ..tagged("retry", name) };
    let of_run = world.create_snapshot(&reader, &run("run-9")).unwrap();
    let refused = world.create_snapshot(&reader, &run("run-9b")).unwrap_err();
    assert_eq!(refused.code, Code::AlreadyExists);
    assert!(refused.message.contains(of_run.id.as_str()), "{}", refused.message);
    for bad in ["", "../x", "A", "x.lock", "-x", "a/b", made.id.as_str()] {
        assert_eq!(code(world.create_snapshot(&reader, &tagged("retry", bad))), Code::BadRequest, "{bad}");
    }
    assert_eq!(world.resolve(&reader, None, &pinned_at("run-1")).unwrap().1.snapshot.unwrap().id, made.id);
    assert_eq!(world.resolve(&reader, None, &pinned_at(tag)).unwrap().1.commit, made.content.resolved_commit);
    world.git(&["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn no_push_moves_or_removes_the_tag_of_a_snapshot() {
    let (world, reader, maintainer) = world();
    let made = world.create_snapshot(&reader, &tagged("retry", "run-1")).unwrap();
    world.land("notes/more.md", &note("term:more", "More."));
    let dir = clone(&world);
    let doors = [
        "HEAD:refs/tags/memory/snapshots/run-1",
        "+HEAD:refs/tags/memory/snapshots/run-1",
        ":refs/tags/memory/snapshots/run-1",
        "HEAD:refs/tags/memory/snapshots/run-2",
        "HEAD:refs/tags/memory/snapshots/run-1/x",
        "HEAD:refs/tags/memory/snapshots",
    ];
    for door in doors {
        let pushed = pushed(&world, &maintainer, dir.path(), door);
        assert!(!pushed, "{door}");
    }
    let tag = world.git(&["rev-parse", "refs/tags/memory/snapshots/run-1^{commit}"]);
    assert_eq!(tag, made.content.resolved_commit.to_string());
    assert_eq!(world.git(&["for-each-ref", "refs/tags"]).lines().count(), 1);
}

/// Pushes with the real git through the hook of the server; whether it went through.
fn pushed(world: &World, by: &Caller, from: &std::path::Path, refspec: &str) -> bool {
    let request = lorekeep::engine::GitRequest {
        repository: "brain",
        push: true,
        advertise: false,
        protocol: None,
        door: None,
        correlation: "lk-test",
    };
    let process = world.as_engine().git(by, &request).unwrap();
    let payload = process.command.get_envs().filter_map(|(k, v)| Some((k.to_owned(), v?.to_owned())));
    let mut command = git_command(world.now().seconds());
    command.current_dir(from).args(["-c", &format!("core.hooksPath={}", world.path().join("hooks").display())]);
    let hooks = format!("git -c core.hooksPath='{}' receive-pack", world.path().join("hooks").display());
    command.args(["push", "--quiet", "--receive-pack", &hooks]).arg(world.git_dir()).arg(refspec);
    payload.filter(|(name, _)| name == lorekeep::engine::PAYLOAD_VARIABLE).for_each(|(k, v)| _ = command.env(k, v));
    run(&mut command, b"").status.success()
}

#[test]
fn a_mark_says_why_and_changes_nothing_of_what_is_pinned() {
    let (world, reader, maintainer) = world();
    let made = world.create_snapshot(&reader, &of("retry")).unwrap();
    let reviewer = world.caller("user:rae", Role::Reviewer);
    assert_eq!(code(world.mark_snapshot(&reviewer, &made.id, "It is wrong.")), Code::PolicyDenied);
    let marked = world.mark_snapshot(&maintainer, &made.id, "It is wrong.").unwrap();
    assert_eq!(marked.mark.as_ref().unwrap().reason, "It is wrong.");
    assert_eq!((marked.digest, json!(marked.content)), (made.digest.clone(), json!(made.content)));
    assert!(world.mark_snapshot(&maintainer, &made.id, "It is wrong.").is_ok(), "the same again changes nothing");
    assert_eq!(code(world.mark_snapshot(&maintainer, &made.id, "Something else.")), Code::Conflict);
    assert_eq!(code(world.mark_snapshot(&maintainer, &made.id, " ")), Code::BadRequest);
    let read = world.query(&reader, &ask("retry", pinned_at(made.id.as_str()))).unwrap();
    assert_eq!(read.resolution.snapshot.unwrap().known_bad.as_deref(), Some("It is wrong."));
    let phase = |phase: &str| {
        let filter = SnapshotFilter { phase: Some(phase.to_owned()), ..SnapshotFilter::default() };
        world.snapshots(&reader, &filter, None, 50).map(|page| page.items.len())
    };
    assert_eq!((phase("KnownBad").unwrap(), phase("Ready").unwrap()), (1, 0));
    assert_eq!(code(phase("Rotten")), Code::BadRequest);
    let audited = world.audited();
    let count = |event: &str| audited.iter().filter(|e| *e == event).count();
    assert_eq!(count("agent.memory.snapshot.created"), 1);
    assert_eq!(count("agent.memory.snapshot.marked"), 1);
}

#[test]
fn rows_of_snapshots_neither_change_nor_go() {
    let (world, reader, maintainer) = world();
    let made = world.create_snapshot(&reader, &of("retry")).unwrap();
    world.mark_snapshot(&maintainer, &made.id, "It is wrong.").unwrap();
    let db = rusqlite::Connection::open(world.path().join("records.sqlite3")).unwrap();
    for sql in [
        "UPDATE snapshots SET reason = 'x'",
        "DELETE FROM snapshots",
        "UPDATE snapshot_paths SET path = 'x'",
        "DELETE FROM snapshot_paths",
        "UPDATE snapshot_marks SET reason = 'x'",
        "DELETE FROM snapshot_marks",
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("never"), "{sql}: {refused}");
    }
}

#[test]
fn lists_go_page_by_page_newest_first_and_by_run() {
    let (world, reader, _) = world();
    let ids: Vec<_> =
        (0..5).map(|n| world.create_snapshot(&reader, &of_run("retry", &format!("run-{n}"))).unwrap().id).collect();
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = world.snapshots(&reader, &SnapshotFilter::default(), cursor.as_deref(), 2).unwrap();
        seen.extend(page.items.into_iter().map(|item| item.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids.iter().rev().cloned().collect::<Vec<_>>());
    let filter = SnapshotFilter { source_run: Some("run-3".to_owned()), ..SnapshotFilter::default() };
    let found = world.snapshots(&reader, &filter, None, 50).unwrap();
    assert_eq!(found.items.iter().map(|item| &item.id).collect::<Vec<_>>(), [&ids[3]]);
}

#[test]
fn a_secret_is_never_pinned() {
    let (world, reader, _) = world();
    let secret = ["ghp_", "R4nd0mT0kenV4lue", "1234567890abcdefABCD"].concat();
    let refused = |new: &NewSnapshot| code::<SnapshotView>(world.create_snapshot(&reader, new));
    assert_eq!(refused(&of(&format!("why {secret}"))), Code::InvalidQuery);
    assert_eq!(refused(&NewSnapshot { reason: Some(secret.clone()), ..of("retry") }), Code::BadRequest);
    assert_eq!(refused(&NewSnapshot { source_run: Some(secret.clone()), ..of("retry") }), Code::BadRequest);
}

#[test]
fn a_narrowed_token_sees_a_snapshot_only_where_it_sees_all_that_was_selected() {
    let (world, reader, _) = world();
    let all = world.create_snapshot(&reader, &of("retry")).unwrap();
    let elsewhere = world.narrowed("agent:n", Role::Reader, r#"{"includePaths": ["runbooks/**"]}"#);
    assert_eq!(code(world.snapshot(&elsewhere, &all.id)), Code::NotFound);
    assert_eq!(code(world.replay_snapshot(&elsewhere, &all.id)), Code::NotFound);
    assert!(world.snapshots(&elsewhere, &SnapshotFilter::default(), None, 50).unwrap().items.is_empty());
    let notes = world.narrowed("agent:n", Role::Reader, r#"{"includePaths": ["notes/**"]}"#);
    assert_eq!(world.snapshot(&notes, &all.id).unwrap().id, all.id);
    let kinds = world.narrowed("agent:n", Role::Reader, r#"{"includePaths": ["**"], "excludeKinds": ["Person"]}"#);
    assert_eq!(code(world.snapshot(&kinds, &all.id)), Code::NotFound);
    let own = world.create_snapshot(&kinds, &of("retry")).unwrap();
    assert_eq!(world.snapshot(&kinds, &own.id).unwrap().id, own.id);
    let few = world.create_snapshot(&elsewhere, &of("retry")).unwrap();
    assert!(selected(&few).is_empty());
    assert!(world.replay_snapshot(&reader, &few.id).unwrap().is_same(), "replayed as its maker saw it");
}

#[test]
fn a_snapshot_of_another_repository_or_org_does_not_resolve() {
    let (world, reader, _) = world();
    let made = world.create_snapshot(&reader, &of("retry")).unwrap();
    world.create_org(&org("rival")).unwrap();
    world.create_repository(&org("rival"), &name("brain"), None, &mut |_, _| ()).unwrap();
    let rival = world.caller_of("rival", "user:eve", Role::Admin, None);
    assert_eq!(code(world.snapshot(&rival, &made.id)), Code::NotFound);
    let at = pinned_at(made.id.as_str());
    let there = code(world.query(&rival, &ask("retry", at)));
    let nowhere = code(world.query(&rival, &ask("retry", pinned_at("ams-00000000000000000000000000"))));
    assert_eq!((there, nowhere), (Code::CrossOrgRefDenied, Code::CrossOrgRefDenied));
    assert_eq!(code(world.resolve(&reader, None, &pinned_at("no-such"))), Code::RefNotFound);
}

#[test]
fn a_commit_off_the_line_is_pinned_by_a_tag_alone() {
    let (world, reader, _) = world();
    let proposer = world.caller("agent:p", Role::Proposer);
    let update = world.proposed(&proposer, upsert("notes/new.md", &note("term:new", "Fresh.")));
    let at = named(&update.head_commit.to_string());
    let off = NewSnapshot { at, ..of("fresh") };
    assert_eq!(code(world.create_snapshot(&reader, &off)), Code::RefNotApproved);
    let kept = world.create_snapshot(&reader, &NewSnapshot { name: Some("draft".to_owned()), ..off }).unwrap();
    assert_eq!(selected(&kept), ["term:new"]);
    assert_eq!(kept.content.landed_at, None);
}

#[test]
fn what_selects_nothing_by_itself_is_not_pinned() {
    let (world, reader, _) = world();
    for mode in [lorekeep::engine::Mode::DiffRef, lorekeep::engine::Mode::OntologyValidation] {
        let question = Question { mode, ..Question::default() };
        let new = NewSnapshot { query: Some(Ask { question, ..Ask::default() }), ..NewSnapshot::default() };
        assert_eq!(code(world.create_snapshot(&reader, &new)), Code::InvalidQuery);
    }
    let kinds = GraphQuestion { kinds: vec!["Term".to_owned()], ..GraphQuestion::default() };
    let question = Question { graph: kinds, ..Question::default() };
    let new = NewSnapshot { query: Some(Ask { question, ..Ask::default() }), ..NewSnapshot::default() };
    assert!(selected(&world.create_snapshot(&reader, &new).unwrap()).contains(&"term:retry".to_owned()));
}

#[test]
fn a_crash_at_any_step_leaves_both_the_tag_and_the_row_or_neither() {
    let (mut world, reader, _) = world();
    let mut died = 0;
    for step in 0..30 {
        let name = format!("crash-{step}");
        world.stop();
        let clock = Failing::never(world.now());
        let engine = Engine::serve(config(world.path(), clock.clone())).unwrap();
        clock.fail_after(step);
        let made = unless_it_dies(|| engine.create_snapshot(&reader, &tagged("retry", &name)));
        drop(engine);
        world.start();
        let tag = world.git(&["for-each-ref", &format!("refs/tags/memory/snapshots/{name}")]);
        let page = world.snapshots(&reader, &SnapshotFilter::default(), None, 100).unwrap();
        let row = page.items.iter().any(|item| item.name.as_deref() == Some(&name));
        assert_eq!(!tag.is_empty(), row, "step {step}");
        assert_eq!(world.open_intents(), 0, "step {step}");
        match made {
            None => died += 1,
            Some(made) => {
                made.unwrap();
                assert!(row, "what was acknowledged is there");
                break;
            }
        }
        assert!(world.create_snapshot(&reader, &tagged("retry", &name)).is_ok(), "it can be done again");
    }
    assert!(died > 2, "the process died {died} times");
    world.git(&["fsck", "--strict", "--no-dangling"]);
    assert!(world.audited().iter().filter(|e| *e == "agent.memory.snapshot.created").count() > 2);
}

#[test]
fn what_git_cannot_do_is_said_and_leaves_nothing() {
    let (world, reader, _) = world();
    world.git(&["tag", "memory/snapshots/by-hand", "HEAD"]);
    let refused: Result<_, EngineError> = world.create_snapshot(&reader, &tagged("retry", "by-hand"));
    assert_eq!(code(refused), Code::AlreadyExists);
    assert_eq!(world.resolve(&reader, None, &pinned_at("by-hand")).unwrap().1.commit, world.tip());
    assert!(world.snapshots(&reader, &SnapshotFilter::default(), None, 50).unwrap().items.is_empty());
}

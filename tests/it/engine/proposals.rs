//! Proposing: what is written, what is kept though it is invalid, and what is refused.

use super::world::{World, change, revising, upsert, with_key};
use super::{code, note};
use lorekeep::engine::{Code, NewChange, NewUpdate, Role, UpdateFilter};

#[test]
fn a_proposal_is_a_signed_commit_on_a_branch_of_its_own() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let tip = world.tip();
    let update = world.proposed(&proposer, upsert("notes/a.md", &note("term:a", "one")));
    assert_eq!((update.phase.as_str(), update.revision, update.base_commit), ("AwaitingApproval", 1, tip));
    assert_eq!(update.branch, format!("krate/agent-memory/{}", update.id));
    assert_eq!(world.git(&["rev-parse", &update.branch]), update.head_commit.to_string());
    let about =
        world.git(&["log", "-1", "--format=%an <%ae> %cn %G? %(trailers:key=Update,valueonly)", &update.branch]);
    assert!(about.starts_with("agent:claude <agent.claude@a5c.lorekeep.invalid> Lorekeep"), "{about}");
    assert!(about.contains(update.id.as_str()), "{about}");
    assert_eq!(world.tip(), tip, "nothing landed");
    assert_eq!(world.open_intents(), 0);
    assert!(world.audited().contains(&"agent.memory.update.proposed".to_owned()));
}

#[test]
fn changes_are_upserts_renames_and_deletions() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    world.land("notes/old.md", "old\n");
    world.land("notes/gone.md", "gone\n");
    let rename = NewChange { from: Some("notes/old.md".to_owned()), ..change("notes/new.md", "rename", None) };
    let update = NewUpdate {
        changes: vec![rename, change("notes/gone.md", "delete", None), change("notes/x.md", "upsert", Some("x\n"))],
        ..upsert("x", "x")
    };
    let update = world.proposed(&proposer, update);
    let diff = world.git(&["diff", "--name-status", "-M", "main", &update.branch]);
    assert_eq!(diff, "D\tnotes/gone.md\nR100\tnotes/old.md\tnotes/new.md\nA\tnotes/x.md");
    let shown: Vec<_> = update.changes.iter().map(|(path, action, _)| (path.as_str(), action.as_str())).collect();
    assert_eq!(shown, [("notes/new.md", "rename"), ("notes/gone.md", "delete"), ("notes/x.md", "upsert")]);
    let detail = world.update(&proposer, &update.id).unwrap();
    assert!(detail.diff.unwrap().contains("+x"));
    let by_path = UpdateFilter { path: Some("notes/old.md".to_owned()), ..UpdateFilter::default() };
    let found = world.updates(&proposer, &by_path, None, 10).unwrap().items;
    assert!(found.iter().any(|u| u.id == update.id), "a rename is found by its old path");
}

#[test]
fn a_patch_is_applied_to_its_base() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    world.land("notes/a.md", "one\ntwo\n");
    let base = world.tip();
    world.land("notes/b.md", "beside\n");
    let patch = "--- a/notes/a.md\n+++ b/notes/a.md\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";
    let of_patch = |patch: &str| NewUpdate {
        changes: Vec::new(),
        patch: Some(patch.to_owned()),
        base_commit: Some(base.to_string()),
        ..upsert("x", "x")
    };
    let update = world.proposed(&proposer, of_patch(patch));
    assert_eq!((update.base_commit, update.phase.as_str()), (base, "AwaitingApproval"));
    assert_eq!(world.git(&["show", &format!("{}:notes/a.md", update.branch)]), "one\nthree");
    for bad in
        ["", "nonsense", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-no\n+yes\n", "--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n"]
    {
        assert_eq!(code(world.propose(&proposer, &of_patch(bad))), Code::InvalidUpdate, "{bad}");
    }
}

#[test]
fn an_invalid_proposal_is_kept_with_its_findings_and_mended_by_a_revision() {
    let world = World::new();
    let (proposer, reviewer) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let bad = "---\nid: term:a\nkind: Nonsense\ntitle: A\nstatus: approved\n---\n# A\n";
    let update = world.proposed(&proposer, upsert("notes/a.md", bad));
    assert_eq!(update.phase, "Invalid");
    let finding = update.findings.iter().find(|f| f.code == "LK103" || f.message.contains("Nonsense")).unwrap();
    assert_eq!((finding.place.path.as_str(), finding.place.line), ("notes/a.md", 3));
    assert_eq!(code(world.approve(&reviewer, &update)), Code::Conflict);
    assert_eq!(code(world.merge(&reviewer, &update)), Code::Conflict);
    let mended = world.proposed(&proposer, revising(&update.id, upsert("notes/a.md", &note("term:a", "good"))));
    assert_eq!((mended.phase.as_str(), mended.revision, &mended.id), ("AwaitingApproval", 2, &update.id));
    assert!(mended.generation > update.generation);
    assert_eq!(world.git(&["rev-parse", &mended.branch]), mended.head_commit.to_string());
}

#[test]
fn words_that_cannot_be_are_refused_with_their_field() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let good = || upsert("notes/a.md", "x\n");
    let of = |c: NewChange| NewUpdate { changes: vec![c], ..good() };
    let long = "x".repeat(20_000);
    for (update, field) in [
        (NewUpdate { title: "  ".to_owned(), ..good() }, "title"),
        (NewUpdate { title: long.clone(), ..good() }, "title"),
        (NewUpdate { reason: long.clone(), ..good() }, "reason"),
        (NewUpdate { source_run: Some(long), ..good() }, "sourceRun"),
        (NewUpdate { changes: Vec::new(), ..good() }, "changes"),
        (NewUpdate { patch: Some("x".to_owned()), ..good() }, "changes"),
        (NewUpdate { base_commit: Some("main".to_owned()), ..good() }, "baseCommit"),
        (NewUpdate { base_commit: Some("12".repeat(20)), ..good() }, "baseCommit"),
        (of(change("../x", "upsert", Some("x"))), "changes[0].path"),
        (of(change(".git/config", "upsert", Some("x"))), "changes[0].path"),
        (of(change("x", "upsert", None)), "changes[0].content"),
        (of(change("x", "rename", None)), "changes[0].from"),
        (of(change("x", "chmod", None)), "changes[0].action"),
        (of(change("x", "delete", Some("x"))), "changes[0].action"),
        (of(change("x", "delete", None)), "changes[0].path"),
        (of(change("README.md/x", "upsert", Some("x"))), "changes[0].path"),
    ] {
        let error = world.propose(&proposer, &update).unwrap_err();
        assert_eq!(error.code, Code::InvalidUpdate, "{field}: {error}");
        assert_eq!(error.reasons.first().and_then(|r| r.field.as_deref()), Some(field), "{error:?}");
    }
    assert!(world.updates(&proposer, &UpdateFilter::default(), None, 10).unwrap().items.is_empty());
    let reader = world.caller("user:ada", Role::Reader);
    assert_eq!(code(world.propose(&reader, &good())), Code::PolicyDenied);
}

#[test]
fn a_base_off_the_approved_line_is_refused() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let other = world.proposed(&proposer, upsert("notes/a.md", "x\n"));
    let on_it = NewUpdate { base_commit: Some(other.head_commit.to_string()), ..upsert("notes/b.md", "x\n") };
    let error = world.propose(&proposer, &on_it).unwrap_err();
    assert_eq!((error.code, error.reasons[0].field.as_deref()), (Code::InvalidUpdate, Some("baseCommit")));
}

#[test]
fn no_secret_is_let_into_what_is_said_of_an_update() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let secret = format!("ghp_{}", crate::screen::tokens::alphanumeric(36));
    let good = || upsert("notes/a.md", "x\n");
    let mut because = good();
    because.changes[0].reason = Some(secret.clone());
    for (update, field) in [
        (NewUpdate { title: format!("use {secret}"), ..good() }, "title"),
        (NewUpdate { reason: format!("use {secret}"), ..good() }, "reason"),
        (NewUpdate { source_run: Some(secret.clone()), ..good() }, "sourceRun"),
        (NewUpdate { artifact: Some(serde_json::json!({"key": secret})), ..good() }, "artifact"),
        (because, "changes"),
    ] {
        let error = world.propose(&proposer, &update).unwrap_err();
        assert_eq!((error.code, error.reasons[0].field.as_deref()), (Code::InvalidUpdate, Some(field)));
        assert!(!format!("{error:?}").contains(&secret));
    }
    let update = world.proposed(&proposer, good());
    let comment = lorekeep::engine::UpdateAction::Comment { path: None, line: None, body: secret };
    assert_eq!(code(world.act(&proposer, &update.id, &comment)), Code::BadRequest);
}

#[test]
fn the_same_key_is_the_same_update() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = with_key(upsert("notes/a.md", "x\n"), "key-1");
    let first = world.proposed(&proposer, update.clone());
    let second = world.proposed(&proposer, update.clone());
    assert_eq!((first.id.clone(), first.head_commit), (second.id, second.head_commit));
    let another = world.caller("agent:other", Role::Proposer);
    assert_ne!(world.proposed(&another, update.clone()).id, first.id, "a key is its principal's");
    assert_ne!(world.proposed(&proposer, with_key(update, "key-2")).id, first.id);
    let all = world.updates(&proposer, &UpdateFilter::default(), None, 10).unwrap().items;
    assert_eq!(all.len(), 3);
}

#[test]
fn the_same_key_from_many_threads_makes_one_update() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = with_key(upsert("notes/a.md", "x\n"), "key-1");
    let ids: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..4).map(|_| scope.spawn(|| world.proposed(&proposer, update.clone()).id)).collect();
        tries.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(world.audited().iter().filter(|e| *e == "agent.memory.update.proposed").count(), 1);
    assert_eq!(world.open_intents(), 0);
}

#[test]
fn lists_of_updates_are_paged_newest_first_and_filtered() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let made: Vec<_> = (0..3).map(|n| world.proposed(&proposer, upsert(&format!("notes/{n}.md"), "x\n")).id).collect();
    let page = |cursor: Option<&str>| world.updates(&proposer, &UpdateFilter::default(), cursor, 2).unwrap();
    let first = page(None);
    let second = page(first.next_cursor.as_deref());
    let ids: Vec<_> = first.items.iter().chain(&second.items).map(|u| u.id.clone()).collect();
    assert_eq!(ids, made.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(second.next_cursor, None);
    let filter = |phase: &str| UpdateFilter { phase: Some(phase.to_owned()), ..UpdateFilter::default() };
    assert_eq!(world.updates(&proposer, &filter("AwaitingApproval"), None, 10).unwrap().items.len(), 3);
    assert!(world.updates(&proposer, &filter("Merged"), None, 10).unwrap().items.is_empty());
    assert_eq!(code(world.updates(&proposer, &filter("Nonsense"), None, 10)), Code::BadRequest);
    assert_eq!(code(world.updates(&proposer, &UpdateFilter::default(), Some("x"), 10)), Code::BadRequest);
}

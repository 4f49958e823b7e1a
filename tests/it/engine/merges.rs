//! Merging: the signed commit, what stops it, and what is there afterwards.

use super::world::{World, change, git_in, named, revising, upsert};
use super::{code, note};
use crate::support::repo::{git_command, run};
use lorekeep::base::CommitId;
use lorekeep::engine::{Code, NewUpdate, Role, UpdateAction};

/// What `git verify-commit` says of a commit, and whether it accepts it.
fn verify(world: &World, commit: &str) -> (bool, String) {
    let signers = world.path().join("allowed");
    let reader = world.caller("user:reader", Role::Reader);
    std::fs::write(&signers, world.allowed_signers(&reader).unwrap()).unwrap();
    let setting = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    let mut command = git_command(0);
    let output = run(command.current_dir(world.git_dir()).args(["-c", &setting, "verify-commit", commit]), b"");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_merge_is_a_signed_commit_of_two_parents_that_says_who_approved_what() {
    let world = World::new();
    let (proposer, reviewer) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let before = world.tip();
    let update = NewUpdate {
        title: "Say what flakes".to_owned(),
        source_run: Some("adr-01hx".to_owned()),
        ..upsert("notes/a.md", &note("term:a", "a fresh word"))
    };
    let update = world.proposed(&proposer, update);
    world.later(10);
    world.approve(&reviewer, &update).unwrap();
    world.later(10);
    let merged = world.merge(&reviewer, &update).unwrap();
    let tip = world.tip();
    assert_eq!((merged.phase.as_str(), merged.merge_commit), ("Merged", Some(tip)));
    let parents = world.git(&["log", "-1", "--format=%P", "main"]);
    assert_eq!(parents, format!("{before} {}", update.head_commit));
    let people = world.git(&["log", "-1", "--format=%an|%cn|%s", "main"]);
    assert_eq!(people, "agent:claude|Lorekeep|Say what flakes");
    let message = world.git(&["log", "-1", "--format=%B", "main"]);
    let mut command = git_command(0);
    let parsed = run(command.args(["interpret-trailers", "--parse"]), message.as_bytes());
    let trailers = String::from_utf8(parsed.stdout).unwrap();
    let approved = "2026-06-01T00:00:10Z";
    let expected = [
        format!("Update: {}", update.id),
        format!("Diff-Digest: {}", update.diff_digest),
        format!("Validation-Digest: {}", update.validation_digest.as_ref().unwrap()),
        "Source-Run: adr-01hx".to_owned(),
        format!("Approved-by: user:rae {approved}"),
    ];
    assert_eq!(trailers.lines().collect::<Vec<_>>(), expected);
    let (good, said) = verify(&world, "main");
    assert!(good && said.contains("Good \"git\" signature"), "{said}");
    assert!(world.finds(&reviewer, "fresh word").contains(&"term:a".to_owned()));
    let resolution = world.resolve(&reviewer, None, &named("main")).unwrap().1;
    assert_eq!(resolution.landed_at, Some(world.now()));
    assert_eq!(
        merged.timeline.last().map(|told| (told.at, told.by.as_str(), told.what.as_str())),
        Some((world.now(), "user:rae", "merged"))
    );
    assert!(merged.conditions.iter().any(|c| c.kind == "MemoryMerged" && c.status == "True"));
    assert!(world.audited().contains(&"agent.memory.update.merged".to_owned()));
    assert_eq!((world.landings(), world.open_intents()), (2, 0));
    assert_eq!(world.git(&["fsck", "--strict", "--no-dangling"]), "");
}

#[test]
fn a_tampered_merge_is_not_accepted() {
    let world = World::new();
    world.land("notes/a.md", &note("term:a", "one"));
    let raw = world.git(&["cat-file", "commit", "main"]) + "\n";
    let forged = raw.replace("Approved-by: user:rae", "Approved-by: user:eve");
    assert_ne!(raw, forged);
    let mut command = git_command(0);
    let written = run(
        command.current_dir(world.git_dir()).args(["hash-object", "-w", "-t", "commit", "--stdin"]),
        forged.as_bytes(),
    );
    let forged = String::from_utf8(written.stdout).unwrap();
    let (good, said) = verify(&world, forged.trim());
    assert!(!good && !said.contains("Good"), "{said}");
}

#[test]
fn merging_twice_gives_the_same_answer_and_one_landing() {
    let world = World::new();
    let merged = world.land("notes/a.md", "x\n");
    let rae = world.caller("user:rae", Role::Reviewer);
    let again = world.merge(&rae, &merged).unwrap();
    assert_eq!((again.merge_commit, again.generation), (merged.merge_commit, merged.generation));
    assert_eq!(world.landings(), 2);
    assert_eq!(world.audited().iter().filter(|e| *e == "agent.memory.update.merged").count(), 1);
}

#[test]
fn a_conflict_shows_both_sides_and_a_revision_on_the_tip_mends_it() {
    let world = World::new();
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    world.land("notes/a.md", "base\n");
    let late = world.proposed(&proposer, upsert("notes/a.md", "theirs\n"));
    world.approve(&rae, &late).unwrap();
    world.land("notes/a.md", "ours\n");
    let tip = world.tip();
    let error = world.merge(&rae, &late).unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert_eq!(error.reasons[0].field.as_deref(), Some("notes/a.md"));
    let shown = world.update(&rae, &late.id).unwrap();
    assert_eq!((shown.phase.as_str(), world.tip()), ("Conflicted", tip));
    let sides = &shown.conflicts[0];
    assert_eq!(sides.path, "notes/a.md");
    assert_eq!(
        (sides.base.as_deref(), sides.ours.as_deref(), sides.theirs.as_deref()),
        (Some("base\n"), Some("ours\n"), Some("theirs\n"))
    );
    assert!(shown.conditions.iter().any(|c| c.kind == "MergesCleanly" && c.status == "False"));
    let mended = world.proposed(&proposer, revising(&late.id, upsert("notes/a.md", "both\n")));
    assert_eq!((mended.phase.as_str(), mended.conflicts.len()), ("AwaitingApproval", 0));
    world.approve(&rae, &mended).unwrap();
    assert_eq!(world.merge(&rae, &mended).unwrap().phase, "Merged");
}

#[test]
fn a_refresh_finds_the_conflict_and_finds_it_gone() {
    let world = World::new();
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    world.land("notes/a.md", "base\n");
    let late = world.proposed(&proposer, upsert("notes/a.md", "theirs\n"));
    world.approve(&rae, &late).unwrap();
    world.land("notes/a.md", "ours\n");
    let refreshed = world.act(&proposer, &late.id, &UpdateAction::Refresh).unwrap();
    assert_eq!(refreshed.phase, "Conflicted");
    world.land("notes/a.md", "base\n");
    let refreshed = world.act(&proposer, &late.id, &UpdateAction::Refresh).unwrap();
    assert_eq!((refreshed.phase.as_str(), refreshed.conflicts.len()), ("Approved", 0));
}

#[test]
fn two_updates_that_are_valid_alone_and_wrong_together_do_not_both_land() {
    let world = World::new();
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let one = world.proposed(&proposer, upsert("notes/one.md", &note("term:same", "one")));
    let two = world.proposed(&proposer, upsert("notes/two.md", &note("term:same", "two")));
    for update in [&one, &two] {
        assert_eq!(world.approve(&rae, update).unwrap().phase, "Approved");
    }
    world.merge(&rae, &one).unwrap();
    let tip = world.tip();
    let error = world.merge(&rae, &two).unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert!(error.reasons.iter().any(|r| r.message.contains("term:same")), "{error:?}");
    let shown = world.update(&rae, &two.id).unwrap();
    assert_eq!((shown.phase.as_str(), world.tip()), ("Invalid", tip));
    assert!(!shown.findings.is_empty());
    assert_eq!(world.open_intents(), 0);
}

#[test]
fn an_edge_to_what_another_update_deleted_does_not_land() {
    let world = World::new();
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    world.land("notes/target.md", &note("term:target", "here"));
    let linking = note("term:a", "one").replace("---\n# a", "related:\n  depends_on: [term:target]\n---\n# a");
    let link = world.proposed(&proposer, upsert("notes/a.md", &linking));
    let delete = NewUpdate { changes: vec![change("notes/target.md", "delete", None)], ..upsert("x", "x") };
    let delete = world.proposed(&proposer, delete);
    world.approve(&rae, &link).unwrap();
    world.approve(&rae, &delete).unwrap();
    world.merge(&rae, &delete).unwrap();
    let tip = world.tip();
    assert_eq!(code(world.merge(&rae, &link)), Code::Conflict);
    assert_eq!((world.update(&rae, &link.id).unwrap().phase.as_str(), world.tip()), ("Invalid", tip));
}

#[test]
fn history_tells_of_each_version_who_approved_it() {
    let world = World::new();
    let merged = world.land("notes/a.md", &note("term:a", "one"));
    let local = lorekeep::engine::Memory::local(&world.git_dir(), world.clock.clone()).unwrap();
    let history = local.history("term:a", &named("main"), 10).unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].update.as_deref(), Some(merged.id.as_str()));
    assert!(history[0].approvers[0].starts_with("user:rae"), "{:?}", history[0].approvers);
    assert_eq!(Some(history[0].commit), merged.merge_commit);
}

#[test]
fn a_clone_verifies_the_whole_line_with_the_signers_alone() {
    let world = World::new();
    world.land("notes/a.md", "x\n");
    world.land("notes/b.md", "x\n");
    let line = world.git(&["rev-list", "--first-parent", "main"]);
    assert_eq!(line.lines().count(), 3);
    for commit in line.lines() {
        let (good, said) = verify(&world, commit);
        assert!(good, "{said}");
    }
    let clone = super::world::clone(&world);
    assert_eq!(CommitId::parse(&git_in(&world, clone.path(), &["rev-parse", "HEAD"])).unwrap(), world.tip());
}

#[test]
fn a_branch_that_another_git_keeps_locked_leaves_the_update_as_it_was() {
    let world = World::new();
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let update = world.proposed(&proposer, upsert("notes/a.md", "x\n"));
    world.approve(&rae, &update).unwrap();
    let lock = world.git_dir().join("refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    let error = world.merge(&rae, &update).unwrap_err();
    assert!(!error.message.contains(&*world.path().to_string_lossy()), "{error}");
    assert_eq!((world.update(&rae, &update.id).unwrap().phase.as_str(), world.open_intents()), ("Approved", 0));
    std::fs::remove_file(&lock).unwrap();
    assert_eq!(world.merge(&rae, &update).unwrap().phase, "Merged");
    assert_eq!(world.landings(), 2);
}

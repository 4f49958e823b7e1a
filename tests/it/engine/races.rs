//! Many at once: nothing that was acknowledged is lost, and nobody waits for ever.

use super::note;
use super::world::{World, ask, upsert};
use crate::support::repo::{git_command, run};
use lorekeep::base::CommitId;
use lorekeep::engine::{Code, RefRequest, Role, UpdateView};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// Approved updates, one for each path.
fn approved(world: &World, paths: &[&str]) -> Vec<UpdateView> {
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let propose = |(n, path): (usize, &&str)| {
        let update = world.proposed(&proposer, upsert(path, &format!("text {n} of {path}\n")));
        world.approve(&rae, &update).unwrap()
    };
    paths.iter().enumerate().map(propose).collect()
}

fn line(world: &World) -> Vec<CommitId> {
    let listed = world.git(&["rev-list", "--first-parent", "main"]);
    listed.lines().map(|l| CommitId::parse(l).unwrap()).collect()
}

#[test]
fn merges_from_many_threads_all_land_or_conflict() {
    let world = World::new();
    let updates =
        approved(&world, &["notes/a.md", "notes/b.md", "notes/same.md", "notes/c.md", "notes/same.md", "notes/d.md"]);
    let rae = world.caller("user:rae", Role::Reviewer);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let merging: Vec<_> = updates.iter().map(|u| scope.spawn(|| world.merge(&rae, u))).collect();
        merging.into_iter().map(|m| m.join().unwrap()).collect()
    });
    let landed: Vec<CommitId> = outcomes.iter().flatten().map(|u| u.merge_commit.unwrap()).collect();
    let refused: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
    assert_eq!((landed.len(), refused.len()), (5, 1), "{refused:?}");
    assert_eq!(refused[0].code, Code::Conflict);
    let line = line(&world);
    assert_eq!(line.len(), 6);
    assert!(landed.iter().all(|c| line.contains(c)));
    for path in ["a", "b", "c", "d", "same"] {
        assert!(world.git(&["show", &format!("main:notes/{path}.md")]).starts_with("text "));
    }
    let phases: BTreeSet<String> = updates.iter().map(|u| world.update(&rae, &u.id).unwrap().phase).collect();
    assert_eq!(phases.into_iter().collect::<Vec<_>>(), ["Conflicted", "Merged"]);
    assert_eq!((world.landings(), world.open_intents()), (6, 0));
    assert_eq!(world.audited().iter().filter(|e| *e == "agent.memory.update.merged").count(), 5);
}

#[test]
fn merges_and_pushes_that_race_lose_nothing() {
    let world = World::new();
    let updates = approved(&world, &["notes/a.md", "notes/b.md", "notes/c.md", "notes/d.md"]);
    let rae = world.caller("user:rae", Role::Reviewer);
    let done = AtomicBool::new(false);
    let (merged, pushed) = std::thread::scope(|scope| {
        let pusher = scope.spawn(|| {
            let mut pushed = Vec::new();
            while pushed.is_empty() || (pushed.len() < 12 && !done.load(Ordering::SeqCst)) {
                pushed.extend(try_push(&world));
            }
            pushed
        });
        let merged: Vec<_> = updates.iter().map(|u| merge_until_it_lands(&world, &rae, u)).collect();
        done.store(true, Ordering::SeqCst);
        (merged, pusher.join().unwrap())
    });
    let line = line(&world);
    assert!(merged.iter().all(|c| line.contains(c)), "every merge that was acknowledged is there");
    assert!(!pushed.is_empty() && pushed.iter().all(|c| line.contains(c)), "every push that git took is there");
    assert_eq!(line.len(), 1 + merged.len() + pushed.len());
    world.resolve(&rae, None, &RefRequest::default()).unwrap();
    assert_eq!(world.landings(), line.len() as u64);
    assert_eq!(world.open_intents(), 0);
    let pushes = world.audited().iter().filter(|e| *e == "push.accepted").count();
    assert_eq!(pushes, pushed.len());
}

/// A merge that keeps losing its turn to pushes is refused as a conflict that may be tried again.
fn merge_until_it_lands(world: &World, by: &lorekeep::engine::Caller, update: &UpdateView) -> CommitId {
    for _ in 0..50 {
        match world.merge(by, update) {
            Ok(view) => return view.merge_commit.unwrap(),
            Err(error) => {
                assert_eq!((error.code, error.message.contains("try again")), (Code::Conflict, true), "{error:?}")
            }
        }
    }
    panic!("a merge does not get its turn");
}

/// Moves the branch to a new commit on top of it, as a push does; nothing where a merge was faster.
fn try_push(world: &World) -> Option<CommitId> {
    let tip = world.tip().to_string();
    let commit = world.git(&["commit-tree", "-p", &tip, "-m", &format!("on {tip}"), &format!("{tip}^{{tree}}")]);
    let mut command = git_command(world.now().seconds());
    command.env("GIT_COMMITTER_NAME", "user:mia").env("GIT_COMMITTER_EMAIL", "lk-1@push.lorekeep.invalid");
    let moved = run(command.current_dir(world.git_dir()).args(["update-ref", "refs/heads/main", &commit, &tip]), b"");
    moved.status.success().then(|| CommitId::parse(&commit).unwrap())
}

#[test]
fn readers_beside_merges_read_one_commit_each() {
    let world = World::new();
    let updates = approved(&world, &["notes/a.md", "notes/b.md", "notes/c.md"]);
    let rae = world.caller("user:rae", Role::Reviewer);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reading = || {
            while !done.load(Ordering::SeqCst) {
                let answer = world.query(&rae, &ask("text of notes", RefRequest::default())).unwrap();
                let paths = world.git(&["ls-tree", "-r", "--name-only", &answer.resolution.commit.to_string()]);
                assert!(answer.outcome.records.iter().all(|r| paths.contains(&r.path)), "{paths}");
            }
        };
        let readers = [scope.spawn(reading), scope.spawn(reading)];
        for update in &updates {
            world.merge(&rae, update).unwrap();
        }
        done.store(true, Ordering::SeqCst);
        readers.into_iter().for_each(|r| r.join().unwrap());
    });
    let view = world.repository(&rae, "brain").unwrap();
    assert_eq!(view.indexed, (4, 4), "no reader took the index back");
}

#[test]
fn revisions_of_one_update_that_race_leave_one_of_them_on_top() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = world.proposed(&proposer, upsert("notes/a.md", &note("term:a", "one")));
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let revise = |n: usize| {
            let (world, proposer, id) = (&world, &proposer, update.id.clone());
            scope.spawn(move || {
                let text = note("term:a", &format!("revision {n}"));
                world.propose(proposer, &super::world::revising(&id, upsert("notes/a.md", &text)))
            })
        };
        let revising: Vec<_> = (0..4).map(revise).collect();
        revising.into_iter().map(|r| r.join().unwrap()).collect()
    });
    let good = outcomes.iter().filter(|o| o.is_ok()).count();
    assert!(good >= 1);
    assert!(outcomes.iter().filter_map(|o| o.as_ref().err()).all(|e| e.code == Code::Conflict), "{outcomes:?}");
    let shown = world.update(&proposer, &update.id).unwrap();
    assert_eq!(shown.revision as usize, 1 + good);
    assert_eq!(world.git(&["rev-parse", &shown.branch]), shown.head_commit.to_string());
    assert_eq!(world.open_intents(), 0);
}

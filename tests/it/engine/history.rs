//! An index that does not hold all of history, is damaged, or is another one: the same answers.

use super::note;
use super::world::{World, ask, config, named, org, upsert};
use crate::support::TestRepo;
use lorekeep::base::CommitId;
use lorekeep::base::time::FixedClock;
use lorekeep::engine::{Answer, Ask, Caller, Coverage, Engine, GrepQuestion, LocalGrep, Memory, RefRequest, Role};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many landings a world of [`with_history`] has: the bootstrap and these.
const LANDINGS: usize = 7;

/// A world where notes were written, changed, and one was taken back.
fn with_history() -> (World, Vec<CommitId>) {
    let world = World::new();
    let mut commits = vec![world.tip()];
    for (path, text) in [
        ("notes/a.md", note("term:a", "The zebra stands.\nThe gate is shut.")),
        ("notes/b.md", note("term:b", "Nobody feeds the zebra.")),
        ("notes/a.md", note("term:a", "The zebra stands.\nThe gate is open.")),
        ("notes/c.md", note("term:c", "A lion, and no other animal.")),
        ("notes/b.md", note("term:b", "Somebody feeds the lion.")),
        ("notes/a.md", note("term:a", "The zebra sleeps.\nThe gate is open.\nIt rains.")),
    ] {
        world.later(60);
        world.land(path, &text);
        commits.push(world.tip());
    }
    assert_eq!(commits.len(), LANDINGS);
    (world, commits)
}

/// What is asked of every commit.
fn questions(commit: CommitId) -> Vec<Ask> {
    let texts = ["zebra gate", "lion", "company brain", "nothing of this kind"];
    let mut all: Vec<Ask> = texts.iter().map(|text| ask(text, named(&commit.to_string()))).collect();
    let mut lines = ask("zebra", named(&commit.to_string()));
    lines.question.text = None;
    lines.question.grep = GrepQuestion { pattern: Some("the".to_owned()), ..GrepQuestion::default() };
    all.push(lines);
    all
}

fn shown(answer: &Answer) -> String {
    serde_json::to_string(&answer.outcome).unwrap()
}

/// The answers of an engine about a commit, as bytes.
fn answers(engine: &Engine, caller: &Caller, commit: CommitId) -> Vec<String> {
    questions(commit).iter().map(|ask| shown(&engine.query(caller, ask).unwrap())).collect()
}

/// An engine that serves nobody, and fills in no history by itself.
fn beside(folder: &Path, world: &World) -> Engine {
    Engine::operate(config(folder, world.clock.clone())).unwrap()
}

fn index_of(folder: &Path) -> PathBuf {
    folder.join("index/a5c/brain")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(item.file_name());
        match item.file_type().unwrap() {
            kind if kind.is_dir() => copy(&item.path(), &target),
            kind if kind.is_file() => drop(std::fs::copy(item.path(), target).unwrap()),
            _ => std::os::unix::fs::symlink(std::fs::read_link(item.path()).unwrap(), target).unwrap(),
        }
    }
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(index_of(folder)).unwrap().map(|file| file.unwrap().path());
    all.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("segment.")).collect()
}

/// Flips bytes in the middle of every segment; says which they are.
fn damage(folder: &Path) -> Vec<PathBuf> {
    let files = segments(folder);
    for file in &files {
        let mut bytes = std::fs::read(file).unwrap();
        let (from, to) = (bytes.len() / 4, bytes.len() * 3 / 4);
        bytes[from..to].iter_mut().for_each(|byte| *byte ^= 0x55);
        // The same file, as a disk would give it: who has it open reads the damage.
        std::fs::write(file, bytes).unwrap();
    }
    files
}

#[test]
fn an_old_commit_is_answered_alike_before_history_is_filled_in() {
    let (mut world, commits) = with_history();
    let reader = world.caller("user:ada", Role::Reader);
    world.stop();
    std::fs::remove_dir_all(index_of(world.path())).unwrap();
    let engine = beside(world.path(), &world);
    let tip = commits[LANDINGS - 1];
    answers(&engine, &reader, tip);
    let only_tip = Coverage { landings: LANDINGS, indexed: 1 };
    assert_eq!(engine.coverage(), only_tip);
    assert_eq!(engine.coverages().unwrap(), [("a5c/brain".to_owned(), only_tip)]);
    assert_eq!(engine.doctor().unwrap(), [], "what is not filled in yet is no problem");
    let slow: Vec<_> = commits.iter().map(|commit| answers(&engine, &reader, *commit)).collect();
    assert_eq!(engine.coverage(), only_tip, "reads fill nothing in");
    drop(engine);
    world.start();
    world.repositories(&org("a5c")).unwrap();
    world.stop();
    let engine = beside(world.path(), &world);
    let quick: Vec<_> = commits.iter().map(|commit| answers(&engine, &reader, *commit)).collect();
    assert_eq!(engine.coverage(), Coverage { landings: LANDINGS, indexed: LANDINGS });
    assert_eq!(slow, quick);
    assert_ne!(quick[1], quick[LANDINGS - 1], "the commits are told apart");
}

#[test]
fn a_segment_that_is_damaged_under_a_server_gives_no_wrong_answer_and_is_made_anew() {
    let (mut world, commits) = with_history();
    let reader = world.caller("user:ada", Role::Reader);
    let right: Vec<_> = commits.iter().map(|commit| answers(&world, &reader, *commit)).collect();
    for first in [LANDINGS - 1, 1] {
        world.start();
        let damaged = damage(world.path());
        assert!(!damaged.is_empty());
        assert_eq!(answers(&world, &reader, commits[first]), right[first]);
        let after: Vec<_> = commits.iter().map(|commit| answers(&world, &reader, *commit)).collect();
        assert_eq!(after, right);
        world.stop();
        assert!(segments(world.path()).iter().all(|file| !damaged.contains(file)), "what is damaged is thrown away");
        let engine = beside(world.path(), &world);
        assert_eq!(answers(&engine, &reader, commits[0]), right[0]);
        assert_eq!(engine.coverage(), Coverage { landings: LANDINGS, indexed: LANDINGS }, "history is filled in anew");
        drop(engine);
    }
}

#[test]
fn engines_over_copies_of_a_repository_give_the_same_bytes() {
    let (mut world, commits) = with_history();
    let (reader, proposer) = (world.caller("user:ada", Role::Reader), world.caller("agent:claude", Role::Proposer));
    let update = world.proposed(&proposer, upsert("notes/d.md", &note("term:d", "A zebra and a lion at the gate.")));
    let asked: Vec<CommitId> = commits.into_iter().chain([update.head_commit]).collect();
    let here: Vec<_> = asked.iter().map(|commit| answers(&world, &reader, *commit)).collect();
    assert!(here[LANDINGS][0].contains("term:d"), "the proposal is asked");
    world.stop();
    let other = tempfile::tempdir().unwrap();
    copy(world.path(), other.path());
    std::fs::remove_dir_all(index_of(other.path())).unwrap();
    let there = beside(other.path(), &world);
    // The other way round: the index grows otherwise.
    let there: Vec<_> = asked.iter().rev().map(|commit| answers(&there, &reader, *commit)).collect();
    assert_eq!(here, there.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn lines_of_an_answer_name_their_landing_the_update_and_who_approved_it() {
    let (mut world, commits) = with_history();
    let reader = world.caller("user:ada", Role::Reader);
    let mut question = ask("", RefRequest::default());
    question.question.text = None;
    let pattern = Some("gate is|It rains".to_owned());
    question.question.grep =
        GrepQuestion { pattern, regex: true, context_lines: 1, include_origins: true, ..GrepQuestion::default() };
    let plain = {
        let mut plain = question.clone();
        plain.question.grep.include_origins = false;
        world.query(&reader, &plain).unwrap().outcome
    };
    world.stop();
    std::fs::remove_dir_all(index_of(world.path())).unwrap();
    world.start();
    let outcome = world.query(&reader, &question).unwrap().outcome;
    let [excerpt] = &outcome.excerpts[..] else { panic!("{outcome:?}") };
    let origins = excerpt.origins.as_ref().unwrap();
    let places: Vec<_> = origins.iter().map(|run| (run.line_start, run.line_end, run.commit.unwrap())).collect();
    assert_eq!(places, [(11, 11, commits[6]), (12, 12, commits[3]), (13, 13, commits[6])]);
    for run in origins {
        assert!(run.update.as_ref().unwrap().starts_with("upd-"), "{run:?}");
        assert_eq!(run.approvers, ["user:rae"]);
    }
    assert!(outcome.plan.notes.is_empty(), "{:?}", outcome.plan.notes);
    assert_eq!(plain.selected_excerpts_digest, outcome.selected_excerpts_digest);
    assert_ne!(plain.query_manifest_digest, outcome.query_manifest_digest);
    let json = serde_json::to_value(&plain).unwrap();
    assert!(json["excerpts"][0].get("origins").is_none(), "{json}");
}

/// The commit of each line of a file, as git says.
fn blamed(repo: &TestRepo, at: &str, path: &str) -> Vec<String> {
    let said = repo.git(&["blame", "--first-parent", "--line-porcelain", at, "--", path]);
    let is_head = |line: &&str| line.len() > 41 && line.as_bytes()[40] == b' ' && line[..40].bytes().all(is_hex);
    said.lines().filter(is_head).map(|line| line[..40].to_owned()).collect()
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

#[test]
fn lines_that_are_found_name_the_commit_that_git_blames() {
    let repo = TestRepo::new();
    let versions = [
        "one\ntwo\nthree\n",
        "zero\none\ntwo\nthree\n",
        "zero\none\n2\nthree\nfour",
        "one\n2\nthree\nfour\nfive\n",
        "one\n2\nfive\nthree\nfour\n",
    ];
    let mut commits = Vec::new();
    for (n, text) in versions.iter().enumerate() {
        repo.write("notes/a.md", text);
        repo.write("notes/b.md", format!("fixed\nversion {n}\n"));
        commits.push(repo.commit(&format!("version {n}")));
    }
    let clock = Arc::new(FixedClock::at(lorekeep::base::Timestamp::from_seconds(super::world::NOW)));
    let memory = Memory::local(repo.path(), clock).unwrap();
    let every = LocalGrep { pattern: "^".to_owned(), regex: true, origins: true, ..LocalGrep::default() };
    for (at, commit) in commits.iter().enumerate().rev() {
        let found = memory.grep(&every, &named(&commit.to_string())).unwrap();
        let of = |path: &str| -> Vec<String> {
            let lines = found.matches.iter().filter(|line| line.path == path);
            lines.map(|line| line.introduced.as_ref().unwrap().commit.to_string()).collect()
        };
        for path in ["notes/a.md", "notes/b.md"] {
            assert_eq!(of(path), blamed(&repo, &commit.to_string(), path), "{path} of version {at}");
        }
        for line in &found.matches {
            let introduced = line.introduced.as_ref().unwrap();
            assert_eq!((&introduced.update, introduced.approvers.len()), (&None, 0), "nobody merged an update");
            let held = repo.git(&["show", &format!("{}:{}", introduced.commit, line.path)]);
            assert!(held.lines().any(|held| held == line.text), "{line:?}");
        }
    }
    let plain = LocalGrep { origins: false, ..every };
    assert!(memory.grep(&plain, &RefRequest::default()).unwrap().matches.iter().all(|line| line.introduced.is_none()));
}

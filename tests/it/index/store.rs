//! The index on disk: what is sealed is there again, what a crash leaves is harmless, and damage is never believed.

use super::world::{Answers, World, answers};
use lorekeep::index::{Index, IndexError};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

const QUESTIONS: [&str; 3] = ["restart the worker", "service:api", "queue title"];
const PATTERNS: [&str; 2] = ["queue", "^$"];

/// A line of commits with all sorts of files.
fn world() -> World {
    let mut world = World::of(&[
        ("notes/a.md", "# Workers\n\nRestart the worker.\n"),
        (
            "graph/api.yaml",
            "nodeKind: Service\nid: service:api\nattributes: {title: The API}\nedges: {owned_by: [team:x]}\n",
        ),
        ("src/main.txt", "queue\r\n\r\n"),
    ]);
    world.land(&[
        ("notes/b.md", Some(b"---\nid: runbook:q\ntitle: Queue\n---\nDrain the queue.\n")),
        ("src/main.txt", None),
    ]);
    world.land(&[("notes/a.md", Some(b"# Workers\n\nWait for the queue.")), ("bin/x", Some(b"\0\xff"))]);
    world.land(&[("src/main.txt", Some(b"queue\r\n\r\n"))]);
    world
}

fn all_answers(world: &World, index: &Index) -> Vec<Answers> {
    (0..index.len())
        .map(|n| answers(&index.view(world.commit(n)).unwrap().expect("a landing is indexed"), &QUESTIONS, &PATTERNS))
        .collect()
}

fn expected(world: &World, len: usize) -> Vec<Answers> {
    let index = Index::in_memory();
    world.advance(&index, 0..len);
    all_answers(world, &index)
}

/// An index folder of the first landings.
fn folder(world: &World, len: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    world.advance(&index, 0..len);
    dir
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, &target).unwrap();
    }
}

#[test]
fn a_reopened_index_answers_as_before_and_goes_on() {
    let world = world();
    let dir = tempfile::tempdir().unwrap();
    for n in 0..world.landings.len() {
        let index = Index::open(dir.path()).unwrap();
        assert_eq!(index.len(), n);
        world.advance(&index, n..n + 1);
    }
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(all_answers(&world, &index), expected(&world, world.landings.len()));
    assert_eq!(index.verify(&world).unwrap(), Vec::<String>::new());
}

#[test]
fn many_small_landings_leave_few_segments() {
    let mut world = World::of(&[("a.md", "the worker waits")]);
    for n in 1..20 {
        world.land(&[("a.md", Some(format!("restart the worker {n}").as_bytes()))]);
    }
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    (0..20).for_each(|n| world.advance(&index, n..n + 1));
    drop(index);
    let segments = files(dir.path()).iter().filter(|file| file.to_string_lossy().contains("segment.")).count();
    assert!((2..10).contains(&segments), "there are {segments} segments");
    assert_eq!(all_answers(&world, &Index::open(dir.path()).unwrap()), expected(&world, 20));
}

#[test]
fn a_rewritten_line_stays_rewritten_when_reopened() {
    let mut world = world();
    let dir = folder(&world, 4);
    Index::open(dir.path()).unwrap().truncate(Some(world.commit(1))).unwrap();
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(all_answers(&world, &index), expected(&world, 2));
    drop(index);
    world.landings.truncate(2);
    world.trees.truncate(2);
    world.land(&[("notes/a.md", Some(b"another future with a queue"))]);
    world.advance(&Index::open(dir.path()).unwrap(), 2..3);
    assert_eq!(all_answers(&world, &Index::open(dir.path()).unwrap()), expected(&world, 3));
    Index::open(dir.path()).unwrap().truncate(None).unwrap();
    assert_eq!(Index::open(dir.path()).unwrap().tip(), None);
}

#[test]
fn one_process_writes_and_others_read_the_last_manifest() {
    let world = world();
    let dir = folder(&world, 2);
    let writer = Index::open(dir.path()).unwrap();
    let reader = Index::open(dir.path()).unwrap();
    world.advance(&writer, 2..3);
    assert_eq!(all_answers(&world, &reader), expected(&world, 2), "a reader keeps what it opened");
    let refused = reader.advance(&mut world.landings[2..].iter().cloned(), &world, &mut |_, _| ());
    assert!(matches!(refused, Err(IndexError::Locked(path)) if path == dir.path()));
    assert!(matches!(reader.truncate(None), Err(IndexError::Locked(_))));
    drop(writer);
    world.advance(&reader, 2..4);
    assert_eq!(all_answers(&world, &reader), expected(&world, 4), "a lock that comes late finds what others wrote");
}

#[test]
fn what_a_crash_left_behind_the_manifest_does_not_count() {
    let world = world();
    let dir = folder(&world, 2);
    world.advance(&Index::open(dir.path()).unwrap(), 2..4);
    fs::remove_file(dir.path().join("manifest.recent")).unwrap();
    fs::write(dir.path().join("segment.00000099.new"), b"half").unwrap();

    let index = Index::open(dir.path()).unwrap();
    assert_eq!(all_answers(&world, &index), expected(&world, 2), "a segment is ahead of the manifest");
    world.advance(&index, 2..4);
    drop(index);
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(all_answers(&world, &index), expected(&world, 4), "and does no harm when the same landings come again");
    let files = files(dir.path());
    assert!(files.iter().all(|file| !file.to_string_lossy().ends_with(".new")), "{files:?}");
}

#[test]
fn a_crash_that_tears_what_was_not_durable_leads_back_to_what_was() {
    let world = world();
    let dir = folder(&world, 2);
    let before = files(dir.path());
    world.advance(&Index::open(dir.path()).unwrap(), 2..3);
    let new: Vec<PathBuf> = files(dir.path()).into_iter().filter(|file| !before.contains(file)).collect();
    assert_eq!(new.len(), 2, "a segment and a manifest: {new:?}");
    for torn in &new {
        let whole = fs::read(torn).unwrap();
        for left in [0, whole.len() / 2] {
            fs::write(torn, &whole[..left]).unwrap();
            let index = Index::open(dir.path()).unwrap();
            assert_eq!(all_answers(&world, &index), expected(&world, 2), "{} of {} bytes", torn.display(), whole.len());
        }
        fs::write(torn, whole).unwrap();
    }
    assert_eq!(all_answers(&world, &Index::open(dir.path()).unwrap()), expected(&world, 3), "whole again, it counts");
    fs::write(new.iter().find(|file| file.ends_with("manifest.recent")).unwrap(), b"torn").unwrap();
    world.advance(&Index::open(dir.path()).unwrap(), 2..4);
    assert_eq!(all_answers(&world, &Index::open(dir.path()).unwrap()), expected(&world, 4), "and goes on from there");
}

#[test]
fn what_was_taken_back_is_told_again_by_one_landing_alone() {
    let mut world = World::of(&[("a.md", "one"), ("c.md", "two")]);
    world.land(&[("a.md", Some(b"three"))]);
    world.land(&[("c.md", Some(b"five")), ("a.md", Some(b"four"))]);
    let dir = folder(&world, 1);
    let index = Index::open(dir.path()).unwrap();
    world.advance(&index, 1..3);
    index.truncate(Some(world.commit(1))).unwrap();
    world.landings.truncate(2);
    world.trees.truncate(2);
    for n in 2..5 {
        world.land(&[("b.md", Some(format!("landing {n}").as_bytes()))]);
        world.advance(&index, n..n + 1);
    }
    assert_eq!(all_answers(&world, &index), expected(&world, 5));
    let paths_of = |n: usize| index.paths_of_segment(n);
    assert_eq!(paths_of(2), ["a.md", "b.md", "c.md"], "the first landing after it tells what was taken back");
    assert_eq!((paths_of(3), paths_of(4)), (vec!["b.md".to_owned()], vec!["b.md".to_owned()]));
}

#[test]
fn verify_names_what_a_fresh_index_says_otherwise() {
    let world = World::of(&[("a.md", "# One\n\ntext\n")]);
    let index = world.index();
    assert_eq!(index.verify(&world).unwrap(), Vec::<String>::new());
    let liar = world.with_other_bytes("a.md", b"# Two\n\nanother\n");
    let problems = index.verify(&liar).unwrap();
    assert!(problems.iter().any(|problem| problem.contains("the text of a.md")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.contains("entry 0 of a.md")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.contains("the ranking for `One`")), "{problems:?}");
}

#[test]
fn an_index_of_another_format_is_thrown_away() {
    let world = world();
    let dir = folder(&world, 2);
    let manifest = dir.path().join("manifest");
    let mut payload = fs::read(&manifest).unwrap()[4..].to_vec();
    payload[0] = 99;
    fs::write(&manifest, [&crc32fast::hash(&payload).to_le_bytes(), payload.as_slice()].concat()).unwrap();
    let index = Index::open(dir.path()).unwrap();
    assert!(index.is_empty());
    world.advance(&index, 0..4);
    assert_eq!(all_answers(&world, &index), expected(&world, 4));
}

#[test]
fn a_missing_file_throws_the_index_away() {
    let world = world();
    let whole = folder(&world, 3);
    for file in files(whole.path()) {
        let name = file.strip_prefix(whole.path()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        copy(whole.path(), dir.path());
        fs::remove_file(dir.path().join(name)).unwrap();
        never_wrong(&world, dir.path(), 3, &format!("{} is missing", name.display()));
    }
}

/// The index in a folder says what it said, or that it is damaged, or nothing; and it can be built again.
fn never_wrong(world: &World, dir: &Path, len: usize, why: &str) {
    let index = Index::open(dir).unwrap();
    for n in 0..index.len() {
        let Ok(Some(view)) = index.view(world.commit(n)) else { continue };
        let said = answers(&view, &QUESTIONS, &PATTERNS);
        match view.check() {
            Ok(()) => assert_eq!(said, expected(world, len)[n], "{why}"),
            Err(error) => {
                assert!(matches!(error, IndexError::Damaged(_)), "{why}: {error}");
                index.discard().unwrap();
                break;
            }
        }
    }
    world.advance(&index, index.len()..4);
    let (all, expected) = (all_answers(world, &index), expected(world, 4));
    let sound = (0..4).all(|n| index.view(world.commit(n)).unwrap().unwrap().check().is_ok());
    assert!(!sound || all == expected, "{why}");
    index.discard().unwrap();
    world.advance(&index, 0..4);
    assert_eq!(all_answers(world, &index), expected, "{why}");
}

#[test]
fn an_index_made_by_other_rules_for_secrets_is_made_anew() {
    let world = world();
    let dir = folder(&world, 4);
    let path = dir.path().join("manifest");
    let mut payload = fs::read(&path).unwrap()[4..].to_vec();
    let rules = lorekeep::screen::rules_digest().as_str().as_bytes();
    let at = payload.windows(rules.len()).position(|bytes| bytes == rules).expect("the manifest names its rules");
    let digit = &mut payload[at + rules.len() - 1];
    *digit = if *digit == b'0' { b'1' } else { b'0' };
    fs::write(&path, [&crc32fast::hash(&payload).to_le_bytes()[..], &payload].concat()).unwrap();
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.tip(), None);
    world.advance(&index, 0..4);
    drop(index);
    assert_eq!(all_answers(&world, &Index::open(dir.path()).unwrap()), expected(&world, 4));
}

#[test]
fn verify_names_what_is_damaged_on_disk() {
    let world = world();
    let dir = folder(&world, 3);
    let index = Index::open(dir.path()).unwrap();
    let segment = files(dir.path()).into_iter().find(|file| file.to_string_lossy().contains("segment.")).unwrap();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[20] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let problems = index.verify(&world).unwrap();
    assert!(problems.iter().any(|problem| problem.contains("segment.")), "{problems:?}");
}

#[test]
fn every_byte_that_is_flipped_is_noticed_or_harmless() {
    let world = World::of(&[("notes/a.md", "# Workers\n\nRestart the worker.\n"), ("b.txt", "queue\n")]);
    let dir = folder(&world, 1);
    for file in files(dir.path()) {
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, bytes).unwrap();
            let index = Index::open(dir.path()).unwrap();
            let Some(view) = index.view(world.commit(0)).unwrap() else { continue };
            let said = answers(&view, &QUESTIONS, &PATTERNS);
            assert!(view.check().is_err() || said == expected(&world, 1)[0], "{} at {at}", file.display());
        }
        fs::write(&file, whole).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_index_is_never_believed(file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), cut in any::<bool>(), bit in 0..8u8) {
        let world = world();
        let dir = folder(&world, 3);
        let files = files(dir.path());
        let file = file.get(&files);
        let mut bytes = fs::read(file).unwrap();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
            fs::write(file, bytes).unwrap();
        }
        never_wrong(&world, dir.path(), 3, &format!("{} {cut} {bit}", file.display()));
    }
}

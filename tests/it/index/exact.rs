//! The answer at a commit is that of a fresh index of this commit alone, whatever has landed since.

use super::world::{Answers, World, answers, is_called};
use lorekeep::base::RepoPath;
use lorekeep::index::{GrepPattern, Index};
use proptest::prelude::*;

const PATHS: [&str; 9] = [
    "notes/alpha.md",
    "notes/beta.md",
    "notes/deep/gamma.md",
    "runbooks/flake.md",
    "graph/services/api.yaml",
    "graph/all.yml",
    "src/code.txt",
    "ontology/node-kinds.yaml",
    "indexes/graph-index.json",
];
const LINES: [&str; 16] = [
    "---",
    "id: runbook:flake",
    "title: Playwright flakes in the browser",
    "tags: [ci, playwright]",
    "aliases: [flaky checks]",
    "# Flaky browsers",
    "Restart the worker, then wait for the queue.\r",
    "The queue is drained by workers; a worker restarts.",
    "",
    "Größe und Maß: 日本語 text",
    "see [[service:api]] and [alpha](../notes/alpha.md)",
    "nodeKind: Service",
    "id: service:api",
    "attributes: {title: The API, status: approved, owners: [team:core]}",
    "edges: {depends_on: [service:db], owned_by: [team:core]}",
    "extendsNode: {nodeKind: Service, id: service:api}",
];
const QUESTIONS: [&str; 5] =
    ["flaky playwright browser", "workers restart queue", "service:api", "größe text", "the api"];
const PATTERNS: [&str; 6] = ["queue", r"^\s*$", r"work\w+", r"\r$", "[^x]+l", "日"];

type Change = (usize, Option<(Vec<usize>, bool)>);

fn history() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let text = (prop::collection::vec(0..LINES.len(), 0..8), any::<bool>());
    let change = (0..PATHS.len(), prop::option::weighted(0.8, text));
    prop::collection::vec(prop::collection::vec(change, 0..5), 1..14)
}

fn world(history: &[Vec<Change>]) -> World {
    let mut world = World::default();
    for changes in history {
        let texts: Vec<(&str, Option<String>)> =
            changes.iter().map(|(path, text)| (PATHS[*path], text.as_ref().map(render))).collect();
        world.land(&texts.iter().map(|(path, text)| (*path, text.as_ref().map(String::as_bytes))).collect::<Vec<_>>());
    }
    world
}

fn render((lines, newline): &(Vec<usize>, bool)) -> String {
    let text = lines.iter().map(|line| LINES[*line]).collect::<Vec<_>>().join("\n");
    if *newline { text + "\n" } else { text }
}

fn all_answers(world: &World, index: &Index, n: usize) -> Answers {
    let view = index.view(world.commit(n)).unwrap().expect("the commit is indexed");
    answers(&view, &QUESTIONS, &PATTERNS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_view_answers_like_a_fresh_index_of_its_commit(history in history(), steps in prop::collection::vec(1usize..4, 14)) {
        let world = world(&history);
        let (index, mut done) = (Index::in_memory(), 0);
        for step in steps {
            let end = (done + step).min(world.landings.len());
            world.advance(&index, done..end);
            done = end;
        }
        world.advance(&index, done..world.landings.len());
        for n in 0..world.landings.len() {
            prop_assert_eq!(all_answers(&world, &index, n), all_answers(&world, &world.alone(n), n));
        }
    }

    #[test]
    fn history_that_is_filled_in_behind_the_tip_answers_alike(history in history(), at in 0usize..14, more in 0usize..3) {
        let world = world(&history);
        let (len, index) = (world.landings.len(), Index::in_memory());
        let at = at.min(len - 1);
        index.advance(&mut std::iter::once(world.whole(at)), &world, &mut |_, _| ()).unwrap();
        (at + 1..len).for_each(|n| world.advance(&index, n..n + 1));
        prop_assert_eq!(index.first(), Some(at as u32));
        let start = at.saturating_sub(more);
        let mut landings = vec![world.whole(start)];
        landings.extend((start + 1..at + 1).map(|n| world.landing(n)));
        index.refill(&landings, &world, &mut |_, _| ()).unwrap();
        prop_assert_eq!(index.first(), Some(start as u32));
        for n in start..len {
            prop_assert_eq!(all_answers(&world, &index, n), all_answers(&world, &world.alone(n), n));
        }
    }

    #[test]
    fn a_commit_off_the_line_answers_like_a_fresh_index_of_it(history in history(), below in 0usize..14) {
        let world = world(&history);
        let below = below.min(world.landings.len() - 1);
        let index = Index::in_memory();
        (0..below + 1).for_each(|n| world.advance(&index, n..n + 1));
        let base = index.view(world.commit(below)).unwrap().unwrap();
        for n in 0..world.landings.len() {
            let view = Index::view_over(&base, world.commit(n), world.changes(below, n), true, &world).unwrap();
            prop_assert_eq!(answers(&view, &QUESTIONS, &PATTERNS), all_answers(&world, &world.alone(n), n));
        }
    }

    #[test]
    fn files_one_by_one_have_the_lines_that_a_search_finds_in_them(history in history(), mask in any::<u32>()) {
        let world = world(&history);
        let index = Index::in_memory();
        (0..world.landings.len()).for_each(|n| world.advance(&index, n..n + 1));
        for n in 0..world.landings.len() {
            let view = index.view(world.commit(n)).unwrap().unwrap();
            let files = view.files().iter().enumerate().filter(|(at, _)| mask >> (at % 32) & 1 == 1);
            let paths: Vec<_> = files.map(|(_, file)| &file.path).collect();
            for pattern in PATTERNS {
                let pattern = GrepPattern::regex(pattern, true).unwrap();
                let scoped = view.grep(&pattern, &|file| paths.contains(&&file.path));
                let of = |path: &&RepoPath| scoped.iter().find(|found| found.path == **path).map(|found| found.lines.clone());
                let lines: Vec<_> = paths.iter().map(|path| of(path).unwrap_or_default()).collect();
                prop_assert_eq!(view.grep_files(&pattern, &paths), lines);
            }
            for id in view.entries() {
                prop_assert_eq!(view.path_of(*id), view.entry(*id).path.as_str());
            }
        }
    }

    #[test]
    fn every_name_in_a_text_is_found_and_some_lines_are_those_of_the_text(history in history(), first in 0u32..12, more in 0u32..6) {
        let world = world(&history);
        let view = world.index().view(world.commit(world.landings.len() - 1)).unwrap().unwrap();
        for id in view.entries().iter().copied() {
            let entry = view.entry(id);
            for name in entry.names().chain(entry.bare_title()).filter(|name| name.contains(' ')) {
                let mut found = false;
                view.names_in(&format!("Well, {}!", name.to_uppercase()), &mut |spoken| {
                    found |= spoken.entries().contains(&id) && is_called(entry, spoken.folded);
                    found
                });
                prop_assert!(found, "{}", name);
            }
        }
        for file in view.files() {
            let Some(text) = view.text(&file.path) else { continue };
            let ended = if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" };
            let wanted = ended.split_inclusive('\n').skip(first.saturating_sub(1) as usize).take((first + more).min(more + 1) as usize);
            prop_assert_eq!(view.lines(file.path.as_str(), first, first + more).unwrap(), wanted.collect::<String>());
        }
    }

    #[test]
    fn a_line_comes_from_a_landing_that_had_it(history in history()) {
        let world = world(&history);
        let index = Index::in_memory();
        (0..world.landings.len()).for_each(|n| world.advance(&index, n..n + 1));
        for n in 0..world.landings.len() {
            let view = index.view(world.commit(n)).unwrap().unwrap();
            for file in view.files() {
                let Some(text) = view.text(&file.path) else { continue };
                let lines: Vec<&str> = text.split_inclusive('\n').collect();
                let origins = view.origins(&file.path).unwrap();
                prop_assert_eq!(origins.last().map_or(0, |run| run.last as usize), lines.len());
                for run in origins {
                    let origin = (0..n + 1).find(|at| Some(world.commit(*at)) == run.commit).expect("it is on the line");
                    let before = String::from_utf8(world.bytes(origin, file.path.as_str()).to_vec()).unwrap();
                    for line in &lines[run.first as usize - 1..run.last as usize] {
                        let line = line.trim_end_matches('\n');
                        prop_assert!(before.split('\n').any(|old| old == line), "{} is not in {}", line, before);
                    }
                }
            }
        }
    }

    #[test]
    fn later_landings_change_no_earlier_answer(history in history(), at in 0usize..14) {
        let world = world(&history);
        let (index, at) = (Index::in_memory(), at.min(world.landings.len() - 1));
        world.advance(&index, 0..at + 1);
        let kept = index.view(world.commit(at)).unwrap().unwrap();
        let before = answers(&kept, &QUESTIONS, &PATTERNS);
        world.advance(&index, at + 1..world.landings.len());
        prop_assert_eq!(&answers(&kept, &QUESTIONS, &PATTERNS), &before);
        prop_assert_eq!(&all_answers(&world, &index, at), &before);
    }

    #[test]
    fn a_rewritten_line_is_like_one_that_was_always_so(history in history(), keep in 0usize..14) {
        let world = world(&history);
        let index = world.index();
        let keep = keep.min(world.landings.len());
        index.truncate(keep.checked_sub(1).map(|last| world.commit(last))).unwrap();
        prop_assert_eq!(index.len(), keep);
        prop_assert_eq!(index.tip(), keep.checked_sub(1).map(|last| world.commit(last)));
        prop_assert!(index.view(world.commit(world.landings.len() - 1)).unwrap().is_none() || keep == world.landings.len());
        world.advance(&index, keep..world.landings.len());
        for n in 0..world.landings.len() {
            prop_assert_eq!(all_answers(&world, &index, n), all_answers(&world, &world.alone(n), n));
        }
    }
}

#[test]
fn the_text_of_every_file_is_that_of_its_blob() {
    let texts = ["", "\n", "\n\n", "a", "a\n", "a\r\nb\r\n", "a\r\nb", "x\n\n\ny\n\n", "\r", "\u{feff}bom\n"];
    for text in texts {
        let world = World::of(&[("a.txt", text), ("b.md", text)]);
        let view = world.view();
        for file in view.files() {
            assert_eq!(view.text(&file.path).unwrap().as_bytes(), world.bytes(0, file.path.as_str()), "{text:?}");
        }
    }
}

#[test]
fn a_landing_that_is_indexed_already_is_passed_over() {
    let mut world = World::of(&[("a.md", "one")]);
    world.land(&[("a.md", Some(b"two"))]);
    let index = world.index();
    world.advance(&index, 0..2);
    assert_eq!(index.len(), 2);
    assert_eq!(index.view(world.commit(0)).unwrap().unwrap().text(&super::world::path("a.md")).unwrap(), "one");
}

#[test]
fn progress_is_told_in_files() {
    let mut world = World::of(&[("a.md", "one"), ("b.md", "two")]);
    world.land(&[("a.md", None)]);
    let index = Index::in_memory();
    let mut told = Vec::new();
    index.advance(&mut world.landings.iter().cloned(), &world, &mut |done, all| told.push((done, all))).unwrap();
    assert_eq!((told.as_slice(), index.len()), (&[(1, 2), (2, 2)][..], 2));
    assert_eq!(index.view(world.commit(1)).unwrap().unwrap().files().len(), 1);
}

#[test]
fn an_unreadable_blob_fails_the_advance_and_leaves_the_index_usable() {
    let mut world = World::of(&[("a.md", "one")]);
    let index = world.index();
    world.land(&[("b.md", Some(b"two"))]);
    assert!(index.advance(&mut world.landings[1..].iter().cloned(), &World::default(), &mut |_, _| ()).is_err());
    assert_eq!(index.len(), 1);
    world.advance(&index, 1..2);
    assert_eq!(all_answers(&world, &index, 1), all_answers(&world, &world.alone(1), 1));
}

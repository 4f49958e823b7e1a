//! Loading trees.

use super::Memory;
use lorekeep::base::{FileMode, Oid, TreeEntry};
use lorekeep::change::{ParseCache, load, load_entries, load_pair};
use lorekeep::git::At;
use lorekeep::note::FileClass;
use std::sync::Arc;

fn file<'a>(tree: &'a lorekeep::change::LoadedTree, path: &str) -> &'a lorekeep::check::TreeFile {
    tree.files.iter().find(|file| file.path == path.as_bytes()).expect("the file is there")
}

#[test]
fn a_tree_is_loaded_whole_and_parsed_by_class() {
    let memory = Memory::of(&[
        ("graph/team.yaml", "nodeKind: Team\nid: team:a\nattributes: {title: A}\n"),
        ("pages/a.md", "# A\n"),
        ("data.csv", "a,b\n"),
    ]);
    let tree = load(&memory.repo, At::Commit(memory.tip()), &memory.cache).expect("it loads");
    let paths: Vec<&[u8]> = tree.files.iter().map(|file| &file.path[..]).collect();
    assert_eq!(paths, [&b"data.csv"[..], b"graph/team.yaml", b"pages/a.md"]);
    let source = |path| file(&tree, path).source.as_deref().expect("it was parsed");
    assert_eq!(source("graph/team.yaml").records[0].id.value, "team:a");
    assert_eq!(source("pages/a.md").class, FileClass::Markdown);
    assert_eq!(file(&tree, "data.csv").raw.as_deref(), Some(&b"a,b\n"[..]));
    assert_eq!(file(&tree, "pages/a.md").raw, None);
    assert!(!tree.ontology.declared && tree.problems.is_empty());
}

#[test]
fn a_file_over_the_limit_of_its_own_tree_is_sized_and_not_read() {
    let rules = "version: 1\nlimits: {maxFileBytes: 64}\n";
    let memory = Memory::of(&[
        ("ontology/validation-rules.yaml", rules),
        ("pages/big.md", &"x".repeat(65)),
        ("pages/fits.md", &"x".repeat(64)),
    ]);
    let tree = load(&memory.repo, At::Commit(memory.tip()), &memory.cache).expect("it loads");
    assert_eq!(tree.ontology.limits.max_file_bytes, 64);
    let big = file(&tree, "pages/big.md");
    assert_eq!((big.size, big.source.is_some(), big.raw.is_some()), (65, false, false));
    assert!(file(&tree, "pages/fits.md").source.is_some());
}

#[test]
fn what_is_no_text_is_scanned_as_bytes_unless_it_is_binary() {
    let memory = Memory::of(&[("first.md", "x\n")]);
    memory.test.write("latin.md", b"caf\xe9\n");
    memory.test.write("image.png", b"\x89PNG\0\0");
    memory.test.commit("bytes");
    let tree = load(&memory.repo, At::Commit(memory.tip()), &memory.cache).expect("it loads");
    assert_eq!(file(&tree, "latin.md").raw.as_deref(), Some(&b"caf\xe9\n"[..]));
    assert_eq!(file(&tree, "image.png").raw, None);
}

#[test]
fn a_symlink_is_kept_as_an_entry_and_never_followed() {
    let memory = Memory::of(&[("pages/a.md", "# A\n")]);
    std::os::unix::fs::symlink("pages/a.md", memory.test.path().join("link.md")).expect("a link can be made");
    memory.test.commit("link");
    let tree = load(&memory.repo, At::Commit(memory.tip()), &memory.cache).expect("it loads");
    let link = file(&tree, "link.md");
    assert_eq!((link.mode, link.source.is_some(), link.raw.is_some()), (FileMode::Symlink, false, false));
}

#[test]
fn a_path_that_memory_does_not_take_is_listed_and_its_bytes_still_scanned() {
    let memory = Memory::of(&[("first.md", "x\n")]);
    let blob = memory.test.blob(b"token\n");
    let tree = memory.test.raw_tree(&[("100644", b"-n.md", &blob)]);
    let id = super::commit(&memory.test.commit_tree(&tree, &[], "odd"));
    let tree = load(&memory.repo, At::Commit(id), &memory.cache).expect("it loads");
    assert!(tree.files[0].source.is_none());
    assert_eq!(tree.files[0].raw.as_deref(), Some(&b"token\n"[..]));
}

#[test]
fn two_trees_share_the_parse_of_what_they_share_even_where_the_cache_holds_nothing() {
    let many: Vec<(String, String)> = (0..100).map(|n| (format!("pages/{n}.md"), format!("# {n}\n"))).collect();
    let files: Vec<(&str, &str)> = many.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let memory = Memory::of(&files);
    let before = memory.tip();
    memory.test.commit_files(&[("pages/7.md", "# seven\n")], "change");
    let nothing = ParseCache::new(0);
    let (old, new) =
        load_pair(&memory.repo, At::Commit(before), At::Commit(memory.tip()), &nothing).expect("they load");
    assert!(nothing.is_empty());
    let shared = old
        .files
        .iter()
        .zip(&new.files)
        .filter(|(a, b)| Arc::ptr_eq(a.source.as_ref().expect("parsed"), b.source.as_ref().expect("parsed")));
    assert_eq!((old.files.len(), new.files.len(), shared.count()), (100, 100, 99));
}

#[test]
fn limits_that_differ_share_no_parse() {
    let memory = Memory::of(&[("pages/a.md", &"x".repeat(100))]);
    let before = memory.tip();
    memory.test.commit_files(&[("ontology/validation-rules.yaml", "version: 1\nlimits: {maxFileBytes: 64}\n")], "less");
    let (old, new) =
        load_pair(&memory.repo, At::Commit(before), At::Commit(memory.tip()), &memory.cache).expect("they load");
    assert!(file(&old, "pages/a.md").source.is_some());
    assert!(file(&new, "pages/a.md").source.is_none());
}

#[test]
fn a_second_load_parses_nothing_again_and_the_cache_keeps_its_bound() {
    let memory = Memory::of(&[("pages/a.md", "# A\n"), ("pages/b.md", "# B\n")]);
    let at = At::Commit(memory.tip());
    let first = load(&memory.repo, at, &memory.cache).expect("it loads");
    let second = load(&memory.repo, at, &memory.cache).expect("it loads");
    let same = |n: usize| {
        let source = |tree: &lorekeep::change::LoadedTree| tree.files[n].source.clone().expect("parsed");
        Arc::ptr_eq(&source(&first), &source(&second))
    };
    assert!(same(0) && same(1));

    let small = ParseCache::new(10 << 10);
    for n in 0..100 {
        let entry = TreeEntry { path: format!("{n}.md").into_bytes(), mode: FileMode::File, oid: oid(n) };
        load_entries(vec![(entry, b"# x\n".to_vec())], &small).expect("it loads");
        assert!(small.len() <= 10, "{} files are held", small.len());
    }
    assert!(!small.is_empty());
}

#[test]
fn entries_at_hand_load_like_a_tree_of_a_repository() {
    let entry = |n, path: &str| TreeEntry { path: path.into(), mode: FileMode::File, oid: oid(n) };
    let rules = b"version: 1\nlimits: {maxFileBytes: 64}\n".to_vec();
    let entries = vec![
        (entry(1, "pages/b.md"), b"# B\n".to_vec()),
        (entry(2, "pages/a.md"), vec![b'x'; 65]),
        (entry(3, "ontology/validation-rules.yaml"), rules),
    ];
    let tree = load_entries(entries, &ParseCache::default()).expect("it loads");
    let paths: Vec<&[u8]> = tree.files.iter().map(|file| &file.path[..]).collect();
    assert_eq!(paths, [&b"ontology/validation-rules.yaml"[..], b"pages/a.md", b"pages/b.md"]);
    assert_eq!((tree.files[1].size, tree.files[1].source.is_some()), (65, false));
}

#[test]
fn an_ontology_of_too_many_or_too_large_files_says_what_was_not_read() {
    let entry = |n: u8, path: String| TreeEntry { path: path.into(), mode: FileMode::File, oid: oid(n) };
    let large = vec![(entry(1, "ontology/node-kinds.yaml".into()), vec![b' '; (1 << 20) + 1])];
    let tree = load_entries(large, &ParseCache::default()).expect("it loads");
    assert_eq!(tree.problems.len(), 1, "{:?}", tree.problems);

    let many = (0..300).map(|n| (entry(2, format!("ontology/{n}.yaml")), b"version: 1\n".to_vec())).collect();
    let tree = load_entries(many, &ParseCache::default()).expect("it loads");
    assert!(tree.problems.iter().any(|problem| problem.message.contains("at most 256 files")), "{:?}", tree.problems);
}

fn oid(n: u8) -> Oid {
    Oid::from_bytes([n; 20])
}

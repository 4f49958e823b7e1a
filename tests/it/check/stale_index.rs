//! The digest that ties an index to the files it was made of, and the rule that looks at it.

use super::tree::{Tree, short};
use lorekeep::base::FileMode;
use lorekeep::check::{FileFacts, KnownChange, KnownFiles, TreeFile, brought_incrementally, content_digest};
use std::path::Path;

const NOTES: [(&str, &str); 2] = [("notes/a.md", "# A\n"), ("notes/b.md", "# B\n")];

/// The text of an index of some files.
fn index_of(tree: &Tree) -> String {
    format!(r#"{{"contentDigest":"{}","format":1,"sourceCommit":"x"}}"#, content_digest(&tree.files))
}

/// The notes with an index beside them.
fn with_index(notes: &[(&str, &str)], index: &str) -> Tree {
    Tree::of(&[notes, &[("indexes/graph-index.json", index)]].concat())
}

#[test]
fn the_fixture_of_a_good_index_names_the_digest_of_its_tree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check/stale-index/good");
    let index = std::fs::read_to_string(folder.join("indexes/graph-index.json")).unwrap();
    let digest = content_digest(&Tree::of_folder(&folder).files).to_string();
    assert!(index.contains(&digest), "it should name {digest}");
}

#[test]
fn the_digest_follows_paths_modes_and_content_and_nothing_else() {
    let tree = Tree::of(&NOTES);
    let digest = content_digest(&tree.files);
    let mut turned: Vec<TreeFile> = tree.files.clone();
    turned.reverse();
    assert_eq!(content_digest(&turned), digest);
    assert_eq!(content_digest(&with_index(&NOTES, "{}").files), digest);
    let entry = |path: &str, mode, text: &str| (path.as_bytes().to_vec(), mode, text.as_bytes().to_vec());
    let b = || entry("notes/b.md", FileMode::File, "# B\n");
    let others = [
        vec![entry("notes/a.md", FileMode::File, "# A \n"), b()],
        vec![entry("notes/a2.md", FileMode::File, "# A\n"), b()],
        vec![entry("notes/a.md", FileMode::Symlink, "# A\n"), b()],
        vec![b()],
    ];
    for other in others {
        assert_ne!(content_digest(&Tree::new(other).files), digest);
    }
}

#[test]
fn an_index_is_stale_after_any_change_and_no_more_after_an_export() {
    let fresh = with_index(&NOTES, &index_of(&Tree::of(&NOTES)));
    assert_eq!(short(&fresh.check()), [""; 0]);
    let changed = [NOTES[0], ("notes/b.md", "# B, changed\n")];
    let stale = with_index(&changed, &index_of(&Tree::of(&NOTES)));
    assert_eq!(short(&stale.check()), ["indexes/graph-index.json:1 LK701"]);
    assert_eq!(fresh.brings(&stale), ["indexes/graph-index.json:1 LK701"]);
    let again = with_index(&changed, &index_of(&Tree::of(&changed)));
    assert_eq!(short(&again.check()), [""; 0]);
    // One that was stale before is nothing that the change brings.
    let later = with_index(&[NOTES[0]], &index_of(&Tree::of(&NOTES)));
    assert_eq!(stale.brings(&later), [""; 0]);
}

#[test]
fn an_index_is_judged_alike_from_the_changed_files_alone() {
    let index = index_of(&Tree::of(&NOTES));
    let fresh = with_index(&NOTES, &index);
    let stale = with_index(&[NOTES[0], ("notes/b.md", "# B, changed\n")], &index);
    let known = KnownFiles::new(fresh.files.iter().map(|file| FileFacts::of(file, &fresh.ontology)));
    let at = |tree: &Tree, path: &[u8]| tree.files.iter().find(|file| file.path == path).cloned();
    let changed = [(at(&fresh, b"notes/b.md"), at(&stale, b"notes/b.md"))];
    let load = |path: &[u8]| at(&fresh, path);
    let change = KnownChange { ontology: &fresh.ontology, before: &known, changed: &changed, load: &load };
    let brought = brought_incrementally(&change).expect("all is known");
    assert_eq!(short(&brought), fresh.brings(&stale));
    assert_eq!(short(&brought), ["indexes/graph-index.json:1 LK701"]);
}

//! The findings in some files are those that a check of the whole tree has there.

use super::random::{self, edited, edits, repository};
use super::tree::Tree;
use lorekeep::base::Finding;
use lorekeep::check::{FileFacts, KnownFiles, Overlay, TreeFile, check, check_known, check_some};
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

fn facts(tree: &Tree) -> Vec<FileFacts> {
    tree.files.iter().map(|file| FileFacts::of(file, &tree.ontology)).collect()
}

/// What a check of the whole tree finds in one file.
fn expected(tree: &Tree, all: &[Finding], file: &TreeFile) -> Vec<Finding> {
    let twins = tree.files.iter().filter(|other| other.shown_path() == file.shown_path()).count();
    assert_eq!(twins, 1, "paths are told apart by what is shown of them");
    all.iter().filter(|finding| finding.place.path == file.shown_path()).cloned().collect()
}

#[test]
fn they_are_those_of_the_whole_tree_over_random_edits() {
    let (answered, asked) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let run = runner.run(&(repository(), edits()), |(first, more)| {
        let (before, after) = (random::tree(&first), random::tree(&edited(&first, &more)));
        let under = KnownFiles::new(facts(&before));
        let known = Overlay::new(&under, facts(&before), facts(&after));
        let load = |path: &[u8]| after.files.iter().find(|file| file.path == path).cloned();
        let all = check(&after.input()).findings;
        for (at, file) in after.files.iter().enumerate() {
            let wanted = expected(&after, &all, file);
            proptest::prop_assert_eq!(&check_some(&after.input(), |other| other == at), &wanted);
            if file.path.starts_with(b"ontology/") {
                continue;
            }
            asked.set(asked.get() + 1);
            if let Some(found) = check_known(&after.ontology, std::slice::from_ref(file), &known, &load) {
                answered.set(answered.get() + 1);
                proptest::prop_assert_eq!(found, wanted);
            }
        }
        let pages: Vec<TreeFile> =
            after.files.iter().filter(|file| !file.path.starts_with(b"ontology/")).cloned().collect();
        if let Some(found) = check_known(&after.ontology, &pages, &known, &load) {
            let wanted: Vec<Finding> = pages.iter().flat_map(|file| expected(&after, &all, file)).collect();
            proptest::prop_assert_eq!(found, wanted);
        }
        Ok(())
    });
    if let Err(failure) = run {
        panic!("{failure}");
    }
    assert!(answered.get() * 2 > asked.get(), "only {} of {} files were answered", answered.get(), asked.get());
}

//! Merging, against `git merge-tree`.

use super::{commit, open};
use crate::support::TestRepo;
use lorekeep::base::Oid;
use lorekeep::git::{MergeOutcome, WriteRepository};

type Files<'f> = &'f [(&'f str, Option<&'f str>)];

/// A repository whose branches `ours` and `theirs` each change what `base` holds; `None` deletes.
fn fork(base: &[(&str, &str)], ours: Files<'_>, theirs: Files<'_>) -> TestRepo {
    let test = TestRepo::with_files(base);
    for (branch, files) in [("ours", ours), ("theirs", theirs)] {
        test.git(&["checkout", "--quiet", "-b", branch, "main"]);
        for (path, content) in files {
            match content {
                Some(content) => test.write(path, content),
                None => test.remove(path),
            }
        }
        test.commit(branch);
    }
    test
}

fn merge(test: &TestRepo) -> MergeOutcome {
    let id = |rev: &str| commit(&test.git(&["rev-parse", rev]));
    open(test).merge(id("ours"), id("theirs")).expect("merges")
}

/// `git merge-tree`'s tree, or `None` and the conflicting paths.
fn git_merge(test: &TestRepo) -> Result<String, Vec<String>> {
    let args =
        ["-c", "merge.renames=false", "merge-tree", "--write-tree", "--name-only", "--no-messages", "ours", "theirs"];
    let output = test.try_git(&args, b"");
    let text = String::from_utf8(output.stdout).expect("is UTF-8");
    let mut lines = text.lines().map(str::to_owned);
    let tree = lines.next().expect("a tree");
    if output.status.success() { Ok(tree) } else { Err(lines.collect()) }
}

const LONG: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

#[test]
fn what_merges_cleanly_merges_to_the_tree_of_git() {
    let head = LONG.replace('1', "one");
    let tail = LONG.replace('9', "nine");
    let cases: [(Files<'_>, Files<'_>); 9] = [
        (&[], &[("d/e/x.md", Some("x"))]),
        (&[("d/e/1.md", None)], &[("d/e/2.md", None)]),
        (&[("d/e/1.md", None), ("d/e/2.md", None)], &[("d-e", Some("between the folder and its files"))]),
        (&[("d/e/1.md", Some("x")), ("f/x", Some("x"))], &[("d/e/2.md", Some("y")), ("d/f/y", Some("y"))]),
        (&[("a.md", Some(&head))], &[("a.md", Some(&tail))]),
        (&[("new/x.md", Some("x"))], &[("new/y.md", Some("y"))]),
        (&[("b.md", None)], &[("a.md", Some(&tail))]),
        (&[("b.md", None)], &[("b.md", None)]),
        (&[("same.md", Some("s"))], &[("same.md", Some("s"))]),
    ];
    for (ours, theirs) in cases {
        let base = [("a.md", LONG), ("b.md", "b\n"), ("d/e/1.md", "1\n"), ("d/e/2.md", "2\n")];
        let test = fork(&base, ours, theirs);
        match (merge(&test), git_merge(&test)) {
            (MergeOutcome::Clean(tree), Ok(expected)) => assert_eq!(tree.to_string(), expected),
            other => panic!("{ours:?} {theirs:?}: {other:?}"),
        }
    }
}

#[test]
fn what_does_not_merge_gives_the_paths_of_git_and_the_blobs_of_each_side() {
    let cases: [(Files<'_>, Files<'_>); 4] = [
        (&[("a.md", Some("ours\n"))], &[("a.md", Some("theirs\n"))]),
        (&[("a.md", None)], &[("a.md", Some("theirs\n"))]),
        (&[("a.md", Some("ours\n"))], &[("a.md", None)]),
        (&[("new.md", Some("ours\n"))], &[("new.md", Some("theirs\n"))]),
    ];
    for (ours, theirs) in cases {
        let test = fork(&[("a.md", LONG), ("b.md", "b\n")], ours, theirs);
        let MergeOutcome::Conflicted(conflicts) = merge(&test) else { panic!("{ours:?} {theirs:?} merged") };
        let paths: Vec<String> = conflicts.iter().map(|conflict| conflict.path.clone()).collect();
        assert_eq!(Err(paths), git_merge(&test), "{ours:?} {theirs:?}");
        for conflict in &conflicts {
            let blob = |rev: &str| {
                let output =
                    test.try_git(&["rev-parse", "--verify", "--quiet", &format!("{rev}:{}", conflict.path)], b"");
                Oid::parse(String::from_utf8(output.stdout).expect("is UTF-8").trim()).ok()
            };
            assert_eq!(conflict.base.blob, blob("main"));
            assert_eq!(conflict.ours.blob, blob("ours"));
            assert_eq!(conflict.theirs.blob, blob("theirs"));
        }
    }
}

#[test]
fn a_file_against_a_folder_is_a_conflict_as_in_git() {
    let test = fork(&[("b.md", "b")], &[("a", Some("file"))], &[("a/x.md", Some("x"))]);
    let MergeOutcome::Conflicted(conflicts) = merge(&test) else { panic!("a file and a folder merged") };
    assert!(git_merge(&test).is_err());
    assert!(conflicts.iter().any(|conflict| conflict.path == "a" && conflict.ours.blob.is_some()), "{conflicts:?}");
}

#[test]
fn paths_of_conflicts_are_relative_to_the_memory_root() {
    let base = [(".company-brain/ontology/core.yaml", "x"), (".company-brain/a.md", "a")];
    let path = ".company-brain/a.md";
    let test = fork(&base, &[(path, Some("ours"))], &[(path, Some("theirs"))]);
    let MergeOutcome::Conflicted(conflicts) = merge(&test) else { panic!("two texts merged") };
    assert_eq!(conflicts[0].path, "a.md");
}

#[test]
fn a_merge_moves_nothing_and_unrelated_histories_do_not_merge() {
    let test = fork(&[("a.md", "a")], &[("b.md", Some("b"))], &[("c.md", Some("c"))]);
    let before = test.git(&["for-each-ref"]);
    assert!(matches!(merge(&test), MergeOutcome::Clean(_)));
    assert_eq!(test.git(&["for-each-ref"]), before);
    let tree = test.git(&["rev-parse", "main^{tree}"]);
    let orphan = commit(&test.commit_tree(&tree, &[], "orphan"));
    assert!(open(&test).merge(commit(&test.git(&["rev-parse", "ours"])), orphan).is_err());
}

#[test]
fn pushed_attributes_have_no_say_in_a_merge_of_a_bare_repository() {
    let attributes = (".gitattributes", "* merge=union\n");
    let test = fork(&[("a.md", "a\n"), attributes], &[("a.md", Some("ours\n"))], &[("a.md", Some("theirs\n"))]);
    let home = tempfile::tempdir().expect("a directory");
    let bare = home.path().join("brain.git");
    let source = lorekeep::git::Source::parse(&test.path().to_string_lossy()).expect("is a path");
    let repo = lorekeep::git::Repository::adopt(&source, &bare).expect("adopts");
    let id = |rev: &str| commit(&test.git(&["rev-parse", rev]));
    let outcome = repo.merge(id("ours"), id("theirs")).expect("merges");
    assert!(matches!(outcome, MergeOutcome::Conflicted(_)), "{outcome:?}");
}

#[test]
fn the_merge_settings_of_a_repository_have_no_say_and_no_program_runs() {
    let (head, tail) = (LONG.replace('1', "one"), LONG.replace('9', "nine"));
    let test = fork(&[("a.md", LONG)], &[("a.md", Some(&head))], &[("a.md", Some(&tail))]);
    let plain = merge(&test);
    let mark = test.git_dir().join("it-ran");
    test.git(&["config", "merge.lorekeep.driver", &format!("touch '{}'; false", mark.display())]);
    test.git(&["config", "merge.default", "lorekeep"]);
    std::fs::create_dir_all(test.git_dir().join("info")).expect("it can be made");
    std::fs::write(test.git_dir().join("info/attributes"), "*.md merge=lorekeep\n").expect("it can be written");
    assert!(matches!(plain, MergeOutcome::Clean(_)));
    assert_eq!(format!("{:?}", merge(&test)), format!("{plain:?}"));
    assert!(!mark.exists());
}

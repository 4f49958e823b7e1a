//! Writing objects and moving references.

use super::{at, commit, draft, engine, oid, open, path, small_history};
use crate::support::{START, TestRepo};
use lorekeep::base::Oid;
use lorekeep::git::{At, EMPTY_TREE, GitError, ReadRepository, RefEdit, Repository, WriteRepository};

fn moving(name: &str, expected: Option<Oid>, new: Option<Oid>) -> RefEdit {
    RefEdit { name: name.to_owned(), expected, new }
}

#[test]
fn an_edited_tree_is_the_one_git_would_write() {
    let test = small_history();
    let repo = open(&test);
    let tip = test.git(&["rev-parse", "HEAD"]);
    let blob = repo.write_blob(b"new\n").expect("writes");
    let edits = [(path("x/y/new.md"), Some(blob)), (path("a.md"), Some(blob)), (path("notes/deep/b.md"), None)];
    let tree = repo.edit_tree(at(&tip), &edits).expect("edits");
    test.write("x/y/new.md", "new\n");
    test.write("a.md", "new\n");
    test.remove("notes/deep/b.md");
    test.git(&["add", "--all"]);
    assert_eq!(tree.to_string(), test.git(&["write-tree"]));
}

#[test]
fn the_first_tree_is_made_of_the_empty_one() {
    let test = TestRepo::bare();
    let repo = open(&test);
    let blob = repo.write_blob(b"a").expect("writes");
    let tree = repo.edit_tree(At::Tree(EMPTY_TREE), &[(path("ontology/a.md"), Some(blob))]).expect("edits");
    assert_eq!(test.git(&["ls-tree", "-r", "--name-only", &tree.to_string()]), "ontology/a.md");
}

#[test]
fn edits_are_relative_to_the_memory_root() {
    let test = TestRepo::with_files(&[(".company-brain/ontology/core.yaml", "x"), ("src/main.rs", "x")]);
    let repo = open(&test);
    let blob = repo.write_blob(b"a").expect("writes");
    let tip = at(&test.git(&["rev-parse", "HEAD"]));
    let tree = repo.edit_tree(tip, &[(path("notes/a.md"), Some(blob))]).expect("edits").to_string();
    let names = ".company-brain/notes/a.md\n.company-brain/ontology/core.yaml\nsrc/main.rs";
    assert_eq!(test.git(&["ls-tree", "-r", "--name-only", &tree]), names);
}

#[test]
fn a_file_never_takes_the_place_of_a_folder_that_keeps_files() {
    let test = TestRepo::with_files(&[("notes/a.md", "a"), ("notes/b.md", "b"), ("c.md", "c")]);
    let repo = open(&test);
    let tip = at(&test.git(&["rev-parse", "HEAD"]));
    let blob = repo.write_blob(b"x").expect("writes");
    let refused = |edits: &[_]| repo.edit_tree(tip, edits).expect_err("is refused").to_string();
    assert!(refused(&[(path("notes"), Some(blob))]).contains("`notes` is a folder"));
    assert!(refused(&[(path("notes"), Some(blob)), (path("notes/a.md"), None)]).contains("`notes` is a folder"));
    assert!(refused(&[(path("c.md/d.md"), Some(blob))]).contains("`c.md` is a file"));
    assert!(refused(&[(path("n"), Some(blob)), (path("n/d.md"), Some(blob))]).contains("`n` is a file"));
    assert!(refused(&[(path("c.md"), Some(blob)), (path("c.md"), None)]).contains("twice"));
    let all = [(path("notes/a.md"), None), (path("notes/b.md"), None), (path("notes"), Some(blob))];
    let tree = repo.edit_tree(tip, &all).expect("the folder is emptied first").to_string();
    assert_eq!(test.git(&["ls-tree", "-r", "--name-only", &tree]), "c.md\nnotes");
    let swapped = [(path("c.md"), None), (path("c.md/d.md"), Some(blob))];
    assert!(repo.edit_tree(tip, &swapped).is_ok(), "the file goes first");
}

#[test]
fn a_blob_that_is_not_there_is_not_written_into_a_tree() {
    let test = TestRepo::bare();
    let absent = oid(&"3".repeat(40));
    assert!(open(&test).edit_tree(At::Tree(EMPTY_TREE), &[(path("a.md"), Some(absent))]).is_err());
}

#[test]
fn an_executable_file_stays_executable() {
    let test = TestRepo::with_files(&[("run.sh", "1")]);
    test.git(&["update-index", "--chmod=+x", "run.sh"]);
    test.git(&["commit", "--quiet", "-m", "executable"]);
    let repo = open(&test);
    let blob = repo.write_blob(b"2").expect("writes");
    let tip = at(&test.git(&["rev-parse", "HEAD"]));
    let tree = repo.edit_tree(tip, &[(path("run.sh"), Some(blob))]).expect("edits").to_string();
    assert!(test.git(&["ls-tree", &tree]).starts_with("100755"));
}

#[test]
fn a_patch_makes_the_tree_git_apply_makes() {
    let test = small_history();
    test.write("a.md", "one more\nand more\n");
    test.write("new/c.md", "c\n");
    test.remove("side.md");
    test.git(&["add", "--all"]);
    let patch = test.git(&["diff", "--cached"]) + "\n";
    let expected = test.git(&["write-tree"]);
    let bare = test.to_bare();
    for repo in [open(&test), open(&bare)] {
        let tip = at(&test.git(&["rev-parse", "HEAD"]));
        assert_eq!(repo.apply_patch(tip, patch.as_bytes()).expect("applies").to_string(), expected);
    }
}

#[test]
fn a_patch_is_relative_to_the_memory_root() {
    let test = TestRepo::with_files(&[(".company-brain/ontology/core.yaml", "x\n"), ("src/main.rs", "x\n")]);
    let repo = open(&test);
    let tip = at(&test.git(&["rev-parse", "HEAD"]));
    let patch = "--- a/ontology/core.yaml\n+++ b/ontology/core.yaml\n@@ -1 +1 @@\n-x\n+y\n";
    let tree = At::Tree(repo.apply_patch(tip, patch.as_bytes()).expect("applies"));
    let changed = repo.changes(Some(tip), tree).expect("diffs");
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].path, b"ontology/core.yaml");
}

#[test]
fn a_patch_that_does_not_apply_is_refused_in_the_words_of_git() {
    let test = small_history();
    let repo = open(&test);
    let tip = at(&test.git(&["rev-parse", "HEAD"]));
    let refused = |patch: &str| match repo.apply_patch(tip, patch.as_bytes()) {
        Err(GitError::PatchRefused { reason }) => reason,
        other => panic!("{patch:?}: {other:?}"),
    };
    let stale = "--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-something else\n+x\n";
    assert!(refused(stale).contains("a.md: patch does not apply"), "{}", refused(stale));
    let absent = "--- a/none.md\n+++ b/none.md\n@@ -1 +1 @@\n-x\n+y\n";
    assert!(refused(absent).contains("none.md"));
    let hostile = [
        "",
        "no patch at all",
        "--- /dev/null\n+++ b/../../escape.md\n@@ -0,0 +1 @@\n+x\n",
        "--- /dev/null\n+++ b/.git/hooks/x\n@@ -0,0 +1 @@\n+x\n",
        "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..1111111\nGIT binary patch\nliteral 1\nIcmZ\n\n",
    ];
    for patch in hostile {
        let reason = refused(patch);
        assert!(!reason.contains(&*test.path().to_string_lossy()) && !reason.contains("lorekeep-patch"), "{reason}");
    }
    assert!(!test.path().parent().expect("has one").join("escape.md").exists());
}

#[test]
fn a_commit_is_what_git_reads_back() {
    let test = small_history();
    let repo = open(&test);
    let tip = commit(&test.git(&["rev-parse", "HEAD"]));
    let tree = repo.commit(tip).expect("reads").tree;
    let id = repo.write_commit(&draft(tree, &[tip], START + 5000), None).expect("writes").to_string();
    let format = "%an <%ae> %at|%cn <%ce> %ct|%P|%T|%B";
    let expected = format!(
        "Grace <grace@example.org> {0}|Lorekeep <engine@example.org> {0}|{tip}|{tree}|Say more\n\nUpdate: amu-1",
        START + 5000
    );
    assert_eq!(test.git(&["show", "-s", &format!("--format={format}"), &id]), expected);
    assert_eq!(test.git(&["show", "-s", "--format=%(trailers:key=Update,valueonly)", &id]), "amu-1");
    assert_eq!(test.git(&["fsck", "--full", "--strict", "--no-dangling"]), "");
}

#[test]
fn a_commit_is_never_dated_before_its_parents() {
    let test = small_history();
    let repo = open(&test);
    let tip = repo.commit(commit(&test.git(&["rev-parse", "HEAD"]))).expect("reads");
    let id = repo.write_commit(&draft(tip.tree, &[tip.id], START - 9), None).expect("writes");
    let read = repo.commit(id).expect("reads");
    assert_eq!(read.committer.at, tip.committer.at);
    assert_eq!(read.author.at.seconds(), START - 9, "when it was written stays as it was");
}

#[test]
fn names_cannot_smuggle_headers_into_a_commit() {
    let test = small_history();
    let repo = open(&test);
    let tip = repo.commit(commit(&test.git(&["rev-parse", "HEAD"]))).expect("reads");
    let mut forged = draft(tip.tree, &[tip.id], START + 5000);
    forged.author.name = "Eve <eve@example.org> 0 +0000\ncommitter Root".to_owned();
    forged.author.email = " >\n".to_owned();
    forged.message = "with a \0 in it".to_owned();
    let id = repo.write_commit(&forged, None).expect("writes");
    let read = repo.commit(id).expect("reads");
    assert_eq!(read.author.name, "Eve eve@example.org 0 +0000committer Root");
    assert_eq!(read.author.email, "unknown@invalid");
    assert_eq!(read.committer.name, "Lorekeep");
    assert_eq!(test.git(&["fsck", "--full", "--strict", "--no-dangling"]), "");
}

#[test]
fn references_move_all_or_none_and_their_logs_say_who_and_why() {
    let test = small_history().to_bare();
    let repo = open(&test);
    let id = |rev: &str| oid(&test.git(&["rev-parse", rev]));
    let (main, side) = (id("main"), id("side"));
    let edits = [
        moving("refs/heads/side", Some(side), Some(main)),
        moving("refs/heads/krate/new", None, Some(side)),
        moving("refs/tags/light", Some(id("light")), None),
    ];
    repo.update_refs(&edits, &engine(START + 7000), "merge\nof amu-1").expect("moves");
    assert_eq!((id("refs/heads/side"), id("refs/heads/krate/new")), (main, side));
    assert!(repo.reference("refs/tags/light").expect("reads").is_none());
    let log = repo.reflog("refs/heads/krate/new").expect("reads");
    assert_eq!((log[0].old, log[0].new.0, log[0].message.as_str()), (None, side, "merge of amu-1"));
    assert_eq!(log[0].by, engine(START + 7000));

    let stale = [moving("refs/heads/one-more", None, Some(main)), moving("refs/heads/side", Some(side), Some(side))];
    match repo.update_refs(&stale, &engine(START + 7000), "stale") {
        Err(GitError::RefMoved { name }) => assert_eq!(name, "refs/heads/side"),
        other => panic!("{other:?}"),
    }
    assert!(repo.reference("refs/heads/one-more").expect("reads").is_none(), "none moved");
    let exists = repo.update_refs(&[moving("refs/heads/side", None, Some(main))], &engine(START), "x");
    assert!(matches!(exists, Err(GitError::RefMoved { .. })), "{exists:?}");
    let gone = repo.update_refs(&[moving("refs/heads/gone", Some(main), None)], &engine(START), "x");
    assert!(matches!(gone, Err(GitError::RefMoved { .. })), "{gone:?}");
    assert!(repo.update_refs(&[moving("refs/heads/gone", None, None)], &engine(START), "x").is_ok(), "absent, as said");
}

#[test]
fn only_full_names_of_references_are_moved() {
    let test = small_history();
    let repo = open(&test);
    let main = oid(&test.git(&["rev-parse", "main"]));
    for name in
        ["HEAD", "main", "--stdin", "refs/heads/../x", "refs/heads/a\0b", "refs/heads/a\ndelete refs/heads/main"]
    {
        let refused = repo.update_refs(&[moving(name, None, Some(main))], &engine(START), "x");
        assert!(matches!(refused, Err(GitError::Program { .. })), "{name}: {refused:?}");
    }
}

#[test]
fn a_locked_reference_is_no_moved_reference() {
    let test = small_history();
    let repo = open(&test);
    let main = oid(&test.git(&["rev-parse", "main"]));
    test.write(".git/refs/heads/side.lock", "");
    let side = oid(&test.git(&["rev-parse", "side"]));
    let edits = [moving("refs/heads/side", Some(side), Some(main))];
    match repo.update_refs(&edits, &engine(START), "x") {
        Err(GitError::Program { reason, .. }) => {
            assert!(!reason.contains(&*test.path().to_string_lossy()), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}

/// Puts one commit on `main`, again and again until nobody was faster; gives how often somebody was.
fn land(repo: &Repository, note: &str) -> usize {
    let mut lost = 0;
    loop {
        let tip = repo.tip().expect("reads").expect("there is a commit");
        let blob = repo.write_blob(note.as_bytes()).expect("writes");
        let tree = repo.edit_tree(tip.into(), &[(path(note), Some(blob))]).expect("edits");
        let new = repo.write_commit(&draft(tree, &[tip], START + 9000), None).expect("writes");
        match repo.update_refs(&[moving("refs/heads/main", Some(tip.0), Some(new.0))], &engine(START), "land") {
            Ok(()) => return lost,
            Err(GitError::RefMoved { .. }) => lost += 1,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn of_concurrent_writers_none_loses_an_update() {
    const EACH: usize = 10;
    let test = small_history().to_bare();
    let before = open(&test).first_parents(commit(&test.git(&["rev-parse", "main"])), None).expect("walks").len();
    let (one, two) = (open(&test), open(&test));
    std::thread::scope(|scope| {
        scope.spawn(|| (0..EACH).for_each(|n| _ = land(&one, &format!("one-{n}.md"))));
        scope.spawn(|| (0..EACH).for_each(|n| _ = land(&two, &format!("two-{n}.md"))));
        // The third is the git program, which knows nothing of the others.
        let mut landed = 0;
        while landed < EACH {
            let tip = test.git(&["rev-parse", "main"]);
            let new =
                test.git(&["commit-tree", "-p", &tip, "-m", &format!("git {landed}"), &format!("{tip}^{{tree}}")]);
            landed += usize::from(test.try_git(&["update-ref", "refs/heads/main", &new, &tip], b"").status.success());
        }
    });
    let line = one.first_parents(one.tip().expect("reads").expect("is there"), None).expect("walks");
    assert_eq!(line.len() - before, 3 * EACH);
    let files = one.files(line[0].id.into()).expect("lists");
    assert_eq!(
        files.iter().filter(|file| file.path.starts_with(b"one-") || file.path.starts_with(b"two-")).count(),
        2 * EACH
    );
}

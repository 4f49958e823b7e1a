//! Reading, against what git prints.

use super::{at, commit, oid, open, small_history};
use crate::support::{START, TestRepo};
use lorekeep::base::store::BlobError;
use lorekeep::base::{BlobStore, FileMode, RepoPath, Timestamp};
use lorekeep::git::{At, ChangeKind, EMPTY_TREE, GitError, ReadRepository, Repository};

/// `mode type id<TAB>path` lines, as `git ls-tree -r` prints them, of what our listing gave.
fn as_ls_tree(repo: &Repository, at: At) -> String {
    let files = repo.files(at).expect("the tree lists");
    let line = |file: &lorekeep::base::TreeEntry| {
        let kind = match file.mode {
            FileMode::File => "100644 blob",
            FileMode::Symlink => "120000 blob",
            FileMode::Submodule => "160000 commit",
        };
        format!("{kind} {}\t{}", file.oid, String::from_utf8_lossy(&file.path))
    };
    files.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_are_those_of_ls_tree_in_its_order() {
    let test = small_history();
    std::os::unix::fs::symlink("a.md", test.path().join("link")).expect("a link can be made");
    test.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},sub", test.git(&["rev-parse", "HEAD"]))]);
    test.git(&["add", "link"]);
    test.git(&["commit", "--quiet", "-m", "modes"]);
    let repo = open(&test);
    for rev in ["HEAD", "HEAD~1", "side"] {
        let id = test.git(&["rev-parse", rev]);
        assert_eq!(as_ls_tree(&repo, at(&id)), test.git(&["ls-tree", "-r", &id]), "at {rev}");
    }
}

#[test]
fn an_executable_file_is_a_file() {
    let test = TestRepo::with_files(&[("run.sh", "#!/bin/sh\n")]);
    test.git(&["update-index", "--chmod=+x", "run.sh"]);
    test.git(&["commit", "--quiet", "-m", "executable"]);
    let repo = open(&test);
    let tip = repo.tip().expect("HEAD reads").expect("there is a commit");
    assert_eq!(repo.files(tip.into()).expect("lists")[0].mode, FileMode::File);
}

#[test]
fn changes_are_those_of_diff_tree() {
    let test = small_history();
    let repo = open(&test);
    for (from, to) in [("HEAD~2", "HEAD"), ("HEAD", "HEAD~2"), ("side", "main"), ("main", "main")] {
        let (from, to) = (test.git(&["rev-parse", from]), test.git(&["rev-parse", to]));
        let ours: Vec<String> = repo
            .changes(Some(at(&from)), at(&to))
            .expect("diffs")
            .iter()
            .map(|change| {
                let letter = match change.kind {
                    ChangeKind::Added => 'A',
                    ChangeKind::Modified => 'M',
                    ChangeKind::Deleted => 'D',
                };
                format!("{letter}\t{}", String::from_utf8_lossy(&change.path))
            })
            .collect();
        assert_eq!(ours.join("\n"), test.git(&["diff-tree", "-r", "--no-renames", "--name-status", &from, &to]));
    }
}

#[test]
fn a_change_from_nothing_adds_every_file() {
    let test = small_history();
    let repo = open(&test);
    let tip = repo.tip().expect("HEAD reads").expect("there is a commit");
    let added = repo.changes(None, tip.into()).expect("diffs");
    let files = repo.files(tip.into()).expect("lists");
    assert!(added.iter().all(|change| change.kind == ChangeKind::Added && change.old.is_none()));
    assert_eq!(added.into_iter().map(|change| change.new.expect("added")).collect::<Vec<_>>(), files);
    assert_eq!(repo.files(At::Tree(EMPTY_TREE)).expect("the empty tree lists"), []);
}

#[test]
fn first_parents_are_those_of_rev_list_with_and_without_a_commit_graph() {
    let test = small_history();
    let repo = open(&test);
    let line = |test: &TestRepo, args: &[&str]| {
        test.git(&[&["rev-list", "--first-parent", "--format=%T %ct", "--no-commit-header"], args].concat())
    };
    let ours = |until: Option<&str>| {
        let tip = commit(&test.git(&["rev-parse", "main"]));
        let steps = repo.first_parents(tip, until.map(commit)).expect("walks");
        steps.iter().map(|c| format!("{} {}", c.tree, c.committed_at.seconds())).collect::<Vec<_>>().join("\n")
    };
    let older = test.git(&["rev-parse", "main~2"]);
    for graph in [false, true] {
        if graph {
            test.git(&["commit-graph", "write", "--reachable"]);
            // One commit the graph does not know.
            test.commit_files(&[("later.md", "later\n")], "later");
        }
        assert_eq!(ours(None), line(&test, &["main"]), "graph: {graph}");
        assert_eq!(ours(Some(&older)), line(&test, &["main", &format!("^{older}")]), "graph: {graph}");
    }
}

#[test]
fn a_commit_reads_as_git_shows_it() {
    let test = small_history();
    let repo = open(&test);
    let merge = test.git(&["rev-parse", "main~1"]);
    let read = repo.commit(commit(&merge)).expect("reads");
    let parents: Vec<String> = read.parents.iter().map(ToString::to_string).collect();
    assert_eq!(parents.join(" "), test.git(&["show", "-s", "--format=%P", &merge]));
    assert_eq!(read.tree.to_string(), test.git(&["show", "-s", "--format=%T", &merge]));
    assert_eq!((read.author.name.as_str(), read.author.email.as_str()), ("Ada", "ada@example.org"));
    assert_eq!(read.committer.at, Timestamp::from_seconds(START + 180));
    assert_eq!((read.message.as_str(), read.signed), ("merge\n", false));
}

#[test]
fn merge_bases_and_ancestry_are_those_of_git() {
    let test = small_history();
    let repo = open(&test);
    let id = |rev: &str| commit(&test.git(&["rev-parse", rev]));
    let base = repo.merge_base(id("main~2"), id("side")).expect("finds");
    assert_eq!(base.map(|c| c.to_string()), Some(test.git(&["merge-base", "main~2", "side"])));
    for (a, b) in [("side", "main"), ("main", "side"), ("main", "main"), ("main~2", "side"), ("side~1", "main")] {
        let theirs = test.try_git(&["merge-base", "--is-ancestor", a, b], b"").status.success();
        assert_eq!(repo.is_ancestor(id(a), id(b)).expect("answers"), theirs, "{a} of {b}");
    }
    let orphan = commit(&test.commit_tree(&EMPTY_TREE.to_string(), &[], "orphan"));
    assert_eq!(repo.merge_base(orphan, id("main")).expect("finds"), None);
}

#[test]
fn references_are_listed_below_a_prefix_and_peeled() {
    let test = small_history();
    test.git(&["pack-refs", "--all"]);
    test.git(&["branch", "loose", "side"]);
    let repo = open(&test);
    let names = |prefix: &str| {
        repo.references(prefix).expect("lists").into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("refs/tags/"), "refs/tags/heavy refs/tags/light");
    assert_eq!(names("refs/heads/"), "refs/heads/loose refs/heads/main refs/heads/side");
    assert_eq!(names("refs/").split(' ').count(), 5);
    assert_eq!(names("refs/../"), "");
    let heavy = repo.reference("refs/tags/heavy").expect("reads").expect("is there");
    assert_eq!(heavy.to_string(), test.git(&["rev-parse", "heavy^{commit}"]));
    assert_eq!(repo.reference("main").expect("reads"), None, "only full names");
}

#[test]
fn the_reflog_tells_each_move_oldest_first() {
    let test = TestRepo::with_files(&[("a.md", "1")]);
    let first = test.git(&["rev-parse", "HEAD"]);
    let second = test.commit_files(&[("a.md", "2")], "second");
    let log = open(&test).reflog("refs/heads/main").expect("reads");
    assert_eq!(log.len(), 2);
    assert_eq!((log[0].old, log[0].new), (None, commit(&first)));
    assert_eq!((log[1].old, log[1].new), (Some(commit(&first)), commit(&second)));
    assert_eq!((log[1].by.at.seconds(), log[1].message.as_str()), (START + 60, "commit: second"));
    assert_eq!(open(&test).reflog("refs/heads/none").expect("reads"), []);
}

#[test]
fn a_blob_over_the_limit_is_refused_by_its_header() {
    let test = TestRepo::with_files(&[("a.md", "12345")]);
    let repo = open(&test);
    let tip = repo.tip().expect("HEAD reads").expect("there is a commit");
    let blob = repo.entry(tip.into(), &RepoPath::parse("a.md").expect("a path")).expect("reads").expect("is there").oid;
    assert_eq!(repo.blob(blob, 5).expect("reads"), b"12345");
    let refused = repo.blob(blob, 4).expect_err("five bytes are more than four");
    assert!(matches!(refused, BlobError::TooLarge { size: 5, limit: 4, .. }), "{refused}");
    assert!(matches!(repo.blob(tip.0, 1000), Err(BlobError::Unreadable { .. })), "a commit is no blob");
    let absent = oid(&"1".repeat(40));
    assert!(matches!(repo.blob(absent, 1000), Err(BlobError::Unreadable { .. })));
}

#[test]
fn an_empty_repository_has_a_branch_and_no_tip() {
    let test = TestRepo::bare();
    let repo = open(&test);
    assert_eq!(repo.default_branch().expect("reads"), "refs/heads/main");
    assert_eq!(repo.tip().expect("reads"), None);
}

#[test]
fn a_detached_head_is_read_as_head() {
    let test = small_history();
    test.git(&["checkout", "--quiet", "--detach", "side"]);
    let repo = open(&test);
    assert_eq!(repo.default_branch().expect("reads"), "HEAD");
    assert_eq!(repo.tip().expect("reads"), Some(commit(&test.git(&["rev-parse", "side"]))));
}

#[test]
fn a_shallow_clone_ends_where_its_history_does() {
    let full = small_history();
    let clone = TestRepo::bare();
    let url = format!("file://{}", full.git_dir().display());
    clone.git(&["fetch", "--quiet", "--depth=1", &url, "refs/heads/main:refs/heads/main"]);
    let repo = open(&clone);
    let tip = repo.tip().expect("reads").expect("was fetched");
    assert_eq!(repo.first_parents(tip, None).expect("walks").len(), 1);
    assert_eq!(repo.commit(tip).expect("reads").parents, []);
}

#[test]
fn a_repository_is_found_around_a_directory() {
    let test = small_history();
    let found = Repository::discover(&test.path().join("notes/deep")).expect("finds");
    let top = test.path().canonicalize().expect("exists");
    assert_eq!(found.worktree().map(|path| path.canonicalize().expect("exists")), Some(top));
    assert_eq!(found.tip().expect("reads"), open(&test).tip().expect("reads"));
    let outside = tempfile::tempdir().expect("a directory");
    assert!(matches!(Repository::discover(outside.path()), Err(GitError::NotARepository { .. })));
    assert!(matches!(Repository::open(outside.path()), Err(GitError::NotARepository { .. })));
}

#[test]
fn a_linked_worktree_reads_the_shared_history() {
    let test = small_history();
    let other = tempfile::tempdir().expect("a directory");
    let path = other.path().join("linked");
    test.git(&["worktree", "add", "--quiet", "-b", "linked", &path.to_string_lossy(), "side"]);
    let repo = Repository::discover(&path).expect("finds");
    assert_eq!(repo.default_branch().expect("reads"), "refs/heads/linked");
    assert_eq!(repo.tip().expect("reads"), Some(commit(&test.git(&["rev-parse", "side"]))));
    assert_eq!(repo.references("refs/heads/").expect("lists").len(), 3);
}

#[test]
fn a_repository_with_reftable_is_refused_with_the_mend() {
    let test = TestRepo::with_files(&[("a.md", "1")]).to_bare();
    test.git(&["refs", "migrate", "--ref-format=reftable"]);
    let refused = Repository::open(test.path()).expect_err("gix cannot read reftable");
    assert!(refused.to_string().contains("git refs migrate --ref-format=files"), "{refused}");
}

#[test]
fn replacement_objects_change_nothing() {
    let test = small_history();
    let (tip, other) = (test.git(&["rev-parse", "main"]), test.git(&["rev-parse", "side"]));
    test.git(&["replace", &tip, &other]);
    let read = open(&test).commit(commit(&tip)).expect("reads");
    assert_eq!(read.message, "last\n");
}

#[test]
fn a_handle_sees_what_came_after_it_was_opened() {
    let test = small_history();
    let repo = open(&test);
    repo.tip().expect("reads");
    let new = test.commit_files(&[("new.md", "new")], "new");
    test.git(&["gc", "--quiet"]);
    assert_eq!(repo.tip().expect("reads"), Some(commit(&new)));
    assert_eq!(as_ls_tree(&repo, at(&new)), test.git(&["ls-tree", "-r", &new]));
}

#[test]
fn more_packs_than_there_was_room_for_are_read_after_all() {
    let test = TestRepo::with_files(&[("a.md", "1")]);
    let repo = open(&test);
    repo.tip().expect("reads");
    let mut stream = String::new();
    for n in 0..600 {
        let text = format!("note {n}");
        stream += "commit refs/heads/packs\ncommitter Ada <ada@example.org> 1777593600 +0000\ndata 1\nx\n";
        stream += &format!("M 100644 inline n.md\ndata {}\n{text}\ncheckpoint\n", text.len());
    }
    test.git_with_input(&["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"], stream.as_bytes());
    let packs = std::fs::read_dir(test.git_dir().join("objects/pack")).expect("is there");
    assert!(packs.count() > 512, "more than a store has room for at first");
    let tip = repo.reference("refs/heads/packs").expect("reads").expect("is there");
    assert_eq!(repo.first_parents(tip, None).expect("walks").len(), 600);
}

#[test]
fn many_threads_read_at_once() {
    let test = small_history();
    let repo = open(&test);
    let tip = repo.tip().expect("reads").expect("is there");
    let expected = repo.files(tip.into()).expect("lists");
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert_eq!(repo.files(tip.into()).expect("lists"), expected));
        }
    });
}

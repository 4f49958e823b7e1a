//! Making bare repositories, and taking existing ones in.

use super::{commit, engine, open, small_history};
use crate::support::{START, TestRepo};
use lorekeep::git::{GitError, ReadRepository, Repository, Source, git_version};
use std::path::Path;

fn git_in(path: &Path, args: &[&str]) -> String {
    let path = path.to_string_lossy();
    TestRepo::new().git(&[&["--git-dir", &*path], args].concat())
}

#[test]
fn a_new_repository_is_empty_sound_and_set_up_as_promised() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("orgs/a5c/brain.git");
    let repo = Repository::create_bare(&path).expect("is made");
    assert_eq!(repo.tip().expect("reads"), None);
    assert_eq!(repo.default_branch().expect("reads"), "refs/heads/main");
    let expected = [
        ("core.bare", "true"),
        ("core.logAllRefUpdates", "always"),
        ("core.fsync", "committed,reference"),
        ("receive.fsckObjects", "true"),
        ("receive.unpackLimit", "1"),
        ("receive.autogc", "false"),
        ("transfer.hideRefs", "refs/lorekeep"),
        ("gc.auto", "0"),
        ("protocol.ext.allow", "never"),
    ];
    for (name, value) in expected {
        assert_eq!(git_in(&path, &["config", "--get", name]), value, "{name}");
    }
    assert_eq!(git_in(&path, &["rev-parse", "--show-ref-format"]), "files");
    assert_eq!(git_in(&path, &["ls-files"]), "", "the index is one git reads");
    assert_eq!(repo.fsck().expect("runs"), Vec::<String>::new());
    assert!(!path.join("hooks").exists(), "no sample hooks");
    assert_eq!(std::fs::read_dir(path.parent().expect("has one")).expect("is there").count(), 1, "no draft is left");
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("brain.git");
    std::fs::write(&path, "something").expect("writes");
    assert!(matches!(Repository::create_bare(&path), Err(GitError::Io { .. })));
    assert_eq!(std::fs::read(&path).expect("reads"), b"something");
}

#[test]
fn an_adopted_repository_has_the_branches_and_tags_and_nothing_else() {
    let test = small_history();
    test.git(&["update-ref", "refs/notes/secret", "main"]);
    test.git(&["update-ref", "refs/pull/1/head", "side"]);
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("brain.git");
    let source = Source::parse(&test.path().to_string_lossy()).expect("is a path");
    let repo = Repository::adopt(&source, &path).expect("adopts");
    let names: Vec<String> = repo.references("refs/").expect("lists").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.join(" "), "refs/heads/main refs/heads/side refs/tags/heavy refs/tags/light");
    assert_eq!(repo.tip().expect("reads"), Some(commit(&test.git(&["rev-parse", "main"]))));
    assert_eq!(git_in(&path, &["remote"]), "");
    assert_eq!(repo.fsck().expect("runs"), Vec::<String>::new());
    assert!(!std::fs::read_to_string(path.join("config")).expect("reads").contains(&*test.path().to_string_lossy()));
}

#[test]
fn the_default_branch_of_the_source_is_kept() {
    let home = tempfile::tempdir().expect("a directory");
    let adopt = |test: &TestRepo, name: &str| {
        let source = Source::parse(&test.path().to_string_lossy()).expect("is a path");
        Repository::adopt(&source, &home.path().join(name)).expect("adopts").default_branch().expect("reads")
    };
    let trunk = small_history();
    trunk.git(&["branch", "-m", "main", "trunk"]);
    assert_eq!(adopt(&trunk, "trunk.git"), "refs/heads/trunk");
    let detached = small_history();
    detached.git(&["checkout", "--quiet", "--detach", "main"]);
    assert_eq!(adopt(&detached, "detached.git"), "refs/heads/main");
    assert_eq!(adopt(&TestRepo::bare(), "empty.git"), "refs/heads/main");
}

#[test]
fn a_bundle_is_adopted_like_a_repository() {
    let test = small_history();
    let bundle = test.path().join("all.bundle");
    test.git(&["bundle", "create", "--quiet", &bundle.to_string_lossy(), "--all"]);
    let home = tempfile::tempdir().expect("a directory");
    let source = Source::parse(&bundle.to_string_lossy()).expect("is a path");
    let repo = Repository::adopt(&source, &home.path().join("brain.git")).expect("adopts");
    assert_eq!(repo.tip().expect("reads"), Some(commit(&test.git(&["rev-parse", "main"]))));
}

#[test]
fn what_cannot_be_adopted_leaves_nothing_behind() {
    let home = tempfile::tempdir().expect("a directory");
    let broken = home.path().join("broken");
    std::fs::create_dir(&broken).expect("is made");
    let target = home.path().join("out/brain.git");
    let source = Source::parse(&broken.to_string_lossy()).expect("is a path");
    let failed = Repository::adopt(&source, &target).expect_err("it is no repository").to_string();
    assert!(failed.contains("fetch"), "{failed}");
    assert_eq!(std::fs::read_dir(home.path().join("out")).expect("is there").count(), 0);
}

#[test]
fn only_paths_and_three_transports_are_sources() {
    for good in
        ["https://example.org/a.git", "http://localhost:1/a", "ssh://git@example.org/a", "git@example.org:a/b.git"]
    {
        assert_eq!(Source::parse(good).expect(good), Source::Remote(good.to_owned()));
    }
    let bad = [
        "",
        "-u",
        "--upload-pack=touch x",
        "ext::sh -c true",
        "file:///tmp",
        "git://example.org/a",
        "ftp://example.org/a",
        "ssh://x/ext::y",
        "-oProxyCommand=x@host:a",
        "a@-oProxyCommand=x:b",
        "https://example.org/\na",
        "no/such/path",
        "fd::1",
        "a@b:",
        "a@b:-x",
        "transport::https://x",
    ];
    for text in bad {
        assert!(Source::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_version_of_git_is_known() {
    let (major, minor, _) = git_version().expect("git is there");
    assert!((major, minor) >= (2, 45), "{major}.{minor}");
}

#[test]
fn a_shared_handle_is_for_every_thread() {
    fn shared<T: Send + Sync>(_: &T) {}
    let test = small_history();
    shared(&open(&test));
    shared(&engine(START));
}

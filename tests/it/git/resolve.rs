//! Names, and what they resolve to.

use super::{open, small_history};
use crate::support::TestRepo;
use lorekeep::git::{ReadRepository, RefSpec, Repository, ResolveError};

fn resolve(repo: &Repository, name: &str) -> Result<(String, Option<String>), ResolveError> {
    repo.resolve(&RefSpec::Named(name.to_owned())).map(|(id, through)| (id.to_string(), through))
}

#[test]
fn names_resolve_to_what_git_resolves_them_to() {
    let test = small_history();
    let repo = open(&test);
    let full = test.git(&["rev-parse", "main"]);
    let names = [
        "main",
        "heads/main",
        "refs/heads/main",
        "side",
        "light",
        "heavy",
        "tags/heavy",
        "refs/tags/heavy",
        "HEAD",
        "@",
        "main~1",
        "main~",
        "main^",
        "main^0",
        "main~0",
        "main~1^2",
        "main^^2",
        "HEAD~2",
        "heavy~1",
        "main^^",
        &full,
        &full[..10],
        &full[..10].to_uppercase(),
        &full.to_uppercase(),
        &full[..4],
    ];
    for name in names {
        let theirs = test.git(&["rev-parse", &format!("{name}^{{commit}}")]);
        assert_eq!(resolve(&repo, name).expect(name).0, theirs, "{name}");
    }
}

#[test]
fn a_commit_graph_changes_no_answer() {
    let test = small_history();
    test.git(&["commit-graph", "write", "--reachable"]);
    for name in ["main~1", "main~3", "main~1^2~1"] {
        assert_eq!(resolve(&open(&test), name).expect(name).0, test.git(&["rev-parse", name]));
    }
}

#[test]
fn the_answer_says_through_which_reference() {
    let test = small_history();
    let repo = open(&test);
    let through = |name: &str| resolve(&repo, name).expect(name).1;
    assert_eq!(through("main"), Some("refs/heads/main".to_owned()));
    assert_eq!(through("heavy"), Some("refs/tags/heavy".to_owned()));
    assert_eq!(through("HEAD"), Some("refs/heads/main".to_owned()));
    assert_eq!(through(&test.git(&["rev-parse", "main"])), None);
    let (tip, name) = repo.resolve(&RefSpec::Default).expect("resolves");
    assert_eq!((tip.to_string(), name), (test.git(&["rev-parse", "main"]), Some("refs/heads/main".to_owned())));
}

#[test]
fn a_name_of_a_branch_and_a_tag_is_ambiguous() {
    let test = small_history();
    test.git(&["tag", "side", "main"]);
    match resolve(&open(&test), "side") {
        Err(ResolveError::Ambiguous { name, candidates }) => {
            assert_eq!((name.as_str(), candidates.join(" ").as_str()), ("side", "refs/heads/side refs/tags/side"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_short_id_of_two_commits_is_ambiguous_and_one_of_a_blob_is_nothing() {
    let test = TestRepo::with_files(&[("a.md", "1")]);
    let tree = test.git(&["rev-parse", "HEAD^{tree}"]);
    let mut ids: Vec<String> = Vec::new();
    // Sixteen bits: a few hundred commits surely share them with one another.
    let twin = loop {
        let id = test.commit_tree(&tree, &[], &format!("commit {}", ids.len()));
        if let Some(twin) = ids.iter().find(|other| other[..4] == id[..4]) {
            break (twin.clone(), id);
        }
        ids.push(id);
        assert!(ids.len() < 3000);
    };
    let repo = open(&test);
    match resolve(&repo, &twin.0[..4]) {
        Err(ResolveError::Ambiguous { candidates, .. }) => {
            assert!(candidates.contains(&twin.0) && candidates.contains(&twin.1), "{candidates:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(resolve(&repo, &twin.0[..39]).expect("unique").0, twin.0);
    let blob = test.git(&["rev-parse", "HEAD:a.md"]);
    assert!(matches!(resolve(&repo, &blob), Err(ResolveError::NotFound(_))));
}

#[test]
fn names_that_mean_something_to_a_revision_parser_are_refused() {
    let test = small_history();
    let repo = open(&test);
    let long = "x".repeat(2000);
    let hostile = [
        "",
        "-",
        "--exec=x",
        "-n1",
        "refs/heads/../x",
        "../main",
        "@{-1}",
        "main@{1}",
        "main@{yesterday}",
        "@{u}",
        "HEAD:path",
        "main:a.md",
        ":/text",
        ":a.md",
        "main^{/text}",
        "main^{tree}",
        "main^!",
        "main^@",
        "main..side",
        "main...side",
        "^main",
        "main~x",
        "main^-1",
        "a b",
        "main\n",
        "main\0",
        "\u{1b}[31m",
        "a\\b",
        "a*",
        "main.lock",
        "refs/heads/",
        "/main",
        "main/",
        ".hidden",
        "~1",
        &long,
    ];
    for name in hostile {
        let outcome = resolve(&repo, name);
        assert!(matches!(outcome, Err(ResolveError::BadName(_))), "{name:?}: {outcome:?}");
    }
}

#[test]
fn a_refusal_prints_nothing_a_terminal_obeys() {
    let refused = resolve(&open(&small_history()), "\u{1b}[31m").expect_err("no name");
    assert!(!refused.to_string().contains('\u{1b}'));
}

#[test]
fn absent_names_and_steps_beyond_the_root_are_not_found() {
    let test = small_history();
    let repo = open(&test);
    let absent = "1".repeat(40);
    for name in [
        "nothing",
        "refs/heads/nothing",
        "main~100",
        "main^3",
        "main~999999",
        "main~99999999999999999999",
        "deadbeefdeadbeef",
        &absent,
        "main~1000000~1000000",
    ] {
        assert!(matches!(resolve(&repo, name), Err(ResolveError::NotFound(_))), "{name}");
    }
    assert!(matches!(open(&TestRepo::bare()).resolve(&RefSpec::Default), Err(ResolveError::NotFound(_))));
}

#[test]
fn references_of_the_server_have_no_name() {
    let test = small_history();
    test.git(&["update-ref", "refs/lorekeep/keep/1", "main"]);
    let repo = open(&test);
    assert!(matches!(resolve(&repo, "refs/lorekeep/keep/1"), Err(ResolveError::NotFound(_))));
    assert!(repo.reference("refs/lorekeep/keep/1").expect("reads").is_some(), "the server itself reads it");
}

#[test]
fn a_tag_of_a_tag_is_followed_and_one_of_a_blob_names_no_commit() {
    let test = small_history();
    test.git(&["tag", "-a", "-m", "outer", "outer", "heavy"]);
    test.git(&["tag", "blob", "HEAD:a.md"]);
    let repo = open(&test);
    assert_eq!(resolve(&repo, "outer").expect("peels").0, test.git(&["rev-parse", "heavy^{commit}"]));
    assert!(matches!(resolve(&repo, "blob"), Err(ResolveError::NotFound(_))));
    assert_eq!(repo.references("refs/tags/").expect("lists").len(), 3);
}

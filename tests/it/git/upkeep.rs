//! Maintenance, sweeping and checking.

use super::{commit, draft, engine, open, path, small_history};
use crate::support::START;
use lorekeep::git::{ReadRepository, RefEdit, WriteRepository, sweep};

#[test]
fn maintenance_packs_everything_and_no_answer_changes() {
    let test = small_history().to_bare();
    let repo = open(&test);
    let tip = repo.tip().expect("reads").expect("is there");
    let (files, line) = (repo.files(tip.into()).expect("lists"), repo.first_parents(tip, None).expect("walks"));
    for n in 0..3 {
        let blob = repo.write_blob(format!("{n}").as_bytes()).expect("writes");
        let tree = repo.edit_tree(tip.into(), &[(path("n.md"), Some(blob))]).expect("edits");
        let new = repo.write_commit(&draft(tree, &[tip], START + 5000), None).expect("writes");
        let edit = RefEdit { name: format!("refs/heads/n{n}"), expected: None, new: Some(new.0) };
        repo.update_refs(&[edit], &engine(START), "new").expect("moves");
        repo.maintain().expect("maintains");
        assert_eq!(repo.tip().expect("reads"), Some(tip));
        assert_eq!(repo.files(tip.into()).expect("lists"), files);
        assert_eq!(repo.first_parents(tip, None).expect("walks"), line);
        assert_eq!(repo.reference(&format!("refs/heads/n{n}")).expect("reads"), Some(new));
    }
    assert_eq!(test.git(&["count-objects"]).split(' ').next(), Some("0"), "no loose object is left");
    assert!(test.path().join("objects/info/commit-graphs/commit-graph-chain").exists());
    assert_eq!(repo.fsck().expect("runs"), Vec::<String>::new());
}

#[test]
fn maintenance_keeps_what_no_reference_names_yet() {
    let test = small_history().to_bare();
    let repo = open(&test);
    let tip = repo.tip().expect("reads").expect("is there");
    let tree = repo.commit(tip).expect("reads").tree;
    let waiting = repo.write_commit(&draft(tree, &[tip], START + 5000), None).expect("writes");
    repo.maintain().expect("maintains");
    assert_eq!(repo.commit(waiting).expect("is still there").parents, [tip]);
}

#[test]
fn a_sweep_removes_what_a_killed_git_left_and_nothing_else() {
    let test = small_history().to_bare();
    let left = [
        "refs/heads/main.lock",
        "refs/heads/krate/agent-memory/x.lock",
        "packed-refs.lock",
        "HEAD.lock",
        "objects/tmp_objdir-incoming-Ab12/pack/tmp_pack_1",
        "objects/pack/tmp_pack_xyz",
        "objects/info/commit-graphs/commit-graph-chain.lock",
    ];
    for name in left {
        let full = test.path().join(name);
        std::fs::create_dir_all(full.parent().expect("has one")).expect("is made");
        std::fs::write(full, "").expect("writes");
    }
    let before = test.git(&["for-each-ref"]);
    let swept = sweep(test.path()).expect("sweeps");
    assert_eq!(swept.len(), left.len(), "{swept:?}");
    assert!(left.iter().all(|name| !test.path().join(name).exists()));
    assert!(!test.path().join("objects/tmp_objdir-incoming-Ab12").exists());
    assert_eq!(test.git(&["for-each-ref"]), before);
    assert_eq!(sweep(test.path()).expect("sweeps"), Vec::<std::path::PathBuf>::new());
    let main = commit(&test.git(&["rev-parse", "main"]));
    let edit = RefEdit { name: "refs/heads/main".into(), expected: Some(main.0), new: Some(main.0) };
    open(&test).update_refs(&[edit], &engine(START), "after the sweep").expect("the lock is gone");
}

#[test]
fn a_damaged_object_is_found() {
    let test = small_history();
    let blob = test.git(&["rev-parse", "HEAD:a.md"]);
    let file = test.git_dir().join("objects").join(&blob[..2]).join(&blob[2..]);
    std::fs::remove_file(&file).expect("is a loose object");
    let problems = open(&test).fsck().expect("runs");
    assert!(problems.iter().any(|problem| problem.contains(&blob)), "{problems:?}");
}

//! A merge has the same verdict, whether whole trees are looked at or what is known of the tip is asked.

use super::{Memory, signature};
use crate::check::random::{Repository as Files, edited, edits, repository};
use lorekeep::base::{CommitId, FileMode, GlobSet, Oid, RepoPath};
use lorekeep::change::{KnownTree, LoadedTree, MergeVerdict, ValidationPolicy, judge_known, load, validate_merge};
use lorekeep::check::{FileFacts, KnownFiles};
use lorekeep::git::{At, CommitDraft, WriteRepository};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::cell::Cell;
use std::collections::BTreeSet;

/// Writes a commit of these files. `None` where a file would stand in the place of a folder.
fn write(memory: &Memory, files: &Files, parent: Option<CommitId>) -> Option<CommitId> {
    let root = memory.tip();
    let blob = |text: &String| memory.repo.write_blob(text.as_bytes()).expect("a blob is written");
    let edits: Vec<(RepoPath, Option<Oid>)> = files
        .iter()
        .filter(|(_, (mode, _))| *mode == FileMode::File)
        .filter_map(|(path, (_, text))| Some((RepoPath::parse(path).ok()?, Some(blob(text)))))
        .collect();
    let tree = memory.repo.edit_tree(At::Commit(root), &edits).ok()?;
    let (author, committer) = (signature("Ada", 0), signature("Ada", 0));
    let parents = vec![parent.unwrap_or(root)];
    let draft = CommitDraft { tree, parents, author, committer, message: "files".to_owned() };
    Some(memory.repo.write_commit(&draft, None).expect("a commit is written"))
}

fn known_of(tree: &LoadedTree) -> KnownFiles {
    KnownFiles::new(tree.files.iter().map(|file| FileFacts::of(file, &tree.ontology)))
}

fn policy() -> ValidationPolicy {
    let restricted = GlobSet::new(&["pages/**"]).expect("a glob");
    ValidationPolicy { restricted, ..ValidationPolicy::default() }
}

/// The verdict as it is stored and shown: all of it.
fn said(verdict: &MergeVerdict) -> String {
    format!("{verdict:#?}")
}

#[test]
fn a_merge_has_the_verdict_of_whole_trees_over_random_edits() {
    let memory = Memory::of(&[]);
    let (answered, all, risky) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config { failure_persistence: None, cases: 128, ..Config::default() });
    let run = runner.run(&(repository(), edits(), edits()), |(first, here, there)| {
        let base = write(&memory, &first, None);
        let ours = write(&memory, &edited(&first, &here), base);
        let theirs = write(&memory, &edited(&first, &there), base);
        let (Some(tip), Some(head)) = (ours, theirs) else { return Ok(()) };
        let tree = load(&memory.repo, At::Commit(tip), &memory.cache).expect("it loads");
        let facts = known_of(&tree);
        let known = KnownTree { ontology: &tree.ontology, known: &facts };
        let judge = |known: Option<&KnownTree<'_>>| {
            validate_merge(&memory.repo, (tip, head), &policy(), known, &memory.cache).expect("a verdict")
        };
        let (whole, quick) = (judge(None), judge(Some(&known)));
        proptest::prop_assert_eq!(said(&whole), said(&quick));
        let MergeVerdict::Checked(checked) = whole else { return Ok(()) };
        all.set(all.get() + 1);
        risky.set(risky.get() + usize::from(!checked.risks.is_empty()));
        let trees = (At::Commit(tip), At::Tree(checked.tree));
        let judged = judge_known(&memory.repo, trees, &known, &memory.cache).expect("it reads");
        answered.set(answered.get() + usize::from(judged.is_some()));
        Ok::<_, TestCaseError>(())
    });
    if let Err(failure) = run {
        panic!("{failure}");
    }
    assert!(answered.get() * 2 > all.get(), "only {} of {} merges were answered", answered.get(), all.get());
    assert!(all.get() > 20 && risky.get() > 5, "{} merged, {} with risks", all.get(), risky.get());
}

#[test]
fn what_a_file_declared_is_kept_where_another_one_declares_it() {
    let note = |id: &str| super::runbook(id, "A", "");
    let memory = Memory::of(&[("a.md", &note("a")), ("b.md", &note("b")), ("also-b.md", &note("b"))]);
    let spec = vec![super::delete("a.md"), super::delete("b.md"), super::rename("also-b.md", "there.md", None)];
    let head = memory.propose(super::changes(spec)).expect("it is taken").head;
    let tree = load(&memory.repo, At::Commit(memory.tip()), &memory.cache).expect("it loads");
    let facts = known_of(&tree);
    let known = KnownTree { ontology: &tree.ontology, known: &facts };
    let verdict = validate_merge(&memory.repo, (memory.tip(), head), &policy(), Some(&known), &memory.cache);
    let checked = super::checked(verdict.expect("a verdict"));
    let gone: BTreeSet<&str> = checked.risks.iter().filter_map(|risk| risk.record.as_deref()).collect();
    assert_eq!(gone, BTreeSet::from(["runbook:a"]));
}

#[test]
fn a_change_of_the_ontology_is_left_to_whole_trees() {
    let kinds = "version: 1\nkinds: {Runbook: {required: [title]}}\n";
    let memory = Memory::of(&[("a.md", &super::runbook("a", "A", ""))]);
    let spec = vec![super::upsert("ontology/node-kinds.yaml", kinds)];
    let head = memory.propose(super::changes(spec)).expect("it is taken").head;
    let tree = load(&memory.repo, At::Commit(memory.tip()), &memory.cache).expect("it loads");
    let facts = known_of(&tree);
    let known = KnownTree { ontology: &tree.ontology, known: &facts };
    let trees = (At::Commit(memory.tip()), At::Commit(head));
    assert!(judge_known(&memory.repo, trees, &known, &memory.cache).expect("it reads").is_none());
    let judge = |known| validate_merge(&memory.repo, (memory.tip(), head), &policy(), known, &memory.cache);
    assert_eq!(said(&judge(Some(&known)).expect("a verdict")), said(&judge(None).expect("a verdict")));
}

//! The validation state: the hook says the same with it, without it, and by whole trees, and reads no more than it needs.

use crate::support::TestRepo;
use lorekeep::base::CommitId;
use lorekeep::base::time::SystemClock;
use lorekeep::change::{ParseCache, validate_push};
use lorekeep::check::{FileFacts, Report};
use lorekeep::engine::{HookInput, HookVerdict, Memory, after_push, review_push};
use lorekeep::git::Repository;
use lorekeep::index::Table;
use std::path::PathBuf;
use std::sync::Arc;

fn runbook(slug: &str, mentions: &str) -> String {
    format!(
        "---\nid: runbook:{slug}\nkind: Runbook\ntitle: {slug}\nstatus: approved\nowners: [team:platform]\n\
         updatedAt: 2026-05-10T12:00:00Z\nrelated:\n  mentions: [{mentions}]\n---\n# {slug}\n"
    )
}

/// A served repository, and its author's with commits that were not pushed.
struct Pair {
    author: TestRepo,
    served: TestRepo,
}

impl Pair {
    fn new() -> Self {
        let author = TestRepo::with_files(&[
            ("runbooks/a.md", &runbook("a", "runbook:b")),
            ("runbooks/b.md", &runbook("b", "runbook:c, team:x")),
            ("runbooks/c.md", &runbook("c", "")),
            ("runbooks/wrong.md", &runbook("wrong", "runbook:never")),
            ("notes/Plan.md", "# Plan\n"),
            ("notes/deep/one.md", "# One\n"),
            ("ontology/node-kinds.yaml", include_str!("../../../ontology/node-kinds.yaml")),
        ]);
        let served = author.to_bare();
        Self { author, served }
    }

    fn with_state() -> Self {
        let pair = Self::new();
        pair.keep_state();
        pair
    }

    fn keep_state(&self) {
        after_push(&self.served.git_dir(), Arc::new(SystemClock)).expect("the state can be kept");
    }

    fn state(&self, name: &str) -> PathBuf {
        self.served.git_dir().join("lorekeep").join(name)
    }

    fn tip(&self) -> String {
        self.served.git(&["rev-parse", "main"])
    }

    fn hook(&self, new: &str, branch: &str) -> HookVerdict {
        let old = if branch == "main" { self.tip() } else { "0".repeat(40) };
        let input = HookInput {
            git_dir: self.served.git_dir(),
            object_directory: Some(self.author.git_dir().join("objects")),
            alternates: vec![self.served.git_dir().join("objects")],
            payload: None,
            lines: format!("{old} {new} refs/heads/{branch}\n"),
        };
        review_push(&input).expect("it can be decided")
    }

    /// What whole trees say of a push to the default branch.
    fn whole(&self, new: &str) -> Report {
        let repo = Repository::open(&self.author.git_dir()).expect("it opens");
        let commit = |id: &str| CommitId::parse(id).expect("an id");
        validate_push(&repo, Some(commit(&self.tip())), commit(new), false, &ParseCache::default()).expect("it is read")
    }

    /// Holds the hook with the state against the hook without it, and against whole trees.
    fn assert_same(&self, new: &str) -> HookVerdict {
        let with = self.hook(new, "main");
        let hidden = self.state("hidden");
        std::fs::rename(self.state("validation.base"), &hidden).expect("there is a state");
        let without = self.hook(new, "main");
        std::fs::rename(&hidden, self.state("validation.base")).expect("it can go back");
        assert_eq!((with.accepted, &with.refused), (without.accepted, &without.refused));
        let report = |verdict: &HookVerdict| verdict.validations[0].1.report.clone();
        assert_eq!(report(&with), report(&without));
        assert_eq!(report(&with), self.whole(new));
        with
    }

    /// Takes a commit over, as git does once the hook has let it through.
    fn land(&self, new: &str) {
        let from = self.author.git_dir().to_string_lossy().into_owned();
        self.served.git(&["fetch", "--quiet", &from, &format!("{new}:refs/heads/main")]);
    }
}

fn codes(verdict: &HookVerdict) -> Vec<String> {
    verdict.validations.iter().flat_map(|(_, v)| &v.report.findings).map(|f| f.code.clone()).collect()
}

/// An edit of the author's files, and the codes of what a push of it is told.
type Case = (fn(&TestRepo), &'static [&'static str]);

const CASES: &[Case] = &[
    (|r| r.write("runbooks/a.md", runbook("a", "runbook:c, runbook:b")), &[]),
    (|r| r.write("runbooks/d.md", runbook("d", "runbook:nobody")), &["LK204"]),
    (|r| r.write("runbooks/twice.md", runbook("b", "")), &["LK205"]),
    (|r| r.write("aaa/first.md", runbook("b", "")), &["LK205"]),
    (|r| r.remove("runbooks/c.md"), &["LK204", "LK403"]),
    (|r| _ = r.git(&["mv", "runbooks/b.md", "runbooks/moved.md"]), &[]),
    (|r| r.write("notes/plan.md", "# Plan\n"), &["LK601"]),
    (|r| r.write("Notes/other.md", "# Other\n"), &["LK601"]),
    (|r| r.write("runbooks/wrong.md", runbook("wrong", "runbook:never, runbook:nobody")), &["LK204", "LK204"]),
    (|r| r.write("graph/team.yaml", "nodeKind: Team\nid: team:x\nattributes: {title: X, status: active}\n"), &[]),
    (|r| r.write("ontology/node-kinds.yaml", "version: 1\nkinds: {Runbook: {required: [severity]}}\n"), &["LK101"]),
    (|r| std::os::unix::fs::symlink("/etc/passwd", r.path().join("link")).expect("a link"), &["LK603"]),
];

#[test]
fn the_answer_is_that_of_whole_trees() {
    for (edit, expected) in CASES {
        let pair = Pair::with_state();
        edit(&pair.author);
        let new = pair.author.commit("A push");
        let found = codes(&pair.assert_same(&new));
        let errors: Vec<&str> = found.iter().map(String::as_str).filter(|code| expected.contains(code)).collect();
        assert!(expected.iter().all(|code| errors.contains(code)), "{found:?} has not {expected:?}");
    }
}

#[test]
fn a_state_that_is_behind_or_was_carried_on_says_the_same() {
    for carried_on in [false, true] {
        let pair = Pair::with_state();
        for (edit, _) in CASES {
            edit(&pair.author);
            let new = pair.author.commit("One push after another");
            pair.assert_same(&new);
            pair.land(&new);
            if carried_on {
                pair.keep_state();
            }
        }
    }
}

#[test]
fn many_landings_make_a_new_base() {
    let pair = Pair::with_state();
    let before = std::fs::read(pair.state("validation.base")).expect("there is a base");
    for landing in 0..3 {
        (0..100).for_each(|n| pair.author.write(&format!("notes/{landing}/{n}.md"), "# A note\n"));
        let new = pair.author.commit("Many notes");
        pair.land(&new);
        pair.keep_state();
    }
    assert_ne!(std::fs::read(pair.state("validation.base")).expect("there is a base"), before);
    let carried_on = std::fs::read(pair.state("validation.base")).expect("there is a base");
    std::fs::remove_file(pair.state("validation.base")).expect("it can go");
    pair.keep_state();
    assert_eq!(std::fs::read(pair.state("validation.base")).expect("there is a base"), carried_on);
    pair.author.remove("runbooks/c.md");
    let new = pair.author.commit("A target goes");
    assert!(!pair.assert_same(&new).accepted);
}

#[test]
fn a_record_that_very_many_files_name_may_go() {
    let pair = Pair::new();
    (0..1_010).for_each(|n| pair.author.write(&format!("many/{n}.md"), runbook(&format!("n{n}"), "runbook:c")));
    pair.land(&pair.author.commit("Very many"));
    pair.keep_state();
    pair.author.remove("runbooks/c.md");
    let new = pair.author.commit("It goes");
    assert!(!pair.assert_same(&new).accepted);
}

#[test]
fn damage_of_the_state_changes_no_answer_and_is_mended() {
    let pair = Pair::with_state();
    pair.author.write("runbooks/d.md", runbook("d", "runbook:nobody, runbook:b"));
    let bad = pair.author.commit("A mistake");
    let expected = pair.whole(&bad);
    let sound = std::fs::read(pair.state("validation.base")).expect("there is a base");
    for at in (0..sound.len()).step_by(sound.len() / 40) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x20;
        std::fs::write(pair.state("validation.base"), &bytes).expect("it can be written");
        assert_eq!(pair.hook(&bad, "main").validations[0].1.report, expected, "at {at}");
    }
    for bytes in [&b""[..], b"lktable\x01", &sound[..sound.len() / 2]] {
        std::fs::write(pair.state("validation.base"), bytes).expect("it can be written");
        assert_eq!(pair.hook(&bad, "main").validations[0].1.report, expected);
        pair.keep_state();
        assert_eq!(std::fs::read(pair.state("validation.base")).expect("it was made anew"), sound);
    }
    std::fs::write(pair.state("validation.changes"), b"nonsense").expect("it can be written");
    assert_eq!(pair.hook(&bad, "main").validations[0].1.report, expected);
}

#[test]
fn verifying_finds_a_damaged_block() {
    let pair = Pair::with_state();
    let memory = || Memory::local(&pair.served.git_dir(), Arc::new(SystemClock)).expect("it opens");
    memory().index(&mut |_, _| ()).expect("it can be indexed");
    assert_eq!(memory().verify_index().expect("it can be verified"), Vec::<String>::new());
    let mut bytes = std::fs::read(pair.state("validation.base")).expect("there is a base");
    bytes[100] ^= 1;
    std::fs::write(pair.state("validation.base"), &bytes).expect("it can be written");
    let problems = memory().verify_index().expect("it can be verified");
    assert!(problems.len() == 1 && problems[0].contains("checksum"), "{problems:?}");
}

/// States that are on disk were made by this: where the facts of a file change, `FORMAT` in `src/engine/state.rs` has to.
#[test]
fn the_facts_of_a_file_are_those_of_the_format() {
    let pair = Pair::with_state();
    let table = Table::open(&pair.state("validation.base")).expect("it can be read").expect("it is there");
    let facts: FileFacts = table.get(b"frunbooks/b.md").expect("it can be read").expect("the file has facts");
    insta::assert_debug_snapshot!("the facts of a file in format 1", facts);
}

#[test]
fn with_the_state_nothing_is_read_that_the_push_does_not_reach() {
    let pair = Pair::with_state();
    let gone = pair.served.git(&["rev-parse", "main:runbooks/wrong.md"]);
    pair.author.write("runbooks/d.md", runbook("d", "runbook:a"));
    let new = pair.author.commit("A push");
    for repo in [&pair.author, &pair.served] {
        repo.git(&["gc", "--quiet", "--prune=now"]);
        drop_object(repo, &gone);
    }
    assert!(pair.hook(&new, "main").accepted);
    assert!(pair.hook(&new, "topic").accepted, "another branch is judged by the state too");
}

/// Leaves everything but one object in a repository.
fn drop_object(repo: &TestRepo, gone: &str) {
    let all = repo.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
    let kept: Vec<&str> = all.lines().filter(|id| *id != gone).collect();
    let packs = repo.git_dir().join("objects/pack");
    let old: Vec<PathBuf> =
        std::fs::read_dir(&packs).expect("packs are there").map(|e| e.expect("it can be listed").path()).collect();
    let name = packs.join("pack").to_string_lossy().into_owned();
    repo.git_with_input(&["pack-objects", "-q", &name], kept.join("\n").as_bytes());
    old.iter().for_each(|file| std::fs::remove_file(file).expect("it can go"));
    let missing = repo.try_git(&["cat-file", "-e", gone], b"");
    assert!(!missing.status.success(), "the object is gone");
}

#[test]
fn installing_the_hooks_makes_the_state_and_leaves_another_hook_alone() {
    let pair = Pair::new();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_lorekeep"));
    let written = lorekeep::engine::install_hooks(&pair.served.git_dir(), program, Arc::new(SystemClock))
        .expect("it can be installed");
    assert_eq!(written.len(), 4, "three hooks and the attributes");
    assert!(pair.state("validation.base").exists());
    let after = pair.served.git_dir().join("hooks/post-receive");
    std::fs::write(&after, "#!/bin/sh\n").expect("it can be written");
    let written = lorekeep::engine::install_hooks(&pair.served.git_dir(), program, Arc::new(SystemClock))
        .expect("it can be installed");
    assert_eq!(written.len(), 3);
    assert_eq!(std::fs::read_to_string(&after).expect("it is there"), "#!/bin/sh\n");
}

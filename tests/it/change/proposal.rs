//! Proposing: what is refused, and what the proposed commit holds.

use super::{Memory, change, changes, commit, delete, path, rename, runbook, upsert};
use crate::support::TestRepo;
use lorekeep::base::RepoPath;
use lorekeep::change::{ChangeSpec, FileAction, diff_digest};
use lorekeep::git::{At, ReadRepository};

fn small() -> Memory {
    Memory::of(&[("pages/a.md", "# A\n"), ("pages/b.md", "# B\n"), ("notes/n.md", "n\n")])
}

#[test]
fn a_proposed_commit_stands_on_its_base_and_holds_every_change() {
    let memory = small();
    let base = memory.tip();
    let spec = changes(vec![
        upsert("pages/a.md", "# A2\n"),
        upsert("pages/new/c.md", "# C\n"),
        delete("pages/b.md"),
        rename("notes/n.md", "notes/m.md", None),
    ]);
    let proposed = memory.propose(spec).expect("it is taken");
    assert_eq!(memory.tip(), base, "no branch moved");
    let listing = memory.test.git(&["ls-tree", "-r", "--name-only", &proposed.head.to_string()]);
    assert_eq!(listing, "notes/m.md\npages/a.md\npages/new/c.md");
    assert_eq!(memory.text(proposed.head, "notes/m.md").as_deref(), Some("n"));
    let commit = memory.repo.commit(proposed.head).expect("it reads");
    assert_eq!(commit.parents, [base]);
    assert_eq!(commit.author.name, "Claude");
    assert_eq!(commit.committer.name, "Lorekeep");
    assert_eq!(commit.message, "A title\n\nA reason\n\nUpdate: amu-01hxaaaaaaaaaaaaaaaaaaaaaa\n");
    let paths: Vec<String> =
        proposed.changes.iter().map(|change| String::from_utf8_lossy(&change.path).into_owned()).collect();
    assert_eq!(paths, ["notes/m.md", "notes/n.md", "pages/a.md", "pages/b.md", "pages/new/c.md"]);
    let again = memory.repo.changes(Some(At::Commit(base)), At::Commit(proposed.head)).expect("they compare");
    assert_eq!(proposed.diff_digest, diff_digest(&again));
}

#[test]
fn a_rename_may_bring_new_bytes() {
    let memory = small();
    let proposed = memory.propose(changes(vec![rename("pages/a.md", "pages/z.md", Some("# Z\n"))])).expect("taken");
    assert_eq!(memory.text(proposed.head, "pages/a.md"), None);
    assert_eq!(memory.text(proposed.head, "pages/z.md").as_deref(), Some("# Z"));
}

#[test]
fn a_file_may_take_the_place_of_a_folder_that_is_deleted_and_the_other_way_round() {
    let memory = small();
    let spec = changes(vec![upsert("notes", "now a file\n"), delete("notes/n.md")]);
    assert!(memory.propose(spec).is_ok());
    let spec = changes(vec![upsert("notes/n.md/deep.md", "x\n"), delete("notes/n.md")]);
    assert!(memory.propose(spec).is_ok());
}

#[test]
fn what_cannot_be_done_is_refused_with_its_field() {
    let memory = small();
    let refused = |list| memory.refusal(changes(list)).0;
    assert_eq!(refused(vec![]), "changes");
    assert_eq!(refused(vec![upsert("pages/a.md", "# A\n")]), "changes", "nothing differs");
    assert_eq!(refused(vec![upsert("x.md", "x"), delete("pages/none.md")]), "changes[1].path");
    assert_eq!(refused(vec![rename("pages/none.md", "x.md", None)]), "changes[0].from");
    assert_eq!(refused(vec![rename("pages/a.md", "pages/b.md", None)]), "changes[0].path");
    assert_eq!(refused(vec![upsert("x.md", "x"), upsert("x.md", "y")]), "changes[1].path");
    assert_eq!(refused(vec![delete("pages/a.md"), rename("pages/a.md", "x.md", None)]), "changes[1].from");
    assert_eq!(refused(vec![rename("pages/a.md", "pages/a.md", None)]), "changes[0].path");
    assert_eq!(refused(vec![upsert("pages", "x")]), "changes[0].path", "a folder");
    assert_eq!(refused(vec![upsert("pages/a.md/b.md", "x")]), "changes[0].path", "below a file");
    assert_eq!(refused(vec![upsert("x/y.md", "x"), upsert("x", "x")]), "changes[0].path", "below a file of its own");
}

#[test]
fn a_refusal_says_what_to_do() {
    let memory = small();
    let (_, message) = memory.refusal(changes(vec![delete("pages/none.md")]));
    assert_eq!(message, "`pages/none.md` is not at the base commit: name a path that is");
}

#[test]
fn nothing_is_written_through_or_in_place_of_a_symlink() {
    let memory = small();
    std::os::unix::fs::symlink("/etc", memory.test.path().join("etc")).expect("a link can be made");
    std::os::unix::fs::symlink("pages/a.md", memory.test.path().join("link.md")).expect("a link can be made");
    memory.test.commit("links");
    let refused = |change| memory.refusal(changes(vec![change]));
    let (field, message) = refused(upsert("etc/passwd", "root::0:0::/:/bin/sh\n"));
    assert_eq!(
        (field.as_str(), message.as_str()),
        ("changes[0].path", "`etc/passwd` cannot be written: `etc` is a symbolic link")
    );
    assert_eq!(refused(upsert("link.md", "x")).0, "changes[0].path");
    assert_eq!(refused(rename("link.md", "x.md", None)).0, "changes[0].from");
    assert_eq!(refused(rename("pages/a.md", "etc/a.md", None)).0, "changes[0].path");
    let proposed = memory.propose(changes(vec![delete("etc"), delete("link.md")])).expect("links may go");
    assert_eq!(memory.text(proposed.head, "link.md"), None);
}

#[test]
fn paths_that_lead_out_of_the_repository_are_no_paths() {
    for bad in ["../../etc/passwd", "/etc/passwd", "a/../b", ".git/config", "a/.GIT/hooks", "a\\b", "", "a//b", "-x"] {
        assert!(RepoPath::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_update_is_bounded_in_files_and_bytes() {
    let memory = Memory::of(&[("ontology/validation-rules.yaml", "version: 1\nlimits: {maxFileBytes: 64}\n")]);
    let many = (0..1001).map(|n| upsert(&format!("{n}.md"), "x\n")).collect();
    assert_eq!(memory.refusal(changes(many)).0, "changes");
    let (field, message) = memory.refusal(changes(vec![upsert("a.md", "x".repeat(65))]));
    assert_eq!(
        (field.as_str(), message.as_str()),
        ("changes[0].content", "`a.md` has 65 bytes, more than the limit of 64")
    );
    assert!(memory.propose(changes(vec![upsert("a.md", "x".repeat(64))])).is_ok());
    assert_eq!(memory.refusal(ChangeSpec::Patch(vec![b' '; (8 << 20) + 1])).0, "patch");
}

#[test]
fn a_committer_is_never_earlier_than_the_base() {
    let memory = small();
    memory.test.set_now(crate::support::START + 100_000);
    memory.test.commit_files(&[("later.md", "x\n")], "from the future");
    let proposed = memory.propose(changes(vec![upsert("a.md", "x\n")])).expect("taken");
    let committed = memory.repo.commit(proposed.head).expect("it reads").committer.at;
    assert_eq!(committed.seconds(), crate::support::START + 100_000);
}

#[test]
fn an_update_cannot_move_the_memory_root() {
    let brain =
        Memory::of(&[(".company-brain/ontology/node-kinds.yaml", "version: 1\nkinds: {}\n"), ("src/x.rs", "\n")]);
    let inside = brain.propose(changes(vec![upsert("pages/a.md", "# A\n")])).expect("taken");
    let listing = brain.test.git(&["ls-tree", "-r", "--name-only", &inside.head.to_string()]);
    assert_eq!(listing, ".company-brain/ontology/node-kinds.yaml\n.company-brain/pages/a.md\nsrc/x.rs");

    let plain = small();
    let spec = changes(vec![upsert(".company-brain/ontology/node-kinds.yaml", "version: 1\nkinds: {}\n")]);
    assert_eq!(plain.refusal(spec).0, "changes");
}

/// A real `git diff` from the tip to whatever `edit` makes of the worktree.
fn git_diff(memory: &Memory, edit: impl FnOnce(&TestRepo)) -> ChangeSpec {
    edit(&memory.test);
    memory.test.git(&["add", "--all"]);
    let output = memory.test.try_git(&["diff", "--cached", "--binary"], b"");
    memory.test.git(&["reset", "--quiet", "--hard"]);
    ChangeSpec::Patch(output.stdout)
}

#[test]
fn a_real_patch_with_new_changed_deleted_and_renamed_files_is_taken() {
    let memory = small();
    let spec = git_diff(&memory, |test| {
        test.write("pages/a.md", "# A\n\nmore, without a last line break");
        test.write("pages/new.md", runbook("new", "New", ""));
        test.remove("pages/b.md");
        test.git(&["mv", "notes/n.md", "notes/m.md"]);
    });
    let proposed = memory.propose(spec).expect("it is taken");
    let listing = memory.test.git(&["ls-tree", "-r", "--name-only", &proposed.head.to_string()]);
    assert_eq!(listing, "notes/m.md\npages/a.md\npages/new.md");
    assert_eq!(memory.text(proposed.head, "pages/a.md").as_deref(), Some("# A\n\nmore, without a last line break"));
}

#[test]
fn a_patch_that_does_not_apply_or_is_none_is_refused() {
    let memory = small();
    let spec = git_diff(&memory, |test| test.write("pages/a.md", "# A2\n"));
    memory.test.commit_files(&[("pages/a.md", "# quite another\n")], "meanwhile");
    let (field, message) = memory.refusal(spec);
    assert_eq!(field, "patch");
    assert!(message.starts_with("the patch does not apply to the base commit: "), "{message}");
    assert_eq!(memory.refusal(ChangeSpec::Patch(b" \n".to_vec())).0, "patch");
    assert_eq!(memory.refusal(ChangeSpec::Patch(b"not a patch\n".to_vec())).0, "patch");
}

#[test]
fn a_patch_leads_to_no_symlink_and_through_none() {
    let memory = small();
    let make_link = |test: &TestRepo| {
        std::os::unix::fs::symlink("/etc", test.path().join("etc")).expect("a link can be made");
    };
    let (field, message) = memory.refusal(git_diff(&memory, make_link));
    assert_eq!((field.as_str(), message.contains("a symbolic link")), ("patch", true), "{message}");
    make_link(&memory.test);
    memory.test.commit("link");
    let through = "diff --git a/etc/x b/etc/x\nnew file mode 100644\n--- /dev/null\n+++ b/etc/x\n@@ -0,0 +1 @@\n+x\n";
    assert_eq!(memory.refusal(ChangeSpec::Patch(through.into())).0, "patch");
}

#[test]
fn a_patch_writes_no_path_that_memory_does_not_take() {
    let memory = small();
    for bad in ["../x", ".git/config", "-n.md", "a/CON", "/etc/x"] {
        let patch = format!(
            "diff --git a/{bad} b/{bad}\nnew file mode 100644\n--- /dev/null\n+++ b/{bad}\n@@ -0,0 +1 @@\n+x\n"
        );
        let refused = memory.propose(ChangeSpec::Patch(patch.into_bytes()));
        assert!(matches!(refused, Err(lorekeep::change::ProposeError::Refused { .. })), "{bad}: {refused:?}");
    }
}

#[test]
fn a_patch_writes_no_file_over_the_limit() {
    let memory = Memory::of(&[("ontology/validation-rules.yaml", "version: 1\nlimits: {maxFileBytes: 64}\n")]);
    let spec = git_diff(&memory, |test| test.write("big.md", "x\n".repeat(50)));
    let (field, message) = memory.refusal(spec);
    assert_eq!((field.as_str(), message.as_str()), ("patch", "`big.md` has 100 bytes, more than the limit of 64"));
}

#[test]
fn an_action_has_its_name_on_the_wire() {
    let names: Vec<&str> =
        [upsert("a", ""), delete("a"), rename("a", "b", None)].iter().map(|c| c.action.name()).collect();
    assert_eq!(names, ["upsert", "delete", "rename"]);
    assert_eq!(change("a", FileAction::Delete).path, path("a"));
}

#[test]
fn an_old_base_is_no_obstacle() {
    let memory = small();
    let base = memory.tip();
    memory.test.commit_files(&[("later.md", "x\n")], "later");
    let proposed = memory.propose_on(base, changes(vec![upsert("a.md", "x\n")])).expect("taken");
    assert_eq!(memory.repo.commit(proposed.head).expect("it reads").parents, [base]);
    assert_eq!(commit(&memory.test.git(&["merge-base", "main", &proposed.head.to_string()])), base);
}

#[test]
fn a_revert_undoes_one_landing_and_leaves_alone_what_landed_since() {
    let memory = small();
    let landed = memory.propose(changes(vec![upsert("pages/a.md", "# A2\n"), delete("pages/b.md")])).expect("taken");
    memory.test.git(&["merge", "--quiet", "--no-ff", "-m", "land", &landed.head.to_string()]);
    let merge = memory.tip();
    memory.test.commit_files(&[("notes/later.md", "later\n")], "later");
    let revert = memory.propose_on(merge, ChangeSpec::Revert).expect("taken");
    let checked = memory.checked(revert.head);
    assert_eq!(checked.changed_paths, ["pages/a.md", "pages/b.md"]);
    let after = At::Tree(checked.tree);
    assert_eq!(memory.text(after, "pages/a.md").as_deref(), Some("# A"));
    assert_eq!(memory.text(after, "pages/b.md").as_deref(), Some("# B"));
    assert_eq!(memory.text(after, "notes/later.md").as_deref(), Some("later"));
}

#[test]
fn a_first_commit_cannot_be_reverted() {
    let memory = small();
    assert_eq!(memory.refusal(ChangeSpec::Revert).0, "revert");
}

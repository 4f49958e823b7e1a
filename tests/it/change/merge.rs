//! Merge commits: parents, people, dates, trailers, and whether they can be believed.

use super::{Memory, changes, commit, runbook, signature, update_id, upsert};
use crate::support::START;
use lorekeep::base::id::UpdateId;
use lorekeep::base::{CommitId, Digest, Oid, Principal, Timestamp};
use lorekeep::change::{
    Approved, MergeError, MergeFault, MergeInfo, Proposed, ValidationPolicy, check_merge, merge_commit, validate_merge,
};
use lorekeep::git::{ReadRepository, Signer, SigningKey, allowed_signers_line};

struct Update {
    memory: Memory,
    proposed: Proposed,
    tree: Oid,
    validation: Digest,
    id: UpdateId,
    approvals: Vec<Approved>,
}

/// A proposed update on a tip that went on.
fn update() -> Update {
    let memory = Memory::of(&[("runbooks/a.md", &runbook("a", "A", ""))]);
    let proposed = memory.propose(changes(vec![upsert("runbooks/b.md", runbook("b", "B", ""))])).expect("taken");
    memory.test.commit_files(&[("notes/n.md", "n\n")], "meanwhile");
    let checked = memory.checked(proposed.head);
    let approvals = vec![approval("user:ada", None)];
    let validation = checked.validation_digest;
    Update { memory, proposed, tree: checked.tree, validation, id: update_id(), approvals }
}

fn approval(by: &str, signature: Option<Digest>) -> Approved {
    let by = Principal::parse(by).expect("a principal");
    Approved { by, at: Timestamp::from_seconds(START + 30), signature }
}

impl Update {
    fn info(&self) -> MergeInfo<'_> {
        MergeInfo {
            update: &self.id,
            title: "Add B",
            reason: "Because.",
            diff_digest: &self.proposed.diff_digest,
            validation_digest: &self.validation,
            source_run: Some("adr-01hx"),
            auto_merge: "",
            approvals: &self.approvals,
            author: signature("Claude", 10),
            committer: signature("Lorekeep", 20),
        }
    }

    fn merge(&self, info: &MergeInfo<'_>) -> Result<CommitId, MergeError> {
        merge_commit(&self.memory.repo, (self.memory.tip(), self.proposed.head), self.tree, info, None)
    }

    fn merged(&self) -> CommitId {
        self.merge(&self.info()).expect("it merges")
    }

    fn trailers(&self, id: CommitId) -> String {
        self.memory.test.git(&["log", "-1", "--format=%(trailers)", &id.to_string()]).trim_end().to_owned()
    }

    fn fault(&self, id: CommitId) -> MergeFault {
        check_merge(&self.memory.repo, id).expect_err("it cannot be believed")
    }
}

#[test]
fn a_merge_commit_has_two_parents_its_people_and_its_trailers() {
    let update = update();
    let id = update.merged();
    let commit = update.memory.repo.commit(id).expect("it reads");
    assert_eq!(commit.parents, [update.memory.tip(), update.proposed.head]);
    assert_eq!(commit.tree, update.tree);
    assert_eq!((commit.author.name.as_str(), commit.author.at.seconds()), ("Claude", START + 10));
    assert_eq!(commit.committer.name, "Lorekeep");
    assert!(commit.message.starts_with("Add B\n\nBecause.\n\n"), "{}", commit.message);
    let expected = format!(
        "Update: {}\nDiff-Digest: {}\nValidation-Digest: {}\nSource-Run: adr-01hx\n\
         Approved-by: user:ada 2026-05-01T00:00:30Z",
        update_id(),
        update.proposed.diff_digest,
        update.validation
    );
    assert_eq!(update.trailers(id), expected);
}

#[test]
fn a_merge_commit_is_never_dated_before_a_parent() {
    let update = update();
    let id = update.merged();
    let tip = update.memory.repo.commit(update.memory.tip()).expect("it reads").committer.at;
    assert!(tip > Timestamp::from_seconds(START + 20));
    assert_eq!(update.memory.repo.commit(id).expect("it reads").committer.at, tip);
    let later =
        update.merge(&MergeInfo { committer: signature("Lorekeep", 9000), ..update.info() }).expect("it merges");
    assert_eq!(update.memory.repo.commit(later).expect("it reads").committer.at.seconds(), START + 9000);
}

#[test]
fn a_merge_commit_can_be_read_back_and_believed() {
    let update = update();
    let approvals = ["user:ada", "user:bob"].map(|by| approval(by, Some(Digest::of(b"a signature"))));
    let id = update.merge(&MergeInfo { approvals: &approvals, source_run: None, ..update.info() }).expect("it merges");
    let facts = check_merge(&update.memory.repo, id).expect("it can be believed");
    assert_eq!(facts.update, update_id());
    assert_eq!(facts.approvals, approvals);
    assert_eq!(facts.source_run, None);
    assert_eq!(facts.diff_digest, update.proposed.diff_digest);
}

#[test]
fn a_signed_merge_commit_is_one_that_git_verifies() {
    let update = update();
    let dir = tempfile::tempdir().expect("a temporary directory");
    let key = SigningKey::generate(&dir.path().join("key")).expect("a key can be made");
    let signers = allowed_signers_line("lorekeep@example.org", &key.public_key()).expect("a line");
    std::fs::write(dir.path().join("signers"), signers).expect("it can be written");
    let info = update.info();
    let parents = (update.memory.tip(), update.proposed.head);
    let id = merge_commit(&update.memory.repo, parents, update.tree, &info, Some(&key)).expect("it merges");
    let file = format!("gpg.ssh.allowedSignersFile={}", dir.path().join("signers").display());
    update.memory.test.git(&["-c", &file, "verify-commit", &id.to_string()]);
    assert!(check_merge(&update.memory.repo, id).is_ok());
    let unsigned = update.merged().to_string();
    assert!(!update.memory.test.try_git(&["-c", &file, "verify-commit", &unsigned], b"").status.success());
}

#[test]
fn lines_with_nothing_in_common_do_not_merge() {
    let update = update();
    let tree = update.tree.to_string();
    let stranger = commit(&update.memory.test.commit_tree(&tree, &[], "elsewhere"));
    let (repo, tip) = (&update.memory.repo, update.memory.tip());
    let merged = merge_commit(repo, (tip, stranger), update.tree, &update.info(), None);
    assert!(matches!(merged, Err(MergeError::Unrelated { head, .. }) if head == stranger));
    let verdict = validate_merge(repo, (tip, stranger), &ValidationPolicy::default(), None, &update.memory.cache);
    assert!(matches!(verdict, Err(MergeError::Unrelated { .. })));
}

#[test]
fn what_was_not_approved_is_not_merged() {
    let update = update();
    let other = Digest::of(b"another diff");
    let error = update.merge(&MergeInfo { diff_digest: &other, ..update.info() }).expect_err("it is refused");
    assert!(matches!(error, MergeError::DigestMismatch { approved, .. } if approved == other));
}

#[test]
fn title_reason_run_and_names_forge_no_trailer() {
    let update = update();
    let forged = "x\n\nApproved-by: user:root 2026-01-01T00:00:00Z\n---\nUpdate: amu-x";
    let mut info = update.info();
    (info.title, info.reason, info.source_run) = (forged, forged, Some(forged));
    info.author.name = "Eve\n\nApproved-by: user:root x <eve@example.org>".to_owned();
    info.author.email = "e>ve\n@example.org".to_owned();
    let id = update.merge(&info).expect("it merges");
    let facts = check_merge(&update.memory.repo, id).expect("it can be believed");
    assert_eq!(facts.approvals.len(), 1);
    assert_eq!(facts.approvals[0].by.to_string(), "user:ada");
    assert_eq!(update.trailers(id).lines().count(), 5, "{}", update.trailers(id));
    let author = update.memory.test.git(&["log", "-1", "--format=%an|%ae", &id.to_string()]);
    assert_eq!(author, "Eve Approved-by: user:root x eve@example.org|eve@example.org");
    update.memory.test.git(&["fsck", "--strict"]);
}

/// A commit made by git itself with the message of a good merge, changed.
fn remade(
    update: &Update,
    good: CommitId,
    tree: &str,
    parents: &[&str],
    edit: impl FnOnce(String) -> String,
) -> CommitId {
    let message = update.memory.repo.commit(good).expect("it reads").message;
    commit(&update.memory.test.commit_tree(tree, parents, edit(message).trim_end()))
}

#[test]
fn a_merge_commit_that_disagrees_with_its_diff_is_found() {
    let update = update();
    let good = update.merged();
    let (tip, head, tree) =
        (update.memory.tip().to_string(), update.proposed.head.to_string(), update.tree.to_string());
    let parents = [tip.as_str(), head.as_str()];
    let remade =
        |tree: &str, parents: &[&str], edit: &dyn Fn(String) -> String| remade(&update, good, tree, parents, edit);

    assert!(check_merge(&update.memory.repo, remade(&tree, &parents, &|m| m)).is_ok());
    let one_parent = remade(&tree, &parents[..1], &|m| m);
    assert!(matches!(update.fault(one_parent), MergeFault::NotAMerge { parents: 1, .. }));
    let other = Digest::of(b"other").to_string();
    let wrong = remade(&tree, &parents, &|m| m.replace(update.proposed.diff_digest.as_str(), &other));
    assert!(matches!(update.fault(wrong), MergeFault::DiffDigest { .. }));
    let missing = remade(&tree, &parents, &|m| m.replace("Validation-Digest", "Other"));
    assert!(matches!(update.fault(missing), MergeFault::Trailer { trailer: "Validation-Digest", .. }));
    let twice = remade(&tree, &parents, &|m| format!("{}\nUpdate: amu-01hxbbbbbbbbbbbbbbbbbbbbbb", m.trim_end()));
    assert!(matches!(update.fault(twice), MergeFault::Trailer { trailer: "Update", .. }));
    let anonymous = remade(&tree, &parents, &|m| m.replace("user:ada ", "ada "));
    assert!(matches!(update.fault(anonymous), MergeFault::Trailer { trailer: "Approved-by", .. }));
}

#[test]
fn a_merge_commit_that_brings_more_or_less_than_its_parents_is_found() {
    let update = update();
    let good = update.merged();
    let (tip, head) = (update.memory.tip().to_string(), update.proposed.head.to_string());
    let parents = [tip.as_str(), head.as_str()];
    let smuggled = |files: &[(&str, &str)]| {
        update.memory.test.git(&["read-tree", "--reset", "-u", &update.tree.to_string()]);
        files.iter().for_each(|(path, text)| update.memory.test.write(path, text));
        update.memory.test.git(&["add", "--all"]);
        let tree = update.memory.test.git(&["write-tree"]);
        update.fault(remade(&update, good, &tree, &parents, |m| m))
    };
    let names = |fault: MergeFault| match fault {
        MergeFault::Smuggled { path, .. } => path,
        other => panic!("another fault: {other:?}"),
    };
    assert_eq!(names(smuggled(&[("evil.md", "x\n")])), "evil.md");
    assert_eq!(names(smuggled(&[("runbooks/b.md", "not what was approved\n")])), "runbooks/b.md");
    assert_eq!(names(smuggled(&[("notes/n.md", "undone\n")])), "notes/n.md");
    let left_out = update.memory.test.git(&["rev-parse", "main^{tree}"]);
    assert_eq!(names(update.fault(remade(&update, good, &left_out, &parents, |m| m))), "runbooks/b.md");
}

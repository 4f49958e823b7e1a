//! `verify`: a clone held against what its history says of itself.

use super::note;
use super::world::{NOW, World, clone, commit, git_in, principal, upsert};
use lorekeep::base::{CommitId, Oid, Severity};
use lorekeep::engine::{AskLine, LineAsks, LineFault, Role, VerifiedLine, verify_line};
use lorekeep::git::{Commit, CommitDraft, ReadRepository, Repository, SigningKey, WriteRepository};
use std::path::PathBuf;

/// A world with two landed updates, a clone of it, and the engine's signers.
struct Walk {
    world: World,
    clone: tempfile::TempDir,
    repo: Repository,
    signers: PathBuf,
    engine: SigningKey,
}

fn walk() -> Walk {
    let world = World::new();
    world.later(5);
    world.land("terms/a.md", &note("term:a", "First."));
    world.land("terms/b.md", &note("term:b", "Second."));
    Walk::of(world)
}

impl Walk {
    fn of(world: World) -> Self {
        let clone = clone(&world);
        let signers = clone.path().join(".git/signers");
        let reader = world.caller("user:rita", Role::Reader);
        std::fs::write(&signers, world.allowed_signers(&reader).unwrap()).unwrap();
        let repo = Repository::open(clone.path()).unwrap();
        let engine = SigningKey::load(&world.path().join("keys/a5c/signing_ed25519")).unwrap();
        Self { world, clone, repo, signers, engine }
    }

    fn ask(&self, rev: impl ToString) -> AskLine {
        AskLine { rev: Some(rev.to_string()), allowed_signers: Some(self.signers.clone()), ..AskLine::default() }
    }

    fn verified(&self, ask: &AskLine) -> VerifiedLine {
        verify_line(self.clone.path(), ask, &mut |_, _| ()).unwrap()
    }

    fn found(&self, rev: CommitId) -> Vec<(LineFault, Severity)> {
        found(&self.verified(&self.ask(rev)))
    }

    fn strictly(&self, rev: CommitId) -> Vec<(LineFault, Severity)> {
        let asks = LineAsks { require_signed_landings: true, ..LineAsks::default() };
        found(&self.verified(&AskLine { asks, ..self.ask(rev) }))
    }

    fn tip(&self) -> Commit {
        self.repo.commit(self.repo.tip().unwrap().unwrap()).unwrap()
    }

    /// The tip made again with changes, by a key or by none.
    fn remade(&self, key: Option<&SigningKey>, change: impl FnOnce(&mut CommitDraft)) -> CommitId {
        let Commit { tree, parents, author, committer, message, .. } = self.tip();
        let mut draft = CommitDraft { tree, parents, author, committer, message };
        change(&mut draft);
        self.repo.write_commit(&draft, key.map(|key| key as _)).unwrap()
    }

    /// A key of somebody, in the file under a name.
    fn key_of(&self, name: &str) -> SigningKey {
        let key = SigningKey::generate(&self.clone.path().join(".git").join(name.replace(':', "-"))).unwrap();
        let line = lorekeep::git::allowed_signers_line(name, &lorekeep::git::Signer::public_key(&key)).unwrap();
        let text = std::fs::read_to_string(&self.signers).unwrap();
        std::fs::write(&self.signers, text + &line + "\n").unwrap();
        key
    }

    /// The tree of the tip with one more file.
    fn smuggled(&self) -> Oid {
        let blob = self.repo.write_blob(b"x\n").unwrap();
        let path = lorekeep::base::RepoPath::parse("notes/evil.md").unwrap();
        self.repo.edit_tree(self.tip().id.into(), &[(path, Some(blob))]).unwrap()
    }

    /// A commit that somebody put on the tip past review.
    fn pushed(&self, key: Option<&SigningKey>) -> CommitId {
        let tip = self.tip().id;
        self.remade(key, |draft| {
            draft.parents = vec![tip];
            draft.message = "Write by hand\n".to_owned();
            (draft.committer.name, draft.committer.email) = ("Mia".to_owned(), "mia@example.org".to_owned());
        })
    }
}

fn found(line: &VerifiedLine) -> Vec<(LineFault, Severity)> {
    line.faults.iter().map(|fault| (fault.fault, fault.severity)).collect()
}

#[test]
fn a_line_of_the_engine_is_sound_in_a_clone() {
    let walk = walk();
    let line = walk.verified(&AskLine { allowed_signers: Some(walk.signers.clone()), ..AskLine::default() });
    assert_eq!((line.sound, found(&line)), (true, vec![]));
    let counts = (line.counts.commits, line.counts.merges, line.counts.direct_pushes, line.counts.bootstraps);
    assert_eq!((counts, line.commit), ((3, 2, 0, 1), walk.tip().id));
    let above = walk.verified(&AskLine { base: Some("HEAD~1".to_owned()), ..walk.ask("HEAD") });
    assert_eq!((above.counts.commits, above.sound), (1, true));
}

#[test]
fn what_both_sides_changed_is_merged_again_and_believed() {
    let world = World::new();
    let text = |first: &str, last: &str| note("term:a", &format!("{first}\n\nbetween\n\nmore\n\n{last}"));
    world.land("terms/a.md", &text("one", "two"));
    let (claude, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    let waiting = world.proposed(&claude, upsert("terms/a.md", &text("one", "TWO")));
    world.land("terms/a.md", &text("ONE", "two"));
    world.approve(&rae, &waiting).unwrap();
    world.merge(&rae, &waiting).unwrap();
    let walk = Walk::of(world);
    let merged = git_in(&walk.world, walk.clone.path(), &["show", "HEAD:terms/a.md"]);
    assert!(merged.contains("ONE") && merged.contains("TWO"), "{merged}");
    assert_eq!(walk.found(walk.tip().id), []);
    let ours = walk.repo.commit(walk.tip().parents[0]).unwrap().tree;
    let undone = walk.remade(Some(&walk.engine), |draft| draft.tree = ours);
    assert_eq!(walk.found(undone), [(LineFault::Altered, Severity::Error)]);
}

#[test]
fn each_fault_of_a_merge_is_named() {
    let walk = walk();
    let evil = walk.smuggled();
    let eve = walk.key_of("user:eve");
    let stranger = SigningKey::generate(&walk.clone.path().join(".git/stranger")).unwrap();
    let engine = Some(&walk.engine);
    let edit = |from: &'static str, to: &'static str| {
        move |draft: &mut CommitDraft| {
            assert!(draft.message.contains(from), "{}", draft.message);
            draft.message = draft.message.replace(from, to);
        }
    };
    let by_author = |draft: &mut CommitDraft| draft.author.name = "USER:rae".to_owned();
    let without_approval = |draft: &mut CommitDraft| {
        let kept: Vec<&str> = draft.message.lines().filter(|line| !line.starts_with("Approved-by")).collect();
        draft.message = kept.join("\n");
    };
    let cases = [
        ("as it was", walk.remade(engine, |_| ()), None),
        ("no signature", walk.remade(None, |_| ()), Some(LineFault::Unsigned)),
        ("of a principal", walk.remade(Some(&eve), |_| ()), Some(LineFault::WronglySigned)),
        ("of a stranger", walk.remade(Some(&stranger), |_| ()), Some(LineFault::UnknownKey)),
        ("another tree", walk.remade(engine, |draft| draft.tree = evil), Some(LineFault::Altered)),
        (
            "another digest",
            walk.remade(engine, edit("Diff-Digest: blake3:", "Diff-Digest: blake3:0")),
            Some(LineFault::TrailersMalformed),
        ),
        ("nobody approved", walk.remade(engine, without_approval), Some(LineFault::Unapproved)),
        ("its author approved", walk.remade(engine, by_author), Some(LineFault::Unapproved)),
        ("no approver", walk.remade(engine, edit("user:rae ", "rae ")), Some(LineFault::TrailersMalformed)),
        ("one parent", walk.remade(engine, |draft| draft.parents.truncate(1)), Some(LineFault::Unapproved)),
        ("the proposal itself", walk.tip().parents[1], Some(LineFault::Unapproved)),
    ];
    for (what, rev, fault) in cases {
        let expected: Vec<_> = fault.map(|fault| (fault, Severity::Error)).into_iter().collect();
        let line = walk.verified(&walk.ask(rev));
        assert_eq!(found(&line), expected, "{what}: {:?}", line.faults);
        assert_eq!(line.sound, expected.is_empty(), "{what}");
        assert!(line.faults.iter().all(|fault| fault.commit == rev && !fault.reason.is_empty()), "{what}");
    }
}

#[test]
fn a_commit_rewritten_by_hand_is_named() {
    let walk = walk();
    let raw = git_in(&walk.world, walk.clone.path(), &["cat-file", "commit", "HEAD"]) + "\n";
    let forged = raw.replace("user:rae", "user:eve");
    std::fs::write(walk.clone.path().join("forged"), forged).unwrap();
    let id = git_in(&walk.world, walk.clone.path(), &["hash-object", "-t", "commit", "-w", "forged"]);
    assert_eq!(walk.found(CommitId::parse(&id).unwrap()), [(LineFault::WronglySigned, Severity::Error)]);
}

#[test]
fn a_diff_that_is_not_the_approved_one_is_named() {
    let walk = walk();
    let first = walk.repo.commit(walk.tip().parents[0]).unwrap();
    let other = lorekeep::change::merge::DIFF_DIGEST;
    let line = |message: &str| message.lines().find(|l| l.starts_with(other)).unwrap().to_owned();
    let (mine, theirs) = (line(&walk.tip().message), line(&first.message));
    let wrong = walk.remade(Some(&walk.engine), |draft| draft.message = draft.message.replace(&mine, &theirs));
    assert_eq!(walk.found(wrong), [(LineFault::Altered, Severity::Error)]);
}

#[test]
fn a_key_counts_within_its_time_alone() {
    let walk = walk();
    let text = std::fs::read_to_string(&walk.signers).unwrap();
    let ended = text.replace("namespaces=\"git,lorekeep-approval\"", "valid-before=\"20260531235959Z\"");
    assert_ne!(text, ended);
    std::fs::write(&walk.signers, ended).unwrap();
    assert_eq!(walk.found(walk.tip().id), [(LineFault::KeyNotValidThen, Severity::Error); 3]);
    assert_eq!(NOW, 1_780_272_000, "the first commit is of 2026-06-01");
}

#[test]
fn a_push_past_review_is_a_warning_unless_it_has_to_be_signed() {
    let walk = walk();
    let mia = walk.key_of("user:mia");
    let stranger = SigningKey::generate(&walk.clone.path().join(".git/stranger")).unwrap();
    let (warned, refused) = ([(LineFault::DirectPush, Severity::Warning)], [(LineFault::DirectPush, Severity::Error)]);
    for (key, strict) in
        [(None, refused), (Some(&mia), warned), (Some(&stranger), refused), (Some(&walk.engine), refused)]
    {
        let pushed = walk.pushed(key);
        assert_eq!(walk.found(pushed), warned);
        assert_eq!(walk.strictly(pushed), strict);
    }
    assert_eq!(walk.verified(&walk.ask(walk.pushed(None))).counts.direct_pushes, 1);
}

#[test]
fn the_memory_itself_can_ask_for_signed_pushes_and_cannot_lift_that_by_one() {
    let walk = walk();
    let folder = walk.clone.path();
    let strict =
        commit(&walk.world, folder, "ontology/landings.yaml", "requireSignedLandings: true # from now on\n", "Ask");
    assert_eq!(walk.found(strict), [(LineFault::DirectPush, Severity::Warning)], "nothing asked for it before");
    let lifted = commit(&walk.world, folder, "ontology/landings.yaml", "requireSignedLandings: false\n", "Lift");
    let faults = walk.found(lifted);
    assert_eq!(faults, [(LineFault::DirectPush, Severity::Error), (LineFault::DirectPush, Severity::Warning)]);
    let unread = commit(&walk.world, folder, "ontology/landings.yaml", "requireSigned: yes\n", "Break");
    let last = commit(&walk.world, folder, "notes/x.md", "x\n", "Go on");
    assert_eq!(walk.found(unread)[0].1, Severity::Error);
    assert_eq!(
        walk.found(last).iter().filter(|fault| fault.1 == Severity::Error).count(),
        2,
        "unread asks for the most"
    );
}

#[test]
fn a_registered_key_signs_a_push_for_its_principal() {
    let world = World::new();
    let mia = world.caller("user:mia", Role::Maintainer);
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate(&folder.path().join("mia")).unwrap();
    world.register_key(&mia, &lorekeep::git::Signer::public_key(&key)).unwrap();
    let walk = Walk::of(world);
    let line = walk.verified(&walk.ask(walk.pushed(Some(&key))));
    assert!(line.faults[0].reason.contains("signed by user:mia"), "{:?}", line.faults);
    assert_eq!(line.faults[0].severity, Severity::Warning);
    assert_eq!(walk.world.keys_of(&super::world::org("a5c"), &principal("user:mia")).unwrap().len(), 1);
}

#[test]
fn what_cannot_be_verified_is_a_wrong_use() {
    let walk = walk();
    let code = |ask: &AskLine| super::code(verify_line(walk.clone.path(), ask, &mut |_, _| ()));
    let bad = lorekeep::engine::Code::BadRequest;
    assert_eq!(code(&walk.ask("nowhere")), bad);
    assert_eq!(code(&AskLine { base: Some(walk.tip().parents[1].to_string()), ..walk.ask("HEAD") }), bad);
    assert_eq!(code(&AskLine { allowed_signers: Some(walk.clone.path().join("none")), ..walk.ask("HEAD") }), bad);
    std::fs::write(&walk.signers, "nonsense\n").unwrap();
    assert_eq!(code(&walk.ask("HEAD")), bad);
}

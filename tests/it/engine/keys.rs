//! Keys: the org's own and its rotation, those of principals, and signed approvals; against the real git and ssh-keygen.

use super::world::{World, clone, git_in, name, org, principal};
use super::{code, note};
use crate::support::repo::{git_command, run};
use lorekeep::base::id::UpdateId;
use lorekeep::base::{CommitId, Digest};
use lorekeep::change::{APPROVAL_NAMESPACE, ApprovalStatement, BadApproval, approval_statement, check_approval};
use lorekeep::engine::{AskLine, Code, Role, verify_line};
use lorekeep::git::{Signer, SigningKey};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A clone with the signers of the moment, each commit of it asked of git and of us.
struct Checked {
    clone: tempfile::TempDir,
    signers: PathBuf,
}

impl Checked {
    fn new(world: &World) -> Self {
        let clone = clone(world);
        let signers = clone.path().join(".git/signers");
        let text = world.allowed_signers(&world.caller("user:rita", Role::Reader)).unwrap();
        std::fs::write(&signers, text).unwrap();
        Self { clone, signers }
    }

    /// Whether git, in two time zones, and we believe a commit; panics where they disagree.
    fn believes(&self, world: &World, rev: &str) -> bool {
        let setting = format!("gpg.ssh.allowedSignersFile={}", self.signers.display());
        let git = |zone: &str| {
            let mut command = git_command(world.now().seconds());
            command.env("TZ", zone).current_dir(self.clone.path()).args(["-c", &setting, "verify-commit", rev]);
            run(&mut command, b"").status.success()
        };
        let ask = AskLine {
            rev: Some(rev.to_owned()),
            base: Some(format!("{rev}~1")),
            allowed_signers: Some(self.signers.clone()),
            ..AskLine::default()
        };
        let ours = verify_line(self.clone.path(), &ask, &mut |_, _| ()).unwrap().sound;
        assert_eq!((git("UTC"), git("XXX+7")), (ours, ours), "git and we disagree about {rev}");
        ours
    }
}

fn signing_file(world: &World) -> PathBuf {
    world.path().join("keys/a5c/signing_ed25519")
}

fn key_at(path: &Path) -> String {
    SigningKey::load(path).unwrap().fingerprint()
}

#[test]
fn a_rotation_keeps_old_commits_verifiable_and_the_old_key_signs_nothing_new() {
    let world = World::new();
    world.later(60);
    world.land("terms/a.md", &note("term:a", "Signed by the first key."));
    let old = SigningKey::load(&signing_file(&world)).unwrap();
    let rotated = world.rotate_key(&org("a5c")).unwrap();
    assert_eq!(rotated.retired.as_deref(), Some(old.fingerprint().as_str()));
    assert_eq!(key_at(&signing_file(&world)), rotated.fingerprint);
    // The same second, and then a later one: no restart lies between.
    world.land("terms/b.md", &note("term:b", "Signed by the second key."));
    world.later(60);
    world.land("terms/c.md", &note("term:c", "Signed by the second key."));
    let checked = Checked::new(&world);
    for rev in ["HEAD", "HEAD~1", "HEAD~2"] {
        assert!(checked.believes(&world, rev), "{rev}");
    }
    let repo = lorekeep::git::Repository::open(checked.clone.path()).unwrap();
    use lorekeep::git::{CommitDraft, ReadRepository, WriteRepository};
    let tip = repo.commit(repo.tip().unwrap().unwrap()).unwrap();
    let draft = CommitDraft {
        tree: tip.tree,
        parents: tip.parents,
        author: tip.author,
        committer: tip.committer,
        message: tip.message,
    };
    let forged = repo.write_commit(&draft, Some(&old)).unwrap();
    assert!(!checked.believes(&world, &forged.to_string()), "the old key signed something new");
    assert!(world.audited().contains(&"org.key.rotated".to_owned()));
}

#[test]
fn an_org_that_never_rotated_needs_no_times_in_the_file() {
    let world = World::new();
    let text = world.allowed_signers(&world.caller("user:rita", Role::Reader)).unwrap();
    assert!(!text.contains("valid-"), "{text}");
    world.rotate_key(&org("a5c")).unwrap();
    world.later(1);
    world.rotate_key(&org("a5c")).unwrap();
    let text = world.allowed_signers(&world.caller("user:rita", Role::Reader)).unwrap();
    let times: Vec<(bool, bool)> =
        text.lines().map(|line| (line.contains("valid-after"), line.contains("valid-before"))).collect();
    assert_eq!(times, [(false, true), (true, true), (true, false)], "{text}");
}

#[test]
fn a_rotation_is_finished_wherever_it_was_broken_off() {
    let mut world = World::new();
    let (present, next) = (signing_file(&world), signing_file(&world).with_extension("next"));
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    // Broken off after the new key was written: it signs nothing, and the next rotation takes it.
    let written = SigningKey::generate(&next).unwrap().fingerprint();
    world.land("terms/a.md", &note("term:a", "Signed by the first key."));
    std::fs::copy(&present, &old).unwrap();
    assert_eq!(world.rotate_key(&org("a5c")).unwrap().fingerprint, written);
    // Broken off before the file took its place: what signs is what the records name.
    std::fs::rename(&present, &next).unwrap();
    std::fs::copy(&old, &present).unwrap();
    world.stop();
    let beside = lorekeep::engine::Engine::operate(world.config()).unwrap();
    drop(beside);
    assert_ne!(key_at(&present), written);
    world.start();
    assert_eq!((key_at(&present), next.exists()), (written, false), "a start finishes it");
    world.later(5);
    world.land("terms/b.md", &note("term:b", "Signed by the second key."));
    let checked = Checked::new(&world);
    assert!(checked.believes(&world, "HEAD") && checked.believes(&world, "HEAD~1"));
}

#[test]
fn a_server_signs_with_what_the_records_name_before_the_file_is_in_its_place() {
    let world = World::new();
    let (present, next) = (signing_file(&world), signing_file(&world).with_extension("next"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&present, folder.path().join("old")).unwrap();
    world.land("terms/a.md", &note("term:a", "First."));
    world.rotate_key(&org("a5c")).unwrap();
    std::fs::rename(&present, &next).unwrap();
    std::fs::copy(folder.path().join("old"), &present).unwrap();
    world.later(5);
    world.land("terms/b.md", &note("term:b", "Second."));
    assert!(Checked::new(&world).believes(&world, "HEAD"));
    let again = world.rotate_key(&org("a5c")).unwrap();
    assert!(!next.exists() && key_at(&present) == again.fingerprint);
}

#[test]
fn a_date_of_the_future_on_the_line_stays_verifiable() {
    let world = World::new();
    let dir = clone(&world);
    let mut ahead = git_command(world.now().seconds() + 3600);
    std::fs::write(dir.path().join("x.md"), "x\n").unwrap();
    git_in(&world, dir.path(), &["add", "--all"]);
    assert!(run(ahead.current_dir(dir.path()).args(["commit", "--quiet", "-m", "x"]), b"").status.success());
    super::world::push_by_hand(&world, dir.path(), "HEAD:refs/heads/main", "user:mia", "lk-1");
    world.land("terms/a.md", &note("term:a", "Dated like what it lands on."));
    world.rotate_key(&org("a5c")).unwrap();
    assert!(Checked::new(&world).believes(&world, "HEAD"));
}

#[test]
fn principals_register_their_own_keys_and_admins_retire_those_of_others() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let key = |n: &str| SigningKey::generate(&folder.path().join(n)).unwrap();
    let (ada, eve) = (world.caller("user:ada", Role::Reviewer), world.caller("user:eve", Role::Reviewer));
    let admin = world.caller("user:root", Role::Admin);
    let first = key("first");
    let made = world.register_key(&ada, &format!("{} ada@laptop\n", first.public_key())).unwrap();
    assert_eq!((made.fingerprint.clone(), made.retired_at), (first.fingerprint(), None));
    assert_eq!(made.public_key, first.public_key(), "without its comment");
    assert_eq!(code(world.register_key(&eve, &first.public_key())), Code::AlreadyExists, "a key is of one person");
    let engine = SigningKey::load(&signing_file(&world)).unwrap().public_key();
    assert_eq!(code(world.register_key(&eve, &engine)), Code::AlreadyExists, "the engine's key is nobody's");
    assert_eq!(code(world.register_key(&eve, "ssh-rsa AAAA")), Code::BadRequest);
    assert_eq!(
        code(world.register_key(&world.caller("user:rita", Role::Reader), &key("r").public_key())),
        Code::PolicyDenied
    );
    assert_eq!(code(world.retire_key(&eve, &made.fingerprint)), Code::PolicyDenied);
    let second = world.register_key(&ada, &key("second").public_key()).unwrap();
    world.later(60);
    world.retire_key(&ada, &made.fingerprint).unwrap();
    let retired = world.retire_key(&admin, &second.fingerprint).unwrap().retired_at;
    assert_eq!(retired, Some(world.now()));
    world.later(60);
    assert_eq!(
        world.retire_key(&admin, &second.fingerprint).unwrap().retired_at,
        retired,
        "done twice, it has one effect"
    );
    assert_eq!(code(world.register_key(&ada, &first.public_key())), Code::AlreadyExists, "it never comes back");
    assert_eq!(code(world.retire_key(&admin, "SHA256:none")), Code::NotFound);
    assert_eq!(world.registered_keys(&ada, Some("user:ada")).unwrap().len(), 2);
    assert_eq!(world.registered_keys(&ada, Some("user:eve")).unwrap().len(), 0);
    let text = world.allowed_signers(&ada).unwrap();
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("user:ada namespaces=\"git,lorekeep-approval\",valid-after="))
            .count(),
        2
    );
    let events = world.audited();
    let count = |event: &str| events.iter().filter(|e| *e == event).count();
    assert_eq!((count("key.registered"), count("key.retired")), (2, 2));
}

#[test]
fn keys_of_one_org_are_not_of_another() {
    let world = World::new();
    world.create_org(&org("other")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate(&folder.path().join("k")).unwrap();
    let here = world.caller("user:ada", Role::Admin);
    let there = world.caller_of("other", "user:ada", Role::Admin, None);
    world.register_key(&here, &key.public_key()).unwrap();
    assert_eq!(code(world.retire_key(&there, &key.fingerprint())), Code::NotFound);
    assert!(world.registered_keys(&there, None).unwrap().is_empty());
    world.register_key(&there, &key.public_key()).unwrap();
}

#[test]
fn an_approval_signed_by_ssh_keygen_is_the_approvers_own() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ada");
    let key = SigningKey::generate(&path).unwrap();
    world.register_key(&world.caller("user:ada", Role::Reviewer), &key.public_key()).unwrap();
    let (organization, repository) = (org("a5c"), name("brain"));
    let (update, diff) = (UpdateId::parse("amu-01hxaaaaaaaaaaaaaaaaaaaaaa").unwrap(), Digest::of(b"diff"));
    let (ada, eve) = (principal("user:ada"), principal("user:eve"));
    let statement = ApprovalStatement {
        organization: &organization,
        repository: &repository,
        update: &update,
        revision: 2,
        diff_digest: &diff,
        principal: &ada,
    };
    let text = String::from_utf8(approval_statement(&statement)).unwrap();
    assert_eq!(
        text,
        format!(
            "{{\"diffDigest\":\"{diff}\",\"organization\":\"a5c\",\"principal\":\"user:ada\",\"repository\":\"brain\",\
             \"revision\":2,\"type\":\"lorekeep-approval/1\",\"update\":\"{update}\"}}"
        )
    );
    let signed = |namespace: &str| {
        let file = folder.path().join(format!("statement-{namespace}"));
        std::fs::write(&file, &text).unwrap();
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-Y", "sign", "-n", namespace, "-f"]).arg(&path).arg(&file);
        assert!(run(&mut keygen, b"").status.success());
        std::fs::read_to_string(file.with_extension("sig")).unwrap()
    };
    let (now, keys) = (world.now(), world.signers_of(&organization).unwrap());
    let good = signed(APPROVAL_NAMESPACE);
    assert_eq!(check_approval(&statement, &good, &keys, now).unwrap().fingerprint, key.fingerprint());
    let of_other = |result| matches!(result, Err(BadApproval::NotOfThis { .. }));
    let not_theirs = |result| matches!(result, Err(BadApproval::NotTheirs { .. }));
    assert!(of_other(check_approval(&statement, &signed("git"), &keys, now)), "a signature of a commit");
    assert!(of_other(check_approval(&ApprovalStatement { revision: 3, ..statement }, &good, &keys, now)));
    assert!(of_other(check_approval(&ApprovalStatement { principal: &eve, ..statement }, &good, &keys, now)));
    assert!(of_other(check_approval(&statement, "nonsense", &keys, now)));
    let as_eve = ApprovalStatement { principal: &eve, ..statement };
    let by_ada = key.sign_in(APPROVAL_NAMESPACE, &approval_statement(&as_eve)).unwrap();
    assert!(not_theirs(check_approval(&as_eve, &by_ada, &keys, now)), "ada signs nothing for eve");
    world.later(10);
    world.operator_retires_key(&organization, &key.fingerprint()).unwrap();
    world.later(10);
    let keys = world.signers_of(&organization).unwrap();
    assert!(check_approval(&statement, &good, &keys, now).is_ok(), "it was good then");
    assert!(not_theirs(check_approval(&statement, &good, &keys, world.now())), "and is none now");
    let _: CommitId = world.tip();
}

#[test]
fn a_rotation_that_nobody_was_told_of_is_told_and_not_made_again() {
    let mut world = World::new();
    let (present, mark) = (signing_file(&world), signing_file(&world).with_extension("rotating"));
    let first = key_at(&present);
    let rotated = world.rotate_key(&org("a5c")).unwrap();
    assert!(!rotated.resumed && !mark.exists());
    // As it is left where the program stops before it has said so; a start has finished the rest.
    std::fs::write(&mark, &rotated.fingerprint).unwrap();
    world.start();
    let again = world.rotate_key(&org("a5c")).unwrap();
    assert_eq!((again.resumed, &again.fingerprint, again.retired), (true, &rotated.fingerprint, Some(first)));
    assert!(again.retired_at >= rotated.retired_at);
    let other = world.rotate_key(&org("a5c")).unwrap();
    assert!(!other.resumed && other.fingerprint != rotated.fingerprint);
}

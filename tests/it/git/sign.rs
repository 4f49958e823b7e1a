//! Signing and verifying, against `git verify-commit`.

use super::{commit, draft, oid, open, small_history};
use crate::support::{START, TestRepo};
use lorekeep::base::{CommitId, Timestamp};
use lorekeep::git::{
    AllowedSigners, GIT_NAMESPACE, ReadRepository, Repository, Signer, SigningKey, Verified, WriteRepository,
    allowed_signers_line, verify_commit,
};
use std::os::unix::fs::PermissionsExt;

struct Signed {
    test: TestRepo,
    repo: Repository,
    key: SigningKey,
    line: String,
    id: CommitId,
}

/// A repository with one signed commit, and the line that allows its key.
fn signed() -> Signed {
    let test = small_history();
    let key = SigningKey::generate(&test.path().join("key")).expect("makes a key");
    let line = allowed_signers_line("engine@example.org", &key.public_key()).expect("a line");
    let repo = open(&test);
    let tip = repo.commit(commit(&test.git(&["rev-parse", "HEAD"]))).expect("reads");
    let id = repo.write_commit(&draft(tip.tree, &[tip.id], START + 5000), Some(&key)).expect("signs");
    Signed { test, repo, key, line, id }
}

fn git_verifies(test: &TestRepo, allowed: &str, id: &str) -> (bool, String) {
    test.write("allowed", allowed);
    let setting = format!("gpg.ssh.allowedSignersFile={}", test.path().join("allowed").display());
    let output = test.try_git(&["-c", &setting, "verify-commit", id], b"");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_signed_commit_is_accepted_by_git_and_by_us() {
    let s = signed();
    let (good, said) = git_verifies(&s.test, &s.line, &s.id.to_string());
    assert!(good && said.contains("Good \"git\" signature for engine@example.org"), "{said}");
    let allowed = AllowedSigners::parse(&s.line).expect("reads");
    let expected = Verified::Good { principal: "engine@example.org".to_owned(), fingerprint: s.key.fingerprint() };
    assert_eq!(verify_commit(&s.repo, s.id, &allowed).expect("checks"), expected);
    assert!(s.repo.commit(s.id).expect("reads").signed);
    assert_eq!(s.test.git(&["fsck", "--full", "--strict", "--no-dangling"]), "");
}

#[test]
fn a_tampered_copy_is_refused_by_git_and_by_us() {
    let s = signed();
    let raw = s.test.git(&["cat-file", "commit", &s.id.to_string()]) + "\n";
    for forged in [raw.replace("Say more", "Say less"), raw.replace("Grace", "Mallory"), raw.replace("+0000", "+0100")]
    {
        assert_ne!(raw, forged);
        let id = s.test.git_with_input(&["hash-object", "-w", "-t", "commit", "--stdin"], forged.as_bytes());
        assert!(!git_verifies(&s.test, &s.line, &id).0);
        let allowed = AllowedSigners::parse(&s.line).expect("reads");
        let ours = verify_commit(&s.repo, commit(&id), &allowed).expect("checks");
        assert!(matches!(ours, Verified::Bad { .. }), "{ours:?}");
    }
}

#[test]
fn a_commit_that_git_signed_is_verified_here() {
    let test = small_history();
    let key_path = test.path().join("key");
    let key = SigningKey::generate(&key_path).expect("makes a key");
    test.write("key.pub", key.public_key());
    let setting = format!("user.signingKey={}", key_path.display());
    let tree = test.git(&["rev-parse", "HEAD^{tree}"]);
    let id = test.git(&["-c", "gpg.format=ssh", "-c", &setting, "commit-tree", "-S", "-m", "by git", &tree]);
    let line = allowed_signers_line("ada@example.org", &key.public_key()).expect("a line");
    let allowed = AllowedSigners::parse(&line).expect("reads");
    let ours = verify_commit(&open(&test), commit(&id), &allowed).expect("checks");
    assert!(matches!(ours, Verified::Good { ref principal, .. } if principal == "ada@example.org"), "{ours:?}");
}

#[test]
fn an_unsigned_commit_and_an_unknown_key_are_told_apart() {
    let s = signed();
    let plain = commit(&s.test.git(&["rev-parse", "HEAD"]));
    let nobody = AllowedSigners::default();
    assert_eq!(verify_commit(&s.repo, plain, &nobody).expect("checks"), Verified::Unsigned);
    let unknown = Verified::UnknownKey { fingerprint: s.key.fingerprint() };
    assert_eq!(verify_commit(&s.repo, s.id, &nobody).expect("checks"), unknown);
    assert!(!git_verifies(&s.test, "", &s.id.to_string()).0);
}

#[test]
fn a_signature_of_another_namespace_or_kind_is_bad() {
    let s = signed();
    let allowed = AllowedSigners::parse(&s.line).expect("reads");
    let at = Timestamp::from_seconds(START);
    let other = s.key.sign_in("lorekeep-approval", b"statement").expect("signs");
    assert!(matches!(allowed.verify("lorekeep-approval", b"statement", &other, at), Verified::Good { .. }));
    assert!(matches!(allowed.verify(GIT_NAMESPACE, b"statement", &other, at), Verified::Bad { .. }));
    assert!(matches!(allowed.verify("lorekeep-approval", b"another", &other, at), Verified::Bad { .. }));
    for text in ["", "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----"]
    {
        assert!(matches!(allowed.verify(GIT_NAMESPACE, b"x", text, at), Verified::Bad { .. }), "{text}");
    }
}

#[test]
fn a_key_counts_for_its_namespaces_and_within_its_time_as_in_git() {
    let s = signed();
    let key = s.key.public_key();
    // The commit is of 2026-05-01T01:23:20Z.
    let cases = [
        ("namespaces=\"git\"", true),
        ("namespaces=\"file,git\"", true),
        ("namespaces=\"file\"", false),
        ("valid-after=\"20260501Z\"", true),
        ("valid-after=\"20260502Z\"", false),
        ("valid-before=\"20260501012321Z\"", true),
        ("valid-before=\"202605010123Z\"", false),
        ("namespaces=\"git\",valid-after=\"20260401Z\",valid-before=\"20260601Z\"", true),
    ];
    for (options, good) in cases {
        let file = format!("# keys\n\nengine@example.org,other@example.org {options} {key} a comment\n");
        assert_eq!(git_verifies(&s.test, &file, &s.id.to_string()).0, good, "git: {options}");
        let allowed = AllowedSigners::parse(&file).expect(options);
        let ours = verify_commit(&s.repo, s.id, &allowed).expect("checks");
        assert_eq!(matches!(ours, Verified::Good { .. }), good, "{options}: {ours:?}");
    }
}

#[test]
fn what_is_not_understood_of_a_signers_file_is_refused_with_its_line() {
    let key = signed().key.public_key();
    let bad = [
        format!("*@example.org {key}"),
        format!("a@example.org cert-authority {key}"),
        format!("a@example.org valid-after=\"20260501\" {key}"),
        format!("a@example.org valid-after=\"2026Z\" {key}"),
        format!("a@example.org namespaces=\"git {key}"),
        "a@example.org".to_owned(),
        "a@example.org ssh-ed25519 AAAA".to_owned(),
        format!(",b@example.org {key}"),
    ];
    for line in bad {
        let refused = AllowedSigners::parse(&format!("# first\n{line}\n")).expect_err(&line);
        assert!(refused.to_string().contains("line 2"), "{refused}");
    }
}

#[test]
fn a_principal_or_key_that_would_be_read_as_something_else_gets_no_line() {
    let key = signed().key.public_key();
    for principal in ["", "a b", "*", "a,b", "!a", "a\nb", "a\"b", "#a", "ä@example.org"] {
        assert!(allowed_signers_line(principal, &key).is_err(), "{principal:?}");
    }
    assert!(allowed_signers_line("user:ada", &key).is_ok());
    for key in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "no key at all", "ssh-ed25519 AAAA\nroot ssh-ed25519 BBBB"] {
        assert!(allowed_signers_line("ada", key).is_err(), "{key:?}");
    }
}

#[test]
fn a_key_file_is_its_owners_alone_and_is_never_written_over() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("key");
    let key = SigningKey::generate(&path).expect("makes a key");
    assert_eq!(std::fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
    assert!(SigningKey::generate(&path).is_err(), "there is one already");
    assert_eq!(SigningKey::load(&path).expect("reads").public_key(), key.public_key());
    assert_eq!(std::fs::read_dir(dir.path()).expect("is there").count(), 1, "nothing else is left behind");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("can be set");
    let refused = SigningKey::load(&path).expect_err("others may read it").to_string();
    assert!(refused.contains("chmod 600"), "{refused}");
    assert!(!format!("{key:?}").contains("PRIVATE"));
}

#[test]
fn only_the_same_tree_makes_the_same_commit() {
    let s = signed();
    let tip = s.repo.commit(commit(&s.test.git(&["rev-parse", "HEAD"]))).expect("reads");
    let again = s.repo.write_commit(&draft(tip.tree, &[tip.id], START + 5000), Some(&s.key)).expect("signs");
    assert_eq!(again, s.id, "ed25519 signs the same bytes the same way");
    let absent = draft(oid(&"4".repeat(40)), &[tip.id], START + 5000);
    assert!(s.repo.write_commit(&absent, Some(&s.key)).is_err(), "its tree is not there");
}

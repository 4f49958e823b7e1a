//! Pushes onto a memory that asks for registered signatures, with the real git client, and what `verify` says of them.

use super::host::{API, Host, git};
use super::note;
use crate::support::TestRepo;
use lorekeep::base::Timestamp;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

const RULE: &str = "ontology/landings.yaml";

/// A server whose memory asks for signatures, the token of a maintainer, and a clone of it.
struct Strict {
    host: Host,
    token: String,
    clone: TestRepo,
    keys: tempfile::TempDir,
}

fn strict() -> Strict {
    let host = Host::new();
    let token = host.token("user:mia", "maintainer");
    let clone = host.clone(&token);
    clone.commit_files(&[(RULE, "requireSignedLandings: true\n")], "Ask for signatures");
    clone.git(&["push", "--quiet", "origin", "HEAD:main"]);
    Strict { host, token, clone, keys: tempfile::tempdir().unwrap() }
}

impl Strict {
    /// A new key of ssh-keygen's, and git set to sign with it.
    fn key(&self, name: &str) -> PathBuf {
        let file = self.keys.path().join(name);
        let mut make = Command::new("ssh-keygen");
        let made = make.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file).status();
        assert!(made.expect("ssh-keygen is installed").success());
        self.clone.git(&["config", "gpg.format", "ssh"]);
        self.clone.git(&["config", "user.signingkey", &file.to_string_lossy()]);
        file
    }

    fn register(&self, file: &Path) -> String {
        let public = std::fs::read_to_string(file.with_extension("pub")).unwrap();
        let key = self.host.post(&self.token, &format!("{API}/keys"), json!({"publicKey": public})).expect(201);
        // A key counts from when it was registered.
        self.clone.set_now(Timestamp::parse(key["createdAt"].as_str().unwrap()).unwrap().seconds());
        key["fingerprint"].as_str().expect("a key has a fingerprint").to_owned()
    }

    /// Writes, commits with some arguments, and tries to push; what git said where it is refused.
    fn push(&self, path: &str, args: &[&str]) -> Result<(), String> {
        self.clone.write(path, note(&format!("term:{}", path.replace(['/', '.'], "-")), "Something."));
        self.clone.git(&["add", "--all"]);
        self.commit(args);
        self.try_push()
    }

    fn commit(&self, args: &[&str]) {
        self.clone.git(&[&["commit", "--quiet", "--allow-empty", "--message", "Something"], args].concat());
    }

    fn try_push(&self) -> Result<(), String> {
        let (well, said) = git(&self.clone, &["push", "origin", "HEAD:main"]);
        if well { Ok(()) } else { Err(said.replace("\nremote: ", "\n")) }
    }

    /// What `lorekeep verify` says in a fresh clone that knows the signers.
    fn verify(&self) -> (bool, String) {
        let fresh = self.host.clone(&self.token);
        let file = fresh.git_dir().join("signers");
        let signers = self.host.get(&self.token, &format!("{API}/signers")).expect(200);
        std::fs::write(&file, signers["allowedSigners"].as_str().unwrap()).unwrap();
        fresh.git(&["config", "gpg.ssh.allowedSignersFile", &file.to_string_lossy()]);
        let mut program = Command::new(env!("CARGO_BIN_EXE_lorekeep"));
        super::host::heard(program.current_dir(fresh.path()).env("HOME", fresh.path()).arg("verify"))
    }
}

#[test]
fn a_push_has_to_be_signed_by_a_registered_key_and_is_told_how_to_mend_it() {
    let strict = strict();
    let before = strict.host.tip();
    let said = strict.push("terms/a.md", &[]).expect_err("it is not signed");
    for part in
        ["pushed past review; unsigned", "requireSignedLandings in ontology/landings.yaml", "POST .../keys", "-S"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let file = strict.key("mia");
    strict.commit(&["--amend", "--gpg-sign"]);
    let said = strict.try_push().expect_err("nobody knows the key");
    assert!(said.contains("signed by the unknown key SHA256:"), "{said}");
    assert_eq!(strict.host.tip(), before);
    let fingerprint = strict.register(&file);
    strict.commit(&["--amend", "--gpg-sign"]);
    strict.try_push().expect("it is signed by a registered key");
    let (sound, said) = strict.verify();
    assert!(sound && said.contains("pushed past review, signed by user:mia"), "{said}");
    let address = format!("{API}/keys/{}", fingerprint);
    strict.host.client().ask(&strict.token, "DELETE", &address, &[], b"").expect(200);
    let said = strict.push("terms/b.md", &["--gpg-sign"]).expect_err("the key was retired");
    assert!(said.contains("unknown key"), "{said}");
}

#[test]
fn every_commit_of_the_line_is_held_to_it_and_no_push_lifts_the_rule_for_itself() {
    let strict = strict();
    let file = strict.key("mia");
    strict.register(&file);
    let unsigned_below = strict.push("terms/a.md", &[]).expect_err("it is not signed");
    assert!(unsigned_below.contains("unsigned"), "{unsigned_below}");
    let said = strict.push("terms/b.md", &["--gpg-sign"]).expect_err("the one below is not");
    assert_eq!(said.matches("commit ").count() - said.matches("git commit ").count(), 1, "one commit is named: {said}");
    strict.clone.git(&["reset", "--quiet", "--hard", "origin/main"]);
    strict.clone.write(RULE, "requireSignedLandings: false\n");
    strict.clone.git(&["add", "--all"]);
    strict.commit(&[]);
    strict.try_push().expect_err("a push does not lift the rule for itself");
    strict.commit(&["--amend", "--gpg-sign"]);
    strict.try_push().expect("a registered key may");
    strict.push("terms/c.md", &[]).expect("nothing asks for it any more");
    assert!(strict.verify().0);
}

#[test]
fn merges_of_updates_and_other_branches_are_not_asked_for_it() {
    let strict = strict();
    let (agent, rae) = (strict.host.token("agent:scribe", "proposer"), strict.host.token("user:rae", "reviewer"));
    strict.host.land(&agent, &rae, "terms/a.md", &note("term:a", "Reviewed."));
    strict.clone.commit_files(&[("terms/b.md", &note("term:b", "Not yet."))], "b");
    strict.clone.git(&["push", "--quiet", "origin", "HEAD:refs/heads/krate/mia"]);
    assert!(strict.verify().0);
}

//! The history alone shows who approved what, to plain git.

use super::host::{API, Host, git};
use super::note;
use crate::support::TestRepo;
use serde_json::Value;

const MERGED: &str = "terms/flake.md";

/// A server with one merged update, and a clone that knows whose signatures to trust.
struct Signed {
    host: Host,
    clone: TestRepo,
    update: Value,
}

fn signed() -> Signed {
    require_ssh_keygen();
    let host = Host::new();
    let [reader, proposer, reviewer] =
        [("user:rita", "reader"), ("agent:scribe", "proposer"), ("user:rae", "reviewer")]
            .map(|(w, r)| host.token(w, r));
    let update = host.land(&proposer, &reviewer, MERGED, &note("term:flake", "A check that fails at times."));
    let signers = host.get(&reader, &format!("{API}/signers")).expect(200);
    let clone = host.clone(&reader);
    let file = clone.git_dir().join("allowed-signers");
    std::fs::write(&file, signers["allowedSigners"].as_str().unwrap()).unwrap();
    clone.git(&["config", "gpg.ssh.allowedSignersFile", &file.to_string_lossy()]);
    Signed { host, clone, update }
}

/// git has signatures of this sort checked by `ssh-keygen`.
fn require_ssh_keygen() {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|dir| dir.join("ssh-keygen").is_file());
    assert!(found, "`git verify-commit` needs the program `ssh-keygen`: install openssh (Debian: openssh-client)");
}

#[test]
fn git_verifies_the_merge_with_the_signers_of_the_api() {
    let Signed { host, clone, update } = signed();
    let merge = clone.git(&["rev-parse", "HEAD"]);
    assert_eq!(update["status"]["mergeCommit"], merge);
    assert_eq!(host.tip(), merge);
    let (well, said) = git(&clone, &["verify-commit", "HEAD"]);
    assert!(well && said.contains("Good \"git\" signature for engine@a5c.lorekeep.invalid"), "{said}");
    let log = clone.git(&["log", "-1", "--show-signature"]);
    assert!(log.contains("Good \"git\" signature"), "{log}");
    assert_eq!(clone.git(&["log", "-1", "--format=%G? %GS"]), "G engine@a5c.lorekeep.invalid");
    assert_eq!(clone.git(&["fsck", "--full", "--strict"]), "");
}

#[test]
fn every_commit_of_the_engine_is_signed() {
    let Signed { clone, .. } = signed();
    let all = clone.git(&["log", "--format=%G? %ce %s", "HEAD"]);
    let lines: Vec<_> = all.lines().collect();
    assert_eq!(lines.len(), 3, "the merge, its proposal and the first commit: {all}");
    assert!(lines.iter().all(|line| line.starts_with("G engine@a5c.lorekeep.invalid ")), "{all}");
    let first = clone.git(&["rev-list", "--max-parents=0", "HEAD"]);
    assert!(git(&clone, &["verify-commit", &first]).0);
}

#[test]
fn a_tampered_copy_does_not_verify() {
    let Signed { clone, .. } = signed();
    let original = clone.git(&["cat-file", "commit", "HEAD"]) + "\n";
    let [tree, before] = ["HEAD^{tree}", "HEAD~1^{tree}"].map(|name| clone.git(&["rev-parse", name]));
    let edits = [
        ("Approved-by: user:rae", "Approved-by: user:eve"),
        ("Write terms/flake.md", "Write terms/fluke.md"),
        ("author agent:scribe", "author agent:scrabe"),
        (&tree, &before),
    ];
    for (from, to) in edits {
        let tampered = original.replacen(from, to, 1);
        assert_ne!(tampered, original, "{from}");
        let id = clone.git_with_input(&["hash-object", "-t", "commit", "-w", "--stdin"], tampered.as_bytes());
        let (well, said) = git(&clone, &["verify-commit", &id]);
        assert!(!well, "{from} -> {to} was taken: {said}");
        assert!(!said.contains("Good \"git\" signature"), "{said}");
    }
    let same = clone.git_with_input(&["hash-object", "-t", "commit", "-w", "--stdin"], original.as_bytes());
    assert_eq!(same, clone.git(&["rev-parse", "HEAD"]), "the copy is edited from the very bytes of the commit");
}

#[test]
fn a_signature_of_another_org_is_not_one_of_this() {
    let Signed { host, clone, .. } = signed();
    host.operate(&["org", "create", "rival"]);
    host.operate(&["repo", "create", "rival", "brain"]);
    let theirs = host.token_of("rival", "user:eve", "reader", &[]);
    clone.git(&["fetch", "--quiet", &host.url_of(&theirs, "rival", "brain"), "main"]);
    let (well, said) = git(&clone, &["verify-commit", "FETCH_HEAD"]);
    assert!(!well, "{said}");
}

#[test]
fn the_trailers_say_what_was_approved_and_by_whom() {
    let Signed { clone, update, .. } = signed();
    let message = clone.git(&["log", "-1", "--format=%B"]);
    let trailers = clone.git_with_input(&["interpret-trailers", "--parse"], message.as_bytes());
    let all: Vec<(&str, &str)> = trailers.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let of = |key: &str| all.iter().filter(|(k, _)| *k == key).map(|(_, v)| *v).collect::<Vec<_>>();
    assert_eq!(of("Update"), [update["metadata"]["name"].as_str().unwrap()]);
    assert_eq!(of("Diff-Digest"), [update["status"]["diffDigest"].as_str().unwrap()]);
    assert_eq!(of("Validation-Digest"), [update["status"]["validationDigest"].as_str().unwrap()]);
    let approval = &update["status"]["approvals"][0];
    assert_eq!(of("Approved-by"), [format!("user:rae {}", approval["at"].as_str().unwrap())]);
    assert_eq!(clone.git(&["log", "-1", "--format=%an|%cn"]), "agent:scribe|Lorekeep");
    let parents = clone.git(&["log", "-1", "--format=%P"]);
    let head = update["status"]["headCommit"].as_str().unwrap();
    assert_eq!(parents, format!("{} {head}", clone.git(&["rev-parse", "HEAD~1"])));
}

#[test]
fn the_branch_of_an_update_can_be_fetched() {
    let Signed { host, clone, update } = signed();
    let branch = update["status"]["branch"].as_str().unwrap();
    clone.git(&["fetch", "--quiet", "origin", branch]);
    assert_eq!(clone.git(&["rev-parse", "FETCH_HEAD"]), update["status"]["headCommit"].as_str().unwrap());
    assert_eq!(host.git(&["fsck", "--full", "--strict"]), "");
}

#[test]
fn the_program_verifies_a_fresh_clone_across_a_rotation_beside_the_server() {
    let Signed { host, clone, .. } = signed();
    let [reader, proposer, reviewer] =
        [("user:rita", "reader"), ("agent:scribe", "proposer"), ("user:rae", "reviewer")]
            .map(|(who, role)| host.token(who, role));
    let before = clone.git_dir().join("allowed-signers");
    host.operate(&["org", "rotate-key", "a5c"]);
    host.land(&proposer, &reviewer, "terms/second.md", &note("term:second", "Signed by the second key."));
    let signers = host.get(&reader, &format!("{API}/signers")).expect(200);
    let fresh = host.clone(&reader);
    let verify = |folder: &std::path::Path, args: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_lorekeep"));
        program.current_dir(folder).env("HOME", folder).env_remove("XDG_CONFIG_HOME").arg("verify").args(args);
        let output = crate::support::repo::run(&mut program, b"");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap(), text)
    };
    let (code, said) = verify(fresh.path(), &[]);
    assert_eq!(code, 2, "nobody says whose signatures count: {said}");
    let file = fresh.git_dir().join("signers");
    std::fs::write(&file, signers["allowedSigners"].as_str().unwrap()).unwrap();
    fresh.git(&["config", "gpg.ssh.allowedSignersFile", &file.to_string_lossy()]);
    let (code, said) = verify(fresh.path(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("3 commits: 2 merges, 0 direct pushes, 1 first commit of the engine: sound"), "{said}");
    for commit in ["HEAD", "HEAD~1", "HEAD~2"] {
        assert!(git(&fresh, &["verify-commit", commit]).0, "{commit}");
    }
    let (code, said) = verify(fresh.path(), &["--allowed-signers", &before.to_string_lossy(), "--json"]);
    let found: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &found["sound"], &found["faults"][0]["fault"]), (1, &false.into(), &"unknown-key".into()));
    assert_eq!(found["faults"].as_array().unwrap().len(), 1, "{said}");
    let (code, said) = verify(fresh.path(), &["--allowed-signers", &before.to_string_lossy()]);
    assert!(code == 1 && said.contains("unknown-key") && said.contains("not sound (1 error, 0 warnings)"), "{said}");
    assert_eq!(verify(fresh.path(), &["--rev", "nowhere"]).0, 2);
}

#[test]
fn keys_and_the_audit_chain_have_their_routes_and_commands() {
    let host = Host::new();
    let [ada, admin] = [("user:ada", "reviewer"), ("user:root", "admin")].map(|(who, role)| host.token(who, role));
    let key = lorekeep::git::SigningKey::generate(&host.data_dir().join("ada")).unwrap();
    let public = lorekeep::git::Signer::public_key(&key);
    let made = host.post(&ada, &format!("{API}/keys"), serde_json::json!({"publicKey": public})).expect(201);
    assert_eq!((&made["principal"], &made["retiredAt"]), (&"user:ada".into(), &Value::Null));
    host.post(&ada, &format!("{API}/keys"), serde_json::json!({"publicKey": public})).refused(409, "ALREADY_EXISTS");
    let listed = host.get(&ada, &format!("{API}/keys?principal=user:ada")).expect(200);
    assert_eq!(listed["items"][0], made);
    let path = format!("{API}/keys/{}", made["fingerprint"].as_str().unwrap());
    let retired = host.client().ask(&admin, "DELETE", &path, &[], b"").expect(200);
    assert!(retired["retiredAt"].is_string(), "{retired}");
    assert!(host.operate(&["key", "list", "--org", "a5c"]).contains("user:ada\tretired "));
    let audit = "/api/orgs/a5c/agents/audit";
    let page = host.get(&admin, &format!("{audit}?event=key.&limit=1")).expect(200);
    assert_eq!(page["items"][0]["event"], "key.retired");
    assert!(page["nextCursor"].is_string(), "{page}");
    let checked = host.get(&admin, &format!("{audit}/verify")).expect(200);
    assert_eq!((&checked["sound"], &checked["faults"]), (&true.into(), &serde_json::json!([])));
    host.get(&ada, audit).refused(403, "POLICY_DENIED");
    let exported = host.operate(&["audit", "export", "--org", "a5c", "--since", "2"]);
    assert!(exported.lines().all(|line| line.starts_with("{\"digest\":\"blake3:")), "{exported}");
    assert!(exported.contains("access.denied"), "a refusal has its entry");
    assert!(host.operate(&["audit", "verify"]).contains(": whole"));
}

//! Pushes of the real git client: what is taken, what is refused, and what a refusal leaves behind.

use super::host::{API, Host, git, refused_push};
use super::note;
use crate::support::TestRepo;
use serde_json::json;
use std::collections::BTreeSet;

/// A server and the token of a maintainer.
fn host() -> (Host, String) {
    let host = Host::new();
    let token = host.token("user:mia", "maintainer");
    (host, token)
}

/// Everything of the repository that a refused push must not change: every object, reachable or not, and every
/// reference.
fn state(host: &Host) -> (BTreeSet<String>, String) {
    let objects = host.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
    (objects.lines().map(str::to_owned).collect(), host.git(&["for-each-ref"]))
}

/// Asserts that nothing has come of refused pushes: no object, no reference, no quarantine, no report.
fn assert_untouched(host: &Host, before: &(BTreeSet<String>, String)) {
    assert_eq!(&state(host), before);
    assert_eq!(host.git(&["fsck", "--full", "--strict", "--unreachable"]), "");
    let left = |folder: std::path::PathBuf, prefix: &str| {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with(prefix)).count()
    };
    assert_eq!(left(host.git_dir().join("objects"), "tmp_objdir"), 0);
    assert_eq!(left(host.data_dir().join("hooks"), "report-"), 0);
}

fn push(clone: &TestRepo, args: &[&str]) -> String {
    clone.git(&[&["push", "--quiet", "origin"], args].concat())
}

/// A secret, put together here so that none stands in this repository.
fn secret() -> String {
    ["ghp", "_", "Zk4mWq8Rt2Yv6Bn1Xc5Lp9Sd3Fg7Hj0Kw2Qe"].concat()
}

#[test]
fn a_good_push_is_accepted_and_read_at_once() {
    let (host, token) = host();
    let clone = host.clone(&token);
    let commit = clone.commit_files(&[("terms/quokka.md", &note("term:quokka", "A small wallaby."))], "Learn a word");
    push(&clone, &["HEAD:main"]);
    assert_eq!(host.tip(), commit);
    let ask = json!({"query": {"text": "wallaby", "modes": ["graph", "grep"]}});
    let answer = host.post(&token, &format!("{API}/query"), ask).expect(200);
    assert_eq!(answer["snapshotPreview"]["resolvedCommit"], commit.as_str());
    assert_eq!(answer["records"][0]["id"], "term:quokka");
    assert_eq!(answer["excerpts"][0]["path"], "terms/quokka.md");
    assert_eq!(host.git(&["fsck", "--full", "--strict"]), "");
    let again = host.clone(&token);
    assert_eq!(again.git(&["rev-parse", "HEAD"]), commit);
}

#[test]
fn a_bad_push_is_refused_with_its_findings_and_leaves_nothing() {
    let (host, token) = host();
    let clone = host.clone(&token);
    let before = state(&host);
    let bad = note("term:bad", "Bad.").replace("kind: Term", "kind: Trem");
    clone.commit_files(&[("terms/bad.md", &bad), ("terms/good.md", &note("term:good", "Good."))], "Learn wrongly");
    let said = refused_push(&clone, &["HEAD:main"]);
    assert!(said.contains("LK201 unknown-node-kind"), "{said}");
    assert!(said.contains("--> terms/bad.md:3:7"), "path, line and column: {said}");
    assert!(said.contains("= help: "), "how to mend it: {said}");
    assert!(said.contains("! [remote rejected] HEAD -> main (pre-receive hook declined)"), "{said}");
    let blob = clone.git(&["rev-parse", "HEAD:terms/bad.md"]);
    assert!(!host.try_git(&["cat-file", "-e", &blob]).0, "the refused blob is present");
    assert_untouched(&host, &before);
    // Mended, it goes through.
    clone.commit_files(&[("terms/bad.md", &note("term:bad", "Good now."))], "Mend");
    push(&clone, &["HEAD:main"]);
}

#[test]
fn a_whole_push_is_refused_for_one_reference_without_the_right() {
    let (host, _) = host();
    let token = host.token("agent:scribe", "proposer");
    let clone = host.clone(&token);
    clone.commit_files(&[("terms/new.md", &note("term:new", "New."))], "new");
    let before = state(&host);
    let (mine, theirs) = ("HEAD:refs/heads/krate/scribe", "HEAD:refs/heads/main");
    for refs in [&["--", mine, theirs][..], &[theirs, mine], &["--atomic", mine, theirs]] {
        let mut args = refs.to_vec();
        args.retain(|arg| *arg != "--");
        let said = refused_push(&clone, &args);
        assert!(said.contains("refs/heads/main refused: "), "{said}");
        assert!(said.contains("needs the role maintainer"), "the reason: {said}");
        assert!(!said.contains("krate/scribe refused"), "what is allowed is not blamed: {said}");
        assert_eq!(said.matches("! [remote rejected]").count(), 2, "{said}");
        assert_untouched(&host, &before);
    }
    let said = refused_push(&clone, &["HEAD:refs/heads/other", theirs]);
    assert!(said.contains("refs/heads/other refused: ") && said.contains("refs/heads/main refused: "), "{said}");
    assert_untouched(&host, &before);
    push(&clone, &[mine]);
    assert_eq!(host.git(&["rev-parse", "refs/heads/krate/scribe"]), clone.git(&["rev-parse", "HEAD"]));
}

#[test]
fn a_push_overtaken_by_another_is_told_to_fetch_and_loses_nothing() {
    let (host, token) = host();
    let (slow, fast) = (host.clone(&token), host.clone(&token));
    let late = slow.commit_files(&[("terms/slow.md", &note("term:slow", "Slow."))], "slow");
    let won = fast.commit_files(&[("terms/fast.md", &note("term:fast", "Fast."))], "fast");
    // This hook runs when the client has heard where the branch is, and before it sends its objects.
    overtake(&slow, &fast);
    let said = refused_push(&slow, &["HEAD:main"]);
    assert!(said.contains("refs/heads/main refused: ") && said.contains("git pull --rebase"), "{said}");
    assert_eq!(host.tip(), won);
    assert!(!host.try_git(&["cat-file", "-e", &late]).0, "an object of the refused push is present");
    slow.git(&["config", "core.hooksPath", "/dev/null"]);
    slow.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
    push(&slow, &["HEAD:main"]);
    assert_eq!(host.git(&["log", "--first-parent", "--format=%s", "-2", "main"]), "slow\nfast");
}

/// Has another clone push in the middle of the next push of this one.
fn overtake(slow: &TestRepo, fast: &TestRepo) {
    use std::os::unix::fs::PermissionsExt;
    let hooks = slow.git_dir().join("hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    let other = fast.path().display();
    let script =
        format!("#!/bin/sh\nunset $(git rev-parse --local-env-vars)\nexec git -C '{other}' push -q origin HEAD:main\n");
    std::fs::write(hooks.join("pre-push"), script).unwrap();
    std::fs::set_permissions(hooks.join("pre-push"), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn of_two_racing_clients_one_wins_and_both_end_up_on_the_line() {
    let (host, token) = host();
    let start = std::sync::Barrier::new(2);
    for round in 0..3 {
        let before = host.tip();
        let won: Vec<bool> = std::thread::scope(|scope| {
            let race = |n: usize, clone: TestRepo| {
                let start = &start;
                scope.spawn(move || {
                    let name = format!("r{round}-{n}");
                    clone.commit_files(&[(&format!("terms/{name}.md"), &note(&format!("term:{name}"), "x"))], &name);
                    start.wait();
                    let (won, said) = git(&clone, &["push", "origin", "HEAD:main"]);
                    let told = ["fetch first", "non-fast-forward", "pull --rebase", "failed to update ref"];
                    assert!(won || told.iter().any(|word| said.contains(word)), "{said}");
                    if !won {
                        clone.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
                        push(&clone, &["HEAD:main"]);
                    }
                    won
                })
            };
            let racing: Vec<_> = (0..2).map(|n| race(n, host.clone(&token))).collect();
            racing.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "exactly one wins");
        let range = format!("{before}..main");
        assert_eq!(host.git(&["rev-list", "--first-parent", "--count", &range]), "2");
    }
    // Git takes a push out of its quarantine before it takes the lock of the reference: the objects of the one that
    // came second may lie there, and nothing reaches them.
    assert_eq!(host.git(&["fsck", "--full", "--strict", "--no-dangling"]), "");
    let reader = host.token("user:rita", "reader");
    for name in ["r0-0", "r0-1", "r2-0", "r2-1"] {
        host.get(&reader, &format!("{API}/records/term:{name}")).expect(200);
    }
}

#[test]
fn the_default_branch_is_neither_forced_nor_deleted() {
    let (host, token) = host();
    let clone = host.clone(&token);
    let first = clone.git(&["rev-parse", "HEAD"]);
    clone.commit_files(&[("terms/one.md", &note("term:one", "One."))], "one");
    push(&clone, &["HEAD:main"]);
    let before = state(&host);
    let said = refused_push(&clone, &["--force", &format!("{first}:refs/heads/main")]);
    assert!(said.contains("only moves forward"), "{said}");
    let said = refused_push(&clone, &[":refs/heads/main"]);
    assert!(said.contains("never deleted"), "{said}");
    clone.git(&["commit", "--quiet", "--amend", "-m", "one, said otherwise"]);
    let said = refused_push(&clone, &["--force-with-lease", "HEAD:main"]);
    assert!(said.contains("only moves forward"), "{said}");
    clone.git(&["checkout", "--quiet", "--orphan", "elsewhere"]);
    clone.commit("another root");
    let said = refused_push(&clone, &["--force", "HEAD:main"]);
    assert!(said.contains("only moves forward"), "{said}");
    assert_untouched(&host, &before);
}

#[test]
fn what_landed_stays_the_first_parent() {
    let (host, token) = host();
    let clone = host.clone(&token);
    clone.commit_files(&[("terms/one.md", &note("term:one", "One."))], "one");
    push(&clone, &["HEAD:main"]);
    clone.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    clone.commit_files(&[("terms/two.md", &note("term:two", "Two."))], "two");
    clone.git(&["merge", "--quiet", "-m", "the wrong way round", "main"]);
    let before = state(&host);
    let said = refused_push(&clone, &["HEAD:main"]);
    assert!(said.contains("not be on the approved line any more"), "{said}");
    assert_untouched(&host, &before);
}

#[test]
fn what_the_server_keeps_is_moved_by_no_push() {
    let (host, token) = host();
    let clone = host.clone(&token);
    let first = clone.git(&["rev-parse", "HEAD"]);
    for name in ["refs/tags/memory/snapshots/s1", "refs/lorekeep/audit", "refs/heads/krate/agent-memory/amu-x"] {
        host.git(&["update-ref", name, &first]);
    }
    push(&clone, &["HEAD:refs/tags/v1"]);
    clone.commit_files(&[("terms/one.md", &note("term:one", "One."))], "one");
    let before = state(&host);
    for name in [
        "refs/tags/memory/snapshots/s1",
        "refs/tags/memory/snapshots/s2",
        "refs/tags/memory/snapshots",
        "refs/tags/v1",
        "refs/lorekeep/audit",
        "refs/lorekeep/x",
        "refs/heads/krate/agent-memory/amu-x",
        "refs/heads/krate/agent-memory/amu-y",
        "refs/heads/krate/memory-import/i",
        "refs/notes/commits",
        "refs/replace/1111111111111111111111111111111111111111",
    ] {
        let said = refused_push(&clone, &["--force", &format!("HEAD:{name}")]);
        assert!(said.contains(&format!("{name} refused: ")) || said.contains("hidden ref"), "{name}: {said}");
        refused_push(&clone, &[&format!(":{name}")]);
        assert_untouched(&host, &before);
    }
    host.git(&["update-ref", "refs/lorekeep/other", &first]);
    let listed = clone.git(&["ls-remote", "origin"]);
    assert!(listed.contains("refs/lorekeep/audit"), "the anchors of the audit log are for everybody: {listed}");
    assert!(!listed.contains("refs/lorekeep/other"), "{listed}");
}

#[test]
fn a_narrowed_a_revoked_and_a_reading_token_push_nothing() {
    let (host, token) = host();
    let clone = host.clone(&token);
    clone.commit_files(&[("terms/one.md", &note("term:one", "One."))], "one");
    let before = state(&host);
    let scoped = host.token_of("a5c", "user:nora", "maintainer", &["--source", "terms/**"]);
    let reading = host.token("user:rita", "reader");
    let made: serde_json::Value = serde_json::from_str(&host.operate(&[
        "token",
        "create",
        "--org",
        "a5c",
        "--name",
        "gone",
        "--role",
        "maintainer",
        "--json",
    ]))
    .unwrap();
    let revoked = made["token"].as_str().unwrap().to_owned();
    git(&clone, &["ls-remote", &host.url(&revoked)]);
    host.operate(&["token", "revoke", made["id"].as_str().unwrap()]);
    let tries = [(&scoped, "403", false), (&reading, "403", true), (&revoked, "Authentication failed", false)];
    for (token, status, fetches) in tries {
        clone.git(&["remote", "set-url", "origin", &host.url(token)]);
        let said = refused_push(&clone, &["HEAD:main"]);
        assert!(said.contains(status), "{said}");
        let (fetched, said) = git(&clone, &["fetch", "origin"]);
        assert_eq!(fetched, fetches, "{said}");
        assert!(fetched || said.contains(status), "{said}");
    }
    let advertised = "/orgs/a5c/brain.git/info/refs?service=git-upload-pack";
    assert!(host.get(&scoped, advertised).text.contains("SCOPED_TOKEN"));
    assert_untouched(&host, &before);
}

#[test]
fn entries_that_would_harm_a_checkout_are_refused_on_every_branch() {
    let (host, token) = host();
    let clone = host.clone(&token);
    let before = state(&host);
    let blob = clone.blob(b"harmless\n");
    let commit = clone.git(&["rev-parse", "HEAD"]);
    let file = |name: &'static [u8]| ("100644", name);
    type Entries<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(Entries<'_>, &str); 20] = [
        (&[("120000", b"link")], "a symbolic link"),
        (&[("120000", b".gitattributes")], "gitattributes"),
        (&[("160000", b"module")], "a submodule"),
        (&[file(b".git")], "hasDotgit"),
        (&[file(b".GIT")], "hasDotgit"),
        (&[file(b"git~1")], "hasDotgit"),
        (&[file(".g\u{200c}it".as_bytes())], "hasDotgit"),
        (&[file(b"..")], "hasDotdot"),
        (&[file(b".")], "hasDot"),
        (&[file(b"a/b")], "fullPathname"),
        (&[file(b"README.md"), file(b"readme.md")], "differs only by case or Unicode form"),
        (&[file("cafe\u{301}.md".as_bytes()), file("caf\u{e9}.md".as_bytes())], "differs only by case or Unicode form"),
        (&[file(b"new\nline.md")], "new\\nline.md"),
        (&[file(b"es\x1b[31mcape.md")], "es\\u{1b}[31mcape.md"),
        (&[file(b"bell\x07.md")], "control character"),
        (&[file("rtl\u{202e}dm.md".as_bytes())], "control character"),
        (&[file(b"--exec=id")], "begins with `-`"),
        (&[file(b"back\\slash")], "backslash"),
        (&[file(b"con")], "Windows"),
        (&[file(b"not\xffutf8.md")], "UTF-8"),
    ];
    for (entries, reason) in cases {
        let target = |mode: &str| if mode == "160000" { &commit } else { &blob };
        let entries: Vec<_> = entries.iter().map(|(mode, name)| (*mode, *name, target(mode).as_str())).collect();
        let tree = clone.raw_tree(&entries);
        let pushed = clone.commit_tree(&tree, &[&commit], "harmful");
        for name in ["main", "refs/heads/krate/mine", "refs/heads/any"] {
            let said = refused_push(&clone, &[&format!("{pushed}:{name}")]);
            assert!(said.contains(reason), "{reason} on {name}: {said}");
            assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
        }
        let removed = clone.commit_tree(&format!("{commit}^{{tree}}"), &[&pushed], "taken back");
        let (taken, said) = git(&clone, &["push", "origin", &format!("{removed}:main")]);
        assert!(!taken, "{reason} in a commit below the tip was taken: {said}");
    }
    assert_untouched(&host, &before);
}

#[test]
fn a_secret_is_refused_wherever_it_hides() {
    let (host, token) = host();
    let clone = host.clone(&token);
    let before = state(&host);
    let first = clone.git(&["rev-parse", "HEAD"]);
    let secret = secret();
    let refused = |from: &str, name: &str| {
        let said = refused_push(&clone, &[&format!("{from}:{name}")]);
        assert!(said.contains("secret"), "{said}");
        assert!(!said.contains(&secret), "the refusal repeats the secret: {said}");
        assert_untouched(&host, &before);
    };
    clone.commit_files(&[("notes/a.md", &format!("# A\n\nUse {secret} to log in.\n"))], "a note");
    for name in ["refs/heads/main", "refs/heads/krate/mine", "refs/heads/any", "refs/tags/v1"] {
        refused("HEAD", name);
    }
    clone.commit_files(&[("notes/a.md", "# A\n\nAsk for it.\n")], "taken back");
    refused("HEAD", "refs/heads/main");
    refused("HEAD", "refs/heads/krate/mine");
    let tree = format!("{first}^{{tree}}");
    refused(&clone.commit_tree(&tree, &[&first], &format!("log in with {secret}")), "refs/heads/krate/mine");
    clone.git(&["tag", "-a", "-m", &format!("log in with {secret}"), "told", &first]);
    refused("refs/tags/told", "refs/tags/told");
    clone.git(&["tag", "-a", "-m", "a tag of a tag", "outer", "told"]);
    refused("refs/tags/outer", "refs/tags/outer");
    clone.git(&["checkout", "--quiet", &first]);
    clone.commit_files(&[(&format!("notes/{secret}.md"), "# A name\n")], "a path");
    refused("HEAD", "refs/heads/krate/mine");
    let blob = clone.blob(secret.as_bytes());
    let said = refused_push(&clone, &[&format!("{blob}:refs/tags/blob")]);
    assert!(said.contains("names no commit"), "{said}");
    assert_untouched(&host, &before);
}

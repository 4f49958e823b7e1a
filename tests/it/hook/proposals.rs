//! `refs/for/` in a bare repository without a server: proposals become branches, with the real git.

use super::standalone::{BAD, Host, git};
use crate::cli::program::{Ran, commit, run, runbook, write};

const FOR: &str = "HEAD:refs/for/main";

impl Host {
    /// Writes a file in the clone, commits it, and proposes it.
    fn propose(&self, path: &str, text: &str, args: &[&str]) -> Ran {
        write(&self.clone(), path, text);
        commit(&self.clone(), "Change something");
        self.offer(args)
    }

    fn offer(&self, args: &[&str]) -> Ran {
        git(&self.clone(), &[&["push"], args, &["origin", FOR]].concat())
    }

    /// The updates there are: id and commit.
    fn updates(&self) -> Vec<(String, String)> {
        let format = "--format=%(refname:lstrip=4) %(objectname)";
        let listed = git(&self.bare(), &["for-each-ref", format, "refs/heads/krate/agent-memory"]).ok();
        listed.lines().map(|line| line.split_once(' ').expect("two words")).map(|(a, b)| (a.into(), b.into())).collect()
    }

    fn head(&self) -> String {
        git(&self.clone(), &["rev-parse", "HEAD"]).ok().trim().to_owned()
    }
}

#[test]
fn a_proposal_becomes_a_branch_and_the_pusher_is_told_its_name() {
    let host = Host::new();
    let before = host.tip("main");
    let pushed = host.propose("runbooks/x.md", &runbook("x", "X", "Good."), &[]);
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
    let updates = host.updates();
    let (id, commit) = &updates[0];
    assert_eq!((updates.len(), commit, host.tip("main")), (1, &host.head(), before));
    for part in [&format!("{id}: it merges cleanly and is valid"), &format!("krate/agent-memory/{id}"), "-o update="] {
        assert!(pushed.stderr.contains(part), "{part}: {}", pushed.stderr);
    }
    assert_eq!(host.offer(&[]).code, 0);
    assert_eq!(host.updates(), updates, "the same commit is the same update");
}

#[test]
fn an_option_or_a_trailer_makes_another_revision_of_it() {
    let host = Host::new();
    host.propose("runbooks/x.md", &runbook("x", "X", "One."), &[]).ok();
    let id = host.updates()[0].0.clone();
    let pushed = host.propose("runbooks/x.md", &runbook("x", "X", "Two."), &["-o", &format!("update={id}")]);
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
    assert_eq!(host.updates(), [(id.clone(), host.head())]);
    git(&host.clone(), &["commit", "--quiet", "--amend", "-m", &format!("Three\n\nUpdate: {id}")]).ok();
    let pushed = host.offer(&["-o", "title=Three"]);
    assert_eq!((pushed.code, host.updates()), (0, vec![(id, host.head())]), "{}", pushed.stderr);
    assert!(pushed.stderr.contains("kept by a server only"), "{}", pushed.stderr);
}

#[test]
fn what_the_merge_would_break_is_told_with_place_and_mend() {
    let host = Host::new();
    let pushed = host.propose("runbooks/x.md", BAD, &[]);
    assert_eq!(pushed.code, 0, "it is kept for review: {}", pushed.stderr);
    for part in ["is not valid", "runbooks/x.md:3:7: error LK201", "did you mean `Runbook`?"] {
        assert!(pushed.stderr.contains(part), "{part}: {}", pushed.stderr);
    }
    // A conflict is of the merge, which no look at the branch alone shows.
    git(&host.clone(), &["reset", "--quiet", "--hard", "origin/main"]).ok();
    assert_eq!(host.push("notes/x.md", "# One\n", "main").code, 0);
    git(&host.clone(), &["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    let pushed = host.propose("notes/x.md", "# Two\n", &[]);
    assert!(pushed.stderr.contains("it does not merge cleanly"), "{}", pushed.stderr);
    assert!(pushed.stderr.contains("notes/x.md: both sides changed it"), "{}", pushed.stderr);
}

#[test]
fn a_secret_an_unknown_option_and_an_unknown_update_are_refused_and_leave_nothing() {
    let host = Host::new();
    let secret = ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let refused = host.propose("notes/x.md", &format!("Use {secret}\n"), &[]);
    assert!(refused.code == 1 && refused.stderr.contains("LK501") && !refused.stderr.contains(&secret));
    git(&host.clone(), &["reset", "--quiet", "--hard", "origin/main"]).ok();
    write(&host.clone(), "notes/x.md", "# X\n");
    commit(&host.clone(), "A note");
    for (option, why) in [
        ("shell=rm", "`-o shell` is not known"),
        ("update=../../../main", "is no update"),
        ("update=\u{1b}[2J", "is no update"),
        ("update=amu-01arz3ndektsv4rrffq69g5fav", "there is no update"),
    ] {
        let refused = host.offer(&["-o", option]);
        assert!(refused.code == 1 && refused.stderr.contains(why), "{option}: {}", refused.stderr);
        assert!(!refused.stderr.contains('\u{1b}'), "{}", refused.stderr);
    }
    let elsewhere = git(&host.clone(), &["push", "origin", "HEAD:refs/for/other"]);
    assert!(elsewhere.code == 1 && elsewhere.stderr.contains("for the default branch"), "{}", elsewhere.stderr);
    let nothing = git(&host.clone(), &["push", "origin", "origin/main:refs/for/main"]);
    assert!(nothing.code == 1 && nothing.stderr.contains("nothing that has not landed"), "{}", nothing.stderr);
    assert_eq!(host.updates(), []);
    assert_eq!(git(&host.bare(), &["for-each-ref", "refs/for"]).stdout, "");
}

#[test]
fn people_merge_the_branch_by_hand_and_it_takes_no_further_revision() {
    let host = Host::new();
    host.propose("runbooks/x.md", &runbook("x", "X", "Good."), &[]).ok();
    let id = host.updates()[0].0.clone();
    let clone = host.clone();
    git(&clone, &["fetch", "--quiet", "origin"]).ok();
    git(&clone, &["reset", "--quiet", "--hard", "origin/main"]).ok();
    git(&clone, &["merge", "--quiet", "--no-ff", "-m", "Take it", &format!("origin/krate/agent-memory/{id}")]).ok();
    git(&clone, &["push", "--quiet", "origin", "HEAD:main"]).ok();
    let refused = host.propose("notes/x.md", "# X\n", &["-o", &format!("update={id}")]);
    assert!(refused.code == 1 && refused.stderr.contains("has landed"), "{}", refused.stderr);
    std::fs::write(clone.join(".git/signers"), "").expect("a file can be written");
    let verified = run(&clone, &["verify", "--rev", "origin/main", "--allowed-signers", ".git/signers"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
    assert!(verified.stdout.contains("direct-push"), "{}", verified.stdout);
}

#[test]
fn installing_twice_sets_it_up_once_and_leaves_what_somebody_else_set() {
    let host = Host::without_hook();
    git(&host.bare(), &["config", "receive.procReceiveRefs", "refs/review"]).ok();
    for _ in 0..2 {
        run(host.bare().parent().expect("it is in a folder"), &["hook", "install", "bare.git"]).ok();
    }
    let set = git(&host.bare(), &["config", "--get-all", "receive.procReceiveRefs"]).ok();
    assert_eq!(set.lines().collect::<Vec<_>>(), ["refs/review", "refs/for"]);
    let other = Host::without_hook();
    write(&other.bare(), "hooks/proc-receive", "#!/bin/sh\nexit 1\n");
    run(other.bare().parent().expect("it is in a folder"), &["hook", "install", "bare.git"]).ok();
    assert_eq!(git(&other.bare(), &["config", "--get-all", "receive.procReceiveRefs"]).stdout, "");
}

#[test]
fn saved_queries_are_asked_of_pushes_and_of_proposals() {
    let host = Host::new();
    host.push("runbooks/cache.md", &runbook("cache", "Empty the cache", "Stop it, empty it."), "main").ok();
    let query = "version: 1\ntext: how to empty the cache\nexpect: [runbook:cache]\nseverity: error\n";
    host.push("ontology/queries/cache.yaml", query, "main").ok();
    for has_index in [false, true] {
        if has_index {
            run(host.bare().parent().expect("it is in a folder"), &["hook", "install", "bare.git"]).ok();
        }
        std::fs::remove_file(host.clone().join("runbooks/cache.md")).expect("it is there");
        let refused = host.push("notes/x.md", "# X\n", "main");
        assert!(refused.code == 1 && refused.stderr.contains("LK703"), "{}", refused.stderr);
        let told = host.offer(&[]);
        assert!(told.code == 0 && told.stderr.contains("would be nowhere"), "{}", told.stderr);
        git(&host.clone(), &["reset", "--quiet", "--hard", "origin/main"]).ok();
    }
}

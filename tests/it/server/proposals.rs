//! Proposals by `git push origin HEAD:refs/for/main`, with the real client.

use super::host::{API, Host, git, refused_push};
use super::note;
use crate::support::TestRepo;
use serde_json::{Value, json};

/// A server, and a clone of a proposer.
fn scribe() -> (Host, TestRepo, String) {
    let host = Host::new();
    let token = host.token("agent:scribe", "proposer");
    let clone = host.clone(&token);
    (host, clone, token)
}

fn push(clone: &TestRepo, args: &[&str]) -> String {
    let (well, said) = git(clone, &[&["push"], args, &["origin", "HEAD:refs/for/main"]].concat());
    assert!(well, "{said}");
    said
}

fn write(clone: &TestRepo, body: &str, message: &str) -> String {
    clone.commit_files(&[("terms/quokka.md", &note("term:quokka", body))], message)
}

fn updates(host: &Host, token: &str) -> Vec<Value> {
    host.get(token, &format!("{API}/updates")).expect(200)["items"].as_array().unwrap().clone()
}

fn only(host: &Host, token: &str) -> Value {
    let mut all = updates(host, token);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn a_pushed_commit_becomes_an_update_that_a_reviewer_lands() {
    let (host, clone, token) = scribe();
    let before = host.tip();
    let head = write(
        &clone,
        "A small wallaby.",
        "Learn a word\n\nNobody knew what it is.\n\nSigned-off-by: Scribe <s@example.invalid>",
    );
    let said = push(&clone, &["-o", "source-run=adr-7"]);
    let update = only(&host, &token);
    let name = update["metadata"]["name"].as_str().unwrap();
    assert!(said.contains(&format!("lorekeep: {name} revision 1: AwaitingApproval")), "{said}");
    assert!(said.contains(&format!("-o update={name}")), "how to revise it: {said}");
    assert!(said.contains(&format!("krate/agent-memory/{name}")), "git names the branch: {said}");
    assert_eq!(update["spec"]["title"], "Learn a word");
    assert_eq!(update["spec"]["reason"], "Nobody knew what it is.");
    assert_eq!(update["spec"]["sourceRun"], "adr-7");
    assert_eq!(update["spec"]["proposer"], "agent:scribe");
    assert_eq!(update["spec"]["baseCommit"], before.as_str());
    assert_eq!(update["spec"]["changes"][0]["path"], "terms/quokka.md");
    assert_eq!(update["status"]["headCommit"], head.as_str());
    assert_eq!(host.tip(), before, "nothing landed");
    let auditor = host.token("user:ada", "admin");
    let proposed = "/api/orgs/a5c/agents/audit?event=agent.memory.update.proposed";
    let entries = host.get(&auditor, proposed).expect(200);
    assert_eq!(
        (&entries["items"][0]["source"], &entries["items"][0]["actor"]),
        (&json!("git"), &json!("agent:scribe"))
    );
    assert!(!host.try_git(&["rev-parse", "--verify", "-q", "refs/for/main"]).0, "no such reference is made");
    assert_eq!(host.git(&["rev-parse", &format!("refs/heads/krate/agent-memory/{name}")]), head);

    let reviewer = host.token("user:rae", "reviewer");
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    host.post(&reviewer, &format!("{API}/updates/{name}/approve"), digest.clone()).expect(200);
    let merged = host.post(&reviewer, &format!("{API}/updates/{name}/merge"), digest).expect(200);
    assert_eq!(merged["status"]["phase"], "Merged");
    assert_eq!(host.git(&["rev-parse", "main^2"]), head, "the pushed commit itself is what landed");
}

#[test]
fn pushing_again_revises_and_dismisses_what_was_approved() {
    let (host, clone, token) = scribe();
    write(&clone, "A wallaby.", "Learn a word");
    push(&clone, &["-o", "title=A better title", "-o", "reason=Because."]);
    let first = only(&host, &token);
    assert_eq!((&first["spec"]["title"], &first["spec"]["reason"]), (&json!("A better title"), &json!("Because.")));
    let name = first["metadata"]["name"].as_str().unwrap();
    let reviewer = host.token("user:rae", "reviewer");
    let digest = json!({"expectedDiffDigest": first["status"]["diffDigest"]});
    host.post(&reviewer, &format!("{API}/updates/{name}/approve"), digest).expect(200);

    write(&clone, "A small wallaby.", "x");
    clone.git(&["reset", "-q", "--soft", "HEAD~2"]);
    clone.git(&["commit", "-q", "-m", &format!("Learn a word\n\nUpdate: {name}")]);
    let said = push(&clone, &[]);
    assert!(said.contains(&format!("{name} revision 2: AwaitingApproval")), "by its trailer: {said}");
    assert!(said.contains("forced update"), "git says that the branch was moved aside: {said}");
    let second = only(&host, &token);
    assert_eq!(second["status"]["revision"], 2);
    assert_eq!(second["status"]["approvals"][0]["dismissed"], true);

    write(&clone, "A small, curious wallaby.", "More");
    assert!(push(&clone, &["-o", &format!("update={name}")]).contains("revision 3"));
    let again = push(&clone, &["-o", &format!("update={name}")]);
    assert!(again.contains("revision 3"), "the same commit again changes nothing: {again}");
    let diff = host.get(&token, &format!("{API}/updates/{name}/revisions/1/diff")).expect(200);
    assert!(diff.to_string().contains("A wallaby."), "{diff}");
}

#[test]
fn a_push_takes_the_place_of_another_update() {
    let (host, clone, token) = scribe();
    write(&clone, "A wallaby.", "Learn a word");
    push(&clone, &[]);
    let old = only(&host, &token)["metadata"]["name"].as_str().unwrap().to_owned();
    clone.git(&["reset", "-q", "--hard", "HEAD~1"]);
    // The trailer of the older one came along, and names what is superseded.
    write(&clone, "A small wallaby.", &format!("Learn a word better\n\nUpdate: {old}"));
    let option = format!("supersedes={old}");
    let said = push(&clone, &["-o", &option]);
    assert!(said.contains("revision 1: AwaitingApproval"), "it is a new one: {said}");
    let phase = || host.get(&token, &format!("{API}/updates/{old}")).expect(200)["status"]["phase"].clone();
    assert_eq!(phase(), "Superseded");
    assert!(push(&clone, &["-o", &option]).contains("revision 1"), "the same commit again is the same update");
    assert_eq!(updates(&host, &token).len(), 2);
    write(&clone, "A small, curious wallaby.", "More");
    let said = refused_push(&clone, &["-o", &option, "HEAD:refs/for/main"]);
    assert!(said.contains("is Superseded"), "{said}");
    let audit =
        host.get(&host.token("user:ada", "admin"), "/api/orgs/a5c/agents/audit?event=agent.memory.update.superseded");
    assert_eq!(audit.expect(200)["items"][0]["source"], "git");
}

#[test]
fn the_same_commit_pushed_twice_is_one_update() {
    let (host, clone, token) = scribe();
    write(&clone, "A wallaby.", "Learn a word");
    push(&clone, &[]);
    push(&clone, &[]);
    let name = only(&host, &token)["metadata"]["name"].as_str().unwrap().to_owned();
    let reviewer = host.token("user:rae", "reviewer");
    host.post(&reviewer, &format!("{API}/updates/{name}/reject"), json!({})).expect(200);
    let said = refused_push(&clone, &["HEAD:refs/for/main"]);
    assert!(said.contains("Rejected") && said.contains("change it first"), "{said}");
}

#[test]
fn an_invalid_proposal_is_kept_with_its_findings() {
    let (host, clone, token) = scribe();
    let bad = note("term:quokka", "x").replace("kind: Term", "kind: Trem");
    clone.commit_files(&[("terms/quokka.md", &bad)], "Learn wrongly");
    let said = push(&clone, &[]);
    assert!(said.contains("revision 1: Invalid"), "{said}");
    assert!(said.contains("terms/quokka.md:3:7: error LK201"), "{said}");
    assert_eq!(only(&host, &token)["status"]["phase"], "Invalid");
}

#[test]
fn what_cannot_be_proposed_is_refused_with_a_reason_and_leaves_no_update() {
    let (host, clone, token) = scribe();
    let reader = host.token("user:rex", "reader");
    let said = refused_push(&clone, &["HEAD:refs/for/main"]);
    assert!(said.contains("nothing that has not landed"), "{said}");
    write(&clone, "A wallaby.", "Learn a word");
    for (args, why) in [
        (&["-o", "titel=x", "HEAD:refs/for/main"][..], "`-o titel` is not known"),
        (&["-o", "update=amu-01hx0000000000000000000000", "HEAD:refs/for/main"], "there is no update"),
        (&["-o", "update=--exec=x", "HEAD:refs/for/main"], "is no update"),
        (&["HEAD:refs/for/other"], "push to refs/for/<its name>"),
        (&["HEAD:refs/for/main/x"], "push to refs/for/<its name>"),
        (&["-o", "title=", "HEAD:refs/for/main"], "a title is required"),
    ] {
        let said = refused_push(&clone, args);
        assert!(said.contains(why), "{args:?}: {said}");
    }
    clone.git(&["remote", "set-url", "origin", &host.url(&reader)]);
    assert!(refused_push(&clone, &["HEAD:refs/for/main"]).contains("needs the role proposer"));
    assert_eq!(updates(&host, &token), Vec::<Value>::new());
    assert_eq!(host.git(&["for-each-ref", "refs/heads/krate"]), "");
}

#[test]
fn a_secret_is_refused_before_anything_is_kept() {
    let (host, clone, token) = scribe();
    let secret = ["ghp", "_", "Zk4mWq8Rt2Yv6Bn1Xc5Lp9Sd3Fg7Hj0Kw2Qe"].concat();
    write(&clone, &format!("The token is {secret}."), "Tell");
    write(&clone, "The token is gone.", "Take it back");
    refused_push(&clone, &["HEAD:refs/for/main"]);
    assert_eq!(updates(&host, &token), Vec::<Value>::new());
    assert!(!host.try_git(&["cat-file", "-e", &clone.git(&["rev-parse", "HEAD~1:terms/quokka.md"])]).0);
}

#[test]
fn a_proposal_and_a_branch_go_in_one_push() {
    let (host, clone, token) = scribe();
    let head = write(&clone, "A wallaby.", "Learn a word");
    let (well, said) = git(&clone, &["push", "origin", "HEAD:refs/heads/krate/mine", "HEAD:refs/for/main"]);
    assert!(well, "{said}");
    assert_eq!(host.git(&["rev-parse", "refs/heads/krate/mine"]), head);
    assert_eq!(only(&host, &token)["status"]["headCommit"], head.as_str());
    let audit = std::fs::read_dir(host.data_dir().join("hooks")).unwrap();
    assert_eq!(audit.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with("report-")).count(), 0);
}

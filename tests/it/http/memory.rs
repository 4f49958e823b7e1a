//! The routes of memory, from a proposal to what is read after its merge.

use super::server::{API, Server};
use serde_json::{Value, json};

const RUNBOOK: &str = "---\nid: runbook:ci/flake\nkind: Runbook\ntitle: Flaky checks\nstatus: draft\nowners: [team:platform]\nupdatedAt: 2026-05-10T12:00:00Z\n---\n# Flaky checks\n\nRestart the playwright worker.\nThen look again.\n";

fn propose(server: &Server, path: &str, content: &str) -> Value {
    let body = json!({"title": "Note the flake", "reason": "it cost a day", "sourceRun": "adr-01hx",
        "changes": [{"path": path, "action": "upsert", "content": content, "reason": "learned"}]});
    server.post("proposer", &format!("{API}/updates"), body).expect(201)
}

fn name(update: &Value) -> &str {
    update["metadata"]["name"].as_str().unwrap()
}

fn act(server: &Server, who: &str, update: &Value, action: &str) -> super::server::Reply {
    let body = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    server.post(who, &format!("{API}/updates/{}/{action}", name(update)), body)
}

fn land(server: &Server, path: &str, content: &str) -> Value {
    let update = propose(server, path, content);
    assert_eq!(update["status"]["phase"], "AwaitingApproval", "{update}");
    act(server, "reviewer", &update, "approve").expect(200);
    act(server, "reviewer", &update, "merge").expect(200)
}

#[test]
fn a_proposal_is_approved_merged_and_read() {
    let server = Server::start();
    let update = propose(&server, "runbooks/flake.md", RUNBOOK);
    assert_eq!(update["kind"], "AgentMemoryUpdate");
    assert_eq!(update["spec"]["proposer"], "user:proposer");
    assert_eq!(update["spec"]["sourceRun"], "adr-01hx");
    assert_eq!(update["status"]["phase"], "AwaitingApproval");
    act(&server, "proposer", &update, "approve").refused(403, "SELF_APPROVAL_DENIED");
    let approved = act(&server, "reviewer", &update, "approve").expect(200);
    assert_eq!(approved["status"]["phase"], "Approved");
    let merged = act(&server, "reviewer", &update, "merge").expect(200);
    assert_eq!(merged["status"]["phase"], "Merged");
    let commit = merged["status"]["mergeCommit"].as_str().unwrap();
    let resolved = server.post("reader", &format!("{API}/resolve-ref"), json!({})).expect(200);
    assert_eq!(resolved["resolvedCommit"], commit);
    assert_eq!(resolved["memoryRepository"], "brain");
    let record = server.get("reader", &format!("{API}/records/runbook:ci/flake")).expect(200);
    assert_eq!(record["resolvedCommit"], commit);
    assert_eq!(record["memoryRepository"], "brain");
    assert_eq!(record["document"]["path"], "runbooks/flake.md");
    assert_eq!(record["document"]["text"], RUNBOOK);
    assert_eq!(record["redaction"]["status"], "clean");
    let summary = server.get("reader", "/api/orgs/a5c/agents/summary").expect(200);
    assert_eq!(summary["updates"]["Merged"], 1);
    let metrics = server.get("", "/metrics").text;
    assert!(metrics.contains("lorekeep_update_merges_total 1"), "{metrics}");
}

#[test]
fn the_same_query_gives_the_same_bytes() {
    let server = Server::start();
    land(&server, "runbooks/flake.md", RUNBOOK);
    let body = json!({"memoryRepository": "brain", "requestedRef": "main", "explain": true,
        "query": {"text": "playwright", "modes": ["graph", "grep"]}});
    let first = server.post("reader", &format!("{API}/query"), body.clone());
    let answer = first.expect(200);
    assert_eq!(answer["organization"], "a5c");
    assert_eq!(answer["records"][0]["id"], "runbook:ci/flake", "{answer}");
    assert_eq!(answer["excerpts"][0]["path"], "runbooks/flake.md", "{answer}");
    assert_eq!(answer["permission"]["decision"], "allowed");
    assert_eq!(answer["snapshotPreview"]["requestedRef"], "main");
    assert_eq!(server.post("reader", &format!("{API}/query"), body).text, first.text);
}

#[test]
fn a_query_names_the_landing_of_its_lines_where_it_is_asked_to() {
    let server = Server::start();
    let update = land(&server, "runbooks/flake.md", RUNBOOK);
    let ask = |grep: Value| {
        let body = json!({"memoryRepository": "brain", "query": {"queryMode": "grep-only", "grep": grep}});
        server.post("reader", &format!("{API}/query"), body).expect(200)
    };
    let usual = ask(json!({"pattern": "playwright worker"}));
    let without = ask(json!({"pattern": "playwright worker", "includeOrigins": false}));
    let with = ask(json!({"pattern": "playwright worker", "includeOrigins": true}));
    let manifest = |answer: &Value| answer["snapshotPreview"]["queryManifestDigest"].clone();
    assert_eq!(usual, without);
    assert!(usual["excerpts"][0].get("origins").is_none(), "{usual}");
    assert_ne!(manifest(&usual), manifest(&with));
    let excerpt = &with["excerpts"][0];
    let origin = json!({"lineStart": excerpt["lineStart"], "lineEnd": excerpt["lineEnd"], "update": name(&update),
        "commit": update["status"]["mergeCommit"], "approvers": ["user:reviewer"]});
    assert_eq!(excerpt["origins"], json!([origin]));
}

#[test]
fn a_document_is_read_by_lines_and_at_a_commit() {
    let server = Server::start();
    let before = server.post("reader", &format!("{API}/resolve-ref"), json!({})).expect(200);
    land(&server, "runbooks/flake.md", RUNBOOK);
    let read = |query: &str| server.get("reader", &format!("{API}/documents?path=runbooks/flake.md{query}"));
    let lines = read("&lines=9-11").expect(200);
    assert_eq!(lines["document"]["lineStart"], 9);
    assert!(lines["document"]["text"].as_str().unwrap().contains("Restart the playwright worker."), "{lines}");
    assert!(!lines["document"]["text"].as_str().unwrap().contains("runbook:ci/flake"), "{lines}");
    read(&format!("&ref={}", before["resolvedCommit"].as_str().unwrap())).refused(404, "NOT_FOUND");
    read("&ref=nowhere").refused(404, "REF_NOT_FOUND");
    read("&at=yesterday").refused(400, "BAD_TIMESTAMP");
    read("&at=1990-01-01T00:00:00Z").refused(404, "REF_BEFORE_HISTORY");
    read("&ref=main&at=2026-01-01T00:00:00Z").refused(422, "INVALID_QUERY");
    server.get("reader", &format!("{API}/documents?path=../../etc/passwd")).refused(400, "BAD_REQUEST");
    let option = server.post("reader", &format!("{API}/resolve-ref"), json!({"requested": "--exec=id"}));
    option.refused(400, "BAD_REQUEST");
}

#[test]
fn records_come_in_pages_of_one_commit() {
    let server = Server::start();
    for n in 0..5 {
        let content = RUNBOOK.replace("runbook:ci/flake", &format!("runbook:n{n}"));
        land(&server, &format!("runbooks/n{n}.md"), &content);
    }
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.get("reader", &format!("{API}/records?kind=Runbook&limit=2{cursor}")).expect(200);
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids, ["runbook:n0", "runbook:n1", "runbook:n2", "runbook:n3", "runbook:n4"]);
    server.get("reader", &format!("{API}/records?limit=201")).refused(422, "LIMIT_EXCEEDED");
    server.get("reader", &format!("{API}/records?cursor=%7B%7D")).refused(400, "BAD_REQUEST");
}

#[test]
fn a_revision_dismisses_and_the_diffs_of_both_are_kept() {
    let server = Server::start();
    let first = propose(&server, "runbooks/flake.md", RUNBOOK);
    act(&server, "reviewer", &first, "approve").expect(200);
    let body = json!({"title": "Note the flake", "reason": "better said",
        "changes": [{"path": "runbooks/flake.md", "action": "upsert", "content": RUNBOOK.replace("look", "search")}]});
    let second = server.post("proposer", &format!("{API}/updates/{}/revisions", name(&first)), body).expect(200);
    assert_eq!(second["status"]["revision"], 2);
    assert_eq!(second["status"]["phase"], "AwaitingApproval");
    assert_eq!(second["status"]["approvals"][0]["dismissed"], true);
    act(&server, "reviewer", &first, "approve").refused(409, "DIGEST_MISMATCH");
    let diff = |n: u32| server.get("reader", &format!("{API}/updates/{}/revisions/{n}/diff", name(&first)));
    assert!(diff(1).expect(200)["diff"].as_str().unwrap().contains("+Then look again."));
    assert!(diff(2).expect(200)["diff"].as_str().unwrap().contains("+Then search again."));
    diff(3).refused(404, "NOT_FOUND");
}

#[test]
fn reviewers_talk_ask_and_reject() {
    let server = Server::start();
    let update = propose(&server, "runbooks/flake.md", RUNBOOK);
    let path = |action: &str| format!("{API}/updates/{}/{action}", name(&update));
    let said = json!({"path": "runbooks/flake.md", "line": 9, "body": "which worker?"});
    let commented = server.post("reviewer", &path("comment"), said).expect(200);
    assert_eq!(commented["status"]["comments"][0]["body"], "which worker?");
    let asked = server.post("reviewer", &path("request-changes"), json!({"comment": "say which"})).expect(200);
    assert_eq!(asked["status"]["phase"], "ChangesRequested");
    server.post("proposer", &path("refresh"), json!({})).expect(200);
    let rejected = server.post("reviewer", &path("reject"), json!({})).expect(200);
    assert_eq!(rejected["status"]["phase"], "Rejected");
    let list = server.get("reader", &format!("{API}/updates?phase=Rejected")).expect(200);
    assert_eq!(list["items"][0]["metadata"]["name"], update["metadata"]["name"]);
    assert_eq!(server.get("reader", &format!("{API}/updates?phase=Merged")).expect(200)["items"], json!([]));
    let read = server.get("reader", &format!("{API}/updates/{}", name(&update))).expect(200);
    assert!(read["status"]["diff"].as_str().unwrap().contains("+Restart the playwright worker."));
}

#[test]
fn an_id_that_is_not_there_is_not_found_whatever_it_looks_like() {
    let server = Server::start();
    for id in ["amu-00000000000000000000000000", "x", "..%2f..%2fetc", "amu-%00"] {
        server.get("reader", &format!("{API}/updates/{id}")).refused(404, "NOT_FOUND");
        server.post("reviewer", &format!("{API}/updates/{id}/reject"), json!({})).refused(404, "NOT_FOUND");
    }
    server.get("reader", &format!("{API}/records/runbook:none")).refused(404, "NOT_FOUND");
    server.get("reader", &format!("{API}/repositories/none")).refused(404, "NOT_FOUND");
}

#[test]
fn a_policy_changes_field_by_field() {
    let server = Server::start();
    let patch = |policy: Value| {
        let body = json!({"policy": policy}).to_string();
        server.ask("admin", "PATCH", &format!("{API}/repositories/brain"), &super::server::JSON, body.as_bytes())
    };
    let changed = patch(json!({"requiredApprovals": 2})).expect(200);
    assert_eq!(changed["spec"]["policy"]["requiredApprovals"], 2);
    let changed = patch(json!({"allowDirectPush": false})).expect(200);
    assert_eq!(changed["spec"]["policy"]["requiredApprovals"], 2);
    assert_eq!(changed["spec"]["policy"]["allowDirectPush"], false);
    patch(json!({"requiredApprovals": 0})).refused(400, "BAD_REQUEST");
    patch(json!({"requireSignedLandings": true})).refused(400, "BAD_REQUEST");
    let read = server.get("reader", &format!("{API}/repositories/brain")).expect(200);
    assert_eq!(read["spec"], changed["spec"]);
}

#[test]
fn a_narrowed_token_reads_its_own_part_alone() {
    let server = Server::start();
    land(&server, "runbooks/flake.md", RUNBOOK);
    let secret = RUNBOOK.replace("Runbook", "Incident").replace("runbook:ci/flake", "incident:fire");
    land(&server, "incidents/fire.md", &secret);
    server.get("scoped", &format!("{API}/records/runbook:ci/flake")).expect(200);
    server.get("scoped", &format!("{API}/records/incident:fire")).refused(404, "NOT_FOUND");
    server.get("scoped", &format!("{API}/documents?path=incidents/fire.md")).refused(404, "NOT_FOUND");
    let answer = server.post("scoped", &format!("{API}/query"), json!({"query": {"text": "playwright"}}));
    answer.expect(200);
    assert!(!answer.text.contains("incident:fire"), "{}", answer.text);
}

#[test]
fn the_signers_are_a_file_git_understands() {
    let server = Server::start();
    let signers = server.get("reader", &format!("{API}/signers")).expect(200);
    assert_eq!(signers["organization"], "a5c");
    assert!(signers["allowedSigners"].as_str().unwrap().contains("ssh-ed25519 "), "{signers}");
}

#[test]
fn a_commit_is_validated_and_compared_by_a_query() {
    let server = Server::start();
    let before = server.post("reader", &format!("{API}/resolve-ref"), json!({})).expect(200);
    land(&server, "runbooks/flake.md", RUNBOOK);
    let ask = |mode: &str, commit: &Value| {
        let body = json!({"resolvedCommit": commit, "query": {"queryMode": mode}});
        server.post("reader", &format!("{API}/query"), body).expect(200)
    };
    let validated = ask("ontology-validation", &Value::Null);
    assert_eq!(validated["validation"]["summary"]["errors"], 0, "{validated}");
    let compared = ask("diff-ref", &before["resolvedCommit"]);
    assert!(compared["diff"].to_string().contains("runbooks/flake.md"), "{compared}");
}

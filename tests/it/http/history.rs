//! The history of a record, comparisons, bisect, and snapshots by their names, over HTTP.

use super::server::{API, JSON, Server};
use serde_json::{Value, json};

fn runbook(id: &str, body: &str) -> String {
    format!(
        "---\nid: {id}\nkind: Runbook\ntitle: Retry\nstatus: approved\nowners: [team:platform]\nupdatedAt: 2026-05-10T12:00:00Z\n---\n# Retry\n\n{body}\n"
    )
}

/// Lands files through review; gives the update.
fn land(server: &Server, files: &[(&str, &str)]) -> Value {
    let changes: Vec<Value> =
        files.iter().map(|(path, text)| json!({"path": path, "action": "upsert", "content": text})).collect();
    let body = json!({"title": "Write", "reason": "it was missing", "changes": changes});
    let update = server.post("proposer", &format!("{API}/updates"), body).expect(201);
    let name = update["metadata"]["name"].as_str().unwrap_or_else(|| panic!("{update}"));
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    server.post("reviewer", &format!("{API}/updates/{name}/approve"), digest.clone()).expect(200);
    server.post("reviewer", &format!("{API}/updates/{name}/merge"), digest).expect(200)
}

fn commit(update: &Value) -> &str {
    update["status"]["mergeCommit"].as_str().unwrap_or_else(|| panic!("{update}"))
}

#[test]
fn the_history_of_a_record_stands_below_the_record() {
    let server = Server::start();
    let first = land(&server, &[("runbooks/retry.md", &runbook("runbook:ci/retry", "Five times."))]);
    let second = land(&server, &[("runbooks/retry.md", &runbook("runbook:ci/retry", "Seven times."))]);
    let below = format!("{API}/records/runbook:ci/retry/history");
    let history = server.get("reader", &below).expect(200);
    let commits: Vec<_> = history["items"].as_array().unwrap().iter().map(|item| item["commit"].clone()).collect();
    assert_eq!(commits, [json!(commit(&second)), json!(commit(&first))]);
    assert_eq!(history["id"], "runbook:ci/retry");
    assert_eq!(history["items"][0]["update"], second["metadata"]["name"]);
    assert_eq!(history, server.get("reader", &format!("{API}/history?id=runbook:ci/retry")).expect(200));
    let escaped = format!("{API}/records/runbook%3Aci%2Fretry/history");
    assert_eq!(history, server.get("reader", &escaped).expect(200));
    let unaddressed = "/api/agents/memory/records/runbook:ci/retry/history?organization=a5c";
    assert_eq!(history, server.get("reader", unaddressed).expect(200));

    let one = server.get("reader", &format!("{below}?limit=1")).expect(200);
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    let then = server.get("reader", &format!("{below}?ref={}", commit(&first))).expect(200);
    assert_eq!(then["items"].as_array().unwrap().len(), 1, "{then}");
    assert_eq!(server.get("scoped", &below).expect(200)["items"][0]["subject"], "");
    server.get("reader", &format!("{API}/records/runbook:nobody/history")).refused(404, "NOT_FOUND");
    server.get("reader", &format!("{below}?limit=0")).refused(422, "LIMIT_EXCEEDED");
    server.get("reader", &format!("{below}?since=x")).refused(400, "BAD_REQUEST");
    let record = format!("{API}/records/runbook:ci/retry");
    server.get("reader", &format!("{record}?limit=1")).refused(400, "BAD_REQUEST");
    assert_eq!(server.get("reader", &record).expect(200)["document"]["id"], "runbook:ci/retry");
}

#[test]
fn a_record_that_is_called_history_is_told_apart_by_how_its_slash_is_written() {
    let server = Server::start();
    let named = land(&server, &[("runbooks/of.md", &runbook("runbook:ci/history", "Read the log."))]);
    let record = server.get("reader", &format!("{API}/records/runbook:ci%2Fhistory")).expect(200);
    assert_eq!(record["document"]["id"], "runbook:ci/history");
    for path in ["records/runbook:ci/history/history", "records/runbook:ci%2Fhistory/history"] {
        let history = server.get("reader", &format!("{API}/{path}")).expect(200);
        assert_eq!(
            (&history["id"], &history["items"][0]["commit"]),
            (&json!("runbook:ci/history"), &json!(commit(&named)))
        );
    }
    server.get("reader", &format!("{API}/records/runbook:ci/history")).refused(404, "NOT_FOUND");
    server.get("reader", &format!("{API}/records/history")).refused(404, "NOT_FOUND");
}

#[test]
fn two_commits_are_compared() {
    let server = Server::start();
    let first = land(&server, &[("runbooks/retry.md", &runbook("runbook:retry", "Five times."))]);
    let second = land(
        &server,
        &[
            ("runbooks/retry.md", &runbook("runbook:retry", "Seven times.").replace("title: Retry", "title: Retries")),
            ("notes/other.md", "# Other\n\nSomething else.\n"),
        ],
    );
    let path = format!("{API}/diff");
    let ask = |who: &str, body: Value| server.post(who, &path, body);
    let diff = ask("reader", json!({"from": commit(&first)})).expect(200);
    assert_eq!((&diff["from"], &diff["to"]), (&json!(commit(&first)), &json!(commit(&second))));
    assert_eq!((&diff["organization"], &diff["memoryRepository"]), (&json!("a5c"), &json!("brain")));
    let paths: Vec<_> = diff["files"].as_array().unwrap().iter().map(|file| file["path"].clone()).collect();
    assert_eq!(paths, ["notes/other.md", "runbooks/retry.md"]);
    let retry = diff["records"].as_array().unwrap().iter().find(|record| record["id"] == "runbook:retry").unwrap();
    assert!(retry["fields"].to_string().contains("Retries"), "{retry}");
    assert_eq!((&diff["diff"], &diff["limits"]["truncated"]), (&Value::Null, &json!(false)));
    let full =
        ask("reader", json!({"from": "main~1", "to": "main", "mode": "full", "paths": ["runbooks/**"]})).expect(200);
    let lines = full["diff"].as_str().unwrap();
    assert!(lines.contains("-Five times.\n+Seven times.") && !lines.contains("Something else"), "{lines}");
    assert_eq!(full["files"].as_array().unwrap().len(), 1);

    server.post("reader", &format!("{API}/snapshots"), json!({"requestedRef": "main~1", "name": "then"})).expect(201);
    let landed_at =
        server.get("reader", &format!("{API}/history?id=runbook:retry")).expect(200)["items"][0]["landedAt"].clone();
    for (from, to) in [
        (json!({"snapshot": "then"}), json!({"at": landed_at})),
        (json!({"ref": commit(&first)}), json!({})),
        (json!("refs/tags/memory/snapshots/then"), json!("main")),
    ] {
        let other = ask("reader", json!({"from": from, "to": to})).expect(200);
        assert_eq!(other, diff, "{from} {to}");
    }
    let scoped = ask("scoped", json!({"from": commit(&first), "mode": "full"})).expect(200);
    assert_eq!(scoped["files"].as_array().unwrap().len(), 1);
    assert!(!scoped.to_string().contains("Something else") && !scoped.to_string().contains("other.md"), "{scoped}");
    for (body, status, code) in [
        (json!({}), 400, "BAD_REQUEST"),
        (json!({"from": 5}), 400, "BAD_REQUEST"),
        (json!({"from": {"ref": "main", "at": "2026-01-01T00:00:00Z"}}), 422, "INVALID_QUERY"),
        (json!({"from": "main", "mode": "long"}), 400, "BAD_REQUEST"),
        (json!({"from": "nothing"}), 404, "REF_NOT_FOUND"),
        (json!({"from": "main", "paths": ["["]}), 400, "BAD_REQUEST"),
    ] {
        ask("reader", body).refused(status, code);
    }
}

#[test]
fn the_landing_that_changed_an_answer_is_found() {
    let server = Server::start();
    let note = |n: usize| (format!("notes/n{n}.md"), "# A note\n\nNothing of that.\n".to_owned());
    let [first, last] = [0, 1].map(note);
    land(&server, &[(&first.0, &first.1)]);
    let came = land(&server, &[("runbooks/retry.md", &runbook("runbook:retry", "The retry budget is five."))]);
    land(&server, &[(&last.0, &last.1)]);
    let path = format!("{API}/bisect?query=retry%20budget&expect=runbook:retry");
    let found = server.get("reader", &path).expect(200);
    assert_eq!(
        (&found["landing"]["commit"], &found["landing"]["update"]),
        (&json!(commit(&came)), &came["metadata"]["name"])
    );
    assert_eq!((&found["rankBefore"], &found["rankAfter"]), (&Value::Null, &json!(1)));
    assert!(found["asked"].as_u64().unwrap() <= 4, "{found}");
    assert_eq!(found["changes"]["files"][0]["path"], "runbooks/retry.md");
    assert_eq!(found["landing"]["approvers"], json!(["user:reviewer"]));
    assert_eq!(server.get("scoped", &path).expect(200)["landing"], found["landing"]);
    let audit = server.get("admin", "/api/orgs/a5c/agents/audit?event=agent.memory.query.executed").expect(200);
    assert_eq!(audit["items"][1]["resolvedCommit"], commit(&came), "{audit}");

    let with = |more: &str| server.get("reader", &format!("{path}&{more}"));
    assert_eq!(with("rank=1&bad=main&good=main~2").expect(200)["landing"], found["landing"]);
    with(&format!("good={}", commit(&came))).refused(404, "NOT_FOUND");
    with("good=main&bad=main~1").refused(400, "BAD_REQUEST");
    with("rank=0").refused(400, "BAD_REQUEST");
    with("rank=501").refused(422, "LIMIT_EXCEEDED");
    with("good=nothing").refused(404, "REF_NOT_FOUND");
    server.get("reader", &format!("{API}/bisect?query=retry")).refused(400, "BAD_REQUEST");
}

#[test]
fn a_snapshot_is_read_marked_and_replayed_by_its_name() {
    let server = Server::start();
    land(&server, &[("runbooks/retry.md", &runbook("runbook:retry", "Five times."))]);
    let body = json!({"query": {"text": "retry"}, "name": "run-1", "sourceRun": "run-1"});
    let made = server.post("reader", &format!("{API}/snapshots"), body.clone()).expect(201);
    let id = made["metadata"]["name"].as_str().unwrap();
    let by_name = format!("{API}/snapshots/run-1");
    assert_eq!(server.get("reader", &by_name).expect(200), made);
    assert_eq!(
        server.get("reader", &format!("{API}/snapshots/refs%2Ftags%2Fmemory%2Fsnapshots%2Frun-1")).expect(200),
        made
    );
    let replayed = server.post("reader", &format!("{by_name}/replay"), json!({})).expect(200);
    assert_eq!((&replayed["snapshot"], &replayed["same"]), (&json!(id), &json!(true)));
    let mark = |who: &str, reason: &str| server.post(who, &format!("{by_name}/known-bad"), json!({"reason": reason}));
    mark("reviewer", "wrong").refused(403, "POLICY_DENIED");
    assert_eq!(mark("maintainer", "wrong").expect(200)["metadata"]["name"], id);
    mark("maintainer", "otherwise").refused(409, "CONFLICT");
    let impact = server.get("reader", &format!("{API}/impact?record=runbook:retry")).expect(200);
    assert_eq!((&impact["items"][0]["snapshot"], &impact["items"][0]["knownBad"]), (&json!(id), &json!(true)));

    // No name is an id, so that nothing can be read in the place of another.
    let mut other = body;
    other["name"] = json!("ams-00000000000000000000000000");
    server.post("reader", &format!("{API}/snapshots"), other).refused(400, "BAD_REQUEST");
    server.get("reader", &format!("{API}/snapshots/run-2")).refused(404, "NOT_FOUND");
    // In an org of two repositories a name needs its repository, and an id is of one.
    server.post("admin", &format!("{API}/repositories"), json!({"name": "second"})).expect(201);
    server.get("reader", &by_name).refused(400, "BAD_REQUEST");
    assert_eq!(server.get("reader", &format!("{by_name}?memoryRepository=brain")).expect(200)["metadata"]["name"], id);
    for named in [id, "run-1"] {
        let path = format!("{API}/snapshots/{named}?memoryRepository=second");
        server.get("reader", &path).refused(404, "NOT_FOUND");
        let elsewhere = json!({"memoryRepository": "second"});
        server.post("reader", &format!("{API}/snapshots/{named}/replay"), elsewhere).refused(404, "NOT_FOUND");
    }
    assert_eq!(server.get("reader", &format!("{API}/snapshots/{id}")).expect(200)["metadata"]["name"], id);
}

#[test]
fn a_section_for_an_agent_is_pinned_by_a_snapshot_as_a_query_is() {
    let server = Server::start();
    land(&server, &[("runbooks/retry.md", &runbook("runbook:retry", "The retry budget is five."))]);
    server.post("reader", &format!("{API}/snapshots"), json!({"name": "then"})).expect(201);
    land(&server, &[("runbooks/retry.md", &runbook("runbook:retry", "The retry budget is seven."))]);
    for snapshot in
        [json!("then"), server.get("reader", &format!("{API}/snapshots/then")).expect(200)["metadata"]["name"].clone()]
    {
        let body = json!({"snapshot": snapshot, "query": {"text": "retry budget"}});
        let section = server.post("reader", &format!("{API}/context"), body.clone()).expect(200);
        assert!(section["prompt"].as_str().unwrap().contains("is five"), "{section}");
        assert_eq!(section["snapshotPreview"]["snapshot"]["name"], "then");
        let headers = [JSON[0], ("accept", "text/markdown")];
        let alone = server.ask("reader", "POST", &format!("{API}/context"), &headers, body.to_string().as_bytes());
        assert_eq!((alone.status, alone.text.as_str()), (200, section["prompt"].as_str().unwrap()));
    }
}

//! Snapshots, blame, history and impact over HTTP.

use super::server::{API, Server};
use serde_json::json;

#[test]
fn a_snapshot_is_made_read_replayed_marked_and_searched_for() {
    let server = Server::start();
    let tip = server.post("reader", &format!("{API}/resolve-ref"), json!({})).expect(200);
    let body = json!({"requestedRef": "main", "query": {"text": "memory"}, "name": "run-1", "sourceRun": "run-1", "explain": true});
    let made = server.post("reader", &format!("{API}/snapshots"), body.clone()).expect(201);
    assert_eq!(
        (made["kind"].as_str(), made["apiVersion"].as_str()),
        (Some("AgentMemorySnapshot"), Some("krate.a5c.ai/v1alpha1"))
    );
    assert_eq!(made["status"]["resolvedCommit"], tip["resolvedCommit"]);
    assert_eq!(made["status"]["tag"], "refs/tags/memory/snapshots/run-1");
    let id = made["metadata"]["name"].as_str().unwrap();
    let again = server.post("reader", &format!("{API}/snapshots"), body).expect(201);
    assert_eq!(again["metadata"]["name"], id);
    let other = json!({"name": "run-1"});
    server.post("reader", &format!("{API}/snapshots"), other).refused(409, "ALREADY_EXISTS");
    assert_eq!(server.get("reader", &format!("{API}/snapshots/{id}")).expect(200), made);
    let ask = json!({"snapshot": id, "query": {"text": "memory"}, "explain": true});
    let preview = server.post("reader", &format!("{API}/query"), ask).expect(200)["snapshotPreview"].clone();
    for digest in ["queryManifestDigest", "selectedRecordsDigest", "selectedExcerptsDigest"] {
        assert_eq!(preview[digest], made["status"]["query"][digest], "{digest}");
    }
    let replayed = server.post("reader", &format!("{API}/snapshots/{id}/replay"), json!({})).expect(200);
    assert_eq!((&replayed["same"], replayed["digests"].as_array().unwrap().len()), (&json!(true), 5));
    let mark = format!("{API}/snapshots/{id}/known-bad");
    server.post("reviewer", &mark, json!({"reason": "wrong"})).refused(403, "POLICY_DENIED");
    let marked = server.post("maintainer", &mark, json!({"reason": "wrong"})).expect(200);
    assert_eq!(
        (&marked["status"]["phase"], &marked["status"]["knownBad"]["reason"]),
        (&json!("KnownBad"), &json!("wrong"))
    );
    let resolve = json!({"mode": "snapshot-tag", "requested": "run-1"});
    let resolved = server.post("reader", &format!("{API}/resolve-ref"), resolve).expect(200);
    assert_eq!((&resolved["snapshot"]["id"], &resolved["snapshot"]["knownBad"]), (&json!(id), &json!("wrong")));
    let listed = server.get("reader", &format!("{API}/snapshots?phase=KnownBad&sourceRun=run-1")).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    server.get("reader", &format!("{API}/snapshots/nonsense")).refused(404, "NOT_FOUND");
    let body = json!({"snapshot": "ams-00000000000000000000000000"});
    server.post("reader", &format!("{API}/query"), body).refused(403, "CROSS_ORG_REF_DENIED");
}

#[test]
fn blame_history_and_impact_are_there() {
    let server = Server::start();
    let records = server.get("reader", &format!("{API}/records")).expect(200);
    let record = &records["items"][0];
    let (id, path) = (record["id"].as_str().unwrap(), record["path"].as_str().unwrap());
    let snapshot = json!({"query": {"select": [id], "queryMode": "document-read"}, "sourceRun": "run-1"});
    server.post("reader", &format!("{API}/snapshots"), snapshot).expect(201);
    let blame = server.get("reader", &format!("{API}/blame?path={path}&lines=1-2")).expect(200);
    let commit = blame["runs"][0]["by"]["commit"].as_str().unwrap();
    let history = server.get("reader", &format!("{API}/history?id={id}")).expect(200);
    assert_eq!(history["items"].as_array().unwrap().last().unwrap()["commit"], commit);
    for of in [format!("commit={commit}"), format!("record={id}")] {
        let impact = server.get("reader", &format!("{API}/impact?{of}")).expect(200);
        assert_eq!(impact["items"][0]["sourceRun"], "run-1", "{of}");
    }
    server.get("reader", &format!("{API}/impact")).refused(400, "BAD_REQUEST");
    server.get("reader", &format!("{API}/impact?commit=main&record=x")).refused(400, "BAD_REQUEST");
}

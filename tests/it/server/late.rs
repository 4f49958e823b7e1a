//! A git process that outlives the server which started it, and moves the branch after the next server gave it up.

use super::host::{API, Host, ORG};
use super::note;
use serde_json::json;

#[test]
fn a_merge_whose_branch_moved_late_is_finished_and_not_done_twice() {
    let mut host = Host::new();
    let [proposer, reviewer] =
        [("agent:scribe", "proposer"), ("user:rae", "reviewer")].map(|(who, role)| host.token(who, role));
    let changes = json!([{"path": "terms/late.md", "action": "upsert", "content": note("term:late", "Late.")}]);
    let body = json!({"title": "Be late", "reason": "It happens.", "changes": changes});
    let update = host.post(&proposer, &format!("{API}/updates"), body).expect(201);
    let (id, head) = (update["metadata"]["name"].as_str().unwrap(), update["status"]["headCommit"].as_str().unwrap());
    let digest = json!({"expectedDiffDigest": update["status"]["diffDigest"]});
    host.post(&reviewer, &format!("{API}/updates/{id}/approve"), digest.clone()).expect(200);
    let tip = host.tip();
    host.kill();
    let tree = host.git(&["merge-tree", "--write-tree", &tip, head]);
    let message = format!("Be late\n\nUpdate: {id}");
    let merge = host.git(&["commit-tree", "-p", &tip, "-p", head, "-m", &message, &tree]);
    give_up(&host, id, [&tip, &merge, &tree]);
    host.restart();
    host.git(&["update-ref", "refs/heads/main", &merge, &tip]);
    let merged = host.post(&reviewer, &format!("{API}/updates/{id}/merge"), digest).expect(200);
    assert_eq!((&merged["status"]["phase"], &merged["status"]["mergeCommit"]), (&json!("Merged"), &json!(merge)));
    assert_eq!(host.tip(), merge, "the update was merged once");
    assert_eq!(host.operate(&["doctor"]), "");
}

/// Writes down that a server was about to move the default branch, and that the next one found that it had not.
fn give_up(host: &Host, update: &str, [tip, merge, tree]: [&str; 3]) {
    let db = rusqlite::Connection::open(host.data_dir().join("records.sqlite3")).unwrap();
    let sql = "INSERT INTO intents (kind, repository, update_id, ref_name, expected, new_commit, tree, actor, detail,
            created_at, outcome, closed_at)
        SELECT 'merge', id, ?2, 'refs/heads/main', ?3, ?4, ?5, 'user:rae', '{\"findings\": []}',
            unixepoch(), 'abandoned', unixepoch() FROM repositories WHERE org = ?1";
    assert_eq!(db.execute(sql, (ORG, update, tip, merge, tree)).unwrap(), 1);
}

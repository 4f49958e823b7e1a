//! Time travel over HTTP: a history of earlier years adopted, then pushed to.

use super::host::{API, BRAIN, Host, ORG, git};
use super::note;
use crate::support::TestRepo;
use serde_json::{Value, json};

const PATH: &str = "terms/retry.md";
/// 2019-03-01, 2021-07-15 and 2024-11-30, in seconds since 1970.
const DATES: [i64; 3] = [1_551_398_400, 1_626_307_200, 1_732_924_800];
const BODIES: [&str; 3] = ["Try once more.", "Try thrice, with a pause.", "Back off exponentially, within a budget."];

/// A repository whose one note said something else in each of three years.
fn history() -> (TestRepo, Vec<String>) {
    let repo = TestRepo::new();
    let commits = DATES.iter().zip(BODIES).map(|(date, body)| {
        repo.set_now(*date);
        repo.commit_files(&[(PATH, &note("term:retry", body))], body)
    });
    let commits = commits.collect();
    (repo, commits)
}

/// A server that adopted this history, and the token of a maintainer.
fn adopted(history: &TestRepo) -> (Host, String) {
    let host = Host::bare();
    host.operate(&["org", "create", ORG]);
    host.operate(&["repo", "create", ORG, BRAIN, "--adopt", &history.path().to_string_lossy()]);
    let token = host.token("user:mia", "maintainer");
    (host, token)
}

/// A moment in seconds since 1970, as the API writes it.
fn seconds(value: &Value) -> i64 {
    lorekeep::base::Timestamp::parse(value.as_str().unwrap()).unwrap().seconds()
}

fn moment(seconds: i64) -> String {
    lorekeep::base::Timestamp::from_seconds(seconds).to_string()
}

#[test]
fn a_question_of_an_earlier_year_is_answered_with_that_years_text() {
    let (repo, commits) = history();
    let (host, token) = adopted(&repo);
    for (n, commit) in commits.iter().enumerate() {
        let text = repo.git(&["show", &format!("{commit}:{PATH}")]) + "\n";
        for at in [DATES[n], DATES[n] + 86_400] {
            let at = moment(at);
            let body = json!({"requestedAt": at, "query": {"text": "try retry back off", "select": [PATH], "queryMode": "document-read"}});
            let answer = host.post(&token, &format!("{API}/query"), body).expect(200);
            assert_eq!(answer["snapshotPreview"]["resolvedCommit"], commit.as_str(), "{at}");
            assert_eq!(answer["snapshotPreview"]["staleBySeconds"], DATES[2] - DATES[n], "{at}");
            assert_eq!(answer["records"][0]["text"], text, "{at}: {answer}");
            let document = host.get(&token, &format!("{API}/documents?path={PATH}&at={at}")).expect(200);
            assert_eq!((&document["document"]["text"], &document["resolvedCommit"]), (&json!(text), &json!(commit)));
            let record = host.get(&token, &format!("{API}/records/term:retry?at={at}")).expect(200);
            assert_eq!(record["document"]["text"], text);
            let found = json!({"requestedAt": at, "query": {"text": BODIES[n], "modes": ["graph", "grep"]}});
            let found = host.post(&token, &format!("{API}/query"), found).expect(200);
            assert_eq!(found["records"][0]["id"], "term:retry", "{at}: {found}");
            assert!(found["excerpts"].to_string().contains(BODIES[n]), "{at}: {found}");
        }
    }
}

#[test]
fn words_of_a_later_year_are_not_found_in_an_earlier_one() {
    let (repo, _) = history();
    let (host, token) = adopted(&repo);
    let ask = |at: i64| {
        let body = json!({"requestedAt": moment(at), "query": {"grep": {"pattern": "exponentially"}, "queryMode": "grep-only"}});
        host.post(&token, &format!("{API}/query"), body).expect(200)["excerpts"].as_array().unwrap().len()
    };
    assert_eq!([ask(DATES[0]), ask(DATES[2] - 1), ask(DATES[2])], [0, 0, 1]);
}

#[test]
fn adopted_commits_landed_at_their_dates_and_nothing_before_them() {
    let (repo, commits) = history();
    let (host, token) = adopted(&repo);
    let resolve = |body: Value| host.post(&token, &format!("{API}/resolve-ref"), body);
    for (commit, date) in commits.iter().zip(DATES) {
        let resolved = resolve(json!({"requested": commit})).expect(200);
        assert_eq!((seconds(&resolved["landedAt"]), &resolved["approved"]), (date, &json!(true)));
        let just_before = resolve(json!({"requestedAt": moment(date - 1)}));
        assert!(just_before.status != 200 || just_before.json()["resolvedCommit"] != commit.as_str());
    }
    let before = resolve(json!({"requestedAt": moment(DATES[0] - 1)}));
    before.refused(404, "REF_BEFORE_HISTORY");
    assert!(before.text.contains("2019-03-01T00:00:00Z"), "the first landing is given: {}", before.text);
    let query = json!({"requestedAt": "1999-12-31T23:59:59Z", "query": {"text": "retry"}});
    host.post(&token, &format!("{API}/query"), query).refused(404, "REF_BEFORE_HISTORY");
    resolve(json!({"requestedAt": "2 days ago"})).refused(400, "BAD_TIMESTAMP");
}

#[test]
fn a_push_lands_by_the_clock_of_the_server_whatever_its_commits_say() {
    let (repo, commits) = history();
    let (host, token) = adopted(&repo);
    let clone = host.clone(&token);
    let resolve = |body: Value| host.post(&token, &format!("{API}/resolve-ref"), body);
    let began = seconds(&resolve(json!({})).expect(200)["resolvedAt"]);
    // One commit dated before all others, and one of the next century.
    clone.set_now(DATES[0] - 1_000);
    let old = clone.commit_files(&[("terms/old.md", &note("term:old", "Dated long ago."))], "old");
    clone.set_now(4_000_000_000);
    let new = clone.commit_files(&[("terms/new.md", &note("term:new", "Dated far ahead."))], "new");
    let (well, said) = git(&clone, &["push", "--quiet", "origin", "HEAD:main"]);
    assert!(well, "{said}");
    let ended = seconds(&resolve(json!({})).expect(200)["resolvedAt"]);
    let landed = [&old, &new].map(|commit| seconds(&resolve(json!({"requested": commit})).expect(200)["landedAt"]));
    assert!(began <= landed[0] && landed[0] <= landed[1] && landed[1] <= ended, "{began} {landed:?} {ended}");
    let last_year = resolve(json!({"requestedAt": moment(DATES[2] + 1)})).expect(200);
    assert_eq!(last_year["resolvedCommit"], commits[2].as_str());
    assert_eq!(last_year["currentCommit"], new.as_str());
}

#[test]
fn landing_times_of_a_push_survive_kill_9_and_a_new_index() {
    let (repo, commits) = history();
    let (mut host, token) = adopted(&repo);
    let clone = host.clone(&token);
    clone.commit_files(&[("terms/new.md", &note("term:new", "Pushed."))], "new");
    clone.git(&["push", "--quiet", "origin", "HEAD:main"]);
    let tip = host.post(&token, &format!("{API}/resolve-ref"), json!({})).expect(200);
    host.kill();
    std::fs::remove_dir_all(host.data_dir().join("index").join(ORG)).unwrap();
    host.restart();
    let again = host.post(&token, &format!("{API}/resolve-ref"), json!({})).expect(200);
    for field in ["landedAt", "resolvedCommit", "indexDigest", "ontologyDigest"] {
        assert_eq!(tip[field], again[field], "{field}");
    }
    let body = json!({"requestedAt": moment(DATES[1]), "query": {"text": "pause", "modes": ["graph"]}});
    let answer = host.post(&token, &format!("{API}/query"), body).expect(200);
    assert_eq!(answer["snapshotPreview"]["resolvedCommit"], commits[1].as_str());
}

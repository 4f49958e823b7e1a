//! `lorekeep demo`: what it seeds and prints is there, and another run goes on with it.

use super::program::{Ran, Server, ask, program};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

/// A demo that runs, and what it printed.
struct Demo {
    server: Server,
    text: String,
    exports: HashMap<String, String>,
}

impl Demo {
    fn start(folder: &Path) -> Self {
        let mut command = program(folder);
        command.args(["demo", "--listen", "127.0.0.1:0", "--data-dir", "demo"]);
        let mut server = Server::start(&mut command);
        let text = server.read_up_to("Stop the server");
        let exports = text.lines().filter_map(|l| l.strip_prefix("export ")?.split_once('='));
        let exports = exports.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { server, text, exports }
    }

    fn call(&self, method: &str, org: &str, path: &str, who: &str, body: Option<&Value>) -> (u16, Value) {
        let url = format!("{}/api/orgs/{org}/agents/memory/{path}", self.exports["SERVER"]);
        ask(method, &url, &self.exports[who], body)
    }

    fn query(&self, org: &str, who: &str, body: &Value) -> (String, Value) {
        let (status, answer) = self.call("POST", org, "query", who, Some(body));
        assert_eq!(status, 200, "{answer}");
        (answer["records"][0]["title"].as_str().unwrap_or_default().to_owned(), answer)
    }

    fn history(&self) -> String {
        let org = self.call("GET", "acme", "repositories/brain", "ACME_READER", None).1;
        org["status"]["tip"].to_string()
    }

    fn stop(self) -> Ran {
        self.server.stop("TERM")
    }
}

/// The texts between single quotes after `-d` in the printed commands.
fn bodies(text: &str) -> Vec<Value> {
    let parts = text.split("-d '").skip(1).filter_map(|rest| rest.split('\'').next());
    parts.map(|body| serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"))).collect()
}

#[test]
fn the_printed_questions_have_the_promised_answers() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start(dir.path());
    let bodies = bodies(&demo.text);
    let (now, answer) = demo.query("acme", "ACME_READER", &bodies[0]);
    assert_eq!(now, "One retry for a payment, after a pause");
    assert!(!answer["records"][0]["why"].as_array().expect("reasons").is_empty());
    let (other, answer) = demo.query("globex", "GLOBEX_READER", &bodies[1]);
    assert_eq!(other, "Trucks ask for a route once a minute");
    assert!(!answer.to_string().contains("payment gateway"), "nothing of acme is there: {answer}");
    let (earlier, answer) = demo.query("acme", "ACME_READER", &bodies[2]);
    assert_eq!(earlier, "Three retries for a payment");
    assert_eq!(answer["records"][0]["status"], "approved", "it was the rule then");
    let (status, _) = demo.call("GET", "acme", "repositories", "GLOBEX_READER", None);
    assert_eq!(status, 404);
}

#[test]
fn its_history_is_valid_and_signed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start(dir.path());
    for org in ["acme", "globex"] {
        let repository = dir.path().join(format!("demo/orgs/{org}/brain.git"));
        let report = super::program::run(&repository, &["validate", "--rev", "main"]).ok();
        assert!(report.contains("0 errors, 0 warnings"), "{report}");
        let reader = format!("{}_READER", org.to_uppercase());
        let (_, signers) = demo.call("GET", org, "signers", &reader, None);
        let file = dir.path().join("allowed_signers");
        std::fs::write(&file, signers["allowedSigners"].as_str().expect("a text")).expect("it can be written");
        let mut git = crate::support::repo::git_command(crate::support::START);
        git.current_dir(&repository).arg("-c").arg(format!("gpg.ssh.allowedSignersFile={}", file.display()));
        let verified = super::program::outcome(git.args(["verify-commit", "main"]));
        assert_eq!(verified.code, 0, "{}", verified.stderr);
    }
}

#[test]
fn the_waiting_proposal_can_be_landed_as_printed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start(dir.path());
    let line = demo.text.lines().find(|l| l.contains("/approve -H")).expect("a proposal waits");
    let id = line.split("/updates/").nth(1).and_then(|r| r.split('/').next()).expect("its id is in the path");
    let body = bodies(&demo.text).pop().expect("the last body is the merge's");
    let denied = demo.call("POST", "acme", &format!("updates/{id}/approve"), "ACME_AGENT", Some(&body));
    assert_eq!(denied.0, 403, "{}", denied.1);
    for (action, phase) in [("approve", "Approved"), ("merge", "Merged")] {
        let (status, update) =
            demo.call("POST", "acme", &format!("updates/{id}/{action}"), "ACME_REVIEWER", Some(&body));
        assert_eq!((status, &update["status"]["phase"]), (200, &phase.into()), "{update}");
    }
    let (_, answer) = demo.query(
        "acme",
        "ACME_READER",
        &json!({"query": {"select": ["runbook:deploy-rollback"], "queryMode": "document-read"}}),
    );
    assert!(answer.to_string().contains("does not mend a slow card network"), "{answer}");
}

#[test]
fn another_run_goes_on_with_the_same_data() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let first = Demo::start(dir.path());
    let (tokens, history) = (first.exports["ACME_READER"].clone(), first.history());
    let ended = first.stop();
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let second = Demo::start(dir.path());
    assert_eq!((&second.exports["ACME_READER"], second.history()), (&tokens, history));
}

#[test]
fn a_data_directory_in_use_is_not_seeded() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    super::program::run(dir.path(), &["org", "create", "mine", "--data-dir", "demo"]).ok();
    let refused = super::program::run(dir.path(), &["demo", "--listen", "127.0.0.1:0", "--data-dir", "demo"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.contains("give the demo a new folder"), "{}", refused.stderr);
}

#[test]
fn without_a_folder_the_data_go_away_at_the_end() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut command = program(dir.path());
    let mut server = Server::start(command.env("TMPDIR", dir.path()).args(["demo", "--listen", "127.0.0.1:0"]));
    let text = server.read_up_to("Stop the server");
    let folder =
        text.split("The data are in ").nth(1).and_then(|rest| rest.split(" until").next()).expect("it is said");
    assert!(Path::new(folder).starts_with(dir.path()) && Path::new(folder).join("records.sqlite3").exists());
    assert_eq!(server.stop("TERM").code, 0);
    assert!(!Path::new(folder).exists());
}

//! A resident server, asked over HTTP on one connection that is kept.

use crate::line;
use crate::setup::Setup;
use serde_json::{Value, json};

const SYSTEM: &str = "lorekeep, HTTP";

/// The server that `run.sh` started: `server` in the folder has its address, token and process id, a line each.
struct Server {
    agent: ureq::Agent,
    url: String,
    token: String,
    process: String,
}

/// Queries and greps at the tip and at old commits, and what memory the server then holds.
pub fn ask(setup: &Setup) {
    let server = Server::of(setup);
    let drawn = setup.drawn();
    let (runs, few) = (setup.times(10, 2), setup.times(drawn.old.len(), 3).min(drawn.old.len()));
    let regex = |pattern: &String| json!({"queryMode": "grep-only", "grep": grep(pattern, true)});
    let literal = |pattern: &String| json!({"queryMode": "grep-only", "grep": grep(pattern, false)});
    let graph = json!({"kinds": ["Note"], "edgeDepth": 0});
    let ranked = |text: &String| json!({"queryMode": "graph-only", "text": text, "graph": graph});
    let full = |text: &String| json!({"text": text, "graph": {"edgeDepth": 0}, "grep": {"maxMatches": 10}});
    for (when, commits, runs) in [("tip", std::slice::from_ref(&drawn.tip), runs), ("old", &drawn.old[..few], 1)] {
        let each =
            |measure: &str, queries: Vec<Value>| server.each(&format!("{measure}, {when}"), commits, runs, &queries);
        each("literal grep", drawn.literals.iter().map(literal).collect());
        each("regex grep", drawn.regexes.iter().map(regex).collect());
        each("ranked query with filter", drawn.questions.iter().map(ranked).collect());
        each("full query", drawn.questions.iter().map(full).collect());
    }
    line::number("resident while serving", SYSTEM, "MiB", server.resident("VmRSS:"));
    line::number("resident while serving, most", SYSTEM, "MiB", server.resident("VmHWM:"));
}

/// The most lines that the interface gives.
fn grep(pattern: &str, regex: bool) -> Value {
    json!({"pattern": pattern, "regex": regex, "caseSensitive": true, "paths": ["**/*.md"], "maxMatches": 1000, "includeLineContext": false})
}

impl Server {
    fn of(setup: &Setup) -> Self {
        let text = std::fs::read_to_string(setup.path("server")).expect("the server was started first");
        let mut lines = text.lines().map(str::to_owned);
        let mut next = || lines.next().expect("it has three lines");
        Self { agent: ureq::Agent::new_with_defaults(), url: next(), token: next(), process: next() }
    }

    fn each(&self, measure: &str, commits: &[String], runs: usize, queries: &[Value]) {
        let mut times = Vec::new();
        for commit in commits {
            for query in queries {
                let body = json!({"requestedRef": commit, "query": query, "limits": {"maxRecords": 10}}).to_string();
                self.post(&body);
                times.extend((0..runs).map(|_| line::timed(|| self.post(&body)).1));
            }
        }
        line::times(measure, SYSTEM, times);
    }

    fn post(&self, body: &str) -> String {
        let request = self
            .agent
            .post(format!("{}/api/orgs/bench/agents/memory/query", self.url))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Content-Type", "application/json");
        let mut answer = request.send(body).expect("the server answers");
        answer.body_mut().with_config().limit(64 << 20).read_to_string().expect("the answer is text")
    }

    fn resident(&self, field: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process)).expect("the server runs");
        let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("Linux tells it");
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).expect("it is a number") / 1024.0
    }
}

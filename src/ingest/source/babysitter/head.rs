//! What `run.json` says of a run.

use super::super::look;
use super::super::text::head as cut;
use super::super::when::When;
use crate::ingest::{Outcome, RunHead, SourceRef};
use serde_json::Value;

/// Takes over what a `run.json` says; when it began and ended.
pub(super) fn take(run: &Value, here: &SourceRef, head: &mut RunHead) -> (Option<When>, Option<When>) {
    head.run_id = look::line(run, &["runId", "id"]).unwrap_or_default();
    head.session_id = session(run);
    head.parent =
        look::line(run, &["parentRunId"]).or_else(|| look::line(run.get("nested")?, &["parentRunId", "runId"]));
    head.organization = look::line(run, &["organizationRef", "organization", "org"]);
    head.repository = look::line(run, &["repository", "repositoryRef", "repo"])
        .or_else(|| look::line(run.get("repository")?, &["name", "url", "ref"]));
    head.branch = look::line(run, &["branch", "gitBranch"]);
    head.commit = look::line(run, &["commit", "commitHash", "gitCommit"]);
    head.process = process(run);
    head.models.extend(look::line(run, &["model"]));
    head.title = look::line(run, &["title"]);
    head.goal = goal(run, head.process.as_deref()).map(|text| (cut(text), here.clone()));
    head.outcome = look::text(run, &["status", "state"]).map_or(Outcome::Running, outcome);
    (When::of(run, &["startedAt", "createdAt"]), When::of(run, &["completedAt", "finishedAt", "endedAt"]))
}

/// The words of whoever asked: a prompt, or a request that is more than the name of the process.
fn goal<'v>(run: &'v Value, process: Option<&str>) -> Option<&'v str> {
    let request = || look::text(run, &["request", "goal"]).filter(|request| process != Some(*request));
    look::text(run, &["prompt"]).or_else(request).map(str::trim)
}

fn process(run: &Value) -> Option<String> {
    let entry = run.get("entrypoint");
    look::line(run, &["processId", "process", "processPath"])
        .or_else(|| look::line(run, &["entrypoint"]))
        .or_else(|| look::line(entry?, &["importPath"]))
}

/// The session that a structure names.
pub(super) fn session(value: &Value) -> Option<String> {
    look::line(value, &["sessionId", "session"])
        .or_else(|| look::line(value.get("session")?, &["id", "sessionId"]))
        .or_else(|| look::line(value.get("harness")?, &["sessionId"]))
        .or_else(|| look::line(value.get("metadata")?, &["sessionId"]))
}

/// A status in the words of any of the shapes.
pub(super) fn outcome(status: &str) -> Outcome {
    match status.to_ascii_lowercase().as_str() {
        "ok" | "completed" | "complete" | "succeeded" | "success" | "passed" | "done" | "approved" | "resolved" => {
            Outcome::Completed
        }
        "error" | "failed" | "failure" | "errored" => Outcome::Failed,
        "cancelled" | "canceled" | "aborted" | "halted" | "stopped" | "rejected" => Outcome::Cancelled,
        _ => Outcome::Running,
    }
}

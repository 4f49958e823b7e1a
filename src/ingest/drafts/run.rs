//! `run.yaml`: the run, its counts, and where its parts are.

use super::{Context, DraftFile, graph_file, journal, manifest, status, tasks};
use crate::ingest::names::{component, slug};
use crate::ingest::summary::{numbers_only, summarize};
use crate::ingest::text::one_line;
use crate::ingest::yaml::Fields;
use serde_json::Value;

/// How many files are named.
const MOST_FILES: usize = 200;

pub(super) fn file(context: &Context<'_>) -> DraftFile {
    let id = context.names.run.as_deref().expect("a run is written where there is one");
    graph_file(context.choice.target.in_run("run.yaml"), "BabysitterRun", id, attributes(context), edges(context))
}

fn attributes(context: &Context<'_>) -> Fields {
    let (story, choice) = (context.story, context.choice);
    let head = &story.head;
    let mut fields = Fields::default();
    fields.put("title", title(context)).put("status", status(head.outcome)).put("runId", head.run_id.as_str());
    fields.put("summary", brief(context));
    fields.say("processId", head.process.as_ref()).say("parentRun", head.parent.as_ref());
    fields.say("sessionId", head.session_id.as_ref());
    fields.put("createdAt", context.began_at().to_string()).put("startedAt", context.began_at().to_string());
    fields.say("completedAt", head.ran.ended).put("updatedAt", context.updated_at().to_string());
    fields.put("durationMs", head.ran.duration_ms);
    context.origin(&mut fields);
    fields.say("sourceOrganization", head.organization.as_ref()).say("repository", head.repository.as_ref());
    fields.say("branch", head.branch.as_ref()).say("commit", head.commit.as_ref());
    fields.put("retentionTier", choice.tier_name()).put("snapshots", head.snapshots.clone());
    counts(context, &mut fields);
    if choice.manifests && !manifest::is_known(choice.ontology) {
        fields.put("artifacts", manifest::entries(context));
    }
    if choice.keeps_summary() {
        fields.put("filesTouched", files_touched(context)).put("fileCount", count(story.files.touched.len() as u64));
    }
    fields
}

fn counts(context: &Context<'_>, fields: &mut Fields) {
    let story = context.story;
    fields.put("eventCount", story.events.total).put("taskCount", story.tasks.total);
    fields.put("successCount", story.task_outcomes.completed).put("failureCount", story.task_outcomes.failed);
    fields
        .put("eventsKept", count(journal::ids(context).len() as u64))
        .put("tasksKept", count(tasks::ids(context).len() as u64));
    fields.put("artifactCount", count(story.artifacts.total)).put("commandCount", count(story.commands.run));
    fields.put("tokensIn", count(story.spent.tokens_in)).put("tokensOut", count(story.spent.tokens_out));
    fields.put("microUsd", count(story.spent.micro_usd));
    fields.put("unknownTypes", count(story.counts.unknown)).put("malformed", count(story.counts.malformed));
    fields.put("checksumMismatches", count(story.counts.checksum_mismatches));
}

/// A count, where there is something to count.
fn count(number: u64) -> Value {
    if number == 0 { Value::Null } else { number.into() }
}

/// The paths that were changed: text, and no edges to records that nobody has.
pub(super) fn files_touched(context: &Context<'_>) -> Vec<String> {
    context.story.files.touched.iter().take(MOST_FILES).map(|file| file.path.clone()).collect()
}

fn title(context: &Context<'_>) -> String {
    let head = &context.story.head;
    let what = head.title.as_ref().or(head.process.as_ref());
    match what {
        Some(what) => one_line(&format!("Run of {what}, {}", head.run_id), 160),
        None => one_line(&format!("Run {}", head.run_id), 160),
    }
}

fn brief(context: &Context<'_>) -> String {
    if context.choice.keeps_summary() { summarize(context.story).brief } else { numbers_only(context.story).brief }
}

fn edges(context: &Context<'_>) -> Fields {
    let names = &context.names;
    let mut edges = Fields::default();
    if let Some(session) = &names.session {
        edges.link("has_session", session.as_str()).link("summarized_by", session.as_str());
    }
    repository_edge(context, &mut edges);
    if let Some(retrospective) = &names.retrospective {
        edges.link("produced_retrospective", retrospective.as_str());
    }
    if let Some(manifest) = &names.manifest {
        edges.link("produced_artifact", manifest.as_str());
    }
    edges.links("has_journal_event", journal::ids(context)).links("has_task_result", tasks::ids(context));
    edges.links(context.edge_kind("informed_by", "mentions"), context.records_read());
    if let Some(parent) =
        context.story.head.parent.as_deref().map(|parent| format!("babysitter-run:{}", component(parent)))
        && context.is_there(&parent)
    {
        edges.link("mentions", parent);
    }
    edges
}

/// The repository that it worked in, where the memory has a record of it.
pub(super) fn repository_edge(context: &Context<'_>, edges: &mut Fields) {
    if let Some(id) = repository(context) {
        edges.link("ran_for_repo", id);
    }
}

fn repository(context: &Context<'_>) -> Option<String> {
    let named = context.choice.repository.map(str::to_owned);
    let told = || {
        let name = context.story.head.repository.as_deref()?.trim_end_matches('/');
        let last = name.rsplit(['/', ':']).next()?;
        Some(format!("repository:{}", slug(last.strip_suffix(".git").unwrap_or(last), 100)))
    };
    named.or_else(told).filter(|id| context.is_there(id))
}

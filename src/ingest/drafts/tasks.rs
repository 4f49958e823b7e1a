//! `tasks/<task>.yaml`: what each task gave.

use super::{Context, DraftFile, graph_file, status};
use crate::ingest::TaskChoice;
use crate::ingest::names::{component, joined, mark};
use crate::ingest::story::{ToldTask, bounded};
use crate::ingest::yaml::Fields;
use serde_json::Value;
use std::collections::BTreeSet;

/// The most bytes of a result that is summed up.
const SUMMED: usize = 600;

/// The files of the tasks that are kept.
pub(super) fn files(context: &Context<'_>) -> Vec<DraftFile> {
    named(context).iter().map(|(task, name)| file(context, task, name)).collect()
}

/// The ids of the tasks that are written.
pub(super) fn ids(context: &Context<'_>) -> Vec<String> {
    named(context).iter().map(|(_, name)| id(context, name)).collect()
}

/// The tasks, each with a name of its own.
fn named<'a>(context: &Context<'a>) -> Vec<(&'a ToldTask, String)> {
    if context.choice.tasks_kept() == TaskChoice::None {
        return Vec::new();
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut named = Vec::new();
    for task in &context.story.tasks.items {
        let plain = component(&task.id);
        let other = joined(&plain, &mark(&task.source.to_string()));
        let name = [plain, other].into_iter().find(|name| !taken.contains(&name.to_ascii_lowercase()));
        if let Some(name) = name {
            taken.insert(name.to_ascii_lowercase());
            named.push((task, name));
        }
    }
    named
}

fn id(context: &Context<'_>, name: &str) -> String {
    format!("run-task-result:{}:{name}", context.names.run_slug)
}

fn file(context: &Context<'_>, task: &ToldTask, name: &str) -> DraftFile {
    let path = context.choice.target.in_run(&format!("tasks/{name}.yaml"));
    let mut attributes = Fields::default();
    attributes.put("title", if task.called().is_empty() { name } else { task.called() });
    attributes.put("status", status(task.outcome));
    attributes.put("runId", context.story.head.run_id.as_str()).put("taskId", task.id.as_str());
    attributes.put("task", task.name.as_str()).say("taskKind", task.kind.as_ref());
    attributes.say("startedAt", task.ran.started).say("completedAt", task.ran.ended).say("updatedAt", task.ran.ended);
    attributes.put("durationMs", task.ran.duration_ms).say("error", task.error.as_ref());
    attributes.put("result", result(context, task));
    attributes.put("sourceRefs", vec![task.source.to_string()]);
    graph_file(path, "RunTaskResult", &id(context, name), attributes, Fields::default())
}

/// What the task gave: whole as far as it was kept, or a sum of it.
fn result(context: &Context<'_>, task: &ToldTask) -> Value {
    let result = task.result.as_deref().and_then(|result| serde_json::from_str(result).ok()).unwrap_or(Value::Null);
    match (context.choice.tasks_kept(), &result) {
        (TaskChoice::Full, _) | (_, Value::Null) => result,
        (_, Value::Object(fields)) => {
            fields.get("summary").map_or_else(|| bounded(&result, SUMMED), |sum| bounded(sum, SUMMED))
        }
        _ => bounded(&result, SUMMED),
    }
}

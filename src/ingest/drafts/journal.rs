//! `journal/<sequence>.yaml`: the events that the tier keeps.

use super::{Context, DraftFile, graph_file, status};
use crate::ingest::names::{component, joined, mark};
use crate::ingest::story::{ToldEvent, is_breakpoint, says_something};
use crate::ingest::text::one_line;
use crate::ingest::yaml::Fields;
use crate::ingest::{JournalChoice, Outcome};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An event that is written.
struct Entry<'a> {
    event: &'a ToldEvent,
    /// What its file and its id end in.
    name: String,
}

/// The files of the events that are kept.
pub(super) fn files(context: &Context<'_>) -> Vec<DraftFile> {
    entries(context).iter().map(|entry| file(context, entry)).collect()
}

/// The ids of the events that are written.
pub(super) fn ids(context: &Context<'_>) -> Vec<String> {
    entries(context).iter().map(|entry| id(context, entry)).collect()
}

/// The events that are kept, each with a name of its own. Of several with one number the first has the plain name.
fn entries<'a>(context: &Context<'a>) -> Vec<Entry<'a>> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut entries = Vec::new();
    // Names are given over all events, so that a file keeps its name in every tier.
    let kept: BTreeSet<*const ToldEvent> = chosen(context).into_iter().map(std::ptr::from_ref).collect();
    for event in &context.story.events.items {
        let plain = format!("{:06}", event.sequence);
        let own = || joined(&plain, &component(event.key.as_deref().unwrap_or_default()));
        let name = [plain.clone(), own(), joined(&plain, &mark(&event.source.to_string()))];
        let Some(name) = name.into_iter().find(|name| !taken.contains(&name.to_ascii_lowercase())) else { continue };
        taken.insert(name.to_ascii_lowercase());
        if kept.contains(&std::ptr::from_ref(event)) {
            entries.push(Entry { event, name });
        }
    }
    entries
}

fn chosen<'a>(context: &Context<'a>) -> Vec<&'a ToldEvent> {
    let events = &context.story.events.items;
    match context.choice.journal_kept() {
        JournalChoice::None => Vec::new(),
        JournalChoice::Full => events.iter().collect(),
        JournalChoice::Curated => {
            let mends = mending(context);
            let says = |event: &&ToldEvent| {
                says_something(event) || event.key_of_task().is_some_and(|task| mends.contains(task))
            };
            events.iter().filter(says).collect()
        }
    }
}

/// The executions of tasks by which a task that had failed came out well.
fn mending<'a>(context: &Context<'a>) -> BTreeSet<&'a str> {
    let mut failed: BTreeMap<&str, bool> = BTreeMap::new();
    let mut mending = BTreeSet::new();
    for task in &context.story.tasks.items {
        match task.outcome {
            Outcome::Failed => {
                failed.insert(&task.name, true);
            }
            Outcome::Completed if failed.remove(task.name.as_str()).is_some() => {
                mending.insert(task.id.as_str());
            }
            _ => {}
        }
    }
    mending
}

impl ToldEvent {
    /// The task that came out by it.
    fn key_of_task(&self) -> Option<&str> {
        self.task.as_deref().filter(|_| self.outcome == Outcome::Completed)
    }
}

fn id(context: &Context<'_>, entry: &Entry<'_>) -> String {
    format!("run-journal-event:{}:{}", context.names.run_slug, entry.name)
}

fn file(context: &Context<'_>, entry: &Entry<'_>) -> DraftFile {
    let path = context.choice.target.in_run(&format!("journal/{}.yaml", entry.name));
    let event = entry.event;
    let mut attributes = Fields::default();
    attributes.put("title", title(event)).put("status", status(event.outcome));
    attributes.put("runId", context.story.head.run_id.as_str()).put("sequence", event.sequence);
    attributes.put("eventType", event.event_type.as_str()).say("recordedAt", event.at);
    attributes.say("updatedAt", event.at).say("taskId", event.task.as_ref());
    attributes.say("message", event.message.as_ref());
    attributes.put("breakpoint", if is_breakpoint(event) { Value::Bool(true) } else { Value::Null });
    attributes.put("data", serde_json::from_str::<Value>(&event.data).unwrap_or_default());
    attributes.put("sourceRefs", vec![event.source.to_string()]);
    let mut edges = Fields::default();
    context.names.run.iter().for_each(|run| {
        edges.link("event_of_run", run.as_str());
    });
    graph_file(path, "RunJournalEvent", &id(context, entry), attributes, edges)
}

fn title(event: &ToldEvent) -> String {
    match event.message.as_deref().filter(|message| !message.is_empty()) {
        Some(message) => one_line(&format!("{}: {message}", event.event_type), 160),
        None => event.event_type.clone(),
    }
}

//! Events and tasks as a story keeps them.

use super::bounds::bounded;
use crate::base::Timestamp;
use crate::ingest::text::one_line;
use crate::ingest::{Event, Outcome, Ran, SourceRef, Task};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most bytes of an event's data, and of a task's result, as JSON.
const DATA_BYTES: usize = 1_500;
const RESULT_BYTES: usize = 3_000;
/// The most characters of a name and of a message.
const NAME: usize = 200;
const MESSAGE: usize = 500;

/// An event, bounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldEvent {
    /// Its number.
    pub sequence: u64,
    /// What tells events of one number apart.
    pub key: Option<String>,
    /// Its type, in the source's words.
    pub event_type: String,
    /// When it was recorded.
    pub at: Option<Timestamp>,
    /// The task that it is about.
    pub task: Option<String>,
    /// What it says, in one line.
    pub message: Option<String>,
    /// How what it tells of came out.
    pub outcome: Outcome,
    /// Its data as JSON.
    pub data: String,
    /// Where it stands.
    pub source: SourceRef,
}

/// A task, bounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldTask {
    /// The id of this execution.
    pub id: String,
    /// The name of the task.
    pub name: String,
    /// What it is called for people.
    pub title: Option<String>,
    /// What sort of task it is.
    pub kind: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// When.
    pub ran: Ran,
    /// What it gave, as JSON.
    pub result: Option<String>,
    /// Its error, in one line.
    pub error: Option<String>,
    /// Where it stands.
    pub source: SourceRef,
}

impl From<Event> for ToldEvent {
    fn from(event: Event) -> Self {
        Self {
            sequence: event.sequence,
            key: event.key.map(|key| one_line(&key, NAME)),
            event_type: named(&event.event_type),
            at: event.at,
            task: event.task.map(|task| one_line(&task, NAME)),
            message: event.message.map(|message| one_line(&message, MESSAGE)),
            outcome: event.outcome,
            data: json_of(&event.data, DATA_BYTES).unwrap_or_default(),
            source: event.source,
        }
    }
}

impl From<Task> for ToldTask {
    fn from(task: Task) -> Self {
        Self {
            id: named(&task.id),
            name: named(&task.name),
            title: task.title.map(|title| one_line(&title, NAME)),
            kind: task.kind.map(|kind| one_line(&kind, NAME)),
            outcome: task.outcome,
            ran: task.ran,
            result: task.result.as_ref().and_then(|result| json_of(result, RESULT_BYTES)),
            error: task.error.map(|error| one_line(&error, MESSAGE)),
            source: task.source,
        }
    }
}

impl ToldTask {
    /// What it is called: its title, else its name.
    pub fn called(&self) -> &str {
        self.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&self.name)
    }

    /// Whether it waits for somebody's decision.
    pub fn is_breakpoint(&self) -> bool {
        self.kind.as_deref() == Some("breakpoint")
    }
}

/// Whether an event says something to somebody who was not there: begin and end, failures, halts, decisions.
pub(in crate::ingest) fn says_something(event: &ToldEvent) -> bool {
    const TELLING: &[&str] =
        &["FAIL", "ERROR", "HALT", "CANCEL", "CODE_HASH_CHANGED", "DECISION", "DECIDED", "APPROV", "REJECT"];
    let name = event.event_type.to_ascii_uppercase();
    let of_run = name.starts_with("RUN_") && !name.contains("ITERATION");
    let telling = TELLING.iter().any(|word| name.contains(word));
    of_run || telling || matches!(event.outcome, Outcome::Failed | Outcome::Cancelled) || is_breakpoint(event)
}

/// Whether an event is about a decision that was waited for.
pub(in crate::ingest) fn is_breakpoint(event: &ToldEvent) -> bool {
    event.event_type.to_ascii_uppercase().contains("BREAKPOINT") || event.data.contains(r#""kind":"breakpoint""#)
}

/// A name; what has none is called so.
fn named(name: &str) -> String {
    Some(one_line(name, NAME)).filter(|name| !name.is_empty()).unwrap_or_else(|| "unnamed".to_owned())
}

fn json_of(value: &Value, most: usize) -> Option<String> {
    let empty = match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    (!empty).then(|| bounded(value, most).to_string())
}

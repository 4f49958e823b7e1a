//! The snapshots and records of memory that a run names.

use super::text::one_line;
use crate::ingest::RunHead;
use serde_json::Value;

/// So many snapshots and records are kept.
const KEPT: usize = 200;
/// The longest id.
const LONGEST: usize = 200;
const SNAPSHOT_KEYS: &[&str] = &[
    "snapshot",
    "snapshotId",
    "snapshotRef",
    "memorySnapshot",
    "memorySnapshotId",
    "memorySnapshotRef",
    "memory_snapshot",
];
const RECORD_KEYS: &[&str] = &["memoryRecords", "memoryRecordIds", "recordsRead", "memoryRecordsRead"];

/// What was found so far, in order.
#[derive(Debug, Default)]
pub(super) struct Named {
    snapshots: Vec<String>,
    records: Vec<String>,
    models: Vec<String>,
}

impl Named {
    /// Looks through a structure for keys that name a snapshot or records, and for ids of snapshots.
    pub(super) fn look(&mut self, value: &Value) {
        self.under("", value);
    }

    fn under(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) if SNAPSHOT_KEYS.contains(&key) || is_snapshot_id(text) => self.snapshot(text),
            Value::String(text) if RECORD_KEYS.contains(&key) => self.record(text),
            Value::Array(items) => items.iter().for_each(|item| self.under(key, item)),
            Value::Object(fields) => {
                let inner = if SNAPSHOT_KEYS.contains(&key) { "snapshot" } else { "" };
                for (name, item) in fields {
                    let key = if inner.is_empty() || !matches!(name.as_str(), "id" | "name") { name } else { inner };
                    self.under(key, item);
                }
            }
            _ => {}
        }
    }

    /// Notes what a tool of a memory was asked for.
    pub(super) fn asked(&mut self, tool: &str, input: &Value) {
        if tool.ends_with("memory_record_read") {
            for key in ["id", "ids", "record", "recordId", "records"] {
                match input.get(key) {
                    Some(Value::String(id)) => self.record(id),
                    Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).for_each(|id| self.record(id)),
                    _ => {}
                }
            }
        }
        self.look(input);
    }

    /// Notes a model that a task was given to.
    pub(super) fn model(&mut self, model: Option<&Value>) {
        model.and_then(Value::as_str).into_iter().for_each(|model| add(&mut self.models, model));
    }

    fn snapshot(&mut self, text: &str) {
        add(&mut self.snapshots, text);
    }

    fn record(&mut self, text: &str) {
        add(&mut self.records, text);
    }

    /// Hands over what was found.
    pub(super) fn into_head(self, head: &mut RunHead) {
        head.models.extend(self.models);
        (head.snapshots, head.records_read) = (self.snapshots, self.records);
    }
}

/// Whether a tool is one of a memory.
pub(super) fn is_memory_tool(tool: &str) -> bool {
    tool.contains("lorekeep") || tool.rsplit("__").next().is_some_and(|name| name.starts_with("memory_"))
}

fn is_snapshot_id(text: &str) -> bool {
    let rest = text.strip_prefix("ams-").unwrap_or("");
    rest.len() >= 4
        && text.len() <= LONGEST
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn add(list: &mut Vec<String>, text: &str) {
    let text = one_line(text);
    if !text.is_empty() && text.len() <= LONGEST && list.len() < KEPT && !list.contains(&text) {
        list.push(text);
    }
}

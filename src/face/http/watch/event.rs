//! An event as it stands in the stream.

use axum::body::Bytes;
use serde_json::{Value, json};

/// One event: a head of its own, and an object whose bytes all streams share.
#[derive(Clone, Debug)]
pub(super) struct Event([Bytes; 3]);

/// How every event ends.
const END: Bytes = Bytes::from_static(b"}\n\n");

impl Event {
    /// An event of a stream: its sort, the cursor after it where the stream can go on there, and the object.
    pub(super) fn new(sort: &str, resource: &str, cursor: Option<&str>, object: Bytes) -> Self {
        Self::named("krate", sort, resource, cursor, object)
    }

    /// A list, or a part of one.
    pub(super) fn sync(resource: &str, cursor: Option<&str>, items: &[Value]) -> Self {
        let object = json!({"items": items, "complete": cursor.is_some()});
        Self::new("SYNC", resource, cursor, object.to_string().into())
    }

    /// Nothing happened, up to here.
    pub(super) fn bookmark(resource: &str, cursor: &str) -> Self {
        Self::new("BOOKMARK", resource, Some(cursor), Bytes::from_static(b"{}"))
    }

    /// The stream cannot go on from the cursor that it was given.
    pub(super) fn gone(resource: &str) -> Self {
        let message = "the changes after this cursor are not kept any more: what there is comes next";
        let object = json!({"status": 410, "reason": "Gone", "message": message});
        Self::named("gone", "GONE", resource, None, object.to_string().into())
    }

    fn named(name: &str, sort: &str, resource: &str, cursor: Option<&str>, object: Bytes) -> Self {
        let id = cursor.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
        let head = format!("event: {name}\n{id}data: {{\"type\":\"{sort}\",\"resource\":\"{resource}\",\"object\":");
        Self([head.into(), object, END])
    }

    /// Its parts, in order.
    pub(super) fn parts(self) -> [Bytes; 3] {
        self.0
    }
}

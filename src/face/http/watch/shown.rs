//! A change, and what it is shown as: made once for all who see the whole org, when the first of them is told.

use super::resources::Resource;
use crate::engine::{Caller, Change, ChangeKind, Engine, EngineError};
use axum::body::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use tokio::sync::OnceCell;

/// The largest object that is sent, in bytes of JSON; of a larger one its header and phase are.
const LARGEST_OBJECT: usize = 256 << 10;

/// A change that streams tell of.
pub(super) struct Entry {
    /// What changed.
    pub(super) change: Change,
    /// How it is, for whoever sees the whole org.
    pub(super) whole: OnceCell<Option<Shown>>,
    /// How many bytes of it are counted.
    pub(super) counted: AtomicUsize,
}

/// A thing as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// Its JSON. Every stream sends the same bytes.
    pub(super) object: Bytes,
    /// Its phase, where it has one.
    pub(super) phase: Option<String>,
}

impl Entry {
    /// An entry that nobody has been told of yet.
    pub(super) fn new(change: Change) -> Arc<Self> {
        Arc::new(Self { change, whole: OnceCell::new(), counted: AtomicUsize::new(0) })
    }

    /// How many bytes are kept of it.
    pub(super) fn kept_bytes(&self) -> usize {
        self.whole.get().and_then(Option::as_ref).map_or(0, |shown| shown.object.len())
    }
}

impl Shown {
    /// The thing that a change is about, as a caller sees it now; `None` where they do not see it.
    pub(super) fn of(
        engine: &Engine,
        caller: &Caller,
        resource: &Resource,
        change: &Change,
    ) -> Result<Option<Self>, EngineError> {
        if change.kind == ChangeKind::Deleted {
            return Ok(Some(Self::new(header(resource, caller, &change.name))));
        }
        Ok((resource.read)(engine, caller, &change.name)?.map(Self::new))
    }

    fn new(object: Value) -> Self {
        let object = fitting(object);
        let phase = object.pointer("/status/phase").and_then(Value::as_str).map(str::to_owned);
        Self { object: object.to_string().into(), phase }
    }
}

/// An object, or where it is too large what can be said of it.
pub(super) fn fitting(object: Value) -> Value {
    if object.to_string().len() <= LARGEST_OBJECT {
        return object;
    }
    let note = format!("the object is larger than {LARGEST_OBJECT} bytes of JSON: read it by its own address");
    json!({"apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": object["metadata"],
           "status": {"phase": object["status"]["phase"]}, "truncated": true, "note": note})
}

/// What is left to say of a thing that is gone.
fn header(resource: &Resource, caller: &Caller, name: &str) -> Value {
    json!({"apiVersion": crate::face::wire::API_VERSION, "kind": resource.kind,
           "metadata": {"name": name, "namespace": format!("krate-org-{}", caller.org)}})
}

//! The tasks that the journal tells of, until their end is told.

use super::super::look;
use super::super::when::When;
use crate::ingest::Outcome;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// What the journal says of one execution of a task.
#[derive(Clone, Debug, Default)]
pub(super) struct Effect {
    pub(super) name: Option<String>,
    pub(super) label: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) requested: Option<When>,
    pub(super) started: Option<When>,
    pub(super) ended: Option<When>,
    pub(super) error: Option<String>,
    /// The references to its definition and result.
    pub(super) refs: Vec<String>,
}

/// Those that were not told.
#[derive(Debug, Default)]
pub(super) struct Effects {
    waiting: HashMap<String, Effect>,
    /// In the order in which they were named.
    order: Vec<String>,
    known: HashSet<String>,
}

impl Effects {
    /// A task is asked for.
    pub(super) fn requested(&mut self, id: &str, data: &Value, when: Option<When>) {
        let effect = self.named(id);
        effect.name = look::line(data, &["taskId", "task", "name"]);
        effect.label = look::line(data, &["label", "title"]);
        effect.kind = look::line(data, &["kind"]);
        effect.requested = when;
        effect.refs.extend(look::line(data, &["taskDefRef"]));
    }

    /// A task came out.
    pub(super) fn resolved(&mut self, id: &str, data: &Value, outcome: Outcome, when: Option<When>) {
        let effect = self.named(id);
        effect.outcome = outcome;
        effect.name = effect.name.take().or_else(|| look::line(data, &["taskId", "task", "name"]));
        effect.label = effect.label.take().or_else(|| look::line(data, &["label", "title"]));
        effect.kind = effect.kind.take().or_else(|| look::line(data, &["kind"]));
        effect.started = When::of(data, &["startedAt"]);
        effect.ended = When::of(data, &["finishedAt", "completedAt"]).or(when);
        effect.error = data.get("error").and_then(look::error);
        effect.refs.extend(look::line(data, &["resultRef"]));
    }

    /// A task has files.
    pub(super) fn found(&mut self, id: &str) {
        if !self.known.contains(id) {
            self.named(id);
        }
    }

    /// What people call a task.
    pub(super) fn label(&self, id: &str) -> Option<String> {
        let effect = self.waiting.get(id)?;
        effect.label.clone().or_else(|| effect.name.clone())
    }

    /// Takes a task to tell it.
    pub(super) fn take(&mut self, id: &str) -> Option<Effect> {
        self.waiting.remove(id)
    }

    /// Those that are left, in order.
    pub(super) fn rest(&mut self) -> Vec<String> {
        let order = std::mem::take(&mut self.order);
        order.into_iter().filter(|id| self.waiting.contains_key(id)).collect()
    }

    fn named(&mut self, id: &str) -> &mut Effect {
        if self.known.insert(id.to_owned()) {
            self.order.push(id.to_owned());
        }
        self.waiting.entry(id.to_owned()).or_default()
    }
}

//! When a run was at work, and where it waited.

use crate::base::Timestamp;
use crate::ingest::{SourceRef, Step, StepKind};
use serde::{Deserialize, Serialize};

/// From so many seconds on, a pause is a wait.
const WAIT: u64 = 15 * 60;
/// How many waits are kept, the longest.
const MOST: usize = 5;

/// When a run was at work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Times {
    /// The earliest moment that anything names.
    pub first: Option<Timestamp>,
    /// The latest.
    pub last: Option<Timestamp>,
    /// The longest waits, in the order of the source.
    pub waits: Vec<Wait>,
    /// How many waits there were.
    pub wait_count: u64,
    /// Seconds of all waits.
    pub waited: u64,
}

/// A pause of a quarter of an hour or more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wait {
    /// Where it ended.
    pub until: SourceRef,
    /// So many seconds.
    pub seconds: u64,
    /// Whether it ended when a person said something.
    pub for_person: bool,
}

/// Looks at the clock of each moment.
#[derive(Debug, Default)]
pub(super) struct Watch {
    times: Times,
    /// Of the steps of one file, which follow each other.
    before: Option<(String, Timestamp)>,
}

impl Watch {
    /// Something happened at a moment.
    pub(super) fn saw(&mut self, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        self.times.first = Some(self.times.first.map_or(at, |first| first.min(at)));
        self.times.last = Some(self.times.last.map_or(at, |last| last.max(at)));
    }

    /// A step was taken. Only those of the agent itself follow each other.
    pub(super) fn step(&mut self, step: &Step) {
        self.saw(step.at);
        let Some(at) = step.at.filter(|_| !step.aside) else { return };
        if let Some((file, before)) = &self.before
            && *file == step.source.file
        {
            let seconds = u64::try_from(at.seconds() - before.seconds()).unwrap_or(0);
            let for_person = matches!(step.kind, StepKind::Ask { .. } | StepKind::Decide { .. });
            self.pause(Wait { until: step.source.clone(), seconds, for_person });
        }
        match &mut self.before {
            Some((file, before)) if *file == step.source.file => *before = at,
            before => *before = Some((step.source.file.clone(), at)),
        }
    }

    fn pause(&mut self, wait: Wait) {
        if wait.seconds < WAIT {
            return;
        }
        self.times.wait_count += 1;
        self.times.waited += wait.seconds;
        self.times.waits.push(wait);
        if self.times.waits.len() > MOST {
            // Of two that are as long, the later one goes.
            let shortest = self.times.waits.iter().enumerate().min_by_key(|(i, wait)| (wait.seconds, usize::MAX - i));
            let at = shortest.map_or(0, |(i, _)| i);
            self.times.waits.remove(at);
        }
    }

    pub(super) fn finish(self) -> Times {
        self.times
    }
}

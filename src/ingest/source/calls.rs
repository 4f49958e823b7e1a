//! Uses of tools that wait for their results: so many, the oldest given up first.

use super::telling::Telling;
use super::text::{head, one_line, tail};
use super::when::When;
use crate::ingest::{Moment, SourceRef, Step, StepKind};
use std::collections::VecDeque;

/// So many wait at a time.
const WAITING: usize = 512;

/// What a tool was used for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// To run a command line.
    Command(String),
    /// To change files: their paths, and whether each was made anew.
    Edits(Vec<(String, bool)>),
    /// To ask a person: what was put before them.
    Question(String),
    /// Anything else.
    Other,
}

/// A use of a tool.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) tool: String,
    pub(super) what: Use,
    pub(super) when: Option<When>,
    pub(super) aside: bool,
    pub(super) source: SourceRef,
}

/// What came of a use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Came<'t> {
    /// Whether it worked; `None` where nothing says so.
    pub(super) ok: Option<bool>,
    /// The exit status of a command.
    pub(super) status: Option<i64>,
    /// What it printed or said.
    pub(super) output: &'t str,
}

impl Call {
    /// Tells the steps that it was.
    pub(super) fn settle(self, came: Came<'_>, telling: &mut Telling<'_>) {
        let Came { ok, status, output } = came;
        let step = |kind| {
            Moment::Step(Step {
                kind,
                at: self.when.map(|when| when.at),
                aside: self.aside,
                source: self.source.clone(),
            })
        };
        match self.what {
            Use::Command(line) => telling.tell(step(StepKind::Command { line, ok, status, output: tail(output) })),
            Use::Edits(files) => {
                for (path, created) in files {
                    telling.tell(step(StepKind::Edit { path, created, ok }));
                }
            }
            Use::Question(asked) => {
                let text = match (asked.is_empty(), one_line(output)) {
                    (_, answer) if answer.is_empty() => return,
                    (true, answer) => answer,
                    (false, answer) => format!("{asked} {answer}"),
                };
                telling.tell(step(StepKind::Decide { text: head(&text) }));
            }
            Use::Other => {
                let output = if ok == Some(false) { tail(output) } else { String::new() };
                telling.tell(step(StepKind::Tool { name: self.tool, ok, output }));
            }
        }
    }
}

/// Those that wait.
#[derive(Debug, Default)]
pub(super) struct Calls(VecDeque<Call>);

impl Calls {
    /// Adds one; where there are too many, the oldest is told as one without a result.
    pub(super) fn add(&mut self, call: Call, telling: &mut Telling<'_>) {
        self.0.push_back(call);
        if self.0.len() > WAITING
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.settle(Came::default(), telling);
        }
    }

    /// Takes the one that a result is of.
    pub(super) fn take(&mut self, id: &str) -> Option<Call> {
        let at = self.0.iter().position(|call| call.id == id)?;
        self.0.remove(at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells those that had no result.
    pub(super) fn give_up(&mut self, telling: &mut Telling<'_>) {
        std::mem::take(&mut self.0).into_iter().for_each(|call| call.settle(Came::default(), telling));
    }
}

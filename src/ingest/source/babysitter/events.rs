//! What the events of a journal mean, one after the other.

use super::super::look;
use super::super::named::Named;
use super::super::telling::Telling;
use super::super::text::{bounded, head as cut, one_line};
use super::super::when::{Stretch, When, ran};
use super::effects::Effects;
use super::head;
use super::journal::Recorded;
use super::layout::Layout;
use super::{cost, tasks};
use crate::ingest::{Event, Moment, Outcome, ProblemKind, RunHead, Step, StepKind};
use serde_json::Value;
use std::io;

/// What a type of event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// The run begins.
    Begin,
    /// The run ends so.
    End(Outcome),
    /// The run goes on.
    On,
    /// A task is asked for.
    Requested,
    /// A task came out, in the words of its status, or so.
    Resolved(Outcome),
    /// A person decides.
    Breakpoint,
    /// Something was used.
    Cost,
    /// The process says something.
    Log,
    /// Something failed that need not end the run.
    Failure,
    /// Nothing that is told apart.
    Nothing,
}

/// The types of events that are known: of the SDK, flat, and of fixtures.
const TYPES: &[(&str, About)] = &[
    ("RUN_CREATED", About::Begin),
    ("RUN_START", About::Begin),
    ("RUN_STARTED", About::Begin),
    ("RUN_COMPLETED", About::End(Outcome::Completed)),
    ("RUN_FAILED", About::End(Outcome::Failed)),
    ("RUN_HALTED", About::End(Outcome::Cancelled)),
    ("RUN_CANCELLED", About::End(Outcome::Cancelled)),
    ("RUN_END", About::End(Outcome::Running)),
    ("RUN_ENDED", About::End(Outcome::Running)),
    ("RUN_ITERATION", About::On),
    ("ITERATION_STARTED", About::On),
    ("EFFECT_REQUESTED", About::Requested),
    ("TASK_REQUESTED", About::Requested),
    ("TASK_STARTED", About::Requested),
    ("EFFECT_RESOLVED", About::Resolved(Outcome::Completed)),
    ("EFFECT_CANCELLED", About::Resolved(Outcome::Cancelled)),
    ("TASK_COMPLETED", About::Resolved(Outcome::Completed)),
    ("TASK_FAILED", About::Resolved(Outcome::Failed)),
    ("TASK_CANCELLED", About::Resolved(Outcome::Cancelled)),
    ("BREAKPOINT", About::Breakpoint),
    ("BREAKPOINT_RESOLVED", About::Breakpoint),
    ("COST_TRACKED", About::Cost),
    ("PROCESS_LOG", About::Log),
    ("PROCESS_RUNTIME_ERROR", About::Failure),
    ("EFFECT_PROGRESS", About::Nothing),
    ("PROCESS_ASSIGNED", About::Nothing),
    ("PROCESS_CODE_HASH_CHANGED", About::Nothing),
    ("STOP_HOOK_INVOKED", About::Nothing),
];

/// A run as far as it is read.
pub(super) struct Run<'b> {
    layout: Layout<'b>,
    head: RunHead,
    /// When `run.json` says that it began and ended.
    told: (Option<When>, Option<When>),
    end: Option<When>,
    /// How it came out by `run.json`.
    said: Outcome,
    stretch: Stretch,
    effects: Effects,
    named: Named,
}

impl<'b> Run<'b> {
    /// Reads what stands beside the journal.
    pub(super) fn begin(layout: Layout<'b>, telling: &mut Telling<'_>) -> io::Result<Self> {
        let (mut head, mut named, mut told) = (RunHead::default(), Named::default(), (None, None));
        match layout.json("run.json", telling)? {
            Some(run) => {
                told = head::take(&run, &telling.here(), &mut head);
                named.look(&run);
            }
            None if layout.file("run.json").is_none() => {
                telling.begin_file("run.json");
                telling.problem(ProblemKind::Missing, "the run has no run.json");
            }
            None => {}
        }
        if let Some(inputs) = layout.json("inputs.json", telling)? {
            named.look(&inputs);
        }
        let (end, said, stretch, effects) = (None, head.outcome, Stretch::default(), Effects::default());
        Ok(Self { layout, head, told, end, said, stretch, effects, named })
    }

    pub(super) fn layout(&self) -> &Layout<'b> {
        &self.layout
    }

    /// Takes in an event, and tells it and what it means.
    pub(super) fn event(&mut self, event: Recorded, telling: &mut Telling<'_>) -> io::Result<()> {
        let upper = event.event_type.to_ascii_uppercase().replace(['.', '-', ' '], "_");
        let about = TYPES.iter().find(|(name, _)| *name == upper).map(|(_, about)| *about);
        telling.count(&event.event_type, about.is_some());
        self.stretch.add(event.when);
        self.named.look(&event.data);
        if self.head.run_id.is_empty() {
            self.head.run_id = look::line(&event.data, &["runId"]).unwrap_or_default();
        }
        self.head.session_id = self.head.session_id.take().or_else(|| head::session(&event.data));
        let (task, outcome) = self.take(about.unwrap_or(About::Nothing), &event);
        let label = task.as_deref().and_then(|task| self.effects.label(task));
        telling.tell(Moment::Event(Event {
            sequence: event.sequence,
            key: event.key.clone(),
            event_type: event.event_type.clone(),
            at: event.when.map(|when| when.at),
            task: task.clone(),
            message: message(&event.data, label),
            outcome,
            data: bounded(&event.data),
            known: about.is_some(),
            source: event.source.clone(),
        }));
        self.mean(about.unwrap_or(About::Nothing), &event, task.as_deref(), outcome, telling)
    }

    /// What an event changes: its task, and how what it tells of came out.
    fn take(&mut self, about: About, event: &Recorded) -> (Option<String>, Outcome) {
        let task = look::line(&event.data, &["effectId", "taskId", "task", "breakpointId"]);
        let told = look::text(&event.data, &["status", "state"]).map(head::outcome);
        match about {
            About::Begin | About::On => {
                self.reopen();
                (task, Outcome::Running)
            }
            About::End(outcome) => {
                let fallback = if outcome == Outcome::Running { Outcome::Completed } else { outcome };
                self.head.outcome = told.filter(|_| outcome == Outcome::Running).unwrap_or(fallback);
                self.end = event.when;
                let said = error_of(&event.data).or_else(|| look::line(&event.data, &["reason", "message"]));
                self.head.outcome_message = said.map(|said| (said, event.source.clone()));
                (task, self.head.outcome)
            }
            About::Requested => {
                self.reopen();
                if let Some(task) = &task {
                    self.effects.requested(task, &event.data, event.when);
                }
                (task, Outcome::Running)
            }
            About::Resolved(outcome) => {
                let outcome = told.filter(|told| *told != Outcome::Running).unwrap_or(outcome);
                if let Some(task) = &task {
                    self.effects.resolved(task, &event.data, outcome, event.when);
                }
                (task, outcome)
            }
            About::Failure => (task, Outcome::Failed),
            _ => (task, told.unwrap_or_default()),
        }
    }

    /// What follows an end says that it was none; what `run.json` says of it stands.
    fn reopen(&mut self) {
        (self.head.outcome, self.head.outcome_message, self.end) = (self.said, None, None);
    }

    /// Tells the steps that an event is.
    fn mean(
        &mut self,
        about: About,
        event: &Recorded,
        task: Option<&str>,
        outcome: Outcome,
        telling: &mut Telling<'_>,
    ) -> io::Result<()> {
        let at = event.when.map(|when| when.at);
        let step = |kind| Moment::Step(Step { kind, at, aside: false, source: event.source.clone() });
        let said = look::text(&event.data, &["message", "text", "log"]);
        match about {
            About::Resolved(_) => {
                if let Some(task) = task {
                    self.tell_task(task, telling)?;
                }
            }
            About::Breakpoint => {
                if let Some(text) = tasks::decision(None, &event.data, outcome) {
                    telling.tell(step(StepKind::Decide { text }));
                }
            }
            About::Cost => cost::of(&event.data).into_iter().for_each(|spent| telling.tell(step(spent))),
            About::Log => said.into_iter().for_each(|text| telling.tell(step(StepKind::Say { text: cut(text) }))),
            About::Failure => {
                let output = error_of(&event.data).or_else(|| said.map(one_line)).unwrap_or_default();
                telling.tell(step(StepKind::Tool { name: "process".to_owned(), ok: Some(false), output }));
            }
            _ => {}
        }
        Ok(())
    }

    /// Tells a task with its files, once.
    fn tell_task(&mut self, id: &str, telling: &mut Telling<'_>) -> io::Result<()> {
        match self.effects.take(id) {
            Some(effect) => tasks::tell(&self.layout, id, effect, &mut self.named, telling),
            None => Ok(()),
        }
    }

    /// Tells the tasks that no event says the end of, and those that no event names.
    pub(super) fn tell_rest(&mut self, telling: &mut Telling<'_>) -> io::Result<()> {
        let layout = self.layout.clone();
        for (path, _) in layout.files() {
            if let Some((id, _)) = path.strip_prefix("tasks/").and_then(|path| path.split_once('/')) {
                self.effects.found(id);
            }
        }
        for id in self.effects.rest() {
            self.tell_task(&id, telling)?;
        }
        Ok(())
    }

    /// What is to be said of the whole.
    pub(super) fn finish(mut self) -> RunHead {
        let ended = self.told.1.or(self.end).filter(|_| self.head.outcome != Outcome::Running);
        self.head.ran = ran(self.told.0.or(self.stretch.first()), ended);
        self.named.into_head(&mut self.head);
        self.head
    }
}

/// An event in one line: what it says, or the name of its task and what went wrong.
fn message(data: &Value, label: Option<String>) -> Option<String> {
    let error = error_of(data);
    let said = look::line(data, &["message", "text", "reason", "question", "summary"]).or(label);
    match (said, error) {
        (Some(said), Some(error)) => Some(one_line(&format!("{said}: {error}"))),
        (said, error) => error.or(said),
    }
}

fn error_of(data: &Value) -> Option<String> {
    look::error(data.get("error")?)
}

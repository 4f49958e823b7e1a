//! Takes the moments of a source one by one, and keeps what a story needs.

use super::commands::{Follower, Ran};
use super::files::Desk;
use super::kept::{Ends, Kept, Weighed};
use super::retold::{ToldEvent, ToldTask, says_something};
use super::talk::Listener;
use super::times::Watch;
use super::{Outcomes, STORY_FORMAT, Spent, Story, Todo, ToolFailure, told_error};
use crate::base::{Digest, Timestamp};
use crate::ingest::text::{clipped, lines_of, one_line};
use crate::ingest::{
    Artifact, Counts, Document, Event, Moment, Outcome, Problem, ProblemKind, RunHead, SourceKind, SourceRef, Step,
    StepKind, Task,
};
use std::collections::BTreeMap;

/// How many events, tasks and artifacts are kept.
const MOST_EVENTS: usize = 2_000;
const MOST_TASKS: usize = 1_000;
const MOST_ARTIFACTS: usize = 2_000;
/// How many documents, and the most characters of each.
const MOST_DOCUMENTS: usize = 8;
const DOCUMENT: usize = 200_000;
/// How many open ends, problems, tools and models are kept.
const MOST_OPEN: usize = 30;
const MOST_PROBLEMS: usize = 200;
const MOST_TOOLS: usize = 50;
const MOST_MODELS: usize = 20;
/// The most characters of a line that is kept for people, and of a name.
const LINE: usize = 300;
/// How many items of a list of the head are kept.
const MOST_NAMED: usize = 200;

type EventKey = (u64, Option<String>, SourceRef);
type TaskKey = (Option<Timestamp>, String, SourceRef);

/// Takes moments one by one; its memory is bounded whatever the size of the source.
#[derive(Debug)]
pub struct Collector {
    kind: SourceKind,
    events: Weighed<EventKey, ToldEvent>,
    tasks: Weighed<TaskKey, ToldTask>,
    task_outcomes: Outcomes,
    artifacts: Ends<(String, Digest), Artifact>,
    artifact_count: u64,
    artifact_bytes: u64,
    documents: Kept<Document>,
    talk: Listener,
    commands: Follower,
    files: Desk,
    tool_failures: BTreeMap<String, ToolFailure>,
    todo: Option<Todo>,
    spent: Spent,
    watch: Watch,
    problems: Kept<Problem>,
    problem_counts: BTreeMap<ProblemKind, u64>,
}

impl Collector {
    /// A collector that has seen nothing.
    pub fn new(kind: SourceKind) -> Self {
        Self {
            kind,
            events: Weighed::new(MOST_EVENTS),
            tasks: Weighed::new(MOST_TASKS),
            task_outcomes: Outcomes::default(),
            artifacts: Ends::new(MOST_ARTIFACTS),
            artifact_count: 0,
            artifact_bytes: 0,
            documents: Kept::default(),
            talk: Listener::default(),
            commands: Follower::default(),
            files: Desk::default(),
            tool_failures: BTreeMap::new(),
            todo: None,
            spent: Spent::default(),
            watch: Watch::default(),
            problems: Kept::default(),
            problem_counts: BTreeMap::new(),
        }
    }

    /// Takes the next moment.
    pub fn take(&mut self, moment: Moment) {
        match moment {
            Moment::Event(event) => self.event(event),
            Moment::Task(task) => self.task(task),
            Moment::Step(step) => self.step(&step),
            Moment::Artifact(artifact) => self.artifact(artifact),
            Moment::Document(document) => {
                let text = clipped(&document.text, DOCUMENT);
                self.documents.push(Document { text, ..document }, MOST_DOCUMENTS);
            }
            Moment::Problem(problem) => self.problem(problem),
        }
    }

    /// Ends the story. The problems are those that were not told as moments.
    pub fn finish(mut self, head: RunHead, counts: Counts, problems: impl IntoIterator<Item = Problem>) -> Story {
        problems.into_iter().for_each(|problem| self.problem(problem));
        let mut documents = self.documents;
        documents.items.sort_by(|a, b| (a.kind, &a.source).cmp(&(b.kind, &b.source)));
        let artifacts = self.artifacts.into_items().map(|(_, artifact)| artifact).collect();
        self.watch.saw(head.ran.started);
        self.watch.saw(head.ran.ended);
        Story {
            format: STORY_FORMAT,
            kind: self.kind,
            head: bounded_head(head),
            counts,
            events: self.events.finish(),
            tasks: self.tasks.finish(),
            task_outcomes: self.task_outcomes,
            artifacts: Kept { items: artifacts, total: self.artifact_count },
            artifact_bytes: self.artifact_bytes,
            documents,
            talk: self.talk.finish(),
            commands: self.commands.finish(),
            files: self.files.finish(),
            tool_failures: self.tool_failures,
            todo: self.todo,
            spent: self.spent,
            times: self.watch.finish(),
            problems: self.problems,
            problem_counts: self.problem_counts,
        }
    }

    fn event(&mut self, event: Event) {
        self.watch.saw(event.at);
        let event = ToldEvent::from(event);
        let says = says_something(&event);
        self.events.insert((event.sequence, event.key.clone(), event.source.clone()), event, says);
    }

    fn task(&mut self, task: Task) {
        self.task_outcomes.count(task.outcome);
        self.watch.saw(task.ran.started);
        self.watch.saw(task.ran.ended);
        let task = ToldTask::from(task);
        let says = task.outcome != Outcome::Completed || task.is_breakpoint();
        self.tasks.insert((task.ran.started, task.id.clone(), task.source.clone()), task, says);
    }

    fn artifact(&mut self, artifact: Artifact) {
        self.artifact_count += 1;
        self.artifact_bytes = self.artifact_bytes.saturating_add(artifact.size);
        let name = one_line(&artifact.name, LINE);
        let kind = one_line(&artifact.kind, LINE);
        self.artifacts.insert((name.clone(), artifact.digest.clone()), Artifact { name, kind, ..artifact });
    }

    fn problem(&mut self, problem: Problem) {
        *self.problem_counts.entry(problem.kind).or_default() += 1;
        let message = one_line(&problem.message, LINE);
        self.problems.push(Problem { message, ..problem }, MOST_PROBLEMS);
    }

    fn step(&mut self, step: &Step) {
        self.watch.step(step);
        let (when, at) = (step.at, &step.source);
        match &step.kind {
            // What a subagent is asked and says is part of the work, not of the talk.
            StepKind::Ask { .. } | StepKind::Say { .. } | StepKind::Recap { .. } if step.aside => {}
            StepKind::Ask { text } => {
                self.talk.ask(text, when, at);
            }
            StepKind::Say { text } => self.talk.say(text, when, at),
            StepKind::Decide { text } => self.talk.decide(text, when, at),
            StepKind::Recap { text } => self.talk.recap(text, when, at),
            StepKind::Command { line, ok, status, output } => {
                self.commands.run(&Ran { line, ok: *ok, status: *status, output, when, at });
            }
            StepKind::Edit { path, created, ok } => self.edit(path, *created, *ok, at),
            StepKind::Tool { name, ok, output } => self.tool(name, *ok, output, at),
            StepKind::Todo { open, done } if !step.aside => self.todo = Some(todo(open, done, at)),
            StepKind::Todo { .. } => {}
            StepKind::Spent { tokens_in, tokens_out, micro_usd, model } => {
                self.spend(*tokens_in, *tokens_out, *micro_usd, model.as_deref());
            }
        }
    }

    fn edit(&mut self, path: &str, created: bool, ok: Option<bool>, at: &SourceRef) {
        if let Some((path, known)) = self.files.edit(path, created, ok, at) {
            self.commands.edited(&path, !known, &at.file);
        }
    }

    fn tool(&mut self, name: &str, ok: Option<bool>, output: &str, at: &SourceRef) {
        let name = one_line(name, LINE);
        let room = self.tool_failures.len() < MOST_TOOLS || self.tool_failures.contains_key(&name);
        if ok != Some(false) || !room {
            return;
        }
        let failure = ToolFailure { times: 0, error: told_error(output, LINE).0, at: at.clone() };
        let known = self.tool_failures.entry(name).or_insert_with(|| failure.clone());
        *known = ToolFailure { times: known.times + 1, ..failure };
    }

    fn spend(&mut self, tokens_in: u64, tokens_out: u64, micro_usd: u64, model: Option<&str>) {
        let spent = &mut self.spent;
        spent.tokens_in = spent.tokens_in.saturating_add(tokens_in);
        spent.tokens_out = spent.tokens_out.saturating_add(tokens_out);
        spent.micro_usd = spent.micro_usd.saturating_add(micro_usd);
        let model = model.map(|model| one_line(model, LINE)).filter(|model| !model.is_empty());
        if let Some(model) = model
            && (spent.models.len() < MOST_MODELS || spent.models.contains_key(&model))
        {
            *spent.models.entry(model).or_default() += tokens_out;
        }
    }
}

fn todo(open: &[String], done: &[String], at: &SourceRef) -> Todo {
    let items = open.iter().take(MOST_OPEN).map(|item| one_line(item, LINE)).collect();
    Todo { open: Kept { items, total: open.len() as u64 }, done: done.len() as u64, at: at.clone() }
}

/// The head with every text and list bounded.
fn bounded_head(head: RunHead) -> RunHead {
    let line = |text: String| one_line(&text, LINE);
    let some = |text: Option<String>| text.map(line).filter(|text| !text.is_empty());
    let list = |items: Vec<String>| items.into_iter().take(MOST_NAMED).map(line).collect();
    RunHead {
        run_id: line(head.run_id),
        session_id: some(head.session_id),
        parent: some(head.parent),
        organization: some(head.organization),
        repository: some(head.repository),
        branch: some(head.branch),
        commit: some(head.commit),
        process: some(head.process),
        models: list(head.models),
        goal: head.goal.map(|(goal, at)| (lines_of(&goal, 2_000), at)).filter(|(goal, _)| !goal.is_empty()),
        title: some(head.title),
        outcome: head.outcome,
        outcome_message: head.outcome_message.map(|(text, at)| (one_line(&text, 600), at)),
        ran: head.ran,
        snapshots: list(head.snapshots),
        records_read: list(head.records_read),
    }
}

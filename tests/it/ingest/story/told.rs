//! Small invented stories, told moment by moment.

use crate::check::tree::{Tree, page};
use lorekeep::base::{Digest, Timestamp};
use lorekeep::ingest::{
    Artifact, Collector, Counts, Document, DocumentKind, DraftChoice, DraftFile, Event, JournalChoice, Moment, Outcome,
    Ran, RetentionTier, RunHead, SourceKind, SourceRef, Step, StepKind, Story, Target, Task, TaskChoice, drafts,
};
use lorekeep::ontology::{Ontology, built_in};

/// The first moment of every story.
const START: &str = "2026-05-10T09:00:00Z";

/// A moment so many minutes after the first one.
pub fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_seconds(Timestamp::parse(START).unwrap().seconds() + 60 * minutes)
}

/// A line of the session.
pub fn line(line: u64) -> SourceRef {
    SourceRef { file: "session.jsonl".to_owned(), line: Some(line) }
}

/// A step on a line of the session, a minute after the one before.
pub fn step(at: u64, kind: StepKind) -> Moment {
    Moment::Step(Step { kind, at: Some(minute(at as i64)), aside: false, source: line(at) })
}

pub fn ask(at: u64, text: &str) -> Moment {
    step(at, StepKind::Ask { text: text.to_owned() })
}

pub fn say(at: u64, text: &str) -> Moment {
    step(at, StepKind::Say { text: text.to_owned() })
}

pub fn decide(at: u64, text: &str) -> Moment {
    step(at, StepKind::Decide { text: text.to_owned() })
}

pub fn command(at: u64, line: &str, ok: bool, output: &str) -> Moment {
    let status = Some(i64::from(!ok));
    step(at, StepKind::Command { line: line.to_owned(), ok: Some(ok), status, output: output.to_owned() })
}

pub fn edit(at: u64, path: &str) -> Moment {
    step(at, StepKind::Edit { path: path.to_owned(), created: false, ok: Some(true) })
}

pub fn create(at: u64, path: &str) -> Moment {
    step(at, StepKind::Edit { path: path.to_owned(), created: true, ok: Some(true) })
}

pub fn event(sequence: u64, key: &str, event_type: &str, outcome: Outcome) -> Moment {
    Moment::Event(Event {
        sequence,
        key: Some(key.to_owned()),
        event_type: event_type.to_owned(),
        at: Some(minute(sequence as i64)),
        task: None,
        message: None,
        outcome,
        data: serde_json::json!({"number": sequence}),
        known: true,
        source: SourceRef { file: format!("journal/{sequence:06}.{key}.json"), line: None },
    })
}

pub fn task(id: &str, name: &str, began: i64, outcome: Outcome, error: Option<&str>) -> Moment {
    Moment::Task(Task {
        id: id.to_owned(),
        name: name.to_owned(),
        title: Some(name.replace('-', " ")),
        kind: Some("agent".to_owned()),
        outcome,
        ran: Ran { started: Some(minute(began)), ended: Some(minute(began + 2)), duration_ms: Some(120_000) },
        result: Some(serde_json::json!({"summary": "Done as asked.", "pages": [1, 2, 3]})),
        error: error.map(str::to_owned),
        source: SourceRef { file: format!("tasks/{id}/result.json"), line: None },
    })
}

pub fn artifact(name: &str) -> Moment {
    Moment::Artifact(Artifact {
        name: name.to_owned(),
        kind: "blob".to_owned(),
        size: 12,
        digest: Digest::of(name.as_bytes()),
    })
}

pub fn document(kind: DocumentKind, text: &str) -> Moment {
    let source = SourceRef { file: format!("{kind:?}.md"), line: None };
    Moment::Document(Document { kind, text: text.to_owned(), source })
}

/// The head of a session of Claude Code.
pub fn session_head() -> RunHead {
    let name = "0f9a2c1e-5b7d-4e21-9c3f-1a2b3c4d5e6f";
    RunHead {
        run_id: name.to_owned(),
        session_id: Some(name.to_owned()),
        repository: Some("git@example.com:acme/importer.git".to_owned()),
        branch: Some("retry-budget".to_owned()),
        process: Some("claude-code 2.0.1".to_owned()),
        ..RunHead::default()
    }
}

/// The head of a babysitter run.
pub fn run_head(outcome: Outcome) -> RunHead {
    RunHead {
        run_id: "01KR000000000000000000ABCD".to_owned(),
        process: Some("release/publish".to_owned()),
        goal: Some((
            "Publish release 2.4 with its notes".to_owned(),
            SourceRef { file: "run.json".to_owned(), line: None },
        )),
        outcome,
        ran: Ran { started: Some(minute(0)), ended: Some(minute(42)), duration_ms: Some(42 * 60_000) },
        ..RunHead::default()
    }
}

/// A story of moments.
pub fn story(kind: SourceKind, head: RunHead, moments: impl IntoIterator<Item = Moment>) -> Story {
    let mut collector = Collector::new(kind);
    moments.into_iter().for_each(|moment| collector.take(moment));
    collector.finish(head, Counts::default(), [])
}

/// The story of a session.
pub fn session(moments: impl IntoIterator<Item = Moment>) -> Story {
    story(SourceKind::ClaudeCodeSession, session_head(), moments)
}

/// The story of a run.
pub fn run(outcome: Outcome, moments: impl IntoIterator<Item = Moment>) -> Story {
    story(SourceKind::BabysitterRun, run_head(outcome), moments)
}

/// What is chosen in a test: everything that a tier allows.
pub struct Choice {
    pub tier: RetentionTier,
    pub target: Option<Target>,
    pub there: Vec<&'static str>,
    pub memory: Option<&'static str>,
    pub ontology: Ontology,
}

impl Choice {
    pub fn of(tier: RetentionTier) -> Self {
        Self { tier, target: None, there: Vec::new(), memory: None, ontology: built_in().clone() }
    }

    pub fn drafts(&self, story: &Story) -> Vec<DraftFile> {
        let target = self.target.clone().unwrap_or_else(|| Target::of(story));
        let choice = DraftChoice {
            tier: self.tier,
            journal: JournalChoice::Full,
            tasks: TaskChoice::Full,
            memory_md: true,
            session: true,
            manifests: true,
            retrospectives: true,
            lessons: true,
            target: &target,
            organization: "acme",
            source_digest: &Digest::of(b"source"),
            repository: None,
            owners: &["team:platform".to_owned()],
            known_at: minute(99),
            ontology: &self.ontology,
            exists: &|id| self.there.contains(&id),
            memory: self.memory,
            bytes: &std::collections::BTreeMap::new(),
        };
        drafts(story, &choice)
    }
}

/// The content of a file of a draft.
pub fn content<'a>(files: &'a [DraftFile], path: &str) -> &'a str {
    let names = || files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>();
    &files
        .iter()
        .find(|file| file.path.as_str() == path)
        .unwrap_or_else(|| panic!("no {path} in {:?}", names()))
        .content
}

/// The paths of a draft.
pub fn paths(files: &[DraftFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

/// What the rules of a memory find in files; nothing where all is well.
pub fn findings(files: &[(&str, &str)]) -> String {
    let report = Tree::of(files).check();
    if report.findings.is_empty() { String::new() } else { page(&report) }
}

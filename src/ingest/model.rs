//! What a run was, as every source kind tells it. Every text in here has been screened.

use super::Problem;
use crate::base::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The formats that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A directory of a babysitter run.
    BabysitterRun,
    /// A session of Claude Code: JSON lines, and those of its subagents.
    ClaudeCodeSession,
    /// A session of Codex: JSON lines.
    CodexSession,
}

impl SourceKind {
    /// The kind as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BabysitterRun => "babysitter-run",
            Self::ClaudeCodeSession => "claude-code-session",
            Self::CodexSession => "codex-session",
        }
    }
}

/// A place in the source: a file of the bundle, and a line of it or an event's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceRef {
    /// The file, relative to the bundle.
    pub file: String,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// How a run or a part of it came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It has not ended, or nothing says so.
    #[default]
    Running,
    /// Well.
    Completed,
    /// Not well.
    Failed,
    /// Ended from outside.
    Cancelled,
}

/// When something ran, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ran {
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How long it took, in milliseconds, where both ends are known.
    pub duration_ms: Option<u64>,
}

/// What a source says of the whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunHead {
    /// The run's own id, or the session's where there is no run.
    pub run_id: String,
    /// The session that carried it out, or was it.
    pub session_id: Option<String>,
    /// The run that this one is part of, or the session it was forked from.
    pub parent: Option<String>,
    /// The organization that the source itself names.
    pub organization: Option<String>,
    /// The repository that the source itself names (`krate`, `git@host:org/krate.git`).
    pub repository: Option<String>,
    /// The branch and commit it worked on.
    pub branch: Option<String>,
    /// The commit that was checked out.
    pub commit: Option<String>,
    /// The process or program that ran: `hockey/roster-update`, `claude-code 2.0.1`.
    pub process: Option<String>,
    /// The models that answered, by name.
    pub models: Vec<String>,
    /// What was asked for, where the source has a field for it; else the first [`StepKind::Ask`] is the goal.
    pub goal: Option<(String, SourceRef)>,
    /// A title that the source has of its own.
    pub title: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// What the source says of why it failed or stopped.
    pub outcome_message: Option<(String, SourceRef)>,
    /// When.
    pub ran: Ran,
    /// The snapshots of memory that the run names (`ams-...` or names of tags), in order.
    pub snapshots: Vec<String>,
    /// Ids of memory records that the run names as read.
    pub records_read: Vec<String>,
}

/// Something that the source tells, in its order.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment {
    /// An event of a journal.
    Event(Event),
    /// A task, with what it gave.
    Task(Task),
    /// A step of a session or of a task.
    Step(Step),
    /// Something that the run made.
    Artifact(Artifact),
    /// A text that the run wrote for people.
    Document(Document),
    /// Something that was wrong.
    Problem(Problem),
}

/// An event of a run's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its number. Two events can have the same one.
    pub sequence: u64,
    /// What tells events of one number apart: the ULID of its file name, or nothing.
    pub key: Option<String>,
    /// Its type, in the source's words.
    pub event_type: String,
    /// When it was recorded.
    pub at: Option<Timestamp>,
    /// The task that it is about.
    pub task: Option<String>,
    /// What it says, in one line.
    pub message: Option<String>,
    /// How what it tells of came out; `Running` where it says nothing of that.
    pub outcome: Outcome,
    /// Its data, bounded.
    pub data: serde_json::Value,
    /// Whether its type is known.
    pub known: bool,
    /// Where it stands.
    pub source: SourceRef,
}

/// A task of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// The id of this execution (an effect's), unique in the run.
    pub id: String,
    /// The name of the task.
    pub name: String,
    /// What it is called for people.
    pub title: Option<String>,
    /// `agent`, `node`, `shell`, `skill`, `sleep`, `breakpoint`, ...
    pub kind: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// When.
    pub ran: Ran,
    /// What it gave, bounded.
    pub result: Option<serde_json::Value>,
    /// Its error, in one line.
    pub error: Option<String>,
    /// Where its result stands; its definition where there is none.
    pub source: SourceRef,
}

/// A step, as somebody who watched would tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// When.
    pub at: Option<Timestamp>,
    /// Whether a subagent did it.
    pub aside: bool,
    /// Where it stands.
    pub source: SourceRef,
}

/// What a step did. Texts are bounded by the source that tells them (8 KiB each, cut at a character).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "step")]
pub enum StepKind {
    /// A person asked for something.
    Ask {
        /// In their words.
        text: String,
    },
    /// The agent said something.
    Say {
        /// In its words.
        text: String,
    },
    /// Somebody chose between ways: an answer to a question, a plan that was approved, a breakpoint that was decided.
    Decide {
        /// What was decided.
        text: String,
    },
    /// A command was run in a shell.
    Command {
        /// The command line.
        line: String,
        /// Whether it ended well; `None` where nothing says so.
        ok: Option<bool>,
        /// Its exit status.
        status: Option<i64>,
        /// The last lines that it printed.
        output: String,
    },
    /// A file was changed.
    Edit {
        /// Its path, relative to the working directory where it lies in it.
        path: String,
        /// Whether it was made anew.
        created: bool,
        /// Whether it worked; `None` where nothing says so.
        ok: Option<bool>,
    },
    /// Another tool was used: a search, a fetch, a read. Counted, and kept only where it failed.
    Tool {
        /// The tool's name.
        name: String,
        /// Whether it worked.
        ok: Option<bool>,
        /// What it said where it failed.
        output: String,
    },
    /// The list of what is to be done, as it stands after this step.
    Todo {
        /// What is open.
        open: Vec<String>,
        /// What is done.
        done: Vec<String>,
    },
    /// What came before was summed up by the source itself.
    Recap {
        /// The sum.
        text: String,
    },
    /// Tokens and money were used. The numbers are those of this step alone.
    Spent {
        /// Tokens read, those from a cache included.
        tokens_in: u64,
        /// Tokens written.
        tokens_out: u64,
        /// Millionths of a US dollar.
        micro_usd: u64,
        /// The model, where the source names it.
        model: Option<String>,
    },
}

/// Something that the run made, known by name and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// Its path in the bundle.
    pub name: String,
    /// What it is: `blob`, `output`, `tool-result`, ...
    pub kind: String,
    /// Bytes.
    pub size: u64,
    /// Of its bytes, as the source has them.
    pub digest: Digest,
}

/// A text that the run wrote for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Which.
    pub kind: DocumentKind,
    /// Its text, screened.
    pub text: String,
    /// Where it stands.
    pub source: SourceRef,
}

/// The texts that a run writes for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// What the run wants to be remembered.
    MemoryMd,
    /// What it learned.
    Retrospective,
    /// A sum of its session.
    SessionSummary,
}

/// How much there was, whatever of it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Events or lines, by type.
    pub by_type: BTreeMap<String, u64>,
    /// Those of a type that is not known.
    pub unknown: u64,
    /// Lines or files that could not be read.
    pub malformed: u64,
    /// Checksums that do not fit.
    pub checksum_mismatches: u64,
    /// Uses of tools, by name.
    pub tools: BTreeMap<String, u64>,
    /// Files of the bundle.
    pub files: u64,
    /// Bytes of the bundle.
    pub bytes: u64,
}

//! The bounded sum of a run: what may be kept of it, screened, from which its files are made.
//!
//! A [`Collector`] takes moments one by one and holds a few MiB whatever the size of the source. Where a limit cuts
//! something, [`Kept::total`] still says how much there was.

mod bounds;
mod collector;
mod commands;
mod files;
mod kept;
mod retold;
mod shell;
mod signs;
mod talk;
mod times;

pub use collector::Collector;
pub use commands::{Commands, Failure, Match, Mend};
pub use files::{Files, Touched};
pub use kept::Kept;
pub use retold::{ToldEvent, ToldTask};
pub use talk::{LastWord, Said, Talk};
pub use times::{Times, Wait};

pub(in crate::ingest) use bounds::bounded;
pub(in crate::ingest) use retold::{is_breakpoint, says_something};
pub(in crate::ingest) use signs::told_error;

use super::{Artifact, Counts, Document, Outcome, Problem, ProblemKind, RunHead, SourceKind, SourceRef};
use crate::base::digest::canonical_json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of what a story looks like when it is stored.
pub const STORY_FORMAT: u32 = 1;

/// All that is kept of a run. Whatever files are made of it later, it is made of this alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Story {
    /// The version of this form.
    pub format: u32,
    /// What it was read from.
    pub kind: SourceKind,
    /// What the source says of the whole.
    pub head: RunHead,
    /// How much there was.
    pub counts: Counts,
    /// The events of its journal, by sequence.
    pub events: Kept<ToldEvent>,
    /// Its tasks, by the time they began.
    pub tasks: Kept<ToldTask>,
    /// How its tasks came out, all of them.
    pub task_outcomes: Outcomes,
    /// What it made, by name.
    pub artifacts: Kept<Artifact>,
    /// The bytes of all that it made.
    pub artifact_bytes: u64,
    /// What it wrote for people.
    pub documents: Kept<Document>,
    /// What was asked, said and decided.
    pub talk: Talk,
    /// The commands that it ran.
    pub commands: Commands,
    /// The files that it changed.
    pub files: Files,
    /// Tools that failed, by name.
    pub tool_failures: BTreeMap<String, ToolFailure>,
    /// The list of what was to be done, as it stood last.
    pub todo: Option<Todo>,
    /// Tokens and money.
    pub spent: Spent,
    /// When, and where it waited.
    pub times: Times,
    /// What was wrong with the source.
    pub problems: Kept<Problem>,
    /// What was wrong with the source, counted.
    pub problem_counts: BTreeMap<ProblemKind, u64>,
}

/// How many parts came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Well.
    pub completed: u64,
    /// Not well.
    pub failed: u64,
    /// Ended from outside.
    pub cancelled: u64,
    /// Not at all.
    pub running: u64,
}

/// How often a tool failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolFailure {
    /// So often.
    pub times: u64,
    /// What it said the last time, in one line.
    pub error: String,
    /// Where it failed the last time.
    pub at: SourceRef,
}

/// A list of what was to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// What was open.
    pub open: Kept<String>,
    /// How much was done.
    pub done: u64,
    /// Where the list stands.
    pub at: SourceRef,
}

/// Tokens and money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spent {
    /// Tokens read, those from a cache included.
    pub tokens_in: u64,
    /// Tokens written.
    pub tokens_out: u64,
    /// Millionths of a US dollar.
    pub micro_usd: u64,
    /// Tokens written, by model.
    pub models: BTreeMap<String, u64>,
}

/// What was stored is no story that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// It does not parse.
    #[error("the stored story of the run does not parse: import the run again")]
    Malformed(#[source] serde_json::Error),
    /// Another version wrote it.
    #[error("the stored story of the run has format {0}, and this version reads {STORY_FORMAT}: import the run again")]
    Format(u32),
}

impl Story {
    /// Its stored form: canonical JSON, the same bytes for the same story.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical_json(self)
    }

    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoryError> {
        let story: Self = serde_json::from_slice(bytes).map_err(StoryError::Malformed)?;
        if story.format == STORY_FORMAT { Ok(story) } else { Err(StoryError::Format(story.format)) }
    }

    /// The name of the session that carried it out, or was it; the run's where the source names none.
    pub fn session(&self) -> &str {
        self.head.session_id.as_deref().unwrap_or(&self.head.run_id)
    }

    /// The run that it tells of. A session of its own is none.
    pub fn run(&self) -> Option<&str> {
        let is_run = self.kind == SourceKind::BabysitterRun;
        let names_one = self.head.session_id.as_ref().is_some_and(|session| *session != self.head.run_id);
        (is_run || names_one).then_some(self.head.run_id.as_str())
    }
}

impl Outcomes {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Completed => self.completed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Cancelled => self.cancelled += 1,
            Outcome::Running => self.running += 1,
        }
    }
}

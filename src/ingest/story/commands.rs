//! The commands that a run ran: which failed, and what made them pass.

use super::files::note_path;
use super::kept::Kept;
use super::shell::{Shape, shape};
use super::signs::{told_error, verdict};
use crate::base::Timestamp;
use crate::ingest::SourceRef;
use crate::ingest::text::one_line;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// How many failures are followed at a time, and how many passes are remembered.
const MOST_FOLLOWED: usize = 128;
const MOST_PASSES: usize = 512;
/// How many mended and unmended failures are kept.
const MOST_KEPT: usize = 200;
/// How many paths and command lines of a mend are kept.
const MOST_CHANGED: usize = 24;
const MOST_RUN: usize = 4;
/// The most characters of a command line and of an error.
const LINE: usize = 300;
const ERROR: usize = 240;
/// Programs by which a project is made ready; what they are asked for then follows.
const PREPARING: &[&str] = &[
    "add", "install", "update", "upgrade", "ci", "sync", "migrate", "generate", "fetch", "restore", "tidy", "get",
    "init", "up", "pull", "setup", "clean",
];

/// The commands of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Commands {
    /// How many were run.
    pub run: u64,
    /// How many failed, those that only look something up among them.
    pub failed: u64,
    /// Failures that were followed by the same command passing.
    pub mended: Kept<Mend>,
    /// Failures of commands that never passed later.
    pub unmended: Kept<Failure>,
    /// Failures that could not be followed, there being too many at a time.
    pub not_followed: u64,
}

/// A command that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The command line.
    pub line: String,
    /// The program and what it was asked for: `cargo test`.
    pub program: String,
    /// How often it failed in a row.
    pub times: u64,
    /// The line of its last output that tells why.
    pub error: String,
    /// Whether that line names an error, rather than being the last one printed.
    pub names_error: bool,
    /// Its exit status, the last time.
    pub status: Option<i64>,
    /// Where it failed first.
    pub first: SourceRef,
    /// Where it failed last.
    pub last: SourceRef,
    /// When it failed last.
    pub at: Option<Timestamp>,
}

/// A command that failed, and what lay between that and its passing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mend {
    /// What failed.
    pub failure: Failure,
    /// The command line that passed.
    pub passed: String,
    /// How it is known to be the same command.
    pub matched: Match,
    /// Where it passed.
    pub at: SourceRef,
    /// The files that were changed between the first failure and the pass.
    pub changed: Kept<String>,
    /// Of the files changed since the last failure, those that had not been changed before it.
    pub changed_anew: Kept<String>,
    /// How many files were changed since the last failure.
    pub changed_last: u64,
    /// The commands run since the last failure by which a project is made ready.
    pub prepared: Kept<String>,
}

/// How two command lines are known to be the same command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// They are the same, wherever their output goes.
    Same,
    /// The later one does all that the earlier one did, and more: it has fewer words to limit it.
    Broader,
}

/// Follows failures until they are mended.
#[derive(Debug, Default)]
pub(super) struct Follower {
    commands: Commands,
    open: VecDeque<Open>,
    /// When a command last passed, by its key.
    passes: BTreeMap<String, Option<Timestamp>>,
}

/// A failure that is being followed.
#[derive(Debug)]
struct Open {
    shape: Shape,
    failure: Failure,
    changed: Kept<String>,
    changed_last: Kept<String>,
    changed_anew: Kept<String>,
    prepared: Kept<String>,
    /// Whether a narrower or different form of the command passed since: then nobody can tell.
    doubtful: bool,
}

/// A command as it was run.
pub(super) struct Ran<'a> {
    pub(super) line: &'a str,
    pub(super) ok: Option<bool>,
    pub(super) status: Option<i64>,
    pub(super) output: &'a str,
    pub(super) when: Option<Timestamp>,
    pub(super) at: &'a SourceRef,
}

impl Follower {
    /// A command was run.
    pub(super) fn run(&mut self, ran: &Ran<'_>) {
        self.commands.run += 1;
        let Some(shape) = shape(ran.line) else {
            self.commands.failed += u64::from(ran.ok == Some(false));
            return;
        };
        match outcome(ran, &shape) {
            Some(false) => self.failed(ran, shape),
            Some(true) => self.passed(ran, &shape),
            None => {}
        }
    }

    /// A file was changed; `anew` where it had not been changed before.
    pub(super) fn edited(&mut self, path: &str, anew: bool, file: &str) {
        for open in self.open.iter_mut().filter(|open| open.failure.last.file == file) {
            note_path(&mut open.changed, path, MOST_CHANGED);
            note_path(&mut open.changed_last, path, MOST_CHANGED);
            if anew {
                note_path(&mut open.changed_anew, path, MOST_CHANGED);
            }
        }
    }

    fn failed(&mut self, ran: &Ran<'_>, shape: Shape) {
        self.commands.failed += 1;
        if shape.lookup {
            return;
        }
        let (error, names_error) = told_error(ran.output, ERROR);
        let same = |open: &Open| open.failure.last.file == ran.at.file && open.shape.key == shape.key;
        if let Some(open) = self.open.iter_mut().find(|open| same(open)) {
            open.fail_again(ran, error, names_error);
            return;
        }
        let failure = Failure {
            line: one_line(ran.line, LINE),
            program: one_line(&shape.program, LINE),
            times: 1,
            error,
            names_error,
            status: ran.status,
            first: ran.at.clone(),
            last: ran.at.clone(),
            at: ran.when,
        };
        self.open.push_back(Open::new(shape, failure));
        if self.open.len() > MOST_FOLLOWED && self.open.pop_front().is_some() {
            self.commands.not_followed += 1;
        }
    }

    fn passed(&mut self, ran: &Ran<'_>, shape: &Shape) {
        if shape.lookup {
            return;
        }
        if self.passes.len() < MOST_PASSES || self.passes.contains_key(&shape.key) {
            let last = self.passes.entry(shape.key.clone()).or_default();
            *last = (*last).max(ran.when);
        }
        let followed = std::mem::take(&mut self.open);
        for mut open in followed {
            let here = open.failure.last.file == ran.at.file;
            match matched(&open.shape, shape).filter(|_| here) {
                Some(matched) => self.commands.mended.push(open.mend(ran, matched), MOST_KEPT),
                None => {
                    if here {
                        open.saw_pass(ran, shape);
                    }
                    self.open.push_back(open);
                }
            }
        }
    }

    pub(super) fn finish(mut self) -> Commands {
        let passes = self.passes;
        let passed_later = |open: &Open| {
            let pass = passes.get(&open.shape.key).copied().flatten();
            pass.zip(open.failure.at).is_some_and(|(pass, fail)| pass > fail)
        };
        let open = self.open.into_iter().filter(|open| !open.doubtful && !passed_later(open));
        open.for_each(|open| self.commands.unmended.push(open.failure, MOST_KEPT));
        self.commands
    }
}

impl Open {
    fn new(shape: Shape, failure: Failure) -> Self {
        Self {
            shape,
            failure,
            changed: Kept::default(),
            changed_last: Kept::default(),
            changed_anew: Kept::default(),
            prepared: Kept::default(),
            doubtful: false,
        }
    }

    fn fail_again(&mut self, ran: &Ran<'_>, error: String, names_error: bool) {
        let failure = &mut self.failure;
        failure.times += 1;
        if !error.is_empty() {
            (failure.error, failure.names_error) = (error, names_error);
        }
        failure.status = ran.status;
        failure.last = ran.at.clone();
        failure.at = ran.when;
        self.changed_last = Kept::default();
        self.changed_anew = Kept::default();
        self.prepared = Kept::default();
        self.doubtful = false;
    }

    /// Another command passed while this one is followed.
    fn saw_pass(&mut self, ran: &Ran<'_>, shape: &Shape) {
        self.doubtful |= shape.program == self.shape.program;
        let last = shape.program.rsplit(' ').next().unwrap_or_default();
        if shape.program.contains(' ') && PREPARING.contains(&last) {
            note_path(&mut self.prepared, &one_line(ran.line, LINE), MOST_RUN);
        }
    }

    fn mend(self, ran: &Ran<'_>, matched: Match) -> Mend {
        Mend {
            failure: self.failure,
            passed: one_line(ran.line, LINE),
            matched,
            at: ran.at.clone(),
            changed: self.changed,
            changed_anew: self.changed_anew,
            changed_last: self.changed_last.total,
            prepared: self.prepared,
        }
    }
}

/// How a command came out: by its status, and where something may hide that, by what it printed.
fn outcome(ran: &Ran<'_>, shape: &Shape) -> Option<bool> {
    match ran.ok {
        Some(false) => Some(false),
        Some(true) if !shape.masked => Some(true),
        _ if shape.lookup => ran.ok,
        _ => verdict(ran.output),
    }
}

/// Whether a command that passed is one that failed before.
fn matched(failed: &Shape, passed: &Shape) -> Option<Match> {
    if failed.key == passed.key {
        return Some(Match::Same);
    }
    let limits_less =
        passed.words.len() < failed.words.len() && passed.words.iter().all(|word| failed.words.contains(word));
    (failed.program == passed.program && limits_less).then_some(Match::Broader)
}

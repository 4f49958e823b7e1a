//! Tells the moments of a source: screens what is parsed, counts, and keeps lists of problems short.

use super::parse::{self, Unfit};
use crate::base::Timestamp;
use crate::ingest::tally::Tally;
use crate::ingest::{Bundle, Counts, Document, DocumentKind, Moment, Problem, ProblemKind, SourceRef, Step, StepKind};
use crate::screen::Scrubber;
use serde_json::Value;
use std::collections::BTreeMap;

/// So many types of events and names of tools are told apart.
const NAMES: usize = 200;
/// What the rest is counted as.
const OTHER: &str = "other";
/// The longest name of a type or a tool, in characters.
const NAME: usize = 80;

/// What the report of the scrubber counts names of files as.
const NAMES_OF_FILES: &str = "(names of files)";

/// Where moments go, and the place that they are of.
pub(super) struct Telling<'a> {
    scrubber: &'a mut Scrubber,
    sink: &'a mut dyn FnMut(Moment),
    counts: Counts,
    tally: Tally,
    file: String,
    line: Option<u64>,
}

impl<'a> Telling<'a> {
    pub(super) fn new(bundle: &Bundle, scrubber: &'a mut Scrubber, sink: &'a mut dyn FnMut(Moment)) -> Self {
        let counts = Counts {
            files: bundle.files().count() as u64,
            bytes: bundle.files().map(|file| file.size).sum(),
            ..Counts::default()
        };
        Self { scrubber, sink, counts, tally: Tally::default(), file: String::new(), line: None }
    }

    /// Says which file what follows is of.
    pub(super) fn begin_file(&mut self, path: &str) {
        self.file = self.name(path);
        self.line = None;
        self.scrubber.begin_file(&self.file);
    }

    /// Says which line what follows is of.
    pub(super) fn begin_line(&mut self, line: u64) {
        self.line = Some(line);
    }

    /// Goes back to where it was.
    pub(super) fn return_to(&mut self, here: SourceRef) {
        self.scrubber.begin_file(&here.file);
        (self.file, self.line) = (here.file, here.line);
    }

    /// Where it is.
    pub(super) fn here(&self) -> SourceRef {
        SourceRef { file: self.file.clone(), line: self.line }
    }

    /// The name of a file, screened; what is taken out of it is not counted as of the file before.
    pub(super) fn name(&mut self, path: &str) -> String {
        self.scrubber.begin_file(NAMES_OF_FILES);
        let name = self.screened(path);
        self.scrubber.begin_file(&self.file);
        name
    }

    /// A short text without what must not be kept.
    pub(super) fn screened(&mut self, text: &str) -> String {
        self.scrubber.text(text).into_owned()
    }

    /// Says that paths below a folder are the run's own.
    pub(super) fn allow_root(&mut self, root: &str) {
        self.scrubber.allow_root(root);
    }

    /// JSON, screened.
    pub(super) fn json(&mut self, bytes: &[u8]) -> Option<Value> {
        match parse::json(bytes) {
            Ok(value) => Some(self.scrubbed(value)),
            Err(unfit) => {
                self.unfit(unfit);
                None
            }
        }
    }

    /// A structure without what must not be kept.
    pub(super) fn scrubbed(&mut self, mut value: Value) -> Value {
        self.scrubber.json(&mut value);
        value
    }

    /// JSON that stands in a text, screened by its keys too; nothing where it is none.
    pub(super) fn nested(&mut self, text: &str) -> Option<Value> {
        let looks = text.trim_start().starts_with(['{', '[']);
        let value = parse::json(text.as_bytes()).ok().filter(|_| looks)?;
        Some(self.scrubbed(value))
    }

    /// Text, screened.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Option<String> {
        match parse::text(bytes) {
            Ok(text) => Some(self.screened(text)),
            Err(unfit) => {
                self.unfit(unfit);
                None
            }
        }
    }

    /// Tells a text that was written for people.
    pub(super) fn document(&mut self, kind: DocumentKind, bytes: &[u8]) {
        if let Some(text) = self.text(bytes) {
            let source = self.here();
            self.tell(Moment::Document(Document { kind, text, source }));
        }
    }

    /// Counts what could not be read, and says why.
    pub(super) fn unfit(&mut self, Unfit { kind, message }: Unfit) {
        self.counts.malformed += 1;
        self.problem(kind, message);
    }

    /// Says what is wrong here.
    pub(super) fn problem(&mut self, kind: ProblemKind, message: &str) {
        if kind == ProblemKind::ChecksumMismatch {
            self.counts.checksum_mismatches += 1;
        }
        if self.tally.admits(kind) {
            let at = self.here();
            self.tell(Moment::Problem(Problem { kind, at, message: message.to_owned() }));
        }
    }

    /// Counts a line or an event.
    pub(super) fn count(&mut self, name: &str, known: bool) {
        bump(&mut self.counts.by_type, name);
        if !known {
            self.counts.unknown += 1;
            self.problem(ProblemKind::UnknownType, "a type that is not known is counted and skipped");
        }
    }

    /// Counts the use of a tool.
    pub(super) fn count_tool(&mut self, name: &str) {
        bump(&mut self.counts.tools, name);
    }

    /// Tells a step that stands here.
    pub(super) fn step(&mut self, kind: StepKind, at: Option<Timestamp>, aside: bool) {
        let source = self.here();
        self.tell(Moment::Step(Step { kind, at, aside, source }));
    }

    /// Tells anything.
    pub(super) fn tell(&mut self, moment: Moment) {
        (self.sink)(moment);
    }

    pub(super) fn finish(mut self) -> Counts {
        let rest: Vec<Problem> = self.tally.rest(".").collect();
        rest.into_iter().for_each(|problem| self.tell(Moment::Problem(problem)));
        self.counts
    }
}

fn bump(counts: &mut BTreeMap<String, u64>, name: &str) {
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    let room = counts.len() < NAMES || counts.contains_key(&name);
    *counts.entry(if room { name } else { OTHER.to_owned() }).or_default() += 1;
}

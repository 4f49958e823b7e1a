//! What inference left out, and why.

use super::MAX_PLACES;
use crate::base::Span;
use crate::note::SourceFile;
use serde::Serialize;

/// Why something is not in the inferred ontology, or not as some records have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A file, or a part of it, could not be read.
    Unreadable,
    /// A document that has neither an id nor a kind.
    NoRecord,
    /// A record that has no kind.
    NoKind,
    /// A record that has no id.
    NoId,
    /// A name that is used once or twice and is nearly another that is used often.
    Misspelt,
    /// Ids of one kind begin in several ways.
    SeveralPrefixes,
    /// A few records of a kind have an id unlike the others'.
    RareId,
    /// A field that nearly all records of a kind have, and some have not.
    RarelyMissing,
    /// A field that is now of one type, now of another.
    MixedTypes,
    /// A kind with too few records to say what it requires.
    FewRecords,
    /// An edge kind that joins so many kinds that none are listed.
    ManyEnds,
    /// A name that is too long, or holds what a name should not.
    BadName,
    /// Words that are no closed set.
    OpenWords,
}

/// One thing that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Why.
    pub reason: Reason,
    /// What it is about: a kind, a kind and a field, a file.
    pub subject: String,
    /// One sentence.
    pub message: String,
    /// Where, as `path:line`; the first few.
    pub places: Vec<String>,
}

impl LeftOut {
    pub(super) fn new(reason: Reason, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { reason, subject: subject.into(), message: message.into(), places: Vec::new() }
    }

    pub(super) fn at(mut self, spots: &[Spot<'_>]) -> Self {
        self.places = spots.iter().map(Spot::shown).collect();
        self
    }
}

/// A place in a file.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) span: Span,
}

impl Spot<'_> {
    fn shown(&self) -> String {
        let bytes = self.file.text.as_deref().map_or(&[][..], str::as_bytes);
        let line = self.file.lines.position(bytes, self.span.start.min(bytes.len())).line;
        format!("{}:{line}", self.file.path)
    }
}

/// How many there are, and where the first few stand.
#[derive(Clone, Default)]
pub(super) struct Places<'a> {
    pub(super) count: usize,
    pub(super) first: Vec<Spot<'a>>,
}

impl<'a> Places<'a> {
    pub(super) fn add(&mut self, spot: Spot<'a>) {
        self.count += 1;
        if self.first.len() < MAX_PLACES {
            self.first.push(spot);
        }
    }
}

/// By reason, then by what it is about.
pub(super) fn sort(left_out: &mut [LeftOut]) {
    left_out.sort_by(|a, b| (a.reason, &a.subject, &a.message).cmp(&(b.reason, &b.subject, &b.message)));
}

/// A count with its noun.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

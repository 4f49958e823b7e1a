//! A page of a summary: sections of sentences, each with the places that it was taken from.

use crate::ingest::SourceRef;
use crate::ingest::markdown::{code, plain, quotation};
use crate::ingest::text::{counted, one_line};
use std::collections::{BTreeMap, BTreeSet};

/// How many places the front matter lists.
const MOST_REFS: usize = 200;
/// A run of letters and digits of such a length in a file name is an id, which is shown by its beginning.
const ID_FROM: usize = 20;
const ID_SHOWN: usize = 8;

/// A summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What it is called.
    pub title: String,
    /// One or two sentences, as plain text.
    pub brief: String,
    /// Markdown, from level-two headings on.
    pub body: String,
    /// The places that its sentences were taken from, in order, each once.
    pub refs: Vec<SourceRef>,
}

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    body: String,
    /// The heading of what follows, until there is something that follows.
    heading: Option<&'static str>,
    refs: BTreeSet<SourceRef>,
    /// The short name of each file, and the file of each short name.
    labels: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
}

impl Page {
    /// Begins a section. It stands only where something is said in it.
    pub(super) fn section(&mut self, heading: &'static str) {
        self.heading = Some(heading);
    }

    /// Says a sentence as a paragraph.
    pub(super) fn say(&mut self, sentence: &str, at: &[&SourceRef]) {
        self.begin();
        let line = self.with_refs(sentence, at);
        self.body.push_str(&line);
        self.body.push('\n');
    }

    /// Says a sentence as an item of a list.
    pub(super) fn item(&mut self, sentence: &str, at: &[&SourceRef]) {
        let after_item = self.heading.is_none() && self.last_line().starts_with("- ");
        if !after_item {
            self.begin();
        }
        let line = self.with_refs(sentence, at);
        self.body.push_str("- ");
        self.body.push_str(&line);
        self.body.push('\n');
    }

    /// Says how many items a list leaves out.
    pub(super) fn and_more(&mut self, left_out: u64, one: &str) {
        if left_out > 0 {
            self.item(&format!("and {} more", counted(left_out, one)), &[]);
        }
    }

    /// Quotes a text of the source.
    pub(super) fn quote(&mut self, text: &str, most: usize, at: &SourceRef) {
        self.begin();
        self.body.push_str(&quotation(text, most));
        let reference = self.reference(at);
        self.body.push_str(&format!(">\n> {reference}\n"));
    }

    pub(super) fn finish(self, title: String, brief: String) -> Summary {
        let refs = self.refs.into_iter().take(MOST_REFS).collect();
        Summary { title: one_line(&title, 160), brief: one_line(&brief, 500), body: self.body, refs }
    }

    /// Makes room for a paragraph, below its heading.
    fn begin(&mut self) {
        if !self.body.is_empty() {
            self.body.push('\n');
        }
        if let Some(heading) = self.heading.take() {
            self.body.push_str(&format!("## {heading}\n\n"));
        }
    }

    fn last_line(&self) -> &str {
        self.body.lines().last().unwrap_or_default()
    }

    fn with_refs(&mut self, sentence: &str, at: &[&SourceRef]) -> String {
        let mut line = sentence.to_owned();
        let distinct: BTreeSet<&&SourceRef> = at.iter().collect();
        for reference in distinct {
            line.push(' ');
            line.push_str(&self.reference(reference));
        }
        line
    }

    /// A place of the source, in brackets; nothing in it is markup.
    fn reference(&mut self, at: &SourceRef) -> String {
        self.refs.insert(at.clone());
        let label = self.label(&at.file);
        let line = at.line.map(|line| format!(":{line}")).unwrap_or_default();
        code(&format!("[{label}{line}]"), 400)
    }

    /// The short name of a file: long ids cut, unless two files would have one name.
    fn label(&mut self, file: &str) -> String {
        if let Some(label) = self.labels.get(file) {
            return label.clone();
        }
        let short = without_ids(file);
        let label = if self.files.contains_key(&short) { file.to_owned() } else { short };
        self.files.insert(label.clone(), file.to_owned());
        self.labels.insert(file.to_owned(), label.clone());
        label
    }
}

fn without_ids(file: &str) -> String {
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut out = String::new();
    let mut rest = file;
    while let Some(c) = rest.chars().next() {
        let run = rest.find(|c| !is_id(c)).unwrap_or(rest.len());
        if run >= ID_FROM {
            out.push_str(rest[..ID_SHOWN].trim_end_matches('-'));
            out.push('…');
        } else if run > 0 {
            out.push_str(&rest[..run]);
        } else {
            out.push(c);
        }
        rest = &rest[if run == 0 { c.len_utf8() } else { run }..];
    }
    out
}

/// Words of the source within a sentence, in quotation marks, their markup made plain.
pub(super) fn said(text: &str, most: usize) -> String {
    format!("“{}”", plain(&one_line(text, most)))
}

/// Texts of the source within a sentence, as code: the first few, and how many more there are.
pub(super) fn codes<'a>(texts: impl IntoIterator<Item = &'a str>, shown: usize, total: u64) -> String {
    let shown: Vec<String> = texts.into_iter().take(shown).map(|text| code(text, 160)).collect();
    let more = total.saturating_sub(shown.len() as u64);
    match (shown.as_slice(), more) {
        (shown, more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        ([], _) => String::new(),
        ([only], _) => only.clone(),
        ([first @ .., last], _) => format!("{} and {last}", first.join(", ")),
    }
}

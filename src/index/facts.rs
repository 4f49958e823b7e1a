//! One file to what the index keeps of it: its text, its entries and their terms. A function of path and bytes alone.

use super::analysis::each_word;
use super::entry::{self, Draft};
use super::fields::ENTRY_FIELDS;
use super::types::Entry;
use crate::base::{LineIndex, RepoPath, Span};
use crate::note::{self, FileClass, Limits, SourceFile};

/// The most bytes of a file that the index reads: fixed, so that an answer does not depend on a repository's settings.
pub(super) const MAX_FILE_BYTES: u64 = 1 << 20;

/// What the index keeps of a file.
#[derive(Debug)]
pub(super) struct FileFacts {
    /// Its class.
    pub(super) class: FileClass,
    /// Its text, where it is text.
    pub(super) text: Option<String>,
    /// Its entries, in order.
    pub(super) entries: Vec<EntryFacts>,
}

/// What the index keeps of an entry.
#[derive(Debug, PartialEq)]
pub(super) struct EntryFacts {
    /// What is known of it.
    pub(super) entry: Entry,
    /// Its words by field, but those of the body, in the order of the field table.
    pub(super) fields: [Words; ENTRY_FIELDS],
    /// The words of the body, section by section.
    pub(super) bodies: Vec<Words>,
}

/// Words, with a space after each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Words {
    /// The words.
    pub(super) joined: String,
    /// How many.
    pub(super) count: u32,
}

impl Words {
    fn of(texts: &[String]) -> Self {
        let mut words = Self::default();
        for text in texts {
            each_word(text, &mut |word, _| {
                words.joined.push_str(word);
                words.joined.push(' ');
                words.count += 1;
            });
        }
        words
    }

    /// The words in order.
    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        self.joined.split_terminator(' ')
    }
}

/// Reads a file; `None` stands for bytes over the limit.
pub(super) fn analyse(path: &RepoPath, bytes: Option<&[u8]>) -> FileFacts {
    let source = note::read(path, bytes.unwrap_or_default(), &limits());
    let text = bytes.and_then(text_of);
    let drafts = text.map(|text| drafts(&source, text)).unwrap_or_default();
    let entries = drafts.into_iter().map(with_words).collect();
    FileFacts { class: source.class, text: text.map(str::to_owned), entries }
}

pub(super) fn limits() -> Limits {
    Limits {
        max_file_bytes: MAX_FILE_BYTES as usize,
        max_front_matter_bytes: MAX_FILE_BYTES as usize,
        ..Limits::default()
    }
}

fn text_of(bytes: &[u8]) -> Option<&str> {
    let within = bytes.len() as u64 <= MAX_FILE_BYTES && memchr::memchr(0, bytes).is_none();
    if within { std::str::from_utf8(bytes).ok() } else { None }
}

pub(super) fn drafts(source: &SourceFile, text: &str) -> Vec<Draft> {
    match source.class {
        FileClass::Markdown => vec![entry::of_markdown(source, text)],
        FileClass::Graph => {
            let lines = LineIndex::new(text.as_bytes());
            source.records.iter().map(|record| entry::of_graph_record(source, record, text, &lines)).collect()
        }
        FileClass::Ontology | FileClass::Generated | FileClass::Other => Vec::new(),
    }
}

fn with_words(draft: Draft) -> EntryFacts {
    EntryFacts {
        fields: draft.fields.each_ref().map(|texts| Words::of(texts)),
        bodies: draft.bodies.iter().map(|texts| Words::of(texts)).collect(),
        entry: draft.entry,
    }
}

/// The lines of a span, from 1: first and last.
pub(super) fn line_range(lines: &LineIndex, span: Span) -> (u32, u32) {
    let first = lines.line(span.start);
    (first, lines.line(span.end.saturating_sub(1).max(span.start)))
}

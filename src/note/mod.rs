//! Bytes to notes and graph records, with spans. Pure and total: every function returns what it
//! could read together with diagnostics, and stops at no bad input.
//!
//! [`read`] is the one door: a path and bytes in, a [`SourceFile`] out.

mod attributes;
mod body;
mod class;
mod edges;
mod fences;
mod front_matter;
mod graph;
mod page;
mod report;
mod shown;
mod types;
pub mod yaml;

pub use class::class_of;
pub use front_matter::{Division, FRONT_MATTER_KEYS, divide};
pub use types::{
    Diagnostic, DiagnosticKind, Edge, EdgeOrigin, FileClass, Heading, Limits, Link, LinkForm, Markdown, Record,
    RecordForm, SourceFile, Spanned,
};
pub use yaml::{Scalar, ScalarKind, Yaml, YamlMap, YamlNode};

use crate::base::{LineIndex, RepoPath, Span};
use report::Diagnostics;
use std::sync::Arc;

/// Reads one file of a memory repository.
pub fn read(path: &RepoPath, bytes: &[u8], limits: &Limits) -> SourceFile {
    let class = class_of(path);
    let mut found = Diagnostics::new(limits.max_diagnostics);
    let mut file = SourceFile {
        path: path.clone(),
        class,
        text: text_of(class, bytes, limits, &mut found),
        lines: LineIndex::new(bytes),
        records: Vec::new(),
        markdown: None,
        diagnostics: Vec::new(),
    };
    match (&file.text, class) {
        (Some(text), FileClass::Graph) => file.records = graph::read(text, limits, &mut found),
        (Some(text), FileClass::Markdown) => {
            let (markdown, record) = page::read(path, text, limits, &mut found);
            file.markdown = Some(markdown);
            file.records.extend(record);
        }
        _ => {}
    }
    file.diagnostics = found.finish();
    file
}

/// The text of a class that is read as text, unless it is too large or not UTF-8.
fn text_of(class: FileClass, bytes: &[u8], limits: &Limits, found: &mut Diagnostics) -> Option<Arc<str>> {
    if matches!(class, FileClass::Generated | FileClass::Other) {
        return None;
    }
    if bytes.len() > limits.max_file_bytes {
        let message = format!("the file is larger than {} bytes and is not read", limits.max_file_bytes);
        found.add(DiagnosticKind::TooLarge, Span::new(0, 0), message, "split the file");
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            let start = error.valid_up_to();
            let end = error.error_len().map_or(bytes.len(), |n| start + n);
            let help = "save the file as UTF-8";
            found.add(DiagnosticKind::InvalidUtf8, Span::new(start, end), "the file is not UTF-8", help);
            None
        }
    }
}

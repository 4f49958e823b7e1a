//! Tests of `note`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod body;
mod bounds;
mod class;
mod corpus;
mod front_matter;
mod generate;
mod graph;
mod hostile;
mod oracle;
mod properties;
mod render;
mod yaml;

use lorekeep::base::RepoPath;
use lorekeep::note::{Limits, SourceFile, read};

/// Reads a text as the file of a path, under the default limits.
fn read_text(path: &str, text: &str) -> SourceFile {
    read(&RepoPath::parse(path).unwrap(), text.as_bytes(), &Limits::default())
}

/// What the only diagnostic says, and the text it points at.
fn only_problem(file: &SourceFile) -> (&str, &str) {
    let [diagnostic] = file.diagnostics.as_slice() else { panic!("not one diagnostic: {:#?}", file.diagnostics) };
    let text = file.text.as_deref().unwrap();
    (&diagnostic.message, &text[diagnostic.span.start..diagnostic.span.end])
}

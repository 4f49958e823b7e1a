//! Findings: what validation has to say about a place in a file.

use super::text::{LineIndex, Span};
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Refused at the door.
    Error,
    /// Reported, and let through.
    Warning,
}

/// A place in a file: lines and columns from 1, columns in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The path, as text for people: bytes that are not UTF-8 are shown escaped.
    pub path: String,
    /// First line.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl Place {
    /// The place of a byte span.
    pub fn of(path: &str, bytes: &[u8], lines: &LineIndex, span: Span) -> Self {
        let start = lines.position(bytes, span.start);
        let end = lines.position(bytes, span.end.max(span.start));
        Self {
            path: path.to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    /// The start of a file, for what concerns all of it.
    pub fn whole(path: &str) -> Self {
        Self { path: path.to_owned(), line: 1, column: 1, end_line: 1, end_column: 1 }
    }
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// One thing that is wrong, where it is, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's stable code, such as `LK204`.
    pub code: String,
    /// The rule's stable name, such as `dangling-edge`.
    pub name: String,
    /// How bad it is, after the repository's own settings.
    pub severity: Severity,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: how to mend it.
    pub help: String,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// What the finding is about (a record id, an edge, a path), so that the same finding can be
    /// recognised at another commit where its lines have moved. Not part of any output.
    #[serde(skip)]
    pub subject: String,
    /// The digest of the offending text, where a rule lets an exception be named by it.
    #[serde(skip)]
    pub text_digest: Option<super::Digest>,
}

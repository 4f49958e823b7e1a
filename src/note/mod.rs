//! Bytes to notes and graph records, with spans. Pure and total: every function returns what it
//! could read together with diagnostics, and stops at no bad input.
//!
//! [`read`] is the one door: a path and bytes in, a [`SourceFile`] out.

mod types;
pub mod yaml;

pub use types::{
    Diagnostic, DiagnosticKind, Edge, EdgeOrigin, FileClass, Heading, Limits, Link, LinkForm, Markdown, Record,
    RecordForm, SourceFile, Spanned,
};
pub use yaml::{Scalar, ScalarKind, Yaml, YamlMap, YamlNode};

use crate::base::RepoPath;

/// Reads one file of a memory repository.
pub fn read(path: &RepoPath, bytes: &[u8], limits: &Limits) -> SourceFile {
    todo!("{path} {} {limits:?}", bytes.len())
}

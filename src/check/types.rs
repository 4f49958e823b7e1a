//! What goes into a check and what comes out.

use crate::base::{FileMode, Finding, Oid, Severity};
use crate::note::{EdgeOrigin, FileClass, RecordForm, SourceFile};
use crate::ontology::{Ontology, OntologyProblem};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file of a tree as validation sees it.
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// Its path, in bytes.
    pub path: Vec<u8>,
    /// What it is.
    pub mode: FileMode,
    /// Its object: two files with one object have one content.
    pub oid: Oid,
    /// Its size in bytes.
    pub size: u64,
    /// What reading it gave; shared between two trees that hold the same blob at the same path.
    /// `None` where the path is no [`crate::base::RepoPath`], the entry no file, or the blob larger than the limit.
    pub source: Option<Arc<SourceFile>>,
    /// Its bytes, for text classes that are not parsed but still scanned for secrets; `None` where `source` holds the text.
    pub raw: Option<Arc<[u8]>>,
}

/// All that validation looks at: one tree.
pub struct CheckInput<'a> {
    /// The ontology of this tree.
    pub ontology: &'a Ontology,
    /// What is wrong with the ontology itself.
    pub ontology_problems: &'a [OntologyProblem],
    /// Every file, in path order.
    pub files: &'a [TreeFile],
}

/// What validation says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The findings, ordered by path, line, code.
    pub findings: Vec<Finding>,
    /// The counts.
    pub summary: Summary,
    /// Ids of platform resources that edges name and no record here has, with the number of such edges: no findings.
    pub unresolved: BTreeMap<String, usize>,
}

/// How much was read, and how much is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files of the tree.
    pub files: usize,
    /// Records: declared, and patched by a document of their own. A document that only adds edges to a record
    /// declared elsewhere (`extendsNode`) is none.
    pub records: usize,
    /// Edges as they were written: `edges` of graph records and `related` of front matter. What `owners`
    /// and `repoRefs` imply is not counted, nor are links of bodies.
    pub edges: usize,
    /// Markdown files without an id.
    pub notes: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Edges to ids of platform resources that no record here has: kept, and no finding.
    pub unresolved: usize,
}

/// A rule as the table lists it.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// Its stable code, such as `LK204`.
    pub code: &'static str,
    /// Its stable name, such as `dangling-edge`.
    pub name: &'static str,
    /// Its severity where the repository says nothing.
    pub severity: Severity,
    /// Whether a repository may change or silence it.
    pub adjustable: bool,
    /// One sentence: what it catches.
    pub summary: &'static str,
}

impl Summary {
    pub(super) fn of(files: &[TreeFile], findings: &[Finding], unresolved: &BTreeMap<String, usize>) -> Self {
        let sources = || files.iter().filter_map(|file| file.source.as_deref());
        let records = || sources().flat_map(|source| &source.records);
        let written = |origin| matches!(origin, EdgeOrigin::Declared | EdgeOrigin::Related);
        let is_note = |source: &&SourceFile| source.class == FileClass::Markdown && source.records.is_empty();
        let of_severity = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            files: files.len(),
            records: records().filter(|record| record.form != RecordForm::Extends).count(),
            edges: records().flat_map(|record| &record.edges).filter(|edge| written(edge.origin)).count(),
            notes: sources().filter(is_note).count(),
            errors: of_severity(Severity::Error),
            warnings: of_severity(Severity::Warning),
            unresolved: unresolved.values().sum(),
        }
    }
}

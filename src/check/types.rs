//! What goes into a check and what comes out.

use super::draft::order;
use super::known::Totals;
use crate::base::{FileMode, Finding, Oid, Severity};
use crate::note::SourceFile;
use crate::ontology::{Ontology, OntologyProblem};
use serde::Serialize;
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

impl Report {
    /// The same with findings that were made elsewhere, counted and in their places.
    pub fn with(mut self, more: Vec<Finding>) -> Self {
        let errors = more.iter().filter(|finding| finding.severity == Severity::Error).count();
        self.summary.errors += errors;
        self.summary.warnings += more.len() - errors;
        self.findings.extend(more);
        self.findings.sort_by(|a, b| order(a).cmp(&order(b)));
        self
    }
}

impl Summary {
    pub(super) fn of(totals: &Totals, findings: &[Finding]) -> Self {
        let of_severity = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            files: totals.files,
            records: totals.records,
            edges: totals.edges,
            notes: totals.notes,
            errors: of_severity(Severity::Error),
            warnings: of_severity(Severity::Warning),
            unresolved: totals.unresolved,
        }
    }
}

impl TreeFile {
    /// Whether another file of the same path is the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.oid == other.oid && self.mode == other.mode
    }
}

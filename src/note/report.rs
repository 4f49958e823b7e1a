//! The diagnostics of one file, bounded in number.

use super::yaml::{Problem, misquoted};
use super::{Diagnostic, DiagnosticKind};
use crate::base::Span;

/// Collects diagnostics. Those beyond the limit are counted, and the last one says how many.
pub(super) struct Diagnostics {
    kept: Vec<Diagnostic>,
    limit: usize,
    left_out: usize,
}

impl Diagnostics {
    /// An empty collection that keeps at most `limit`, and at least one.
    pub(super) fn new(limit: usize) -> Self {
        Self { kept: Vec::new(), limit: limit.max(1), left_out: 0 }
    }

    /// Adds one.
    pub(super) fn add(&mut self, kind: DiagnosticKind, span: Span, message: impl Into<String>, help: &str) {
        let (message, help) = (message.into(), help.to_owned());
        self.keep(Diagnostic { kind, span, message, help, related: None });
    }

    /// Adds what is of no understood form.
    pub(super) fn wrong_shape(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.add(DiagnosticKind::WrongShape, span, message, help);
    }

    /// Adds why YAML was refused.
    pub(super) fn problem(&mut self, kind: DiagnosticKind, problem: Problem) {
        let Problem { span, message, help, related } = problem;
        self.keep(Diagnostic { kind, span, message, help, related });
    }

    /// Adds the scalars of a file that stand in typographic quotes.
    pub(super) fn misquoted(&mut self, file: &str, places: &[Span]) {
        for place in places {
            self.problem(DiagnosticKind::WrongShape, misquoted(file, *place));
        }
    }

    fn keep(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < self.limit {
            self.kept.push(diagnostic);
        } else {
            self.left_out += 1;
        }
    }

    /// All of them, by place.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if let (Some(last), true) = (self.kept.last_mut(), self.left_out > 0) {
            last.message.push_str(&format!("; {} more problems of this file are left out", self.left_out));
        }
        self.kept.sort_by_key(|diagnostic| diagnostic.span);
        self.kept
    }
}

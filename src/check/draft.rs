//! What rules leave behind, and how it becomes findings.

use super::rules::Rule;
use super::tree::Tree;
use super::types::TreeFile;
use crate::base::{Digest, Finding, LineIndex, Place, Position, Related, Severity, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most findings of one rule in one file; what is beyond is counted in one more.
const MAX_PER_FILE: usize = 1_000;

/// One finding to be: everything but its severity and its lines.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What is wrong.
    pub(super) message: String,
    /// How to mend it.
    pub(super) help: String,
    /// What it is about, so that it is recognised elsewhere.
    pub(super) subject: String,
    /// Other places: file, span, what is there.
    pub(super) related: Vec<(usize, Span, String)>,
}

/// All drafts of one run.
#[derive(Default)]
pub(super) struct Drafts {
    /// By file, so that a file's lines are counted once: rule, span, draft.
    by_file: BTreeMap<usize, Vec<(&'static Rule, Span, Draft)>>,
    /// Those in files that are not of the tree: rule, path, draft.
    elsewhere: Vec<(&'static Rule, String, Draft)>,
}

/// Where one rule leaves its drafts.
pub(super) struct Notes<'d> {
    rule: &'static Rule,
    drafts: &'d mut Drafts,
    counts: HashMap<usize, (usize, Span)>,
}

/// A finding, and where in the tree it came from.
pub(super) struct Made {
    pub(super) finding: Finding,
    pub(super) file: Option<usize>,
    pub(super) span: Span,
}

impl Draft {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), subject: subject.into(), related: Vec::new() }
    }
}

impl Notes<'_> {
    /// Notes a finding at a span of a file; an empty span is the file itself.
    pub(super) fn add(&mut self, file: usize, span: Span, draft: Draft) {
        let (count, last) = self.counts.entry(file).or_insert((0, span));
        *count += 1;
        *last = span;
        if *count <= MAX_PER_FILE {
            self.drafts.by_file.entry(file).or_default().push((self.rule, span, draft));
        }
    }

    /// Notes a finding in a file that the tree does not list.
    pub(super) fn add_elsewhere(&mut self, path: &str, draft: Draft) {
        self.drafts.elsewhere.push((self.rule, path.to_owned(), draft));
    }
}

impl Drop for Notes<'_> {
    /// Says how many were left out.
    fn drop(&mut self) {
        for (file, (count, last)) in self.counts.drain().filter(|(_, (count, _))| *count > MAX_PER_FILE) {
            let message = format!("{} more findings of this rule in this file are not listed", count - MAX_PER_FILE);
            let draft = Draft::new(message, "mend those that are listed, and check again", "");
            self.drafts.by_file.entry(file).or_default().push((self.rule, last, draft));
        }
    }
}

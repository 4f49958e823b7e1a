//! What rules leave behind, and how it becomes findings.

use super::places::Places;
use super::rules::Rule;
use super::tree::Tree;
use crate::base::{Digest, Finding, Place, Related, Severity, Span};
use std::collections::BTreeMap;

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
    listed: Vec<Listed>,
    /// How many of each rule in each file.
    counts: BTreeMap<(usize, &'static str), usize>,
    /// Those in files that are not of the tree.
    elsewhere: Vec<(&'static Rule, String, Draft)>,
}

struct Listed {
    rule: &'static Rule,
    file: usize,
    span: Span,
    draft: Draft,
}

/// Where one rule leaves its drafts.
pub(super) struct Notes<'d> {
    rule: &'static Rule,
    drafts: &'d mut Drafts,
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
        let count = self.drafts.counts.entry((file, self.rule.info.code)).or_default();
        *count += 1;
        if *count <= MAX_PER_FILE {
            self.drafts.listed.push(Listed { rule: self.rule, file, span, draft });
        }
    }

    /// Notes a finding in a file that the tree does not list.
    pub(super) fn add_elsewhere(&mut self, path: &str, draft: Draft) {
        self.drafts.elsewhere.push((self.rule, path.to_owned(), draft));
    }
}

impl Drafts {
    pub(super) fn of(&mut self, rule: &'static Rule) -> Notes<'_> {
        Notes { rule, drafts: self }
    }

    /// Keeps the drafts in some files of the tree.
    pub(super) fn keep(&mut self, wanted: impl Fn(usize) -> bool) {
        self.listed.retain(|listed| wanted(listed.file));
        self.counts.retain(|(file, _), _| wanted(*file));
        self.elsewhere.clear();
    }

    /// The findings, ordered by path, line, code; those that the repository lets through are left out.
    pub(super) fn into_findings(mut self, tree: &Tree<'_>) -> Vec<Made> {
        self.count_the_rest();
        let places = Places::new(tree.files(), self.listed.iter().flat_map(spots));
        let mut made: Vec<Made> = self.listed.into_iter().filter_map(|listed| listed.make(tree, &places)).collect();
        for (rule, path, draft) in self.elsewhere {
            let severity = tree.severity(&rule.info).unwrap_or(rule.info.severity);
            let finding = finding(rule, severity, Place::whole(&path), draft, Vec::new(), None);
            made.push(Made { finding, file: None, span: Span::default() });
        }
        made.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
        made
    }

    /// Says how many findings of a rule in a file are not listed, where the last listed one stands.
    fn count_the_rest(&mut self) {
        let mut extra = Vec::new();
        for (&(file, code), count) in self.counts.iter().filter(|(_, count)| **count > MAX_PER_FILE) {
            let last = self.listed.iter().rfind(|listed| listed.file == file && listed.rule.info.code == code);
            let Some(last) = last else { continue };
            let message = format!("{} more findings of this rule in this file are not listed", count - MAX_PER_FILE);
            let draft = Draft::new(message, "mend those that are listed, and check again", "");
            extra.push(Listed { rule: last.rule, file, span: last.span, draft });
        }
        self.listed.extend(extra);
    }
}

impl Listed {
    fn make(self, tree: &Tree<'_>, places: &Places) -> Option<Made> {
        let Self { rule, file, span, draft } = self;
        let severity = tree.severity(&rule.info)?;
        let digest = offending_digest(tree, file, span);
        if is_allowed(tree, rule, file, &digest) {
            return None;
        }
        let related = draft
            .related
            .iter()
            .map(|(file, span, message)| Related { place: places.of(*file, *span), message: message.clone() });
        let related = related.collect();
        let finding = finding(rule, severity, places.of(file, span), draft, related, Some(digest));
        Some(Made { finding, file: Some(file), span })
    }
}

fn finding(
    rule: &Rule,
    severity: Severity,
    place: Place,
    draft: Draft,
    related: Vec<Related>,
    text_digest: Option<Digest>,
) -> Finding {
    let Draft { message, help, subject, .. } = draft;
    let (code, name) = (rule.info.code.to_owned(), rule.info.name.to_owned());
    Finding { code, name, severity, place, message, help, related, subject, text_digest }
}

fn spots(listed: &Listed) -> impl Iterator<Item = (usize, Span)> {
    let related = listed.draft.related.iter().map(|(file, span, _)| (*file, *span));
    std::iter::once((listed.file, listed.span)).chain(related)
}

/// The digest of the offending text; of the path, where the file itself offends.
fn offending_digest(tree: &Tree<'_>, file: usize, span: Span) -> Digest {
    let file = &tree.files()[file];
    let text = file.bytes().get(span.start..span.end).filter(|text| !text.is_empty());
    Digest::of(text.unwrap_or(&file.path))
}

fn is_allowed(tree: &Tree<'_>, rule: &Rule, file: usize, digest: &Digest) -> bool {
    let path = String::from_utf8_lossy(&tree.files()[file].path);
    let mut allow = tree.ontology().allow.iter().filter(|entry| entry.rule == rule.info.code);
    allow.any(|entry| entry.digest == *digest && entry.path.matches(&path))
}

fn order(finding: &Finding) -> (&str, u32, &str, u32, &str) {
    (&finding.place.path, finding.place.line, &finding.code, finding.place.column, &finding.message)
}

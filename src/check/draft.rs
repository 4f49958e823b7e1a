//! What rules leave behind, and how it becomes findings.

use super::places::Places;
use super::quote::quoted;
use super::rules::{Rule, Run};
use super::tree::{Tree, shown};
use crate::base::{Digest, Finding, Place, Related, Span};
use std::collections::BTreeMap;

/// The most findings of one rule in one file; what is beyond is counted in one more.
pub(super) const MAX_PER_FILE: usize = 1_000;
/// The most findings of one rule in one file for which the word that was meant is looked for.
const MAX_SUGGESTED: usize = 32;
/// The most findings for which a near id is looked for: each search visits every id of its prefix.
const MAX_SEARCHES: usize = 64;

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
    /// Other places that it is made of: a change answers for the finding where one of them is new or was edited.
    pub(super) parts: Vec<(usize, Span)>,
    /// An id that nobody declares: a near one, where there is one, is a better help.
    pub(super) unknown: Option<String>,
}

/// All drafts of one run.
#[derive(Default)]
pub(super) struct Drafts {
    listed: Vec<Listed>,
    /// How many of each rule in each file.
    counts: BTreeMap<(Where, &'static str), usize>,
}

struct Listed {
    rule: &'static Rule,
    at: Where,
    span: Span,
    draft: Draft,
}

/// A file of the tree, or a path that the tree does not list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Where {
    File(usize),
    Elsewhere(Vec<u8>),
}

/// Where one rule leaves its drafts.
pub(super) struct Notes<'d> {
    rule: &'static Rule,
    drafts: &'d mut Drafts,
}

/// A finding, and where in the tree it came from.
pub(super) struct Made {
    pub(super) finding: Finding,
    /// The file and the span, where the tree lists the file; then the other places that it is made of.
    pub(super) spots: Vec<(usize, Span)>,
    /// Whether it is about the change itself, and no tree alone has it.
    pub(super) of_change: bool,
    unknown: Option<String>,
}

impl Draft {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>, subject: impl Into<String>) -> Self {
        let (message, help, subject) = (message.into(), help.into(), subject.into());
        Self { message, help, subject, related: Vec::new(), parts: Vec::new(), unknown: None }
    }

    /// Names the id that nobody declares.
    pub(super) fn for_unknown(self, id: &str) -> Self {
        Self { unknown: Some(id.to_owned()), ..self }
    }
}

impl Notes<'_> {
    /// Notes a finding at a span of a file; an empty span is the file itself.
    pub(super) fn add(&mut self, file: usize, span: Span, draft: Draft) {
        self.push(Where::File(file), span, draft);
    }

    /// Whether the word that was meant is still looked for in a file: each search visits every known word.
    pub(super) fn suggests(&self, file: usize) -> bool {
        let count = self.drafts.counts.get(&(Where::File(file), self.rule.info.code));
        count.is_none_or(|count| *count < MAX_SUGGESTED)
    }

    /// Notes a finding at a path, which the tree may not list.
    pub(super) fn add_at_path(&mut self, tree: &Tree<'_>, path: &[u8], span: Span, draft: Draft) {
        match tree.file_at(path) {
            Some(file) => self.push(Where::File(file), span, draft),
            None => self.push(Where::Elsewhere(path.to_vec()), Span::default(), draft),
        }
    }

    fn push(&mut self, at: Where, span: Span, draft: Draft) {
        let count = self.drafts.counts.entry((at.clone(), self.rule.info.code)).or_default();
        *count += 1;
        if *count <= MAX_PER_FILE {
            self.drafts.listed.push(Listed { rule: self.rule, at, span, draft });
        }
    }
}

impl Drafts {
    pub(super) fn of(&mut self, rule: &'static Rule) -> Notes<'_> {
        Notes { rule, drafts: self }
    }

    /// Adds the drafts of other files.
    pub(super) fn append(&mut self, mut other: Self) {
        self.listed.append(&mut other.listed);
        self.counts.append(&mut other.counts);
    }

    /// Keeps the drafts in some files of the tree.
    pub(super) fn keep(&mut self, wanted: impl Fn(usize) -> bool) {
        let kept = |at: &Where| matches!(at, Where::File(file) if wanted(*file));
        self.listed.retain(|listed| kept(&listed.at));
        self.counts.retain(|(at, _), _| kept(at));
    }

    /// The findings, ordered by path, line, code; those that the repository lets through are left out.
    pub(super) fn make(mut self, tree: &Tree<'_>) -> Vec<Made> {
        self.count_the_rest();
        let places = Places::new(tree.files(), self.listed.iter().flat_map(spots));
        let mut made: Vec<Made> = self.listed.into_iter().filter_map(|listed| listed.make(tree, &places)).collect();
        made.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
        made
    }

    /// Says how many findings of a rule in a file are not listed, where the last listed one stands.
    fn count_the_rest(&mut self) {
        let mut extra = Vec::new();
        for ((at, code), count) in self.counts.iter().filter(|(_, count)| **count > MAX_PER_FILE) {
            let last = self.listed.iter().rfind(|listed| listed.at == *at && listed.rule.info.code == *code);
            let Some(last) = last else { continue };
            let message = format!("{} more findings of this rule in this file are not listed", count - MAX_PER_FILE);
            let draft = Draft::new(message, "mend those that are listed, and check again", "");
            extra.push(Listed { rule: last.rule, at: at.clone(), span: last.span, draft });
        }
        self.listed.extend(extra);
    }
}

/// The findings as they are shown. What costs a search is worked out here, for the first of those that are left, so
/// that it does not depend on the order in which rules ran.
pub(super) fn finish(made: Vec<Made>, tree: &Tree<'_>) -> Vec<Finding> {
    let mut searches = 0;
    let finish = |made: Made| {
        let mut finding = made.finding;
        if let Some(id) = made.unknown.filter(|_| searches < MAX_SEARCHES) {
            searches += 1;
            if let Some(near) = tree.near_id(&id) {
                finding.help = format!("did you mean {}?", quoted(&near));
            }
        }
        finding
    };
    made.into_iter().map(finish).collect()
}

impl Listed {
    fn make(self, tree: &Tree<'_>, places: &Places) -> Option<Made> {
        let severity = tree.severity(&self.rule.info)?;
        let (place, digest) = match &self.at {
            Where::File(file) => (places.of(*file, self.span), offending_digest(tree, *file, self.span)),
            Where::Elsewhere(path) => (Place::whole(&shown(path)), Digest::of(path)),
        };
        if self.is_allowed(tree, &digest) {
            return None;
        }
        let Self { rule, at, span, draft } = self;
        let own = if let Where::File(file) = at { Some((file, span)) } else { None };
        let finding = Finding {
            code: rule.info.code.to_owned(),
            name: rule.info.name.to_owned(),
            severity,
            place,
            message: draft.message,
            help: draft.help,
            related: draft.related.into_iter().map(|related| related_at(places, related)).collect(),
            subject: draft.subject,
            text_digest: Some(digest),
        };
        let spots = own.into_iter().chain(draft.parts).collect();
        Some(Made { finding, spots, of_change: matches!(rule.run, Run::Change(_)), unknown: draft.unknown })
    }

    fn is_allowed(&self, tree: &Tree<'_>, digest: &Digest) -> bool {
        let path = match &self.at {
            Where::File(file) => &tree.files()[*file].path,
            Where::Elsewhere(path) => path,
        };
        let path = String::from_utf8_lossy(path);
        let mut allow = tree.ontology().allow.iter().filter(|entry| entry.rule == self.rule.info.code);
        allow.any(|entry| entry.digest == *digest && entry.path.matches(&path))
    }
}

fn related_at(places: &Places, (file, span, message): (usize, Span, String)) -> Related {
    Related { place: places.of(file, span), message }
}

fn spots(listed: &Listed) -> impl Iterator<Item = (usize, Span)> {
    let own = if let Where::File(file) = listed.at { Some((file, listed.span)) } else { None };
    own.into_iter().chain(listed.draft.related.iter().map(|(file, span, _)| (*file, *span)))
}

/// The digest of the offending text; of the path, where the file itself offends.
fn offending_digest(tree: &Tree<'_>, file: usize, span: Span) -> Digest {
    let file = &tree.files()[file];
    let text = file.bytes().get(span.start..span.end).filter(|text| !text.is_empty());
    Digest::of(text.unwrap_or(&file.path))
}

/// How findings are ordered: by path, line, code.
pub(super) fn order(finding: &Finding) -> (&str, u32, &str, u32, &str) {
    (&finding.place.path, finding.place.line, &finding.code, finding.place.column, &finding.message)
}

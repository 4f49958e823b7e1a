//! What a change brings: the findings that it answers for.

use super::draft::{Made, finish};
use super::tree::Tree;
use super::types::{CheckInput, Report, TreeFile};
use super::{report, run, run_on_change};
use crate::base::{Finding, Severity, Span};
use crate::note::{FileClass, SourceFile};
use std::collections::{HashMap, HashSet};

/// The findings that a change brings: those of `after` whose file, record or edge is new or touched, those that
/// `before` does not have, and those about the change itself. What was wrong before and is untouched is left out.
///
/// Files that both trees share are not looked at again by the rules of single files, unless the
/// ontology is another one. [`super::brought_incrementally`] does the same without reading what a change does not reach.
pub fn brought_by_change(before: &CheckInput<'_>, after: &CheckInput<'_>) -> Report {
    let (old, new) = (Tree::whole(before), Tree::whole(after));
    report(&new, brought(&old, &new))
}

/// The findings of two trees, or of two parts of them that hold all that a change reaches.
pub(super) fn brought(old: &Tree<'_>, new: &Tree<'_>) -> Vec<Finding> {
    let pairs = Pairs::new(old, new);
    let same_rules = old.ontology().digest == new.ontology().digest;
    let mut drafts = run(new, |file| !same_rules || !pairs.is_shared(file));
    run_on_change(old, new, &mut drafts);
    let mut brought = drafts.make(new);
    let had = run(old, |file| !same_rules || pairs.is_replaced(file)).make(old);
    let had: HashSet<Mark<'_>> = had.iter().map(|made| mark(old, made)).collect();
    brought.retain(|made| made.of_change || pairs.touches(made) || !had.contains(&mark(new, made)));
    finish(brought, new)
}

/// What makes two findings of two trees the same one.
type Mark<'a> = (&'a str, Severity, &'a [u8], &'a str, &'a str);

fn mark<'a>(tree: &Tree<'a>, made: &'a Made) -> Mark<'a> {
    let finding = &made.finding;
    // The path itself: two of them may be shown alike.
    let path = made.spots.first().map_or(finding.place.path.as_bytes(), |(file, _)| &tree.files()[*file].path);
    (&finding.code, finding.severity, path, &finding.subject, &finding.message)
}

/// The files of two trees, by path.
struct Pairs<'a> {
    new: &'a [TreeFile],
    /// For each file of the new tree what stood at its path.
    old_of: Vec<Option<&'a TreeFile>>,
    /// Files of the old tree whose path holds something else now.
    replaced: HashSet<usize>,
    /// For each changed file of several records the texts of its old ones.
    old_records: HashMap<usize, HashSet<&'a str>>,
}

impl<'a> Pairs<'a> {
    fn new(old: &Tree<'a>, new: &Tree<'a>) -> Self {
        let mut pairs = Self {
            new: new.files(),
            old_of: Vec::with_capacity(new.files().len()),
            replaced: HashSet::new(),
            old_records: HashMap::new(),
        };
        for (i, file) in new.files().iter().enumerate() {
            let at = old.file_at(&file.path);
            let was = at.map(|at| &old.files()[at]);
            pairs.old_of.push(was);
            if let (Some(at), Some(was)) = (at, was.filter(|was| !was.is_same(file))) {
                pairs.replaced.insert(at);
                let source = was.source.as_deref().filter(|source| source.class == FileClass::Graph);
                pairs.old_records.insert(i, source.map(record_texts).unwrap_or_default());
            }
        }
        pairs
    }

    fn is_shared(&self, file: usize) -> bool {
        self.old_of[file].is_some_and(|was| was.is_same(&self.new[file]))
    }

    fn is_replaced(&self, old_file: usize) -> bool {
        self.replaced.contains(&old_file)
    }

    /// Whether a finding is about something that is new or was edited.
    fn touches(&self, made: &Made) -> bool {
        made.spots.iter().any(|(file, span)| self.is_touched(*file, *span))
    }

    fn is_touched(&self, file: usize, span: Span) -> bool {
        if self.is_shared(file) {
            return false;
        }
        let record = self.new[file].record_at(span);
        let text = record.and_then(|record| text_at(self.new[file].source.as_deref()?, record.span));
        let untouched = text.is_some_and(|text| self.old_records.get(&file).is_some_and(|old| old.contains(text)));
        !untouched
    }
}

fn record_texts(source: &SourceFile) -> HashSet<&str> {
    source.records.iter().filter_map(|record| text_at(source, record.span)).collect()
}

fn text_at(source: &SourceFile, span: Span) -> Option<&str> {
    source.text.as_deref()?.get(span.start..span.end)
}

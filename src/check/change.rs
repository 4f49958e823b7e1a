//! What a change brings: the findings that it answers for.

use super::draft::Made;
use super::tree::Tree;
use super::types::{CheckInput, Report, TreeFile};
use super::{report, run};
use crate::base::{Finding, Severity};
use crate::note::{FileClass, SourceFile};
use std::collections::{HashMap, HashSet};

/// The findings that a change brings: those of `after` whose file, record or edge is new or touched,
/// and those that `before` does not have. What was wrong before and is untouched is left out.
///
/// Files that both trees share are not looked at again by the rules of single files, unless the
/// ontology is another one: the cost follows the change.
pub fn brought_by_change(before: &CheckInput<'_>, after: &CheckInput<'_>) -> Report {
    let (old, new) = (Tree::new(before), Tree::new(after));
    let pairs = Pairs::new(&old, &new);
    let same_rules = before.ontology.digest == after.ontology.digest;
    let brought = run(&new, |file| !same_rules || !pairs.is_shared(file)).into_findings(&new);
    let had = run(&old, |file| !same_rules || pairs.is_replaced(file)).into_findings(&old);
    let had: HashSet<Mark<'_>> = had.iter().map(|made| mark(&made.finding)).collect();
    let keeps = |made: &Made| pairs.touches(made) || !had.contains(&mark(&made.finding));
    let findings = brought.into_iter().filter(keeps).map(|made| made.finding).collect();
    report(&new, findings)
}

/// What makes two findings of two trees the same one.
type Mark<'a> = (&'a str, Severity, &'a str, &'a str, &'a str);

fn mark(finding: &Finding) -> Mark<'_> {
    (&finding.code, finding.severity, &finding.place.path, &finding.subject, &finding.message)
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
        let by_path: HashMap<&[u8], usize> =
            old.files().iter().enumerate().map(|(i, file)| (file.path.as_slice(), i)).collect();
        let mut pairs = Self {
            new: new.files(),
            old_of: Vec::with_capacity(new.files().len()),
            replaced: HashSet::new(),
            old_records: HashMap::new(),
        };
        for (i, file) in new.files().iter().enumerate() {
            let at = by_path.get(file.path.as_slice()).copied();
            let was = at.map(|at| &old.files()[at]);
            pairs.old_of.push(was);
            if let (Some(at), Some(was)) = (at, was.filter(|was| !is_same(was, file))) {
                pairs.replaced.insert(at);
                let source = was.source.as_deref().filter(|source| source.class == FileClass::Graph);
                pairs.old_records.insert(i, source.map(record_texts).unwrap_or_default());
            }
        }
        pairs
    }

    fn is_shared(&self, file: usize) -> bool {
        self.old_of[file].is_some_and(|was| is_same(was, &self.new[file]))
    }

    fn is_replaced(&self, old_file: usize) -> bool {
        self.replaced.contains(&old_file)
    }

    /// Whether a finding is about something that is new or was edited.
    fn touches(&self, made: &Made) -> bool {
        let Some(file) = made.file else { return false };
        if self.is_shared(file) {
            return false;
        }
        let record = self.new[file].record_at(made.span);
        let text = record.and_then(|record| text_at(self.new[file].source.as_deref()?, record.span));
        let untouched = text.is_some_and(|text| self.old_records.get(&file).is_some_and(|old| old.contains(text)));
        !untouched
    }
}

fn is_same(a: &TreeFile, b: &TreeFile) -> bool {
    a.oid == b.oid && a.mode == b.mode
}

fn record_texts(source: &SourceFile) -> HashSet<&str> {
    source.records.iter().filter_map(|record| text_at(source, record.span)).collect()
}

fn text_at(source: &SourceFile, span: crate::base::Span) -> Option<&str> {
    source.text.as_deref()?.get(span.start..span.end)
}

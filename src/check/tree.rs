//! One tree as rules look at it: all of its files, or some of them and what is known of the rest.

use super::known::{Known, Totals, content};
use super::outside::Outside;
use super::rules::dangling_edge::may_be_unresolved;
use super::types::{CheckInput, RuleInfo, TreeFile};
use crate::base::store::ShownBytes;
use crate::base::{Severity, Span};
use crate::note::{Edge, EdgeOrigin, Record, SourceFile};
use crate::ontology::{NodeKind, Ontology, OntologyProblem, RuleSetting, nearest};
use crate::screen;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// One tree, with what rules ask of it more than once.
pub(super) struct Tree<'a> {
    ontology: &'a Ontology,
    problems: &'a [OntologyProblem],
    files: &'a [TreeFile],
    /// What is known of the whole tree, where the files are only a part of it.
    outside: Option<Outside<'a>>,
    declared: HashMap<&'a str, Vec<Declared<'a>>>,
    loose: Vec<LooseEdge<'a>>,
    /// The declared ids of prefixes that were asked for.
    by_prefix: RefCell<HashMap<String, Rc<Vec<String>>>>,
}

/// A record that declares its id, and the file it stands in.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    pub(super) file: usize,
    pub(super) record: &'a Record,
}

/// The first declaration of an id, in path and file order.
pub(super) struct First<'a> {
    /// Its kind; empty where it has none.
    pub(super) kind: Cow<'a, str>,
    /// The record itself, where its file is at hand.
    pub(super) here: Option<Declared<'a>>,
}

/// An edge that leads to no record of the tree, with its file and its record.
pub(super) type LooseEdge<'a> = (usize, &'a Record, &'a Edge);

/// One file of the tree.
pub(super) struct FileView<'a> {
    pub(super) index: usize,
    pub(super) file: &'a TreeFile,
    pub(super) ontology: &'a Ontology,
}

impl<'a> Tree<'a> {
    /// A tree of which every file is at hand.
    pub(super) fn whole(input: &CheckInput<'a>) -> Self {
        Self::new(input.ontology, input.ontology_problems, input.files, None)
    }

    /// Some files of a tree, in path order, and what is known of all of it.
    pub(super) fn part(ontology: &'a Ontology, files: &'a [TreeFile], known: &'a dyn Known) -> Self {
        Self::new(ontology, &[], files, Some(Outside::new(known)))
    }

    fn new(
        ontology: &'a Ontology,
        problems: &'a [OntologyProblem],
        files: &'a [TreeFile],
        outside: Option<Outside<'a>>,
    ) -> Self {
        let mut declared: HashMap<&str, Vec<Declared<'_>>> = HashMap::new();
        for (file, record) in records(files).filter(|(_, record)| record.form.declares()) {
            if !record.id.value.is_empty() {
                declared.entry(&record.id.value).or_default().push(Declared { file, record });
            }
        }
        let by_prefix = RefCell::default();
        let mut tree = Self { ontology, problems, files, outside, declared, loose: Vec::new(), by_prefix };
        tree.loose = tree.edges_to_nothing();
        tree
    }

    fn edges_to_nothing(&self) -> Vec<LooseEdge<'a>> {
        let edges = self.records().flat_map(|(file, record)| record.edges.iter().map(move |edge| (file, record, edge)));
        let edges = edges.filter(|(_, _, edge)| edge.origin != EdgeOrigin::Owners);
        edges.filter(|(_, _, edge)| !self.is_declared(&edge.target.value)).collect()
    }

    pub(super) fn problems(&self) -> &'a [OntologyProblem] {
        self.problems
    }

    pub(super) fn files(&self) -> &'a [TreeFile] {
        self.files
    }

    pub(super) fn ontology(&self) -> &'a Ontology {
        self.ontology
    }

    /// What is known of the files that are not at hand; `None` where all are.
    pub(super) fn outside(&self) -> Option<&Outside<'a>> {
        self.outside.as_ref()
    }

    pub(super) fn file(&self, index: usize) -> FileView<'a> {
        FileView { index, file: &self.files[index], ontology: self.ontology }
    }

    /// The index of the file at a path.
    pub(super) fn file_at(&self, path: &[u8]) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.as_slice().cmp(path)).ok()
    }

    /// Every record with the index of its file, in path and file order.
    pub(super) fn records(&self) -> impl Iterator<Item = (usize, &'a Record)> + use<'a> {
        records(self.files)
    }

    /// The declarations of an id in the files at hand, in path and file order.
    pub(super) fn declarations(&self, id: &str) -> &[Declared<'a>] {
        self.declared.get(id).map_or(&[], Vec::as_slice)
    }

    /// Whether a record declares an id.
    pub(super) fn is_declared(&self, id: &str) -> bool {
        self.declared.contains_key(id) || self.outside.as_ref().is_some_and(|outside| outside.first(id).is_some())
    }

    /// The first declaration of an id.
    pub(super) fn first(&self, id: &str) -> Option<First<'a>> {
        let at_hand = self.declarations(id);
        let Some(outside) = &self.outside else {
            let first = at_hand.first()?;
            let kind = first.record.kind.as_ref().map_or("", |kind| kind.value.as_str());
            return Some(First { kind: Cow::Borrowed(kind), here: Some(*first) });
        };
        let Some(known) = outside.first(id) else {
            outside.doubt(!at_hand.is_empty());
            return None;
        };
        let is_it = |d: &&Declared<'_>| self.files[d.file].path == known.path && d.record.ordinal == known.ordinal;
        Some(First { kind: Cow::Owned(known.kind.clone()), here: at_hand.iter().find(is_it).copied() })
    }

    /// Every edge of the files at hand whose target no record declares, in path and file order; owners are not among them.
    pub(super) fn loose_edges(&self) -> &[LooseEdge<'a>] {
        &self.loose
    }

    /// The sums over all of the tree, but for its content.
    pub(super) fn totals(&self) -> Totals {
        if let Some(outside) = &self.outside {
            return outside.totals();
        }
        let unresolved = self.loose_edges().iter().filter(|(_, _, edge)| may_be_unresolved(edge)).count();
        let sums = self.files.iter().fold(Totals::default(), |sums, file| sums.plus(&Totals::counted(file)));
        Totals { unresolved, ..sums }
    }

    /// The sum over the contents of all of the tree, outside `indexes/`.
    pub(super) fn content(&self) -> [u8; 32] {
        self.outside.as_ref().map_or_else(|| content(self.files), |outside| outside.totals().content)
    }

    /// What the repository makes of a rule; `None`: it is off.
    pub(super) fn severity(&self, rule: &RuleInfo) -> Option<Severity> {
        severity_in(self.ontology, rule)
    }

    /// A declared id with the same prefix that an unknown one may have been meant for.
    pub(super) fn near_id(&self, id: &str) -> Option<String> {
        let (prefix, slug) = id.split_once(':')?;
        let asked = self.by_prefix.borrow().get(prefix).cloned();
        let ids = asked.unwrap_or_else(|| {
            let ids = Rc::new(self.ids_with_prefix(prefix));
            self.by_prefix.borrow_mut().insert(prefix.to_owned(), Rc::clone(&ids));
            ids
        });
        let slugs = ids.iter().filter_map(|id| id.strip_prefix(prefix)?.strip_prefix(':'));
        nearest(slug, slugs).map(|slug| format!("{prefix}:{slug}"))
    }

    fn ids_with_prefix(&self, prefix: &str) -> Vec<String> {
        let has_prefix = |id: &&&str| id.split_once(':').is_some_and(|(other, _)| other == prefix);
        match &self.outside {
            Some(outside) => outside.ids_with_prefix(prefix),
            None => self.declared.keys().filter(has_prefix).map(|id| (*id).to_owned()).collect(),
        }
    }
}

impl<'a> FileView<'a> {
    pub(super) fn source(&self) -> Option<&'a SourceFile> {
        self.file.source.as_deref()
    }

    pub(super) fn records(&self) -> &'a [Record] {
        self.source().map_or(&[], |source| &source.records)
    }

    /// The kind of a record, where the ontology knows it.
    pub(super) fn kind_of(&self, record: &Record) -> Option<&'a NodeKind> {
        self.ontology.node_kinds.get(&record.kind.as_ref()?.value)
    }
}

impl TreeFile {
    /// Its bytes, as far as they were kept.
    pub(super) fn bytes(&self) -> &[u8] {
        let text = self.source.as_ref().and_then(|source| source.text.as_deref()).map(str::as_bytes);
        text.or(self.raw.as_deref()).unwrap_or_default()
    }

    /// The path as a finding may show it.
    pub fn shown_path(&self) -> String {
        shown(&self.path)
    }

    /// Its records.
    pub(super) fn records(&self) -> &[Record] {
        self.source.as_ref().map_or(&[], |source| &source.records)
    }

    /// The record that holds a place.
    pub(super) fn record_at(&self, span: Span) -> Option<&Record> {
        let records = self.records();
        let after = records.partition_point(|record| record.span.start <= span.start);
        records[..after].last().filter(|record| span.end <= record.span.end && span.start < span.end)
    }
}

/// What a repository of this ontology makes of a rule; `None`: it is off.
pub(super) fn severity_in(ontology: &Ontology, rule: &RuleInfo) -> Option<Severity> {
    match ontology.rules.get(rule.name) {
        Some(RuleSetting::Off) if rule.adjustable => None,
        Some(RuleSetting::Severity(severity)) if rule.adjustable => Some(*severity),
        _ => Some(rule.severity),
    }
}

/// A path as a finding may show it.
pub(super) fn shown(path: &[u8]) -> String {
    screen::redact(&ShownBytes(path).to_string()).text
}

fn records(files: &[TreeFile]) -> impl Iterator<Item = (usize, &Record)> + use<'_> {
    files.iter().enumerate().flat_map(|(i, file)| file.records().iter().map(move |record| (i, record)))
}

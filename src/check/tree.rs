//! One tree as rules look at it.

use super::types::{CheckInput, RuleInfo, TreeFile};
use crate::base::store::ShownBytes;
use crate::base::{Severity, Span};
use crate::note::{Edge, EdgeOrigin, Record, SourceFile};
use crate::ontology::{NodeKind, Ontology, RuleSetting, nearest};
use crate::screen;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

/// The most unknown ids for which a near one is looked for: each search visits every id of its prefix.
const MAX_SEARCHES: usize = 64;

/// One tree, with what rules ask of it more than once.
pub(super) struct Tree<'a> {
    input: &'a CheckInput<'a>,
    declared: HashMap<&'a str, Vec<Declared<'a>>>,
    loose: OnceCell<Vec<LooseEdge<'a>>>,
    by_prefix: OnceCell<HashMap<&'a str, Vec<&'a str>>>,
    searches: Cell<usize>,
}

/// A record that declares its id, and the file it stands in.
pub(super) struct Declared<'a> {
    pub(super) file: usize,
    pub(super) record: &'a Record,
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
    pub(super) fn new(input: &'a CheckInput<'a>) -> Self {
        let mut declared: HashMap<&str, Vec<Declared<'_>>> = HashMap::new();
        for (file, record) in records(input.files).filter(|(_, record)| record.form.declares()) {
            if !record.id.value.is_empty() {
                declared.entry(&record.id.value).or_default().push(Declared { file, record });
            }
        }
        Self { input, declared, loose: OnceCell::new(), by_prefix: OnceCell::new(), searches: Cell::new(0) }
    }

    pub(super) fn input(&self) -> &'a CheckInput<'a> {
        self.input
    }

    pub(super) fn files(&self) -> &'a [TreeFile] {
        self.input.files
    }

    pub(super) fn ontology(&self) -> &'a Ontology {
        self.input.ontology
    }

    pub(super) fn file(&self, index: usize) -> FileView<'a> {
        FileView { index, file: &self.input.files[index], ontology: self.input.ontology }
    }

    /// Every record with the index of its file, in path and file order.
    pub(super) fn records(&self) -> impl Iterator<Item = (usize, &'a Record)> + use<'a> {
        records(self.input.files)
    }

    /// The declarations of an id, in path and file order.
    pub(super) fn declarations(&self, id: &str) -> &[Declared<'a>] {
        self.declared.get(id).map_or(&[], Vec::as_slice)
    }

    /// Every edge whose target no record declares, in path and file order; owners are not among them.
    pub(super) fn loose_edges(&self) -> &[LooseEdge<'a>] {
        self.loose.get_or_init(|| {
            let edges = self.records().flat_map(|(file, record)| record.edges.iter().map(move |e| (file, record, e)));
            edges
                .filter(|(_, _, edge)| edge.origin != EdgeOrigin::Owners)
                .filter(|(_, _, edge)| !self.declared.contains_key(edge.target.value.as_str()))
                .collect()
        })
    }

    /// What the repository makes of a rule; `None`: it is off.
    pub(super) fn severity(&self, rule: &RuleInfo) -> Option<Severity> {
        match self.input.ontology.rules.get(rule.name) {
            Some(RuleSetting::Off) if rule.adjustable => None,
            Some(RuleSetting::Severity(severity)) if rule.adjustable => Some(*severity),
            _ => Some(rule.severity),
        }
    }

    /// A declared id that an unknown one may have been meant for.
    pub(super) fn near_id(&self, id: &str) -> Option<&'a str> {
        if self.searches.replace(self.searches.get() + 1) >= MAX_SEARCHES {
            return None;
        }
        let candidates = self.by_prefix.get_or_init(|| self.ids_by_prefix()).get(prefix(id))?;
        nearest(id, candidates.iter().copied())
    }

    fn ids_by_prefix(&self) -> HashMap<&'a str, Vec<&'a str>> {
        let mut by_prefix: HashMap<&str, Vec<&str>> = HashMap::new();
        for id in self.declared.keys() {
            by_prefix.entry(prefix(id)).or_default().push(id);
        }
        by_prefix
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
        screen::redact(&ShownBytes(&self.path).to_string()).text
    }

    /// The record that holds a place.
    pub(super) fn record_at(&self, span: Span) -> Option<&Record> {
        let records = &self.source.as_ref()?.records;
        let after = records.partition_point(|record| record.span.start <= span.start);
        records[..after].last().filter(|record| span.end <= record.span.end && span.start < span.end)
    }
}

fn records(files: &[TreeFile]) -> impl Iterator<Item = (usize, &Record)> + use<'_> {
    let sources = files.iter().enumerate().filter_map(|(i, file)| Some((i, file.source.as_deref()?)));
    sources.flat_map(|(i, source)| source.records.iter().map(move |record| (i, record)))
}

fn prefix(id: &str) -> &str {
    id.split_once(':').map_or("", |(prefix, _)| prefix)
}

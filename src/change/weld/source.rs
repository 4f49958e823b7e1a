//! A file as it is merged: what stands around its YAML, its records, and the body of a note.

use super::clash::FieldConflict;
use super::layout::assemble;
use super::rules::{numbered, record_key};
use super::slots::{Newcomers, keyed};
use super::split::{Layout, Parts, stream};
use super::value::same;
use super::weave::{Naming, Trio, Weaver};
use super::{MAX_BYTES, lines};
use crate::base::Span;
use crate::note::yaml::{Budget, parse};
use crate::note::{Division, FileClass, Limits, YamlNode, divide};

/// One side of a merge.
pub(super) struct Source<'a> {
    text: &'a str,
    class: FileClass,
    /// The YAML; nothing where a note has no front matter.
    yaml: Option<Span>,
    /// Where the body of a note begins; the end of anything else.
    body_start: usize,
    /// The records.
    roots: Vec<YamlNode>,
}

/// What two sides come to together.
pub(super) struct Woven {
    pub(super) text: String,
    /// What the records of the text must say.
    pub(super) values: Vec<YamlNode>,
    /// What the body of the text must be.
    pub(super) body: String,
    pub(super) conflicts: Vec<FieldConflict>,
}

impl<'a> Source<'a> {
    /// Reads a side; `None` where anything of it cannot be read.
    pub(super) fn read(class: FileClass, text: &'a str) -> Option<Self> {
        let (yaml, body_start) = match class {
            FileClass::Markdown => match divide(text) {
                Division::Body(_) => (None, 0),
                Division::FrontMatter { yaml, body, .. } => (Some(yaml), body),
                Division::Unclosed(_) => return None,
            },
            _ => (Some(Span::new(0, text.len())), text.len()),
        };
        let parsed = yaml.map(|yaml| parse(text, yaml, &budget(class))).unwrap_or_default();
        let one_too_many = class == FileClass::Markdown && parsed.count > 1;
        let readable = parsed.problems.is_empty() && !one_too_many;
        readable.then_some(Self { text, class, yaml, body_start, roots: parsed.documents })
    }

    /// What the records are known by.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.roots.iter().filter_map(record_key).collect();
        ids.sort();
        ids
    }

    /// Whether it says exactly this.
    pub(super) fn says(&self, values: &[YamlNode], body: &str) -> bool {
        self.body() == body
            && self.roots.len() == values.len()
            && self.roots.iter().zip(values).all(|(root, value)| same(root, value))
    }

    fn body(&self) -> &'a str {
        &self.text[self.body_start..]
    }

    /// The text before the YAML.
    fn opening(&self) -> &'a str {
        self.yaml.map_or("", |yaml| &self.text[..yaml.start])
    }

    /// The text between the YAML and the body.
    fn closing(&self) -> &'a str {
        self.yaml.map_or("", |yaml| &self.text[yaml.end..self.body_start])
    }

    /// The text between the last record and the end of the YAML.
    fn rest(&self, parts: &Parts<'_>) -> &'a str {
        self.yaml.map_or("", |yaml| &self.text[parts.end..yaml.end])
    }

    fn parts(&self) -> Option<Parts<'_>> {
        stream(self.text, self.yaml.unwrap_or(Span::new(0, 0)), &self.roots)
    }

    fn keys(&self) -> Vec<String> {
        let key = |root: &YamlNode| match self.class {
            FileClass::Markdown => String::new(),
            _ => record_key(root).unwrap_or_default(),
        };
        numbered(self.roots.iter().map(key))
    }

    fn lines_above_body(&self) -> usize {
        self.text[..self.body_start].matches('\n').count()
    }
}

/// Merges two sides; `None` where they are not made of the same things.
pub(super) fn weave(base: Option<&Source<'_>>, ours: &Source<'_>, theirs: &Source<'_>) -> Option<Woven> {
    let has_yaml = |source: &Source<'_>| source.yaml.is_some();
    if has_yaml(ours) != has_yaml(theirs) || base.is_some_and(|base| has_yaml(base) != has_yaml(ours)) {
        return None;
    }
    let base_parts = match base {
        Some(base) => base.parts()?,
        None => Parts { layout: Layout::Stream, parts: Vec::new(), end: 0 },
    };
    let (our_parts, their_parts) = (ours.parts()?, theirs.parts()?);
    let base_keys = base.map(Source::keys).unwrap_or_default();
    let slots = keyed(&base_keys, &ours.keys(), &theirs.keys(), Newcomers::InPlace);
    let mut weaver = Weaver::default();
    let trio = Trio { base: Some(&base_parts), ours: &our_parts, theirs: &their_parts };
    let pieces = weaver.pieces(trio, &slots, Naming::Records);
    let around = |words: fn(&Source<'_>) -> String| (base.map(words).unwrap_or_default(), words(ours), words(theirs));
    let opening = weaver.comment(around(|source| source.opening().to_owned()));
    let rest_of_base = base.map(|base| base.rest(&base_parts)).unwrap_or_default();
    let rests = (rest_of_base, ours.rest(&our_parts), theirs.rest(&their_parts));
    let rest = weaver.comment((rests.0.to_owned(), rests.1.to_owned(), rests.2.to_owned()));
    let closing = weaver.comment(around(|source| source.closing().to_owned()));
    let records = assemble(&our_parts.layout, &pieces);
    let break_line = if records.is_empty() || records.ends_with('\n') || rest.is_empty() { "" } else { "\n" };
    let body = lines::merge(base.map(Source::body).unwrap_or_default(), ours.body(), theirs.body());
    let id = pieces.first().and_then(|piece| super::rules::record_id(&piece.value)).map(str::to_owned);
    let above = (ours.lines_above_body(), theirs.lines_above_body());
    let clashes = body.clashes.into_iter().map(|clash| FieldConflict::lines(id.clone(), clash, above));
    let mut conflicts = weaver.conflicts;
    conflicts.extend(clashes);
    Some(Woven {
        text: format!("{opening}{records}{break_line}{rest}{closing}{}", body.text),
        values: pieces.into_iter().map(|piece| piece.value).collect(),
        body: body.text,
        conflicts,
    })
}

fn budget(class: FileClass) -> Budget {
    let limits = Limits::default();
    let nodes = if class == FileClass::Markdown { limits.max_front_matter_nodes } else { limits.max_graph_nodes };
    Budget { depth: limits.max_depth, nodes, scalar_bytes: MAX_BYTES, problems: 1 }
}

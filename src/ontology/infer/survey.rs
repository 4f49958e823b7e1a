//! Counts what the records of a tree have.

use super::fields::{FieldUse, is_empty};
use super::notes::{LeftOut, Places, Reason, Spot, counted};
use crate::note::{DiagnosticKind, Edge, EdgeOrigin, FileClass, Record, SourceFile, YamlMap};
use crate::ontology::adopt::ENTRY_POINT;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Keys of a record that are no fields: they say what it is and what it leads to.
const NO_FIELDS: &[&str] = &["id", "kind", "nodeKind", "status", "related"];

/// How often each of some words is used.
pub(super) type Counts<'a> = BTreeMap<&'a str, usize>;

/// What a tree's records have, counted.
#[derive(Default)]
pub(super) struct Survey<'a> {
    pub(super) kinds: BTreeMap<&'a str, KindUse<'a>>,
    pub(super) edges: BTreeMap<&'a str, EdgeUse<'a>>,
    pub(super) tags: Counts<'a>,
    pub(super) owners: Counts<'a>,
    pub(super) sensitivities: Counts<'a>,
    pub(super) records: usize,
    pub(super) concepts: usize,
    pub(super) entry_points: usize,
    kinds_of: HashMap<&'a str, BTreeSet<&'a str>>,
    no_record: Places<'a>,
    no_kind: Places<'a>,
    no_id: Places<'a>,
    unread: Vec<LeftOut>,
}

/// What the records of one kind have.
#[derive(Default)]
pub(super) struct KindUse<'a> {
    /// Records that declare an id, and concepts.
    pub(super) records: usize,
    /// Ids by prefix; without one: empty.
    pub(super) prefixes: BTreeMap<&'a str, Places<'a>>,
    /// Every character of the slugs, and their first ones.
    pub(super) characters: BTreeSet<char>,
    pub(super) first_characters: BTreeSet<char>,
    pub(super) statuses: BTreeMap<&'a str, Places<'a>>,
    pub(super) fields: BTreeMap<&'a str, FieldUse<'a>>,
    /// The records, to say which lack a field.
    pub(super) seen: Vec<(Spot<'a>, &'a YamlMap)>,
    pub(super) places: Places<'a>,
}

/// What the edges of one kind join.
#[derive(Default)]
pub(super) struct EdgeUse<'a> {
    pub(super) count: usize,
    pub(super) from: Counts<'a>,
    pub(super) to: Counts<'a>,
    /// Source and target, in file order.
    pub(super) pairs: Vec<(&'a str, &'a str)>,
    pub(super) other_kind: bool,
    pub(super) places: Places<'a>,
}

impl<'a> Survey<'a> {
    pub(super) fn of(files: &[&'a SourceFile]) -> Self {
        let mut survey = Self::default();
        for record in files.iter().flat_map(|file| &file.records).filter(|record| record.form.declares()) {
            let kinds = survey.kinds_of.entry(&record.id.value).or_default();
            kinds.extend(record.kind.as_ref().map(|kind| kind.value.as_str()));
        }
        for file in files {
            survey.file(file);
        }
        survey
    }

    /// The kinds that records of an id declare.
    pub(super) fn kinds_of(&self, id: &str) -> impl Iterator<Item = &'a str> + '_ {
        self.kinds_of.get(id).into_iter().flatten().copied()
    }

    /// What could not be read, or is no record.
    pub(super) fn unreadable(&self) -> Vec<LeftOut> {
        let mut left_out = self.unread.clone();
        let mut say = |reason, places: &Places<'a>, one: &str, what: &str| {
            if places.count > 0 {
                let message = format!("{what}: {}", counted(places.count, one));
                left_out.push(LeftOut::new(reason, "", message).at(&places.first));
            }
        };
        say(Reason::NoRecord, &self.no_record, "document", "neither an id nor a kind, so that it is no record");
        say(Reason::NoKind, &self.no_kind, "record", "an id and no kind");
        say(Reason::NoId, &self.no_id, "record", "a kind and no id");
        left_out
    }

    fn file(&mut self, file: &'a SourceFile) {
        for diagnostic in file.diagnostics.iter().filter(|found| found.kind != DiagnosticKind::WrongShape) {
            let spot = Spot { file, span: diagnostic.span };
            let left_out = LeftOut::new(Reason::Unreadable, file.path.as_str(), &diagnostic.message);
            self.unread.push(left_out.at(&[spot]));
        }
        for record in &file.records {
            self.record(file, record);
        }
        let is_note = file.class == FileClass::Markdown && file.records.is_empty();
        self.entry_points += usize::from(is_note && file.path.file_name() == ENTRY_POINT);
        let front_matter = file.markdown.as_ref().and_then(|markdown| markdown.front_matter.as_ref());
        if let Some(fields) = front_matter.filter(|_| is_note)
            && let Some(kind) = fields.text("type").filter(|kind| !kind.trim().is_empty())
        {
            self.concepts += 1;
            let use_of = self.kinds.entry(kind).or_default();
            let span = fields.get("type").map(|node| node.span).unwrap_or_default();
            use_of.declared(Spot { file, span }, fields);
            self.fields(kind, fields);
        }
    }

    fn record(&mut self, file: &'a SourceFile, record: &'a Record) {
        let spot = Spot { file, span: record.head };
        let kind = record.kind.as_ref().map(|kind| kind.value.as_str()).filter(|kind| !kind.trim().is_empty());
        let has_id = !record.id.value.trim().is_empty();
        match (kind, has_id) {
            (None, false) => self.no_record.add(spot),
            (None, true) if record.form.declares() => self.no_kind.add(spot),
            (Some(_), false) => self.no_id.add(spot),
            _ => {}
        }
        if let Some(kind) = kind {
            if record.form.declares() {
                self.records += 1;
                let use_of = self.kinds.entry(kind).or_default();
                use_of.declared(spot, &record.fields);
                use_of.id(&record.id.value, Spot { file, span: record.id.span });
            }
            self.fields(kind, &record.fields);
            self.status(kind, file, &record.fields);
        }
        let written = |edge: &&Edge| matches!(edge.origin, EdgeOrigin::Declared | EdgeOrigin::Related);
        for edge in record.edges.iter().filter(written) {
            self.edge(file, record, kind, edge);
        }
    }

    fn fields(&mut self, kind: &'a str, fields: &'a YamlMap) {
        for (word, counts) in [("tags", &mut self.tags), ("owners", &mut self.owners)] {
            for text in fields.texts(word) {
                *counts.entry(text).or_default() += 1;
            }
        }
        if let Some(text) = fields.text("sensitivity") {
            *self.sensitivities.entry(text).or_default() += 1;
        }
        let Some(use_of) = self.kinds.get_mut(kind) else { return };
        let is_kind = |name: &str| name == "type" && fields.text("type") == Some(kind);
        let is_field = |name: &str| !NO_FIELDS.contains(&name) && !is_kind(name);
        for (name, _, node) in fields.entries.iter().filter(|(name, _, _)| is_field(name)) {
            use_of.fields.entry(name).or_default().add(node, |id| self.kinds_of.get(id));
        }
    }

    fn status(&mut self, kind: &'a str, file: &'a SourceFile, fields: &'a YamlMap) {
        let Some(node) = fields.get("status") else { return };
        let Some(status) = node.text().filter(|text| !text.trim().is_empty()) else { return };
        if let Some(use_of) = self.kinds.get_mut(kind) {
            use_of.statuses.entry(status).or_default().add(Spot { file, span: node.span });
        }
    }

    fn edge(&mut self, file: &'a SourceFile, record: &'a Record, kind: Option<&'a str>, edge: &'a Edge) {
        let from: BTreeSet<&str> = match kind.filter(|_| record.form.declares()) {
            Some(kind) => BTreeSet::from([kind]),
            None => self.kinds_of(&record.id.value).collect(),
        };
        let to: BTreeSet<&str> = self.kinds_of(&edge.target.value).collect();
        let use_of = self.edges.entry(&edge.kind.value).or_default();
        use_of.count += 1;
        use_of.places.add(Spot { file, span: edge.kind.span });
        use_of.other_kind |= !to.is_empty() && from.is_disjoint(&to);
        from.into_iter().for_each(|kind| *use_of.from.entry(kind).or_default() += 1);
        to.into_iter().for_each(|kind| *use_of.to.entry(kind).or_default() += 1);
        use_of.pairs.push((&record.id.value, &edge.target.value));
    }
}

impl<'a> KindUse<'a> {
    fn declared(&mut self, spot: Spot<'a>, fields: &'a YamlMap) {
        self.records += 1;
        self.places.add(spot);
        self.seen.push((spot, fields));
    }

    fn id(&mut self, id: &'a str, spot: Spot<'a>) {
        let (prefix, slug) = id.split_once(':').unwrap_or(("", id));
        self.prefixes.entry(prefix).or_default().add(spot);
        self.characters.extend(slug.chars());
        self.first_characters.extend(slug.chars().next());
    }

    /// The records that do not have a field, or have nothing in it.
    pub(super) fn lacking(&self, field: &str) -> Places<'a> {
        let mut places = Places::default();
        let lacks = |fields: &YamlMap| fields.get(field).is_none_or(is_empty);
        self.seen.iter().filter(|(_, fields)| lacks(fields)).for_each(|(spot, _)| places.add(*spot));
        places
    }
}

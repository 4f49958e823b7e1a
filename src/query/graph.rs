//! The graph half of a question: selection, associations, text, filters and edges give the candidates.

use super::ask::{Asked, filters};
use super::board::{Board, Tie};
use super::catalog::{Catalog, Node, name_of};
use super::filter::passes_named;
use super::linked;
use super::names::{self, Named};
use super::sight::Denied;
use super::texts::Texts;
use super::types::GraphQuestion;
use super::walk::{self, Walked};
use super::weights::{Weight, Why};
use crate::index::EntryId;
use std::collections::BTreeMap;

/// How many of the best text matches edges are followed from.
const TEXT_SEEDS: usize = 20;

/// What the graph half found.
pub(super) struct Found {
    /// The candidates.
    pub(super) board: Board,
    /// What `select` means, in the order asked.
    pub(super) named: Vec<Named>,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
}

/// Finds the candidates of a question.
pub(super) fn find(catalog: &Catalog<'_>, asked: &Asked<'_>, denied: &mut Denied) -> Found {
    let (named, notes) = selected(catalog, asked, denied);
    let mut found = Found { named, notes, board: Board::new(catalog.view.entries().len()) };
    let mut finder = Finder { catalog, graph: &asked.request.query.graph, denied, found: &mut found };
    let mut roots = finder.take_selection();
    finder.take_associations(&asked.request.query.associations);
    roots.extend(asked.request.query.associations.iter().cloned());
    finder.take_named_edges(&roots);
    if let Some(text) = asked.text {
        finder.take_text(text);
    } else if filters(finder.graph) && roots.is_empty() && asked.request.query.select.is_empty() {
        finder.take_filtered();
    }
    found
}

/// What the names of `select` mean, and a note for each that means nothing here. A name that is
/// hidden means nothing either.
pub(super) fn selected(catalog: &Catalog<'_>, asked: &Asked<'_>, denied: &mut Denied) -> (Vec<Named>, Vec<String>) {
    let (mut found, mut notes): (Vec<Named>, Vec<String>) = (Vec::new(), Vec::new());
    for name in &asked.request.query.select {
        match names::resolve(catalog.view, name).and_then(|named| visible(catalog, named, denied)) {
            Some(named) if found.contains(&named) => {}
            Some(named) => found.push(named),
            None => notes.push(format!("select: nothing here is named `{name}`")),
        }
    }
    (found, notes)
}

fn visible(catalog: &Catalog<'_>, named: Named, denied: &mut Denied) -> Option<Named> {
    if let Some(denial) = catalog.sight.path_denial(named.path.as_str()) {
        denied.add(denial, named.path.as_str(), 0);
        return None;
    }
    if named.entries.is_empty() {
        return match catalog.sight.kind_denial(None) {
            Some(denial) => {
                denied.add(denial, named.path.as_str(), 0);
                None
            }
            None => Some(named),
        };
    }
    let mut entries = Vec::new();
    for entry in named.entries {
        match catalog.denial(entry) {
            Some(denial) => denied.add(denial, named.path.as_str(), catalog.view.entry(entry).ordinal),
            None => entries.push(entry),
        }
    }
    (!entries.is_empty()).then_some(Named { entries, ..named })
}

struct Finder<'a, 'v> {
    catalog: &'a Catalog<'v>,
    graph: &'a GraphQuestion,
    denied: &'a mut Denied,
    found: &'a mut Found,
}

impl Finder<'_, '_> {
    /// Takes what was selected, and gives the names of it that edges are followed from.
    fn take_selection(&mut self) -> Vec<String> {
        let mut roots = Vec::new();
        let mut left_out = 0;
        for named in &self.found.named {
            if named.entries.is_empty() && named.lines.is_none() {
                let note = format!("select: `{}` holds no record: document-read gives its text", named.path);
                self.found.notes.push(note);
            }
            for entry in selected_entries(self.catalog, named) {
                let record = self.catalog.record(entry);
                if !passes_named(self.graph, record) {
                    left_out += 1;
                } else if !self.found.board.has(entry) {
                    self.found
                        .board
                        .add(entry, Why::new("selection", name_of(record), Weight::of(self.catalog.ranking.selection)));
                }
                roots.push(name_of(record).to_owned());
            }
        }
        if left_out > 0 {
            self.found.notes.push(format!("select: {left_out} of the selected records do not pass the filters"));
        }
        roots
    }

    fn take_associations(&mut self, names: &[String]) {
        let mut joined: BTreeMap<EntryId, usize> = BTreeMap::new();
        for name in names {
            for (entry, detail) in self.associated(name) {
                let before = joined.entry(entry).or_default();
                let ranking = self.catalog.ranking;
                let weight = if *before == 0 { ranking.association } else { ranking.association_further };
                *before += 1;
                self.found.board.add(entry, Why::new("association", detail, Weight::of(weight)));
            }
        }
        if !names.is_empty() && joined.is_empty() {
            self.found.notes.push("associations: no record here is joined to the names given".to_owned());
        }
    }

    /// The records that one association brings, each once, with the edge kinds that join it.
    fn associated(&mut self, name: &str) -> Vec<(EntryId, String)> {
        let mut kinds: BTreeMap<EntryId, Vec<String>> = BTreeMap::new();
        match self.catalog.node(name) {
            Node::Record(entry) => drop(kinds.insert(entry, vec!["names".to_owned()])),
            Node::Hidden(entry, denial) => {
                let hidden = self.catalog.view.entry(entry);
                self.denied.add(denial, hidden.path.as_str(), hidden.ordinal);
            }
            Node::Unknown => {}
        }
        for near in walk::neighbours(self.catalog, name, self.graph, self.denied) {
            let of_record = kinds.entry(near.entry).or_default();
            if !of_record.contains(&near.kind) {
                of_record.push(near.kind);
            }
        }
        let passing = kinds.into_iter().filter(|(entry, _)| self.catalog.passes(self.graph, *entry));
        passing.map(|(entry, kinds)| (entry, format!("{} {name}", kinds.join(", ")))).collect()
    }

    fn take_named_edges(&mut self, roots: &[String]) {
        let walked = self.walk(roots);
        for (entry, reach) in walked.reached {
            let detail = format!("{} ({})", reach.crumbs, reach.distance);
            let weight = self.catalog.ranking.edges[usize::from(reach.distance - 1)];
            self.take(entry, Why::new("edge-distance", detail, Weight::of(weight)));
        }
    }

    fn take_text(&mut self, text: &str) {
        let texts = Texts::find(self.catalog, text, self.graph, self.denied);
        let board = &mut self.found.board;
        texts.each(self.catalog.view.entries().len(), &mut |entry, weight| board.add_text(entry, weight));
        self.found.notes.extend_from_slice(texts.notes());
        board.texts = texts;
        // Where edges are followed, they say what is linked, and how far.
        if self.graph.edge_depth > 0 {
            self.take_text_edges();
        } else {
            linked::lend(self.catalog, self.graph, board);
        }
        linked::lend_to_named(self.catalog, self.graph, &mut self.found.board);
    }

    /// Follows edges from the best text matches: what they lead to is worth a share of their text score.
    fn take_text_edges(&mut self) {
        let seeds = self.found.board.best_texts(TEXT_SEEDS);
        let name = |(entry, _): &(EntryId, Weight)| name_of(self.catalog.record(*entry)).to_owned();
        let roots: Vec<String> = seeds.iter().map(name).collect();
        for (entry, reach) in self.walk(&roots).reached {
            let share = self.catalog.ranking.edge_text.powi(i32::from(reach.distance));
            let weight = Weight::of(seeds[reach.root].1.value() * share);
            if self.takes(entry) {
                let tie = || Tie::followed(format!("{} ({})", reach.crumbs, reach.distance));
                self.found.board.tie(entry, weight, &tie);
            }
        }
    }

    fn take_filtered(&mut self) {
        let weight = Weight::of(self.catalog.ranking.filter);
        for entry in self.catalog.subjects() {
            if !self.catalog.passes(self.graph, entry) {
                continue;
            }
            match self.catalog.denial(entry) {
                Some(denial) => {
                    let hidden = self.catalog.view.entry(entry);
                    self.denied.add(denial, hidden.path.as_str(), hidden.ordinal);
                }
                None => self.found.board.add(entry, Why::new("filter", "passes the filters", weight)),
            }
        }
    }

    fn walk(&mut self, roots: &[String]) -> Walked {
        let walked = walk::walk(self.catalog, roots, self.graph, self.denied);
        if walked.cut {
            self.found.notes.push(format!("edges: the walk stopped after {} records", walked.reached.len()));
        }
        walked
    }

    fn take(&mut self, entry: EntryId, why: Why) {
        if self.takes(entry) {
            self.found.board.add(entry, why);
        }
    }

    fn takes(&self, entry: EntryId) -> bool {
        self.catalog.passes(self.graph, entry) || self.found.board.has(entry)
    }
}

/// The records that a name selects: those its lines touch, where lines were asked for.
fn selected_entries(catalog: &Catalog<'_>, named: &Named) -> Vec<EntryId> {
    let mut found = Vec::new();
    for entry in &named.entries {
        let touched = named.lines.is_none_or(|lines| names::overlaps(catalog.view.entry(*entry), lines));
        // A note or a Markdown record is its whole file, whatever its own lines are taken to be.
        let touched = touched || (named.entries.len() == 1 && named.path.extension() == Some("md"));
        if let Some(subject) = catalog.subject(*entry).filter(|s| touched && catalog.denial(*s).is_none())
            && !found.contains(&subject)
        {
            found.push(subject);
        }
    }
    found
}

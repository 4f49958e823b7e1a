//! Which records a good text match names in its text, by a title or an alias, without linking them.

use super::catalog::Catalog;
use super::texts::Texts;
use crate::index::{Entry, EntryId, Spoken, folded_words};
use std::collections::BTreeMap;

/// How many lines of a section are read.
const LINES: u32 = 60;
/// How many bytes of a text are read.
const BYTES: usize = 2_000;
/// How many of the records that one record names count: those it names first.
const MOST_NAMED: usize = 20;

/// Reads records for names; what a name means is found out once.
pub(super) struct Reader<'a, 'v> {
    catalog: &'a Catalog<'v>,
    meanings: BTreeMap<String, Meaning>,
}

/// What words mean that some record may be called by.
#[derive(Clone, Copy)]
enum Meaning {
    Nothing,
    Several,
    Record(EntryId),
}

impl<'a, 'v> Reader<'a, 'v> {
    pub(super) fn new(catalog: &'a Catalog<'v>) -> Self {
        Self { catalog, meanings: BTreeMap::new() }
    }

    /// The records that a record names in its best section, each once, in the order it names them. What the
    /// caller may not see is not among them, and has no say: neither by what it tells, nor by being called like something else.
    pub(super) fn named_by(&mut self, texts: &Texts, entry: EntryId) -> Vec<EntryId> {
        let mut named = Vec::new();
        if let Some(text) = best_section(self.catalog, texts, entry) {
            self.catalog.view.names_in(beginning(&text), &mut |spoken| match self.meaning(spoken) {
                Meaning::Nothing => false,
                Meaning::Several => true,
                Meaning::Record(record) => {
                    if record != entry && !named.contains(&record) {
                        named.push(record);
                    }
                    true
                }
            });
        }
        named.truncate(MOST_NAMED);
        named
    }

    fn meaning(&mut self, spoken: &Spoken<'_>) -> Meaning {
        if let Some(known) = self.meanings.get(spoken.folded) {
            return *known;
        }
        let meaning = meant(self.catalog, spoken);
        self.meanings.insert(spoken.folded.to_owned(), meaning);
        meaning
    }
}

/// The text of the section that matches best. A body that is kept back is not read, nor one of a file that holds secrets: else what
/// it is taken to name would spell them out.
fn best_section(catalog: &Catalog<'_>, texts: &Texts, entry: EntryId) -> Option<String> {
    let record = catalog.record(entry);
    let (place, _) = texts.sections(entry, 1).first().copied()?;
    let section = record.sections.get(place as usize)?;
    let path = record.path.as_str();
    let is_told = !catalog.is_withheld(entry) && catalog.view.file(path).is_some_and(|file| !file.has_secrets);
    let last = section.last.min(section.first.saturating_add(LINES - 1));
    is_told.then(|| catalog.view.lines(path, section.first, last))?
}

/// What is read of a text, cut between words where there are spaces.
fn beginning(text: &str) -> &str {
    if text.len() <= BYTES {
        return text;
    }
    let cut = &text[..text.floor_char_boundary(BYTES)];
    cut.rfind(char::is_whitespace).map_or(cut, |end| &cut[..end])
}

/// A title or an alias goes before what a title is without its `(qualifier)`. What several are called means none of them.
fn meant(catalog: &Catalog<'_>, spoken: &Spoken<'_>) -> Meaning {
    if !spoken.is_long && catalog.ranking.language.is_stop_word(spoken.folded.trim_end()) {
        return Meaning::Nothing;
    }
    let seen = |entry: &EntryId| catalog.denial(*entry).is_none();
    let entries: Vec<EntryId> = spoken.entries().into_iter().filter(seen).collect();
    let is_called = |name: &str| folded_words(name) == spoken.folded;
    let only = |called: &dyn Fn(&Entry) -> bool| only(entries.iter().filter(|entry| called(catalog.record(**entry))));
    match only(&|record| record.names().any(is_called)) {
        Meaning::Nothing => only(&|record| record.bare_title().is_some_and(is_called)),
        meaning => meaning,
    }
}

fn only<'e>(mut meant: impl Iterator<Item = &'e EntryId>) -> Meaning {
    match (meant.next(), meant.next()) {
        (None, _) => Meaning::Nothing,
        (Some(record), None) => Meaning::Record(*record),
        (Some(_), Some(_)) => Meaning::Several,
    }
}

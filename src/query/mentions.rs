//! Which records the best text matches name in their text, by a title or an alias, without linking them.

use super::catalog::Catalog;
use super::texts::Texts;
use crate::index::{Entry, EntryId, Spoken, folded_words};

/// How many of the best sections of a record are read; its title is read too.
const SECTIONS: usize = 3;
/// How many words of its title and of each section are read.
const WORDS: usize = 400;
/// How many records count that one record names, those it names first.
const MOST_NAMED: usize = 20;

/// The records that a record names, each once, in the order it names them. What the caller may not see is not among them, and says
/// nothing: neither its text, nor by being called like something else.
pub(super) fn named_by(catalog: &Catalog<'_>, texts: &Texts, entry: EntryId) -> Vec<EntryId> {
    let mut named = Vec::new();
    for text in read(catalog, texts, entry) {
        catalog.view.names_in(&text, WORDS, &mut |spoken| match meant(catalog, &spoken) {
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

/// What is read of a record: its title, and where its body may be told its best sections.
fn read(catalog: &Catalog<'_>, texts: &Texts, entry: EntryId) -> Vec<String> {
    let record = catalog.record(entry);
    let mut read = vec![record.title.clone()];
    let path = record.path.as_str();
    let has_secrets = || catalog.view.file(path).is_none_or(|file| file.has_secrets);
    if catalog.is_withheld(entry) || has_secrets() {
        return read;
    }
    let best = texts.sections(entry, SECTIONS);
    let sections = best.iter().filter_map(|(place, _)| record.sections.get(*place as usize));
    read.extend(sections.filter_map(|section| catalog.view.lines(path, section.first, section.last)));
    read
}

/// What words mean that some record may be called by.
enum Meaning {
    Nothing,
    Several,
    Record(EntryId),
}

/// A title or an alias goes before what a title is without its `(qualifier)`. What several are called means none of them.
fn meant(catalog: &Catalog<'_>, spoken: &Spoken<'_>) -> Meaning {
    if spoken.is_one_word() && !is_name_like(catalog, spoken) {
        return Meaning::Nothing;
    }
    let is_called = |name: &str| folded_words(name) == spoken.folded;
    match only(catalog, spoken, &|record| record.names().any(is_called)) {
        Meaning::Nothing => only(catalog, spoken, &|record| record.bare_title().is_some_and(is_called)),
        meaning => meaning,
    }
}

/// A single word is a name where it is written as one, and tells something.
fn is_name_like(catalog: &Catalog<'_>, spoken: &Spoken<'_>) -> bool {
    let first = spoken.written.chars().next();
    first.is_some_and(|c| !c.is_lowercase()) && !catalog.ranking.language.is_stop_word(spoken.folded.trim_end())
}

fn only(catalog: &Catalog<'_>, spoken: &Spoken<'_>, is_called: &dyn Fn(&Entry) -> bool) -> Meaning {
    let seen = |entry: &&EntryId| catalog.denial(**entry).is_none() && is_called(catalog.record(**entry));
    let mut meant = spoken.entries.iter().filter(seen);
    match (meant.next(), meant.next()) {
        (None, _) => Meaning::Nothing,
        (Some(record), None) => Meaning::Record(*record),
        (Some(_), Some(_)) => Meaning::Several,
    }
}

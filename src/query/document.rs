//! Reading selected documents, whole or by lines, in the order asked.

use super::ask::Asked;
use super::budget::Budget;
use super::catalog::{Catalog, name_of};
use super::clean::CleanText;
use super::hits::Giver;
use super::lines;
use super::names::Named;
use super::owners::Owners;
use super::types::Hit;
use super::weights::{Weight, Why};
use crate::base::{Digest, RepoPath};
use crate::index::EntryId;
use crate::note::FileClass;
use std::collections::BTreeSet;

/// What stands for a line that the caller may not see.
const WITHHELD: &str = "[WITHHELD]";
/// The kind of a file that is no record and no note, or holds several.
const FILE: &str = "File";

/// The documents that were read.
#[derive(Default)]
pub(super) struct Documents {
    /// The documents.
    pub(super) hits: Vec<Hit>,
    /// How many did not fit.
    pub(super) omitted: usize,
    /// Whether the last one was cut.
    pub(super) cut: bool,
    /// What a reader should know.
    pub(super) notes: Vec<String>,
}

/// Reads what was selected, as much as the limits let through.
pub(super) fn read(asked: &Asked<'_>, named: &[Named], giver: &mut Giver<'_, '_>, budget: &mut Budget) -> Documents {
    let mut documents = Documents::default();
    let mut full = false;
    for (at, named) in named.iter().enumerate() {
        if full || documents.hits.len() == asked.request.limits.max_records {
            documents.omitted += 1;
            continue;
        }
        let before = giver.redactor.clone();
        let (hit, text) = match document(named, giver) {
            Ok(read) => read,
            Err(note) => {
                documents.notes.push(format!("select: item {} {note}", at + 1));
                continue;
            }
        };
        if budget.passes_over() {
            let whole = Hit { text, ..hit };
            if budget.take_hit(&whole) {
                documents.hits.push(whole);
            } else {
                *giver.redactor = before;
                documents.omitted += 1;
            }
            continue;
        }
        if !budget.take(hit.title.len() + hit.summary.len()) {
            *giver.redactor = before;
            documents.omitted += 1;
            full = true;
            continue;
        }
        let given = text.as_deref().map(|text| budget.take_beginning(text));
        full = given.as_ref().map(String::len) < text.as_ref().map(String::len);
        documents.cut |= full;
        documents.hits.push(with_text(hit, given));
    }
    documents
}

/// A document with as much of its text as is given.
fn with_text(mut hit: Hit, text: Option<String>) -> Hit {
    if let (Some(text), Some((first, last))) = (&text, hit.lines) {
        let given = text.split_inclusive('\n').count() as u32;
        hit.lines = Some((first, (first + given.max(1) - 1).min(last)));
    }
    hit.text = text;
    hit
}

/// A document's hit, without its text, and the text.
fn document(named: &Named, giver: &mut Giver<'_, '_>) -> Result<(Hit, Option<String>), &'static str> {
    let catalog = giver.catalog;
    let file = catalog.view.file(named.path.as_str()).ok_or("names no file")?;
    let text = catalog.view.text(&named.path).ok_or("is no text that can be read")?;
    let digest = Digest::of(text.as_bytes());
    let clean = CleanText::new(text);
    let subject = one_subject(catalog, named);
    let mut hit = match subject {
        Some(entry) => {
            let why = selection(catalog, name_of(catalog.record(entry)));
            giver.hit(entry, why.weight, std::slice::from_ref(&why))
        }
        None => file_hit(&named.path, digest, clean.line_count().max(1), giver),
    };
    let (first, last) = range(catalog, named, file.class, &clean);
    if first > last {
        return if named.lines.is_some() { Err("has no such lines") } else { Ok((hit, Some(String::new()))) };
    }
    let owners = lines::readable(catalog, &file);
    count_unshown(&owners, (first, last), subject, giver);
    if (first..=last).all(|line| owners.shown(line).is_none()) {
        return Ok((hit, None));
    }
    hit.lines = Some((first, last));
    giver.redactor.count(clean.categories(first, last));
    Ok((hit, Some(block(&clean, &owners, first, last))))
}

/// Counts the records of which lines are not shown: hidden ones, and ones whose body is kept back.
fn count_unshown(owners: &Owners, (first, last): (u32, u32), counted: Option<EntryId>, giver: &mut Giver<'_, '_>) {
    let unshown: BTreeSet<EntryId> = (first..=last).flat_map(|line| owners.hidden_at(line)).collect();
    for entry in unshown {
        let hidden = giver.catalog.view.entry(entry);
        match giver.catalog.denial(entry) {
            Some(denial) => giver.denied.add(denial, hidden.path.as_str(), hidden.ordinal),
            None if counted.is_none() => giver.redactor.withhold(),
            None => {}
        }
    }
}

fn block(clean: &CleanText, owners: &Owners, first: u32, last: u32) -> String {
    let mut out = String::new();
    for line in first..=last {
        match owners.shown(line) {
            Some(_) => out.push_str(&clean.line(line)),
            None => out.push_str(WITHHELD),
        }
        out.push_str(clean.line_break(line));
    }
    out
}

/// The record that the document is: the one named, or the only one of the file.
fn one_subject(catalog: &Catalog<'_>, named: &Named) -> Option<EntryId> {
    let only = named.entries.len() == 1 && (!named.whole_file || catalog.entries_of(&named.path).len() == 1);
    only.then(|| catalog.subject(named.entries[0])).flatten().filter(|entry| catalog.denial(*entry).is_none())
}

/// The lines that are read: those asked for, else the record's own, else all.
fn range(catalog: &Catalog<'_>, named: &Named, class: FileClass, clean: &CleanText) -> (u32, u32) {
    let all = (1, clean.line_count());
    let record = || {
        let entry = named.entries.first().filter(|_| !named.whole_file && class == FileClass::Graph)?;
        let entry = catalog.view.entry(*entry);
        Some((entry.line_start.max(1), entry.line_end))
    };
    let (first, last) = named.lines.or_else(record).unwrap_or(all);
    (first, last.min(all.1))
}

fn selection(catalog: &Catalog<'_>, name: &str) -> Why {
    Why::new("selection", name, Weight::of(catalog.ranking.selection))
}

fn file_hit(path: &RepoPath, digest: Digest, lines: u32, giver: &mut Giver<'_, '_>) -> Hit {
    let why = selection(giver.catalog, path.as_str());
    Hit {
        kind: FILE.to_owned(),
        id: giver.redactor.text(path.as_str()),
        path: giver.redactor.text(path.as_str()),
        place: (1, lines),
        title: giver.redactor.text(path.file_name()),
        status: None,
        owners: Vec::new(),
        tags: Vec::new(),
        updated_at: None,
        summary: String::new(),
        digest,
        score: why.weight.value(),
        why: giver.reasons(&[why]),
        edges: Vec::new(),
        sections: None,
        text: None,
        lines: None,
    }
}

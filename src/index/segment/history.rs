//! What one path holds over a range of landings, as facts that each name the landings they hold in. A function of the path, its
//! blobs and the range alone.

use super::super::facts::{self, EntryFacts, MAX_FILE_BYTES, Words};
use super::super::types::{Entry, IndexError};
use super::super::weave::Weave;
use crate::base::store::BlobError;
use crate::base::{BlobStore, Oid, RepoPath};
use crate::note::FileClass;
use crate::screen;
use std::collections::HashMap;

/// The end of an interval that is still open.
pub(in crate::index) const OPEN: u32 = u32::MAX;

/// What becomes of a path over a range of landings.
#[derive(Clone, Debug)]
pub(in crate::index) struct Steps {
    /// The path.
    pub(in crate::index) path: RepoPath,
    /// Each landing that changed it, ascending, and its blob from then on; never none.
    pub(in crate::index) steps: Vec<(u32, Option<Oid>)>,
    /// The lines it has before the first of them, each with the landing that brought it.
    pub(in crate::index) lines_before: Vec<(String, u32)>,
}

/// A file as it is for some landings.
#[derive(Clone, Copy, Debug)]
pub(in crate::index) struct FileRow {
    pub(in crate::index) from: u32,
    pub(in crate::index) to: u32,
    pub(in crate::index) blob: Oid,
    pub(in crate::index) class: FileClass,
    /// Whether it is text, and if so whether its last line ends with a line break.
    pub(in crate::index) text: Option<bool>,
    /// Whether the text holds what the scan takes for secrets.
    pub(in crate::index) has_secrets: bool,
}

/// An entry as it is for some landings.
#[derive(Debug)]
pub(super) struct CardFacts {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) entry: Entry,
    pub(super) fields: [Words; super::super::fields::ENTRY_FIELDS],
    /// Its sections, as places in the path's units.
    pub(super) sections: Vec<u32>,
}

/// Everything there is to know of a path over a range of landings.
#[derive(Debug)]
pub(super) struct PathFacts {
    pub(super) path: RepoPath,
    /// The landing from which on this range speaks of the path.
    pub(super) start: u32,
    pub(super) files: Vec<FileRow>,
    /// Its lines; the weave names them by their place here.
    pub(super) lines: Vec<String>,
    pub(super) weave: Weave,
    pub(super) cards: Vec<CardFacts>,
    /// The words of its sections: each text once, for all landings it is there.
    pub(super) units: Vec<Words>,
}

/// Reads all that a path holds over a range.
pub(super) fn read(steps: &Steps, blobs: &dyn BlobStore) -> Result<PathFacts, IndexError> {
    let start = steps.steps[0].0;
    let mut history = History {
        facts: PathFacts {
            path: steps.path.clone(),
            start,
            files: Vec::new(),
            lines: Vec::new(),
            weave: Weave::new(),
            cards: Vec::new(),
            units: Vec::new(),
        },
        known_lines: HashMap::new(),
        known_units: HashMap::new(),
        open: HashMap::new(),
        only: steps.steps.len() == 1 && steps.lines_before.is_empty(),
    };
    history.begin(&steps.lines_before);
    for (at, blob) in &steps.steps {
        history.step(*at, *blob, blobs)?;
    }
    history.end(OPEN);
    history.facts.weave.forget_before(start);
    Ok(history.facts)
}

struct History {
    facts: PathFacts,
    known_lines: HashMap<String, u32>,
    known_units: HashMap<Words, Vec<u32>>,
    /// The entries that are live, by their place in the file.
    open: HashMap<u32, (EntryFacts, CardFacts)>,
    /// Whether there is one version alone: nothing is looked up then.
    only: bool,
}

impl History {
    fn begin(&mut self, before: &[(String, u32)]) {
        let lines: Vec<(std::ops::Range<u32>, u32)> = before
            .iter()
            .map(|(line, from)| {
                let id = self.line(line);
                (id..id + 1, *from)
            })
            .collect();
        self.facts.weave = Weave::of(lines);
    }

    fn step(&mut self, at: u32, blob: Option<Oid>, blobs: &dyn BlobStore) -> Result<(), IndexError> {
        let Some(oid) = blob else {
            self.end(at);
            self.facts.weave.close(at);
            return Ok(());
        };
        let read = match blobs.blob(oid, MAX_FILE_BYTES) {
            Ok(bytes) => facts::analyse(&self.facts.path, Some(&bytes)),
            Err(BlobError::TooLarge { .. }) => facts::analyse(&self.facts.path, None),
            Err(error) => return Err(error.into()),
        };
        self.close_file(at);
        let text = read.text.as_deref().map(|text| text.ends_with('\n'));
        let has_secrets = read.text.as_deref().is_some_and(|text| !screen::find_secrets(text).is_empty());
        self.facts.files.push(FileRow { from: at, to: OPEN, blob: oid, class: read.class, text, has_secrets });
        match read.text.as_deref() {
            Some(text) => self.take_lines(at, text),
            None => self.facts.weave.close(at),
        }
        self.take_entries(at, read.entries);
        Ok(())
    }

    /// The path is gone, or the range ends: nothing of it is live from here on.
    fn end(&mut self, at: u32) {
        self.close_file(at);
        self.take_entries(at, Vec::new());
    }

    fn close_file(&mut self, at: u32) {
        if let Some(last) = self.facts.files.last_mut().filter(|last| last.to == OPEN) {
            last.to = at;
        }
    }

    fn take_lines(&mut self, at: u32, text: &str) {
        let body = text.strip_suffix('\n').unwrap_or(text);
        let ids: Vec<u32> =
            if text.is_empty() { Vec::new() } else { body.split('\n').map(|line| self.line(line)).collect() };
        self.facts.weave.advance(at, &ids);
    }

    fn line(&mut self, line: &str) -> u32 {
        let next = self.facts.lines.len() as u32;
        if self.only {
            self.facts.lines.push(line.to_owned());
            return next;
        }
        if let Some(id) = self.known_lines.get(line) {
            return *id;
        }
        self.known_lines.insert(line.to_owned(), next);
        self.facts.lines.push(line.to_owned());
        next
    }

    fn take_entries(&mut self, at: u32, entries: Vec<EntryFacts>) {
        let mut before = std::mem::take(&mut self.open);
        let mut new = Vec::new();
        for (place, entry) in (0..).zip(entries) {
            match before.remove(&place) {
                Some((old, card)) if old == entry => drop(self.open.insert(place, (old, card))),
                Some((_, card)) => {
                    self.close(card, at);
                    new.push((place, entry));
                }
                None => new.push((place, entry)),
            }
        }
        let mut gone: Vec<(u32, CardFacts)> = before.into_iter().map(|(place, (_, card))| (place, card)).collect();
        gone.sort_by_key(|(place, _)| *place);
        gone.into_iter().for_each(|(_, card)| self.close(card, at));
        self.open_all(at, new);
    }

    fn close(&mut self, card: CardFacts, at: u32) {
        self.facts.cards.push(CardFacts { to: at, ..card });
    }

    /// Opens entries. A section whose words were there before is the same unit again, unless another live section is it.
    fn open_all(&mut self, at: u32, entries: Vec<(u32, EntryFacts)>) {
        let mut taken: std::collections::HashSet<u32> =
            self.open.values().flat_map(|(_, card)| card.sections.iter().copied()).collect();
        for (place, facts) in entries {
            let sections = facts.bodies.iter().map(|words| self.unit(words, &mut taken)).collect();
            let (entry, fields) = (facts.entry.clone(), facts.fields.clone());
            let card = CardFacts { from: at, to: OPEN, entry, fields, sections };
            self.open.insert(place, (facts, card));
        }
    }

    fn unit(&mut self, words: &Words, taken: &mut std::collections::HashSet<u32>) -> u32 {
        let next = self.facts.units.len() as u32;
        if !self.only {
            let known = self.known_units.entry(words.clone()).or_default();
            if let Some(unit) = known.iter().copied().find(|unit| !taken.contains(unit)) {
                taken.insert(unit);
                return unit;
            }
            known.push(next);
            taken.insert(next);
        }
        self.facts.units.push(words.clone());
        next
    }
}

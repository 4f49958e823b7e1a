//! Puts the facts of paths together into the rows and columns of a segment.

use super::super::analysis::english_stem;
use super::super::fields::ENTRY_FIELDS;
use super::super::grams::{BUCKETS, Grams};
use super::super::lines::{Interner, Lines};
use super::super::prose;
use super::super::table::{TableError, TableWriter};
use super::super::types::Entry;
use super::super::weave::Weave;
use super::columns::{self, CardColumns, FileColumns};
use super::history::{CardFacts, PathFacts};
use super::naming::Naming;
use super::postings::Gathered;
use super::prepare::{Counted, Prepared};
use super::rows::{self, Ascending, RowWriter};
use crate::base::Timestamp;
use crate::note::{FileClass, RecordForm};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::thread;

/// From how many bytes on a block of lines is full: small enough that scanning one is nothing, large enough that
/// the lists of blocks are short.
const BLOCK_BYTES: usize = 8 << 10;

/// From so many blocks on their grams are gathered on a thread of their own, in lists of all buckets.
const MANY_BLOCKS: usize = 64;

/// What is gathered of a segment. Paths are added in order.
pub(super) struct Assembler {
    rows: RowWriter,
    files: FileColumns,
    cards: CardColumns,
    strings: HashMap<String, u32>,
    words: HashMap<Box<str>, u32>,
    postings: Vec<Gathered>,
    /// For each reader, the number here of each of its words.
    numbers: Vec<Vec<u32>>,
    lines: Lines,
    interner: Interner,
    /// Each line and path that has it: the line in the upper half.
    line_paths: Vec<u64>,
    weaves: Vec<Vec<u8>>,
    names: [BTreeMap<String, Vec<u32>>; 4],
    naming: Naming,
}

/// The places of [`Assembler::names`].
const NAME: usize = 0;
const ALIAS: usize = 1;
const TARGET: usize = 2;
const LINK: usize = 3;

impl Assembler {
    pub(super) fn new(table: TableWriter, readers: usize) -> Self {
        Self {
            rows: RowWriter::new(table),
            files: FileColumns::default(),
            cards: CardColumns::default(),
            strings: HashMap::new(),
            words: HashMap::new(),
            postings: Vec::new(),
            numbers: vec![Vec::new(); readers],
            lines: Lines::default(),
            interner: Interner::default(),
            line_paths: Vec::new(),
            weaves: Vec::new(),
            names: Default::default(),
            naming: Naming::default(),
        }
    }

    /// Learns the next words of a reader.
    pub(super) fn learn(&mut self, reader: usize, words: Vec<Box<str>>) {
        for word in words {
            let next = self.postings.len() as u32;
            let number = *self.words.entry(word).or_insert(next);
            if number == next {
                self.postings.push(Gathered::default());
            }
            self.numbers[reader].push(number);
        }
    }

    /// Adds the next path, which a reader made ready.
    pub(super) fn add(&mut self, reader: usize, prepared: &Prepared) -> Result<(), TableError> {
        let facts = &prepared.facts;
        let path = self.files.paths.push(facts.path.as_str());
        self.add_files(facts);
        self.add_lines(path, facts, &prepared.hashes);
        let first_unit = self.cards.unit_lengths.len() as u32;
        for (unit, (count, words)) in (first_unit..).zip(&prepared.units) {
            self.cards.unit_lengths.push(*count);
            self.post(ENTRY_FIELDS, unit, (reader, words));
        }
        for ((card, fields), bytes) in facts.cards.iter().zip(&prepared.cards).zip(&prepared.entries) {
            let row = self.cards.len() as u32;
            self.rows.put(&rows::numbered(rows::ENTRY, row), bytes)?;
            for (field, (_, words)) in fields.iter().enumerate() {
                self.post(field, row, (reader, words));
            }
            self.cards.lengths.extend(fields.iter().map(|(count, _)| *count));
            self.add_card(card, first_unit);
        }
        self.cards.ends.push(self.cards.len() as u32);
        Ok(())
    }

    fn add_files(&mut self, facts: &PathFacts) {
        self.files.start.push(facts.start);
        for file in &facts.files {
            self.files.from.push(file.from);
            self.files.to.push(file.to);
            self.files.blobs.extend(file.blob.as_bytes());
            self.files.sorts.push(super::sort_code(file));
        }
        self.files.ends.push(self.files.from.len() as u32);
    }

    fn add_lines(&mut self, path: u32, facts: &PathFacts, hashes: &[u64]) {
        let lines = facts.lines.iter().zip(hashes);
        let ids: Vec<u32> = lines.map(|(line, hash)| self.interner.intern(&mut self.lines, line, *hash)).collect();
        let weave: Weave = facts.weave.renumbered(&ids);
        self.weaves.push(weave.encode());
        let mut used: Vec<u32> = weave.runs().iter().flat_map(|run| run.ids.clone()).collect();
        used.sort_unstable();
        used.dedup();
        self.line_paths.extend(used.into_iter().map(|line| u64::from(line) << 32 | u64::from(path)));
    }

    fn add_card(&mut self, card: &CardFacts, first_unit: u32) {
        let row = self.cards.len() as u32;
        let entry = &card.entry;
        let body: u32 = card.sections.iter().map(|unit| self.cards.unit_lengths[(first_unit + unit) as usize]).sum();
        self.cards.lengths.push(body);
        self.cards.ordinal.push(entry.ordinal);
        self.cards.from.push(card.from);
        self.cards.to.push(card.to);
        self.cards.sections.push(card.sections.iter().map(|unit| first_unit + unit));
        self.add_facets(entry);
        self.add_names(row, entry);
    }

    fn add_facets(&mut self, entry: &Entry) {
        let [kind, status, id] =
            [&entry.kind, &entry.status, &entry.id].map(|text| text.as_deref().map_or(0, |text| self.code(text) + 1));
        self.cards.kind.push(kind);
        self.cards.status.push(status);
        self.cards.id.push(id);
        let updated = entry.updated_at.as_deref().and_then(|text| Timestamp::parse(text).ok());
        self.cards.updated.push(updated.map_or(columns::NEVER, |at| at.seconds()));
        self.cards.lines.push(entry.line_end.saturating_sub(entry.line_start) + 1);
        self.cards.flags.push(flags(entry));
        let [owners, tags, refs] = [&entry.owners, &entry.tags, &entry.repo_refs]
            .map(|texts| texts.iter().map(|text| self.code(text)).collect::<Vec<_>>());
        self.cards.owners.push(owners);
        self.cards.tags.push(tags);
        self.cards.repo_refs.push(refs);
    }

    fn add_names(&mut self, row: u32, entry: &Entry) {
        self.naming.add(row, entry);
        if let Some(id) = entry.id.as_ref().filter(|_| entry.form.is_some_and(RecordForm::declares)) {
            self.name(NAME, id, row);
        }
        entry.aliases.iter().for_each(|alias| self.name(ALIAS, alias, row));
        entry.edges.iter().for_each(|(_, target)| self.name(TARGET, target, row));
        for link in &entry.links {
            self.name(LINK, link, row);
            if let Some(path) = prose::resolve(entry.path.parent(), link) {
                self.name(LINK, &path, row);
            }
        }
    }

    fn name(&mut self, sort: usize, name: &str, row: u32) {
        let rows = self.names[sort].entry(name.to_owned()).or_default();
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.strings.get(text) {
            return *code;
        }
        let code = self.cards.strings.push(text);
        self.strings.insert(text.to_owned(), code);
        code
    }

    fn post(&mut self, field: usize, row: u32, (reader, words): (usize, &Counted)) {
        for (word, frequency) in words {
            let number = self.numbers[reader][*word as usize];
            self.postings[number as usize].push(field, row, *frequency);
        }
    }

    /// Writes all that is not written yet; `note` says what the segment covers.
    pub(super) fn finish(mut self, columns: &impl Serialize) -> Result<TableWriter, TableError> {
        for (path, weave) in (0..).zip(std::mem::take(&mut self.weaves)) {
            if !weave.is_empty() {
                self.rows.put(&rows::numbered(rows::WEAVE, path), &weave)?;
            }
        }
        let lines = std::mem::take(&mut self.lines);
        let mut words: Vec<(Box<str>, u32)> = std::mem::take(&mut self.words).into_iter().collect();
        words.sort_unstable();
        let blocks = blocks_of(&lines);
        let firsts = if blocks.len() < MANY_BLOCKS {
            let firsts = self.put_lines(&blocks, lines.len())?;
            self.put_few_grams(&blocks)?;
            self.put_words(&words, &stems_of(&words))?;
            firsts
        } else {
            thread::scope(|scope| {
                let grams = scope.spawn(|| (grams_of(&blocks), stems_of(&words)));
                let firsts = self.put_lines(&blocks, lines.len())?;
                let (grams, stems) = grams.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                self.put_grams(&grams)?;
                self.put_words(&words, &stems)?;
                Ok::<_, TableError>(firsts)
            })?
        };
        for (sort, names) in (rows::NAME..).zip(&self.names) {
            let mut keyed: Vec<(Vec<u8>, &Vec<u32>)> =
                names.iter().map(|(n, rows)| (rows::named(sort, n), rows)).collect();
            keyed.sort();
            for (key, rows) in keyed {
                self.rows.put(&key, &Ascending::of(rows))?;
            }
        }
        let files = std::mem::take(&mut self.files);
        self.put_column(super::FILES, &files)?;
        let cards = std::mem::take(&mut self.cards);
        self.put_column(super::CARDS, &cards)?;
        self.put_column(super::BLOCKS, &firsts)?;
        self.put_column(super::LANDINGS, columns)?;
        let names = std::mem::take(&mut self.naming).finish();
        self.put_column(super::NAMES, &names)?;
        self.rows.into_table()
    }

    fn put_column(&mut self, column: u32, value: &impl Serialize) -> Result<(), TableError> {
        let bytes = postcard::to_stdvec(value).expect("columns are plain data");
        self.rows.put(&rows::numbered(rows::COLUMN, column), &bytes)
    }

    /// Writes the lines in blocks, and which paths have each of them; gives the first line of each block and how many there are.
    fn put_lines(&mut self, blocks: &[(u32, &str)], count: u32) -> Result<Vec<u32>, TableError> {
        for (number, (_, text)) in (0..).zip(blocks) {
            self.rows.put(&rows::numbered(rows::LINES, number), text.as_bytes())?;
        }
        let firsts: Vec<u32> = blocks.iter().map(|(first, _)| *first).chain([count]).collect();
        self.put_line_paths(&firsts)?;
        Ok(firsts)
    }

    fn put_line_paths(&mut self, firsts: &[u32]) -> Result<(), TableError> {
        self.line_paths.sort_unstable();
        let mut at = 0;
        for (number, block) in (0..).zip(firsts.windows(2)) {
            let mut row = Vec::new();
            for line in block[0]..block[1] {
                let from = at;
                while self.line_paths.get(at).is_some_and(|pair| (pair >> 32) as u32 == line) {
                    at += 1;
                }
                let paths: Vec<u32> = self.line_paths[from..at].iter().map(|pair| *pair as u32).collect();
                super::super::varint::push(&mut row, paths.len() as u64);
                row.extend(Ascending::of(&paths));
            }
            self.rows.put(&rows::numbered(rows::PATHS, number), &row)?;
        }
        Ok(())
    }

    /// Writes the grams of few blocks: nothing is made for buckets that none has.
    fn put_few_grams(&mut self, blocks: &[(u32, &str)]) -> Result<(), TableError> {
        let mut grams = Grams::default();
        let mut found: Vec<u32> = Vec::new();
        for (number, (_, text)) in (0..).zip(blocks) {
            found.extend(grams.buckets_of(text).iter().map(|bucket| bucket * MANY_BLOCKS as u32 + number));
        }
        found.sort_unstable();
        let bucket = |found: u32| found / MANY_BLOCKS as u32;
        let mut list: Vec<u32> = Vec::new();
        for same in found.chunk_by(|a, b| bucket(*a) == bucket(*b)) {
            list.clear();
            list.extend(same.iter().map(|found| found % MANY_BLOCKS as u32));
            self.rows.put(&rows::numbered(rows::GRAM, bucket(same[0])), &Ascending::of(&list))?;
        }
        Ok(())
    }

    fn put_grams(&mut self, grams: &[(u32, Ascending)]) -> Result<(), TableError> {
        let put = |(bucket, list): &(u32, Ascending)| self.rows.put(&rows::numbered(rows::GRAM, *bucket), list.bytes());
        grams.iter().try_for_each(put)
    }

    fn put_words(&mut self, words: &[(Box<str>, u32)], stems: &BTreeMap<String, String>) -> Result<(), TableError> {
        for (word, number) in words {
            self.rows.put(&rows::named(rows::WORD, word), &self.postings[*number as usize].encode())?;
        }
        for (stem, words) in stems {
            self.rows.put(&rows::named(rows::STEM, stem), words.as_bytes())?;
        }
        Ok(())
    }
}

/// The blocks that have each gram.
fn grams_of(blocks: &[(u32, &str)]) -> Vec<(u32, Ascending)> {
    let mut grams = Grams::default();
    let mut lists: Vec<Ascending> = Vec::new();
    lists.resize_with(BUCKETS as usize, Ascending::default);
    for (number, (_, text)) in (0..).zip(blocks) {
        grams.buckets_of(text).iter().for_each(|bucket| lists[*bucket as usize].push(number));
    }
    (0..).zip(lists).filter(|(_, list)| !list.bytes().is_empty()).collect()
}

/// The words of each English stem, each with a space after it.
fn stems_of(words: &[(Box<str>, u32)]) -> BTreeMap<String, String> {
    let mut stems: BTreeMap<String, String> = BTreeMap::new();
    for (word, _) in words {
        let of_stem = stems.entry(english_stem(word)).or_default();
        of_stem.push_str(word);
        of_stem.push(' ');
    }
    stems
}

fn flags(entry: &Entry) -> u8 {
    let mut flags = 0;
    if entry.form.is_some_and(|form| !form.declares()) {
        flags |= columns::ADDS;
    }
    if entry.sensitivity.as_deref() == Some("secret-metadata") {
        flags |= columns::WITHHELD;
    }
    if entry.edges.iter().any(|(kind, _)| kind == "supersedes") {
        flags |= columns::SUPERSEDES;
    }
    if entry.id.is_some() {
        flags |= columns::RECORD;
    }
    flags
}

/// The lines cut into blocks: the first line of each, and its text.
fn blocks_of(lines: &Lines) -> Vec<(u32, &str)> {
    let mut blocks = Vec::new();
    for chunk in lines.chunks() {
        let (mut first, mut start) = (0, 0);
        for index in 0..chunk.len() {
            let end = chunk.start(index + 1);
            if end - start >= BLOCK_BYTES || index + 1 == chunk.len() {
                blocks.push((chunk.first + first as u32, &chunk.text[start..end]));
                (first, start) = (index + 1, end);
            }
        }
    }
    blocks
}

/// How a class and a text's end are coded.
pub(in crate::index) fn classes() -> [FileClass; 5] {
    [FileClass::Graph, FileClass::Markdown, FileClass::Ontology, FileClass::Generated, FileClass::Other]
}

//! Puts the facts of paths together into the rows and columns of a segment.

use super::super::analysis::english_stem;
use super::super::fields::ENTRY_FIELDS;
use super::super::grams::Grams;
use super::super::lines::{Interner, Lines};
use super::super::prose;
use super::super::table::{TableError, TableWriter};
use super::super::types::Entry;
use super::super::weave::Weave;
use super::columns::{self, CardColumns, FileColumns};
use super::history::{CardFacts, PathFacts};
use super::postings::Gathered;
use super::rows::{self, Ascending, RowWriter};
use crate::base::Timestamp;
use crate::note::{FileClass, RecordForm};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// From how many bytes on a block of lines is full: small enough that scanning one is nothing, large enough that
/// the lists of blocks are short.
const BLOCK_BYTES: usize = 8 << 10;

/// What is gathered of a segment. Paths are added in order.
pub(super) struct Assembler {
    rows: RowWriter,
    files: FileColumns,
    cards: CardColumns,
    strings: HashMap<String, u32>,
    words: HashMap<Box<str>, u32>,
    postings: Vec<Gathered>,
    counts: Counts,
    lines: Lines,
    interner: Interner,
    /// Each line and path that has it: the line in the upper half.
    line_paths: Vec<u64>,
    weaves: Vec<Vec<u8>>,
    names: [BTreeMap<String, Vec<u32>>; 4],
}

/// The places of [`Assembler::names`].
const NAME: usize = 0;
const ALIAS: usize = 1;
const TARGET: usize = 2;
const LINK: usize = 3;

/// How often each word is in one text.
#[derive(Default)]
struct Counts {
    found: Vec<(u32, u32)>,
    /// For each word, its place in `found` plus 1.
    place: Vec<u32>,
}

impl Assembler {
    pub(super) fn new(table: TableWriter) -> Self {
        Self {
            rows: RowWriter::new(table),
            files: FileColumns::default(),
            cards: CardColumns::default(),
            strings: HashMap::new(),
            words: HashMap::new(),
            postings: Vec::new(),
            counts: Counts::default(),
            lines: Lines::default(),
            interner: Interner::default(),
            line_paths: Vec::new(),
            weaves: Vec::new(),
            names: Default::default(),
        }
    }

    /// Adds the next path.
    pub(super) fn add(&mut self, facts: &PathFacts) -> Result<(), TableError> {
        let path = self.files.paths.push(facts.path.as_str());
        self.add_files(facts);
        self.add_lines(path, facts);
        let first_unit = self.cards.unit_lengths.len() as u32;
        for words in &facts.units {
            let unit = self.cards.unit_lengths.len() as u32;
            self.cards.unit_lengths.push(words.count);
            self.post(ENTRY_FIELDS, unit, words);
        }
        for card in &facts.cards {
            self.add_card(card, first_unit)?;
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
            self.files.sorts.push(super::sort_code(file.class, file.text));
        }
        self.files.ends.push(self.files.from.len() as u32);
    }

    fn add_lines(&mut self, path: u32, facts: &PathFacts) {
        let ids: Vec<u32> = facts.lines.iter().map(|line| self.interner.intern(&mut self.lines, line)).collect();
        let weave: Weave = facts.weave.renumbered(&ids);
        self.weaves.push(weave.encode());
        let mut used: Vec<u32> = weave.runs().iter().flat_map(|run| run.ids.clone()).collect();
        used.sort_unstable();
        used.dedup();
        self.line_paths.extend(used.into_iter().map(|line| u64::from(line) << 32 | u64::from(path)));
    }

    fn add_card(&mut self, card: &CardFacts, first_unit: u32) -> Result<(), TableError> {
        let row = self.cards.len() as u32;
        let entry = &card.entry;
        let bytes = postcard::to_stdvec(entry).expect("entries are plain data");
        self.rows.put(&rows::numbered(rows::ENTRY, row), &bytes)?;
        for (field, words) in card.fields.iter().enumerate() {
            self.post(field, row, words);
        }
        let body: u32 = card.sections.iter().map(|unit| self.cards.unit_lengths[(first_unit + unit) as usize]).sum();
        self.cards.lengths.extend(card.fields.iter().map(|words| words.count).chain([body]));
        self.cards.ordinal.push(entry.ordinal);
        self.cards.from.push(card.from);
        self.cards.to.push(card.to);
        self.cards.sections.push(card.sections.iter().map(|unit| first_unit + unit));
        self.add_facets(entry);
        self.add_names(row, entry);
        Ok(())
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

    fn post(&mut self, field: usize, row: u32, words: &super::super::facts::Words) {
        for word in words.each() {
            let number = self.word(word);
            self.counts.add(number);
        }
        for (word, frequency) in self.counts.take() {
            self.postings[word as usize].push(field, row, frequency);
        }
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(number) = self.words.get(word) {
            return *number;
        }
        let number = self.postings.len() as u32;
        self.words.insert(word.into(), number);
        self.postings.push(Gathered::default());
        number
    }

    /// Writes all that is not written yet; `note` says what the segment covers.
    pub(super) fn finish(mut self, columns: &impl Serialize) -> Result<TableWriter, TableError> {
        for (path, weave) in (0..).zip(std::mem::take(&mut self.weaves)) {
            if !weave.is_empty() {
                self.rows.put(&rows::numbered(rows::WEAVE, path), &weave)?;
            }
        }
        let blocks = self.put_lines()?;
        self.put_words()?;
        for (sort, names) in (rows::NAME..).zip(&self.names) {
            let mut keyed: Vec<(Vec<u8>, &Vec<u32>)> =
                names.iter().map(|(n, rows)| (rows::named(sort, n), rows)).collect();
            keyed.sort();
            for (key, rows) in keyed {
                self.rows.put(&key, &Ascending::of(rows))?;
            }
        }
        self.put_column(super::FILES, &self.files.clone())?;
        self.put_column(super::CARDS, &self.cards.clone())?;
        self.put_column(super::BLOCKS, &blocks)?;
        self.put_column(super::LANDINGS, columns)?;
        self.rows.into_table()
    }

    fn put_column(&mut self, column: u32, value: &impl Serialize) -> Result<(), TableError> {
        let bytes = postcard::to_stdvec(value).expect("columns are plain data");
        self.rows.put(&rows::numbered(rows::COLUMN, column), &bytes)
    }

    /// Writes the lines in blocks, which paths have each of them, and which blocks have each gram; gives the first line of each block and how many there are.
    fn put_lines(&mut self) -> Result<Vec<u32>, TableError> {
        let blocks = blocks_of(&self.lines);
        let mut grams = Grams::default();
        let mut blocks_by_gram: Vec<Ascending> = Vec::new();
        for (number, (_, text)) in (0..).zip(&blocks) {
            self.rows.put(&rows::numbered(rows::LINES, number), text.as_bytes())?;
            for bucket in grams.buckets_of(text) {
                let bucket = *bucket as usize;
                if blocks_by_gram.len() <= bucket {
                    blocks_by_gram.resize_with(bucket + 1, Ascending::default);
                }
                blocks_by_gram[bucket].push(number);
            }
        }
        let mut firsts: Vec<u32> = blocks.iter().map(|(first, _)| *first).collect();
        firsts.push(self.lines.len());
        drop(blocks);
        self.put_line_paths(&firsts)?;
        for (bucket, list) in (0..).zip(&blocks_by_gram).filter(|(_, list)| !list.bytes().is_empty()) {
            self.rows.put(&rows::numbered(rows::GRAM, bucket), list.bytes())?;
        }
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

    fn put_words(&mut self) -> Result<(), TableError> {
        let mut words: Vec<(Box<str>, u32)> = std::mem::take(&mut self.words).into_iter().collect();
        words.sort_unstable();
        let mut stems: BTreeMap<String, String> = BTreeMap::new();
        for (word, number) in words {
            self.rows.put(&rows::named(rows::WORD, &word), &self.postings[number as usize].encode())?;
            let of_stem = stems.entry(english_stem(&word)).or_default();
            of_stem.push_str(&word);
            of_stem.push(' ');
        }
        for (stem, words) in stems {
            self.rows.put(&rows::named(rows::STEM, &stem), words.as_bytes())?;
        }
        Ok(())
    }
}

impl Counts {
    fn add(&mut self, word: u32) {
        if self.place.len() <= word as usize {
            self.place.resize(word as usize + 1, 0);
        }
        match self.place[word as usize] {
            0 => {
                self.found.push((word, 1));
                self.place[word as usize] = self.found.len() as u32;
            }
            place => self.found[place as usize - 1].1 += 1,
        }
    }

    fn take(&mut self) -> Vec<(u32, u32)> {
        let found = std::mem::take(&mut self.found);
        found.iter().for_each(|(word, _)| self.place[*word as usize] = 0);
        found
    }
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

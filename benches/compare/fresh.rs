//! A fresh tantivy of the tip's notes: what one would put beside a checkout.

use crate::line;
use crate::{checkout, setup::Setup};
use std::path::Path;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Language, LowerCaser, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer};
use tantivy::{Index, IndexWriter, Term};

const SYSTEM: &str = "tantivy, tip only";
/// How many are asked for.
const MOST: usize = 10;
/// How many landings are measured, and how many notes each changes.
const LANDINGS: usize = 10;
const CHANGED: usize = 5;

struct Fields {
    path: Field,
    kind: Field,
    title: Field,
    body: Field,
}

/// Builds, asks, advances: time, size, most memory.
pub fn measure(setup: &Setup) {
    let notes = checkout::notes(&setup.path("checkout"));
    let folder = setup.path("tantivy");
    std::fs::create_dir(&folder).expect("a folder can be made");
    // The notes are in memory already; what the index needs comes on top of them.
    let before = line::peak_mebibytes();
    let ((index, fields, mut writer), took) = line::timed(|| build(&folder, &notes));
    line::number("index the tip", SYSTEM, "s", took / 1e3);
    line::number("index the tip, most memory", SYSTEM, "MiB", line::peak_mebibytes() - before);
    line::number("index the tip, size on disk", SYSTEM, "MiB", line::size_mebibytes(&folder));
    ask(setup, &index, &fields);
    advance(&index, &fields, &mut writer, &notes);
}

fn build(folder: &Path, notes: &[(String, String)]) -> (Index, Fields, IndexWriter) {
    let mut schema = Schema::builder();
    let stemmed = TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(stemmed);
    let fields = Fields {
        path: schema.add_text_field("path", STRING | STORED),
        kind: schema.add_text_field("kind", STRING),
        title: schema.add_text_field("title", text.clone()),
        body: schema.add_text_field("body", text),
    };
    let index = Index::create_in_dir(folder, schema.build()).expect("the folder is new");
    let mut writer = index.writer_with_num_threads(2, 100_000_000).expect("it has room");
    notes.iter().for_each(|(path, text)| add(&writer, &fields, path, text));
    writer.commit().expect("it is kept");
    (index, fields, writer)
}

fn add(writer: &IndexWriter, fields: &Fields, path: &str, text: &str) {
    let mut lines = text.lines();
    let title = lines.find_map(|line| line.strip_prefix("title:").or(line.strip_prefix("# "))).unwrap_or(path);
    let note = tantivy::doc!(fields.path => path, fields.kind => "Note", fields.title => title, fields.body => text);
    writer.add_document(note).expect("it is taken");
}

fn ask(setup: &Setup, index: &Index, fields: &Fields) {
    let reader = index.reader().expect("it can be read");
    for (measure, filtered) in [("ranked query, tip", false), ("ranked query with filter, tip", true)] {
        let mut times = Vec::new();
        for question in &setup.drawn().questions {
            search(&reader, fields, question, filtered);
            let runs = 0..setup.times(20, 3);
            times.extend(runs.map(|_| line::timed(|| search(&reader, fields, question, filtered)).1));
        }
        line::times(measure, SYSTEM, times);
    }
}

/// Analyses, asks and gives the paths of the best.
fn search(reader: &tantivy::IndexReader, fields: &Fields, question: &str, filtered: bool) -> Vec<String> {
    let searcher = reader.searcher();
    let term = |field, word: &str| TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs);
    let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for word in words(question) {
        parts.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term(fields.title, &word)), 2.0))));
        parts.push((Occur::Should, Box::new(term(fields.body, &word))));
    }
    let mut query = BooleanQuery::new(parts);
    if filtered {
        let kind = TermQuery::new(Term::from_field_text(fields.kind, "Note"), IndexRecordOption::Basic);
        query = BooleanQuery::new(vec![(Occur::Must, Box::new(query)), (Occur::Must, Box::new(kind))]);
    }
    let found = searcher.search(&query, &TopDocs::with_limit(MOST).order_by_score()).expect("it answers");
    let path = |address| {
        use tantivy::schema::Value;
        let note: tantivy::TantivyDocument = searcher.doc(address).expect("it is stored");
        note.get_first(fields.path).and_then(|path| path.as_str()).expect("it has a path").to_owned()
    };
    found.into_iter().map(|(_, address)| path(address)).collect()
}

fn words(question: &str) -> Vec<String> {
    let mut analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(StopWordFilter::new(Language::English).expect("tantivy knows them"))
        .filter(Stemmer::new(Language::English))
        .build();
    let mut words = Vec::new();
    analyzer.token_stream(question).process(&mut |token| words.push(token.text.clone()));
    words
}

/// Replaces some notes, until a search shows it.
fn advance(index: &Index, fields: &Fields, writer: &mut IndexWriter, notes: &[(String, String)]) {
    let reader =
        index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into().expect("it can be read");
    let land = |n: usize, writer: &mut IndexWriter| {
        let word = format!("landing{n}");
        for (path, text) in notes.iter().cycle().skip(n * CHANGED).take(CHANGED) {
            writer.delete_term(Term::from_field_text(fields.path, path));
            add(writer, fields, path, &format!("{text}\n{word}\n"));
        }
        writer.commit().expect("it is kept");
        reader.reload().expect("it can be read again");
        assert_eq!(search(&reader, fields, &word, true).len(), CHANGED.min(notes.len()), "the landing is visible");
    };
    let times = (0..LANDINGS).map(|n| line::timed(|| land(n, writer)).1).collect();
    line::times("advance by a landing of 5 files, visible", SYSTEM, times);
}

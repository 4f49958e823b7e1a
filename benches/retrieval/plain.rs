//! What the memory is compared with: tantivy's BM25 over the same texts, stemmed, stop words left out of questions.

use crate::score::Rankings;
use crate::set::Set;
use std::collections::BTreeMap;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer,
};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

/// How many are asked for.
const MOST: usize = 40;
/// Words that questions are made of, beside tantivy's own stop words.
const QUESTION_WORDS: &str = "about all am any been being can could did do does doing from had has have he her his how i \
    its me my our she should so than them those us we were what when where which who whom whose why would you your s";

/// Indexes of the targets: one for each scope.
pub struct Plain(BTreeMap<String, One>);

struct One {
    reader: IndexReader,
    name: Field,
    text: Field,
}

impl Plain {
    /// Indexes the targets of a set.
    pub fn new(set: &Set) -> Self {
        let mut scopes: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
        for target in &set.targets {
            scopes.entry(target.scope.clone()).or_default().push((&target.name, &target.text));
        }
        Self(scopes.into_iter().map(|(scope, texts)| (scope, One::new(&texts))).collect())
    }

    /// Answers the questions.
    pub fn ask(&self, set: &Set) -> Rankings {
        set.questions.iter().map(|question| self.0[&question.scope].ask(&question.text)).collect()
    }
}

impl One {
    fn new(texts: &[(&str, &str)]) -> Self {
        let mut schema = Schema::builder();
        let name = schema.add_text_field("name", STRING | STORED);
        let stemmed =
            TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(stemmed));
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 30_000_000).expect("it has room");
        for (of, content) in texts {
            writer.add_document(tantivy::doc!(name => *of, text => *content)).expect("it is taken");
        }
        writer.commit().expect("it is kept");
        Self { reader: index.reader().expect("it can be read"), name, text }
    }

    fn ask(&self, question: &str) -> Vec<String> {
        let searcher = self.reader.searcher();
        let word = |word: String| {
            let query = TermQuery::new(Term::from_field_text(self.text, &word), IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(query) as Box<dyn Query>)
        };
        let query = BooleanQuery::new(words(question).into_iter().map(word).collect());
        let found = searcher.search(&query, &TopDocs::with_limit(MOST).order_by_score()).expect("it answers");
        let name = |address| {
            let document: TantivyDocument = searcher.doc(address).expect("it is stored");
            document.get_first(self.name).and_then(|name| name.as_str()).expect("it has a name").to_owned()
        };
        found.into_iter().map(|(_, address)| name(address)).collect()
    }
}

/// The distinct telling words of a question, stemmed.
pub fn words(question: &str) -> Vec<String> {
    let english = StopWordFilter::new(Language::English).expect("tantivy knows them");
    let further = StopWordFilter::remove(QUESTION_WORDS.split(' ').map(str::to_owned));
    let mut analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(english)
        .filter(further)
        .filter(Stemmer::new(Language::English))
        .build();
    let mut words = Vec::new();
    analyzer.token_stream(question).process(&mut |token| {
        if !words.contains(&token.text) {
            words.push(token.text.clone());
        }
    });
    words
}

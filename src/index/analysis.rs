//! Text to terms: one chain for notes and questions, made of tantivy's tokenizer and filters.

use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer, TokenStream,
};

/// The longest word that is a term, in bytes.
const MAX_WORD_BYTES: usize = 40;
/// The most terms a question is read for.
const MAX_QUERY_TERMS: usize = 64;

/// Words that questions are made of and that say nothing about the answer. They stay in the index: only a question drops them.
const QUESTION_WORDS: [&str; 46] = [
    "about", "all", "am", "any", "been", "being", "can", "could", "did", "do", "does", "doing", "from", "had", "has",
    "have", "he", "her", "his", "how", "i", "its", "me", "my", "our", "she", "should", "so", "than", "them", "those",
    "us", "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "would", "you", "your", "s",
];

/// Turns text into terms.
#[derive(Clone)]
pub(super) struct Analyzer(TextAnalyzer);

/// A term of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryTerm {
    /// The term as the index holds it.
    pub(super) term: String,
    /// The word as it was asked.
    pub(super) asked: String,
}

/// Analysed text: terms with a space after each, which is what the postings are built from.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// The terms.
    pub(super) joined: String,
    /// How many.
    pub(super) count: u32,
}

impl Analyzer {
    pub(super) fn new() -> Self {
        let stop_words = StopWordFilter::new(Language::English).expect("tantivy is built with its stop words");
        Self(
            TextAnalyzer::builder(SimpleTokenizer::default())
                .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
                .filter(LowerCaser)
                .filter(stop_words)
                .filter(Stemmer::new(Language::English))
                .build(),
        )
    }

    /// Adds the terms of a text.
    pub(super) fn add(&mut self, text: &str, terms: &mut Terms) {
        let mut stream = self.0.token_stream(text);
        while let Some(token) = stream.next() {
            terms.joined.push_str(&token.text);
            terms.joined.push(' ');
            terms.count += 1;
        }
    }

    /// The distinct terms of a question, in the order they were asked. Where a question has nothing but question words,
    /// they are its terms.
    pub(super) fn query_terms(&mut self, text: &str) -> Vec<QueryTerm> {
        let all = self.distinct_terms(text);
        let telling: Vec<QueryTerm> = all.iter().filter(|t| !is_question_word(&t.asked)).cloned().collect();
        let mut chosen = if telling.is_empty() { all } else { telling };
        chosen.truncate(MAX_QUERY_TERMS);
        chosen
    }

    fn distinct_terms(&mut self, text: &str) -> Vec<QueryTerm> {
        let mut seen = std::collections::HashSet::new();
        let mut terms = Vec::new();
        let mut stream = self.0.token_stream(text);
        while let Some(token) = stream.next() {
            if seen.insert(token.text.clone()) {
                let asked = text[token.offset_from..token.offset_to].to_owned();
                terms.push(QueryTerm { term: token.text.clone(), asked });
            }
        }
        terms
    }
}

fn is_question_word(word: &str) -> bool {
    QUESTION_WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

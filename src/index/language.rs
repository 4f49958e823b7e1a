//! What a language does to words: their stems, and the words too common to ask for. Both are tantivy's.

use crate::ontology::Language;
use ::tantivy::tokenizer::{Language as Known, RawTokenizer, Stemmer, StopWordFilter, TextAnalyzer, TokenStream};
use std::cell::RefCell;
use std::collections::HashMap;

/// English words that questions are made of and that say nothing about the answer.
const QUESTION_WORDS: [&str; 46] = [
    "about", "all", "am", "any", "been", "being", "can", "could", "did", "do", "does", "doing", "from", "had", "has",
    "have", "he", "her", "his", "how", "i", "its", "me", "my", "our", "she", "should", "so", "than", "them", "those",
    "us", "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "would", "you", "your", "s",
];

thread_local! {
    static CHAINS: RefCell<HashMap<Language, Chains>> = RefCell::default();
}

/// The English stem of a word in lower case, as it is stored with each word of the dictionary.
pub(super) fn english_stem(word: &str) -> String {
    Language::English.stem(word)
}

impl Language {
    /// The stem of a word in lower case.
    pub(super) fn stem(self, word: &str) -> String {
        self.with_chains(|chains| first(&mut chains.stemmer, word)).flatten().unwrap_or_else(|| word.to_owned())
    }

    /// Whether a word in lower case is too common to ask for.
    pub fn is_stop_word(self, word: &str) -> bool {
        let listed = self.with_chains(|chains| chains.telling.as_mut().is_some_and(|c| first(c, word).is_none()));
        listed.unwrap_or(false) || (self == Self::English && QUESTION_WORDS.contains(&word))
    }

    fn with_chains<T>(self, work: impl FnOnce(&mut Chains) -> T) -> Option<T> {
        let known = self.known()?;
        Some(CHAINS.with_borrow_mut(|all| work(all.entry(self).or_insert_with(|| Chains::new(known)))))
    }

    fn known(self) -> Option<Known> {
        Some(match self {
            Self::Arabic => Known::Arabic,
            Self::Danish => Known::Danish,
            Self::Dutch => Known::Dutch,
            Self::English => Known::English,
            Self::Finnish => Known::Finnish,
            Self::French => Known::French,
            Self::German => Known::German,
            Self::Greek => Known::Greek,
            Self::Hungarian => Known::Hungarian,
            Self::Italian => Known::Italian,
            Self::Norwegian => Known::Norwegian,
            Self::Portuguese => Known::Portuguese,
            Self::Romanian => Known::Romanian,
            Self::Russian => Known::Russian,
            Self::Spanish => Known::Spanish,
            Self::Swedish => Known::Swedish,
            Self::Tamil => Known::Tamil,
            Self::Turkish => Known::Turkish,
            Self::None => return None,
        })
    }
}

/// The analysis of one word, for one thread.
struct Chains {
    stemmer: TextAnalyzer,
    /// Lets all but stop words through; some languages have no list of them.
    telling: Option<TextAnalyzer>,
}

impl Chains {
    fn new(language: Known) -> Self {
        let raw = || TextAnalyzer::builder(RawTokenizer::default());
        Self {
            stemmer: raw().filter(Stemmer::new(language)).build(),
            telling: StopWordFilter::new(language).map(|stop_words| raw().filter(stop_words).build()),
        }
    }
}

fn first(chain: &mut TextAnalyzer, word: &str) -> Option<String> {
    chain.token_stream(word).next().map(|token| token.text.clone())
}

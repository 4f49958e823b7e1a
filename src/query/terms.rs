//! The words of a question's text that lines are searched for.

use crate::index::wanted_text;
use crate::ontology::Language;

/// The most words that lines are searched for: as many as a set of them has bits.
const MOST: usize = u32::BITS as usize;

/// Words so common in English that a line holding them says nothing.
const STOP_WORDS: &[&str] = &[
    "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in",
    "into", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or", "our", "she", "should", "so", "some", "such",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "us", "was", "we",
    "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

/// Some of the words, by their places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordSet(u32);

impl WordSet {
    /// The places, in order.
    pub(super) fn places(self) -> impl Iterator<Item = usize> {
        (0..MOST).filter(move |place| self.0 >> place & 1 == 1)
    }

    /// What is in either.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<usize> for WordSet {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        Self(places.into_iter().fold(0, |set, place| set | 1 << place))
    }
}

/// The distinct words of a text in lower case, in order, stop words left out. A text of stop words
/// alone keeps them: it is all that was asked. What is not wanted is not searched for.
pub(super) fn words(text: &str, language: Language) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in wanted_text(text).split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
        let word = folded(word);
        if !all.contains(&word) {
            all.push(word);
        }
        if all.len() == 4 * MOST {
            break;
        }
    }
    let telling: Vec<String> = all.iter().filter(|word| !is_stop_word(word, language)).take(MOST).cloned().collect();
    if telling.is_empty() { all.into_iter().take(MOST).collect() } else { telling }
}

/// A word without its case, the same for every way to write it.
pub(super) fn folded(word: &str) -> String {
    word.to_uppercase().to_lowercase()
}

/// An expression for any of the words: from four letters on also as the beginning of a longer word.
/// Words of scripts that write without spaces match anywhere.
pub(super) fn expression(words: &[String]) -> String {
    let mut longest_first: Vec<&String> = words.iter().collect();
    longest_first.sort_by_key(|word| (std::cmp::Reverse(word.chars().count()), word.as_str()));
    longest_first.into_iter().map(|word| bounded(word)).collect::<Vec<_>>().join("|")
}

/// An expression for a literal as whole words.
pub(super) fn whole_words(literal: &str) -> String {
    let edge = |c: Option<char>| if c.is_some_and(|c| c.is_alphanumeric() || c == '_') { r"\b" } else { "" };
    format!("{}{}{}", edge(literal.chars().next()), escaped(literal), edge(literal.chars().next_back()))
}

fn is_stop_word(word: &str, language: Language) -> bool {
    let common = match language {
        Language::English => STOP_WORDS.contains(&word),
        _ => language.is_stop_word(word),
    };
    common || (word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic()))
}

fn bounded(word: &str) -> String {
    if !word.is_ascii() {
        return word.to_owned();
    }
    if word.len() < 4 { format!(r"\b{word}\b") } else { format!(r"\b{word}") }
}

fn escaped(literal: &str) -> String {
    let mut out = String::with_capacity(literal.len());
    for c in literal.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

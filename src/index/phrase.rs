//! Phrases: how often words stand side by side in a text.

use super::analysis::each_word;
use super::types::Entry;

/// How often a phrase stands in a text; its words are in lower case.
pub(super) fn occurrences(phrase: &[String], text: &str) -> u32 {
    let place = |word: &str| phrase.iter().position(|known| known == word);
    let pattern: Vec<Option<usize>> = phrase.iter().map(|word| place(word)).collect();
    let mut words: Vec<Option<usize>> = Vec::new();
    each_word(text, &mut |word, _| words.push(place(word)));
    words.windows(pattern.len().max(1)).filter(|window| *window == pattern).count() as u32
}

/// The texts of a field of an entry, other than the body.
pub(super) fn texts_of(entry: &Entry, field: usize) -> Vec<String> {
    match field {
        0 => vec![entry.title.clone()],
        1 => entry.aliases.clone(),
        2 => vec![entry.id.clone().unwrap_or_else(|| entry.path.file_name().to_owned())],
        3 => entry.tags.clone(),
        4 => entry.headings.clone(),
        _ => vec![entry.summary.clone()],
    }
}

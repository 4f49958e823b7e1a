//! Terms to words of the dictionary: all forms of a word, all words of a beginning.

use super::analysis::Language;
use super::corpus::Corpus;
use super::question::Sort;
use super::types::IndexError;

/// The most words that a beginning stands for.
const MAX_FORMS: usize = 256;
/// The most words of one first letter that forms are looked for among.
const MAX_WORDS: usize = 1 << 20;

/// What is looked up for a term.
#[derive(Debug)]
pub(super) enum Wanted {
    /// Any of these words; their frequencies are summed.
    Any(Vec<String>),
    /// Any of these words, which only what is open to who asks may tell.
    Beginning(Vec<String>),
    /// All of these, side by side.
    Phrase(Vec<String>),
}

/// What is looked up for a term, and whether it is less than was asked for. `is_live` says whether a word is to be
/// found in the commit by who asks: what the dictionary has of other commits has no say.
pub(super) fn wanted(
    corpus: &dyn Corpus,
    language: Language,
    sort: &Sort,
    is_live: &mut dyn FnMut(&str) -> Result<bool, IndexError>,
) -> Result<(Wanted, bool), IndexError> {
    Ok(match sort {
        Sort::Phrase(words) => (Wanted::Phrase(words.clone()), false),
        Sort::Word(word, stem) => (Wanted::Any(forms(corpus, language, word, stem)?), false),
        Sort::Prefix(prefix) => {
            let (words, cut) = beginning(corpus, prefix, is_live)?;
            (Wanted::Beginning(words), cut)
        }
    })
}

/// The words with a stem. English stems are stored; those of another language are looked for among the words that begin like
/// the word or its stem.
fn forms(corpus: &dyn Corpus, language: Language, word: &str, stem: &str) -> Result<Vec<String>, IndexError> {
    match language {
        Language::None => return Ok(vec![word.to_owned()]),
        Language::English => return corpus.words_of_stem(stem),
        _ => {}
    }
    let mut firsts: Vec<char> = [word, stem].iter().filter_map(|word| word.chars().next()).collect();
    firsts.dedup();
    let mut forms = Vec::new();
    for first in firsts {
        let (words, _) = corpus.words_from(first.encode_utf8(&mut [0; 4]), MAX_WORDS)?;
        forms.extend(words.into_iter().filter(|word| language.stem(word) == stem));
    }
    Ok(forms)
}

/// The first live words of a beginning, and whether there are more.
fn beginning(
    corpus: &dyn Corpus,
    prefix: &str,
    is_live: &mut dyn FnMut(&str) -> Result<bool, IndexError>,
) -> Result<(Vec<String>, bool), IndexError> {
    let (mut looked_at, mut live, mut most) = (0, Vec::new(), MAX_FORMS + 1);
    loop {
        let (words, more) = corpus.words_from(prefix, most)?;
        for word in &words[looked_at..] {
            if is_live(word)? {
                live.push(word.clone());
            }
            if live.len() > MAX_FORMS {
                live.pop();
                return Ok((live, true));
            }
        }
        if !more {
            return Ok((live, false));
        }
        (looked_at, most) = (words.len(), most.saturating_mul(4));
    }
}

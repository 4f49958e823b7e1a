//! The text of a question to terms: words, `"phrases"`, `beginnings*`, and `-what` is not wanted. Any text is a question.

use super::analysis::{Language, each_word, is_unspaced};

/// The most terms a question is read for, and the most words of a phrase.
pub(super) const MAX_TERMS: usize = 64;

/// A text as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Question {
    /// What is asked for, in the order it was asked, without repeats.
    pub(super) terms: Vec<Term>,
    /// What is not wanted.
    pub(super) without: Vec<Term>,
    /// Whether there was more than is read.
    pub(super) cut: bool,
}

/// A term of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The term as it was asked.
    pub(super) asked: String,
    /// What it asks for.
    pub(super) sort: Sort,
}

/// What a term asks for; words are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Any form of a word: the word, and the stem of all its forms.
    Word(String, String),
    /// Any word that begins so.
    Prefix(String),
    /// These words, as they are, side by side.
    Phrase(Vec<String>),
}

impl Question {
    /// Reads a text. What is not wanted counts only beside something that is.
    pub(super) fn read(text: &str, language: Language) -> Self {
        let signed = Self::of(pieces(text), language);
        if signed.terms.is_empty() {
            return Self::of(
                pieces(text).into_iter().map(|piece| Piece { negated: false, ..piece }).collect(),
                language,
            );
        }
        signed
    }

    fn of(pieces: Vec<Piece<'_>>, language: Language) -> Self {
        let (mut question, mut common) = (Self::default(), Vec::new());
        for piece in pieces {
            let (terms, cut) = piece.terms(language);
            question.cut |= cut;
            let list = if piece.negated { &mut question.without } else { &mut question.terms };
            for (term, telling) in terms {
                let list = if telling { &mut *list } else { &mut common };
                // What is too common to ask for is too common to be left out.
                if (telling || !piece.negated) && !list.iter().any(|known: &Term| known.sort.is(&term.sort)) {
                    list.push(term);
                }
            }
        }
        if question.terms.is_empty() {
            question.terms = common;
        }
        question.cut |= question.terms.len() + question.without.len() > MAX_TERMS;
        question.terms.truncate(MAX_TERMS);
        question.without.truncate(MAX_TERMS - question.terms.len());
        question
    }
}

impl Sort {
    /// Whether two terms ask for the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Word(_, stem), Self::Word(_, other)) => stem == other,
            _ => self == other,
        }
    }
}

fn word_of(word: String, language: Language) -> Sort {
    let stem = language.stem(&word);
    Sort::Word(word, stem)
}

/// The text of a question without what is not wanted.
pub fn wanted_text(text: &str) -> String {
    let all = pieces(text);
    let signed: Vec<&str> = all.iter().filter(|piece| !piece.negated).map(|piece| piece.text).collect();
    let asks = signed.iter().any(|piece| piece.contains(char::is_alphanumeric));
    if asks { signed.join(" ") } else { text.to_owned() }
}

/// A stretch of a question's text.
#[derive(Clone, Copy)]
struct Piece<'t> {
    text: &'t str,
    quoted: bool,
    negated: bool,
}

impl Piece<'_> {
    /// The terms of a piece, each with whether it tells anything, and whether there was more.
    fn terms(&self, language: Language) -> (Vec<(Term, bool)>, bool) {
        let mut words: Vec<(String, std::ops::Range<usize>)> = Vec::new();
        each_word(self.text, &mut |word, place| words.push((word.to_owned(), place)));
        let beginning = words.iter().any(|(_, place)| is_beginning(self.text, place));
        if self.quoted || (self.negated && words.len() > 1 && !beginning) {
            return self.phrase(words.into_iter().map(|(word, _)| word).collect());
        }
        let terms = words.into_iter().map(|(word, place)| {
            let telling = !language.is_stop_word(&word);
            if is_beginning(self.text, &place) {
                return (Term { asked: self.text[place.start..=place.end].to_owned(), sort: Sort::Prefix(word) }, true);
            }
            // A single character of a script without spaces stands in the index with the one that follows it.
            let alone = word.chars().all(is_unspaced) && word.chars().nth(1).is_none();
            let sort = if alone { Sort::Prefix(word) } else { word_of(word, language) };
            (Term { asked: self.text[place].to_owned(), sort }, telling)
        });
        (terms.collect(), false)
    }

    fn phrase(&self, mut words: Vec<String>) -> (Vec<(Term, bool)>, bool) {
        let cut = words.len() > MAX_TERMS;
        words.truncate(MAX_TERMS);
        let asked = format!("\"{}\"", self.text);
        let term = (!words.is_empty()).then_some((Term { asked, sort: Sort::Phrase(words) }, true));
        (term.into_iter().collect(), cut)
    }
}

/// Whether a word ends in a `*` of its own: `**bold**` and `*emphasis*` are words.
fn is_beginning(text: &str, place: &std::ops::Range<usize>) -> bool {
    let mut after = text[place.end..].chars();
    let starred = after.next() == Some('*') && after.next().is_none_or(|c| c != '*' && !c.is_alphanumeric());
    starred && !text[..place.start].ends_with('*')
}

/// Cuts a text into quoted phrases and what stands between them.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let negated = text[..at].chars().next_back().is_none_or(char::is_whitespace) && negates(rest);
        let body = if negated { &rest[1..] } else { rest };
        let (inner, length) = match quoted(body) {
            Some(inner) => (inner, inner.len() + 2),
            None => (&body[..stretch(body)], stretch(body)),
        };
        pieces.push(Piece { text: inner, quoted: quoted(body).is_some(), negated });
        at += length + usize::from(negated);
    }
    pieces
}

/// Whether a text begins with a hyphen directly before a word or a phrase.
fn negates(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphanumeric) || quoted(rest).is_some())
}

/// What stands between the quotation marks that a text begins with.
fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?;
    Some(&inner[..inner.find('"')?])
}

/// The length of what a text begins with, up to a space or the opening mark of a phrase, or of the spaces; never 0.
fn stretch(text: &str) -> usize {
    let spaces = text.len() - text.trim_start().len();
    if spaces > 0 {
        return spaces;
    }
    let mut before = None;
    for (at, c) in text.char_indices() {
        let opens = || c == '"' && !before.is_some_and(char::is_alphanumeric) && quoted(&text[at..]).is_some();
        if at > 0 && (c.is_whitespace() || opens()) {
            return at;
        }
        before = Some(c);
    }
    text.len()
}

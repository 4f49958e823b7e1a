//! What records are called: their titles and aliases as words, compared without case and marks.

use super::analysis::each_word;
use super::types::Entry;

/// The longest name that is known, in words.
pub(super) const LONGEST_NAME: usize = 12;
/// How many aliases of an entry are names.
const MOST_ALIASES: usize = 32;

impl Entry {
    /// Its title, where it has one of its own, and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.own_title().into_iter().chain(self.aliases.iter().take(MOST_ALIASES).map(String::as_str))
    }

    /// Its title without what tells it from others of the name: `The Hawk (film)` is called `The Hawk`.
    pub fn bare_title(&self) -> Option<&str> {
        let (bare, _) = self.own_title()?.strip_suffix(')')?.split_once(" (")?;
        Some(bare)
    }

    /// The title that was given to it: not its id, nor the name of its file.
    fn own_title(&self) -> Option<&str> {
        let given = self.id.as_ref() != Some(&self.title) && self.title != self.path.file_name();
        given.then_some(self.title.as_str())
    }
}

/// The words of a text in lower case, with a space after each.
pub fn folded_words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 1);
    each_word(text, &mut |word, _| {
        folded.push_str(word);
        folded.push(' ');
    });
    folded
}

/// Words in a row, hashed (FNV-1a) word by word: always the same, on every machine.
#[derive(Clone, Copy)]
pub(super) struct NameHash(u64);

impl NameHash {
    /// No word.
    pub(super) const NONE: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The same words and more, as [`folded_words`] gives them.
    pub(super) fn with(self, words: &str) -> Self {
        let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(words.bytes().fold(self.0, add))
    }

    /// What the words are looked up by.
    pub(super) fn key(self) -> u32 {
        (self.0 ^ self.0 >> 32) as u32
    }
}

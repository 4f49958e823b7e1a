//! Makes the facts of a path ready to be put together: words as numbers with frequencies, and lines with their hashes. All that can be
//! done without knowing the other paths is done here, on the threads that read.

use super::super::facts::Words;
use super::super::fields::ENTRY_FIELDS;
use super::history::{CardFacts, PathFacts};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Words of one text: number in the reader's vocabulary, frequency; each once.
pub(super) type Counted = Vec<(u32, u32)>;

/// A path that is ready.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The facts; the words of units and cards are taken out of them.
    pub(super) facts: PathFacts,
    /// How many words each unit has, and which.
    pub(super) units: Vec<(u32, Counted)>,
    /// The words of each card, by field, and how many there are in each.
    pub(super) cards: Vec<[(u32, Counted); ENTRY_FIELDS]>,
    /// Each card's entry as it is stored.
    pub(super) entries: Vec<Vec<u8>>,
    /// The hash of each line.
    pub(super) hashes: Vec<u64>,
}

/// What a reader knows of words. Numbers are its own; whoever puts things together is told the new words.
pub(super) struct Vocabulary {
    numbers: HashMap<Box<str>, u32>,
    new: Vec<Box<str>>,
    counts: Counts,
    hasher: RandomState,
}

/// How often each word is in one text.
#[derive(Default)]
struct Counts {
    found: Counted,
    /// For each word, its place in `found` plus 1.
    place: Vec<u32>,
}

impl Vocabulary {
    /// Knows nothing yet. All readers of a segment have the same hasher of lines.
    pub(super) fn new(hasher: RandomState) -> Self {
        Self { numbers: HashMap::new(), new: Vec::new(), counts: Counts::default(), hasher }
    }

    /// The words that were numbered since this was last asked, in the order of their numbers.
    pub(super) fn take_new(&mut self) -> Vec<Box<str>> {
        std::mem::take(&mut self.new)
    }

    /// Makes a path ready.
    pub(super) fn prepare(&mut self, mut facts: PathFacts) -> Prepared {
        let units = std::mem::take(&mut facts.units);
        let units = units.iter().map(|words| (words.count, self.count(words))).collect();
        let fields = facts.cards.iter_mut().map(|card| std::mem::take(&mut card.fields));
        let cards = fields.map(|fields| fields.map(|words| (words.count, self.count(&words)))).collect();
        let hashes = facts.lines.iter().map(|line| self.hasher.hash_one(line.as_str())).collect();
        let encoded = |card: &CardFacts| postcard::to_stdvec(&card.entry).expect("entries are plain data");
        let entries = facts.cards.iter().map(encoded).collect();
        Prepared { facts, units, cards, entries, hashes }
    }

    fn count(&mut self, words: &Words) -> Counted {
        for word in words.each() {
            let number = self.number(word);
            self.counts.add(number);
        }
        self.counts.take()
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(word.into(), number);
        self.new.push(word.into());
        number
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

    fn take(&mut self) -> Counted {
        let found = std::mem::take(&mut self.found);
        found.iter().for_each(|(word, _)| self.place[*word as usize] = 0);
        found
    }
}

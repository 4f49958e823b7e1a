//! Finds where any of some words begins, in any case of ASCII letters, at the speed of reading.
//!
//! The first three bytes lead to a slot of a small table; nearly every slot is empty, and nothing more is looked at there.

/// How many slots there are: a power of two.
const SLOTS: usize = 1 << 13;
/// How many bytes lead to a slot.
const LEAD: usize = 3;

/// Some words to look for.
pub(super) struct Starts {
    words: Vec<&'static str>,
    /// The number of a slot's bucket; 0 where it is empty.
    slots: Vec<u16>,
    /// The words of each bucket, the longest first.
    buckets: Vec<Vec<usize>>,
}

impl Starts {
    /// Takes words of two bytes or more; a word is known by its place among them.
    pub(super) fn new(words: Vec<&'static str>) -> Self {
        let mut starts = Self { words, slots: vec![0; SLOTS], buckets: vec![Vec::new()] };
        let mut order: Vec<usize> = (0..starts.words.len()).collect();
        order.sort_by_key(|word| std::cmp::Reverse(starts.words[*word].len()));
        for word in order {
            starts.enter(word);
        }
        starts
    }

    /// The words, as they were given.
    pub(super) fn words(&self) -> &[&'static str] {
        &self.words
    }

    /// The first place from a place on where a word begins, and the longest word that does.
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let rest = text.get(from..)?;
        rest.windows(LEAD).enumerate().find_map(|(i, lead)| {
            let bucket = self.slots[slot(lead[0], lead[1], lead[2])];
            if bucket == 0 { None } else { self.word_at(&rest[i..], bucket).map(|word| (from + i, word)) }
        })
    }

    fn word_at(&self, text: &[u8], bucket: u16) -> Option<usize> {
        let begins = |word: &&usize| {
            let word = self.words[**word].as_bytes();
            text.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        self.buckets[usize::from(bucket)].iter().find(begins).copied()
    }

    fn enter(&mut self, word: usize) {
        let bytes = self.words[word].as_bytes();
        let thirds = bytes.get(2).map_or(0..=u8::MAX, |third| *third..=*third);
        for third in thirds {
            let slot = &mut self.slots[slot(bytes[0], bytes[1], third)];
            if *slot == 0 {
                *slot = u16::try_from(self.buckets.len()).expect("there are fewer buckets than slots");
                self.buckets.push(Vec::new());
            }
            let bucket = &mut self.buckets[usize::from(*slot)];
            if bucket.last() != Some(&word) {
                bucket.push(word);
            }
        }
    }
}

/// The slot of three bytes; letters of both cases have the same.
fn slot(first: u8, second: u8, third: u8) -> usize {
    let folded = u32::from_le_bytes([first | 0x20, second | 0x20, third | 0x20, 0]);
    (folded.wrapping_mul(0x9e37_79b1) >> 19) as usize % SLOTS
}

//! Three bytes in a row, hashed to buckets: a text without the buckets of a pattern cannot hold a match of it.
//!
//! A text is looked at in three ways: without regard to case; as it is, for what has capital letters; and by the shape of its
//! letters, for what has digits.

/// A bucket is below two to this power.
const BUCKET_BITS: u32 = 18;
/// How many buckets there are.
pub const BUCKETS: u32 = 1 << BUCKET_BITS;

const WORDS: usize = BUCKETS.div_ceil(u64::BITS) as usize;

/// A way to look at a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Without regard to the case of ASCII letters.
    Folded,
    /// As it is. Only grams with a capital letter count: the others are those of the folded text.
    Exact,
    /// Each byte as one of [`shape`]. Only grams of ASCII letters and digits with a digit count.
    Shapes,
}

impl Way {
    /// All ways.
    pub(super) const ALL: [Self; 3] = [Self::Folded, Self::Exact, Self::Shapes];

    /// A text as it is seen this way.
    pub(super) fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Folded => fold(text),
            Self::Exact => text.as_bytes().to_vec(),
            Self::Shapes => text.bytes().map(shape).collect(),
        }
    }

    /// Whether a byte makes no part of a gram.
    fn breaks(self, byte: u8) -> bool {
        byte == if self == Self::Shapes { OTHER } else { b'\n' }
    }

    /// Whether a gram with a byte counts.
    fn counts(self, byte: u8) -> bool {
        match self {
            Self::Folded => true,
            Self::Exact => byte.is_ascii_uppercase(),
            Self::Shapes => byte == DIGIT,
        }
    }
}

const OTHER: u8 = 0;
const CAPITAL: u8 = 1;
const SMALL: u8 = 2;
const DIGIT: u8 = 3;

/// What a byte looks like: a capital, a small letter, a digit, or anything else.
pub(super) fn shape(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => CAPITAL,
        b'a'..=b'z' => SMALL,
        b'0'..=b'9' => DIGIT,
        _ => OTHER,
    }
}

/// Collects the buckets of texts, one text after the other.
#[derive(Clone, Debug)]
pub struct Grams {
    /// One bit for each bucket, all clear between texts.
    seen: Box<[u64; WORDS]>,
    found: Vec<u32>,
}

impl Default for Grams {
    fn default() -> Self {
        Self { seen: Box::new([0; WORDS]), found: Vec::new() }
    }
}

impl Grams {
    /// The distinct buckets of a text, ascending.
    pub fn buckets_of(&mut self, text: &str) -> &[u32] {
        let mut most = 0;
        for way in Way::ALL {
            let bytes = way.bytes(text);
            for (bucket, is_gram) in places(&bytes, way) {
                self.seen[(bucket / u64::BITS) as usize] |= u64::from(is_gram) << (bucket % u64::BITS);
            }
            most += bytes.len();
        }
        self.take(most);
        &self.found
    }

    /// Moves what was seen, at most so many buckets, to what was found. Most words hold one bucket or none: the first is
    /// written in any case, and counts where it is there.
    fn take(&mut self, most: usize) {
        self.found.resize(most + 1, 0);
        let mut count = 0;
        for (first, bits) in (0..).step_by(u64::BITS as usize).zip(self.seen.iter_mut()) {
            let mut rest = std::mem::take(bits);
            self.found[count] = first + rest.trailing_zeros();
            count += usize::from(rest != 0);
            rest &= rest.wrapping_sub(1);
            while rest != 0 {
                self.found[count] = first + rest.trailing_zeros();
                count += 1;
                rest &= rest - 1;
            }
        }
        self.found.truncate(count);
    }
}

/// The buckets that every text has which holds a text that is seen some way, in order, with repeats. Seen as it is, these are
/// also those of small letters, which the folded text has.
pub(super) fn buckets(bytes: &[u8], way: Way) -> impl Iterator<Item = u32> + '_ {
    let is_small = move |at: usize| way == Way::Exact && is_small(&bytes[at.saturating_sub(2)..=at]);
    let is_there = move |(at, (_, is_gram)): &(usize, (u32, bool))| *is_gram || is_small(*at);
    places(bytes, way).enumerate().filter(is_there).map(|(_, (bucket, _))| bucket)
}

/// Whether three bytes are the same in a text and in the folded one.
fn is_small(gram: &[u8]) -> bool {
    gram.len() == 3 && gram.iter().all(|byte| byte.is_ascii() && *byte != b'\n' && !byte.is_ascii_uppercase())
}

/// For each byte, the bucket of the three that end there, and whether they are a gram: all there, and one that counts.
fn places(bytes: &[u8], way: Way) -> impl Iterator<Item = (u32, bool)> + '_ {
    let (mut gram, mut breaks, mut counts) = (0u32, 0b11u8, 0u8);
    bytes.iter().map(move |byte| {
        gram = gram << 8 | u32::from(*byte);
        breaks = (breaks << 1 | u8::from(way.breaks(*byte))) & 0b111;
        counts = (counts << 1 | u8::from(way.counts(*byte))) & 0b111;
        ((gram << 8).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BUCKET_BITS), breaks == 0 && counts != 0)
    })
}

/// The bytes of a text without the case of ASCII letters, also where it hides in the two other letters that a pattern
/// takes for one of them without regard to case: the Kelvin sign and the long s.
fn fold(text: &str) -> Vec<u8> {
    let mut folded = text.to_ascii_lowercase();
    for (letter, plain) in [('\u{212A}', "k"), ('\u{17F}', "s")] {
        if folded.contains(letter) {
            folded = folded.replace(letter, plain);
        }
    }
    folded.into_bytes()
}

//! Three folded bytes in a row, hashed to buckets: a text without the buckets of a pattern cannot hold a match of it.

/// A bucket is below two to this power.
const BUCKET_BITS: u32 = 18;
/// How many buckets there are.
pub const BUCKETS: u32 = 1 << BUCKET_BITS;

const WORDS: usize = BUCKETS.div_ceil(u64::BITS) as usize;

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
        buckets(&fold(text)).for_each(|bucket| self.seen[(bucket / u64::BITS) as usize] |= 1 << (bucket % u64::BITS));
        self.found.clear();
        for (word, bits) in (0..).step_by(u64::BITS as usize).zip(self.seen.iter_mut()) {
            let mut rest = std::mem::take(bits);
            while rest != 0 {
                self.found.push(word + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        &self.found
    }
}

/// The buckets of a folded text, in order, with repeats. A gram never holds a line break.
pub(super) fn buckets(folded: &[u8]) -> impl Iterator<Item = u32> + '_ {
    folded.split(|byte| *byte == b'\n').flat_map(|line| line.windows(3)).map(|gram| {
        let gram = u32::from_be_bytes([0, gram[0], gram[1], gram[2]]);
        gram.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BUCKET_BITS)
    })
}

/// The bytes of a text without the case of ASCII letters, also where it hides in the two other letters that a pattern
/// takes for one of them without regard to case: the Kelvin sign and the long s.
pub(super) fn fold(text: &str) -> Vec<u8> {
    let mut folded = text.to_ascii_lowercase();
    for (letter, plain) in [('\u{212A}', "k"), ('\u{17F}', "s")] {
        if folded.contains(letter) {
            folded = folded.replace(letter, plain);
        }
    }
    folded.into_bytes()
}

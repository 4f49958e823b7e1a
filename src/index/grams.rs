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
        let folded = fold(text);
        for (bucket, is_gram) in places(&folded) {
            self.seen[(bucket / u64::BITS) as usize] |= u64::from(is_gram) << (bucket % u64::BITS);
        }
        self.take(folded.len());
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

/// The buckets of a folded text, in order, with repeats.
pub(super) fn buckets(folded: &[u8]) -> impl Iterator<Item = u32> + '_ {
    places(folded).filter(|(_, is_gram)| *is_gram).map(|(bucket, _)| bucket)
}

/// For each byte, the bucket of the three that end there, and whether they are a gram: all there, and no line break.
fn places(folded: &[u8]) -> impl Iterator<Item = (u32, bool)> + '_ {
    let (mut gram, mut breaks) = (0u32, 0b11u8);
    folded.iter().map(move |byte| {
        gram = gram << 8 | u32::from(*byte);
        breaks = (breaks << 1 | u8::from(*byte == b'\n')) & 0b111;
        ((gram << 8).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BUCKET_BITS), breaks == 0)
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

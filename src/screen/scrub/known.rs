//! The values that are known to be secrets: each with its number, found again wherever it stands.
//!
//! The values are held in memory as long as an import lasts, and nowhere else; nothing prints them.

use crate::base::{Digest, Span};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use std::collections::HashMap;
use std::fmt;

/// The shortest value that is looked for.
const SHORTEST: usize = 8;
/// How long a value is that is looked for; of a longer one its beginning is.
const LONGEST: usize = 16 << 10;
/// How many bytes of values are held, and how many numbers are given.
const MOST_BYTES: usize = 4 << 20;
const MOST_NUMBERS: usize = 200_000;
/// How many bits a filter has that says where a value may begin.
const FILTER: usize = 1 << 16;

/// The values that were found so far.
pub(super) struct Known {
    /// The number of each value, by a part of its digest.
    numbers: HashMap<[u8; 16], usize>,
    /// How values are written, by their first bytes.
    written: HashMap<[u8; SHORTEST], Vec<Written>>,
    /// Which first bytes there are, by their hash.
    filter: Vec<u64>,
    bytes: usize,
}

/// One way in which a value is written.
struct Written {
    text: Box<[u8]>,
    value: usize,
    category: super::Category,
}

/// A known value that was found again.
pub(super) struct Again {
    pub(super) span: Span,
    pub(super) number: usize,
    pub(super) category: super::Category,
}

impl Default for Known {
    fn default() -> Self {
        Self { numbers: HashMap::new(), written: HashMap::new(), filter: vec![0; FILTER / 64], bytes: 0 }
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("values", &self.numbers.len()).finish_non_exhaustive()
    }
}

impl Known {
    /// The number of a value: a new one when it was never seen; 0 when there are too many to tell them apart.
    pub(super) fn number(&mut self, value: &str) -> usize {
        let digest = Digest::of(value.as_bytes()).to_bytes();
        let key: [u8; 16] = std::array::from_fn(|i| digest[i]);
        let next = self.numbers.len() + 1;
        match self.numbers.get(&key) {
            Some(number) => *number,
            None if next > MOST_NUMBERS => 0,
            None => *self.numbers.entry(key).or_insert(next),
        }
    }

    /// Looks for a value from now on: as it is, and as JSON, base64 and addresses write it.
    pub(super) fn learn(&mut self, value: &str, number: usize, category: super::Category) {
        let long = value.len() > LONGEST;
        let value = &value[..value.floor_char_boundary(LONGEST)];
        self.enter(value, number, category);
        let json = serde_json::to_string(value).expect("a text is JSON");
        self.enter(json.trim_matches('"'), number, category);
        if !long && value.len() >= SHORTEST {
            // The last characters of base64 depend on what follows.
            let whole = &value.as_bytes()[..value.len() / 3 * 3];
            self.enter(&BASE64_STANDARD_NO_PAD.encode(whole), number, category);
            self.enter(&BASE64_URL_SAFE_NO_PAD.encode(whole), number, category);
            self.enter(&url_encoded(value), number, category);
        }
    }

    fn enter(&mut self, text: &str, value: usize, category: super::Category) {
        let Some(first) = text.as_bytes().first_chunk::<SHORTEST>() else { return };
        let same = self.written.entry(*first).or_default();
        if self.bytes + text.len() > MOST_BYTES
            || same.len() >= 64
            || same.iter().any(|one| &*one.text == text.as_bytes())
        {
            return;
        }
        self.bytes += text.len();
        same.push(Written { text: text.as_bytes().into(), value, category });
        same.sort_by_key(|one| std::cmp::Reverse(one.text.len()));
        let bit = hash(*first);
        self.filter[bit / 64] |= 1 << (bit % 64);
    }

    /// Where known values stand in a text, in order, without overlaps.
    pub(super) fn find(&self, text: &str) -> Vec<Again> {
        let mut found = Vec::new();
        if self.written.is_empty() {
            return found;
        }
        let bytes = text.as_bytes();
        let mut from = 0;
        for (at, window) in bytes.windows(SHORTEST).enumerate() {
            let first: [u8; SHORTEST] = window.try_into().expect("a window is as long as it is");
            let bit = hash(first);
            if self.filter[bit / 64] & (1 << (bit % 64)) == 0 || at < from {
                continue;
            }
            let written = self.written.get(&first).into_iter().flatten();
            if let Some(one) = written.into_iter().find(|one| bytes[at..].starts_with(&one.text)) {
                from = at + one.text.len();
                found.push(Again { span: Span::new(at, from), number: one.value, category: one.category });
            }
        }
        found
    }
}

fn hash(first: [u8; SHORTEST]) -> usize {
    (u64::from_le_bytes(first).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// A value as it is written in the query of an address.
fn url_encoded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let one = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(one).collect()
}

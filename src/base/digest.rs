//! Content digests, written `blake3:<64 hex>`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A BLAKE3 digest in its written form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// The text is not `blake3:` and 64 lower-case hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("a digest is `blake3:` followed by 64 lower-case hexadecimal digits")]
pub struct BadDigest;

impl Digest {
    /// Digests bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("blake3:{}", blake3::hash(bytes).to_hex()))
    }

    /// Digests the canonical JSON (RFC 8785) of a value.
    pub fn of_json<T: Serialize>(value: &T) -> Self {
        Self::of(&canonical_json(value))
    }

    /// Reads the written form.
    pub fn parse(text: &str) -> Result<Self, BadDigest> {
        let hex = text.strip_prefix("blake3:").ok_or(BadDigest)?;
        let well_formed = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if well_formed { Ok(Self(text.to_owned())) } else { Err(BadDigest) }
    }

    /// The digest itself, without its name.
    pub fn to_bytes(&self) -> [u8; 32] {
        let hex = &self.0["blake3:".len()..];
        let pair =
            |i: usize| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("a digest is of hexadecimal digits");
        std::array::from_fn(pair)
    }

    /// The written form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Digests bytes that come in pieces, as if they were one.
#[derive(Default)]
pub struct Digester {
    hasher: blake3::Hasher,
    /// Pieces that are digested together: many small ones would take long.
    waiting: Vec<u8>,
}

impl Digester {
    /// So many bytes are digested together.
    const TOGETHER: usize = 64 << 10;

    /// Adds a piece.
    pub fn add(&mut self, piece: &[u8]) {
        if self.waiting.len() + piece.len() > Self::TOGETHER {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
        self.waiting.extend_from_slice(piece);
    }

    /// The digest of all pieces.
    pub fn finish(mut self) -> Digest {
        self.hasher.update(&self.waiting);
        Digest(format!("blake3:{}", self.hasher.finalize().to_hex()))
    }
}

/// The canonical JSON bytes (RFC 8785) of a value.
pub fn canonical_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).expect("our types serialise to JSON with string keys")
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Digest {
    type Error = BadDigest;
    fn try_from(text: String) -> Result<Self, BadDigest> {
        Self::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.0
    }
}

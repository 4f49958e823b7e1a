//! The text of an access token: `lkp_`, 26 characters that name it, 43 that prove it. All letters and digits.

use super::RecordsError;
use crate::base::Digest;
use crate::base::id::TokenId;
use std::fmt;

const PREFIX: &str = "lkp_";
const NAME_LEN: usize = 26;
/// 43 characters of 62 hold 256 bits.
const SECRET_LEN: usize = 43;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A token as its holder presents it. It is shown once and kept nowhere.
pub struct TokenText {
    id: TokenId,
    secret: String,
}

impl TokenText {
    /// A new token with a secret from the system's random source.
    pub(super) fn mint(id: TokenId) -> Result<Self, RecordsError> {
        let mut secret = String::with_capacity(SECRET_LEN);
        while secret.len() < SECRET_LEN {
            let mut bytes = [0; 64];
            getrandom::fill(&mut bytes).map_err(RecordsError::NoRandomness)?;
            // 248 is the highest multiple of 62 in a byte: what is above would make some characters likelier.
            let even = bytes.iter().filter(|b| **b < 248).map(|b| char::from(ALPHABET[usize::from(b % 62)]));
            secret.extend(even.take(SECRET_LEN - secret.len()));
        }
        Ok(Self { id, secret })
    }

    /// Reads a token; `None` for what is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        if rest.len() != NAME_LEN + SECRET_LEN || !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let (name, secret) = rest.split_at(NAME_LEN);
        Some(Self { id: TokenId::parse(&format!("tok-{name}")).ok()?, secret: secret.to_owned() })
    }

    /// Which token it says it is.
    pub(super) fn id(&self) -> &TokenId {
        &self.id
    }

    /// What is stored in place of the secret. The secret has 256 random bits, so a plain digest is as good as a slow one.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(format!("lorekeep access token v1\0{}\0{}", self.id, self.secret).as_bytes())
    }

    /// The token itself, to be given to its holder.
    pub fn reveal(&self) -> String {
        let name = &self.id.as_str()["tok-".len()..];
        format!("{PREFIX}{name}{}", self.secret)
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenText({}, secret not shown)", self.id)
    }
}

/// Compares two digests in a time that does not tell where they differ.
pub(super) fn same_digest(a: &Digest, b: &Digest) -> bool {
    let (a, b) = (a.as_str().as_bytes(), b.as_str().as_bytes());
    let difference = a.iter().zip(b).fold(a.len() ^ b.len(), |all, (x, y)| all | usize::from(x ^ y));
    std::hint::black_box(difference) == 0
}

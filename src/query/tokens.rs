//! An estimate of how many tokens a text is for a language model, without asking one.
//!
//! Every character has a weight by its class, in twelfths of a token, so the estimate of a text is the sum of its parts and
//! the same everywhere. `docs/reference/query.md` has the table.

/// Parts of a token that weights are counted in.
const PARTS: usize = 12;

/// About how many tokens a text is.
pub fn token_estimate(text: &str) -> usize {
    parts(text).div_ceil(PARTS)
}

/// The estimate in twelfths, which adds up over the parts of a text.
pub(super) fn parts(text: &str) -> usize {
    text.chars().map(weight).sum()
}

/// The twelfths that so many tokens are.
pub(super) fn parts_of(tokens: usize) -> usize {
    tokens.saturating_mul(PARTS)
}

fn weight(c: char) -> usize {
    match c {
        'a'..='z' | 'A'..='Z' => 3,
        '0'..='9' => 4,
        ' ' | '\t' => 1,
        c if c.is_ascii() => PARTS,
        c if u32::from(c) < 0x2e80 && c.is_alphabetic() => 6,
        c if u32::from(c) < 0x1_0000 => PARTS,
        _ => 2 * PARTS,
    }
}

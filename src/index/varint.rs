//! Variable-length integers: seven bits a byte, the lowest first.

/// Appends a number.
pub(super) fn push(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Appends a number with a sign: small ones are short on both sides of zero.
pub(super) fn push_signed(out: &mut Vec<u8>, n: i64) {
    push(out, ((n << 1) ^ (n >> 63)) as u64);
}

/// Takes a number from the front; `None` where there is no whole one, or one that is written longer than it has to be.
#[inline]
pub(super) fn take(rest: &mut &[u8]) -> Option<u64> {
    if let [byte @ ..0x80, tail @ ..] = *rest {
        *rest = tail;
        return Some(u64::from(*byte));
    }
    take_long(rest)
}

/// Passes over so many numbers.
pub(super) fn skip(rest: &mut &[u8], count: u64) -> Option<()> {
    let mut left = count;
    while left > 0 {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        left -= u64::from(byte & 0x80 == 0);
    }
    Some(())
}

/// Takes a number with a sign.
#[inline]
pub(super) fn take_signed(rest: &mut &[u8]) -> Option<i64> {
    take(rest).map(|n| (n >> 1) as i64 ^ -((n & 1) as i64))
}

/// Takes a number of two bytes or more.
fn take_long(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for (at, byte) in rest.iter().take(10).enumerate() {
        n |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            *rest = &rest[at + 1..];
            return is_shortest(at, *byte).then_some(n);
        }
    }
    None
}

/// Whether a number could not have been written with fewer bytes, and fits into 64 bits, by its last byte.
fn is_shortest(at: usize, last: u8) -> bool {
    at == 0 || (last != 0 && (at < 9 || last == 1))
}

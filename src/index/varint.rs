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

/// Takes a number from the front; `None` where there is no whole one.
#[inline]
pub(super) fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        n |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
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

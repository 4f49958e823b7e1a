//! How numbers are written into bytes, and read back from bytes that may be anything.

/// Appends a number, seven bits in each byte, the lowest first.
pub(super) fn push_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Bytes that are read from the front. What they do not hold, or hold otherwise than it is written, is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    /// All of some bytes.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.0
    }

    /// The next bytes, so many.
    pub(super) fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next number.
    pub(super) fn varint(&mut self) -> Option<u64> {
        if let [byte @ ..0x80, rest @ ..] = self.0 {
            self.0 = rest;
            return Some(u64::from(*byte));
        }
        let mut n = 0;
        for (at, byte) in self.0.iter().take(10).enumerate() {
            n |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.0 = &self.0[at + 1..];
                return is_shortest(at, *byte).then_some(n);
            }
        }
        None
    }
}

/// Whether a number could not have been written with fewer bytes, and fits into 64 bits, by its last byte.
fn is_shortest(at: usize, last: u8) -> bool {
    at == 0 || (last != 0 && (at < 9 || last == 1))
}

//! Bytes that may be anything, read from the front.

use super::varint;

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
        varint::take(&mut self.0)
    }
}

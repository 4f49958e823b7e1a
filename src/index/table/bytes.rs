//! Bytes of a block that are shared with it.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A key or a row as it lies in its block. It keeps the whole block alive: who holds many for long copies them.
#[derive(Clone)]
pub struct RowBytes {
    block: Arc<[u8]>,
    range: Range<usize>,
}

impl RowBytes {
    /// All of some bytes.
    pub(super) fn whole(block: Arc<[u8]>) -> Self {
        let range = 0..block.len();
        Self { block, range }
    }

    /// A part of these that is known to lie within them.
    pub(super) fn part(mut self, part: Range<usize>) -> Self {
        debug_assert!(part.start <= part.end && part.end <= self.len(), "a part lies within the whole");
        self.range = self.range.start + part.start..self.range.start + part.end;
        self
    }
}

impl Deref for RowBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.block[self.range.clone()]
    }
}

impl AsRef<[u8]> for RowBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for RowBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

//! Byte spans in a text, and the lines and columns people call them by.

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same span `by` bytes further on.
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

/// A 1-based line and column. A column counts Unicode scalar values, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Where each line of a text begins. A line ends after its `\n`; a lone `\r` ends none.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Indexes a text.
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|i| i + 1));
        Self { starts }
    }

    /// The 1-based line that holds a byte offset.
    pub fn line(&self, offset: usize) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// The position of a byte offset in the bytes this index was made of.
    pub fn position(&self, bytes: &[u8], offset: usize) -> Position {
        let offset = offset.min(bytes.len());
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        // Every byte that does not continue a scalar value begins one: right for UTF-8, and a sane
        // count for bytes that are not.
        let column = bytes[start..offset].iter().filter(|b| **b & 0xc0 != 0x80).count() as u32 + 1;
        Position { line, column }
    }

    /// The byte span of a 1-based line, its line break left out.
    pub fn line_span(&self, bytes: &[u8], line: u32) -> Option<Span> {
        let start = *self.starts.get((line as usize).checked_sub(1)?)?;
        let end = self.starts.get(line as usize).map_or(bytes.len(), |next| next - 1);
        let end = if end > start && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
        Some(Span::new(start, end))
    }

    /// How many lines the text has; what follows a final line break is no line.
    pub fn line_count(&self, bytes: &[u8]) -> u32 {
        let all = self.starts.len() as u32;
        if bytes.is_empty() || bytes.ends_with(b"\n") { all - 1 } else { all }
    }
}
